import { bytesOf, Cursor, textOf, type Bytes } from './bytes'
import { PackageError } from './error'

const magic = bytesOf('canvass bundle 1\n')

/** Takes a bundle apart into its pieces by name, such as base/14/13516/6467; see tiles/package_bundle.go. Nothing is copied. */
export function readBundle(bundle: Bytes, part: string): Map<string, Bytes> {
  if (bundle.length < magic.length) throw new PackageError('truncated', part)
  if (!magic.every((byte, i) => bundle[i] === byte)) throw new PackageError('malformed', part)
  const cursor = new Cursor(bundle, part, magic.length)
  const pieces = new Map<string, Bytes>()
  while (!cursor.done) {
    const name = cursor.take(cursor.number())
    const bytes = cursor.take(cursor.number())
    pieces.set(nameOf(name, part), bytes)
  }
  return pieces
}

function nameOf(bytes: Bytes, part: string): string {
  try {
    return textOf(bytes)
  } catch (cause) {
    throw new PackageError('malformed', part, { cause })
  }
}
