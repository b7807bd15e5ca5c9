-- +goose Up
-- Row-level security. Each transaction says who acts: canvass.role, canvass.actor, the range of codes it may touch
-- (canvass.lo <= code < canvass.hi) and the range of counties that holds it (canvass.county_lo, canvass.county_hi). Unset means nothing is seen.
-- Settings stand in scalar sub-selects, so that they are read once a statement and the code index is used.
-- Code columns sort as bytes ("C"), so that a code's descendants are the range from it to it followed by '~'.
GRANT USAGE ON SCHEMA public TO canvass_app;


ALTER TABLE regions ENABLE ROW LEVEL SECURITY;
GRANT SELECT, INSERT, UPDATE ON regions TO canvass_app;
CREATE POLICY regions_read ON regions FOR SELECT TO canvass_app
    USING (county >= (SELECT current_setting('canvass.county_lo', true)) AND county < (SELECT current_setting('canvass.county_hi', true)));
CREATE POLICY regions_add ON regions FOR INSERT TO canvass_app
    WITH CHECK ((SELECT current_setting('canvass.role', true)) IN ('administrator', 'system', 'gis')
           AND code >= (SELECT current_setting('canvass.lo', true)) AND code < (SELECT current_setting('canvass.hi', true)));
CREATE POLICY regions_change ON regions FOR UPDATE TO canvass_app
    USING ((SELECT current_setting('canvass.role', true)) IN ('administrator', 'system', 'gis')
           AND code >= (SELECT current_setting('canvass.lo', true)) AND code < (SELECT current_setting('canvass.hi', true)));

ALTER TABLE areas ENABLE ROW LEVEL SECURITY;
GRANT SELECT, INSERT, UPDATE ON areas TO canvass_app;
CREATE POLICY areas_read ON areas FOR SELECT TO canvass_app
    USING (county >= (SELECT current_setting('canvass.county_lo', true)) AND county < (SELECT current_setting('canvass.county_hi', true)));
CREATE POLICY areas_add ON areas FOR INSERT TO canvass_app
    WITH CHECK ((SELECT current_setting('canvass.role', true)) IN ('administrator', 'system', 'gis')
           AND code >= (SELECT current_setting('canvass.lo', true)) AND code < (SELECT current_setting('canvass.hi', true)));
CREATE POLICY areas_change ON areas FOR UPDATE TO canvass_app
    USING ((SELECT current_setting('canvass.role', true)) IN ('administrator', 'system', 'gis')
           AND code >= (SELECT current_setting('canvass.lo', true)) AND code < (SELECT current_setting('canvass.hi', true)));

ALTER TABLE sub_areas ENABLE ROW LEVEL SECURITY;
GRANT SELECT, INSERT, UPDATE ON sub_areas TO canvass_app;
CREATE POLICY sub_areas_read ON sub_areas FOR SELECT TO canvass_app
    USING (code >= (SELECT current_setting('canvass.lo', true)) AND code < (SELECT current_setting('canvass.hi', true)));
CREATE POLICY sub_areas_add ON sub_areas FOR INSERT TO canvass_app
    WITH CHECK ((SELECT current_setting('canvass.role', true)) IN ('administrator', 'system', 'gis')
           AND code >= (SELECT current_setting('canvass.lo', true)) AND code < (SELECT current_setting('canvass.hi', true)));
CREATE POLICY sub_areas_change ON sub_areas FOR UPDATE TO canvass_app
    USING ((SELECT current_setting('canvass.role', true)) IN ('administrator', 'system', 'gis', 'supervisor')
           AND code >= (SELECT current_setting('canvass.lo', true)) AND code < (SELECT current_setting('canvass.hi', true)));

ALTER TABLE revisions ENABLE ROW LEVEL SECURITY;
GRANT SELECT, INSERT ON revisions TO canvass_app;
CREATE POLICY revisions_read ON revisions FOR SELECT TO canvass_app
    USING (county >= (SELECT current_setting('canvass.county_lo', true)) AND county < (SELECT current_setting('canvass.county_hi', true)));
