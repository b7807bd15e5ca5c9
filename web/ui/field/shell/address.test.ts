import { describe, expect, it } from 'vitest'
import { parse, write } from './address'

describe('an address', () => {
  it.each([
    ['#/370883001201017', { sub_area: '370883001201017', building: null }],
    ['#/370883001201017/42', { sub_area: '370883001201017', building: 42 }],
    ['#/', { sub_area: '', building: null }],
  ])('%s is read and written', (hash, address) => {
    expect(parse(hash)).toEqual(address)
    expect(write(address)).toBe(hash)
  })
  it.each(['', '#/370883', '#/370883001201017/x', '#/370883001201017/42/7'])('“%s” is nowhere', (hash) => {
    expect(parse(hash)).toEqual({ sub_area: '', building: null })
  })
})
