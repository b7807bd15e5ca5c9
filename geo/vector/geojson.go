package vector

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
)

// jsonReader reads GeoJSON of every kind (a FeatureCollection, features line by line or with record separators, one feature
// or geometry) and tables of rows in JSON. It holds one feature at a time.
type jsonReader struct {
	*source
	*filter
	js     *jsonStream
	decode jsonDecoder
	record func() (value []byte, place string, err error) // the next record, however the file parts them
	first  []byte                                         // a record that was read to know what the file is
	row    int64
	crs    string
	kind   string // the type of the outermost object
	layer  string // of a topology
	failed error
}

// tableMembers are the members of an object that hold the rows of a table.
var tableMembers = []string{"RowDataList", "rows", "data", "records"}

// lineEndings are the names of files that hold one feature a line.
var lineEndings = []string{".geojsonl", ".geojsons", ".geojsonseq", ".ndjson", ".ndgeojson", ".jsonl", ".nljson"}

func newJSONReader(s *source, o Options, name string) (*jsonReader, error) {
	keep, err := newFilter(o.Where)
	if err != nil {
		return nil, err
	}
	r := &jsonReader{source: s, filter: keep, js: newJSONStream(s), layer: o.Layer}
	r.decode = jsonDecoder{filter: keep, decoded: s.decoded}
	head, _ := s.Peek(peekSize)
	blanks := len(head) - len(bytes.TrimLeft(head, " \t\r\n"))
	switch first := head[blanks:]; {
	case first[0] == recordSeparator:
		r.record = func() ([]byte, string, error) { return r.part(recordSeparator) }
	case first[0] == '[':
		err = r.js.take('[')
		r.decode.table = true
		r.record = func() ([]byte, string, error) { return r.element("row", r.bracket) }
	case linesIn(first, name):
		r.record = func() ([]byte, string, error) { return r.part('\n') }
	default:
		err = r.open()
	}
	if err != nil {
		return nil, fmt.Errorf("line %d: %w", r.here(), err)
	}
	return r, nil
}

// linesIn tells whether a file that begins so holds one value a line.
func linesIn(head []byte, name string) bool {
	line, rest, more := bytes.Cut(head, []byte{'\n'})
	rest = bytes.TrimSpace(rest)
	if !more || len(rest) == 0 || rest[0] != '{' {
		return false
	}
	c := cursor{b: line}
	collection := false
	err := c.members(func(name, _ []byte) error {
		collection = collection || string(name) == "features"
		return nil
	})
	if err != nil {
		return slices.ContainsFunc(lineEndings, func(end string) bool { return strings.HasSuffix(name, end) })
	}
	return !collection && c.next() == 0
}

// open reads the outermost object up to its features or rows; one without them is itself the first record.
func (r *jsonReader) open() error {
	r.js.peek()
	r.js.hold = r.js.pos
	if err := r.js.take('{'); err != nil {
		return err
	}
	rows, err := r.members()
	if err != nil {
		return err
	}
	if rows {
		r.js.hold = -1
		return nil
	}
	switch kind := r.kind; {
	case kind == `"FeatureCollection"`:
		return errors.New("the FeatureCollection has no array of features")
	case kind == `"Topology"`:
		return r.openTopology(r.js.buf[r.js.hold:r.js.pos], r.layer)
	case kind != `"Feature"` && kind != `"GeometryCollection"` && geometryKinds[kind] == nil:
		return fmt.Errorf("this JSON is neither GeoJSON nor a table: its type is %s, and it has no array %s", orNone(kind),
			strings.Join(tableMembers, ", "))
	}
	r.first = bytes.Clone(r.js.buf[r.js.hold:r.js.pos])
	r.js.hold = -1
	r.record = r.value
	return nil
}

func orNone(kind string) string {
	if kind == "" {
		return "missing"
	}
	return shown([]byte(kind))
}

// members reads members of the outermost object until its rows begin, or to its end.
func (r *jsonReader) members() (rows bool, err error) {
	for {
		b, ok := r.js.peek()
		switch {
		case !ok:
			return false, r.js.failure()
		case b == '}':
			r.js.pos++
			return false, nil
		case b == ',':
			r.js.pos++
		}
		if b, _ := r.js.peek(); b != '"' {
			return false, r.js.take('"')
		}
		quoted, err := r.js.value()
		if err != nil {
			return false, err
		}
		name := string(quoted[1 : len(quoted)-1])
		if err := r.js.take(':'); err != nil {
			return false, err
		}
		if b, _ := r.js.peek(); b == '[' && r.record == nil && r.rows(name) {
			r.js.pos++
			return true, nil
		}
		value, err := r.js.value()
		if err != nil {
			return false, err
		}
		if err := r.member(name, value); err != nil {
			return false, err
		}
	}
}

