package tiles

import (
	"cmp"
	"slices"
)

// edits are what changed of a layer since it was packed: which of the packed features are no longer so, and those that came.
// They do not change; the next ones share their memory and only append to it, so that there must be one line of them.
type edits struct {
	gone []uint64 // a bit for each packed feature, by when it is drawn
	came *columns
	over []bool   // of those that came, which are no longer so; shorter if none after
	ids  []uint64 // of all that changed, in that order
}

// renewal is features of a layer as they are now; those of the ids that are not among them are gone.
type renewal struct {
	ids []uint64
	now *columns
}

// patch is one feature that changed, as it was or is.
type patch struct {
	box
	minZoom int
	layer   string
	columns *columns // none for a place where anything may have changed
	nth     uint32
}

// shows tells whether a tile shows any of it.
func (p patch) shows(w *writer, a address) bool {
	w.lay(a.z, a.x, a.y)
	if p.columns == nil || !p.meets(w.points) {
		return p.meets(w.points)
	}
	if w.draw(p.columns, p.nth); len(w.geometry) > 0 {
		return true
	}
	// Its mark shows further than its ground.
	_, marked := w.marked(p.layer)
	if marked {
		_, marked = w.markOn(p.columns, p.nth)
	}
	return marked
}

// edited is the layer after a change, and what was and is of it.
func (l indexed) edited(c renewal) (indexed, []patch) {
	var patches []patch
	note := func(columns *columns, nth uint32) {
		patches = append(patches, patch{columns.boxes[nth], l.minZoom, l.name, columns, nth})
	}
	next := &edits{gone: make([]uint64, (len(l.packed.ids)+63)/64)}
	if before := l.edits; before != nil {
		copy(next.gone, before.gone)
		next.came, next.over, next.ids = before.came.snapshot(), slices.Clone(before.over), before.ids
	} else {
		next.came = l.packed.columns.continued()
	}
	next.ids = append(next.ids, c.ids...)
	for _, id := range c.ids {
		if nth, ok := l.packed.find(id); ok && next.gone[nth/64]&(1<<(nth%64)) == 0 {
			note(l.packed.columns, l.packed.at[nth])
			next.gone[nth/64] |= 1 << (nth % 64)
		}
		if i, ok := next.find(id); ok {
			note(next.came, i)
			next.replace(i)
		}
	}
	for i := range c.now.ids {
		next.came.take(c.now, uint32(i))
		note(next.came, uint32(len(next.came.ids)-1))
	}
	l.edits = next
	return l, patches
}

// size is about how much memory a layer takes.
func (l indexed) size() int64 {
	bytes := l.packed.size()
	if e := l.edits; e != nil {
		bytes += e.came.size() + sizeOf(e.came.values.slots) + sizeOf(e.came.values.under.slots) + sizeOf(e.gone) + sizeOf(e.over) + sizeOf(e.ids)
		for i := range e.came.fields {
			bytes += sizeOf(e.came.fields[i].known)
		}
	}
	return bytes
}

// find is which of those that came has an id now.
func (e *edits) find(id uint64) (uint32, bool) {
	for i := len(e.came.ids) - 1; i >= 0; i-- {
		if e.came.ids[i] == id {
			return uint32(i), !e.replaced(i)
		}
	}
	return 0, false
}

func (e *edits) replaced(i int) bool { return i < len(e.over) && e.over[i] }

func (e *edits) replace(i uint32) {
	for len(e.over) <= int(i) {
		e.over = append(e.over, false)
	}
	e.over[i] = true
}

// find is when the feature with an id is drawn, in a layer that is not drawn by rank.
func (p *packed) find(id uint64) (nth uint32, ok bool) {
	n, ok := slices.BinarySearchFunc(p.at, id, func(i uint32, id uint64) int { return cmp.Compare(p.ids[i], id) })
	return uint32(n), ok
}

// snapshot are the columns as they are; what is added to the one does not show in the other.
func (c *columns) snapshot() *columns {
	s := *c
	s.fields = slices.Clone(c.fields)
	return &s
}

