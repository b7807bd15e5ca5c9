-- One row of everything in each of three sub-areas: two neighbours in county 370883 and one in county 370884. Ids follow
-- from codes. Account 'one' works in the first sub-area, 'two' in the others.
INSERT INTO users (id, name, display_name, role, scope, password_hash, created_at)
VALUES (md5('one')::uuid, 'one', '张一', 'enumerator', '370883101201001', '', '2026-01-01'),
       (md5('two')::uuid, 'two', '李二', 'supervisor', '370884', '', '2026-01-01');

CREATE TEMPORARY TABLE place AS
SELECT left(code, 6) AS county, code, who::uuid AS who, n,
       ST_Multi(ST_MakeEnvelope(117 + n, 35, 118 + n, 36, 4326)) AS geom,
       ST_SetSRID(ST_MakePoint(117.5 + n, 35.5), 4326) AS point
  FROM (VALUES ('370883101201001', md5('one'), 1),
               ('370883101201002', md5('two'), 2),
               ('370884101201001', md5('two'), 3)) AS given (code, who, n);

INSERT INTO regions (county, code, name) SELECT DISTINCT county, county, '县' FROM place;
INSERT INTO regions (county, code, name, geom, point, expected_households, source, source_id)
SELECT DISTINCT ON (left(code, 9)) county, left(code, 9), '镇', geom, point, 1, 'test', left(code, 9) FROM place;
INSERT INTO areas (county, code, name, geom, point, source, source_id)
SELECT DISTINCT ON (left(code, 12)) county, left(code, 12), '村', geom, point, 'test', left(code, 12) FROM place;
INSERT INTO sub_areas (county, code, geom, point, source, source_id) SELECT county, code, geom, point, 'test', code FROM place;
INSERT INTO revisions (county, revision, place, verb, actor, at) SELECT DISTINCT county, 1, county, 'draw', who, now() FROM place WHERE n <> 2;
INSERT INTO lineage (county, revision, from_code, to_code, verb)
SELECT county, 1, code, code, 'draw' FROM place;
INSERT INTO past_members (county, code, revision, until, existed) SELECT county, code, 1, now(), false FROM place;
INSERT INTO moves (county, revision, subject, id, place, to_place) SELECT county, 1, 'building', n, code, code FROM place;
INSERT INTO buildings (county, id, place, standing, geom, point, source, source_id)
SELECT county, n, code, 'proposed', point, point, 'test', n FROM place;
INSERT INTO past_buildings (county, building, revision, until, existed, place, number, kind, standing, reason, name, address,
                            expected_dwellings, sensitive, geom, point)
SELECT county, id, 1, now(), true, place, number, kind, standing, reason, name, address, expected_dwellings, sensitive, geom, point
  FROM buildings;
INSERT INTO past_states (county, code, revision, until, state, to_state) SELECT county, code, 1, now(), 'draft', 'checked' FROM place;
INSERT INTO building_parts (county, building, sub_area, stairwell_from, stairwell_to, floor_from, floor_to, description, revision)
SELECT county, n, code, 1, 2, 1, 9, '东侧两个单元', 1 FROM place;
INSERT INTO dwellings (county, id, sub_area, building, door, changed_at)
SELECT county, md5('dwelling' || code)::uuid, code, n, '101', now() FROM place;
INSERT INTO households (county, id, sub_area, dwelling, number, changed_at)
SELECT county, md5('household' || code)::uuid, code, md5('dwelling' || code)::uuid, 1, now() FROM place;
INSERT INTO rounds (county, name, opens_at, closes_at) SELECT DISTINCT county, 'listing', date '2026-01-01', date '2026-02-01' FROM place;
INSERT INTO settings (county, key, value) SELECT DISTINCT county, 'defaults', '{}'::jsonb FROM place;
INSERT INTO assignments (county, id, sub_area, round, enumerator, epoch, begun_at)
SELECT county, md5('assignment' || code)::uuid, code, 'listing', who, 1, '2026-01-01' FROM place;
INSERT INTO visits (county, id, sub_area, dwelling, household, round, assignment, enumerator, result, at, received_at)
SELECT county, md5('visit' || code)::uuid, code, md5('dwelling' || code)::uuid, md5('household' || code)::uuid, 'listing',
       md5('assignment' || code)::uuid, who, 'listed', now(), now() FROM place;
