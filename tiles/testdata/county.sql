-- A small made county about 117.0044 E, where two tiles of zoom 14 meet: two areas, one with a hole in which the other's
-- enclave lies, three sub-areas and one without ground, buildings of every kind of geometry, and some of every base layer.
INSERT INTO regions (county, code, name, geom, point, retired_at) VALUES
    ('370883', '370883', '邹城市', 'SRID=4326;MULTIPOLYGON(((116.9 35.3,117.2 35.3,117.2 35.5,116.9 35.5,116.9 35.3)),((117.3 35.3,117.31 35.3,117.31 35.31,117.3 35.31,117.3 35.3)))', 'SRID=4326;POINT(117.05 35.4)', NULL),
    ('370883', '370883100', '香城镇', 'SRID=4326;MULTIPOLYGON(((116.98 35.38,117.05 35.38,117.05 35.42,116.98 35.42,116.98 35.38)))', 'SRID=4326;POINT(117.01 35.4)', NULL),
    ('370883', '370883101', '不再有的镇', 'SRID=4326;MULTIPOLYGON(((116.98 35.38,117.05 35.38,117.05 35.42,116.98 35.42,116.98 35.38)))', 'SRID=4326;POINT(117.01 35.4)', '2026-01-01'),
    ('370883', '370883102', '尚未画的镇', NULL, NULL, NULL),
    ('371000', '371000', '别的县', 'SRID=4326;MULTIPOLYGON(((116.9 35.3,117.2 35.3,117.2 35.5,116.9 35.5,116.9 35.3)))', 'SRID=4326;POINT(117.05 35.4)', NULL);

INSERT INTO areas (county, code, name, kind, geom, point) VALUES
    ('370883', '370883100201', '北王村', 'villagers', 'SRID=4326;MULTIPOLYGON(((116.99 35.395,117.01 35.395,117.01 35.406,116.99 35.406,116.99 35.395),(116.993 35.4,116.993 35.402,116.996 35.402,116.996 35.4,116.993 35.4)))', 'SRID=4326;POINT(117 35.4)'),
    ('370883', '370883100001', '香城居委会', 'residents', 'SRID=4326;MULTIPOLYGON(((117.01 35.395,117.02 35.395,117.02 35.406,117.01 35.406,117.01 35.395)),((116.993 35.4,116.996 35.4,116.996 35.402,116.993 35.402,116.993 35.4)))', 'SRID=4326;POINT(117.015 35.4)'),
    ('370883', '370883100202', '没有地图的村', 'quasi', NULL, NULL);

INSERT INTO sub_areas (county, code, geom, point) VALUES
    ('370883', '370883100201001', 'SRID=4326;MULTIPOLYGON(((116.99 35.395,117 35.395,117 35.406,116.99 35.406,116.99 35.395),(116.993 35.4,116.993 35.402,116.996 35.402,116.996 35.4,116.993 35.4)))', 'SRID=4326;POINT(116.998 35.4)'),
    ('370883', '370883100201002', 'SRID=4326;MULTIPOLYGON(((117 35.395,117.01 35.395,117.01 35.406,117 35.406,117 35.395)))', 'SRID=4326;POINT(117.005 35.4)'),
    ('370883', '370883100001001', 'SRID=4326;MULTIPOLYGON(((117.01 35.395,117.02 35.395,117.02 35.406,117.01 35.406,117.01 35.395)),((116.993 35.4,116.996 35.4,116.996 35.402,116.993 35.402,116.993 35.4)))', 'SRID=4326;POINT(117.015 35.4)'),
    ('370883', '370883100201900', NULL, NULL);

