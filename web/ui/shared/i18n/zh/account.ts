export const account = {
  account_issue: '让住户自己填报',
  account_show: '填报二维码',
  account_how: '住户扫码自己填报。代码只在这台平板上,服务器只存校验值;上传后生效。',
  account_counted: '这一户已登记或已有填报账号',
  account_closed: '现在不能发放自主填报账号(未开始或已截止),请入户登记',
  account_here_not: '二维码只在发放它的平板上能看到。如丢失,请指导员收回后重新发放',
  'did.issue_self_response': '发放自主填报账号',
}
