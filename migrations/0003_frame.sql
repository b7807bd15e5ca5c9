-- +goose Up
-- The frame: county and towns, census areas, sub-areas. county is the first column of every key, so that the same schema
-- runs on one PostgreSQL or distributed on county. Geometry is EPSG:4326 on the 1e-7 degree grid. Codes are text.
CREATE TABLE regions (
    county      text     COLLATE "C" NOT NULL,
    code        text     COLLATE "C" NOT NULL,
    name        text     NOT NULL,
    geom        geometry (MultiPolygon, 4326),
    point       geometry (Point, 4326),
    expected_households int,
    source      text,
    source_id   text,
    revision    bigint   NOT NULL DEFAULT 1,
    retired_at  timestamptz,
    replaced_by text[],
    CONSTRAINT regions_are_known_by_code PRIMARY KEY (county, code),
    CONSTRAINT regions_code_is_a_county_or_town CHECK (code ~ '^[0-9]{6}([0-9]{3})?$'),
    CONSTRAINT regions_code_lies_in_its_county CHECK (left(code, 6) = county),
    CONSTRAINT regions_expect_no_negative_households CHECK (expected_households >= 0)
);
CREATE UNIQUE INDEX regions_come_once_from_a_source ON regions (county, source, source_id);
CREATE INDEX regions_by_place ON regions USING gist (geom);

CREATE TABLE areas (
    county      text     COLLATE "C" NOT NULL,
    code        text     COLLATE "C" NOT NULL,
    town        text     COLLATE "C" NOT NULL GENERATED ALWAYS AS (left(code, 9)) STORED,
    name        text     NOT NULL,
    kind        text     NOT NULL DEFAULT 'villagers',
    geom        geometry (MultiPolygon, 4326),
    point       geometry (Point, 4326),
    expected_households int,
    source      text,
    source_id   text,
    revision    bigint   NOT NULL DEFAULT 1,
    retired_at  timestamptz,
    replaced_by text[],
    CONSTRAINT areas_are_known_by_code PRIMARY KEY (county, code),
    CONSTRAINT areas_code_has_twelve_digits CHECK (code ~ '^[0-9]{12}$'),
    CONSTRAINT areas_code_lies_in_its_county CHECK (left(code, 6) = county),
    CONSTRAINT areas_kind_is_known CHECK (kind IN ('residents', 'villagers', 'quasi')),
    CONSTRAINT areas_expect_no_negative_households CHECK (expected_households >= 0),
    CONSTRAINT areas_lie_in_a_town FOREIGN KEY (county, town) REFERENCES regions (county, code)
);
CREATE UNIQUE INDEX areas_come_once_from_a_source ON areas (county, source, source_id);
CREATE INDEX areas_by_place ON areas USING gist (geom);

CREATE TABLE sub_areas (
    county      text     COLLATE "C" NOT NULL,
    code        text     COLLATE "C" NOT NULL,
    area        text     COLLATE "C" NOT NULL GENERATED ALWAYS AS (left(code, 12)) STORED,
    virtual     boolean  NOT NULL GENERATED ALWAYS AS (right(code, 3) >= '900') STORED,
    description text     NOT NULL DEFAULT '',
    state       text     NOT NULL DEFAULT 'draft',
    geom        geometry (MultiPolygon, 4326),
    point       geometry (Point, 4326),
    expected_households int,
    source      text,
    source_id   text,
    revision    bigint   NOT NULL DEFAULT 1,
    retired_at  timestamptz,
    replaced_by text[],
    CONSTRAINT sub_areas_are_known_by_code PRIMARY KEY (county, code),
    CONSTRAINT sub_areas_code_has_fifteen_digits CHECK (code ~ '^[0-9]{15}$' AND right(code, 3) <> '000'),
    CONSTRAINT sub_areas_code_lies_in_its_county CHECK (left(code, 6) = county),
    CONSTRAINT sub_areas_have_ground_unless_virtual CHECK (virtual = (geom IS NULL)),
    CONSTRAINT sub_areas_state_is_known CHECK (state IN ('draft', 'checked', 'submitted', 'approved', 'frozen', 'listing',
        'enumerating', 'closed', 'reopened')),
    CONSTRAINT sub_areas_expect_no_negative_households CHECK (expected_households >= 0),
    CONSTRAINT sub_areas_lie_in_an_area FOREIGN KEY (county, area) REFERENCES areas (county, code)
);
CREATE UNIQUE INDEX sub_areas_come_once_from_a_source ON sub_areas (county, source, source_id);
CREATE INDEX sub_areas_by_place ON sub_areas USING gist (geom);

-- One row for each accepted change of the frame; its number is the frame's revision.
CREATE TABLE revisions (
    county   text        COLLATE "C" NOT NULL,
    revision bigint      NOT NULL,
    place    text        COLLATE "C" NOT NULL,
    verb     text        NOT NULL,
    actor    uuid,
    at       timestamptz NOT NULL,
    detail   jsonb       NOT NULL DEFAULT '{}',
    CONSTRAINT revisions_are_counted_in_a_county PRIMARY KEY (county, revision)
);

-- What became of a code: one row for each predecessor and successor.
CREATE TABLE lineage (
    county    text   COLLATE "C" NOT NULL,
    revision  bigint NOT NULL,
    from_code text   COLLATE "C" NOT NULL,
    to_code   text   COLLATE "C" NOT NULL,
    verb      text   NOT NULL,
    CONSTRAINT lineage_names_a_step_once PRIMARY KEY (county, revision, from_code, to_code),
    CONSTRAINT lineage_belongs_to_a_revision FOREIGN KEY (county, revision) REFERENCES revisions (county, revision)
);
CREATE INDEX lineage_by_successor ON lineage (county, to_code);
