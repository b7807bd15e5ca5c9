package vector

import (
	"bytes"
	"compress/zlib"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"slices"

	"github.com/paulmach/orb"
	"google.golang.org/protobuf/encoding/protowire"
)

// The format's own limits, in bytes.
const (
	maxBlobHeader = 64 << 10
	maxBlob       = 32 << 20
)

// isPBF tells an OpenStreetMap PBF by its first header.
func isPBF(head []byte) bool {
	return len(head) > 15 && head[0] == 0 && head[1] == 0 && bytes.Equal(head[4:15], []byte("\x0a\x09OSMHeader"))
}

// errPBF is a block that does not hold what its format says.
var errPBF = errors.New("a block of the file is damaged")

// blobReader reads a PBF blob by blob, as often as wanted. It is our own and not osmpbf's, which panics, in a goroutine where
// nobody can catch it, at files that are damaged.
type blobReader struct {
	r      io.ReaderAt
	size   int64
	at     int64
	packed []byte
	raw    bytes.Buffer
	zlib   io.ReadCloser
}

// next reads the blob at r.at, unpacked; it is good until the next call.
func (r *blobReader) next() (kind string, block []byte, err error) {
	if r.at == r.size {
		return "", nil, io.EOF
	}
	kind, size, err := r.header()
	if err != nil {
		return "", nil, err
	}
	r.packed = slices.Grow(r.packed[:0], int(size))[:size]
	if err := r.read(r.packed); err != nil {
		return "", nil, err
	}
	block, err = r.unpack(r.packed)
	if err != nil {
		return "", nil, fmt.Errorf("byte %d: %w", r.at-size, err)
	}
	return kind, block, nil
}

// skip passes the blob at r.at without reading it.
func (r *blobReader) skip() error {
	_, size, err := r.header()
	r.at += size
	return err
}

func (r *blobReader) header() (kind string, size int64, err error) {
	var length [4]byte
	if err := r.read(length[:]); err != nil {
		return "", 0, err
	}
	n := binary.BigEndian.Uint32(length[:])
	if n > maxBlobHeader {
		return "", 0, fmt.Errorf("byte %d: %w", r.at, errPBF)
	}
	head := make([]byte, n)
	if err := r.read(head); err != nil {
		return "", 0, err
	}
	err = fields(head, func(f protowire.Number, v uint64, b []byte) error {
		switch f {
		case 1:
			kind = string(b)
		case 3:
			size = int64(v)
		}
		return nil
	})
	if err == nil && (size < 0 || size > maxBlob) {
		err = errPBF
	}
	if err != nil {
		return "", 0, fmt.Errorf("byte %d: %w", r.at, err)
	}
	if size > r.size-r.at {
		return "", 0, fmt.Errorf("byte %d: the file ends %d bytes before its end: %w", r.size, size-(r.size-r.at), io.ErrUnexpectedEOF)
	}
	return kind, size, nil
}

func (r *blobReader) read(into []byte) error {
	n, err := r.r.ReadAt(into, r.at)
	r.at += int64(n)
	if n == len(into) {
		return nil
	}
	return fmt.Errorf("byte %d: %w", r.at, orTruncated(err))
}

// unpack undoes a blob's packing.
func (r *blobReader) unpack(blob []byte) (block []byte, err error) {
	size, method := uint64(0), protowire.Number(0)
	err = fields(blob, func(f protowire.Number, v uint64, b []byte) error {
		switch f {
		case 2:
			size = v
		case 1, 3, 4, 6, 7:
			method, block = f, b
		}
		return nil
	})
	switch {
	case err != nil:
		return nil, err
	case method == 1:
		return block, nil
	case method != 3:
		return nil, fmt.Errorf("its blocks are packed in another way than zlib (number %d), which is not read", method)
	case size > maxBlob:
		return nil, errPBF
	}
	if r.zlib == nil {
		r.zlib, err = zlib.NewReader(bytes.NewReader(block))
	} else {
		err = r.zlib.(zlib.Resetter).Reset(bytes.NewReader(block), nil)
	}
	if err != nil {
		return nil, err
	}
	r.raw.Reset()
	if n, err := r.raw.ReadFrom(io.LimitReader(r.zlib, int64(size)+1)); err != nil || n != int64(size) {
		return nil, errors.Join(errPBF, err)
	}
	return r.raw.Bytes(), nil
}

// fields calls do with each field of a message: v is a number's value, b those of bytes.
func fields(message []byte, do func(f protowire.Number, v uint64, b []byte) error) error {
	for len(message) > 0 {
		f, kind, n := protowire.ConsumeTag(message)
		if n < 0 {
			return errPBF
		}
		message = message[n:]
		var v uint64
		var b []byte
		switch kind {
		case protowire.VarintType:
			v, n = protowire.ConsumeVarint(message)
		case protowire.BytesType:
			b, n = protowire.ConsumeBytes(message)
		default:
			n = protowire.ConsumeFieldValue(f, kind, message)
		}
		if n < 0 {
			return errPBF
		}
		message = message[n:]
		if err := do(f, v, b); err != nil {
			return err
		}
	}
	return nil
}

// capabilities are what a file may require of who reads it.
var capabilities = []string{"OsmSchema-V0.6", "DenseNodes"}

// readHeader refuses a file that requires more, and tells the box it was cut to, if it says so.
func readHeader(block []byte) (box orb.Bound, err error) {
	err = fields(block, func(f protowire.Number, _ uint64, b []byte) error {
		switch {
		case f == 4 && !slices.Contains(capabilities, string(b)):
			return fmt.Errorf("the file requires %q of its reader, which it is not up to", shown(b))
		case f == 1:
			return fields(b, func(f protowire.Number, v uint64, _ []byte) error {
				at := float64(protowire.DecodeZigZag(v)) / 1e9
				switch f {
				case 1:
					box.Min[0] = at
				case 2:
					box.Max[0] = at
				case 3:
					box.Max[1] = at
				case 4:
					box.Min[1] = at
				}
				return nil
			})
		}
		return nil
	})
	return box, err
}
