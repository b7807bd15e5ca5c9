-- Dwellings and households of county.sql's first sub-area, and one dwelling of the second in a building of the first.
INSERT INTO rounds (county, name, opens_at, closes_at) VALUES ('370883', 'listing', '2026-10-11', '2026-11-01');
INSERT INTO users (id, name, display_name, role, scope, password_hash, created_at)
VALUES ('00000000-0000-7000-8000-000000000001', 'zhang', '张普查', 'enumerator', '370883', '', '2026-01-01');
INSERT INTO assignments (county, id, sub_area, round, enumerator, epoch, begun_at)
VALUES ('370883', '00000000-0000-7000-8000-000000000002', '370883100201001', 'listing', '00000000-0000-7000-8000-000000000001', 1, '2026-10-11');
INSERT INTO dwellings (county, id, sub_area, building, stairwell, floor, door, occupancy, evidence, attempts, resolved, visited_at, changed_at)
SELECT '370883', format('00000000-0000-7000-8000-0000000001%s', lpad(n::text, 2, '0'))::uuid, '370883100201001', 2, 1, (n + 1) / 2, (n % 2 + 1)::text,
       CASE n WHEN 1 THEN 'occupied' WHEN 2 THEN 'vacant' ELSE 'unlisted' END, CASE n WHEN 2 THEN '{meter,neighbour}'::text[] ELSE '{}' END,
       CASE WHEN n < 3 THEN 1 ELSE 0 END, n < 3, CASE WHEN n < 3 THEN timestamptz '2026-10-12 09:30+08' END, '2026-10-11'
  FROM generate_series(1, 12) n;
INSERT INTO dwellings (county, id, sub_area, building, door, changed_at) VALUES
    ('370883', '00000000-0000-7000-8000-000000000201', '370883100201001', 1, '东户', '2026-10-11'),
    ('370883', '00000000-0000-7000-8000-000000000202', '370883100201002', 1, '西户', '2026-10-11');
INSERT INTO households (county, id, sub_area, dwelling, number, collection, present_registered, changed_at)
VALUES ('370883', '00000000-0000-7000-8000-000000000301', '370883100201001', '00000000-0000-7000-8000-000000000101', 1, 'prelisted', 3, '2026-10-12');
