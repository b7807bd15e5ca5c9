package areas

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"slices"
	"strings"
	"testing"

	"github.com/google/uuid"
)

// gate is where tablets wait for a turn, with transactions that go on until they are told how they end.
type gate struct {
	shared
	t     *testing.T
	begun chan turn
	ended chan string // sub-area, what it was answered, and whether it was taken
	first []turn      // they fill the gate
}

type turn struct {
	group []parcel
	end   chan error // nil: all are taken
}

var errPanic = errors.New("end by a panic")

// fullGate has all its turns taken.
func fullGate(t *testing.T) *gate {
	g := &gate{t: t, begun: make(chan turn), ended: make(chan string)}
	for i := range mostTurns() {
		go func() { _, _ = g.take(t.Context(), visitTo(uuid.New(), Code(fmt.Sprint("first", i))), g.do) }()
		g.first = append(g.first, <-g.begun)
	}
	return g
}

func (g *gate) do(_ context.Context, group []parcel) ([]Synced, error) {
	now := turn{group, make(chan error)}
	g.begun <- now
	err := <-now.end
	if err == errPanic {
		panic(err)
	}
	out := make([]Synced, len(group))
	for i, p := range group {
		out[i].Cursor = string(p.batch.Changes[0].SubArea)
	}
	return out, err
}

// come has a tablet wait.
func (g *gate) come(ctx context.Context, device uuid.UUID, subArea Code) {
	before := g.length()
	go func() {
		out, taken := g.take(ctx, visitTo(device, subArea), g.do)
		g.ended <- fmt.Sprintf("%s %s %t", subArea, out.Cursor, taken)
	}()
	for g.length() == before {
		runtime.Gosched()
	}
}

func (g *gate) length() int {
	g.mu.Lock()
	defer g.mu.Unlock()
	return len(g.waiting)
}

// next fails unless the tablets of sub-areas go together now.
func (g *gate) next(want string) turn {
	g.t.Helper()
	now := <-g.begun
	var got []string
	for _, p := range now.group {
		got = append(got, string(p.batch.Changes[0].SubArea))
	}
	if words := strings.Join(got, " "); words != want {
		g.t.Fatalf("together go %s, want %s", words, want)
	}
	return now
}

// answered fails unless these were answered, in whatever order.
func (g *gate) answered(want ...string) {
	g.t.Helper()
	for range want {
		if got := <-g.ended; !slices.Contains(want, got) {
			g.t.Errorf("answered %q, want %q", got, want)
		}
	}
}

// open lets those go who filled the gate.
func (g *gate) open() {
	for _, f := range g.first[1:] {
		f.end <- nil
	}
}

func visitTo(device uuid.UUID, subArea Code) parcel {
	return parcel{batch: Batch{Device: DeviceKey{"370883", device}, Changes: []Change{{Verb: "record_visit", SubArea: subArea}}}}
}

// TestWhoGoesTogether tells who shares a turn: other tablets in other sub-areas, in the order they came.
func TestWhoGoesTogether(t *testing.T) {
	g := fullGate(t)
	same := uuid.New()
	g.come(t.Context(), same, "a")
	g.come(t.Context(), uuid.New(), "b")
	g.come(t.Context(), uuid.New(), "a") // waits for the first of the sub-area
	g.come(t.Context(), same, "c")       // waits for its own tablet
	g.come(t.Context(), uuid.New(), "d")
	g.first[0].end <- nil
	g.next("a b d").end <- nil
	g.answered("a a true", "b b true", "d d true")
	g.next("a c").end <- nil
	g.answered("a a true", "c c true")
	g.open()
}

// TestNobodyIsTakenInATurnThatFails has each of a group go alone after an error and after a panic, and who hangs up not be waited for.
func TestNobodyIsTakenInATurnThatFails(t *testing.T) {
	for _, failure := range []error{errors.New("refused"), errPanic} {
		g := fullGate(t)
		gone, hangUp := context.WithCancel(t.Context())
		g.come(t.Context(), uuid.New(), "a")
		g.come(gone, uuid.New(), "b")
		hangUp()
		g.answered("b  false")
		g.come(t.Context(), uuid.New(), "c")
		g.first[0].end <- nil
		g.next("a b c").end <- failure
		g.answered("a  false", "c  false")
		g.open()
	}
}

// TestNoMoreThanSoManyGoTogether bounds a group, and ends the turn when nobody waits.
func TestNoMoreThanSoManyGoTogether(t *testing.T) {
	s := shared{taken: 1}
	for i := range mostShared + 3 {
		s.waiting = append(s.waiting, &arrived{parcel: visitTo(uuid.New(), Code(fmt.Sprint(i))), ctx: t.Context()})
	}
	if a, b, c := len(s.next()), len(s.next()), len(s.next()); a != mostShared || b != 3 || c != 0 || s.taken != 0 {
		t.Errorf("groups of %d, %d and %d, %d turns taken", a, b, c, s.taken)
	}
}
