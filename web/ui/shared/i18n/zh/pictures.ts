export const pictures = {
  picture_title: '影像',
  picture_how: '影像比地图大得多,请在 Wi-Fi 下下载。',
  picture_look: '查看影像大小',
  picture_do: '下载影像({size})',
  picture_here: '影像已在本机,点地图上的“影像”显示',
  'take_making.fetching': '服务器正在取影像…',
}
