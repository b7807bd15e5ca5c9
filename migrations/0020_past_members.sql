-- +goose Up
-- What a region, census area or sub-area was until a revision changed it: the state before. What a code meant on a day is
-- its first row that ended after that day, or, without one, what it is now. existed is false where the revision made it.
CREATE TABLE past_members (
    county      text        COLLATE "C" NOT NULL,
    code        text        COLLATE "C" NOT NULL,
    revision    bigint      NOT NULL,
    until       timestamptz NOT NULL,
    existed     boolean     NOT NULL,
    retired     boolean     NOT NULL DEFAULT false,
    description text        NOT NULL DEFAULT '',
    state       text        NOT NULL DEFAULT '',
    expected_households int,
    geom        geometry (MultiPolygon, 4326),
    CONSTRAINT past_members_are_known_by_revision PRIMARY KEY (county, code, revision),
    CONSTRAINT past_members_code_lies_in_its_county CHECK (left(code, 6) = county),
    CONSTRAINT past_members_belong_to_a_revision FOREIGN KEY (county, revision) REFERENCES revisions (county, revision)
);
CREATE INDEX past_members_by_revision ON past_members (county, revision);

-- Where buildings, dwellings and households went when a boundary moved past them; households and buildings with the numbers
-- they had and got. place is where they came from.
CREATE TABLE moves (
    county     text   COLLATE "C" NOT NULL,
    revision   bigint NOT NULL,
    subject    text   NOT NULL,
    id         text   NOT NULL,
    place      text   COLLATE "C" NOT NULL,
    number     int    NOT NULL DEFAULT 0,
    to_place   text   COLLATE "C" NOT NULL,
    to_number  int    NOT NULL DEFAULT 0,
    CONSTRAINT moves_are_made_once_a_revision PRIMARY KEY (county, revision, subject, id),
    CONSTRAINT moves_subject_is_known CHECK (subject IN ('building', 'dwelling', 'household')),
    CONSTRAINT moves_place_lies_in_its_county CHECK (left(place, 6) = county AND left(to_place, 6) = county),
    CONSTRAINT moves_belong_to_a_revision FOREIGN KEY (county, revision) REFERENCES revisions (county, revision)
);
CREATE INDEX moves_by_origin ON moves (county, place, subject, number);
CREATE INDEX moves_by_subject ON moves (county, subject, id, revision);
CREATE INDEX revisions_by_place ON revisions (county, place, revision DESC);

ALTER TABLE past_members ENABLE ROW LEVEL SECURITY;
GRANT SELECT, INSERT ON past_members TO canvass_app;
CREATE POLICY past_members_read ON past_members FOR SELECT TO canvass_app
    USING ((SELECT current_setting('canvass.role', true)) IN ('administrator', 'system', 'gis', 'supervisor')
           AND code >= (SELECT current_setting('canvass.lo', true)) AND code < (SELECT current_setting('canvass.hi', true)));
CREATE POLICY past_members_add ON past_members FOR INSERT TO canvass_app
    WITH CHECK ((SELECT current_setting('canvass.role', true)) IN ('administrator', 'system', 'gis')
           AND code >= (SELECT current_setting('canvass.lo', true)) AND code < (SELECT current_setting('canvass.hi', true)));

ALTER TABLE moves ENABLE ROW LEVEL SECURITY;
GRANT SELECT, INSERT ON moves TO canvass_app;
CREATE POLICY moves_read ON moves FOR SELECT TO canvass_app
    USING (place >= (SELECT current_setting('canvass.lo', true)) AND place < (SELECT current_setting('canvass.hi', true)));
CREATE POLICY moves_add ON moves FOR INSERT TO canvass_app
    WITH CHECK ((SELECT current_setting('canvass.role', true)) IN ('administrator', 'system', 'gis')
           AND place >= (SELECT current_setting('canvass.lo', true)) AND place < (SELECT current_setting('canvass.hi', true)));

-- A boundary takes what lies on the ground with it. Assignments follow their sub-area, visits their dwelling (where a visit
-- was paid is all that may be changed of it), and the counts of a sub-area that is gone go with it.
CREATE POLICY assignments_follow ON assignments FOR INSERT TO canvass_app
    WITH CHECK ((SELECT current_setting('canvass.role', true)) IN ('gis')
           AND sub_area >= (SELECT current_setting('canvass.lo', true)) AND sub_area < (SELECT current_setting('canvass.hi', true)));
CREATE POLICY assignments_end ON assignments FOR UPDATE TO canvass_app
    USING ((SELECT current_setting('canvass.role', true)) IN ('gis')
           AND sub_area >= (SELECT current_setting('canvass.lo', true)) AND sub_area < (SELECT current_setting('canvass.hi', true)));
GRANT UPDATE (sub_area) ON visits TO canvass_app;
CREATE POLICY visits_follow ON visits FOR UPDATE TO canvass_app
    USING ((SELECT current_setting('canvass.role', true)) IN ('administrator', 'system', 'gis')
           AND sub_area >= (SELECT current_setting('canvass.lo', true)) AND sub_area < (SELECT current_setting('canvass.hi', true)));
GRANT DELETE ON coverage TO canvass_app;
CREATE POLICY coverage_remove ON coverage FOR DELETE TO canvass_app
    USING ((SELECT current_setting('canvass.role', true)) IN ('administrator', 'system', 'gis')
           AND sub_area >= (SELECT current_setting('canvass.lo', true)) AND sub_area < (SELECT current_setting('canvass.hi', true)));

-- Whoever signs the frame off makes a revision too.
CREATE POLICY revisions_sign ON revisions FOR INSERT TO canvass_app
    WITH CHECK ((SELECT current_setting('canvass.role', true)) IN ('supervisor')
           AND county >= (SELECT current_setting('canvass.county_lo', true)) AND county < (SELECT current_setting('canvass.county_hi', true)));
