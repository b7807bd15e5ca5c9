-- +goose Up
-- The operation log: who did what, written beside the write. Nobody may change or delete a row.
CREATE TABLE events (
    county  text        COLLATE "C" NOT NULL,
    id      bigint      NOT NULL GENERATED ALWAYS AS IDENTITY,
    at      timestamptz NOT NULL,
    actor   uuid,
    role    text        NOT NULL,
    verb    text        NOT NULL,
    place   text        COLLATE "C" NOT NULL,
    subject text        NOT NULL,
    detail  jsonb       NOT NULL DEFAULT '{}',
    CONSTRAINT events_are_counted_in_a_county PRIMARY KEY (county, id)
);
CREATE INDEX events_by_code ON events (county, place, id DESC);
CREATE INDEX events_by_subject ON events (county, subject, id DESC);
