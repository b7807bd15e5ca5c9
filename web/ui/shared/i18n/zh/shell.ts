export const shell = {
  console_app: '普查制图与覆盖',
  product: 'canvass 普查制图',
  error_offline: '连接不上服务器,请检查网络后重试',
}
