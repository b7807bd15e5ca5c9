package tiles

import (
	"bytes"
	"encoding/binary"
	"errors"
)

// A part changes by rows: lines of text, or the tiles of a bundle. What changed is written as steps, each a number n and what
// follows it: n even copies n/2 bytes of the old part from the offset that follows, n odd takes the n/2 bytes that follow.
// Who applies them need not know what a row is.
const copied, fresher = 0, 1

var errSteps = errors.New("these are no steps from the old part")

// rowsOf cuts a part into rows.
func rowsOf(name string, part []byte) ([][]byte, error) {
	if isBundle(name) {
		return bundleRecords(part)
	}
	return bytes.SplitAfter(part, []byte("\n")), nil
}

// steps writes how the new rows are made of the old ones.
func steps(old, now [][]byte) []byte {
	starts, at := make([]int, len(old)), 0
	first := make(map[string]int, len(old))
	for i, row := range old {
		starts[i] = at
		at += len(row)
		if _, seen := first[string(row)]; !seen {
			first[string(row)] = i
		}
	}
	var w stepWriter
	next := 0 // the old row after the one that was copied last
	for _, row := range now {
		i, known := next, next < len(old) && bytes.Equal(old[next], row)
		if !known {
			i, known = first[string(row)]
		}
		if !known {
			w.take(row)
			next++ // most likely in its place
			continue
		}
		w.copy(starts[i], len(row))
		next = i + 1
	}
	return w.end()
}

// stepWriter joins what follows one another.
type stepWriter struct {
	out      []byte
	from, to int    // bytes of the old part yet to be told
	taken    []byte // bytes yet to be told
}

func (w *stepWriter) copy(from, size int) {
	if len(w.taken) > 0 || w.to != from {
		w.flush()
		w.from = from
	}
	w.to = from + size
}

func (w *stepWriter) take(row []byte) {
	if w.to > w.from {
		w.flush()
	}
	w.taken = append(w.taken, row...)
}

func (w *stepWriter) flush() {
	if w.to > w.from {
		w.out = binary.AppendUvarint(w.out, uint64(w.to-w.from)<<1|copied)
		w.out = binary.AppendUvarint(w.out, uint64(w.from))
	}
	if len(w.taken) > 0 {
		w.out = append(binary.AppendUvarint(w.out, uint64(len(w.taken))<<1|fresher), w.taken...)
	}
	w.from, w.to, w.taken = 0, 0, w.taken[:0]
}

func (w *stepWriter) end() []byte {
	w.flush()
	return w.out
}

// follow makes a new part of an old one. It refuses steps that reach beyond the old part or their own end, and a new part
// larger than most.
func follow(old, steps []byte, most int) ([]byte, error) {
	var out []byte
	for len(steps) > 0 {
		head, n := binary.Uvarint(steps)
		if n <= 0 || head>>1 > uint64(most-len(out)) {
			return nil, errSteps
		}
		steps = steps[n:]
		size, from := head>>1, steps
		if head&1 == copied {
			offset, n := binary.Uvarint(steps)
			if n <= 0 || offset > uint64(len(old)) {
				return nil, errSteps
			}
			from, steps = old[offset:], steps[n:]
		}
		if size > uint64(len(from)) {
			return nil, errSteps
		}
		out = append(out, from[:size]...)
		if head&1 == fresher {
			steps = steps[size:]
		}
	}
	return out, nil
}
