-- +goose Up
-- Whoever found a building in the field or marked one is told what became of it: his change is looked up by the building, and GIS
-- staff, who decide, write the answer.
CREATE INDEX changes_about_buildings ON changes (county, (body #>> '{values,building}'))
    WHERE verb IN ('add_building', 'mark_building');

ALTER POLICY changes_change ON changes
    USING ((SELECT current_setting('canvass.role', true)) = ANY (ARRAY['administrator', 'system', 'gis', 'supervisor'])
           AND place >= (SELECT current_setting('canvass.lo', true))
           AND place <  (SELECT current_setting('canvass.hi', true)));
