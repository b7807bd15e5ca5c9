package areas

import (
	"context"
	"errors"

	"github.com/paulmach/orb"

	"canvass/geo"
)

// Geometry reads the ground of a region, census area or sub-area; it is empty where none has been drawn.
func (s *Store) Geometry(ctx context.Context, actor Actor, code Code) (orb.MultiPolygon, error) {
	var out orb.MultiPolygon
	err := s.read(ctx, actor, code, func(t *tx) (err error) {
		out, err = t.geometry(ctx, code)
		return err
	})
	return out, err
}

func (t *tx) geometry(ctx context.Context, code Code) (orb.MultiPolygon, error) {
	const sql = `
		SELECT geom FROM regions WHERE county = $1 AND code = $2
		 UNION ALL
		SELECT geom FROM areas WHERE county = $1 AND code = $2
		 UNION ALL
		SELECT geom FROM sub_areas WHERE county = $1 AND code = $2`
	var g *orb.MultiPolygon
	if err := t.QueryRow(ctx, sql, t.county, code).Scan(&g); err != nil {
		return nil, err
	}
	if g == nil {
		return nil, nil
	}
	return *g, nil
}

// ground brings a boundary to the grid, refuses one that is broken, and finds the point its label stands on. No boundary
// gives nothing.
func ground(g orb.MultiPolygon) (*orb.MultiPolygon, *orb.Point, error) {
	if len(g) == 0 {
		return nil, nil, nil
	}
	mended, _, err := geo.Mend(geo.Snap(g))
	if err == nil {
		err = geo.Check(mended)
	}
	if err != nil {
		return nil, nil, broken(err)
	}
	var out orb.MultiPolygon
	switch m := mended.(type) {
	case orb.MultiPolygon:
		out = m
	case orb.Polygon:
		out = orb.MultiPolygon{m}
	}
	point := geo.PointOnSurface(out)
	return &out, &point, nil
}

// broken turns what geo found wrong with a geometry into a refusal that names the place.
func broken(err error) *Error {
	var invalid *geo.Invalid
	if !errors.As(err, &invalid) {
		return refuse(Invalid, "geometry_invalid", "图形无效:%v", "the geometry is invalid: %v", err).On("geometry")
	}
	where := ""
	if invalid.At != (orb.Point{}) {
		where = whereText(invalid.At)
	}
	e := refuse(Invalid, "geometry_invalid", "图形无效:%[1]s%[3]s,请重画", "the geometry is invalid: %[2]s%[3]s; draw it anew",
		inChinese(invalid.Reason), invalid.Reason, where).On("geometry")
	if where != "" {
		return e.At(invalid.At)
	}
	return e
}

// commonPlace is the code that holds all of a batch: their longest common ancestor.
func commonPlace[T any](batch []T, code func(T) Code) (Code, error) {
	if len(batch) == 0 {
		return "", refuse(Invalid, "nothing_given", "没有内容", "there is nothing in it")
	}
	common := code(batch[0])
	for _, b := range batch {
		c := code(b)
		if err := c.Valid(); err != nil {
			return "", err
		}
		for !c.Within(common) {
			common = common.Parent()
		}
	}
	return common, nil
}

// onlyLevels refuses a level that a list does not have; the empty level is every level.
func onlyLevels(level Level, known ...Level) error {
	if level == "" {
		return nil
	}
	for _, k := range known {
		if level == k {
			return nil
		}
	}
	return refuse(Invalid, "level_unknown", "没有“%s”这一级", "there is no level %q here", level).On("level")
}

// changed is an event's detail: the fields that were given, by name.
func changed(namesAndValues ...any) map[string]any {
	out := map[string]any{}
	for i := 0; i+1 < len(namesAndValues); i += 2 {
		name, value := namesAndValues[i].(string), namesAndValues[i+1]
		if v, given := pointed(value); given {
			out[name] = v
		}
	}
	return out
}

// pointed follows a pointer to what an edit gave; nil was not given.
func pointed(value any) (any, bool) {
	switch v := value.(type) {
	case *string:
		if v == nil {
			return nil, false
		}
		return *v, true
	case *int:
		if v == nil {
			return nil, false
		}
		return *v, true
	case *bool:
		if v == nil {
			return nil, false
		}
		return *v, true
	}
	return value, value != nil
}
