-- +goose Up

-- Buildings are found by how their name or address begins. Comparing bytes is leakproof, so that the index serves beside the
-- row policies, which a pattern would not.
CREATE INDEX buildings_by_name ON buildings (county, name COLLATE "C") WHERE name <> '';
CREATE INDEX buildings_by_address ON buildings (county, address COLLATE "C") WHERE address <> '';

-- The visits of a county, the newest first.
CREATE INDEX visits_by_time ON visits (county, at DESC, id DESC);
