package web

import (
	"context"

	"github.com/paulmach/orb"

	"canvass/areas"
)

// Changing is what every change of the frame may be asked with.
type Changing struct {
	IfMatch string `header:"If-Match" doc:"the ETag of the frame that was read; a change that stands on an older frame is refused with 412 and what was done since, if the same sub-areas changed. Left out or *: whatever is there"`
	Preview bool   `query:"preview" doc:"true answers what the change would do, and writes nothing"`
}

// untouched is the ETag of a frame that nobody has changed yet; whatever is done to it comes after.
const untouched = `"0"`

// asked reads what a change is asked with.
func (c Changing) asked(reason string) (areas.Asked, error) {
	if c.IfMatch == untouched {
		return areas.Asked{Preview: c.Preview, Base: areas.BeforeAll, Reason: reason}, nil
	}
	base, err := Based{c.IfMatch}.baseIfAny()
	return areas.Asked{Preview: c.Preview, Base: base, Reason: reason}, err
}

// outcome is the answer to a change: the frame's new revision is its ETag.
type outcome = single[Outcome]

func (s *Server) frame(ctx context.Context, actor areas.Actor, in *struct {
	Area     areas.Code `path:"area" doc:"code of a census area, twelve digits"`
	Outlines bool       `query:"outlines" doc:"true to get the outlines of buildings too"`
}) (*single[Frame], error) {
	f, err := s.store.Frame(ctx, actor, in.Area)
	return singleOf(f, err, func(f areas.Frame) Frame { return frameForm(f, in.Outlines) }, f.Revision)
}

func (s *Server) splitSubArea(ctx context.Context, actor areas.Actor, in *struct {
	Coded
	Changing
	Body struct {
		Line      Line        `json:"line"`
		Tolerance *float64    `json:"tolerance,omitempty" minimum:"0" maximum:"50" doc:"metres by which the line's ends may stop short of the boundary, and within which it is drawn to vertices that are there; 1 if left out"`
		Parts     []TowerPart `json:"parts,omitempty" maxItems:"200" doc:"of towers that the line cuts"`
		Reason    string      `json:"reason,omitempty" maxLength:"2000"`
	}
}) (*outcome, error) {
	asked, err := in.asked(in.Body.Reason)
	if err != nil {
		return nil, err
	}
	done, err := s.store.Split(ctx, actor, asked, areas.Split{Code: in.Code, Line: in.Body.Line.line(), Tolerance: toleranceOf(in.Body.Tolerance),
		Parts: partsOf(in.Body.Parts)})
	return outcomeOf(ctx, done, err)
}

func (s *Server) mergeSubAreas(ctx context.Context, actor areas.Actor, in *struct {
	Changing
	Body struct {
		Codes  []areas.Code `json:"codes" minItems:"2" maxItems:"50" doc:"of one census area; the one with the most dwellings keeps its code"`
		Reason string       `json:"reason,omitempty" maxLength:"2000"`
	}
}) (*outcome, error) {
	asked, err := in.asked(in.Body.Reason)
	if err != nil {
		return nil, err
	}
	done, err := s.store.Merge(ctx, actor, asked, in.Body.Codes)
	return outcomeOf(ctx, done, err)
}

func (s *Server) reshapeSubAreas(ctx context.Context, actor areas.Actor, in *struct {
	Changing
	Body struct {
		Codes     []areas.Code `json:"codes" minItems:"2" maxItems:"2" doc:"whose common boundary moves; they may lie in different census areas or towns"`
		Line      Line         `json:"line" doc:"begins and ends on their common boundary"`
		Tolerance *float64     `json:"tolerance,omitempty" minimum:"0" maximum:"50" doc:"metres; 1 if left out"`
		Parts     []TowerPart  `json:"parts,omitempty" maxItems:"200" doc:"of towers that the line cuts"`
		Reason    string       `json:"reason,omitempty" maxLength:"2000"`
	}
}) (*outcome, error) {
	asked, err := in.asked(in.Body.Reason)
	if err != nil {
		return nil, err
	}
	done, err := s.store.Reshape(ctx, actor, asked, areas.Reshape{Codes: [2]areas.Code(in.Body.Codes), Line: in.Body.Line.line(),
		Tolerance: toleranceOf(in.Body.Tolerance), Parts: partsOf(in.Body.Parts)})
	return outcomeOf(ctx, done, err)
}

func (s *Server) transferGround(ctx context.Context, actor areas.Actor, in *struct {
	Changing
	Body struct {
		From   areas.Code  `json:"from"`
		To     areas.Code  `json:"to"`
		Piece  Geometry    `json:"piece" doc:"Polygon or MultiPolygon; what it has of from moves"`
		Parts  []TowerPart `json:"parts,omitempty" maxItems:"200" doc:"of towers that its boundary cuts"`
		Reason string      `json:"reason,omitempty" maxLength:"2000"`
	}
}) (*outcome, error) {
	asked, err := in.asked(in.Body.Reason)
	if err != nil {
		return nil, err
	}
	piece, err := in.Body.Piece.ground()
	if err != nil {
		return nil, err
	}
	done, err := s.store.Transfer(ctx, actor, asked, areas.Transfer{From: in.Body.From, To: in.Body.To, Piece: piece, Parts: partsOf(in.Body.Parts)})
	return outcomeOf(ctx, done, err)
}

// defaultTolerance is how exactly people draw on a screen, in metres.
const defaultTolerance = 1.0

func toleranceOf(given *float64) float64 {
	if given == nil {
		return defaultTolerance
	}
	return *given
}

func partsOf(given []TowerPart) []areas.TowerPart {
	return forms(given, func(p TowerPart) areas.TowerPart { return areas.TowerPart(p) })
}

// Line is a GeoJSON LineString.
type Line struct{ Geometry }

func (l Line) line() orb.LineString {
	line, _ := l.Geometry.Geometry.(orb.LineString)
	return line
}
