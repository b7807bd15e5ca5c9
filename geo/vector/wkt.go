package vector

import (
	"errors"
	"fmt"
	"math"
	"strconv"
	"strings"

	"github.com/paulmach/orb"
)

// parseWKT reads well known text: Z and M are dropped, EMPTY and nothing at all are nil, an SRID= in front is passed over.
func parseWKT(s string) (orb.Geometry, []string, error) {
	s = strings.TrimSpace(s)
	if strings.HasPrefix(strings.ToUpper(s), "SRID=") {
		_, s, _ = strings.Cut(s, ";")
	}
	if s == "" {
		return nil, nil, nil
	}
	w := &wktReader{s: s}
	g, err := w.geometry(0)
	if err == nil && w.word() != "" {
		err = errors.New("more text stands behind the geometry")
	}
	if err != nil {
		return nil, nil, err
	}
	return g, w.notes, nil
}

// wktReader reads words, numbers and brackets.
type wktReader struct {
	s     string
	i     int
	notes []string
}

// word takes the next word, number, bracket or comma; nothing at the end.
func (w *wktReader) word() string {
	for w.i < len(w.s) && strings.IndexByte(" \t\r\n", w.s[w.i]) >= 0 {
		w.i++
	}
	start := w.i
	for w.i < len(w.s) && strings.IndexByte(" \t\r\n(),", w.s[w.i]) < 0 {
		w.i++
	}
	if start == w.i && w.i < len(w.s) {
		w.i++
	}
	return w.s[start:w.i]
}

func (w *wktReader) peek() string {
	i := w.i
	out := w.word()
	w.i = i
	return out
}

func (w *wktReader) expect(want string) error {
	if got := w.word(); got != want {
		return fmt.Errorf("WKT: %q stands where %q is awaited", shown([]byte(got)), want)
	}
	return nil
}

func (w *wktReader) geometry(depth int) (orb.Geometry, error) {
	kind := strings.ToUpper(w.word())
	switch strings.ToUpper(w.peek()) {
	case "Z", "M", "ZM":
		w.word()
	}
	kind = strings.TrimRight(kind, "ZM")
	empty := strings.EqualFold(w.peek(), "EMPTY")
	if empty {
		w.word()
	}
	if kind == "GEOMETRYCOLLECTION" {
		if empty {
			return nil, nil
		}
		return w.collection(depth)
	}
	read, known := wktKinds[kind]
	switch {
	case !known:
		return nil, fmt.Errorf("WKT: a geometry of type %q is not known", shown([]byte(kind)))
	case empty:
		return nil, nil
	}
	return read(w)
}

func (w *wktReader) collection(depth int) (orb.Geometry, error) {
	if depth == maxCollections {
		return nil, fmt.Errorf("collections lie in each other more than %d deep", maxCollections)
	}
	parts, err := list(w, func(w *wktReader) (orb.Geometry, error) {
		g, err := w.geometry(depth + 1)
		if err == nil && g == nil {
			err = errors.New("a geometry of its collection is empty")
		}
		return g, err
	})
	return typed(orb.Collection(parts), err)
}

// wktKinds read what stands behind each type's name.
var wktKinds = map[string]func(*wktReader) (orb.Geometry, error){
	"POINT": func(w *wktReader) (orb.Geometry, error) {
		points, err := list(w, (*wktReader).position)
		if err != nil {
			return nil, err
		}
		if len(points) != 1 {
			return nil, errors.New("WKT: a point has one position")
		}
		return points[0], nil
	},
	"MULTIPOINT": func(w *wktReader) (orb.Geometry, error) {
		points, err := list(w, func(w *wktReader) (orb.Point, error) {
			if w.peek() != "(" {
				return w.position()
			}
			w.word()
			p, err := w.position()
			if err != nil {
				return p, err
			}
			return p, w.expect(")")
		})
		return typed(orb.MultiPoint(points), err)
	},
	"LINESTRING": func(w *wktReader) (orb.Geometry, error) { return typed(w.line()) },
	"MULTILINESTRING": func(w *wktReader) (orb.Geometry, error) {
		lines, err := list(w, (*wktReader).line)
		return typed(orb.MultiLineString(lines), err)
	},
	"POLYGON": func(w *wktReader) (orb.Geometry, error) { return typed(w.polygon()) },
	"MULTIPOLYGON": func(w *wktReader) (orb.Geometry, error) {
		parts, err := list(w, (*wktReader).polygon)
		return typed(orb.MultiPolygon(parts), err)
	},
}

// list reads parts in brackets, with commas between.
func list[P any](w *wktReader, read func(*wktReader) (P, error)) ([]P, error) {
	if err := w.expect("("); err != nil {
		return nil, err
	}
	var out []P
	for {
		part, err := read(w)
		if err != nil {
			return nil, err
		}
		out = append(out, part)
		switch next := w.word(); next {
		case ",":
		case ")":
			return out, nil
		default:
			return nil, fmt.Errorf("WKT: %q stands where a comma or a bracket is awaited", shown([]byte(next)))
		}
	}
}

func (w *wktReader) position() (orb.Point, error) {
	var p orb.Point
	for n := 0; ; n++ {
		switch w.peek() {
		case ",", ")", "":
			if n < 2 {
				return p, errors.New("WKT: a position has less than two numbers")
			}
			return p, nil
		}
		word := w.word()
		v, err := strconv.ParseFloat(word, 64)
		if err != nil || math.IsNaN(v) || math.IsInf(v, 0) {
			return p, fmt.Errorf("WKT: %q is not a number", shown([]byte(word)))
		}
		if n < 2 {
			p[n] = v
		}
		if n == 4 {
			return p, errors.New("WKT: a position has more than four numbers")
		}
	}
}

func (w *wktReader) line() (orb.LineString, error) {
	points, err := list(w, (*wktReader).position)
	if err == nil && len(points) == 1 {
		err = errors.New("a line has one point only")
	}
	return points, err
}

func (w *wktReader) polygon() (orb.Polygon, error) {
	return list(w, func(w *wktReader) (orb.Ring, error) {
		points, err := list(w, (*wktReader).position)
		if err != nil {
			return nil, err
		}
		ring, closed := closeRing(points)
		if closed {
			w.notes = append(w.notes, noteClosed)
		}
		return ring, checkRing(ring)
	})
}