CREATE POLICY revisions_add ON revisions FOR INSERT TO canvass_app
    WITH CHECK ((SELECT current_setting('canvass.role', true)) IN ('administrator', 'system', 'gis')
           AND county >= (SELECT current_setting('canvass.county_lo', true)) AND county < (SELECT current_setting('canvass.county_hi', true)));

ALTER TABLE lineage ENABLE ROW LEVEL SECURITY;
GRANT SELECT, INSERT ON lineage TO canvass_app;
CREATE POLICY lineage_read ON lineage FOR SELECT TO canvass_app
    USING (county >= (SELECT current_setting('canvass.county_lo', true)) AND county < (SELECT current_setting('canvass.county_hi', true)));
CREATE POLICY lineage_add ON lineage FOR INSERT TO canvass_app
    WITH CHECK ((SELECT current_setting('canvass.role', true)) IN ('administrator', 'system', 'gis')
           AND county >= (SELECT current_setting('canvass.county_lo', true)) AND county < (SELECT current_setting('canvass.county_hi', true)));

ALTER TABLE buildings ENABLE ROW LEVEL SECURITY;
GRANT SELECT, INSERT, UPDATE ON buildings TO canvass_app;
CREATE POLICY buildings_read ON buildings FOR SELECT TO canvass_app
    USING (place >= (SELECT current_setting('canvass.lo', true)) AND place < (SELECT current_setting('canvass.hi', true)));
CREATE POLICY buildings_add ON buildings FOR INSERT TO canvass_app
    WITH CHECK ((SELECT current_setting('canvass.role', true)) IN ('administrator', 'system', 'gis')
           AND place >= (SELECT current_setting('canvass.lo', true)) AND place < (SELECT current_setting('canvass.hi', true))
        OR (SELECT current_setting('canvass.role', true)) IN ('administrator', 'system', 'supervisor', 'enumerator')
           AND place >= (SELECT current_setting('canvass.lo', true)) AND place < (SELECT current_setting('canvass.hi', true)) AND standing = 'proposed');
CREATE POLICY buildings_change ON buildings FOR UPDATE TO canvass_app
    USING ((SELECT current_setting('canvass.role', true)) IN ('administrator', 'system', 'gis', 'supervisor', 'enumerator')
           AND place >= (SELECT current_setting('canvass.lo', true)) AND place < (SELECT current_setting('canvass.hi', true)));

ALTER TABLE dwellings ENABLE ROW LEVEL SECURITY;
GRANT SELECT, INSERT, UPDATE ON dwellings TO canvass_app;
CREATE POLICY dwellings_read ON dwellings FOR SELECT TO canvass_app
    USING (sub_area >= (SELECT current_setting('canvass.lo', true)) AND sub_area < (SELECT current_setting('canvass.hi', true)));
CREATE POLICY dwellings_add ON dwellings FOR INSERT TO canvass_app
    WITH CHECK ((SELECT current_setting('canvass.role', true)) IN ('administrator', 'system', 'gis', 'supervisor', 'enumerator')
           AND sub_area >= (SELECT current_setting('canvass.lo', true)) AND sub_area < (SELECT current_setting('canvass.hi', true)));
CREATE POLICY dwellings_change ON dwellings FOR UPDATE TO canvass_app
    USING ((SELECT current_setting('canvass.role', true)) IN ('administrator', 'system', 'gis', 'supervisor', 'enumerator')
           AND sub_area >= (SELECT current_setting('canvass.lo', true)) AND sub_area < (SELECT current_setting('canvass.hi', true)));

ALTER TABLE households ENABLE ROW LEVEL SECURITY;
GRANT SELECT, INSERT, UPDATE ON households TO canvass_app;
CREATE POLICY households_read ON households FOR SELECT TO canvass_app
    USING (sub_area >= (SELECT current_setting('canvass.lo', true)) AND sub_area < (SELECT current_setting('canvass.hi', true)));
