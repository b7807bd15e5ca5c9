-- +goose Up
-- What a field package may hold of one sub-area: codes, places, what was found. Never a name of a person, never a note, never
-- a sealed field. The views read with their owner's right, and show nothing but the sub-area that the transaction named in
-- canvass.package; who may ask for it is decided before.
CREATE VIEW map_roster_sub_areas AS
SELECT s.county, s.code, a.name AS area_name, r.name AS town_name, s.description, s.state, s.expected_households, s.geom,
       s.revision
  FROM sub_areas s
  JOIN areas a ON a.county = s.county AND a.code = s.area
  JOIN regions r ON r.county = a.county AND r.code = a.town
 WHERE s.county = left((SELECT current_setting('canvass.package', true)), 6)
   AND s.code = (SELECT current_setting('canvass.package', true))
   AND s.retired_at IS NULL;

CREATE VIEW map_roster_dwellings AS
SELECT county, sub_area, id, building, stairwell, floor, door, occupancy, evidence, attempts, resolved, visited_at, next_call_at,
       revision
  FROM dwellings
 WHERE county = left((SELECT current_setting('canvass.package', true)), 6)
   AND sub_area = (SELECT current_setting('canvass.package', true))
   AND retired_at IS NULL;

-- A tower that is cut by stairwell stands in one sub-area and has dwellings in another: it is in both packages.
CREATE VIEW map_roster_buildings AS
SELECT b.county, b.place, b.id, b.number, b.kind, b.standing, b.name, b.address, b.floors, b.stairwells, b.doors, b.units,
       b.expected_dwellings, b.point, b.revision
  FROM buildings b
 WHERE b.county = left((SELECT current_setting('canvass.package', true)), 6)
   AND (b.place = (SELECT current_setting('canvass.package', true))
     OR b.id = ANY (ARRAY(SELECT building FROM map_roster_dwellings)))
   AND b.retired_at IS NULL;

CREATE VIEW map_roster_households AS
SELECT county, sub_area, id, dwelling, number, kind, collection, long_form, present_registered, present_elsewhere,
       present_pending, absent_registered, revision
  FROM households
 WHERE county = left((SELECT current_setting('canvass.package', true)), 6)
   AND sub_area = (SELECT current_setting('canvass.package', true))
   AND retired_at IS NULL;

CREATE VIEW map_roster_assignments AS
SELECT county, sub_area, id, round, enumerator, epoch, begun_at, done_at, revision
  FROM assignments
 WHERE county = left((SELECT current_setting('canvass.package', true)), 6)
   AND sub_area = (SELECT current_setting('canvass.package', true))
   AND ended_at IS NULL;

GRANT SELECT ON map_roster_sub_areas, map_roster_dwellings, map_roster_buildings, map_roster_households, map_roster_assignments
    TO canvass_app;

-- The key by which tablets know the service, where several instances share one database. Only the owner may read it: it is
-- granted to nobody, and what acts as canvass_app never sees it.
CREATE TABLE server_keys (
    name    text  NOT NULL,
    private bytea NOT NULL,
    CONSTRAINT server_keys_are_known_by_name PRIMARY KEY (name),
    CONSTRAINT server_keys_are_ed25519_seeds CHECK (octet_length(private) = 32)
);
ALTER TABLE server_keys ENABLE ROW LEVEL SECURITY;
