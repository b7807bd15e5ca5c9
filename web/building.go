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
