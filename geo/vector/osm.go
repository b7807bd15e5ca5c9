package vector

import (
	"errors"
	"fmt"
	"io"
	"slices"

	"github.com/paulmach/orb"

	"canvass/geo"
)

// osmReader makes features of the elements of an OpenStreetMap file that a theme asks for. It goes over the file four times
// and holds what relations need and the nodes that ways need, not the file:
//
//  1. relations: which are wanted, and of which ways they are made;
//  2. ways: which nodes are needed; the nodes of those that relations are made of are kept;
//  3. nodes: where the needed ones are, and features of nodes;
//  4. ways: features of ways; after the last, features of relations.
//
// A pass leaves out the blobs that held nothing of its kind in the first.
type osmReader struct {
	*source
	*filter
	theme  osmTheme
	tell   func(read, total int64)
	blobs  blobReader
	block  osmBlock
	pass   int
	index  []kinds // of each blob
	blob   int     // of the pass
	places nodePlaces
	ways   map[int64][]int64 // the nodes of the ways that relations are made of; nil until they are met
	wanted []osmRelation
	outer  map[int64]int // of the ways that are a wanted relation's outline: which
	coast  coast
	boxed  bool   // the file tells its box
	ready  []read // features that wait to be taken
	row    int64
	failed error
}

// read is what Next gives.
type read struct {
	feature Feature
	err     error
}

// osmRelation is a relation on its way to a feature.
type osmRelation struct {
	id        int64
	ways      []int64
	relations []int64 // that ground is in, which is not read
	drafts    []osmDraft
}

// passes is how often the file is gone over.
const passes = 4

func openOSM(s *source, o Options) (Reader, error) {
	keep, err := newFilter(o.Where)
	if err != nil {
		return nil, err
	}
	theme, known := osmThemes[o.Theme]
	if !known {
		return nil, fmt.Errorf("say what to read of an OpenStreetMap file: %s, %s or %s", ThemeBuildings, ThemeBase, ThemeBoundaries)
	}
	r := &osmReader{source: s, filter: keep, theme: theme, tell: o.Progress, ways: map[int64][]int64{}, outer: map[int64]int{}}
	r.blobs = blobReader{r: s.file, size: s.size}
	if r.tell == nil {
		r.tell = func(int64, int64) {}
	}
	_, header, err := r.blobs.next()
	if err == nil {
		r.coast.box, err = readHeader(header)
		r.boxed = r.coast.box != (orb.Bound{})
	}
	if err != nil {
		return nil, err
	}
	r.begin(1)
	return r, nil
}

// CRS is WGS 84, by the format.
func (r *osmReader) CRS() string { return "EPSG:4326" }

func (r *osmReader) Next() (Feature, error) {
	for len(r.ready) == 0 {
		if r.failed != nil {
			return Feature{}, r.failed
		}
		r.failed = r.step()
	}
	next := r.ready[0]
	if r.ready = r.ready[1:]; len(r.ready) == 0 {
		r.ready = nil
	}
	return next.feature, next.err
}

// step reads one blob, and at the end of a pass begins the next.
func (r *osmReader) step() error {
	if r.pass > passes {
		return r.relation()
	}
	want := [...]kinds{0, someRelations, someWays, someNodes, someWays}[r.pass]
	if r.pass > 1 && r.blob > 0 && r.blob < len(r.index) && r.index[r.blob]&want == 0 {
		r.blob++
		return r.blobs.skip()
	}
	kind, block, err := r.blobs.next()
	if errors.Is(err, io.EOF) {
		r.begin(r.pass + 1)
		return nil
	}
	if err != nil {
		return fmt.Errorf("pass %d of %d: %w", r.pass, passes, err)
	}
	r.tell(int64(r.pass-1)*r.blobs.size+r.blobs.at, passes*r.blobs.size)
	held := kinds(0)
	if kind == "OSMData" {
		if err := r.block.read(block); err != nil {
			return fmt.Errorf("byte %d: %w", r.blobs.at, err)
		}
		held = r.block.kinds
	}
	if r.pass == 1 {
		r.index = append(r.index, held)
	}
	r.blob++
	return nil
}

// begin begins a pass.
func (r *osmReader) begin(pass int) {
	r.pass, r.blob, r.blobs.at = pass, 0, 0
	r.block.node, r.block.way, r.block.relation = nil, nil, nil
	switch pass {
	case 1:
		r.block.relation = r.noteRelation
	case 2:
		r.block.way = r.noteWay
	case 3:
		r.places.begin()
		r.block.node = r.readNode
	case 4:
		r.block.way = r.readWay
	}
}

func (r *osmReader) noteRelation(id int64, members []osmMember, t tags) error {
	drafts := r.drafts(osmElement{'r', true}, t)
	if len(drafts) == 0 {
		return nil
	}
	out := osmRelation{id: id, drafts: drafts}
	for _, m := range members {
		switch {
		case m.kind == 'w' && (m.role == "outer" || m.role == "inner" || m.role == "" || m.role == "exclave" || m.role == "enclave"):
			out.ways = append(out.ways, m.id)
			r.ways[m.id] = nil
			if m.role != "inner" {
				r.outer[m.id] = len(r.wanted)
			}
		case m.kind == 'r' && (m.role == "outer" || m.role == "inner"):
			out.relations = append(out.relations, m.id)
		}
	}
	slices.Sort(out.ways)
	out.ways = slices.Compact(out.ways)
	r.wanted = append(r.wanted, out)
	return nil
}

