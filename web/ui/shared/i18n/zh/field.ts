export const field = {
  field_app: '普查入户',
}
