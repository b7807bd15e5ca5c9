package web

import (
	"context"

	"canvass/areas"
)

func (s *Server) drawInArea(ctx context.Context, actor areas.Actor, in *struct {
	Coded
	Changing
	Body struct {
		Piece       *Geometry   `json:"piece,omitempty" doc:"Polygon; what the sub-areas of the area have of it becomes the new one's. Its holes stay theirs. Left out in an area that has no sub-area yet: all of it"`
		Rest        bool        `json:"rest,omitempty" doc:"the sub-areas keep what they have: the new one gets what of the area has none yet, of the piece or, without one, all that is left"`
		Description string      `json:"description,omitempty" maxLength:"2000"`
		Tolerance   *float64    `json:"tolerance,omitempty" minimum:"0" maximum:"50" doc:"metres; 1 if left out"`
		Parts       []TowerPart `json:"parts,omitempty" maxItems:"200" doc:"of towers that its boundary cuts"`
		Reason      string      `json:"reason,omitempty" maxLength:"2000"`
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
	done, err := s.store.Draw(ctx, actor, asked, areas.Draw{Area: in.Code, Piece: piece, Rest: in.Body.Rest, Description: in.Body.Description,
		Tolerance: toleranceOf(in.Body.Tolerance), Parts: partsOf(in.Body.Parts)})
	return outcomeOf(ctx, done, err)
}

func (s *Server) numberBuildings(ctx context.Context, actor areas.Actor, in *struct {
	Coded
	Preview bool `query:"preview" doc:"true answers the numbers there would be, and writes nothing"`
}) (*plain[Numbers], error) {
	done, err := s.store.Number(ctx, actor, areas.Asked{Preview: in.Preview}, in.Code)
	if err != nil {
		return nil, err
	}
	return &plain[Numbers]{numbersForm(done)}, nil
}

func (s *Server) splitArea(ctx context.Context, actor areas.Actor, in *struct {
	Coded
	Changing
	Body struct {
		SubAreas []areas.Code `json:"sub_areas" minItems:"1" maxItems:"500" doc:"that become a census area of their own; they get new codes"`
		Name     string       `json:"name" minLength:"1" maxLength:"200"`
		Kind     string       `json:"kind,omitempty" enum:"residents,villagers,quasi" doc:"as the old area's if left out"`
		Reason   string       `json:"reason,omitempty" maxLength:"2000"`
	}
}) (*outcome, error) {
	asked, err := in.asked(in.Body.Reason)
	if err != nil {
		return nil, err
	}
	done, err := s.store.SplitArea(ctx, actor, asked, areas.Regroup{Area: in.Code, SubAreas: in.Body.SubAreas, Name: in.Body.Name, Kind: in.Body.Kind})
	return outcomeOf(ctx, done, err)
}

func (s *Server) mergeAreas(ctx context.Context, actor areas.Actor, in *struct {
	Changing
	Body struct {
		Into   areas.Code   `json:"into" doc:"the census area that keeps its code"`
		Others []areas.Code `json:"others" minItems:"1" maxItems:"50" doc:"census areas of the same town; their sub-areas get codes of the first, and they are retired"`
		Reason string       `json:"reason,omitempty" maxLength:"2000"`
	}
}) (*outcome, error) {
	asked, err := in.asked(in.Body.Reason)
	if err != nil {
		return nil, err
	}
	done, err := s.store.MergeAreas(ctx, actor, asked, in.Body.Into, in.Body.Others)
	return outcomeOf(ctx, done, err)
}
