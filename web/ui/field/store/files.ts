// Files of this browser's private file system (OPFS), where a package's parts lie under their hash.

const folder = 'packages'

/** A file's bytes, or null where there is none. */
export async function readFile(name: string): Promise<Uint8Array<ArrayBuffer> | null> {
  try {
    const handle = await (await directory()).getFileHandle(name)
    return new Uint8Array(await (await handle.getFile()).arrayBuffer())
  } catch (error) {
    if (error instanceof DOMException && error.name === 'NotFoundError') return null
    throw error
  }
}

/** Writes a file whole: while it is written the old one stays, and what is written half is not kept. */
export async function writeFile(name: string, bytes: Uint8Array<ArrayBuffer>): Promise<void> {
  const handle = await (await directory()).getFileHandle(name, { create: true })
  const stream = await handle.createWritable()
  try {
    await stream.write(bytes)
    await stream.close()
  } catch (error) {
    await stream.abort().catch(() => undefined)
    throw error
  }
}

export async function dropFile(name: string): Promise<void> {
  await (await directory()).removeEntry(name).catch(() => undefined)
}

/** Drops every file but those named. */
export async function dropAllBut(names: ReadonlySet<string>): Promise<void> {
  const there = (await directory()) as FileSystemDirectoryHandle & { keys(): AsyncIterable<string> }
  const gone: string[] = []
  for await (const name of there.keys()) if (!names.has(name)) gone.push(name)
  await Promise.all(gone.map(dropFile))
}

export async function eraseFiles(): Promise<void> {
  const root = await navigator.storage.getDirectory()
  await root.removeEntry(folder, { recursive: true }).catch(() => undefined)
}

async function directory(): Promise<FileSystemDirectoryHandle> {
  const root = await navigator.storage.getDirectory()
  return root.getDirectoryHandle(folder, { create: true })
}
