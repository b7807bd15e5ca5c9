-- +goose Up
-- What a tablet sends is kept as it was sent, whatever becomes of it. place is where it lies: a sub-area where one is known, else
-- the nearest place above. No row of this table was written before.
DROP TABLE changes;
CREATE TABLE changes (
    county        text        COLLATE "C" NOT NULL,
    id            uuid        NOT NULL,
    place         text        COLLATE "C" NOT NULL,
    device        uuid,
    serial        bigint,
    epoch         int         NOT NULL DEFAULT 0,
    base_revision bigint      NOT NULL DEFAULT 0,
    actor         uuid        NOT NULL,
    verb          text        NOT NULL,
    at            timestamptz NOT NULL,
    body          jsonb       NOT NULL,
    state         text        NOT NULL,
    reason        text        NOT NULL DEFAULT '',
    told          jsonb,
    received_at   timestamptz NOT NULL,
    decided_at    timestamptz,
    decided_by    uuid,
    decision      text        NOT NULL DEFAULT '',
    CONSTRAINT changes_are_known_by_id PRIMARY KEY (county, id),
    CONSTRAINT changes_place_lies_in_its_county CHECK (left(place, 6) = county),
    CONSTRAINT changes_state_is_known CHECK (state IN ('applied', 'held', 'quarantined', 'rejected')),
    CONSTRAINT changes_are_set_aside_with_a_reason CHECK (state IN ('applied', 'held') OR reason <> ''),
    CONSTRAINT changes_are_decided_with_a_reason CHECK ((decided_at IS NULL) = (decision = '')),
    CONSTRAINT changes_name_a_known_device FOREIGN KEY (county, device) REFERENCES devices (county, id),
    CONSTRAINT changes_are_made_by_someone_known FOREIGN KEY (actor) REFERENCES users (id)
);
CREATE INDEX changes_open ON changes (county, place, id) WHERE state IN ('held', 'quarantined');
CREATE INDEX changes_waiting ON changes (county, device, serial) WHERE state = 'held';
CREATE INDEX changes_decided ON changes (county, device, decided_at) WHERE decided_at IS NOT NULL;

ALTER TABLE changes ENABLE ROW LEVEL SECURITY;
GRANT SELECT, INSERT, UPDATE ON changes TO canvass_app;
CREATE POLICY changes_read ON changes FOR SELECT TO canvass_app
    USING (place >= (SELECT current_setting('canvass.lo', true)) AND place < (SELECT current_setting('canvass.hi', true)));
CREATE POLICY changes_add ON changes FOR INSERT TO canvass_app
    WITH CHECK ((SELECT current_setting('canvass.role', true)) IN ('administrator', 'system', 'gis', 'supervisor', 'enumerator')
           AND place >= (SELECT current_setting('canvass.lo', true)) AND place < (SELECT current_setting('canvass.hi', true)));
CREATE POLICY changes_change ON changes FOR UPDATE TO canvass_app
    USING ((SELECT current_setting('canvass.role', true)) IN ('administrator', 'system', 'supervisor')
           AND place >= (SELECT current_setting('canvass.lo', true)) AND place < (SELECT current_setting('canvass.hi', true)));
CREATE POLICY changes_held ON changes AS RESTRICTIVE TO canvass_app
    USING ((SELECT coalesce(current_setting('canvass.held', true), '')) = ''
        OR place = ANY ((SELECT string_to_array(current_setting('canvass.held', true), ','))::text[]));

-- A deliberate correction stands against what was found before it, however late that comes in.
ALTER TABLE dwellings
    ADD COLUMN corrected_at timestamptz,
    ADD COLUMN reason       text NOT NULL DEFAULT '';
ALTER TABLE visits
    ADD COLUMN correction boolean NOT NULL DEFAULT false;

-- What changed of a building since a tablet last asked.
-- reported: somebody in the field says that it is otherwise, and nobody has looked at it since.
ALTER TABLE buildings
    ADD COLUMN changed_at timestamptz NOT NULL DEFAULT now(),
    ADD COLUMN reported   boolean     NOT NULL DEFAULT false;
CREATE INDEX buildings_to_confirm ON buildings (county, place) WHERE reported OR standing = 'proposed';

-- A boundary that an enumerator found to run otherwise on the ground; GIS staff draw it or say why not.
CREATE TABLE proposals (
    county     text        COLLATE "C" NOT NULL,
    id         uuid        NOT NULL,
    sub_area   text        COLLATE "C" NOT NULL,
    geom       geometry (Geometry, 4326) NOT NULL,
    reason     text        NOT NULL,
    made_by    uuid        NOT NULL,
    made_at    timestamptz NOT NULL,
    state      text        NOT NULL DEFAULT 'open',
    decided_by uuid,
    decided_at timestamptz,
    decision   text        NOT NULL DEFAULT '',
    CONSTRAINT proposals_are_known_by_id PRIMARY KEY (county, id),
    CONSTRAINT proposals_concern_a_sub_area FOREIGN KEY (county, sub_area) REFERENCES sub_areas (county, code),
    CONSTRAINT proposals_are_made_by_someone_known FOREIGN KEY (made_by) REFERENCES users (id),
    CONSTRAINT proposals_are_lines_or_areas CHECK (GeometryType(geom) IN ('LINESTRING', 'POLYGON', 'MULTIPOLYGON')),
    CONSTRAINT proposals_say_why CHECK (reason <> ''),
    CONSTRAINT proposals_state_is_known CHECK (state IN ('open', 'accepted', 'rejected')),
    CONSTRAINT proposals_are_decided_with_a_reason CHECK ((state = 'open') = (decision = '') AND (state = 'open') = (decided_at IS NULL))
);
CREATE INDEX proposals_by_code ON proposals (county, sub_area);
ALTER TABLE proposals ENABLE ROW LEVEL SECURITY;
GRANT SELECT, INSERT, UPDATE ON proposals TO canvass_app;
CREATE POLICY proposals_read ON proposals FOR SELECT TO canvass_app
    USING (sub_area >= (SELECT current_setting('canvass.lo', true)) AND sub_area < (SELECT current_setting('canvass.hi', true)));
CREATE POLICY proposals_add ON proposals FOR INSERT TO canvass_app
    WITH CHECK ((SELECT current_setting('canvass.role', true)) IN ('administrator', 'system', 'gis', 'supervisor', 'enumerator')
           AND sub_area >= (SELECT current_setting('canvass.lo', true)) AND sub_area < (SELECT current_setting('canvass.hi', true)));
CREATE POLICY proposals_change ON proposals FOR UPDATE TO canvass_app
    USING ((SELECT current_setting('canvass.role', true)) IN ('administrator', 'system', 'gis', 'supervisor')
           AND sub_area >= (SELECT current_setting('canvass.lo', true)) AND sub_area < (SELECT current_setting('canvass.hi', true)));
