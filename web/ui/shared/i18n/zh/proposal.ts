export const proposal = {
  proposal_title: '现场提出的边界更正',
  proposal_how: '粉色线是普查员在现场画的边界。采纳后由绘图员在“区划”页修改;理由会告诉提出的人。',
  'evidence_of.proposals': '处更正',
  'evidence_of.reason': '理由',
  proposal_reason: '处理意见',
  proposal_accept: '采纳',
  proposal_decline: '不采纳',
  proposal_accepted: '已采纳,已告知提出的人',
  proposal_declined: '未采纳,已告知提出的人',
  proposal_draw: '到区划页修改',
  proposal_none: '没有待处理的边界更正',
  proposal_decided: '{who}:{why}',
}
