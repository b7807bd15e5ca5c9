package areas

import (
	"context"
	"slices"

	"github.com/paulmach/orb"

	"canvass/geo"
	"canvass/geo/coverage"
)

// Reshape is a stretch of boundary to draw anew. The line begins and ends on the boundary that two sub-areas share; they may
// lie in different census areas or towns, whose outlines then follow.
type Reshape struct {
	Codes     [2]Code
	Line      orb.LineString
	Tolerance float64 // metres
	Parts     []TowerPart
}

// Reshape replaces a stretch of the boundary between two sub-areas.
func (s *Store) Reshape(ctx context.Context, actor Actor, a Asked, d Reshape) (Outcome, error) {
	return s.operate(ctx, actor, a, d.Codes[:], func(t *tx, members []member) (change, error) {
		if err := readable(d.Line, members[0].Geometry.Bound().Union(members[1].Geometry.Bound()), "line"); err != nil {
			return change{}, err
		}
		edit, err := coverage.Reshape(grounds(members), d.Line, d.Tolerance)
		if err != nil {
			return change{}, drawnWrong(err)
		}
		for i := range edit {
			if i > 1 && !coverage.OnlyVertices(members[i].Geometry, edit[i]) {
				return change{}, refuse(Invalid, "boundary_of_another", "这条线调整的是 %s 的边界,而不是 %s 与 %s 之间的",
					"this line moves the boundary of %s, not the one between %s and %s", members[i].Code, d.Codes[0], d.Codes[1]).On("line").At(d.Line[0])
			}
		}
		return change{verb: "reshape", edit: edit, parts: d.Parts}, nil
	})
}

// Transfer is ground to give from one sub-area to another: what the piece has of the first.
type Transfer struct {
	From, To Code
	Piece    orb.MultiPolygon
	Parts    []TowerPart
}

// Transfer gives a piece of a sub-area to another. Where they do not touch, the piece becomes an enclave of its new owner.
func (s *Store) Transfer(ctx context.Context, actor Actor, a Asked, d Transfer) (Outcome, error) {
	return s.operate(ctx, actor, a, []Code{d.From, d.To}, func(t *tx, members []member) (change, error) {
		if err := t.readablePiece(d.Piece, members[0]); err != nil {
			return change{}, err
		}
		edit, err := coverage.Transfer(grounds(members), 0, 1, d.Piece)
		return change{verb: "transfer", edit: edit, parts: d.Parts}, drawnWrong(err)
	})
}

// leastPiece is the least ground in square metres that somebody can mean by a piece.
const leastPiece = 0.01

// readablePiece refuses a drawn piece that cannot be one on the ground of a sub-area.
func (t *tx) readablePiece(piece orb.MultiPolygon, on member) error {
	if len(piece) == 0 || slices.ContainsFunc(piece, func(p orb.Polygon) bool { return len(p) == 0 || len(p[0]) == 0 }) {
		return refuse(Invalid, "piece_missing", "请画出要划出的一块", "draw the piece that is to move").On("piece")
	}
	for _, polygon := range piece {
		for _, ring := range polygon {
			if err := readable(ring, on.Geometry.Bound(), "piece"); err != nil {
				return err
			}
		}
		if geo.Area(polygon) < leastPiece {
			return refuse(Invalid, "piece_flat", "画出的一块没有面积%[1]s,请围出要划出的土地", "the piece has no area%[1]s; draw round the ground that is to move",
				whereText(polygon[0][0])).On("piece").At(polygon[0][0])
		}
	}
	if err := geo.Check(piece); err != nil {
		return broken(err).On("piece")
	}
	return nil
}
