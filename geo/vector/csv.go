package vector

import (
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"strings"
)

// csvReader reads a table of text: a header, then a row a line. Rows that lie somewhere have a column of WKT, or two of
// longitude and latitude; these become the geometry and are no properties.
type csvReader struct {
	*source
	*filter
	rows    *csv.Reader
	guard   *lineGuard
	columns []string
	place   *geoColumns
	row     int64
	quote   int // the line of a bad quote in the row before
	failed  error
}

func newCSVReader(s *source, o Options) (*csvReader, error) {
	keep, err := newFilter(o.Where)
	if err != nil {
		return nil, err
	}
	head, _ := s.Peek(peekSize)
	line, _, _ := bytes.Cut(head, []byte{'\n'})
	guard := &lineGuard{r: s}
	r := &csvReader{source: s, filter: keep, rows: csv.NewReader(guard), guard: guard}
	r.rows.Comma = separator(line)
	r.rows.FieldsPerRecord = -1
	r.rows.ReuseRecord = true
	header, err := r.rows.Read()
	if err != nil {
		return nil, fmt.Errorf("line 1: %w", err)
	}
	seen := map[string]bool{}
	all := Properties{}
	for i, name := range header {
		if name = strings.TrimSpace(name); name == "" {
			name = fmt.Sprintf("column %d", i+1)
		}
		switch {
		case damaged(name, s.decoded):
			return nil, fmt.Errorf("line 1: %w", damage(shown([]byte(name)), s.decoded))
		case seen[name]:
			return nil, fmt.Errorf("line 1: two columns are called %q", name)
		}
		seen[name] = true
		r.columns = append(r.columns, strings.Clone(name))
		all = append(all, Property{Name: name})
	}
	r.place = findGeoColumns(all)
	return r, nil
}

// separator is what parts the columns of the header.
func separator(header []byte) rune {
	best, most := ',', bytes.Count(header, []byte{','})
	for _, c := range []byte{'\t', ';', '|'} {
		if n := bytes.Count(header, []byte{c}); n > most {
			best, most = rune(c), n
		}
	}
	return best
}

func (r *csvReader) CRS() string { return "" }

func (r *csvReader) Next() (Feature, error) {
	for r.failed == nil {
		r.guard.read = 0
		fields, err := r.rows.Read()
		var bad *csv.ParseError
		switch {
		case errors.Is(err, io.EOF):
			if r.failed = r.filter.end(); r.quote > 0 {
				r.failed = fmt.Errorf("the file ends inside the quotes that open in line %d", r.quote)
			}
			return Feature{}, r.failed
		case errors.As(err, &bad):
			r.row++
			r.quote = bad.StartLine
			return Feature{}, &RowError{Row: r.row, Place: fmt.Sprintf("line %d", bad.StartLine),
				Reason: fmt.Sprintf("line %d, byte %d: %v", bad.Line, bad.Column, bad.Err)}
		case err != nil:
			r.failed = fmt.Errorf("after row %d: %w", r.row, err)
			return Feature{}, r.failed
		}
		r.row++
		r.quote = 0
		line, _ := r.rows.FieldPos(0)
		f := Feature{Row: r.row, Place: fmt.Sprintf("line %d", line)}
		kept, err := r.fill(&f, fields)
		if err != nil {
			return Feature{}, &RowError{Row: f.Row, Place: f.Place, Reason: err.Error()}
		}
		if kept {
			return f, nil
		}
	}
	return Feature{}, r.failed
}

// fill makes a row's columns its properties and geometry.
func (r *csvReader) fill(f *Feature, fields []string) (kept bool, err error) {
	if len(fields) != len(r.columns) {
		return false, fmt.Errorf("its columns are %d, those of the header %d", len(fields), len(r.columns))
	}
	f.Properties = make(Properties, len(fields))
	for i, v := range fields {
		if damaged(v, r.decoded) {
			return false, damage(r.columns[i], r.decoded)
		}
		f.Properties[i] = Property{r.columns[i], v}
	}
	if !r.filter.keeps(f.Properties) {
		return false, nil
	}
	return true, r.place.locate(f)
}

// lineGuard ends a file of which one row goes on for too long, as after a quote that is never closed.
type lineGuard struct {
	r    io.Reader
	read int
}

func (g *lineGuard) Read(p []byte) (int, error) {
	if g.read > maxValue {
		return 0, errTooLarge
	}
	n, err := g.r.Read(p)
	g.read += n
	return n, err
}
