-- +goose Up
-- What an import found, by the kind of finding: {"gap": 3, "sliver overlap": 12, "repaired": 40}. The report lists no more
-- than some thousands of them one by one; here all are counted.
ALTER TABLE imports ADD COLUMN findings jsonb NOT NULL DEFAULT '{}';
