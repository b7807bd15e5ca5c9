export const door = {
  door_add: '增加一户',
  door_how: '楼房写单元、楼层和门牌;院落、平房没有单元,只写门牌或方位。',
  door_tower: '楼房',
  door_courtyard: '院落、平房',
  door_stairwell: '单元',
  door_floor: '楼层',
  door_name: '门牌',
  door_name_hint: '例如 302、东屋;不要写住户姓名',
  door_name_needed: '请写门牌',
  door_there: '这一户已经在册',
}
