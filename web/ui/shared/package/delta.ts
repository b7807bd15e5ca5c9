import { readBundle } from './bundle'
import { Cursor, gunzip, textOf, type Bytes } from './bytes'
import { PackageError } from './error'
import { checkPart, verifyManifest, type Manifest, type PartName, type SignedManifest } from './manifest'

/** A package as it is held: what was signed, what that says, and the content of each part, unpacked. */
export interface Package {
  signed: SignedManifest
  manifest: Manifest
  parts: Map<PartName, Bytes>
}

/** A delta is small; more than this is none. */
const mostOfDelta = 64 << 20

/**
 * Makes the present package of the one that is held and a delta as it was fetched from
 * /api/packages/{sub_area}/delta?from={revision}. Every part is held against the new manifest, which the pinned server must have
 * signed; what is held already is not changed, so that a delta that is refused costs nothing.
 */
export async function applyDelta(held: Package, packed: Bytes, pinnedKey: string): Promise<Package> {
  const pieces = readBundle(await gunzipWhole(packed), 'delta')
  const signed = signedOf(pieces.get('manifest'))
  const manifest = await verifyManifest(signed, pinnedKey)
  if (manifest.sub_area !== held.manifest.sub_area) throw new PackageError('stranger', 'delta')
  const parts = new Map<PartName, Bytes>()
  for (const part of manifest.parts) {
    const old = held.parts.get(part.name) ?? new Uint8Array(0)
    const steps = pieces.get(`part/${part.name}`)
    const content = steps ? follow(old, steps, part.bytes, part.name) : old
    await checkPart(part, content)
    parts.set(part.name, content)
  }
  return { signed, manifest, parts }
}

/** Unpacks without knowing the size before: gzip ends with it. */
async function gunzipWhole(packed: Bytes): Promise<Bytes> {
  if (packed.length < 18) throw new PackageError('truncated', 'delta')
  const size = new DataView(packed.buffer, packed.byteOffset + packed.length - 4, 4).getUint32(0, true)
  return gunzip(packed, Math.min(size, mostOfDelta), 'delta')
}

function signedOf(piece: Bytes | undefined): SignedManifest {
  if (!piece) throw new PackageError('malformed', 'delta')
  try {
    return JSON.parse(textOf(piece)) as SignedManifest
  } catch (cause) {
    throw new PackageError('malformed', 'delta', { cause })
  }
}

/** Follows the steps from an old part to a new one of a known size; see tiles/package_delta.go. */
function follow(old: Bytes, steps: Bytes, size: number, part: string): Bytes {
  const out = new Uint8Array(size)
  const cursor = new Cursor(steps, part)
  let at = 0
  while (!cursor.done) {
    const head = cursor.number()
    const length = Math.floor(head / 2)
    if (length > size - at) throw new PackageError('altered', part)
    if (head % 2) {
      out.set(cursor.take(length), at)
    } else {
      const from = cursor.number()
      if (from + length > old.length) throw new PackageError('altered', part)
      out.set(old.subarray(from, from + length), at)
    }
    at += length
  }
  return out.subarray(0, at)
}
