package vector

import (
	"fmt"
	"strings"

	"github.com/paulmach/orb"
)

// mostNamed is how many missing members an error names.
const mostNamed = 5

// assemble makes the polygons of a relation. Roles are not trusted: which ring is a hole is told by where it lies.
//
//  1. refuse it if members are missing from the file;
//  2. join its ways, end to end, to rings;
//  3. find where the nodes are;
//  4. tell shells from holes.
func (r *osmReader) assemble(rel osmRelation) (orb.Geometry, error) {
	var missing []string
	for _, id := range rel.ways {
		if r.ways[id] == nil {
			missing = append(missing, fmt.Sprintf("way/%d", id))
		}
	}
	if n := len(missing); n > 0 {
		if n > mostNamed {
			missing = append(missing[:mostNamed], fmt.Sprintf("and %d more", n-mostNamed))
		}
		return nil, fmt.Errorf("%d of its %d ways are missing from the file: %s", n, len(rel.ways), strings.Join(missing, ", "))
	}
	if len(rel.relations) > 0 {
		return nil, fmt.Errorf("it is made of other relations, such as relation/%d, which is not read", rel.relations[0])
	}
	if len(rel.ways) == 0 {
		return nil, fmt.Errorf("it has no ways")
	}
	j := newJoiner(len(rel.ways))
	for _, id := range rel.ways {
		j.add(r.ways[id])
	}
	loops, open := j.rings()
	if open != 0 {
		return nil, fmt.Errorf("its outline is not closed at node/%d", open)
	}
	rings := make([]orb.Ring, 0, len(loops))
	for _, loop := range loops {
		line, missing := r.places.line(loop)
		if missing != 0 {
			return nil, fmt.Errorf("node/%d, of which it is made, is missing from the file", missing)
		}
		if err := checkRing(orb.Ring(line)); err != nil {
			return nil, err
		}
		rings = append(rings, orb.Ring(line))
	}
	return nested(rings)
}

// joiner joins ways to rings.
type joiner struct {
	ways   [][]int64
	used   []bool
	ends   map[int64][]int // ways by the nodes they end at
	closed [][]int64
}

func newJoiner(n int) *joiner { return &joiner{ends: make(map[int64][]int, n)} }

func (j *joiner) add(way []int64) {
	switch first, last := way[0], way[len(way)-1]; {
	case len(way) == 1:
	case first == last:
		j.closed = append(j.closed, way)
	default:
		j.ends[first] = append(j.ends[first], len(j.ways))
		j.ends[last] = append(j.ends[last], len(j.ways))
		j.ways = append(j.ways, way)
	}
}

// rings gives closed lists of nodes. open is a node where no way goes on, or 0.
func (j *joiner) rings() (rings [][]int64, open int64) {
	rings = j.closed
	j.used = make([]bool, len(j.ways))
	for i := range j.ways {
		if j.used[i] {
			continue
		}
		found, open := j.walk(i)
		if open != 0 {
			return nil, open
		}
		rings = append(rings, found...)
	}
	return rings, 0
}

// walk goes from way to way until it is back where it began. Where it comes by a node for the second time, the loop in between
// is a ring of its own: rings may touch, but none touches itself.
func (j *joiner) walk(first int) (rings [][]int64, open int64) {
	path := []int64{j.ways[first][0]}
	at := map[int64]int{path[0]: 0} // where on the path a way ended
	for next := first; ; {
		j.used[next] = true
		here := path[len(path)-1]
		path = append(path, onwards(j.ways[next], here)...)
		here = path[len(path)-1]
		if from, seen := at[here]; seen {
			loop := append([]int64(nil), path[from:]...)
			rings = append(rings, loop)
			for _, id := range loop[1:] {
				if k, is := at[id]; is && k > from {
					delete(at, id)
				}
			}
			path = path[:from+1]
			if from == 0 {
				return rings, 0
			}
		} else {
			at[here] = len(path) - 1
		}
		if next = j.unused(here); next < 0 {
			return nil, here
		}
	}
}

// onwards is a way's nodes behind the one it is entered by.
func onwards(way []int64, from int64) []int64 {
	if way[0] == from {
		return way[1:]
	}
	out := make([]int64, 0, len(way)-1)
	for i := len(way) - 2; i >= 0; i-- {
		out = append(out, way[i])
	}
	return out
}

func (j *joiner) unused(node int64) int {
	for _, way := range j.ends[node] {
		if !j.used[way] {
			return way
		}
	}
	return -1
}
