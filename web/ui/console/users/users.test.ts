import { expect, it } from 'vitest'
import { makePassword } from './password'

it('a password has three groups of letters that read unmistakably', () => {
  expect(makePassword()).toMatch(/^[a-hjkmnp-z2-9]{4}(-[a-hjkmnp-z2-9]{4}){2}$/)
  expect(makePassword()).not.toBe(makePassword())
})

it('draws again where a byte would favour some letters', () => {
  const bytes = [255, 0]
  const drawn = (into: Uint8Array) => into.fill(bytes.shift() ?? 30)
  expect(makePassword(drawn)).toBe('a999-9999-9999')
})
