export const aside = {
  aside_title: '搁置的现场记录',
  aside_none: '没有待处理的记录',
  aside_ours: '平板记录',
  aside_theirs: '另一方',
  aside_accept: '采用',
  aside_reject: '驳回',
  aside_accepted: '已采用',
  aside_rejected: '已驳回',
}
