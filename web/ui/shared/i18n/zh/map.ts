export const map = {
  map_title: '地图',
  map_zoom_in: '放大',
  map_zoom_out: '缩小',
}
