-- +goose Up
-- Of a sensitive building not even its kind is kept, but for whether somebody lives there, on which the counts rest; of its
-- doors, that there are so many.
UPDATE buildings
   SET kind = CASE WHEN kind IN ('residential', 'mixed', 'collective') THEN 'collective' ELSE 'non_residential' END
 WHERE sensitive;

UPDATE past_buildings
   SET kind = CASE WHEN kind IN ('residential', 'mixed', 'collective') THEN 'collective' ELSE 'non_residential' END
 WHERE sensitive;

ALTER TABLE buildings ADD CONSTRAINT buildings_sensitive_ones_carry_no_kind
    CHECK (NOT sensitive OR kind IN ('collective', 'non_residential'));

ALTER TABLE past_buildings ADD CONSTRAINT past_buildings_sensitive_ones_carry_no_kind
    CHECK (NOT sensitive OR kind IN ('collective', 'non_residential'));

-- Takes away what is known of a building that is sensitive from now on, wherever it was written: what it was, its doors, what
-- was noted at them and sealed of them, what tablets sent, flags, parts, revisions and events. It runs with the owner's right,
-- for nobody else may change a line of the operation log; all it can do is to forget, and only of a building that is sensitive.
-- Changes that tablets sent are written anew as the caller gives them: values[i] in place of those of change ids[i].
-- +goose StatementBegin
CREATE FUNCTION canvass_forget_building(county_ text, building_ bigint, ids uuid[], given jsonb[]) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    words    CONSTANT text[] := '{name,address,reason,kind,floors,stairwells,doors,units,door,pattern}';
    homes    uuid[];
    subjects text[];
BEGIN
    IF NOT EXISTS (SELECT FROM buildings WHERE county = county_ AND id = building_ AND sensitive) THEN
        RAISE EXCEPTION 'canvass_forget_building: building % is not sensitive', building_;
    END IF;
    homes := ARRAY(SELECT id FROM dwellings WHERE county = county_ AND building = building_);

    UPDATE past_buildings
       SET name = '',
           address = '',
           reason = CASE WHEN standing IN ('confirmed', 'proposed') THEN '' ELSE reason END,
           kind = CASE WHEN kind IN ('residential', 'mixed', 'collective') THEN 'collective' ELSE 'non_residential' END,
           floors = NULL,
           stairwells = NULL,
           doors = NULL,
           units = NULL
     WHERE county = county_ AND building = building_;

    -- A door is found once in a building, also halfway through.
    UPDATE dwellings d
       SET door = '?' || n.number
      FROM (SELECT id, row_number() OVER (ORDER BY stairwell, floor, length(door), door, id) AS number
              FROM dwellings
             WHERE county = county_ AND building = building_) n
     WHERE d.county = county_ AND d.id = n.id;
    UPDATE dwellings
       SET stairwell = 0,
           floor = 1,
           door = substr(door, 2),
           reason = CASE WHEN reason IN ('', 'duplicate') THEN reason ELSE '—' END,
           changed_at = now(),
           revision = revision + 1
     WHERE county = county_ AND building = building_;
    UPDATE building_parts
       SET stairwell_from = 0, stairwell_to = 0, floor_from = 0, floor_to = 0, description = '—'
     WHERE county = county_ AND building = building_;

    UPDATE visits SET note = '' WHERE county = county_ AND dwelling = ANY (homes) AND note <> '';
    DELETE FROM sealed_contacts WHERE county = county_ AND dwelling = ANY (homes);
    UPDATE changes c
       SET body = jsonb_set(c.body, '{values}', n.given)
      FROM unnest(ids, given) AS n (id, given)
     WHERE c.county = county_ AND c.id = n.id
       AND (c.body -> 'values' ->> 'building' = building_::text OR c.body -> 'values' ->> 'dwelling' = ANY (homes::text[]));
    UPDATE flags
       SET evidence = evidence - words, reason = ''
     WHERE county = county_ AND (building = building_ OR dwelling = ANY (homes));

    UPDATE revisions r
       SET detail = r.detail - words
      FROM past_buildings p
     WHERE p.county = county_ AND p.building = building_ AND r.county = p.county AND r.revision = p.revision;
    subjects := ARRAY(SELECT 'building/' || building_
                       UNION ALL SELECT 'dwelling/' || unnest(homes)
                       UNION ALL SELECT 'household/' || id FROM households WHERE county = county_ AND dwelling = ANY (homes)
                       UNION ALL SELECT 'flag/' || id FROM flags
                                  WHERE county = county_ AND (building = building_ OR dwelling = ANY (homes)));
    UPDATE events SET detail = detail - words WHERE county = county_ AND subject = ANY (subjects) AND detail ?| words;
END
$$;
-- +goose StatementEnd
REVOKE ALL ON FUNCTION canvass_forget_building(text, bigint, uuid[], jsonb[]) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION canvass_forget_building(text, bigint, uuid[], jsonb[]) TO canvass_app;

-- Those that are sensitive already. What a tablet sent of them that waits to be decided cannot list doors any more.
SELECT canvass_forget_building(b.county, b.id, array_agg(c.id), array_agg(
           CASE WHEN c.body -> 'values' ? 'reason' THEN jsonb_set(v.bare, '{reason}', '"—"') ELSE v.bare END))
  FROM buildings b
  LEFT JOIN dwellings d ON d.county = b.county AND d.building = b.id
  LEFT JOIN changes c ON c.county = b.county
                     AND (c.body -> 'values' ->> 'building' = b.id::text OR c.body -> 'values' ->> 'dwelling' = d.id::text)
 CROSS JOIN LATERAL (SELECT coalesce(c.body -> 'values', '{}')
                         - '{note,name,address,kind,floors,stairwells,doors,units,stairwell,floor,door,first_floor}'::text[] AS bare) v
 WHERE b.sensitive
 GROUP BY b.county, b.id;
