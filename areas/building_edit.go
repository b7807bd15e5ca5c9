package areas

import (
	"context"
	"strconv"

	"github.com/jackc/pgx/v5"
)

// BuildingEdit holds what may be changed of a building; what is nil stays.
type BuildingEdit struct {
	Kind       *string
	Standing   *string
	Reason     *string
	Name       *string
	Address    *string
	Floors     *int
	Stairwells *int
	Doors      *int
	Units      *int
	Sensitive  *bool
}

// EditBuilding changes what is known of a building. Only GIS staff confirm one; whoever reaches it may mark it.
func (s *Store) EditBuilding(ctx context.Context, actor Actor, key BuildingKey, base int64, e BuildingEdit) (Building, error) {
	var out Building
	err := s.write(ctx, actor, key.County, func(t *tx) error {
		was, err := t.heldBuilding(ctx, key.ID)
		if err != nil {
			return err
		}
		if err := t.staleBuilding(ctx, base, was); err != nil {
			return err
		}
		if err := t.editKept(ctx, was, e); err != nil {
			return err
		}
		out, err = t.building(ctx, key.ID)
		return err
	})
	return out, err
}

// editKept edits a building. What GIS staff change is a revision of the frame, so that it can be taken back.
func (t *tx) editKept(ctx context.Context, was Building, e BuildingEdit) error {
	if !t.actor.Is(RoleGIS, RoleAdministrator) {
		return t.editBuilding(ctx, was, e)
	}
	revision, err := t.revise(ctx, "edit_building", was.Place, e.told(was.edited(e).Sensitive))
	if err != nil {
		return err
	}
	if err := t.writePast(ctx, revision, []int64{was.ID}, true); err != nil {
		return err
	}
	if err := t.editBuilding(ctx, was, e); err != nil {
		return err
	}
	if err := t.answerFound(ctx, was, was.edited(e), e); err != nil {
		return err
	}
	return t.leavePast(ctx, revision)
}

func (t *tx) editBuilding(ctx context.Context, was Building, e BuildingEdit) error {
	if e.Standing != nil && *e.Standing == "confirmed" || e.Sensitive != nil {
		if err := t.must(Text{"确认建筑物", "confirm a building"}, RoleGIS, RoleAdministrator); err != nil {
			return err
		}
	}
	next := was.edited(e)
	if err := t.expectAnew(ctx, &next); err != nil {
		return err
	}
	if err := t.onMap(ctx, t.county, "buildings", was.ID); err != nil {
		return err
	}
	const sql = `
		UPDATE buildings
		   SET kind = @kind,
		       standing = @standing,
		       reason = @reason,
		       name = @name,
		       address = @address,
		       floors = @floors,
		       stairwells = @stairwells,
		       doors = @doors,
		       units = @units,
		       sensitive = @sensitive,
		       by_hand = @by_hand,
		       expected_dwellings = @expected,
		       reported = @reported,
		       changed_at = now(),
		       revision = revision + 1
		 WHERE county = @county AND id = @id`
	_, err := t.Exec(ctx, sql, pgx.NamedArgs{"county": t.county, "id": was.ID, "kind": next.Kind, "standing": next.Standing,
		"reason": next.Reason, "name": next.Name, "address": next.Address, "floors": next.Floors, "stairwells": next.Stairwells,
		"doors": next.Doors, "units": next.Units, "sensitive": next.Sensitive, "by_hand": next.ByHand, "expected": next.ExpectedDwellings,
		"reported": !t.actor.Is(RoleGIS, RoleAdministrator)})
	if err != nil {
		return err
	}
	if err := t.onMap(ctx, t.county, "buildings", was.ID); err != nil {
		return err
	}
	if next.Sensitive && !was.Sensitive {
		if err := t.forget(ctx, was.ID); err != nil {
			return err
		}
	}
	if err := t.recount(ctx, was.Place); err != nil {
		return err
	}
	return t.record(ctx, "edit", was.Place, "building/"+strconv.FormatInt(was.ID, 10), e.told(next.Sensitive))
}

// told is an edit as the log tells it; of a sensitive building nothing that it must not carry.
func (e BuildingEdit) told(sensitive bool) map[string]any {
	if sensitive {
		return changed("standing", e.Standing, "sensitive", e.Sensitive)
	}
	return changed("kind", e.Kind, "standing", e.Standing, "reason", e.Reason, "name", e.Name, "address", e.Address, "floors", e.Floors,
		"stairwells", e.Stairwells, "doors", e.Doors, "units", e.Units, "sensitive", e.Sensitive)
}

// edited is the building as an edit leaves it.
func (b Building) edited(e BuildingEdit) Building {
	set(&b.Kind, e.Kind)
	set(&b.Standing, e.Standing)
	set(&b.Reason, e.Reason)
	set(&b.Name, e.Name)
	set(&b.Address, e.Address)
	set(&b.Sensitive, e.Sensitive)
	setOptional(&b.Floors, e.Floors)
	setOptional(&b.Stairwells, e.Stairwells)
	setOptional(&b.Doors, e.Doors)
	setOptional(&b.Units, e.Units)
	b.setByHand(e.fields()...)
	return b.stripped()
}

// stands tells whether a building is one, as far as anybody has said.
func (b Building) stands() bool { return b.Standing == "confirmed" || b.Standing == "proposed" }

func set[T any](field, given *T) {
	if given != nil {
		*field = *given
	}
}

func setOptional[T any](field **T, given *T) {
	if given != nil {
		*field = given
	}
}
