-- +goose Up
-- What a building was until a revision of the frame changed it: moved, drawn anew, merged with another or edited. existed is
-- false where the revision added it. found_at and left_at are the revisions of the building's own row that the change found and
-- left: while it stands at that, nothing depends on the change.
CREATE TABLE past_buildings (
    county      text        COLLATE "C" NOT NULL,
    building    bigint      NOT NULL,
    revision    bigint      NOT NULL,
    until       timestamptz NOT NULL,
    existed     boolean     NOT NULL,
    found_at    bigint      NOT NULL DEFAULT 0,
    left_at     bigint      NOT NULL DEFAULT 0,
    place       text        COLLATE "C" NOT NULL,
    number      int         NOT NULL,
    kind        text        NOT NULL,
    standing    text        NOT NULL,
    reason      text        NOT NULL,
    name        text        NOT NULL,
    address     text        NOT NULL,
    floors      int,
    stairwells  int,
    doors       int,
    units       int,
    expected_dwellings int  NOT NULL,
    sensitive   boolean     NOT NULL,
    geom        geometry (Geometry, 4326) NOT NULL,
    point       geometry (Point, 4326) NOT NULL,
    replaced_by bigint[],
    CONSTRAINT past_buildings_are_known_by_revision PRIMARY KEY (county, building, revision),
    CONSTRAINT past_buildings_place_lies_in_its_county CHECK (left(place, 6) = county),
    CONSTRAINT past_buildings_are_of_a_building FOREIGN KEY (county, building) REFERENCES buildings (county, id),
    CONSTRAINT past_buildings_belong_to_a_revision FOREIGN KEY (county, revision) REFERENCES revisions (county, revision)
);
CREATE INDEX past_buildings_by_revision ON past_buildings (county, revision);

-- The state that a sub-area had until a revision took it to another. A boundary that moves keeps the state it found beside the
-- ground (past_members); this is what the sign-off and the rounds do, which leaves the ground as it is.
CREATE TABLE past_states (
    county   text        COLLATE "C" NOT NULL,
    code     text        COLLATE "C" NOT NULL,
    revision bigint      NOT NULL,
    until    timestamptz NOT NULL,
    state    text        NOT NULL,
    to_state text        NOT NULL,
    CONSTRAINT past_states_are_known_by_revision PRIMARY KEY (county, code, revision),
    CONSTRAINT past_states_code_lies_in_its_county CHECK (left(code, 6) = county),
    CONSTRAINT past_states_belong_to_a_revision FOREIGN KEY (county, revision) REFERENCES revisions (county, revision)
);
CREATE INDEX past_states_by_revision ON past_states (county, revision);

-- A building that was drawn twice: its dwellings go to the one that stays (building to to_building). A dwelling, household or
-- building that was the same as another became that one; was is what a household's collection was before.
ALTER TABLE moves
    ADD COLUMN building    bigint NOT NULL DEFAULT 0,
    ADD COLUMN to_building bigint NOT NULL DEFAULT 0,
    ADD COLUMN became      text   NOT NULL DEFAULT '',
    ADD COLUMN was         text   NOT NULL DEFAULT '';

ALTER TABLE past_buildings ENABLE ROW LEVEL SECURITY;
GRANT SELECT, INSERT, UPDATE (left_at, name, address, reason, floors, stairwells, doors, units) ON past_buildings TO canvass_app;
CREATE POLICY past_buildings_read ON past_buildings FOR SELECT TO canvass_app
    USING ((SELECT current_setting('canvass.role', true)) IN ('administrator', 'system', 'gis', 'supervisor')
           AND place >= (SELECT current_setting('canvass.lo', true)) AND place < (SELECT current_setting('canvass.hi', true)));
CREATE POLICY past_buildings_add ON past_buildings FOR INSERT TO canvass_app
    WITH CHECK ((SELECT current_setting('canvass.role', true)) IN ('administrator', 'system', 'gis')
           AND place >= (SELECT current_setting('canvass.lo', true)) AND place < (SELECT current_setting('canvass.hi', true)));
CREATE POLICY past_buildings_change ON past_buildings FOR UPDATE TO canvass_app
    USING ((SELECT current_setting('canvass.role', true)) IN ('administrator', 'system', 'gis')
           AND place >= (SELECT current_setting('canvass.lo', true)) AND place < (SELECT current_setting('canvass.hi', true)));

ALTER TABLE past_states ENABLE ROW LEVEL SECURITY;
GRANT SELECT, INSERT ON past_states TO canvass_app;
CREATE POLICY past_states_read ON past_states FOR SELECT TO canvass_app
    USING ((SELECT current_setting('canvass.role', true)) IN ('administrator', 'system', 'gis', 'supervisor')
           AND code >= (SELECT current_setting('canvass.lo', true)) AND code < (SELECT current_setting('canvass.hi', true)));
CREATE POLICY past_states_add ON past_states FOR INSERT TO canvass_app
    WITH CHECK ((SELECT current_setting('canvass.role', true)) IN ('administrator', 'system', 'gis', 'supervisor')
           AND code >= (SELECT current_setting('canvass.lo', true)) AND code < (SELECT current_setting('canvass.hi', true)));
