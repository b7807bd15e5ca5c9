import { Cursor, textOf, type Bytes } from './bytes'
import { PackageError } from './error'

/** What the features of a layer may say: which properties any of them has, and which texts any property is. */
export interface Vocabulary {
  keys: Set<string>
  values: Set<string>
}

// Fields of a vector tile's messages (MVT 2.1, §4 and its vector_tile.proto).
const layersField = 3
const layer = { name: 1, keys: 3, values: 4 }
const textField = 1
// The types that a field's tag has in its last three bits.
const [varint, fixed64, bytes, fixed32] = [0, 1, 2, 5]

/** The layers of vector tiles by name, each with what its features may say; the features are not looked at. */
export function vocabularyOf(tiles: Iterable<Bytes>, part: string): Map<string, Vocabulary> {
  const found = new Map<string, Vocabulary>()
  for (const tile of tiles) {
    for (const content of fieldsOf(tile, part).get(layersField) ?? []) {
      const fields = fieldsOf(content, part)
      const texts = (field: number) => (fields.get(field) ?? []).map(textOf)
      const name = texts(layer.name)[0] ?? ''
      const { keys, values } = found.get(name) ?? { keys: new Set<string>(), values: new Set<string>() }
      texts(layer.keys).forEach((key) => keys.add(key))
      for (const value of fields.get(layer.values) ?? []) fieldsOf(value, part).get(textField)?.forEach((text) => values.add(textOf(text)))
      found.set(name, { keys, values })
    }
  }
  return found
}

/** The fields of a message that are bytes, by number. */
function fieldsOf(message: Bytes, part: string): Map<number, Bytes[]> {
  const cursor = new Cursor(message, part)
  const fields = new Map<number, Bytes[]>()
  while (!cursor.done) {
    const tag = cursor.number()
    const field = Math.floor(tag / 8)
    const type = tag % 8
    if (type === varint) cursor.number()
    else if (type === fixed64) cursor.take(8)
    else if (type === fixed32) cursor.take(4)
    else if (type !== bytes) throw new PackageError('malformed', part)
    else {
      const content = cursor.take(cursor.number())
      fields.set(field, [...(fields.get(field) ?? []), content])
    }
  }
  return fields
}

/**
 * Whether a filter of a style may let a feature of such a layer through. It says no only where that is sure, from what the filter
 * asks a property to be; of all that it does not understand it says that it may.
 */
export function mayMatch(filter: unknown, { keys, values }: Vocabulary): boolean {
  if (!Array.isArray(filter)) return true
  const [verb, of, given] = filter as [unknown, unknown, unknown]
  if (verb === 'all') return filter.slice(1).every((one) => mayMatch(one, { keys, values }))
  if (!Array.isArray(of) || of.length !== 2 || of[0] !== 'get') return true
  if (verb === 'to-boolean') return keys.has(String(of[1]))
  if (verb === '==' && typeof given === 'string') return values.has(given)
  if (verb === 'in' && Array.isArray(given) && given[0] === 'literal' && Array.isArray(given[1])) {
    return given[1].some((one) => typeof one !== 'string' || values.has(one))
  }
  return true
}