CREATE POLICY households_add ON households FOR INSERT TO canvass_app
    WITH CHECK ((SELECT current_setting('canvass.role', true)) IN ('administrator', 'system', 'gis', 'supervisor', 'enumerator')
           AND sub_area >= (SELECT current_setting('canvass.lo', true)) AND sub_area < (SELECT current_setting('canvass.hi', true)));
CREATE POLICY households_change ON households FOR UPDATE TO canvass_app
    USING ((SELECT current_setting('canvass.role', true)) IN ('administrator', 'system', 'gis', 'supervisor', 'enumerator')
           AND sub_area >= (SELECT current_setting('canvass.lo', true)) AND sub_area < (SELECT current_setting('canvass.hi', true)));

ALTER TABLE rounds ENABLE ROW LEVEL SECURITY;
GRANT SELECT, INSERT, UPDATE ON rounds TO canvass_app;
CREATE POLICY rounds_read ON rounds FOR SELECT TO canvass_app
    USING (county >= (SELECT current_setting('canvass.county_lo', true)) AND county < (SELECT current_setting('canvass.county_hi', true)));
CREATE POLICY rounds_add ON rounds FOR INSERT TO canvass_app
    WITH CHECK ((SELECT current_setting('canvass.role', true)) IN ('administrator', 'system')
           AND county >= (SELECT current_setting('canvass.county_lo', true)) AND county < (SELECT current_setting('canvass.county_hi', true)));
CREATE POLICY rounds_change ON rounds FOR UPDATE TO canvass_app
    USING ((SELECT current_setting('canvass.role', true)) IN ('administrator', 'system')
           AND county >= (SELECT current_setting('canvass.county_lo', true)) AND county < (SELECT current_setting('canvass.county_hi', true)));

ALTER TABLE settings ENABLE ROW LEVEL SECURITY;
GRANT SELECT, INSERT, UPDATE ON settings TO canvass_app;
CREATE POLICY settings_read ON settings FOR SELECT TO canvass_app
    USING (county >= (SELECT current_setting('canvass.county_lo', true)) AND county < (SELECT current_setting('canvass.county_hi', true)));
CREATE POLICY settings_add ON settings FOR INSERT TO canvass_app
    WITH CHECK ((SELECT current_setting('canvass.role', true)) IN ('administrator', 'system')
           AND county >= (SELECT current_setting('canvass.county_lo', true)) AND county < (SELECT current_setting('canvass.county_hi', true)));
CREATE POLICY settings_change ON settings FOR UPDATE TO canvass_app
    USING ((SELECT current_setting('canvass.role', true)) IN ('administrator', 'system')
           AND county >= (SELECT current_setting('canvass.county_lo', true)) AND county < (SELECT current_setting('canvass.county_hi', true)));

ALTER TABLE assignments ENABLE ROW LEVEL SECURITY;
GRANT SELECT, INSERT, UPDATE ON assignments TO canvass_app;
CREATE POLICY assignments_read ON assignments FOR SELECT TO canvass_app
    USING (sub_area >= (SELECT current_setting('canvass.lo', true)) AND sub_area < (SELECT current_setting('canvass.hi', true))
        OR enumerator = (SELECT nullif(current_setting('canvass.actor', true), '')::uuid));
CREATE POLICY assignments_add ON assignments FOR INSERT TO canvass_app
    WITH CHECK ((SELECT current_setting('canvass.role', true)) IN ('administrator', 'system', 'supervisor')
           AND sub_area >= (SELECT current_setting('canvass.lo', true)) AND sub_area < (SELECT current_setting('canvass.hi', true)));
CREATE POLICY assignments_change ON assignments FOR UPDATE TO canvass_app
    USING ((SELECT current_setting('canvass.role', true)) IN ('administrator', 'system', 'supervisor')
           AND sub_area >= (SELECT current_setting('canvass.lo', true)) AND sub_area < (SELECT current_setting('canvass.hi', true))
        OR enumerator = (SELECT nullif(current_setting('canvass.actor', true), '')::uuid));

