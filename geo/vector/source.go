package vector

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"fmt"
	"io"
	"os"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/htmlindex"
	"golang.org/x/text/encoding/unicode"
	"golang.org/x/text/transform"
)

// source is a file that is read once from its beginning, unpacked, its text brought to UTF-8.
type source struct {
	*bufio.Reader
	file    *os.File
	size    int64
	decoded bool // from another encoding: damaged text has become U+FFFD
}

// peekSize is how far Open looks into a file to tell what it is.
const peekSize = 64 << 10

// openSource opens a file and undoes gzip.
func openSource(path string, o Options) (*source, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	info, err := f.Stat()
	if err == nil && info.IsDir() {
		err = fmt.Errorf("%s is a folder; name one file in it", path)
	}
	if err != nil {
		f.Close()
		return nil, err
	}
	s := &source{file: f, size: info.Size()}
	s.Reader = bufio.NewReaderSize(&counter{r: f, total: s.size, tell: o.Progress}, peekSize)
	if head, _ := s.Peek(2); bytes.Equal(head, []byte{0x1f, 0x8b}) {
		unpacked, err := gzip.NewReader(s.Reader)
		if err != nil {
			f.Close()
			return nil, fmt.Errorf("%s: %w", path, err)
		}
		s.Reader = bufio.NewReaderSize(unpacked, peekSize)
	}
	return s, nil
}

// toUTF8 drops a byte order mark and decodes what is not UTF-8.
func (s *source) toUTF8(name string) error {
	head, _ := s.Peek(3)
	var from encoding.Encoding
	switch {
	case bytes.HasPrefix(head, []byte("\xef\xbb\xbf")):
		_, err := s.Discard(3)
		return err
	case bytes.HasPrefix(head, []byte("\xff\xfe")), bytes.HasPrefix(head, []byte("\xfe\xff")):
		from = unicode.UTF16(unicode.LittleEndian, unicode.ExpectBOM)
	case name == "":
		return nil
	default:
		var err error
		if from, err = encodingOf(name); err != nil {
			return err
		}
		if from == unicode.UTF8 {
			return nil
		}
	}
	s.decoded = true
	s.Reader = bufio.NewReaderSize(transform.NewReader(s.Reader, from.NewDecoder()), peekSize)
	return nil
}

// encodingOf finds an encoding by the name that people give it.
func encodingOf(name string) (encoding.Encoding, error) {
	e, err := htmlindex.Get(name)
	if err != nil {
		return nil, fmt.Errorf("the encoding %q is not known: utf-8, gb18030, gbk, big5, utf-16le, utf-16be, shift_jis and windows-1252 are", name)
	}
	return e, nil
}

func (s *source) Close() error { return s.file.Close() }

// counter tells how much was read.
type counter struct {
	r           io.Reader
	read, total int64
	tell        func(read, total int64)
}

func (c *counter) Read(p []byte) (int, error) {
	n, err := c.r.Read(p)
	c.read += int64(n)
	if c.tell != nil {
		c.tell(c.read, c.total)
	}
	return n, err
}
