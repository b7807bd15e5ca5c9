-- +goose Up
-- What devices have signed in the last minutes, so that no instance answers it a second time. Nothing of it must outlive a crash,
-- for what was signed before the database was started is refused; and so it is not logged.
CREATE UNLOGGED TABLE nonces (
    county  text        COLLATE "C" NOT NULL,
    device  uuid        NOT NULL,
    nonce   text        COLLATE "C" NOT NULL,
    seen_at timestamptz NOT NULL,
    CONSTRAINT nonces_are_used_once PRIMARY KEY (county, device, nonce)
);
CREATE INDEX nonces_by_time ON nonces (seen_at);

ALTER TABLE nonces ENABLE ROW LEVEL SECURITY;
GRANT SELECT, INSERT, DELETE ON nonces TO canvass_app;
CREATE POLICY nonces_read ON nonces FOR SELECT TO canvass_app
    USING ((SELECT current_setting('canvass.role', true)) IN ('system')
           AND county >= (SELECT current_setting('canvass.county_lo', true)) AND county < (SELECT current_setting('canvass.county_hi', true)));
CREATE POLICY nonces_add ON nonces FOR INSERT TO canvass_app
    WITH CHECK ((SELECT current_setting('canvass.role', true)) IN ('system')
           AND county >= (SELECT current_setting('canvass.county_lo', true)) AND county < (SELECT current_setting('canvass.county_hi', true)));
CREATE POLICY nonces_remove ON nonces FOR DELETE TO canvass_app
    USING ((SELECT current_setting('canvass.role', true)) IN ('system')
           AND county >= (SELECT current_setting('canvass.county_lo', true)) AND county < (SELECT current_setting('canvass.county_hi', true)));
