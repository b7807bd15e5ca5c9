-- +goose Up
-- What is taken back gets its old number again: where a thing went may be written more exactly within its revision.
GRANT UPDATE (to_place, to_number) ON moves TO canvass_app;
CREATE POLICY moves_change ON moves FOR UPDATE TO canvass_app
    USING ((SELECT current_setting('canvass.role', true)) IN ('administrator', 'system', 'gis')
           AND place >= (SELECT current_setting('canvass.lo', true)) AND place < (SELECT current_setting('canvass.hi', true)));
