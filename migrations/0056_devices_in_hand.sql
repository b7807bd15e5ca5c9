-- +goose Up
-- Every change of boundaries counts the tablets of those who hold the sub-areas.
CREATE INDEX devices_in_hand ON devices (county, user_id) WHERE revoked_at IS NULL;

