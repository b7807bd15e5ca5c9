-- +goose Up
-- What of a building a person set: its outline, kind, name … What a source says of it later does not overwrite that.
ALTER TABLE buildings
    ADD COLUMN by_hand text[] NOT NULL DEFAULT '{}',
    ADD CONSTRAINT buildings_by_hand_names_what_is_known CHECK (by_hand <@ ARRAY['outline', 'kind', 'name', 'address', 'floors',
        'stairwells', 'doors', 'units']);
CREATE INDEX buildings_set_by_hand ON buildings (county, source, source_id) WHERE by_hand <> '{}';

ALTER TABLE past_buildings ADD COLUMN by_hand text[] NOT NULL DEFAULT '{}';

UPDATE buildings b
   SET by_hand = s.fields
  FROM (SELECT p.county, p.building, array_agg(DISTINCT f.field ORDER BY f.field) AS fields
          FROM past_buildings p
          JOIN revisions r ON r.county = p.county AND r.revision = p.revision
         CROSS JOIN LATERAL (SELECT 'outline' AS field WHERE r.verb = 'move_building'
                              UNION ALL
                             SELECT k FROM jsonb_object_keys(r.detail) AS k
                              WHERE r.verb = 'edit_building'
                                AND k IN ('kind', 'name', 'address', 'floors', 'stairwells', 'doors', 'units')) f
         GROUP BY p.county, p.building) s
 WHERE b.county = s.county AND b.id = s.building;
