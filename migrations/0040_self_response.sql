-- +goose Up
-- A household may answer for itself: it gets an account with a code, which the answering system, outside of this one, takes. The
-- answers stay there; here stands how far it came. Where a household lies may change, so that policies go by the household.
CREATE TABLE self_responses (
    county       text        COLLATE "C" NOT NULL,
    id           uuid        NOT NULL,
    household    uuid        NOT NULL,
    code_hash    bytea       NOT NULL,
    state        text        NOT NULL,
    before       text        NOT NULL,
    issued_by    uuid,
    issued_at    timestamptz NOT NULL,
    expires_at   timestamptz NOT NULL,
    started_at   timestamptz,
    submitted_at timestamptz,
    ended_at     timestamptz,
    reason       text        NOT NULL DEFAULT '',
    revision     bigint      NOT NULL DEFAULT 1,
    CONSTRAINT self_responses_are_known_by_id PRIMARY KEY (county, id),
    CONSTRAINT self_responses_code_is_given_once UNIQUE (county, code_hash),
    CONSTRAINT self_responses_code_is_a_sum CHECK (octet_length(code_hash) = 32),
    CONSTRAINT self_responses_state_is_known CHECK (state IN ('issued', 'started', 'prefilled', 'submitted', 'revoked', 'lapsed',
        'superseded')),
    CONSTRAINT self_responses_end_when_they_do CHECK ((state IN ('revoked', 'lapsed', 'superseded')) = (ended_at IS NOT NULL)),
    CONSTRAINT self_responses_submitted_ones_have_a_time CHECK (state <> 'submitted' OR submitted_at IS NOT NULL),
    CONSTRAINT self_responses_are_a_households FOREIGN KEY (county, household) REFERENCES households (county, id)
);
CREATE UNIQUE INDEX self_responses_one_open_per_household ON self_responses (county, household)
    WHERE state IN ('issued', 'started', 'prefilled', 'submitted');
CREATE INDEX self_responses_by_household ON self_responses (county, household, issued_at DESC);
CREATE INDEX self_responses_open ON self_responses (county) WHERE state IN ('issued', 'started', 'prefilled');

-- Who may report how far answers have come: a token each, of which the database keeps the hash.
CREATE TABLE answering_systems (
    county     text        COLLATE "C" NOT NULL,
    id         uuid        NOT NULL,
    name       text        NOT NULL,
    token_hash bytea       NOT NULL,
    created_at timestamptz NOT NULL,
    revoked_at timestamptz,
    CONSTRAINT answering_systems_are_known_by_id PRIMARY KEY (county, id),
    CONSTRAINT answering_systems_token_is_one_systems UNIQUE (county, token_hash),
    CONSTRAINT answering_systems_have_a_name CHECK (name <> '')
);

-- The long form's sample: one household in so many, from a seed, so that anybody can draw it again.
CREATE TABLE long_form_samples (
    county     text        COLLATE "C" NOT NULL,
    id         uuid        NOT NULL,
    place      text        COLLATE "C" NOT NULL,
    seed       bigint      NOT NULL,
    one_in     int         NOT NULL,
    households int         NOT NULL,
    drawn      int         NOT NULL,
    drawn_by   uuid,
    drawn_at   timestamptz NOT NULL,
    CONSTRAINT long_form_samples_are_known_by_id PRIMARY KEY (county, id),
    CONSTRAINT long_form_samples_are_one_in_some CHECK (one_in BETWEEN 2 AND 1000),
    CONSTRAINT long_form_samples_place_lies_in_its_county CHECK (left(place, 6) = county)
);
CREATE INDEX long_form_samples_by_place ON long_form_samples (county, place, drawn_at DESC);

ALTER TABLE self_responses ENABLE ROW LEVEL SECURITY;
GRANT SELECT, INSERT, UPDATE ON self_responses TO canvass_app;
CREATE POLICY self_responses_read ON self_responses FOR SELECT TO canvass_app
    USING (EXISTS (SELECT FROM households h WHERE h.county = self_responses.county AND h.id = self_responses.household));
CREATE POLICY self_responses_add ON self_responses FOR INSERT TO canvass_app
    WITH CHECK (EXISTS (SELECT FROM households h WHERE h.county = self_responses.county AND h.id = self_responses.household));
CREATE POLICY self_responses_change ON self_responses FOR UPDATE TO canvass_app
    USING (EXISTS (SELECT FROM households h WHERE h.county = self_responses.county AND h.id = self_responses.household));

ALTER TABLE answering_systems ENABLE ROW LEVEL SECURITY;
GRANT SELECT, INSERT, UPDATE ON answering_systems TO canvass_app;
CREATE POLICY answering_systems_are_the_services ON answering_systems TO canvass_app
    USING ((SELECT current_setting('canvass.role', true)) = 'system'
           AND county >= (SELECT current_setting('canvass.county_lo', true)) AND county < (SELECT current_setting('canvass.county_hi', true)));

ALTER TABLE long_form_samples ENABLE ROW LEVEL SECURITY;
GRANT SELECT, INSERT ON long_form_samples TO canvass_app;
CREATE POLICY long_form_samples_read ON long_form_samples FOR SELECT TO canvass_app
    USING (place >= (SELECT current_setting('canvass.lo', true)) AND place < (SELECT current_setting('canvass.hi', true)));
CREATE POLICY long_form_samples_add ON long_form_samples FOR INSERT TO canvass_app
    WITH CHECK ((SELECT current_setting('canvass.role', true)) IN ('administrator', 'system')
           AND place >= (SELECT current_setting('canvass.lo', true)) AND place < (SELECT current_setting('canvass.hi', true)));