// wantsWay tells what a way is to become.
func (r *osmReader) wantsWay(nodes []int64, t tags) []osmDraft {
	closed := len(nodes) > 2 && nodes[0] == nodes[len(nodes)-1]
	return r.drafts(osmElement{'w', closed}, t)
}

// drafts are what an element is to become and what of it is asked for.
func (r *osmReader) drafts(e osmElement, t tags) []osmDraft {
	if len(t) == 0 {
		return nil
	}
	return slices.DeleteFunc(r.theme(e, t), func(d osmDraft) bool { return !r.keeps(d.properties) })
}

func (r *osmReader) noteWay(id int64, nodes []int64, t tags) error {
	_, part := r.ways[id]
	if part {
		r.ways[id] = slices.Clone(nodes)
	}
	if part || len(r.wantsWay(nodes, t)) > 0 {
		return r.places.need(nodes)
	}
	return nil
}

func (r *osmReader) readNode(id int64, at nanodegrees, t tags) error {
	r.places.set(id, at)
	if !r.boxed {
		r.coast.saw(at.point())
	}
	for _, d := range r.drafts(osmElement{'n', false}, t) {
		r.add(fmt.Sprintf("node/%d", id), d.properties, at.point(), nil)
	}
	return nil
}

// outlined tells whether a way is tagged as what the relation is whose outline it is: it comes once, with the relation's holes.
func (r *osmReader) outlined(id int64, draft osmDraft) bool {
	i, ok := r.outer[id]
	if !ok || draft.form == formLine || !slices.ContainsFunc(r.wanted[i].drafts, func(d osmDraft) bool { return d.sameLayer(draft) }) {
		return false
	}
	return !slices.ContainsFunc(r.wanted[i].ways, func(id int64) bool { return r.ways[id] == nil })
}

func (r *osmReader) readWay(id int64, nodes []int64, t tags) error {
	drafts := slices.DeleteFunc(r.wantsWay(nodes, t), func(d osmDraft) bool { return r.outlined(id, d) })
	if len(drafts) == 0 {
		return nil
	}
	place := fmt.Sprintf("way/%d", id)
	line, missing := r.places.line(nodes)
	var err error
	switch {
	case missing != 0:
		err = fmt.Errorf("node/%d, of which it is made, is missing from the file", missing)
	case len(line) < 2:
		err = errors.New("it has less than two nodes")
	}
	if err != nil {
		r.add(place, drafts[0].properties, nil, err)
		return nil
	}
	for _, d := range drafts {
		switch d.form {
		case formCoast:
			r.coast.lines = append(r.coast.lines, line)
		case formLine:
			r.add(place, d.properties, line, nil)
		default:
			r.addArea(place, d, line)
		}
	}
	return nil
}

// addArea adds the ground inside a closed line, or a point on it.
func (r *osmReader) addArea(place string, d osmDraft, line orb.LineString) {
	if line[0] != line[len(line)-1] {
		r.add(place, d.properties, nil, errors.New("its outline is not closed"))
		return
	}
	var g orb.Geometry = orb.Polygon{orb.Ring(line)}
	err := checkRing(orb.Ring(line))
	if err == nil && d.form == formPoint {
		g = geo.PointOnSurface(g)
	}
	r.add(place, d.properties, g, err)
}

// relation makes the features of the next relation; after the last come the sea and the end of the file.
func (r *osmReader) relation() error {
	if len(r.wanted) == 0 {
		if len(r.coast.lines) == 0 {
			return r.filter.end()
		}
		sea, err := r.coast.sea()
		r.coast.lines = nil
		if sea != nil || err != nil {
			r.add("coastline", seaProperties(), sea, err)
		}
		return nil
	}
	next := r.wanted[0]
	r.wanted = r.wanted[1:]
	place := fmt.Sprintf("relation/%d", next.id)
	g, err := r.assemble(next)
	if err != nil {
		r.add(place, next.drafts[0].properties, nil, err)
		return nil
	}
	for _, d := range next.drafts {
		if d.form == formPoint {
			r.add(place, d.properties, geo.PointOnSurface(g), nil)
			continue
		}
		r.add(place, d.properties, g, nil)
	}
	return nil
}

// add makes a feature, or a bad row, ready to be taken.
func (r *osmReader) add(id string, p Properties, g orb.Geometry, err error) {
	r.row++
	out := read{feature: Feature{Row: r.row, Place: id, ID: id, Geometry: g, Properties: p}}
	if err != nil {
		reason := err.Error()
		if name := p.Text("name"); name != "" {
			reason = name + ": " + reason
		}
		out = read{err: &RowError{Row: r.row, Place: id, Reason: reason}}
	}
	r.ready = append(r.ready, out)
}
