package vector

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"unicode/utf8"
)

// maxValue is how large one feature, or one row of any format, may be: what is larger is a file without an end.
const maxValue = 256 << 20

// recordSeparator begins each record of a GeoJSON text sequence (RFC 8142).
const recordSeparator = 0x1e

var (
	errTruncated = errors.New("the file ends here in the middle of a value")
	errTooLarge  = fmt.Errorf("a value is larger than %d MiB", maxValue>>20)
	errBrackets  = errors.New("brackets do not match")
)

// jsonStream cuts a stream of JSON into values by matching brackets. Nothing is decoded; only the value at hand is held.
type jsonStream struct {
	r          io.Reader
	buf        []byte
	pos, end   int // of buf: what is read and not yet taken
	hold       int // what may not be moved out of buf; -1 is nothing
	line       int64
	err        error // of r
	nest       []byte
	lineCursor int // of buf: up to where lines are counted
}

func newJSONStream(r io.Reader) *jsonStream {
	return &jsonStream{r: r, buf: make([]byte, 256<<10), hold: -1, line: 1}
}

// more reads on, making room in front or growing; false at the end of the file.
func (s *jsonStream) more() bool {
	if s.err != nil {
		return false
	}
	keep := s.pos
	if s.hold >= 0 {
		keep = s.hold
	}
	s.countLines()
	if keep > 0 && (s.end-keep < len(s.buf)/2 || s.end == len(s.buf)) {
		copy(s.buf, s.buf[keep:s.end])
		s.pos, s.end, s.lineCursor = s.pos-keep, s.end-keep, s.lineCursor-keep
		if s.hold >= 0 {
			s.hold = 0
		}
	}
	if s.end == len(s.buf) {
		if len(s.buf) >= maxValue {
			s.err = errTooLarge
			return false
		}
		s.buf = append(s.buf, make([]byte, len(s.buf))...)
	}
	for range 100 {
		n, err := s.r.Read(s.buf[s.end:])
		s.end += n
		if err != nil {
			s.err = err
		}
		if n > 0 || err != nil {
			return n > 0
		}
	}
	s.err = io.ErrNoProgress
	return false
}

// countLines counts the lines of what was taken.
func (s *jsonStream) countLines() {
	s.line += int64(bytes.Count(s.buf[s.lineCursor:s.pos], []byte{'\n'}))
	s.lineCursor = s.pos
}

// failure is why no more can be read.
func (s *jsonStream) failure() error {
	if s.err == io.EOF || s.err == io.ErrUnexpectedEOF || s.err == nil {
		return errTruncated
	}
	return s.err
}

// peek is the next byte that is not blank; ok is false at the end.
func (s *jsonStream) peek() (b byte, ok bool) {
	for {
		for ; s.pos < s.end; s.pos++ {
			switch b := s.buf[s.pos]; b {
			case ' ', '\t', '\r', '\n', recordSeparator:
			default:
				return b, true
			}
		}
		if !s.more() {
			return 0, false
		}
	}
}

// take takes one byte that is awaited.
func (s *jsonStream) take(want byte) error {
	b, ok := s.peek()
	if !ok {
		return s.failure()
	}
	if b != want {
		return fmt.Errorf("%q stands where %q is awaited", printable(b), printable(want))
	}
	s.pos++
	return nil
}

func printable(b byte) string {
	if b < ' ' || b >= utf8.RuneSelf {
		return fmt.Sprintf("byte %#02x", b)
	}
	return string(rune(b))
}

// value takes the next value whole. It is good until the next call.
func (s *jsonStream) value() ([]byte, error) {
	b, ok := s.peek()
	if !ok {
		return nil, s.failure()
	}
	switch b {
	case '{', '[', '"':
	default:
		return s.word()
	}
	length, err := s.match()
	if err != nil {
		return nil, err
	}
	s.pos += length
	return s.buf[s.pos-length : s.pos], nil
}

// match finds how long the value at pos is, reading on as needed.
func (s *jsonStream) match() (int, error) {
	s.nest = s.nest[:0]
	inString := false
	for i := 0; ; {
		var done bool
		var err error
		i, inString, done, err = s.scan(i, inString)
		if done || err != nil {
			return i, err
		}
		if !s.more() {
			return 0, s.failure()
		}
	}
}

// scan goes over the bytes from pos+i that are there, and tells where it stopped and whether the value ended.
func (s *jsonStream) scan(i int, inString bool) (at int, still, done bool, err error) {
	b := s.buf[s.pos:s.end]
	for i < len(b) {
		if inString {
			for i < len(b) && b[i] != '"' && b[i] != '\\' {
				i++
			}
			if i == len(b) || b[i] == '\\' && i+1 == len(b) {
				return i, true, false, nil
			}
			if b[i] == '\\' {
				i += 2
				continue
			}
			inString = false
			i++
			if len(s.nest) == 0 {
				return i, false, true, nil
			}
			continue
		}
		c := b[i]
		i++
		switch c {
		case '"':
			inString = true
		case '{', '[':
			s.nest = append(s.nest, c+2) // the closing one stands two behind in ASCII
		case '}', ']':
			if s.nest[len(s.nest)-1] != c {
				return i, false, false, errBrackets
			}
			if s.nest = s.nest[:len(s.nest)-1]; len(s.nest) == 0 {
				return i, false, true, nil
			}
		}
	}
	return i, inString, false, nil
}

// word takes a number or a literal.
func (s *jsonStream) word() ([]byte, error) {
	for n := 0; ; n++ {
		if s.pos+n == s.end {
			if !s.more() {
				if s.err == io.EOF && n > 0 {
					s.pos += n
					return s.buf[s.pos-n : s.pos], nil
				}
				return nil, s.failure()
			}
		}
		switch s.buf[s.pos+n] {
		case ' ', '\t', '\r', '\n', ',', ']', '}', ':', '"', '{', '[':
			if n == 0 {
				return nil, fmt.Errorf("%q stands where a value is awaited", printable(s.buf[s.pos]))
			}
			s.pos += n
			return s.buf[s.pos-n : s.pos], nil
		}
	}
}

// until takes what stands before a byte, and the byte; at the end of the file what is left. ended tells that the byte was
// missing.
func (s *jsonStream) until(mark byte) (b []byte, ended bool, err error) {
	for from := 0; ; {
		if i := bytes.IndexByte(s.buf[s.pos+from:s.end], mark); i >= 0 {
			length := from + i + 1
			s.pos += length
			return s.buf[s.pos-length : s.pos-1], false, nil
		}
		from = s.end - s.pos
		if !s.more() {
			if s.err != io.EOF {
				return nil, true, s.failure()
			}
			b = s.buf[s.pos:s.end]
			s.pos = s.end
			return b, true, nil
		}
	}
}
