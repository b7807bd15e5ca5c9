-- +goose Up
-- A map names where it comes from: the buildings too, but for those that people drew here.
CREATE VIEW map_building_sources AS
SELECT county, source, licence
  FROM buildings
 WHERE retired_at IS NULL AND source NOT IN ('administrator', 'gis', 'supervisor', 'enumerator', 'field', 'drawn');
GRANT SELECT ON map_building_sources TO canvass_app;