INSERT INTO coverage (county, sub_area, counted_at) SELECT county, code, now() FROM place;
INSERT INTO flags (county, id, check_name, place, building, dwelling, owner, opened_at)
SELECT county, md5('flag' || code)::uuid, 'empty_footprint', code, n, md5('dwelling' || code)::uuid, who, now() FROM place;
INSERT INTO devices (county, id, user_id, name, enrolled_at)
SELECT county, md5('device' || code)::uuid, who, '平板', now() FROM place;
INSERT INTO enrolments (county, id, user_id, code_hash, issued_at, expires_at)
SELECT county, md5('enrolment' || code)::uuid, who, decode(md5(code), 'hex'), '2026-01-01', '2026-01-02' FROM place;
INSERT INTO nonces (county, device, nonce, seen_at) SELECT county, md5('device' || code)::uuid, code, now() FROM place;
INSERT INTO changes (county, id, place, device, actor, verb, at, body, state, received_at)
SELECT county, md5('change' || code)::uuid, code, md5('device' || code)::uuid, who, 'record_visit', now(), '{}', 'applied', now() FROM place;
INSERT INTO proposals (county, id, sub_area, geom, reason, made_by, made_at)
SELECT county, md5('proposal' || code)::uuid, code, ST_MakeLine(point, ST_Translate(point, 1, 0)), '沿河', who, now() FROM place;
INSERT INTO base_features (county, layer, geom, source, source_id) SELECT county, 'poi', point, 'test', n FROM place;
INSERT INTO drawn_revisions (county, revision) SELECT DISTINCT county, 10 FROM place;
INSERT INTO drawn_changes (county, revision, serial, layer, id) SELECT county, 10, n, 'buildings', n FROM place;
INSERT INTO imports (county, id, what, source, file_name, begun_at)
SELECT DISTINCT county, md5('import' || county)::uuid, 'base', 'test', 'test.geojson', now() FROM place;
INSERT INTO import_rows (county, import, seq, row, outcome, reason)
SELECT county, md5('import' || county)::uuid, n, n, 'refused', 'crosses itself' FROM place;
INSERT INTO county_keys (county, id, public, threshold, shares, made_at)
SELECT county, left(encode(sha256(public), 'hex'), 16), public, 2, 3, '2026-01-01'
  FROM (SELECT DISTINCT county, decode(md5(county) || repeat('04', 49), 'hex') AS public FROM place) k;
INSERT INTO sealed_contacts (county, id, place, dwelling, key, encapsulated, ciphertext, sealed_by, received_at)
SELECT county, md5('contact' || code)::uuid, code, md5('dwelling' || code)::uuid, repeat('0', 16), decode(repeat('04', 65), 'hex'),
       decode(repeat('04', 272), 'hex'), who, now() FROM place;
INSERT INTO self_responses (county, id, household, code_hash, state, before, issued_at, expires_at)
SELECT county, md5('self_response' || code)::uuid, md5('household' || code)::uuid, sha256(code::bytea), 'issued', 'prelisted',
       '2026-01-01', '2026-01-02' FROM place;
INSERT INTO answering_systems (county, id, name, token_hash, created_at)
SELECT DISTINCT county, md5('answers' || county)::uuid, 'answers', sha256(county::bytea), date '2026-01-01' FROM place;
INSERT INTO long_form_samples (county, id, place, seed, one_in, households, drawn, drawn_at)
SELECT county, md5('sample' || code)::uuid, code, 1, 10, 1, 0, now() FROM place;
INSERT INTO events (county, at, role, verb, place, subject) SELECT county, now(), 'gis', 'draw', code, code FROM place;
INSERT INTO idempotency_keys (user_id, key, request_hash, status, header, body)
VALUES (md5('one')::uuid, 'once', '', 200, '{}', '');
INSERT INTO sessions (token, data, expiry) VALUES ('hash', '', now());

DROP TABLE place;
