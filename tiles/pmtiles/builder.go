package pmtiles

// Builder makes an archive in memory. It is for small ones: File is for those that take a while.
type Builder struct {
	contents
	tiles []byte
}

// NewBuilder begins an archive without tiles.
func NewBuilder() *Builder { return &Builder{contents: newContents()} }

// Add puts a tile into the archive, packed as About will say. Tiles come in the order of their IDs; empty ones are left out.
func (b *Builder) Add(id uint64, tile []byte) error {
	if len(tile) == 0 {
		return nil
	}
	isNew, err := b.add(id, sumOf(tile), len(tile))
	if isNew {
		b.tiles = append(b.tiles, tile...)
	}
	return err
}

// Bytes is the archive: header, root directory, metadata, leaf directories and tiles, without room between them. The same
// tiles give the same bytes. An archive without a tile is refused.
func (b *Builder) Bytes(about About, metadata map[string]any) ([]byte, error) {
	f, err := b.finish(about, metadata, 0)
	if err != nil {
		return nil, err
	}
	out := append(f.header.bytes(), f.root...)
	out = append(append(out, f.metadata...), f.leaves...)
	return append(out, b.tiles...), nil
}
