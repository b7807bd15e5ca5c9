import { readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { sealContact, type Bound, type Contact, type SealedContact } from '.'
import { bindingOf, suite } from './seal'

/** A contact as either side sealed it, to a key that is known here for the tests alone. */
interface Example extends Bound, Omit<SealedContact, 'dwelling'> {
  contact: Contact
  public: string
  private: string
}

const pathOf = (name: string) => fileURLToPath(new URL(`../../../../testdata/sealed-contact/${name}`, import.meta.url))
const go = JSON.parse(readFileSync(pathOf('go.json'), 'utf8')) as Example
const bytes = (text: string) => Uint8Array.from(Buffer.from(text, 'base64')).buffer

/** Opens a contact as its custodians do. */
async function opened(of: Example, to: Bound = of): Promise<Contact> {
  const recipientKey = await suite.kem.deserializePrivateKey(bytes(of.private))
  const recipient = await suite.createRecipientContext({ recipientKey, enc: bytes(of.encapsulated), info: new TextEncoder().encode('canvass contact 1') })
  const text = await recipient.open(bytes(of.ciphertext), bindingOf(to))
  return JSON.parse(new TextDecoder().decode(text)) as Contact
}

describe('a sealed contact', () => {
  it('that Go sealed opens here', async () => {
    expect(await opened(go)).toEqual(go.contact)
  })
  it('that was sealed here opens in Go', async () => {
    const contact = { name: '王芳', telephone: '+86 537 555 0199' }
    const to = { county: go.county, dwelling: go.dwelling, id: '01900000-0000-7000-8000-00000000000b' }
    const sealed = await sealContact({ id: go.key, public: go.public }, to, contact)
    const example: Example = { ...to, ...sealed, contact, public: go.public, private: go.private }
    expect(await opened(example)).toEqual(contact)
    if (process.env.UPDATE) writeFileSync(pathOf('ts.json'), `${JSON.stringify(example, null, 2)}\n`)
    const kept = JSON.parse(readFileSync(pathOf('ts.json'), 'utf8')) as Example
    expect(await opened(kept), 'UPDATE=1 writes it').toEqual(kept.contact)
  })
  it('opens beside nothing else than it was sealed for', async () => {
    for (const to of [{ ...go, county: '370884' }, { ...go, dwelling: go.id }, { ...go, id: go.dwelling }]) {
      await expect(opened(go, to)).rejects.toThrow()
    }
  })
  it('tells nothing by its length, and never comes out twice the same', async () => {
    const key = { id: go.key, public: go.public }
    const short = await sealContact(key, go, { name: '李', telephone: '' })
    const long = await sealContact(key, go, { name: '欧阳'.repeat(20), telephone: '0537-5550101' })
    expect(short.ciphertext.length).toBe(long.ciphertext.length)
    expect(await sealContact(key, go, { name: '李', telephone: '' })).not.toEqual(short)
    expect(JSON.stringify(long)).not.toContain('欧阳')
  })
  it('is refused where it would not be kept', async () => {
    const key = { id: go.key, public: go.public }
    await expect(sealContact(key, go, { name: '长'.repeat(2000), telephone: '' })).rejects.toThrow(RangeError)
    await expect(sealContact({ ...key, public: 'AAAA' }, go, { name: '李', telephone: '' })).rejects.toThrow()
  })
})
