import { addProtocol } from 'maplibre-gl'

/** Finds a tile of a set (base or census) among those at hand. */
export type FindTile = (set: string, z: number, x: number, y: number) => Uint8Array | undefined

const scheme = 'package'
let find: FindTile = () => undefined

/** From now on a style's package:// addresses are answered by this; maps that show them need no server. */
export function serveTiles(by: FindTile): void {
  find = by
}

// The address is package://370883-census/16/54030/25832. Where there is no tile there is nothing to draw.
addProtocol(scheme, ({ url }) => {
  const [, set = '', z, x, y] = /^package:\/\/\d+-(\w+)\/(\d+)\/(\d+)\/(\d+)$/.exec(url) ?? []
  const tile = find(set, Number(z), Number(x), Number(y))
  return Promise.resolve({ data: tile ? new Uint8Array(tile).buffer : new ArrayBuffer(0) })
})
