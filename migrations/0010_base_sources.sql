-- +goose Up
-- A map names where it comes from: the base map's view tells its sources.
CREATE OR REPLACE VIEW map_base AS
SELECT county, id, layer, class, name, name_en, rank, min_zoom, bridge, tunnel, geom, source
  FROM base_features;
