package vector

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"math"
	"strconv"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/unicode"
)

// dbfReader reads the table beside shapes, row by row.
type dbfReader struct {
	r       io.Reader
	columns []dbfColumn
	left    uint32 // rows
	row     []byte
	text    encoding.Encoding // nil is UTF-8
}

type dbfColumn struct {
	name     string
	kind     byte
	from, to int // in the row
}

func newDBF(r io.Reader, text encoding.Encoding) (*dbfReader, error) {
	var head [32]byte
	if _, err := io.ReadFull(r, head[:]); err != nil {
		return nil, errors.New("the .dbf is shorter than its header")
	}
	d := &dbfReader{r: r, left: binary.LittleEndian.Uint32(head[4:]), row: make([]byte, binary.LittleEndian.Uint16(head[10:])), text: text}
	fields := make([]byte, max(0, int(binary.LittleEndian.Uint16(head[8:]))-len(head)))
	if _, err := io.ReadFull(r, fields); err != nil {
		return nil, errors.New("the .dbf is shorter than its header")
	}
	if d.text == nil {
		d.text = dbfLanguages[head[29]]
	}
	if d.text == unicode.UTF8 {
		d.text = nil
	}
	at := 1 // behind the mark of deleted rows
	for ; len(fields) >= 32 && fields[0] != '\r'; fields = fields[32:] {
		width := int(fields[16])
		if fields[11] == 'C' {
			width += int(fields[17]) << 8
		}
		name, _, _ := bytes.Cut(fields[:11], []byte{0})
		column, _, err := d.decode(name)
		if err != nil {
			return nil, fmt.Errorf("the name of column %d of the .dbf is not readable: try --encoding gb18030", len(d.columns)+1)
		}
		d.columns = append(d.columns, dbfColumn{name: column, kind: fields[11], from: at, to: at + width})
		at += width
	}
	if at > len(d.row) {
		return nil, errors.New("the columns of the .dbf are wider than its rows")
	}
	return d, nil
}

// next reads a row. A row that is marked as deleted is nil.
func (d *dbfReader) next() (Properties, []string, error) {
	if d.left == 0 {
		return nil, nil, io.EOF
	}
	d.left--
	if _, err := io.ReadFull(d.r, d.row); err != nil {
		return nil, nil, fmt.Errorf("the .dbf ends %d rows before its end: %w", d.left+1, orTruncated(err))
	}
	if len(d.row) > 0 && d.row[0] == '*' {
		return nil, nil, nil
	}
	var notes []string
	out := make(Properties, len(d.columns))
	for i, c := range d.columns {
		v, cut, err := d.value(c)
		if err != nil {
			return nil, nil, &RowError{Reason: damage(c.name, d.text != nil).Error()}
		}
		if cut {
			notes = append(notes, fmt.Sprintf("the text of column %q is cut off in a letter", c.name))
		}
		out[i] = Property{c.name, v}
	}
	return out, notes, nil
}

// value gives a column as text: dates as 2006-01-02, truths as true or false, numbers that do not fit as nothing.
func (d *dbfReader) value(c dbfColumn) (v string, cut bool, err error) {
	b := d.row[c.from:c.to]
	switch {
	case c.kind == 'C':
		v, cut, err = d.decode(bytes.TrimRight(b, " \x00"))
		if cut && (b[len(b)-1] == ' ' || b[len(b)-1] == 0) {
			err = errDamaged
		}
		return v, cut, err
	case c.kind == 'M':
		return "", false, nil // its text is in a file of its own
	case c.kind == 'I' && len(b) == 4:
		return strconv.Itoa(int(int32(binary.LittleEndian.Uint32(b)))), false, nil
	case (c.kind == 'O' || c.kind == 'B') && len(b) == 8:
		return strconv.FormatFloat(math.Float64frombits(binary.LittleEndian.Uint64(b)), 'f', -1, 64), false, nil
	}
	s := strings.Trim(string(b), " \x00")
	switch c.kind {
	case 'L':
		switch {
		case strings.ContainsAny(s, "TtYy"):
			return "true", false, nil
		case strings.ContainsAny(s, "FfNn"):
			return "false", false, nil
		}
		return "", false, nil
	case 'D':
		if strings.Trim(s, "0123456789") != "" || strings.Trim(s, "0") == "" || len(s) != 8 {
			return "", false, nil
		}
		return s[:4] + "-" + s[4:6] + "-" + s[6:], false, nil
	}
	if strings.HasPrefix(s, "*") {
		return "", false, nil
	}
	return d.decode([]byte(s))
}

var errDamaged = errors.New("text is not in its encoding")

// decode brings text to UTF-8. A column is a number of bytes, so its last letter may be cut off: that is taken away and told.
func (d *dbfReader) decode(b []byte) (s string, cut bool, err error) {
	if d.text != nil {
		if b, err = d.text.NewDecoder().Bytes(b); err != nil {
			return "", false, errDamaged
		}
		whole := bytes.TrimSuffix(b, []byte("\ufffd"))
		if bytes.ContainsRune(whole, utf8.RuneError) {
			return "", false, errDamaged
		}
		return string(whole), len(whole) < len(b), nil
	}
	whole := b
	for i := len(b) - 1; i >= max(0, len(b)-utf8.UTFMax+1); i-- {
		if utf8.RuneStart(b[i]) {
			if !utf8.FullRune(b[i:]) {
				whole = bytes.TrimRight(b[:i], " ")
			}
			break
		}
	}
	if !utf8.Valid(whole) {
		return "", false, errDamaged
	}
	return string(whole), len(whole) < len(b), nil
}