ALTER TABLE visits ENABLE ROW LEVEL SECURITY;
GRANT SELECT, INSERT ON visits TO canvass_app;
CREATE POLICY visits_read ON visits FOR SELECT TO canvass_app
    USING (sub_area >= (SELECT current_setting('canvass.lo', true)) AND sub_area < (SELECT current_setting('canvass.hi', true)));
CREATE POLICY visits_add ON visits FOR INSERT TO canvass_app
    WITH CHECK ((SELECT current_setting('canvass.role', true)) IN ('administrator', 'system', 'supervisor')
           AND sub_area >= (SELECT current_setting('canvass.lo', true)) AND sub_area < (SELECT current_setting('canvass.hi', true))
        OR (SELECT current_setting('canvass.role', true)) IN ('enumerator')
           AND sub_area >= (SELECT current_setting('canvass.lo', true)) AND sub_area < (SELECT current_setting('canvass.hi', true)) AND enumerator = (SELECT nullif(current_setting('canvass.actor', true), '')::uuid));

ALTER TABLE coverage ENABLE ROW LEVEL SECURITY;
GRANT SELECT, INSERT, UPDATE ON coverage TO canvass_app;
CREATE POLICY coverage_read ON coverage FOR SELECT TO canvass_app
    USING (sub_area >= (SELECT current_setting('canvass.lo', true)) AND sub_area < (SELECT current_setting('canvass.hi', true)));
CREATE POLICY coverage_add ON coverage FOR INSERT TO canvass_app
    WITH CHECK ((SELECT current_setting('canvass.role', true)) IN ('administrator', 'system', 'gis', 'supervisor', 'enumerator')
           AND sub_area >= (SELECT current_setting('canvass.lo', true)) AND sub_area < (SELECT current_setting('canvass.hi', true)));
CREATE POLICY coverage_change ON coverage FOR UPDATE TO canvass_app
    USING ((SELECT current_setting('canvass.role', true)) IN ('administrator', 'system', 'gis', 'supervisor', 'enumerator')
           AND sub_area >= (SELECT current_setting('canvass.lo', true)) AND sub_area < (SELECT current_setting('canvass.hi', true)));

ALTER TABLE flags ENABLE ROW LEVEL SECURITY;
GRANT SELECT, INSERT, UPDATE ON flags TO canvass_app;
CREATE POLICY flags_read ON flags FOR SELECT TO canvass_app
    USING (place >= (SELECT current_setting('canvass.lo', true)) AND place < (SELECT current_setting('canvass.hi', true)));
CREATE POLICY flags_add ON flags FOR INSERT TO canvass_app
    WITH CHECK ((SELECT current_setting('canvass.role', true)) IN ('administrator', 'system', 'gis', 'supervisor', 'enumerator')
           AND place >= (SELECT current_setting('canvass.lo', true)) AND place < (SELECT current_setting('canvass.hi', true)));
CREATE POLICY flags_change ON flags FOR UPDATE TO canvass_app
    USING ((SELECT current_setting('canvass.role', true)) IN ('administrator', 'system', 'gis', 'supervisor', 'enumerator')
           AND place >= (SELECT current_setting('canvass.lo', true)) AND place < (SELECT current_setting('canvass.hi', true)));

ALTER TABLE devices ENABLE ROW LEVEL SECURITY;
GRANT SELECT, INSERT, UPDATE ON devices TO canvass_app;
CREATE POLICY devices_read ON devices FOR SELECT TO canvass_app
    USING (county >= (SELECT current_setting('canvass.county_lo', true)) AND county < (SELECT current_setting('canvass.county_hi', true)));
CREATE POLICY devices_add ON devices FOR INSERT TO canvass_app
    WITH CHECK ((SELECT current_setting('canvass.role', true)) IN ('administrator', 'system', 'supervisor')
           AND county >= (SELECT current_setting('canvass.county_lo', true)) AND county < (SELECT current_setting('canvass.county_hi', true)));
