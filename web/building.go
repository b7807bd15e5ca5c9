package web

import (
	"context"

	"canvass/areas"
)

// BuildingNamed names a building in an address.
type BuildingNamed struct {
	County areas.Code `path:"county" doc:"code of a county, six digits"`
	ID     int64      `path:"id" doc:"id of a building in its county"`
}

func (b BuildingNamed) key() areas.BuildingKey { return areas.BuildingKey(b) }

func (s *Server) buildings(ctx context.Context, actor areas.Actor, in *struct {
	Paged[Building]
	Within areas.Code `query:"within" doc:"code of the place to look in; all that one reaches if left out"`
	Kind   string     `query:"kind" doc:"only this kind"`
	Status string     `query:"status" enum:"0,1,2,3,4,5,6" doc:"only this status: 0 no dwellings, 1 unvisited, 2 started, 3 done, 4 call back, 5 out of scope, 6 vacant only"`
	Text   string     `query:"q" doc:"part of a name or address, or a number"`
}) (*page[Building], error) {
	q := areas.BuildingQuery{Within: in.Within, Kind: in.Kind, Text: in.Text, Page: in.page()}
	if in.Status != "" {
		status := int(in.Status[0] - '0')
		q.Status = &status
	}
	found, err := s.store.Buildings(ctx, actor, q)
	return pageOf(found, err, buildingForm)
}

func (s *Server) building(ctx context.Context, actor areas.Actor, in *BuildingNamed) (*single[Building], error) {
	b, err := s.store.Building(ctx, actor, in.key())
	return singleOf(b, err, buildingForm, b.Revision)
}

func (s *Server) addBuilding(ctx context.Context, actor areas.Actor, in *struct {
	Body struct {
		County     areas.Code `json:"county"`
		Geometry   Geometry   `json:"geometry"`
		Kind       string     `json:"kind"`
		Name       string     `json:"name,omitempty" maxLength:"200"`
		Address    string     `json:"address,omitempty" maxLength:"500"`
		Floors     *int       `json:"floors,omitempty"`
		Stairwells *int       `json:"stairwells,omitempty"`
		Doors      *int       `json:"doors,omitempty"`
		Reason     string     `json:"reason,omitempty" maxLength:"2000"`
	}
}) (*single[Building], error) {
	b := in.Body
	made, err := s.store.AddBuilding(ctx, actor, b.County, areas.NewBuilding{
		Geometry: b.Geometry.Geometry, Kind: b.Kind, Name: b.Name, Address: b.Address,
		Floors: b.Floors, Stairwells: b.Stairwells, Doors: b.Doors, Reason: b.Reason})
	return singleOf(made, err, buildingForm, made.Revision)
}

func (s *Server) editBuilding(ctx context.Context, actor areas.Actor, in *struct {
	BuildingNamed
	Based
	Body struct {
		Kind       *string `json:"kind,omitempty"`
		Standing   *string `json:"standing,omitempty"`
		Reason     *string `json:"reason,omitempty" maxLength:"2000"`
		Name       *string `json:"name,omitempty" maxLength:"200"`
		Address    *string `json:"address,omitempty" maxLength:"500"`
		Floors     *int    `json:"floors,omitempty"`
		Stairwells *int    `json:"stairwells,omitempty"`
		Doors      *int    `json:"doors,omitempty"`
		Units      *int    `json:"units,omitempty"`
		Sensitive  *bool   `json:"sensitive,omitempty"`
	}
}) (*single[Building], error) {
	base, err := in.base()
	if err != nil {
		return nil, err
	}
	b, err := s.store.EditBuilding(ctx, actor, in.key(), base, areas.BuildingEdit(in.Body))
	return singleOf(b, err, buildingForm, b.Revision)
}

func (s *Server) moveBuilding(ctx context.Context, actor areas.Actor, in *struct {
	BuildingNamed
	Rebuilding
	Body struct {
		Geometry Geometry `json:"geometry" doc:"Point, Polygon or MultiPolygon: where the building really stands"`
		Reason   string   `json:"reason,omitempty" maxLength:"2000"`
	}
}) (*outcome, error) {
	asked, err := in.asked(in.Body.Reason)
	if err != nil {
		return nil, err
	}
	done, err := s.store.MoveBuilding(ctx, actor, asked, areas.BuildingMove{Key: in.key(), Geometry: in.Body.Geometry.Geometry})
	return outcomeOf(ctx, done, err)
}

func (s *Server) mergeBuildings(ctx context.Context, actor areas.Actor, in *struct {
	Rebuilding
	Body struct {
		County areas.Code      `json:"county"`
		Keep   int64           `json:"keep" doc:"id of the building that stays, with its number and outline"`
		Others []BuildingStood `json:"others" minItems:"1" maxItems:"20" doc:"buildings that become duplicates of it; their dwellings become its own, each door once"`
		Reason string          `json:"reason,omitempty" maxLength:"2000"`
	}
}) (*outcome, error) {
	asked, err := in.asked(in.Body.Reason)
	if err != nil {
		return nil, err
	}
	merge := areas.BuildingMerge{Keep: areas.BuildingKey{County: in.Body.County, ID: in.Body.Keep}, Bases: map[int64]int64{}}
	for _, o := range in.Body.Others {
		merge.Others, merge.Bases[o.ID] = append(merge.Others, o.ID), o.Revision
	}
	done, err := s.store.MergeBuildings(ctx, actor, asked, merge)
	return outcomeOf(ctx, done, err)
}

// Rebuilding is what a change of buildings may be asked with.
type Rebuilding struct {
	IfMatch string `header:"If-Match" doc:"the ETag of the building that was read; a change that stands on an older one is refused with 412 and what was done since. Left out or *: whatever is there"`
	Preview bool   `query:"preview" doc:"true answers what the change would do, and writes nothing"`
}

func (r Rebuilding) asked(reason string) (areas.Asked, error) {
	base, err := Based{r.IfMatch}.baseIfAny()
	return areas.Asked{Preview: r.Preview, Base: base, Reason: reason}, err
}

// BuildingStood names a building and the revision of it that a change stands on.
type BuildingStood struct {
	ID       int64 `json:"id"`
	Revision int64 `json:"revision,omitempty" doc:"that was read; left out: whatever is there"`
}
