-- +goose Up
-- The person plane. What listing must note about people is sealed on the tablet to the county's key, whose private half the
-- service does not have: county_keys holds public halves, in how many shares the other was split and how many of them open it.
-- The current key of a county is the one that is not retired; what was sealed to an earlier one is still opened with that.
CREATE TABLE county_keys (
    county     text        COLLATE "C" NOT NULL,
    id         text        NOT NULL,
    public     bytea       NOT NULL,
    threshold  int         NOT NULL,
    shares     int         NOT NULL,
    made_at    timestamptz NOT NULL,
    retired_at timestamptz,
    CONSTRAINT county_keys_are_known_by_id PRIMARY KEY (county, id),
    CONSTRAINT county_keys_id_is_of_the_key CHECK (id = left(encode(sha256(public), 'hex'), 16)),
    CONSTRAINT county_keys_are_points_of_p256 CHECK (octet_length(public) = 65),
    CONSTRAINT county_keys_take_some_of_their_shares CHECK (threshold BETWEEN 1 AND shares AND shares <= 255),
    CONSTRAINT county_keys_retire_after_they_are_made CHECK (retired_at >= made_at)
);
CREATE UNIQUE INDEX county_keys_one_current_per_county ON county_keys (county) WHERE retired_at IS NULL;

-- What was sealed. The service adds rows and cannot read them again: it has no right to select, so that no route, tile, export
-- or log of it can show one. The dwelling and the key need not be known here, for a tablet may send a contact before the
-- dwelling it is of, and one that was sealed is not lost for want of a key.
CREATE TABLE sealed_contacts (
    county      text        COLLATE "C" NOT NULL,
    id          uuid        NOT NULL,
    place       text        COLLATE "C" NOT NULL,
    dwelling    uuid        NOT NULL,
    household   uuid,
    key         text        NOT NULL,
    encapsulated bytea      NOT NULL,
    ciphertext  bytea       NOT NULL,
    sealed_by   uuid        NOT NULL,
    received_at timestamptz NOT NULL,
    CONSTRAINT sealed_contacts_are_known_by_id PRIMARY KEY (county, id),
    CONSTRAINT sealed_contacts_place_lies_in_its_county CHECK (left(place, 6) = county),
    CONSTRAINT sealed_contacts_name_a_key CHECK (key ~ '^[0-9a-f]{16}$'),
    CONSTRAINT sealed_contacts_hold_a_point_of_p256 CHECK (octet_length(encapsulated) = 65),
    CONSTRAINT sealed_contacts_are_short CHECK (octet_length(ciphertext) BETWEEN 17 AND 4096),
    CONSTRAINT sealed_contacts_are_sealed_by_someone_known FOREIGN KEY (sealed_by) REFERENCES users (id)
);
CREATE INDEX sealed_contacts_by_dwelling ON sealed_contacts (county, dwelling);

ALTER TABLE county_keys ENABLE ROW LEVEL SECURITY;
GRANT SELECT, INSERT, UPDATE ON county_keys TO canvass_app;
CREATE POLICY county_keys_read ON county_keys FOR SELECT TO canvass_app
    USING (county >= (SELECT current_setting('canvass.county_lo', true)) AND county < (SELECT current_setting('canvass.county_hi', true)));
CREATE POLICY county_keys_add ON county_keys FOR INSERT TO canvass_app
    WITH CHECK ((SELECT current_setting('canvass.role', true)) IN ('administrator', 'system')
           AND county >= (SELECT current_setting('canvass.county_lo', true)) AND county < (SELECT current_setting('canvass.county_hi', true)));
CREATE POLICY county_keys_change ON county_keys FOR UPDATE TO canvass_app
    USING ((SELECT current_setting('canvass.role', true)) IN ('administrator', 'system')
           AND county >= (SELECT current_setting('canvass.county_lo', true)) AND county < (SELECT current_setting('canvass.county_hi', true)));

ALTER TABLE sealed_contacts ENABLE ROW LEVEL SECURITY;
GRANT INSERT ON sealed_contacts TO canvass_app;
CREATE POLICY sealed_contacts_add ON sealed_contacts FOR INSERT TO canvass_app
    WITH CHECK ((SELECT current_setting('canvass.role', true)) IN ('administrator', 'system', 'supervisor', 'enumerator')
           AND place >= (SELECT current_setting('canvass.lo', true)) AND place < (SELECT current_setting('canvass.hi', true)));
CREATE POLICY sealed_contacts_held ON sealed_contacts AS RESTRICTIVE TO canvass_app
    USING ((SELECT coalesce(current_setting('canvass.held', true), '')) = ''
        OR place = ANY ((SELECT string_to_array(current_setting('canvass.held', true), ','))::text[]));
