export const windows = {
  window_elsewhere: '另一个窗口也打开着这台平板的工作。两边记录都会保存,但请只留一个窗口',
}
