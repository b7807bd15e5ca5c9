import { describe, expect, it } from 'vitest'
import { codeIn, isEnrolment, serverIn } from './code'

const code = '370883-0A1B2C3D4E'
const key = 'q83vEjRWeJCrze8SNFZ4kKvN7xI0VniQq83vEjRWeJA+/w=='
const address = `https://census.example/field/#enrol=${code}&server=${encodeURIComponent(key)}`

describe('an enrolment', () => {
  it('is a code, with the key of the server that gave it out where it was scanned', () => {
    expect([codeIn(address), serverIn(address)]).toEqual([code, key])
    expect([codeIn(`#enrol=${code}`), serverIn(`#enrol=${code}`)]).toEqual([code, ''])
    expect([codeIn(` ${code.toLowerCase()} `), serverIn(code)]).toEqual([code, ''])
  })

  it('is told from what else hangs on the wall', () => {
    expect([address, `#enrol=${code}`, code].map(isEnrolment)).toEqual([true, true, true])
    expect(['https://census.example/', `#enrol=${code}x&server=${key}`, `#enrol=&server=${key}`, '370883', ''].some(isEnrolment)).toBe(false)
  })
})
