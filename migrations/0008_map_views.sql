-- +goose Up
-- What the map may show, and the only relations that tiles reads: never a name of a person, never a sealed field. The
-- views read with their owner's right; which county a session may ask for is decided before.
CREATE VIEW map_regions AS
SELECT county, code::bigint AS id, code, CASE length(code) WHEN 6 THEN 'county' ELSE 'town' END AS level, name, geom, point,
       revision
  FROM regions
 WHERE retired_at IS NULL AND geom IS NOT NULL;

CREATE VIEW map_areas AS
SELECT county, code::bigint AS id, code, town, name, kind, geom, point, revision
  FROM areas
 WHERE retired_at IS NULL AND geom IS NOT NULL;

CREATE VIEW map_sub_areas AS
SELECT county, code::bigint AS id, code, area, right(code, 3) AS number, geom, point, revision
  FROM sub_areas
 WHERE retired_at IS NULL AND geom IS NOT NULL;

CREATE VIEW map_buildings AS
SELECT county, id, place, sub_area, number, kind, standing, floors, CASE WHEN sensitive THEN '' ELSE name END AS name, geom,
       point, revision
  FROM buildings
 WHERE retired_at IS NULL AND standing IN ('confirmed', 'proposed');

CREATE VIEW map_base AS
SELECT county, id, layer, class, name, name_en, rank, min_zoom, bridge, tunnel, geom
  FROM base_features;
