-- +goose Up
-- Boundaries follow what can be seen on the ground, and that is not roads and rivers alone: walls, fences, cliffs, piers.
ALTER TABLE base_features DROP CONSTRAINT base_features_layer_is_known;
ALTER TABLE base_features ADD CONSTRAINT base_features_layer_is_known CHECK (layer IN ('water', 'waterway', 'landuse', 'road', 'rail',
    'barrier', 'building', 'place', 'address', 'poi', 'boundary'));
