export const shell = {
  console_app: '普查制图与覆盖',
  product: 'canvass 普查制图',
}
