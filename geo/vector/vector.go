// Package vector assumes that files are larger than memory: it reads and writes features of geographic file formats one by
// one, as they stand in the file.
package vector

import (
	"fmt"
	"strconv"

	"github.com/paulmach/orb"
)

// Options say how a file is to be read.
type Options struct {
	Encoding string                  // of text; empty is what the file says, else UTF-8
	Layer    string                  // of a file that holds several
	Where    string                  // column=value keeps only those rows
	Theme    string                  // of an OpenStreetMap file: ThemeBuildings, ThemeBase or ThemeBoundaries
	Progress func(read, total int64) // bytes
}

// Feature is one row of a file. Coordinates are longitude (or easting) first and have no heights.
type Feature struct {
	Row        int64
	Place      string // where in the file, such as line 12
	ID         string
	Geometry   orb.Geometry // nil if the row has none
	Properties Properties
	Notes      []string // what was put right in reading, such as a ring that was not closed
}

// Properties are a row's columns in the order of the file.
type Properties []Property

// Property is one column of a row.
type Property struct{ Name, Value string }

// Text gives a column's value, or nothing.
func (p Properties) Text(name string) string {
	for _, q := range p {
		if q.Name == name {
			return q.Value
		}
	}
	return ""
}

// Int gives a column's value as a whole number, if it is one.
func (p Properties) Int(name string) (int, bool) {
	n, err := strconv.ParseFloat(p.Text(name), 64)
	if err != nil || n != float64(int(n)) {
		return 0, false
	}
	return int(n), true
}

// Reader reads features until io.EOF. An error that is a *RowError is about one row, and reading goes on; after any other the
// file cannot be read on, and Next repeats it.
type Reader interface {
	Next() (Feature, error)
	CRS() string // EPSG:n, else the file's own WKT; empty if it names none
	Close() error
}

// RowError is one bad row; reading goes on after it.
type RowError struct {
	Row    int64
	Place  string
	Reason string
}

func (e *RowError) Error() string { return fmt.Sprintf("row %d (%s): %s", e.Row, e.Place, e.Reason) }