// rows tells whether a member holds the rows, and sets how they are read.
func (r *jsonReader) rows(name string) bool {
	switch {
	case name == "features":
		if r.kind != "" && r.kind != `"FeatureCollection"` {
			return false
		}
		if r.crs == "" {
			r.crs = r.crsAtEnd()
		}
		r.record = func() ([]byte, string, error) { return r.element("feature", r.rest) }
	case slices.Contains(tableMembers, name) && r.kind == "":
		r.decode.table = true
		r.record = func() ([]byte, string, error) { return r.element("row", r.rest) }
	default:
		return false
	}
	return true
}

// member minds what is said outside the rows.
func (r *jsonReader) member(name string, value []byte) error {
	switch name {
	case "type":
		r.kind = string(value)
		if r.record != nil && !r.decode.table && r.kind != `"FeatureCollection"` {
			return fmt.Errorf("an object of type %s has features; a FeatureCollection is awaited", shown(value))
		}
	case "crs":
		crs := crsOf(value)
		if r.record != nil && crs != r.crs && crs != "EPSG:4326" {
			return fmt.Errorf("the coordinate system %s is told after the features: move the member crs before them", crs)
		}
		r.crs = crs
	}
	return nil
}

// element takes the next element of the array of rows; after the last it lets end see to what follows.
func (r *jsonReader) element(what string, end func() error) ([]byte, string, error) {
	b, ok := r.js.peek()
	if ok && b == ',' && r.row > 0 {
		r.js.pos++
	}
	place := fmt.Sprintf("%s %d", what, r.row+1)
	switch {
	case !ok:
		return nil, place, r.js.failure()
	case b == ']':
		r.js.pos++
		if err := end(); err != nil {
			return nil, fmt.Sprintf("after %s %d", what, r.row), err
		}
		return nil, "", io.EOF
	case b != ',' && r.row > 0:
		return nil, fmt.Sprintf("after %s %d", what, r.row), r.js.take(',')
	}
	value, err := r.js.value()
	return value, place, err
}

// rest reads the outermost object to its end, which is that of the file.
func (r *jsonReader) rest() error {
	if _, err := r.members(); err != nil {
		return err
	}
	return r.bracket()
}

// bracket finds the end of the file behind the last bracket.
func (r *jsonReader) bracket() error {
	if b, more := r.js.peek(); more {
		return fmt.Errorf("%q stands where the end of the file is awaited", printable(b))
	}
	if r.js.err != io.EOF {
		return r.js.err
	}
	return nil
}

// part takes a record that a byte ends.
func (r *jsonReader) part(mark byte) ([]byte, string, error) {
	for {
		at := r.here()
		b, ended, err := r.js.until(mark)
		if err != nil {
			return nil, fmt.Sprintf("line %d", at), err
		}
		record := bytes.Trim(b, " \t\r\n\x1e")
		at += int64(bytes.Count(b[:len(b)-len(bytes.TrimLeft(b, " \t\r\n\x1e"))], []byte{'\n'}))
		place := fmt.Sprintf("line %d", at)
		if len(record) > 0 {
			c := cursor{b: record}
			if _, err := c.value(); ended && err != nil && (record[0] == '{' || record[0] == '[') {
				return nil, place, errTruncated
			}
			return record, place, nil
		}
		if ended {
			return nil, "", io.EOF
		}
	}
}

// value takes a record that its own brackets end.
func (r *jsonReader) value() ([]byte, string, error) {
	if r.first != nil {
		first := r.first
		r.first = nil
		return first, "feature 1", nil
	}
	if _, more := r.js.peek(); !more {
		if r.js.err != io.EOF {
			return nil, "after feature 1", r.js.err
		}
		return nil, "", io.EOF
	}
	place := fmt.Sprintf("line %d", r.here())
	value, err := r.js.value()
	return value, place, err
}

func (r *jsonReader) here() int64 {
	r.js.countLines()
	return r.js.line
}

func (r *jsonReader) CRS() string { return r.crs }

func (r *jsonReader) Next() (Feature, error) {
	for r.failed == nil {
		value, place, err := r.record()
		if err == io.EOF {
			r.failed = r.filter.end()
			break
		}
		if err != nil {
			r.failed = fmt.Errorf("%s, line %d: %w", place, r.here(), err)
			break
		}
		r.row++
		f := Feature{Row: r.row, Place: place}
		kept, err := r.decode.feature(value, &f)
		if err != nil {
			return Feature{}, &RowError{Row: r.row, Place: place, Reason: err.Error()}
		}
		if kept {
			return f, nil
		}
	}
	return Feature{}, r.failed
}
