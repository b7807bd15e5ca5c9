import { expect, it } from 'vitest'
import { linesOf } from './aside_words'

it('says in words what was recorded, and leaves out what only programs read', () => {
  expect(linesOf({
    dwelling: '01900000-0000-7000-8000-00000000000a', result: 'complete', position: [117, 35], accuracy_m: 8, note: '门口有狗', evidence: ['meter', 'neighbour'],
    persons: { present_registered: 2, present_elsewhere: 1, present_pending: 0, absent_registered: 0 },
  })).toEqual([['入户结果', '登记完成'], ['备注', '门口有狗'], ['空置依据', '水电表不走、邻居证实'], ['人数', '人在户在 2、人在户不在 1']])
  expect(linesOf({ visit: 'x', result: 'no_contact', enumerator_name: '李', revision: 3 })).toEqual([['入户结果', '无人在家'], ['普查员', '李']])
  for (const odd of [null, undefined, 5, 'x', [], {}]) expect(linesOf(odd)).toEqual([])
})
