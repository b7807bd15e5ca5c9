-- +goose Up
-- What changed on the map, so that whoever keeps a copy of it can catch up however long he was away. A transaction takes its
-- county's next revision as the last thing it does and holds it until it commits: revisions are committed in their order, and
-- who has read one has missed none before it.
CREATE TABLE drawn_revisions (
    county    text   COLLATE "C" NOT NULL,
    revision  bigint NOT NULL,
    kept_from bigint NOT NULL DEFAULT 1,
    CONSTRAINT drawn_revisions_are_counted_by_county PRIMARY KEY (county),
    CONSTRAINT drawn_revisions_keep_the_last CHECK (kept_from <= revision)
);

-- One row for each place where a feature stood or stands; without an id, for all of a layer's set within the bounds; without
-- bounds too, for all of the set.
CREATE TABLE drawn_changes (
    county   text   COLLATE "C" NOT NULL,
    revision bigint NOT NULL,
    serial   int    NOT NULL,
    layer    text   NOT NULL,
    id       bigint,
    west     float8,
    south    float8,
    east     float8,
    north    float8,
    CONSTRAINT drawn_changes_are_counted_in_a_revision PRIMARY KEY (county, revision, serial),
    CONSTRAINT drawn_changes_layer_is_known CHECK (layer IN ('regions', 'areas', 'sub_areas', 'buildings', 'census', 'base')),
    CONSTRAINT drawn_changes_of_a_set_name_no_feature CHECK ((layer IN ('census', 'base')) = (id IS NULL))
);

CREATE VIEW map_revisions AS
SELECT county, revision, kept_from
  FROM drawn_revisions;

CREATE VIEW map_changes AS
SELECT county, revision, serial, layer, id, west, south, east, north
  FROM drawn_changes;

-- A sensitive building is on the map as an outline with its number, and no more.
CREATE OR REPLACE VIEW map_buildings AS
SELECT county, id, place, sub_area, number, CASE WHEN sensitive THEN '' ELSE kind END AS kind, standing,
       CASE WHEN sensitive THEN NULL ELSE floors END AS floors, CASE WHEN sensitive THEN '' ELSE name END AS name, geom, point,
       revision
  FROM buildings
 WHERE retired_at IS NULL AND standing IN ('confirmed', 'proposed');

ALTER TABLE drawn_revisions ENABLE ROW LEVEL SECURITY;
GRANT SELECT, INSERT, UPDATE ON drawn_revisions TO canvass_app;
CREATE POLICY drawn_revisions_read ON drawn_revisions FOR SELECT TO canvass_app
    USING (county >= (SELECT current_setting('canvass.county_lo', true)) AND county < (SELECT current_setting('canvass.county_hi', true)));
CREATE POLICY drawn_revisions_add ON drawn_revisions FOR INSERT TO canvass_app
    WITH CHECK (county >= (SELECT current_setting('canvass.county_lo', true)) AND county < (SELECT current_setting('canvass.county_hi', true)));
CREATE POLICY drawn_revisions_change ON drawn_revisions FOR UPDATE TO canvass_app
    USING (county >= (SELECT current_setting('canvass.county_lo', true)) AND county < (SELECT current_setting('canvass.county_hi', true)));

ALTER TABLE drawn_changes ENABLE ROW LEVEL SECURITY;
GRANT SELECT, INSERT, DELETE ON drawn_changes TO canvass_app;
CREATE POLICY drawn_changes_read ON drawn_changes FOR SELECT TO canvass_app
    USING (county >= (SELECT current_setting('canvass.county_lo', true)) AND county < (SELECT current_setting('canvass.county_hi', true)));
CREATE POLICY drawn_changes_add ON drawn_changes FOR INSERT TO canvass_app
    WITH CHECK (county >= (SELECT current_setting('canvass.county_lo', true)) AND county < (SELECT current_setting('canvass.county_hi', true)));
CREATE POLICY drawn_changes_remove ON drawn_changes FOR DELETE TO canvass_app
    USING (county >= (SELECT current_setting('canvass.county_lo', true)) AND county < (SELECT current_setting('canvass.county_hi', true)));

GRANT SELECT ON map_revisions, map_changes TO canvass_app;
