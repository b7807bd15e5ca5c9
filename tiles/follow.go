package tiles

import (
	"context"
	"encoding/json"
	"time"

	"github.com/paulmach/orb"
)

// channel is where a commit tells what of the map it changed.
const channel = "canvass_map"

// notice is what is told: the county, where (west, south, east, north; all of it if not given) and in which sets.
type notice struct {
	County string      `json:"county"`
	Bounds *[4]float64 `json:"bounds"`
	Layers []string    `json:"layers"`
}

// followAgainAfter is how long to wait before listening again when the database was lost.
const followAgainAfter = 500 * time.Millisecond

// Follow drops tiles as the database tells of changes, until the context ends. When it has not listened for a while it
// drops everything, for it cannot know what it missed.
func (t *Tiles) Follow(ctx context.Context) error {
	for {
		err := t.listen(ctx)
		if ctx.Err() != nil {
			return ctx.Err()
		}
		t.log.WarnContext(ctx, "tiles no longer hear of changes, trying again", "error", err)
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(followAgainAfter):
		}
	}
}

func (t *Tiles) listen(ctx context.Context) error {
	pooled, err := t.pool.Acquire(ctx)
	if err != nil {
		return err
	}
	conn := pooled.Hijack() // a connection that listens must not go back to others
	defer conn.Close(context.WithoutCancel(ctx))
	if _, err := conn.Exec(ctx, "LISTEN "+channel); err != nil {
		return err
	}
	t.cache.clear()
	hearing, lost := context.WithCancel(ctx)
	t.indexes.hear(hearing)
	t.packages.hear(true)
	defer func() {
		lost()
		t.packages.hear(false)
		t.indexes.forget()
	}()
	for {
		n, err := conn.WaitForNotification(ctx)
		if err != nil {
			return err
		}
		var told notice
		if json.Unmarshal([]byte(n.Payload), &told) == nil {
			t.heard(told)
		}
	}
}

// heard drops what a notice names. The indexes hear first, so that a tile that is built after it was dropped is of now.
func (t *Tiles) heard(n notice) {
	var changed *orb.Bound
	var place *box
	if b := n.Bounds; b != nil {
		changed = &orb.Bound{Min: orb.Point{b[0], b[1]}, Max: orb.Point{b[2], b[3]}}
		in := boxOf(*changed)
		place = &in
	}
	t.packages.change(n.County, place)
	for _, kind := range n.Layers {
		set := n.County + "-" + kind
		t.indexes.change(set, place)
		t.cache.drop(set, changed)
	}
}
