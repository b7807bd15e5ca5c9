package simulate

import (
	"math"
	"slices"
)

// laneCut is a lane that parts lots: west of a column, or south of a row.
type laneCut struct {
	column        bool
	at            int
	before, after []lot
	cost          float64
	from, to      int // the rows, or columns, that the lane runs along
}

// laneCuts lists the lanes between lots, the most even first; a real lane between blocks is better than the wall
// between two yards, and a short one better than a long.
func laneCuts(lots []lot, fraction float64) []laneCut {
	if len(lots) < 2 {
		return nil
	}
	low, high := lots[0], lots[0]
	for _, l := range lots {
		low = lot{min(low.column, l.column), min(low.row, l.row)}
		high = lot{max(high.column, l.column), max(high.row, l.row)}
	}
	var out []laneCut
	for at := low.column + 1; at <= high.column; at++ {
		c := laneCut{column: true, at: at, from: low.row, to: high.row + 1}
		if at%lotsAbreast != 0 {
			c.cost = 0.5
		}
		c.cost += 0.1 * float64(high.row-low.row) * rowPitch / 100
		out = append(out, c)
	}
	for at := low.row + 1; at <= high.row; at++ {
		c := laneCut{at: at, from: low.column, to: high.column + 1}
		c.cost += 0.1 * float64(high.column-low.column) * lotWidth / 100
		out = append(out, c)
	}
	for i := range out {
		c := &out[i]
		for _, l := range lots {
			if c.column && l.column < c.at || !c.column && l.row < c.at {
				c.before = append(c.before, l)
			} else {
				c.after = append(c.after, l)
			}
		}
		c.cost += 4 * math.Abs(float64(len(c.before))/float64(len(lots))-fraction)
	}
	slices.SortFunc(out, func(a, b laneCut) int { return compare(a.cost, b.cost) })
	return out
}

// lanePath draws a lane through the hamlet and on to the edge of r at both ends. The lane's corners lie where lanes
// could cross it, so that others end there.
func (t *townMaker) lanePath(r ring, h *hamlet, c laneCut) (i, j int, path []pt, ok bool) {
	var through []vec
	for k := c.from; k <= c.to; k++ {
		if c.column {
			through = append(through, h.at(laneX(c.at), bottom(k)-(rowPitch-lotDepth)/2))
		} else {
			through = append(through, h.at(laneX(k), bottom(c.at)-(rowPitch-lotDepth)/2))
		}
	}
	through = slices.DeleteFunc(through, func(v vec) bool { return !r.contains(v.pt()) || off(r, v) < 5 })
	if len(through) == 0 {
		return 0, 0, nil, false
	}
	along := vec{1, 0}
	if c.column {
		along = vec{0, 1}
	}
	along = along.turned(h.angle)
	ends := t.exits(r, through[len(through)-1], along)
	for _, i := range t.exits(r, through[0], along.scale(-1)) {
		for _, j := range ends {
			if i == j {
				continue
			}
			for _, rough := range []float64{0.12, 0} {
				path := t.drawOut(r[i].vec(), through, r[j].vec(), rough)
				if r.admits(i, j, path) {
					return i, j, path, true
				}
			}
		}
	}
	return 0, 0, nil, false
}

// laneX is the middle of the gap west of a column.
func laneX(column int) float64 {
	if ((column%lotsAbreast)+lotsAbreast)%lotsAbreast == 0 {
		return left(column) - lane/2
	}
	return left(column)
}

// exits are the corners of r that a lane could go on to from v, best first: close ones straight ahead.
func (t *townMaker) exits(r ring, v, along vec) []int {
	type exit struct {
		corner int
		cost   float64
	}
	var found []exit
	for k, p := range r {
		d := p.vec().sub(v)
		length := d.length()
		ahead := d.dot(along)
		if length > 40 && ahead < 0.5*length || length == 0 || ahead < 0 {
			continue
		}
		found = append(found, exit{k, length + 1.5*math.Abs(d.cross(along))})
	}
	slices.SortFunc(found, func(a, b exit) int { return compare(a.cost, b.cost) })
	out := []int{}
	for k := 0; k < len(found) && len(out) < 5; k++ {
		out = append(out, found[k].corner)
	}
	return out
}

// drawOut joins the lane to the corners a and b over the fields.
func (t *townMaker) drawOut(a vec, through []vec, b vec, rough float64) []pt {
	line := t.wander([]vec{a, through[0]}, rough)
	line = append(line, through[1:]...)
	line = append(line, t.wander([]vec{through[len(through)-1], b}, rough)[1:]...)
	return between(onGrid(line))
}
