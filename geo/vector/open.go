package vector

import (
	"bytes"
	"errors"
	"fmt"
	"path/filepath"
	"strings"
)

// readable is what Open reads, for who gave it something else.
const readable = "read are GeoJSON (.geojson, .json), GeoJSON lines (.geojsonl, .ndjson) and CSV, each also as .gz, " +
	"TopoJSON, JSON tables, GeoPackages (.gpkg), Shapefiles (.shp, or .zip) and OpenStreetMap (.osm.pbf)"

// Open opens a file: what it is is told by its content first, then by its name.
//
//   - GeoJSON: a FeatureCollection, one feature or geometry, features line by line or with record separators.
//   - CSV with a header, and JSON tables: their rows have a geometry if a column wkt or geometry, or lon and lat, gives one.
//   - GeoPackages: the only layer with a geometry or, by Layer, any.
//   - TopoJSON: the only object or, by Layer, any.
//   - Shapefiles: .shp with what lies beside it, or a .zip with one or, by Layer, several.
//   - OpenStreetMap PBF: what Theme names.
//
// Heights and measures are dropped. All but zip, GeoPackage and PBF may be packed with gzip. It refuses what it cannot read with what it
// can.
func Open(path string, o Options) (Reader, error) {
	s, err := openSource(path, o)
	if err != nil {
		return nil, err
	}
	r, err := open(s, path, o)
	if err != nil {
		s.Close()
		return nil, fmt.Errorf("%s: %w", filepath.Base(path), err)
	}
	return r, nil
}

func open(s *source, path string, o Options) (Reader, error) {
	head, err := s.Peek(64)
	if len(head) == 0 {
		if err.Error() == "EOF" {
			err = errors.New("the file is empty")
		}
		return nil, err
	}
	for _, f := range foreign {
		if bytes.HasPrefix(head[min(f.at, len(head)):], []byte(f.magic)) {
			return nil, fmt.Errorf("this is %s, which is not read; %s", f.name, readable)
		}
	}
	switch {
	case bytes.HasPrefix(head, []byte("PK")):
		return openShapeZip(s, o)
	case bytes.HasPrefix(head, []byte{0, 0, 0x27, 0x0a}):
		return openShapeFile(s, path, o)
	case bytes.HasPrefix(head, []byte("SQLite format 3\x00")):
		return openGeoPackage(s, o)
	case isPBF(head):
		return openOSM(s, o)
	}
	if err := s.toUTF8(o.Encoding); err != nil {
		return nil, err
	}
	return openText(s, strings.TrimSuffix(strings.ToLower(path), ".gz"), o)
}

// openText tells JSON from tables.
func openText(s *source, name string, o Options) (Reader, error) {
	head, err := s.Peek(peekSize)
	first := bytes.TrimLeft(head, " \t\r\n")
	switch {
	case len(first) == 0 && len(head) < peekSize:
		if err != nil && err.Error() != "EOF" {
			return nil, err
		}
		return nil, errors.New("the file is empty")
	case len(first) > 0 && (first[0] == '{' || first[0] == '[' || first[0] == recordSeparator):
		return newJSONReader(s, o, name)
	case bytes.IndexByte(head, 0) >= 0 || len(first) == 0:
		return nil, fmt.Errorf("this is not a known format; %s", readable)
	}
	for _, end := range append(lineEndings, ".json", ".geojson") {
		if strings.HasSuffix(name, end) {
			return nil, fmt.Errorf("line 1: %q stands where JSON is awaited", printable(first[0]))
		}
	}
	line, _, _ := bytes.Cut(first, []byte{'\n'})
	if !strings.HasSuffix(name, ".csv") && !strings.HasSuffix(name, ".tsv") && bytes.IndexByte(line, byte(separator(line))) < 0 {
		return nil, fmt.Errorf("this is not a known format; %s", readable)
	}
	return newCSVReader(s, o)
}

// foreign are formats that people may try, by how they begin.
var foreign = []struct {
	at          int
	magic, name string
}{
	{0, "PAR1", "GeoParquet"},
	{0, "fgb", "FlatGeobuf"},
	{0, "PMTiles", "PMTiles"},
	{0, "%PDF", "a PDF"},
	{0, "<", "XML (such as KML, GML, GPX or .osm)"},
	{3, "<", "XML (such as KML, GML, GPX or .osm)"},
	{0, "Rar!", "a RAR archive"},
	{0, "7z\xbc\xaf", "a 7z archive"},
	{0, "\xd0\xcf\x11\xe0", "an old Excel or Access file"},
}
