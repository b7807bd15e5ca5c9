import { createServer, type IncomingMessage, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { Client, pathOf } from './client'
import { ApiError } from './error'

interface Answer { status: number; type?: string; body?: string }

let server: Server
let origin: string
let answers: Answer[] = []
let asked: { method?: string; url?: string; headers: IncomingMessage['headers']; body: string }[] = []
let signedOut = 0

beforeAll(async () => {
  server = createServer(async (request, response) => {
    let body = ''
    for await (const part of request) body += String(part)
    asked.push({ method: request.method, url: request.url, headers: request.headers, body })
    const answer = answers.shift() ?? { status: 500 }
    response.writeHead(answer.status, { 'content-type': answer.type ?? 'application/json' }).end(answer.body)
  })
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready))
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
})
afterAll(() => new Promise((closed) => server.close(closed)))
beforeEach(() => {
  answers = []
  asked = []
  signedOut = 0
})

const client = () =>
  new Client({
    fetch: (path, init) => fetch(origin + String(path), init),
    language: () => 'en',
    offlineText: () => 'no way through',
    signedOut: () => signedOut++,
  })

const refusal = (send: Promise<unknown>) =>
  send.then(
    () => { throw new Error('was not refused') },
    (error: unknown) => {
      if (error instanceof ApiError) return error
      throw error
    },
  )

describe('a path', () => {
  it('leaves out what is empty and keeps what is false or nought', () => {
    expect(pathOf('/x', { a: '', b: null, c: undefined, d: 0, e: false, f: '南 街' })).toBe('/x?d=0&e=false&f=%E5%8D%97+%E8%A1%97')
    expect(pathOf('/x')).toBe('/x')
  })
})

describe('a client', () => {
  it('reads JSON and asks in the reader’s language', async () => {
    answers = [{ status: 200, body: '{"code":"370883"}' }]
    expect(await client().get('/api/regions/370883')).toEqual({ code: '370883' })
    expect(asked[0]?.headers['accept-language']).toBe('en')
  })
  it('sends the revision an edit stands on', async () => {
    answers = [{ status: 200, body: '{}' }]
    await client().patch('/api/buildings/370883/5', 12, { floors: 6 })
    expect(asked[0]).toMatchObject({ method: 'PATCH', body: '{"floors":6}' })
    expect(asked[0]?.headers['if-match']).toBe('"12"')
  })
  it('names each act by a key of its own, or by the one given', async () => {
    answers = [{ status: 201, body: '{}' }, { status: 201, body: '{}' }, { status: 201, body: '{}' }]
    await client().post('/api/visits', {}, { key: 'visit-1' })
    await client().post('/api/assignments', {})
    await client().post('/api/assignments', {})
    const keys = asked.map((a) => a.headers['idempotency-key'])
    expect(keys[0]).toBe('visit-1')
    expect(keys[1]).toMatch(/^[0-9a-f-]{36}$/)
    expect(keys[2]).not.toBe(keys[1])
  })
  it('tells a refusal as the server said it', async () => {
    answers = [{ status: 412, type: 'application/problem+json', body: '{"title":"stale","status":412,"detail":"somebody changed it","code":"changed_since","field":"revision"}' }]
    const error = await refusal(client().patch('/api/x', 1, {}))
    expect(error).toMatchObject({ status: 412, code: 'changed_since', field: 'revision', message: 'somebody changed it', stale: true, offline: false })
  })
  it('survives what a proxy answers', async () => {
    answers = [{ status: 502, type: 'text/html', body: '<h1>Bad Gateway</h1>' }, { status: 500, type: 'application/problem+json', body: '{cut' }]
    expect(await refusal(client().get('/api/x'))).toMatchObject({ status: 502, message: 'Bad Gateway' })
    expect(await refusal(client().get('/api/x'))).toMatchObject({ status: 500, message: 'Internal Server Error' })
  })
  it('says when the session is gone', async () => {
    answers = [{ status: 401, body: '{}' }]
    expect((await refusal(client().get('/api/session'))).signedOut).toBe(true)
    expect(signedOut).toBe(1)
  })
  it('says when the server cannot be reached', async () => {
    const lost = new Client({ fetch: () => fetch('http://127.0.0.1:1/'), language: () => 'zh', offlineText: () => '连接不上' })
    expect(await refusal(lost.get('/api/x'))).toMatchObject({ status: 0, code: 'offline', message: '连接不上', offline: true })
  })
  it('reads every page of a list', async () => {
    answers = [{ status: 200, body: '{"items":[1,2],"next":"b"}' }, { status: 200, body: '{"items":[3],"next":""}' }]
    expect(await client().all('/api/flags', { within: '370883' })).toEqual([1, 2, 3])
    expect(asked[1]?.url).toBe('/api/flags?limit=1000&within=370883&after=b')
  })
  it('answers nothing for no content, and sends a form as it is', async () => {
    answers = [{ status: 204 }, { status: 202, body: '{}' }]
    expect(await client().delete('/api/session')).toBeUndefined()
    const form = new FormData()
    form.set('what', 'buildings')
    await client().post('/api/imports', form)
    expect(asked[1]?.headers['content-type']).toMatch(/^multipart\/form-data; boundary=/)
  })
})
