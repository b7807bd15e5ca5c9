-- +goose Up
-- A tablet becomes a device of an account by a one-time code that a supervisor gives out. The database keeps the code's hash.
CREATE TABLE enrolments (
    county     text        COLLATE "C" NOT NULL,
    id         uuid        NOT NULL,
    user_id    uuid        NOT NULL,
    code_hash  bytea       NOT NULL,
    issued_by  uuid,
    issued_at  timestamptz NOT NULL,
    expires_at timestamptz NOT NULL,
    used_at    timestamptz,
    device     uuid,
    CONSTRAINT enrolments_are_known_by_id PRIMARY KEY (county, id),
    CONSTRAINT enrolments_code_is_given_once UNIQUE (county, code_hash),
    CONSTRAINT enrolments_are_for_someone_known FOREIGN KEY (user_id) REFERENCES users (id),
    CONSTRAINT enrolments_make_a_known_device FOREIGN KEY (county, device) REFERENCES devices (county, id),
    CONSTRAINT enrolments_name_the_device_they_made CHECK ((used_at IS NULL) = (device IS NULL)),
    CONSTRAINT enrolments_end_after_they_begin CHECK (expires_at > issued_at)
);

-- serial is the number of the last change that was taken from the device, with none missing before it.
ALTER TABLE devices
    ADD COLUMN pledge     text        NOT NULL DEFAULT '',
    ADD COLUMN pledged_at timestamptz,
    ADD COLUMN clock_off_s int        NOT NULL DEFAULT 0,
    ADD COLUMN serial     bigint      NOT NULL DEFAULT 0,
    ADD COLUMN revoked_by uuid,
    ADD COLUMN reason     text        NOT NULL DEFAULT '',
    ADD COLUMN erase_now  boolean     NOT NULL DEFAULT false,
    ADD CONSTRAINT devices_pledge_has_its_time CHECK ((pledge = '') = (pledged_at IS NULL)),
    ADD CONSTRAINT devices_are_revoked_with_a_reason CHECK (revoked_at IS NULL OR reason <> ''),
    ADD CONSTRAINT devices_serial_is_not_negative CHECK (serial >= 0),
    ADD CONSTRAINT devices_key_is_one_devices UNIQUE (county, public_key);
CREATE INDEX devices_by_user ON devices (user_id);

ALTER TABLE enrolments ENABLE ROW LEVEL SECURITY;
GRANT SELECT, INSERT, UPDATE ON enrolments TO canvass_app;
CREATE POLICY enrolments_read ON enrolments FOR SELECT TO canvass_app
    USING ((SELECT current_setting('canvass.role', true)) IN ('administrator', 'system', 'supervisor')
           AND county >= (SELECT current_setting('canvass.county_lo', true)) AND county < (SELECT current_setting('canvass.county_hi', true)));
CREATE POLICY enrolments_add ON enrolments FOR INSERT TO canvass_app
    WITH CHECK ((SELECT current_setting('canvass.role', true)) IN ('administrator', 'system', 'supervisor')
           AND county >= (SELECT current_setting('canvass.county_lo', true)) AND county < (SELECT current_setting('canvass.county_hi', true)));
CREATE POLICY enrolments_change ON enrolments FOR UPDATE TO canvass_app
    USING ((SELECT current_setting('canvass.role', true)) IN ('administrator', 'system', 'supervisor')
           AND county >= (SELECT current_setting('canvass.county_lo', true)) AND county < (SELECT current_setting('canvass.county_hi', true)));