CREATE POLICY devices_change ON devices FOR UPDATE TO canvass_app
    USING ((SELECT current_setting('canvass.role', true)) IN ('administrator', 'system', 'supervisor')
           AND county >= (SELECT current_setting('canvass.county_lo', true)) AND county < (SELECT current_setting('canvass.county_hi', true)));

ALTER TABLE changes ENABLE ROW LEVEL SECURITY;
GRANT SELECT, INSERT, UPDATE ON changes TO canvass_app;
CREATE POLICY changes_read ON changes FOR SELECT TO canvass_app
    USING (sub_area >= (SELECT current_setting('canvass.lo', true)) AND sub_area < (SELECT current_setting('canvass.hi', true)));
CREATE POLICY changes_add ON changes FOR INSERT TO canvass_app
    WITH CHECK ((SELECT current_setting('canvass.role', true)) IN ('administrator', 'system', 'gis', 'supervisor', 'enumerator')
           AND sub_area >= (SELECT current_setting('canvass.lo', true)) AND sub_area < (SELECT current_setting('canvass.hi', true)));
CREATE POLICY changes_change ON changes FOR UPDATE TO canvass_app
    USING ((SELECT current_setting('canvass.role', true)) IN ('administrator', 'system', 'supervisor')
           AND sub_area >= (SELECT current_setting('canvass.lo', true)) AND sub_area < (SELECT current_setting('canvass.hi', true)));

ALTER TABLE base_features ENABLE ROW LEVEL SECURITY;
GRANT SELECT, INSERT, UPDATE, DELETE ON base_features TO canvass_app;
CREATE POLICY base_features_read ON base_features FOR SELECT TO canvass_app
    USING (county >= (SELECT current_setting('canvass.county_lo', true)) AND county < (SELECT current_setting('canvass.county_hi', true)));
CREATE POLICY base_features_add ON base_features FOR INSERT TO canvass_app
    WITH CHECK ((SELECT current_setting('canvass.role', true)) IN ('administrator', 'system', 'gis')
           AND county >= (SELECT current_setting('canvass.county_lo', true)) AND county < (SELECT current_setting('canvass.county_hi', true)));
CREATE POLICY base_features_change ON base_features FOR UPDATE TO canvass_app
    USING ((SELECT current_setting('canvass.role', true)) IN ('administrator', 'system', 'gis')
           AND county >= (SELECT current_setting('canvass.county_lo', true)) AND county < (SELECT current_setting('canvass.county_hi', true)));
CREATE POLICY base_features_remove ON base_features FOR DELETE TO canvass_app
    USING ((SELECT current_setting('canvass.role', true)) IN ('administrator', 'system', 'gis')
           AND county >= (SELECT current_setting('canvass.county_lo', true)) AND county < (SELECT current_setting('canvass.county_hi', true)));

ALTER TABLE imports ENABLE ROW LEVEL SECURITY;
GRANT SELECT, INSERT, UPDATE ON imports TO canvass_app;
CREATE POLICY imports_read ON imports FOR SELECT TO canvass_app
    USING ((SELECT current_setting('canvass.role', true)) IN ('administrator', 'system', 'gis')
           AND county >= (SELECT current_setting('canvass.county_lo', true)) AND county < (SELECT current_setting('canvass.county_hi', true)));
CREATE POLICY imports_add ON imports FOR INSERT TO canvass_app
    WITH CHECK ((SELECT current_setting('canvass.role', true)) IN ('administrator', 'system', 'gis')
           AND county >= (SELECT current_setting('canvass.county_lo', true)) AND county < (SELECT current_setting('canvass.county_hi', true)));
CREATE POLICY imports_change ON imports FOR UPDATE TO canvass_app
    USING ((SELECT current_setting('canvass.role', true)) IN ('administrator', 'system', 'gis')
           AND county >= (SELECT current_setting('canvass.county_lo', true)) AND county < (SELECT current_setting('canvass.county_hi', true)));

