-- +goose Up
-- An enumerator holds several sub-areas at once, and between them lie others'. Where canvass.held names sub-areas, one after
-- the other with commas, nothing but these is seen or written, whatever the range from the first to the last would allow.
CREATE POLICY sub_areas_held ON sub_areas AS RESTRICTIVE TO canvass_app
    USING ((SELECT coalesce(current_setting('canvass.held', true), '')) = ''
        OR code = ANY ((SELECT string_to_array(current_setting('canvass.held', true), ','))::text[]));
CREATE POLICY buildings_held ON buildings AS RESTRICTIVE TO canvass_app
    USING ((SELECT coalesce(current_setting('canvass.held', true), '')) = ''
        OR place = ANY ((SELECT string_to_array(current_setting('canvass.held', true), ','))::text[]));
CREATE POLICY dwellings_held ON dwellings AS RESTRICTIVE TO canvass_app
    USING ((SELECT coalesce(current_setting('canvass.held', true), '')) = ''
        OR sub_area = ANY ((SELECT string_to_array(current_setting('canvass.held', true), ','))::text[]));
CREATE POLICY households_held ON households AS RESTRICTIVE TO canvass_app
    USING ((SELECT coalesce(current_setting('canvass.held', true), '')) = ''
        OR sub_area = ANY ((SELECT string_to_array(current_setting('canvass.held', true), ','))::text[]));
CREATE POLICY visits_held ON visits AS RESTRICTIVE TO canvass_app
    USING ((SELECT coalesce(current_setting('canvass.held', true), '')) = ''
        OR sub_area = ANY ((SELECT string_to_array(current_setting('canvass.held', true), ','))::text[]));
CREATE POLICY coverage_held ON coverage AS RESTRICTIVE TO canvass_app
    USING ((SELECT coalesce(current_setting('canvass.held', true), '')) = ''
        OR sub_area = ANY ((SELECT string_to_array(current_setting('canvass.held', true), ','))::text[]));
CREATE POLICY flags_held ON flags AS RESTRICTIVE TO canvass_app
    USING ((SELECT coalesce(current_setting('canvass.held', true), '')) = ''
        OR place = ANY ((SELECT string_to_array(current_setting('canvass.held', true), ','))::text[]));
CREATE POLICY changes_held ON changes AS RESTRICTIVE TO canvass_app
    USING ((SELECT coalesce(current_setting('canvass.held', true), '')) = ''
        OR sub_area = ANY ((SELECT string_to_array(current_setting('canvass.held', true), ','))::text[]));
CREATE POLICY assignments_held ON assignments AS RESTRICTIVE TO canvass_app
    USING ((SELECT coalesce(current_setting('canvass.held', true), '')) = ''
        OR sub_area = ANY ((SELECT string_to_array(current_setting('canvass.held', true), ','))::text[])
        OR enumerator = (SELECT nullif(current_setting('canvass.actor', true), '')::uuid));