INSERT INTO buildings (county, place, number, kind, standing, reason, name, floors, sensitive, geom, point, source, source_id, retired_at) VALUES
    ('370883', '370883100201001', 1, 'residential', 'confirmed', '', '', 2, false, 'SRID=4326;POLYGON((116.9981 35.4001,116.9983 35.4001,116.9983 35.4003,116.9981 35.4003,116.9981 35.4001))', 'SRID=4326;POINT(116.9982 35.4002)', 'test', '1', NULL),
    ('370883', '370883100201001', 2, 'mixed', 'confirmed', '', '回字楼', 6, false, 'SRID=4326;POLYGON((116.9985 35.4001,116.9991 35.4001,116.9991 35.4007,116.9985 35.4007,116.9985 35.4001),(116.9987 35.4003,116.9987 35.4005,116.9989 35.4005,116.9989 35.4003,116.9987 35.4003))', 'SRID=4326;POINT(116.9986 35.4002)', 'test', '2', NULL),
    ('370883', '370883100201002', 1, 'residential', 'proposed', '', '', NULL, false, 'SRID=4326;POINT(117.0044 35.4002)', 'SRID=4326;POINT(117.0044 35.4002)', 'test', '3', NULL),
    ('370883', '370883100201002', 2, 'non_residential', 'confirmed', '', '跨图幅的厂房', 1, false, 'SRID=4326;MULTIPOLYGON(((117.0042 35.401,117.0046 35.401,117.0046 35.4012,117.0042 35.4012,117.0042 35.401)),((117.0047 35.401,117.0049 35.401,117.0049 35.4012,117.0047 35.4012,117.0047 35.401)))', 'SRID=4326;POINT(117.0043 35.4011)', 'test', '4', NULL),
    ('370883', '370883100201002', 3, 'collective', 'confirmed', '', '', NULL, true, 'SRID=4326;POLYGON((117.006 35.4,117.007 35.4,117.007 35.401,117.006 35.401,117.006 35.4))', 'SRID=4326;POINT(117.0065 35.4005)', 'test', '5', NULL),
    ('370883', '370883', 0, 'residential', 'confirmed', '', '小屋', NULL, false, 'SRID=4326;POLYGON((117.0301 35.4,117.0301001 35.4,117.0301001 35.4000001,117.0301 35.4))', 'SRID=4326;POINT(117.0301 35.4)', 'test', '6', NULL),
    ('370883', '370883100201001', 3, 'residential', 'demolished', '已拆', '', 1, false, 'SRID=4326;POINT(116.9982 35.3992)', 'SRID=4326;POINT(116.9982 35.3992)', 'test', '7', NULL),
    ('370883', '370883100201001', 4, 'residential', 'confirmed', '', '', 1, false, 'SRID=4326;POINT(116.9982 35.3992)', 'SRID=4326;POINT(116.9982 35.3992)', 'test', '8', '2026-01-01');

INSERT INTO base_features (county, layer, class, name, name_en, rank, min_zoom, bridge, tunnel, geom, source, source_id) VALUES
    ('370883', 'landuse', 'forest', '', '', 0, 6, false, false, 'SRID=4326;MULTIPOLYGON(((116.95 35.35,117.1 35.35,117.1 35.45,116.95 35.45,116.95 35.35)))', 'liechtenstein.osm.pbf', 'w1'),
    ('370883', 'water', 'lake', '北湖', 'North Lake', 0, 6, false, false, 'SRID=4326;POLYGON((116.985 35.398,117.006 35.398,117.006 35.404,116.985 35.404,116.985 35.398),(116.99 35.4,116.99 35.402,116.995 35.402,116.995 35.4,116.99 35.4))', 'liechtenstein.osm.pbf', 'w2'),
    ('370883', 'waterway', 'river', '白马河', 'Baima River', 0, 8, false, false, 'SRID=4326;LINESTRING(116.9 35.39,117 35.4,117.1 35.395)', 'liechtenstein.osm.pbf', 'w3'),
    ('370883', 'road', 'primary', '孟子大道', '', 1, 7, false, false, 'SRID=4326;LINESTRING(116.98 35.4,117.0044 35.401,117.03 35.4005)', 'liechtenstein.osm.pbf', 'w4'),
    ('370883', 'road', 'primary', '孟子大道', '', 1, 7, true, false, 'SRID=4326;MULTILINESTRING((117.03 35.4005,117.031 35.4005),(117.03 35.4006,117.031 35.4006))', 'liechtenstein.osm.pbf', 'w5'),
    ('370883', 'road', 'footway', '', '', 9, 14, false, true, 'SRID=4326;LINESTRING(116.998 35.4,116.9985 35.4)', 'survey.geojson', '1'),
    ('370883', 'rail', 'rail', '京沪线', '', 0, 7, false, false, 'SRID=4326;LINESTRING(116.97 35.38,117.03 35.41)', 'liechtenstein.osm.pbf', 'w6'),
    ('370883', 'boundary', '6', '', '', 0, 6, false, false, 'SRID=4326;LINESTRING(116.9 35.405,117.2 35.405)', 'liechtenstein.osm.pbf', 'w7'),
    ('370883', 'building', 'house', '', '', 0, 14, false, false, 'SRID=4326;POLYGON((116.9981 35.4001,116.9983 35.4001,116.9983 35.4003,116.9981 35.4003,116.9981 35.4001))', 'liechtenstein.osm.pbf', 'w8'),
    ('370883', 'place', 'town', '香城', 'Xiangcheng', 2, 4, false, false, 'SRID=4326;POINT(117.003 35.404)', 'liechtenstein.osm.pbf', 'n1'),
    ('370883', 'poi', 'school', '香城中学', '', 0, 14, false, false, 'SRID=4326;POINT(117.0035 35.404)', 'liechtenstein.osm.pbf', 'n2'),
    ('370883', 'address', '', '12号', '', 0, 16, false, false, 'SRID=4326;POINT(117.003 35.4041)', 'liechtenstein.osm.pbf', 'n3'),
    ('371000', 'place', 'town', '别的县', '', 0, 4, false, false, 'SRID=4326;POINT(117.003 35.404)', 'demo', 'n1');
