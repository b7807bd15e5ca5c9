import { bytesOf, fromBase64, gunzip, hashOf, type Bytes } from './bytes'
import { PackageError } from './error'
import { isSigned } from './signature'

/** A package's parts. Tiles and imagery are bundles of tiles, rules and style JSON; roster and status lines, see roster.ts. */
export type PartName = 'imagery' | 'roster' | 'rules' | 'status' | 'style' | 'tiles'

export interface Part {
  name: PartName
  hash: string // SHA-256 of the content
  bytes: number // of the content
  packed: number // as it is fetched, gzip
}

/** What a package holds; see tiles/package_manifest.go. */
export interface Manifest {
  format: string
  county: string
  sub_area: string
  server: { id: string; key: string }
  parts: Part[]
}

/** A manifest as the server sends it and as it is kept. */
export interface SignedManifest {
  manifest: string // canonical JSON
  signature: string // base64
}

const format = 'canvass-package/1'

/** A manifest's revision: what HEAD and If-None-Match tell, and what a delta is asked from. */
export const revisionOf = (signed: SignedManifest): Promise<string> => hashOf(bytesOf(signed.manifest))

/** Reads a manifest that the server pinned at enrolment signed (its key in base64). Any other is refused. */
export async function verifyManifest(signed: SignedManifest, pinnedKey: string): Promise<Manifest> {
  if (typeof signed?.manifest !== 'string' || typeof signed.signature !== 'string') throw new PackageError('malformed', 'manifest')
  const manifest = parsed(signed.manifest)
  if (manifest.server?.key !== pinnedKey) throw new PackageError('stranger', 'manifest')
  let genuine = false
  try {
    genuine = await isSigned(fromBase64(signed.signature), bytesOf(`${format}\n${signed.manifest}`), fromBase64(pinnedKey))
  } catch (cause) {
    throw new PackageError('unsigned', 'manifest', { cause })
  }
  if (!genuine) throw new PackageError('unsigned', 'manifest')
  return manifest
}

function parsed(text: string): Manifest {
  let manifest: Manifest
  try {
    manifest = JSON.parse(text) as Manifest
  } catch (cause) {
    throw new PackageError('malformed', 'manifest', { cause })
  }
  if (manifest?.format !== format || !Array.isArray(manifest.parts)) throw new PackageError('malformed', 'manifest')
  return manifest
}

/** The part of a name. */
export function partOf(manifest: Manifest, name: PartName): Part | undefined {
  return manifest.parts.find((part) => part.name === name)
}

/** How many bytes are fetched: all of a package, or what is not yet held. */
export function sizeOf(manifest: Manifest, held: ReadonlySet<string> = new Set()): number {
  return manifest.parts.reduce((sum, part) => sum + (held.has(part.hash) ? 0 : part.packed), 0)
}

/** Unpacks a part as it was fetched and holds it against its manifest. */
export async function unpackPart(part: Part, packed: Bytes): Promise<Bytes> {
  if (packed.length < part.packed) throw new PackageError('truncated', part.name)
  // All of it is here: what then does not unpack was altered, and nothing is missing that could still come.
  const content = await gunzip(packed, part.bytes, part.name).catch((cause: unknown) => {
    throw new PackageError('altered', part.name, { cause })
  })
  await checkPart(part, content)
  return content
}

/** Refuses content that is not what the manifest says, such as bytes that went bad where they are kept. */
export async function checkPart(part: Part, content: Bytes): Promise<void> {
  if (content.length < part.bytes) throw new PackageError('truncated', part.name)
  if (content.length > part.bytes || (await hashOf(content)) !== part.hash) throw new PackageError('altered', part.name)
}
