import { once } from 'node:events'
import { writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'

/** What the source wants to see, and no browser may. */
export const token = 'only-the-service-knows'
export const attribution = '© 测试影像'

// One green pixel, which a map draws as large as a tile.
const picture = Buffer.from('iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAIAAACQd1PeAAAADElEQVR4nGNQaFAAAAGEAMFhTfg1AAAAAElFTkSuQmCC', 'base64')

/** A source of imagery on this machine, and a file that tells the service of it. */
export async function openSource(file: string): Promise<{ file: string; close: () => void }> {
  const source = createServer((request, answer) => {
    const known = request.url?.endsWith(`?key=${token}`)
    answer.writeHead(known ? 200 : 403, { 'content-type': 'image/png' }).end(known ? picture : '')
  }).listen(0, '127.0.0.1')
  await once(source, 'listening')
  const address = source.address()
  if (!address || typeof address === 'string') throw new Error('no port is free')
  const url = `http://127.0.0.1:${address.port}/{z}/{x}/{y}?key={token}`
  await writeFile(file, JSON.stringify({ sources: [{ county: '370883', url, token, attribution }] }))
  return { file, close: () => source.close() }
}
