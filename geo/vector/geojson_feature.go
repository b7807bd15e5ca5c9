package vector

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"regexp"
	"strings"
)

// jsonDecoder makes features of the bytes of single records.
type jsonDecoder struct {
	filter  *filter
	decoded bool        // text was decoded from another encoding
	table   bool        // records are rows of a table
	columns int         // of the record before
	place   *geoColumns // of a table
	names   map[string]string
}

// feature reads a feature, a bare geometry or, in a table, a row. kept is false for what Where leaves out.
func (d *jsonDecoder) feature(b []byte, f *Feature) (kept bool, err error) {
	if b[0] != '{' {
		return false, fmt.Errorf("it is %s and not a Feature", shown(b))
	}
	var kind, id, geometry, properties, coordinates, geometries []byte
	c := cursor{b: b}
	err = c.members(func(name, value []byte) error {
		switch string(name) {
		case "type":
			kind = value
		case "id":
			id = value
		case "geometry":
			geometry = value
		case "properties":
			properties = value
		case "coordinates":
			coordinates = value
		case "geometries":
			geometries = value
		}
		return nil
	})
	if err == nil && c.next() != 0 {
		err = c.unexpected("the end of the feature")
	}
	if err != nil {
		return false, d.orEncoding(b, err)
	}
	switch {
	case string(kind) == `"Feature"`:
		return d.typed(f, id, properties, geometry)
	case d.table:
		return d.row(b, f)
	case kind == nil:
		return false, errors.New("it has no type; a Feature is awaited")
	case d.filter.column != "":
		return false, nil
	}
	g := geometryReader{}
	f.Geometry, err = g.typed(kind, coordinates, geometries, 0)
	f.Notes = g.notes
	return true, err
}

// typed reads the parts of a feature; its geometry last, for rows that are not kept need none.
func (d *jsonDecoder) typed(f *Feature, id, properties, geometry []byte) (kept bool, err error) {
	if f.ID, err = idOf(id); err != nil {
		return false, err
	}
	if f.Properties, err = d.properties(properties); err != nil || !d.filter.keeps(f.Properties) {
		return false, err
	}
	if geometry == nil {
		return false, errors.New(`it has no member "geometry"; where there is none, null belongs`)
	}
	g := geometryReader{}
	f.Geometry, err = g.geometry(geometry, 0)
	f.Notes = g.notes
	return true, err
}

// row reads a row of a table.
func (d *jsonDecoder) row(b []byte, f *Feature) (kept bool, err error) {
	if f.Properties, err = d.properties(b); err != nil || !d.filter.keeps(f.Properties) {
		return false, err
	}
	if d.place == nil {
		d.place = findGeoColumns(f.Properties)
	}
	return true, d.place.locate(f)
}

func idOf(b []byte) (string, error) {
	if b == nil {
		return "", nil
	}
	if b[0] == '{' || b[0] == '[' || b[0] == 't' || b[0] == 'f' {
		return "", fmt.Errorf("its id %s is neither text nor a number", shown(b))
	}
	return text(b)
}

func (d *jsonDecoder) properties(b []byte) (Properties, error) {
	if b == nil || string(b) == "null" {
		return nil, nil
	}
	if b[0] != '{' {
		return nil, fmt.Errorf("its properties are %s and not an object", shown(b))
	}
	out := make(Properties, 0, d.columns)
	c := cursor{b: b}
	err := c.members(func(name, value []byte) error {
		column, err := d.name(name)
		if err != nil {
			return err
		}
		v, err := text(value)
		if err != nil {
			return fmt.Errorf("column %q: %w", column, err)
		}
		if damaged(v, d.decoded) {
			return damage(column, d.decoded)
		}
		out = append(out, Property{column, v})
		return nil
	})
	d.columns = len(out)
	return out, err
}

// maxNames is how many names of columns are kept to be used again.
const maxNames = 1000

// name gives a column's name; the same text is held once.
func (d *jsonDecoder) name(quoted []byte) (string, error) {
	if known, ok := d.names[string(quoted)]; ok {
		return known, nil
	}
	name, err := unquoted(quoted)
	if err != nil {
		return "", err
	}
	if damaged(name, d.decoded) {
		return "", damage(shown([]byte(name)), d.decoded)
	}
	if d.names == nil || len(d.names) == maxNames {
		d.names = map[string]string{}
	}
	d.names[string(quoted)] = name
	return name, nil
}

// orEncoding blames the encoding for what cannot be parsed, if it may be that.
func (d *jsonDecoder) orEncoding(b []byte, err error) error {
	if damaged(string(b), d.decoded) {
		return fmt.Errorf("%w; its text is not UTF-8: try --encoding gb18030", err)
	}
	return err
}

var (
	epsgCode = regexp.MustCompile(`(?i)^(?:urn:(?:ogc|x-ogc):def:crs:)?EPSG:(?:[0-9.]*:)?([0-9]{4,6})$`)
	crs84    = regexp.MustCompile(`(?i)(?:CRS:?84|OGC:1\.3:CRS84)$`)
)

// crsOf reads the member crs of the GeoJSON of before 2016: EPSG:n where it can be, else what it says.
func crsOf(b []byte) string {
	if b[0] != '{' {
		return ""
	}
	var properties, name []byte
	outer := cursor{b: b}
	err := outer.members(func(key, value []byte) error {
		if string(key) == "properties" && value[0] == '{' {
			properties = value
		}
		return nil
	})
	if err != nil || properties == nil {
		return ""
	}
	inner := cursor{b: properties}
	err = inner.members(func(key, value []byte) error {
		if string(key) == "name" || string(key) == "code" {
			name = value
		}
		return nil
	})
	if err != nil || name == nil {
		return ""
	}
	v, err := text(name)
	switch m := epsgCode.FindStringSubmatch(v); {
	case err != nil:
		return ""
	case m != nil:
		return "EPSG:" + m[1]
	case crs84.MatchString(v):
		return "EPSG:4326"
	case len(strings.Trim(v, "0123456789")) == 0 && v != "":
		return "EPSG:" + v
	}
	return v
}

// tailSize is how much of a file's end is searched for a crs that stands behind the features.
const tailSize = 4096

// crsAtEnd finds the crs of a collection that tells it after its features; they are read before it.
func (s *source) crsAtEnd() string {
	tail := make([]byte, tailSize)
	n, err := s.file.ReadAt(tail, max(0, s.size-tailSize))
	if err != nil && err != io.EOF {
		return ""
	}
	tail = tail[:n]
	i := bytes.LastIndex(tail, []byte(`"crs"`))
	if i < 0 {
		return ""
	}
	c := cursor{b: tail, i: i + len(`"crs"`)}
	if c.expect(':') != nil {
		return ""
	}
	value, err := c.value()
	if err != nil {
		return ""
	}
	return crsOf(value)
}
