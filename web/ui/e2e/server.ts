import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { chmod, mkdtemp, readFile, rm } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { TestProject } from 'vitest/node'
import { openSource } from './imagery'

/** An account of the made county. */
export interface Account {
  name: string
  password: string
  role: 'administrator' | 'gis' | 'supervisor' | 'enumerator'
  scope: string
}

declare module 'vitest' {
  export interface ProvidedContext {
    origin: string
    /** The directory that the server keeps everything in. */
    data: string
    accounts: Account[]
    /** The session cookie of each role; that of an administrator who reads English is called english. */
    sessions: Record<string, string>
  }
}

export const binary = process.env.CANVASS_BINARY ?? fileURLToPath(new URL('../../../bin/canvass', import.meta.url))
const patience = 200_000

/** Makes a town in a directory of its own, serves it while the tests run, and takes both away. */
export default async function serve(project: TestProject): Promise<() => Promise<void>> {
  const data = await mkdtemp(join(tmpdir(), 'canvass-e2e-'))
  // Run by root, the database runs as somebody else, who must get in.
  await chmod(data, 0o711)
  const source = await openSource(join(data, 'imagery.json'))
  const server = start(data, await freePort(), source.file)
  const end = async () => {
    source.close()
    if (server.exitCode === null && server.signalCode === null) {
      server.kill('SIGTERM')
      await once(server, 'exit')
    }
    await rm(data, { recursive: true, force: true })
  }
  try {
    const origin = await ready(server)
    const note = JSON.parse(await readFile(join(data, 'demo-accounts.json'), 'utf8')) as { accounts: Account[] }
    project.provide('origin', origin)
    project.provide('data', data)
    project.provide('accounts', note.accounts)
    project.provide('sessions', await sessions(origin, note.accounts))
  } catch (error) {
    await end()
    throw error
  }
  return end
}

// What is measured may ask for a whole county. Without DATABASE_URL the demo keeps a database of its own under its data directory.
function start(data: string, port: number, imagery: string): ChildProcess {
  const { DATABASE_URL: _, CANVASS_DATA: __, ...env } = process.env
  const asked = ['demo', '--size', process.env.CANVASS_SIZE ?? 'town', '--addr', `127.0.0.1:${port}`, '--data', data, '--imagery', imagery]
  return spawn(binary, asked, { env, stdio: ['ignore', 'pipe', 'pipe'] })
}

// Everybody signs in once: who signs in too often is told to wait.
async function sessions(origin: string, accounts: Account[]): Promise<Record<string, string>> {
  const cookies = await Promise.all(accounts.map(async (account) => [account.role, await signIn(origin, account)] as const))
  const all = Object.fromEntries(cookies)
  const english = { name: 'english', password: 'only-for-these-tests', role: 'administrator', scope: '370883', display_name: 'Ada Lovelace', language: 'en' }
  const made = await fetch(`${origin}/api/users`, {
    method: 'POST', body: JSON.stringify(english), headers: { 'content-type': 'application/json', cookie: all.administrator ?? '' },
  })
  if (!made.ok) throw new Error(`no account in English: ${await made.text()}`)
  return { ...all, english: await signIn(origin, english) }
}

async function signIn(origin: string, { name, password }: Pick<Account, 'name' | 'password'>): Promise<string> {
  const answer = await fetch(`${origin}/api/session`, {
    method: 'POST', body: JSON.stringify({ name, password }), headers: { 'content-type': 'application/json' },
  })
  const [cookie] = answer.headers.getSetCookie()
  if (!answer.ok || !cookie) throw new Error(`${name} cannot sign in: ${await answer.text()}`)
  return cookie.split(';', 1)[0] ?? ''
}

function ready(server: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    let said = ''
    const fail = (why: string) => {
      clearTimeout(late)
      reject(new Error(`${why}\n${said}`))
    }
    const late = setTimeout(() => fail(`the demo is not ready after ${patience} ms:`), patience)
    const hear = (chunk: Buffer) => {
      said += chunk.toString()
      const origin = /ready at (http\S+)/.exec(said)?.[1]
      if (!origin) return
      clearTimeout(late)
      resolve(origin)
    }
    server.stdout?.on('data', hear)
    server.stderr?.on('data', hear)
    server.once('error', (error) => fail(`${binary} cannot be run (make build makes it): ${error.message}`))
    server.once('exit', (code) => fail(`the demo ended with ${code}:`))
  })
}

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1')
  await once(probe, 'listening')
  const address = probe.address()
  probe.close()
  await once(probe, 'close')
  if (!address || typeof address === 'string') throw new Error('no port is free')
  return address.port
}
