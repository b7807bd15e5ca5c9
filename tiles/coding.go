package tiles

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"runtime"
	"sync"

	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zstd"
)

// Coding is how a tile is compressed.
type Coding uint8

// The codings, as HTTP names them.
const (
	Gzip Coding = iota
	Zstd
	codings
)

// Of real tiles (canvass bench tiles on 341 625 footprints of Tokyo) the fastest level of gzip leaves 7 % more than level 5 does,
// in half the time.
var packers = sync.Pool{New: func() any { w, _ := gzip.NewWriterLevel(nil, gzip.BestSpeed); return w }}

// zstandard packs several tiles at once, and each with the content's size, so that a reader needs no more memory than that.
var zstandard, _ = zstd.NewWriter(nil, zstd.WithEncoderLevel(zstd.SpeedFastest), zstd.WithEncoderConcurrency(runtime.GOMAXPROCS(0)),
	zstd.WithLowerEncoderMem(true))

// packed compresses what is there.
func (c Coding) packed(raw []byte) ([]byte, error) {
	if c == Zstd {
		return zstandard.EncodeAll(raw, make([]byte, 0, len(raw)/2)), nil
	}
	return packWith(&packers, raw)
}

func packWith(packers *sync.Pool, raw []byte) ([]byte, error) {
	b := bytes.NewBuffer(make([]byte, 0, len(raw)/2))
	w := packers.Get().(*gzip.Writer)
	defer packers.Put(w)
	w.Reset(b)
	if _, err := w.Write(raw); err != nil {
		return nil, err
	}
	err := w.Close()
	return b.Bytes(), err
}

// tagOf names content: the same on every instance, however it is compressed.
func tagOf(raw []byte) string {
	sum := sha256.Sum256(raw)
	return hex.EncodeToString(sum[:12])
}
