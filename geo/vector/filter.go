package vector

import (
	"fmt"
	"io"
	"slices"
	"strings"
)

// filter keeps the rows of which a column has a value. The zero filter keeps all.
type filter struct {
	column, value string
	seen          bool     // a row had the column
	columns       []string // of the first row
}

func newFilter(where string) (*filter, error) {
	if where == "" {
		return &filter{}, nil
	}
	column, value, ok := strings.Cut(where, "=")
	if !ok || column == "" {
		return nil, fmt.Errorf("%q does not say which rows: write column=value", where)
	}
	return &filter{column: column, value: value}, nil
}

func (f *filter) keeps(p Properties) bool {
	if f.column == "" {
		return true
	}
	if f.columns == nil {
		for _, q := range p {
			f.columns = append(f.columns, q.Name)
		}
	}
	i := slices.IndexFunc(p, func(q Property) bool { return q.Name == f.column })
	if i < 0 {
		return false
	}
	f.seen = true
	return p[i].Value == f.value
}

// end is io.EOF, unless rows were asked for by a column that none has.
func (f *filter) end() error {
	if f.column == "" || f.seen || f.columns == nil {
		return io.EOF
	}
	return fmt.Errorf("no row has a column %q; the first one has %s", f.column, strings.Join(f.columns, ", "))
}
