package vector

import (
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"slices"
	"strconv"
)

// topology is a TopoJSON file: objects whose lines are runs of arcs that neighbours share. All of it is held, for any object
// may use any arc.
type topology struct {
	Arcs      [][][]float64             `json:"arcs"`
	Objects   map[string]topologyObject `json:"objects"`
	Transform *struct {
		Scale     [2]float64 `json:"scale"`
		Translate [2]float64 `json:"translate"`
	} `json:"transform"`
}

// topologyObject is a geometry, or a collection of geometries that are its features.
type topologyObject struct {
	Type        string            `json:"type"`
	ID          json.RawMessage   `json:"id,omitempty"`
	Properties  json.RawMessage   `json:"properties,omitempty"`
	Arcs        json.RawMessage   `json:"arcs,omitempty"`
	Coordinates json.RawMessage   `json:"coordinates,omitempty"`
	Geometries  []json.RawMessage `json:"geometries,omitempty"`
}

// openTopology lets features be read from the object of a topology that layer names, or from the only one.
func (r *jsonReader) openTopology(b []byte, layer string) error {
	t := &topology{}
	if err := json.Unmarshal(b, t); err != nil {
		return fmt.Errorf("this TopoJSON cannot be read: %w", err)
	}
	names := slices.Sorted(maps.Keys(t.Objects))
	if layer == "" && len(names) == 1 {
		layer = names[0]
	}
	object, known := t.Objects[layer]
	switch {
	case len(names) == 0:
		return fmt.Errorf("this TopoJSON has no objects")
	case !known:
		return fmt.Errorf("this TopoJSON has the objects %q: say which with --layer", names)
	}
	t.unpack()
	features := object.Geometries
	if object.Type != "GeometryCollection" {
		one, err := json.Marshal(object)
		if err != nil {
			return err
		}
		features = []json.RawMessage{one}
	}
	next := 0
	r.record = func() ([]byte, string, error) {
		if next == len(features) {
			return nil, "", io.EOF
		}
		next++
		place := fmt.Sprintf("%s %d", layer, next)
		feature, err := t.feature(features[next-1])
		return feature, place, err
	}
	return nil
}

// unpack undoes the quantising of arcs, whose positions are steps from the one before.
func (t *topology) unpack() {
	if t.Transform == nil {
		return
	}
	for _, arc := range t.Arcs {
		x, y := 0.0, 0.0
		for _, p := range arc {
			if len(p) < 2 {
				continue
			}
			x, y = x+p[0], y+p[1]
			p[0], p[1] = t.place(x, y)
		}
	}
}

func (t *topology) place(x, y float64) (float64, float64) {
	return x*t.Transform.Scale[0] + t.Transform.Translate[0], y*t.Transform.Scale[1] + t.Transform.Translate[1]
}

// feature writes an object as a GeoJSON feature.
func (t *topology) feature(b []byte) ([]byte, error) {
	var o topologyObject
	if err := json.Unmarshal(b, &o); err != nil {
		return nil, err
	}
	out := []byte(`{"type":"Feature"`)
	if len(o.ID) > 0 {
		out = append(append(out, `,"id":`...), o.ID...)
	}
	out = append(out, `,"properties":`...)
	if len(o.Properties) > 0 {
		out = append(out, o.Properties...)
	} else {
		out = append(out, "null"...)
	}
	out, err := t.geometry(append(out, `,"geometry":`...), o, 0)
	return append(out, '}'), err
}

func (t *topology) geometry(out []byte, o topologyObject, depth int) (_ []byte, err error) {
	switch {
	case o.Type == "" || o.Type == "null":
		return append(out, "null"...), nil
	case depth > maxCollections:
		return nil, fmt.Errorf("collections lie in each other more than %d deep", maxCollections)
	case o.Type == "GeometryCollection":
		out = append(out, `{"type":"GeometryCollection","geometries":[`...)
		for i, b := range o.Geometries {
			var part topologyObject
			if err := json.Unmarshal(b, &part); err != nil {
				return nil, err
			}
			if i > 0 {
				out = append(out, ',')
			}
			if out, err = t.geometry(out, part, depth+1); err != nil {
				return nil, err
			}
		}
		return append(out, "]}"...), nil
	}
	out = append(strconv.AppendQuote(append(out, `{"type":`...), o.Type), `,"coordinates":`...)
	if o.Arcs == nil {
		out, err = t.points(out, o.Coordinates)
	} else {
		out, err = t.lines(out, o.Arcs)
	}
	return append(out, '}'), err
}

// points writes positions that are no arcs; they are quantised, but no steps.
func (t *topology) points(out []byte, b json.RawMessage) ([]byte, error) {
	if t.Transform == nil || len(b) == 0 {
		return append(out, b...), nil
	}
	var many [][]float64
	var one []float64
	if json.Unmarshal(b, &one) == nil && len(one) >= 2 {
		x, y := t.place(one[0], one[1])
		return appendPair(out, x, y), nil
	}
	if err := json.Unmarshal(b, &many); err != nil {
		return nil, err
	}
	return appendArray(out, many, func(out []byte, p []float64) ([]byte, error) {
		if len(p) < 2 {
			return nil, fmt.Errorf("a position has one number only")
		}
		x, y := t.place(p[0], p[1])
		return appendPair(out, x, y), nil
	})
}

// lines writes arcs by their numbers, which lie in arrays as deep as the geometry's coordinates without the last.
func (t *topology) lines(out []byte, b json.RawMessage) ([]byte, error) {
	var numbers []int
	if json.Unmarshal(b, &numbers) == nil {
		return t.line(out, numbers)
	}
	var parts []json.RawMessage
	if err := json.Unmarshal(b, &parts); err != nil {
		return nil, err
	}
	return appendArray(out, parts, t.lines)
}

// line joins arcs, of which each begins where the one before ends; a negative number is an arc read backwards.
func (t *topology) line(out []byte, numbers []int) ([]byte, error) {
	out = append(out, '[')
	count := 0
	for i, n := range numbers {
		back := n < 0
		if back {
			n = ^n
		}
		if n >= len(t.Arcs) {
			return nil, fmt.Errorf("there is no arc %d", n)
		}
		arc := t.Arcs[n]
		for k := range arc {
			p := arc[k]
			if back {
				p = arc[len(arc)-1-k]
			}
			if len(p) < 2 {
				return nil, fmt.Errorf("arc %d: a position has one number only", n)
			}
			if k == 0 && i > 0 {
				continue
			}
			if count++; count > 1 {
				out = append(out, ',')
			}
			out = appendPair(out, p[0], p[1])
		}
	}
	return append(out, ']'), nil
}

func appendPair(out []byte, x, y float64) []byte {
	out = strconv.AppendFloat(append(out, '['), x, 'f', -1, 64)
	return append(strconv.AppendFloat(append(out, ','), y, 'f', -1, 64), ']')
}
