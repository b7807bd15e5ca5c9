package vector

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"strconv"

	"github.com/paulmach/orb"
)

// Format is how features are written.
type Format string

const (
	// GeoJSON is one FeatureCollection (RFC 7946).
	GeoJSON Format = "geojson"
	// GeoJSONSeq is one feature a line, without the record separators of RFC 8142, which few tools want.
	GeoJSONSeq Format = "geojsonseq"
)

// Writer writes features one by one. Coordinates have seven decimals (11 mm), properties are text. After an error it writes no
// more.
type Writer struct {
	w      *bufio.Writer
	format Format
	count  int
	line   []byte
	err    error
}

// NewWriter begins a file.
func NewWriter(w io.Writer, format Format) (*Writer, error) {
	if format != GeoJSON && format != GeoJSONSeq {
		return nil, fmt.Errorf("the format %q is not written: %s and %s are", format, GeoJSON, GeoJSONSeq)
	}
	return &Writer{w: bufio.NewWriterSize(w, 64<<10), format: format}, nil
}

// Write adds a feature. It refuses coordinates that are not numbers, and writes nothing of it then.
func (w *Writer) Write(f Feature) error {
	if w.err != nil {
		return w.err
	}
	line, err := appendFeature(w.line[:0], f)
	if err != nil {
		return err
	}
	w.line = line
	switch {
	case w.format == GeoJSONSeq:
		line = append(line, '\n')
	case w.count == 0:
		w.text(`{"type":"FeatureCollection","features":[` + "\n")
	default:
		w.text(",\n")
	}
	w.count++
	w.text(string(line))
	return w.err
}

func (w *Writer) text(s string) {
	if w.err == nil {
		_, w.err = w.w.WriteString(s)
	}
}

// Close ends the file and leaves w open. A file that is not closed is not whole.
func (w *Writer) Close() error {
	if w.format == GeoJSON {
		if w.count == 0 {
			w.text(`{"type":"FeatureCollection","features":[`)
		}
		w.text("\n]}\n")
	}
	if w.err == nil {
		w.err = w.w.Flush()
	}
	err := w.err
	if err == nil {
		w.err = errors.New("the writer is closed")
	}
	return err
}

func appendFeature(b []byte, f Feature) ([]byte, error) {
	b = append(b, `{"type":"Feature"`...)
	var err error
	if f.ID != "" {
		if b, err = appendText(append(b, `,"id":`...), f.ID); err != nil {
			return nil, err
		}
	}
	if b, err = appendGeometry(append(b, `,"geometry":`...), f.Geometry); err != nil {
		return nil, fmt.Errorf("feature %s: %w", f.ID, err)
	}
	b = append(b, `,"properties":{`...)
	for i, p := range f.Properties {
		if i > 0 {
			b = append(b, ',')
		}
		if b, err = appendText(b, p.Name); err != nil {
			return nil, err
		}
		if b, err = appendText(append(b, ':'), p.Value); err != nil {
			return nil, err
		}
	}
	return append(b, '}', '}'), nil
}

func appendText(b []byte, s string) ([]byte, error) {
	quoted, err := json.Marshal(s)
	return append(b, quoted...), err
}

func appendGeometry(b []byte, g orb.Geometry) (_ []byte, err error) {
	switch g := g.(type) {
	case nil:
		return append(b, "null"...), nil
	case orb.Ring:
		return appendGeometry(b, orb.Polygon{g})
	case orb.Bound:
		return appendGeometry(b, g.ToPolygon())
	case orb.Collection:
		b = append(b, `{"type":"GeometryCollection","geometries":[`...)
		for i, part := range g {
			if i > 0 {
				b = append(b, ',')
			}
			if b, err = appendGeometry(b, part); err != nil {
				return nil, err
			}
		}
		return append(b, ']', '}'), nil
	}
	b = append(append(append(b, `{"type":"`...), g.GeoJSONType()...), `","coordinates":`...)
	if b, err = appendCoordinates(b, g); err != nil {
		return nil, err
	}
	return append(b, '}'), nil
}

func appendCoordinates(b []byte, g orb.Geometry) ([]byte, error) {
	switch g := g.(type) {
	case orb.Point:
		return appendPosition(b, g)
	case orb.MultiPoint:
		return appendArray(b, g, appendPosition)
	case orb.LineString:
		return appendArray(b, g, appendPosition)
	case orb.MultiLineString:
		return appendArray(b, g, appendLine)
	case orb.Polygon:
		return appendArray(b, g, appendRing)
	case orb.MultiPolygon:
		return appendArray(b, g, func(b []byte, p orb.Polygon) ([]byte, error) { return appendArray(b, p, appendRing) })
	}
	return nil, fmt.Errorf("a geometry of type %T is not written", g)
}

func appendLine(b []byte, l orb.LineString) ([]byte, error) { return appendArray(b, l, appendPosition) }

func appendRing(b []byte, r orb.Ring) ([]byte, error) { return appendArray(b, r, appendPosition) }

func appendArray[P any](b []byte, parts []P, one func([]byte, P) ([]byte, error)) (_ []byte, err error) {
	b = append(b, '[')
	for i, p := range parts {
		if i > 0 {
			b = append(b, ',')
		}
		if b, err = one(b, p); err != nil {
			return nil, err
		}
	}
	return append(b, ']'), nil
}

func appendPosition(b []byte, p orb.Point) ([]byte, error) {
	for i, v := range p {
		if math.IsNaN(v) || math.IsInf(v, 0) {
			return nil, errors.New("a coordinate is not a number")
		}
		b = append(b, "[,"[i])
		b = appendDecimals(b, v)
	}
	return append(b, ']'), nil
}

// decimals is how many are written: the grid that geometry lies on.
const decimals = 7

// appendDecimals writes a number without the zeros that its end does not need.
func appendDecimals(b []byte, v float64) []byte {
	start := len(b)
	b = strconv.AppendFloat(b, v, 'f', decimals, 64)
	for b[len(b)-1] == '0' {
		b = b[:len(b)-1]
	}
	if b[len(b)-1] == '.' {
		b = b[:len(b)-1]
	}
	if string(b[start:]) == "-0" {
		b = append(b[:start], '0')
	}
	return b
}