// continued are columns for features that come after these, with the same attributes.
func (c *columns) continued() *columns {
	next := &columns{rank: -1, values: over(&c.values)}
	for _, f := range c.fields {
		next.fields = append(next.fields, field{name: f.name, oid: f.oid, text: f.text})
	}
	return next
}

// take adds a feature of other columns with the same attributes.
func (c *columns) take(from *columns, i uint32) {
	for k := range c.fields {
		f, of := &c.fields[k], &from.fields[k]
		code := of.codes.at(i)
		if code != 0 {
			code = f.codeOf(from.values.value(of.value[code-1]), &c.values)
		}
		f.codes.add(code)
	}
	rank := int16(0)
	if from.ranks != nil {
		rank = from.ranks[i]
	}
	c.ids, c.ranks = append(c.ids, from.ids[i]), append(c.ranks, rank)
	c.zooms, c.boxes = append(c.zooms, from.zooms[i]), append(c.boxes, from.boxes[i])
	c.starts = append(c.starts, uint32(len(c.words)))
	c.words = append(c.words, from.wordsOf(i)...)
}

// wordsOf are the words of a feature's geometry.
func (c *columns) wordsOf(i uint32) []uint16 {
	if next := int(i) + 1; next < len(c.starts) {
		return c.words[c.starts[i]:c.starts[next]]
	}
	return c.words[c.starts[i]:]
}

// repacked is the layer packed anew with its edits in their places.
func (l indexed) repacked() *packed {
	all := &columns{rank: -1}
	for _, f := range l.packed.fields {
		all.fields = append(all.fields, field{name: f.name, oid: f.oid, text: f.text})
	}
	for nth, i := range l.packed.at {
		if l.edits.gone[nth/64]&(1<<(nth%64)) == 0 {
			all.take(l.packed.columns, i)
		}
	}
	for i := range l.edits.came.ids {
		if !l.edits.replaced(i) {
			all.take(l.edits.came, uint32(i))
		}
	}
	return pack(all)
}

// since are the edits after the first n changes, over what these were packed to.
func (l indexed) since(n int, p *packed) indexed {
	out := indexed{layer: l.layer, packed: p}
	ids := slices.Clone(l.edits.ids[n:])
	if len(ids) == 0 {
		return out
	}
	slices.Sort(ids)
	ids = slices.Compact(ids)
	now := l.packed.columns.continued()
	for _, id := range ids {
		if i, ok := l.edits.find(id); ok {
			now.take(l.edits.came, i)
		}
	}
	out, _ = out.edited(renewal{ids, now})
	return out
}

// encode writes a layer with its edits.
func (l indexed) encode(w *writer, zoom int) {
	if l.edits == nil {
		w.layer(l.name, l.columns, w.found(l.packed, nil, zoom))
		return
	}
	w.found(l.packed, l.edits.gone, zoom)
	w.foundLater(l.edits, zoom)
	w.merged(l.name, l, w.write)
	if marks, ok := w.marked(l.name); ok {
		w.only = markField
		w.merged(marks.name, l, w.mark)
		w.only = ""
	}
}

// merged writes a layer of what was found among the packed and what came later, by their ids.
func (w *writer) merged(name string, l indexed, write func(*columns, uint32)) {
	came, order := l.edits.came, w.order
	w.beginLayer(name, came)
	for _, i := range w.later {
		for len(order) > 0 && l.packed.ids[order[0]] < came.ids[i] {
			write(l.columns, order[0])
			order = order[1:]
		}
		write(came, i)
	}
	for _, i := range order {
		write(l.columns, i)
	}
	w.endLayer(name, came)
}

// foundLater lists what came that the tile may show, as it is drawn.
func (w *writer) foundLater(e *edits, zoom int) []uint32 {
	w.later = w.later[:0]
	for i, b := range e.came.boxes {
		if b.meets(w.points) && e.came.zooms[i] <= uint8(zoom) && !e.replaced(i) {
			w.later = append(w.later, uint32(i))
		}
	}
	slices.SortFunc(w.later, e.came.compare)
	return w.later
}
