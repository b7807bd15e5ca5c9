import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";

import { PMTiles, type RangeResponse, type Source } from "pmtiles";
import { expect, test } from "vitest";

// What tiles/pmtiles writes is read by the format's own reader.
const golden = fileURLToPath(new URL("../../../../testdata/pmtiles/small.pmtiles", import.meta.url));

function source(bytes: Uint8Array): Source {
  return {
    getKey: () => "small",
    getBytes: async (offset: number, length: number): Promise<RangeResponse> => ({
      data: bytes.slice(offset, offset + length).buffer,
    }),
  };
}

test("the format's own reader reads our archives", async () => {
  const archive = new PMTiles(source(new Uint8Array(await readFile(golden))));
  const header = await archive.getHeader();
  expect(header).toMatchObject({ specVersion: 3, clustered: true, minZoom: 0, maxZoom: 12, tileType: 1, minLon: 116.9, maxLat: 35.5 });
  expect(await archive.getMetadata()).toMatchObject({ name: "small", vector_layers: [] });
  const text = async (z: number, x: number, y: number) => {
    const tile = await archive.getZxy(z, x, y);
    return tile && new TextDecoder().decode(tile.data);
  };
  // Of zoom 1 the IDs 1, 3 and 4 are written, each tile with half its ID.
  expect(await text(0, 0, 0)).toBe("tile 0");
  expect(await text(1, 1, 1)).toBe("tile 1");
  expect(await text(3, 0, 0)).toBe("tile 10");
  expect(await text(1, 0, 1)).toBeUndefined();
});
