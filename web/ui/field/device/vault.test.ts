import { beforeAll, describe, expect, it } from 'vitest'
import { delayAfter, pinFault, stillToWait } from './pin'
import { bindingKey, lockUp, open, seal, signingKey, unlock, WrongPIN } from './vault'

const rounds = 1_000
let binding: CryptoKey
beforeAll(async () => {
  binding = await bindingKey()
})

describe('the vault', () => {
  it('opens with the PIN it was locked with, and no other', async () => {
    const { lock, key } = await lockUp('271828', binding, rounds)
    const sealed = await seal(key, { door: '2-301' }, 'dwelling/7')
    const again = await unlock('271828', binding, lock)
    expect(await open(again, sealed, 'dwelling/7')).toEqual({ door: '2-301' })
    await expect(unlock('271829', binding, lock)).rejects.toBeInstanceOf(WrongPIN)
  })
  it('does not open on another tablet, PIN or not', async () => {
    const { lock } = await lockUp('271828', binding, rounds)
    await expect(unlock('271828', await bindingKey(), lock)).rejects.toBeInstanceOf(WrongPIN)
  })
  it('opens nothing that was changed, or put in the place of something else', async () => {
    const { key } = await lockUp('271828', binding, rounds)
    const sealed = await seal(key, 'counted', 'dwelling/7')
    await expect(open(key, sealed, 'dwelling/8')).rejects.toThrow()
    const bytes = new Uint8Array(sealed.bytes.slice(0))
    bytes[3] = (bytes[3] ?? 0) ^ 1
    await expect(open(key, { ...sealed, bytes: bytes.buffer }, 'dwelling/7')).rejects.toThrow()
  })
  it('gives no key away', async () => {
    const { key } = await lockUp('271828', binding, rounds)
    const { privateKey } = await signingKey()
    for (const secret of [key, binding]) await expect(crypto.subtle.exportKey('raw', secret)).rejects.toThrow()
    await expect(crypto.subtle.exportKey('pkcs8', privateKey)).rejects.toThrow()
  })
})

describe('a PIN', () => {
  it.each([
    ['12345', 'short'], ['1234567', 'short'], ['12345a', 'short'], ['000000', 'simple'], ['123456', 'simple'], ['890123', 'simple'],
    ['987654', 'simple'], ['271828', null], ['135790', null],
  ] as const)('%s: %s', (pin, is) => expect(pinFault(pin)).toBe(is))
})

describe('a wrong PIN', () => {
  it('makes the next try wait, ever longer, up to an hour', () => {
    expect([0, 2, 3, 4, 5, 8, 20].map(delayAfter)).toEqual([0, 0, 5_000, 15_000, 45_000, 1_215_000, 3_600_000])
  })
  it('is waited for by the clock, which turned back begins it anew', () => {
    expect(stillToWait(4, 1_000_000, 1_005_000)).toBe(10_000)
    expect(stillToWait(4, 1_000_000, 1_020_000)).toBe(0)
    expect(stillToWait(4, 1_000_000, 900_000)).toBe(15_000)
  })
})