ALTER TABLE import_rows ENABLE ROW LEVEL SECURITY;
GRANT SELECT, INSERT, UPDATE ON import_rows TO canvass_app;
CREATE POLICY import_rows_read ON import_rows FOR SELECT TO canvass_app
    USING ((SELECT current_setting('canvass.role', true)) IN ('administrator', 'system', 'gis')
           AND county >= (SELECT current_setting('canvass.county_lo', true)) AND county < (SELECT current_setting('canvass.county_hi', true)));
CREATE POLICY import_rows_add ON import_rows FOR INSERT TO canvass_app
    WITH CHECK ((SELECT current_setting('canvass.role', true)) IN ('administrator', 'system', 'gis')
           AND county >= (SELECT current_setting('canvass.county_lo', true)) AND county < (SELECT current_setting('canvass.county_hi', true)));
CREATE POLICY import_rows_change ON import_rows FOR UPDATE TO canvass_app
    USING ((SELECT current_setting('canvass.role', true)) IN ('administrator', 'system', 'gis')
           AND county >= (SELECT current_setting('canvass.county_lo', true)) AND county < (SELECT current_setting('canvass.county_hi', true)));

ALTER TABLE events ENABLE ROW LEVEL SECURITY;
GRANT SELECT, INSERT ON events TO canvass_app;
CREATE POLICY events_read ON events FOR SELECT TO canvass_app
    USING ((SELECT current_setting('canvass.role', true)) IN ('administrator', 'system', 'gis', 'supervisor')
           AND place >= (SELECT current_setting('canvass.lo', true)) AND place < (SELECT current_setting('canvass.hi', true)));
CREATE POLICY events_add ON events FOR INSERT TO canvass_app
    WITH CHECK ((SELECT current_setting('canvass.role', true)) IN ('administrator', 'system', 'gis', 'supervisor', 'enumerator')
           AND county >= (SELECT current_setting('canvass.county_lo', true)) AND county < (SELECT current_setting('canvass.county_hi', true)));

ALTER TABLE users ENABLE ROW LEVEL SECURITY;
GRANT SELECT, INSERT, UPDATE ON users TO canvass_app;
CREATE POLICY users_read ON users FOR SELECT TO canvass_app
    USING (id = (SELECT nullif(current_setting('canvass.actor', true), '')::uuid)
        OR (SELECT current_setting('canvass.role', true)) IN ('signing_in')
        OR (SELECT current_setting('canvass.role', true)) IN ('administrator', 'system', 'gis', 'supervisor')
           AND scope >= (SELECT current_setting('canvass.lo', true)) AND scope < (SELECT current_setting('canvass.hi', true)));
CREATE POLICY users_add ON users FOR INSERT TO canvass_app
    WITH CHECK ((SELECT current_setting('canvass.role', true)) IN ('administrator', 'system')
           AND scope >= (SELECT current_setting('canvass.lo', true)) AND scope < (SELECT current_setting('canvass.hi', true)));
CREATE POLICY users_change ON users FOR UPDATE TO canvass_app
    USING (id = (SELECT nullif(current_setting('canvass.actor', true), '')::uuid)
        OR (SELECT current_setting('canvass.role', true)) IN ('administrator', 'system')
           AND scope >= (SELECT current_setting('canvass.lo', true)) AND scope < (SELECT current_setting('canvass.hi', true)));

-- The session store and the answers kept for repeated requests hold no census data; the service alone reads them.
GRANT SELECT, INSERT, UPDATE, DELETE ON sessions, idempotency_keys TO canvass_app;
ALTER TABLE sessions ENABLE ROW LEVEL SECURITY;
CREATE POLICY sessions_are_the_services ON sessions TO canvass_app USING (true);
ALTER TABLE idempotency_keys ENABLE ROW LEVEL SECURITY;
CREATE POLICY idempotency_keys_are_the_services ON idempotency_keys TO canvass_app USING (true);

GRANT SELECT ON map_regions, map_areas, map_sub_areas, map_buildings, map_base TO canvass_app;
GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO canvass_app;
