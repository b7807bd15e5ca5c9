package tiles

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
)

// A bundle is how several named pieces of bytes lie in one: the magic, then for each piece the length of its name, the name,
// the length of its bytes and the bytes, lengths as unsigned LEB128. Names are in order and none comes twice, so that equal
// pieces give equal bytes wherever they are put together.
const bundleMagic = "canvass bundle 1\n"

// piece is one of a bundle's.
type piece struct {
	name  string
	bytes []byte
}

var errBundle = errors.New("this is no whole bundle")

// appendBundle writes pieces, which are in order.
func appendBundle(to []byte, pieces []piece) []byte {
	to = append(to, bundleMagic...)
	for _, p := range pieces {
		to = appendPiece(to, p)
	}
	return to
}

func appendPiece(to []byte, p piece) []byte {
	to = append(binary.AppendUvarint(to, uint64(len(p.name))), p.name...)
	return append(binary.AppendUvarint(to, uint64(len(p.bytes))), p.bytes...)
}

// readBundle takes a bundle apart. It refuses one that is cut short, has a name twice or out of order, or has bytes after its end.
func readBundle(bundle []byte) ([]piece, error) {
	rest, ok := bytes.CutPrefix(bundle, []byte(bundleMagic))
	if !ok {
		return nil, errBundle
	}
	var out []piece
	for len(rest) > 0 {
		name, after, ok := cutLength(rest)
		if !ok {
			return nil, errBundle
		}
		value, after, ok := cutLength(after)
		if !ok {
			return nil, errBundle
		}
		if n := len(out); n > 0 && out[n-1].name >= string(name) {
			return nil, fmt.Errorf("%w: %q comes after %q", errBundle, name, out[n-1].name)
		}
		out = append(out, piece{string(name), value})
		rest = after
	}
	return out, nil
}

// cutLength takes a length and as many bytes.
func cutLength(b []byte) (value, rest []byte, ok bool) {
	size, n := binary.Uvarint(b)
	if n <= 0 || size > uint64(len(b)-n) {
		return nil, nil, false
	}
	end := n + int(size)
	return b[n:end:end], b[end:], true
}

// bundleRecords cuts a bundle into its head and its pieces as they stand there.
func bundleRecords(bundle []byte) ([][]byte, error) {
	pieces, err := readBundle(bundle)
	if err != nil {
		return nil, err
	}
	out := [][]byte{bundle[:len(bundleMagic)]}
	at := len(bundleMagic)
	for _, p := range pieces {
		size := uvarintLen(len(p.name)) + len(p.name) + uvarintLen(len(p.bytes)) + len(p.bytes)
		out = append(out, bundle[at:at+size])
		at += size
	}
	if at != len(bundle) { // a length was written longer than it must be
		return nil, errBundle
	}
	return out, nil
}

func uvarintLen(n int) int { return varintLen(uint64(n)) }
