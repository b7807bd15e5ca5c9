-- What the migrations add up to; a test compares it.

CREATE EXTENSION IF NOT EXISTS postgis WITH SCHEMA public;

CREATE FUNCTION public.canvass_analyze(tables text[]) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'public', 'pg_temp'
    AS $$
DECLARE
    name text;
BEGIN
    FOREACH name IN ARRAY tables LOOP
        IF name NOT IN ('regions', 'areas', 'sub_areas', 'buildings', 'dwellings', 'households', 'visits', 'base_features') THEN
            RAISE EXCEPTION 'canvass_analyze: % is not a table of the census', name;
        END IF;
        EXECUTE format('ANALYZE (SKIP_LOCKED) public.%I', name);
    END LOOP;
END
$$;

CREATE FUNCTION public.canvass_forget_building(county_ text, building_ bigint, ids uuid[], given jsonb[]) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'public', 'pg_temp'
    AS $$
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

CREATE TABLE public.answering_systems (
    county text NOT NULL COLLATE pg_catalog."C",
    id uuid NOT NULL,
    name text NOT NULL,
    token_hash bytea NOT NULL,
    created_at timestamp with time zone NOT NULL,
    revoked_at timestamp with time zone,
    CONSTRAINT answering_systems_have_a_name CHECK ((name <> ''::text))
);

CREATE TABLE public.areas (
    county text NOT NULL COLLATE pg_catalog."C",
    code text NOT NULL COLLATE pg_catalog."C",
    town text GENERATED ALWAYS AS ("left"(code, 9)) STORED NOT NULL COLLATE pg_catalog."C",
    name text NOT NULL,
    kind text DEFAULT 'villagers'::text NOT NULL,
    geom public.geometry(MultiPolygon,4326),
    point public.geometry(Point,4326),
    expected_households integer,
    source text,
    source_id text,
    revision bigint DEFAULT 1 NOT NULL,
    retired_at timestamp with time zone,
    replaced_by text[],
    CONSTRAINT areas_code_has_twelve_digits CHECK ((code ~ '^[0-9]{12}$'::text)),
    CONSTRAINT areas_code_lies_in_its_county CHECK (("left"(code, 6) = county)),
    CONSTRAINT areas_expect_no_negative_households CHECK ((expected_households >= 0)),
    CONSTRAINT areas_kind_is_known CHECK ((kind = ANY (ARRAY['residents'::text, 'villagers'::text, 'quasi'::text])))
);

CREATE TABLE public.assignments (
    county text NOT NULL COLLATE pg_catalog."C",
    id uuid NOT NULL,
    sub_area text NOT NULL COLLATE pg_catalog."C",
    round text NOT NULL,
    enumerator uuid NOT NULL,
    epoch integer NOT NULL,
    begun_at timestamp with time zone NOT NULL,
    ended_at timestamp with time zone,
    done_at timestamp with time zone,
    revision bigint DEFAULT 1 NOT NULL,
    CONSTRAINT assignments_end_after_they_begin CHECK ((ended_at >= begun_at))
);

CREATE TABLE public.base_features (
    county text NOT NULL COLLATE pg_catalog."C",
    id bigint NOT NULL,
    layer text NOT NULL,
    class text DEFAULT ''::text NOT NULL,
    name text DEFAULT ''::text NOT NULL,
    name_en text DEFAULT ''::text NOT NULL,
    rank smallint DEFAULT 0 NOT NULL,
    min_zoom smallint DEFAULT 0 NOT NULL,
    bridge boolean DEFAULT false NOT NULL,
    tunnel boolean DEFAULT false NOT NULL,
    geom public.geometry(Geometry,4326) NOT NULL,
    source text NOT NULL,
    source_id text NOT NULL,
    CONSTRAINT base_features_layer_is_known CHECK ((layer = ANY (ARRAY['water'::text, 'waterway'::text, 'landuse'::text, 'road'::text, 'rail'::text, 'barrier'::text, 'building'::text, 'place'::text, 'address'::text, 'poi'::text, 'boundary'::text]))),
    CONSTRAINT base_features_zoom_is_plausible CHECK (((min_zoom >= 0) AND (min_zoom <= 22)))
);

ALTER TABLE public.base_features ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.base_features_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.building_parts (
    county text NOT NULL COLLATE pg_catalog."C",
    id bigint NOT NULL,
    building bigint NOT NULL,
    sub_area text NOT NULL COLLATE pg_catalog."C",
    stairwell_from integer NOT NULL,
    stairwell_to integer NOT NULL,
    floor_from integer NOT NULL,
    floor_to integer NOT NULL,
    description text NOT NULL,
    revision bigint NOT NULL,
    retired_at timestamp with time zone,
    CONSTRAINT building_parts_are_described CHECK ((description <> ''::text)),
    CONSTRAINT building_parts_run_upwards CHECK (((stairwell_from <= stairwell_to) AND (floor_from <= floor_to)))
);

ALTER TABLE public.building_parts ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.building_parts_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.buildings (
    county text NOT NULL COLLATE pg_catalog."C",
    id bigint NOT NULL,
    place text NOT NULL COLLATE pg_catalog."C",
    sub_area text GENERATED ALWAYS AS (
CASE
    WHEN (length(place) = 15) THEN place
    ELSE NULL::text
END) STORED COLLATE pg_catalog."C",
    number integer DEFAULT 0 NOT NULL,
    kind text DEFAULT 'residential'::text NOT NULL,
    standing text DEFAULT 'confirmed'::text NOT NULL,
    reason text DEFAULT ''::text NOT NULL,
    name text DEFAULT ''::text NOT NULL,
    address text DEFAULT ''::text NOT NULL,
    floors integer,
    stairwells integer,
    doors integer,
    units integer,
    expected_dwellings integer DEFAULT 0 NOT NULL,
    sensitive boolean DEFAULT false NOT NULL,
    geom public.geometry(Geometry,4326) NOT NULL,
    point public.geometry(Point,4326) NOT NULL,
    source text NOT NULL,
    source_id text NOT NULL,
    source_date date,
    confidence real,
    licence text DEFAULT ''::text NOT NULL,
    revision bigint DEFAULT 1 NOT NULL,
    retired_at timestamp with time zone,
    replaced_by bigint[],
    changed_at timestamp with time zone DEFAULT now() NOT NULL,
    reported boolean DEFAULT false NOT NULL,
    by_hand text[] DEFAULT '{}'::text[] NOT NULL,
    CONSTRAINT buildings_are_outlines_or_points CHECK ((public.geometrytype(geom) = ANY (ARRAY['POINT'::text, 'POLYGON'::text, 'MULTIPOLYGON'::text]))),
    CONSTRAINT buildings_by_hand_names_what_is_known CHECK ((by_hand <@ ARRAY['outline'::text, 'kind'::text, 'name'::text, 'address'::text, 'floors'::text, 'stairwells'::text, 'doors'::text, 'units'::text])),
    CONSTRAINT buildings_doors_are_plausible CHECK (((doors >= 0) AND (doors <= 100))),
    CONSTRAINT buildings_expect_no_negative_dwellings CHECK ((expected_dwellings >= 0)),
    CONSTRAINT buildings_floors_are_plausible CHECK (((floors >= 0) AND (floors <= 200))),
    CONSTRAINT buildings_kind_is_known CHECK ((kind = ANY (ARRAY['residential'::text, 'mixed'::text, 'non_residential'::text, 'collective'::text, 'under_construction'::text, 'demolished'::text, 'not_a_building'::text]))),
    CONSTRAINT buildings_leave_with_a_reason CHECK (((standing = ANY (ARRAY['confirmed'::text, 'proposed'::text])) OR (reason <> ''::text))),
    CONSTRAINT buildings_number_is_not_negative CHECK ((number >= 0)),
    CONSTRAINT buildings_place_lies_in_its_county CHECK (("left"(place, 6) = county)),
    CONSTRAINT buildings_sensitive_ones_carry_no_figures CHECK (((NOT sensitive) OR (num_nonnulls(floors, stairwells, doors, units) = 0))),
    CONSTRAINT buildings_sensitive_ones_carry_no_kind CHECK (((NOT sensitive) OR (kind = ANY (ARRAY['collective'::text, 'non_residential'::text])))),
    CONSTRAINT buildings_sensitive_ones_carry_no_words CHECK (((NOT sensitive) OR ((name = ''::text) AND (address = ''::text)))),
    CONSTRAINT buildings_stairwells_are_plausible CHECK (((stairwells >= 0) AND (stairwells <= 100))),
    CONSTRAINT buildings_standing_is_known CHECK ((standing = ANY (ARRAY['confirmed'::text, 'proposed'::text, 'demolished'::text, 'duplicate'::text, 'not_a_building'::text]))),
    CONSTRAINT buildings_units_are_plausible CHECK (((units >= 0) AND (units <= 20000)))
);

ALTER TABLE public.buildings ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.buildings_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.changes (
    county text NOT NULL COLLATE pg_catalog."C",
    id uuid NOT NULL,
    place text NOT NULL COLLATE pg_catalog."C",
    device uuid,
    serial bigint,
    epoch integer DEFAULT 0 NOT NULL,
    base_revision bigint DEFAULT 0 NOT NULL,
    actor uuid NOT NULL,
    verb text NOT NULL,
    at timestamp with time zone NOT NULL,
    body jsonb NOT NULL,
    state text NOT NULL,
    reason text DEFAULT ''::text NOT NULL,
    told jsonb,
    received_at timestamp with time zone NOT NULL,
    decided_at timestamp with time zone,
    decided_by uuid,
    decision text DEFAULT ''::text NOT NULL,
    CONSTRAINT changes_are_decided_with_a_reason CHECK (((decided_at IS NULL) = (decision = ''::text))),
    CONSTRAINT changes_are_set_aside_with_a_reason CHECK (((state = ANY (ARRAY['applied'::text, 'held'::text])) OR (reason <> ''::text))),
    CONSTRAINT changes_place_lies_in_its_county CHECK (("left"(place, 6) = county)),
    CONSTRAINT changes_state_is_known CHECK ((state = ANY (ARRAY['applied'::text, 'held'::text, 'quarantined'::text, 'rejected'::text])))
);

CREATE TABLE public.county_keys (
    county text NOT NULL COLLATE pg_catalog."C",
    id text NOT NULL,
    public bytea NOT NULL,
    threshold integer NOT NULL,
    shares integer NOT NULL,
    made_at timestamp with time zone NOT NULL,
    retired_at timestamp with time zone,
    CONSTRAINT county_keys_are_points_of_p256 CHECK ((octet_length(public) = 65)),
    CONSTRAINT county_keys_id_is_of_the_key CHECK ((id = "left"(encode(sha256(public), 'hex'::text), 16))),
    CONSTRAINT county_keys_retire_after_they_are_made CHECK ((retired_at >= made_at)),
    CONSTRAINT county_keys_take_some_of_their_shares CHECK ((((threshold >= 1) AND (threshold <= shares)) AND (shares <= 255)))
);

CREATE TABLE public.coverage (
    county text NOT NULL COLLATE pg_catalog."C",
    sub_area text NOT NULL COLLATE pg_catalog."C",
    buildings integer DEFAULT 0 NOT NULL,
    footprints integer DEFAULT 0 NOT NULL,
    footprints_visited integer DEFAULT 0 NOT NULL,
    footprints_listed integer DEFAULT 0 NOT NULL,
    expected integer DEFAULT 0 NOT NULL,
    listed integer DEFAULT 0 NOT NULL,
    occupied integer DEFAULT 0 NOT NULL,
    vacant integer DEFAULT 0 NOT NULL,
    vacant_evidenced integer DEFAULT 0 NOT NULL,
    out_of_scope integer DEFAULT 0 NOT NULL,
    no_contact integer DEFAULT 0 NOT NULL,
    refused integer DEFAULT 0 NOT NULL,
    unlisted integer DEFAULT 0 NOT NULL,
    dwellings_resolved integer DEFAULT 0 NOT NULL,
    households integer DEFAULT 0 NOT NULL,
    complete integer DEFAULT 0 NOT NULL,
    self_response integer DEFAULT 0 NOT NULL,
    persons integer DEFAULT 0 NOT NULL,
    visits integer DEFAULT 0 NOT NULL,
    last_visit_at timestamp with time zone,
    counted_at timestamp with time zone NOT NULL,
    revision bigint DEFAULT 1 NOT NULL
)
WITH (fillfactor='70');

CREATE TABLE public.devices (
    county text NOT NULL COLLATE pg_catalog."C",
    id uuid NOT NULL,
    user_id uuid NOT NULL,
    name text NOT NULL,
    public_key bytea,
    enrolled_at timestamp with time zone NOT NULL,
    last_sync_at timestamp with time zone,
    revoked_at timestamp with time zone,
    pledge text DEFAULT ''::text NOT NULL,
    pledged_at timestamp with time zone,
    clock_off_s integer DEFAULT 0 NOT NULL,
    serial bigint DEFAULT 0 NOT NULL,
    revoked_by uuid,
    reason text DEFAULT ''::text NOT NULL,
    erase_now boolean DEFAULT false NOT NULL,
    CONSTRAINT devices_are_revoked_with_a_reason CHECK (((revoked_at IS NULL) OR (reason <> ''::text))),
    CONSTRAINT devices_pledge_has_its_time CHECK (((pledge = ''::text) = (pledged_at IS NULL))),
    CONSTRAINT devices_serial_is_not_negative CHECK ((serial >= 0))
)
WITH (fillfactor='80');

CREATE TABLE public.drawn_changes (
    county text NOT NULL COLLATE pg_catalog."C",
    revision bigint NOT NULL,
    serial integer NOT NULL,
    layer text NOT NULL,
    id bigint,
    west double precision,
    south double precision,
    east double precision,
    north double precision,
    CONSTRAINT drawn_changes_layer_is_known CHECK ((layer = ANY (ARRAY['regions'::text, 'areas'::text, 'sub_areas'::text, 'buildings'::text, 'census'::text, 'base'::text]))),
    CONSTRAINT drawn_changes_of_a_set_name_no_feature CHECK (((layer = ANY (ARRAY['census'::text, 'base'::text])) = (id IS NULL)))
);

CREATE TABLE public.drawn_revisions (
    county text NOT NULL COLLATE pg_catalog."C",
    revision bigint NOT NULL,
    kept_from bigint DEFAULT 1 NOT NULL,
    CONSTRAINT drawn_revisions_keep_the_last CHECK ((kept_from <= revision))
);

CREATE TABLE public.dwellings (
    county text NOT NULL COLLATE pg_catalog."C",
    id uuid NOT NULL,
    sub_area text NOT NULL COLLATE pg_catalog."C",
    building bigint NOT NULL,
    stairwell integer DEFAULT 0 NOT NULL,
    floor integer DEFAULT 0 NOT NULL,
    door text NOT NULL,
    occupancy text DEFAULT 'unlisted'::text NOT NULL,
    evidence text[] DEFAULT '{}'::text[] NOT NULL,
    attempts integer DEFAULT 0 NOT NULL,
    resolved boolean DEFAULT false NOT NULL,
    visited_at timestamp with time zone,
    next_call_at timestamp with time zone,
    revision bigint DEFAULT 1 NOT NULL,
    changed_at timestamp with time zone NOT NULL,
    retired_at timestamp with time zone,
    replaced_by uuid[],
    corrected_at timestamp with time zone,
    reason text DEFAULT ''::text NOT NULL,
    CONSTRAINT dwellings_door_is_named CHECK ((door <> ''::text)),
    CONSTRAINT dwellings_evidence_is_known CHECK ((evidence <@ ARRAY['meter'::text, 'light_at_night'::text, 'neighbour'::text, 'property_office'::text, 'second_attempt'::text])),
    CONSTRAINT dwellings_occupancy_is_known CHECK ((occupancy = ANY (ARRAY['unlisted'::text, 'no_answer'::text, 'occupied'::text, 'vacant'::text, 'vacant_with_hukou'::text, 'seasonal'::text, 'non_residential'::text, 'under_construction'::text, 'demolished'::text, 'inaccessible'::text])))
)
WITH (fillfactor='80');

CREATE TABLE public.enrolments (
    county text NOT NULL COLLATE pg_catalog."C",
    id uuid NOT NULL,
    user_id uuid NOT NULL,
    code_hash bytea NOT NULL,
    issued_by uuid,
    issued_at timestamp with time zone NOT NULL,
    expires_at timestamp with time zone NOT NULL,
    used_at timestamp with time zone,
    device uuid,
    CONSTRAINT enrolments_end_after_they_begin CHECK ((expires_at > issued_at)),
    CONSTRAINT enrolments_name_the_device_they_made CHECK (((used_at IS NULL) = (device IS NULL)))
);

CREATE TABLE public.events (
    county text NOT NULL COLLATE pg_catalog."C",
    id bigint NOT NULL,
    at timestamp with time zone NOT NULL,
    actor uuid,
    role text NOT NULL,
    verb text NOT NULL,
    place text NOT NULL COLLATE pg_catalog."C",
    subject text NOT NULL,
    detail jsonb DEFAULT '{}'::jsonb NOT NULL
);

ALTER TABLE public.events ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.events_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.flags (
    county text NOT NULL COLLATE pg_catalog."C",
    id uuid NOT NULL,
    check_name text NOT NULL,
    place text NOT NULL COLLATE pg_catalog."C",
    building bigint,
    dwelling uuid,
    state text DEFAULT 'open'::text NOT NULL,
    evidence jsonb DEFAULT '{}'::jsonb NOT NULL,
    point public.geometry(Point,4326),
    owner uuid,
    due_at timestamp with time zone,
    code text,
    reason text DEFAULT ''::text NOT NULL,
    opened_at timestamp with time zone NOT NULL,
    closed_at timestamp with time zone,
    closed_by uuid,
    revision bigint DEFAULT 1 NOT NULL,
    CONSTRAINT flags_close_with_a_code CHECK (((state = ANY (ARRAY['closed'::text, 'audited'::text])) = ((code IS NOT NULL) AND (closed_at IS NOT NULL)))),
    CONSTRAINT flags_code_is_known CHECK ((code = ANY (ARRAY['found_and_counted'::text, 'legitimately_empty'::text, 'demolished'::text, 'merged'::text, 'boundary_moved'::text, 'expected_wrong'::text, 'cannot_access'::text, 'data_late'::text, 'cleared'::text]))),
    CONSTRAINT flags_place_lies_in_its_county CHECK (("left"(place, 6) = county)),
    CONSTRAINT flags_state_is_known CHECK ((state = ANY (ARRAY['open'::text, 'owned'::text, 'evidence'::text, 'closed'::text, 'audited'::text, 'reopened'::text])))
);

CREATE TABLE public.goose_db_version (
    id integer NOT NULL,
    version_id bigint NOT NULL,
    is_applied boolean NOT NULL,
    tstamp timestamp without time zone DEFAULT now() NOT NULL
);

ALTER TABLE public.goose_db_version ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.goose_db_version_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.households (
    county text NOT NULL COLLATE pg_catalog."C",
    id uuid NOT NULL,
    sub_area text NOT NULL COLLATE pg_catalog."C",
    dwelling uuid NOT NULL,
    number integer NOT NULL,
    kind text DEFAULT 'family'::text NOT NULL,
    collection text DEFAULT 'prelisted'::text NOT NULL,
    long_form boolean DEFAULT false NOT NULL,
    present_registered integer DEFAULT 0 NOT NULL,
    present_elsewhere integer DEFAULT 0 NOT NULL,
    present_pending integer DEFAULT 0 NOT NULL,
    absent_registered integer DEFAULT 0 NOT NULL,
    revision bigint DEFAULT 1 NOT NULL,
    changed_at timestamp with time zone NOT NULL,
    retired_at timestamp with time zone,
    hmt_form text DEFAULT ''::text NOT NULL COLLATE pg_catalog."C",
    death_form text DEFAULT ''::text NOT NULL COLLATE pg_catalog."C",
    CONSTRAINT households_collection_is_known CHECK ((collection = ANY (ARRAY['prelisted'::text, 'sr_issued'::text, 'sr_started'::text, 'sr_prefilled'::text, 'sr_submitted'::text, 'sr_lapsed'::text, 'attempted'::text, 'complete'::text, 'partial'::text, 'proxy'::text, 'refused'::text, 'long_due'::text, 'long_complete'::text, 'query'::text, 'verified'::text, 'duplicate_of'::text, 'superseded'::text, 'deceased'::text]))),
    CONSTRAINT households_count_no_negative_persons CHECK (((present_registered >= 0) AND (present_elsewhere >= 0) AND (present_pending >= 0) AND (absent_registered >= 0))),
    CONSTRAINT households_death_form_is_known CHECK ((death_form = ANY (ARRAY[''::text, 'owed'::text, 'in'::text]))),
    CONSTRAINT households_hmt_form_is_known CHECK ((hmt_form = ANY (ARRAY[''::text, 'owed'::text, 'in'::text]))),
    CONSTRAINT households_kind_is_known CHECK ((kind = ANY (ARRAY['family'::text, 'collective'::text]))),
    CONSTRAINT households_number_has_three_digits CHECK (((number >= 1) AND (number <= 999)))
)
WITH (fillfactor='85');

CREATE TABLE public.idempotency_keys (
    user_id uuid NOT NULL,
    key text NOT NULL,
    request_hash bytea NOT NULL,
    status integer NOT NULL,
    header jsonb NOT NULL,
    body bytea NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT idempotency_keys_have_a_sane_length CHECK (((length(key) >= 1) AND (length(key) <= 255)))
);

CREATE TABLE public.import_rows (
    county text NOT NULL COLLATE pg_catalog."C",
    import uuid NOT NULL,
    seq bigint NOT NULL,
    "row" bigint NOT NULL,
    where_ text DEFAULT ''::text NOT NULL,
    source_id text DEFAULT ''::text NOT NULL,
    outcome text NOT NULL,
    reason text NOT NULL,
    point public.geometry(Point,4326),
    CONSTRAINT import_rows_outcome_is_known CHECK ((outcome = ANY (ARRAY['mended'::text, 'refused'::text, 'noted'::text])))
);

CREATE TABLE public.imports (
    county text NOT NULL COLLATE pg_catalog."C",
    id uuid NOT NULL,
    what text NOT NULL,
    source text NOT NULL,
    file_name text NOT NULL,
    options jsonb DEFAULT '{}'::jsonb NOT NULL,
    state text DEFAULT 'running'::text NOT NULL,
    error text DEFAULT ''::text NOT NULL,
    bytes_read bigint DEFAULT 0 NOT NULL,
    bytes_total bigint DEFAULT 0 NOT NULL,
    rows_read bigint DEFAULT 0 NOT NULL,
    accepted bigint DEFAULT 0 NOT NULL,
    mended bigint DEFAULT 0 NOT NULL,
    refused bigint DEFAULT 0 NOT NULL,
    inserted bigint DEFAULT 0 NOT NULL,
    updated bigint DEFAULT 0 NOT NULL,
    unchanged bigint DEFAULT 0 NOT NULL,
    actor uuid,
    begun_at timestamp with time zone NOT NULL,
    ended_at timestamp with time zone,
    findings jsonb DEFAULT '{}'::jsonb NOT NULL,
    CONSTRAINT imports_state_is_known CHECK ((state = ANY (ARRAY['running'::text, 'done'::text, 'failed'::text]))),
    CONSTRAINT imports_what_is_known CHECK ((what = ANY (ARRAY['base'::text, 'buildings'::text, 'areas'::text, 'sub_areas'::text, 'regions'::text, 'expected'::text])))
);

CREATE TABLE public.lineage (
    county text NOT NULL COLLATE pg_catalog."C",
    revision bigint NOT NULL,
    from_code text NOT NULL COLLATE pg_catalog."C",
    to_code text NOT NULL COLLATE pg_catalog."C",
    verb text NOT NULL
);

CREATE TABLE public.long_form_samples (
    county text NOT NULL COLLATE pg_catalog."C",
    id uuid NOT NULL,
    place text NOT NULL COLLATE pg_catalog."C",
    seed bigint NOT NULL,
    one_in integer NOT NULL,
    households integer NOT NULL,
    drawn integer NOT NULL,
    drawn_by uuid,
    drawn_at timestamp with time zone NOT NULL,
    CONSTRAINT long_form_samples_are_one_in_some CHECK (((one_in >= 2) AND (one_in <= 1000))),
    CONSTRAINT long_form_samples_place_lies_in_its_county CHECK (("left"(place, 6) = county))
);

CREATE VIEW public.map_areas AS
 SELECT areas.county,
    (areas.code)::bigint AS id,
    areas.code,
    areas.town,
    areas.name,
    areas.kind,
    areas.geom,
    areas.point,
    areas.revision
   FROM public.areas
  WHERE ((areas.retired_at IS NULL) AND (areas.geom IS NOT NULL));

CREATE VIEW public.map_base AS
 SELECT base_features.county,
    base_features.id,
    base_features.layer,
    base_features.class,
    base_features.name,
    base_features.name_en,
    base_features.rank,
    base_features.min_zoom,
    base_features.bridge,
    base_features.tunnel,
    base_features.geom,
    base_features.source
   FROM public.base_features;

CREATE VIEW public.map_building_sources AS
 SELECT buildings.county,
    buildings.source,
    buildings.licence
   FROM public.buildings
  WHERE ((buildings.retired_at IS NULL) AND (buildings.source <> ALL (ARRAY['administrator'::text, 'gis'::text, 'supervisor'::text, 'enumerator'::text, 'field'::text, 'drawn'::text])));

CREATE VIEW public.map_buildings AS
 SELECT buildings.county,
    buildings.id,
    buildings.place,
    buildings.sub_area,
    buildings.number,
        CASE
            WHEN buildings.sensitive THEN ''::text
            ELSE buildings.kind
        END AS kind,
    buildings.standing,
        CASE
            WHEN buildings.sensitive THEN NULL::integer
            ELSE buildings.floors
        END AS floors,
        CASE
            WHEN buildings.sensitive THEN ''::text
            ELSE buildings.name
        END AS name,
    buildings.geom,
    buildings.point,
    buildings.revision
   FROM public.buildings
  WHERE ((buildings.retired_at IS NULL) AND (buildings.standing = ANY (ARRAY['confirmed'::text, 'proposed'::text])));

CREATE VIEW public.map_changes AS
 SELECT drawn_changes.county,
    drawn_changes.revision,
    drawn_changes.serial,
    drawn_changes.layer,
    drawn_changes.id,
    drawn_changes.west,
    drawn_changes.south,
    drawn_changes.east,
    drawn_changes.north
   FROM public.drawn_changes;

CREATE TABLE public.regions (
    county text NOT NULL COLLATE pg_catalog."C",
    code text NOT NULL COLLATE pg_catalog."C",
    name text NOT NULL,
    geom public.geometry(MultiPolygon,4326),
    point public.geometry(Point,4326),
    expected_households integer,
    source text,
    source_id text,
    revision bigint DEFAULT 1 NOT NULL,
    retired_at timestamp with time zone,
    replaced_by text[],
    CONSTRAINT regions_code_is_a_county_or_town CHECK ((code ~ '^[0-9]{6}([0-9]{3})?$'::text)),
    CONSTRAINT regions_code_lies_in_its_county CHECK (("left"(code, 6) = county)),
    CONSTRAINT regions_expect_no_negative_households CHECK ((expected_households >= 0))
);

CREATE VIEW public.map_regions AS
 SELECT regions.county,
    (regions.code)::bigint AS id,
    regions.code,
        CASE length(regions.code)
            WHEN 6 THEN 'county'::text
            ELSE 'town'::text
        END AS level,
    regions.name,
    regions.geom,
    regions.point,
    regions.revision
   FROM public.regions
  WHERE ((regions.retired_at IS NULL) AND (regions.geom IS NOT NULL));

CREATE VIEW public.map_revisions AS
 SELECT drawn_revisions.county,
    drawn_revisions.revision,
    drawn_revisions.kept_from
   FROM public.drawn_revisions;

CREATE VIEW public.map_roster_assignments AS
 SELECT assignments.county,
    assignments.sub_area,
    assignments.id,
    assignments.round,
    assignments.enumerator,
    assignments.epoch,
    assignments.begun_at,
    assignments.done_at,
    assignments.revision
   FROM public.assignments
  WHERE ((assignments.county = "left"(( SELECT current_setting('canvass.package'::text, true) AS current_setting), 6)) AND (assignments.sub_area = ( SELECT current_setting('canvass.package'::text, true) AS current_setting)) AND (assignments.ended_at IS NULL));

CREATE VIEW public.map_roster_dwellings AS
 SELECT dwellings.county,
    dwellings.sub_area,
    dwellings.id,
    dwellings.building,
    dwellings.stairwell,
    dwellings.floor,
    dwellings.door,
    dwellings.occupancy,
    dwellings.evidence,
    dwellings.attempts,
    dwellings.resolved,
    dwellings.visited_at,
    dwellings.next_call_at,
    dwellings.revision
   FROM public.dwellings
  WHERE ((dwellings.county = "left"(( SELECT current_setting('canvass.package'::text, true) AS current_setting), 6)) AND (dwellings.sub_area = ( SELECT current_setting('canvass.package'::text, true) AS current_setting)) AND (dwellings.retired_at IS NULL));

CREATE VIEW public.map_roster_buildings AS
 SELECT b.county,
    b.place,
    b.id,
    b.number,
    b.kind,
    b.standing,
    b.name,
    b.address,
    b.floors,
    b.stairwells,
    b.doors,
    b.units,
    b.expected_dwellings,
    b.point,
    b.revision
   FROM public.buildings b
  WHERE ((b.county = "left"(( SELECT current_setting('canvass.package'::text, true) AS current_setting), 6)) AND ((b.place = ( SELECT current_setting('canvass.package'::text, true) AS current_setting)) OR (b.id = ANY (ARRAY( SELECT map_roster_dwellings.building
           FROM public.map_roster_dwellings)))) AND (b.retired_at IS NULL));

CREATE VIEW public.map_roster_households AS
 SELECT households.county,
    households.sub_area,
    households.id,
    households.dwelling,
    households.number,
    households.kind,
    households.collection,
    households.long_form,
    households.present_registered,
    households.present_elsewhere,
    households.present_pending,
    households.absent_registered,
    households.revision,
    households.hmt_form,
    households.death_form
   FROM public.households
  WHERE ((households.county = "left"(( SELECT current_setting('canvass.package'::text, true) AS current_setting), 6)) AND (households.sub_area = ( SELECT current_setting('canvass.package'::text, true) AS current_setting)) AND (households.retired_at IS NULL));

CREATE TABLE public.sub_areas (
    county text NOT NULL COLLATE pg_catalog."C",
    code text NOT NULL COLLATE pg_catalog."C",
    area text GENERATED ALWAYS AS ("left"(code, 12)) STORED NOT NULL COLLATE pg_catalog."C",
    virtual boolean GENERATED ALWAYS AS (("right"(code, 3) >= '900'::text)) STORED NOT NULL,
    description text DEFAULT ''::text NOT NULL,
    state text DEFAULT 'draft'::text NOT NULL,
    geom public.geometry(MultiPolygon,4326),
    point public.geometry(Point,4326),
    expected_households integer,
    source text,
    source_id text,
    revision bigint DEFAULT 1 NOT NULL,
    retired_at timestamp with time zone,
    replaced_by text[],
    CONSTRAINT sub_areas_code_has_fifteen_digits CHECK (((code ~ '^[0-9]{15}$'::text) AND ("right"(code, 3) <> '000'::text))),
    CONSTRAINT sub_areas_code_lies_in_its_county CHECK (("left"(code, 6) = county)),
    CONSTRAINT sub_areas_expect_no_negative_households CHECK ((expected_households >= 0)),
    CONSTRAINT sub_areas_have_ground_unless_virtual CHECK ((virtual = (geom IS NULL))),
    CONSTRAINT sub_areas_state_is_known CHECK ((state = ANY (ARRAY['draft'::text, 'checked'::text, 'submitted'::text, 'approved'::text, 'frozen'::text, 'listing'::text, 'enumerating'::text, 'closed'::text, 'reopened'::text])))
);

CREATE VIEW public.map_roster_sub_areas AS
 SELECT s.county,
    s.code,
    a.name AS area_name,
    r.name AS town_name,
    s.description,
    s.state,
    s.expected_households,
    s.geom,
    s.revision
   FROM ((public.sub_areas s
     JOIN public.areas a ON (((a.county = s.county) AND (a.code = s.area))))
     JOIN public.regions r ON (((r.county = a.county) AND (r.code = a.town))))
  WHERE ((s.county = "left"(( SELECT current_setting('canvass.package'::text, true) AS current_setting), 6)) AND (s.code = ( SELECT current_setting('canvass.package'::text, true) AS current_setting)) AND (s.retired_at IS NULL));

CREATE VIEW public.map_sub_areas AS
 SELECT sub_areas.county,
    (sub_areas.code)::bigint AS id,
    sub_areas.code,
    sub_areas.area,
    "right"(sub_areas.code, 3) AS number,
    sub_areas.geom,
    sub_areas.point,
    sub_areas.revision
   FROM public.sub_areas
  WHERE ((sub_areas.retired_at IS NULL) AND (sub_areas.geom IS NOT NULL));

CREATE TABLE public.moves (
    county text NOT NULL COLLATE pg_catalog."C",
    revision bigint NOT NULL,
    subject text NOT NULL,
    id text NOT NULL,
    place text NOT NULL COLLATE pg_catalog."C",
    number integer DEFAULT 0 NOT NULL,
    to_place text NOT NULL COLLATE pg_catalog."C",
    to_number integer DEFAULT 0 NOT NULL,
    building bigint DEFAULT 0 NOT NULL,
    to_building bigint DEFAULT 0 NOT NULL,
    became text DEFAULT ''::text NOT NULL,
    was text DEFAULT ''::text NOT NULL,
    CONSTRAINT moves_place_lies_in_its_county CHECK ((("left"(place, 6) = county) AND ("left"(to_place, 6) = county))),
    CONSTRAINT moves_subject_is_known CHECK ((subject = ANY (ARRAY['building'::text, 'dwelling'::text, 'household'::text])))
);

CREATE UNLOGGED TABLE public.nonces (
    county text NOT NULL COLLATE pg_catalog."C",
    device uuid NOT NULL,
    nonce text NOT NULL COLLATE pg_catalog."C",
    seen_at timestamp with time zone NOT NULL
);

CREATE TABLE public.past_buildings (
    county text NOT NULL COLLATE pg_catalog."C",
    building bigint NOT NULL,
    revision bigint NOT NULL,
    until timestamp with time zone NOT NULL,
    existed boolean NOT NULL,
    found_at bigint DEFAULT 0 NOT NULL,
    left_at bigint DEFAULT 0 NOT NULL,
    place text NOT NULL COLLATE pg_catalog."C",
    number integer NOT NULL,
    kind text NOT NULL,
    standing text NOT NULL,
    reason text NOT NULL,
    name text NOT NULL,
    address text NOT NULL,
    floors integer,
    stairwells integer,
    doors integer,
    units integer,
    expected_dwellings integer NOT NULL,
    sensitive boolean NOT NULL,
    geom public.geometry(Geometry,4326) NOT NULL,
    point public.geometry(Point,4326) NOT NULL,
    replaced_by bigint[],
    by_hand text[] DEFAULT '{}'::text[] NOT NULL,
    CONSTRAINT past_buildings_place_lies_in_its_county CHECK (("left"(place, 6) = county)),
    CONSTRAINT past_buildings_sensitive_ones_carry_no_kind CHECK (((NOT sensitive) OR (kind = ANY (ARRAY['collective'::text, 'non_residential'::text])))),
    CONSTRAINT past_buildings_sensitive_ones_carry_nothing CHECK (((NOT sensitive) OR ((name = ''::text) AND (address = ''::text) AND (num_nonnulls(floors, stairwells, doors, units) = 0))))
);

CREATE TABLE public.past_members (
    county text NOT NULL COLLATE pg_catalog."C",
    code text NOT NULL COLLATE pg_catalog."C",
    revision bigint NOT NULL,
    until timestamp with time zone NOT NULL,
    existed boolean NOT NULL,
    retired boolean DEFAULT false NOT NULL,
    description text DEFAULT ''::text NOT NULL,
    state text DEFAULT ''::text NOT NULL,
    expected_households integer,
    geom public.geometry(MultiPolygon,4326),
    CONSTRAINT past_members_code_lies_in_its_county CHECK (("left"(code, 6) = county))
);

CREATE TABLE public.past_states (
    county text NOT NULL COLLATE pg_catalog."C",
    code text NOT NULL COLLATE pg_catalog."C",
    revision bigint NOT NULL,
    until timestamp with time zone NOT NULL,
    state text NOT NULL,
    to_state text NOT NULL,
    CONSTRAINT past_states_code_lies_in_its_county CHECK (("left"(code, 6) = county))
);

CREATE TABLE public.proposals (
    county text NOT NULL COLLATE pg_catalog."C",
    id uuid NOT NULL,
    sub_area text NOT NULL COLLATE pg_catalog."C",
    geom public.geometry(Geometry,4326) NOT NULL,
    reason text NOT NULL,
    made_by uuid NOT NULL,
    made_at timestamp with time zone NOT NULL,
    state text DEFAULT 'open'::text NOT NULL,
    decided_by uuid,
    decided_at timestamp with time zone,
    decision text DEFAULT ''::text NOT NULL,
    CONSTRAINT proposals_are_decided_with_a_reason CHECK ((((state = 'open'::text) = (decision = ''::text)) AND ((state = 'open'::text) = (decided_at IS NULL)))),
    CONSTRAINT proposals_are_lines_or_areas CHECK ((public.geometrytype(geom) = ANY (ARRAY['LINESTRING'::text, 'POLYGON'::text, 'MULTIPOLYGON'::text]))),
    CONSTRAINT proposals_say_why CHECK ((reason <> ''::text)),
    CONSTRAINT proposals_state_is_known CHECK ((state = ANY (ARRAY['open'::text, 'accepted'::text, 'rejected'::text])))
);

CREATE TABLE public.revisions (
    county text NOT NULL COLLATE pg_catalog."C",
    revision bigint NOT NULL,
    place text NOT NULL COLLATE pg_catalog."C",
    verb text NOT NULL,
    actor uuid,
    at timestamp with time zone NOT NULL,
    detail jsonb DEFAULT '{}'::jsonb NOT NULL
);

CREATE TABLE public.rounds (
    county text NOT NULL COLLATE pg_catalog."C",
    name text NOT NULL,
    opens_at timestamp with time zone NOT NULL,
    closes_at timestamp with time zone NOT NULL,
    CONSTRAINT rounds_name_is_known CHECK ((name = ANY (ARRAY['mapping'::text, 'listing'::text, 'enumeration'::text, 'long_form'::text, 'recheck'::text, 'pes'::text]))),
    CONSTRAINT rounds_open_before_they_close CHECK ((opens_at < closes_at))
);

CREATE TABLE public.sealed_contacts (
    county text NOT NULL COLLATE pg_catalog."C",
    id uuid NOT NULL,
    place text NOT NULL COLLATE pg_catalog."C",
    dwelling uuid NOT NULL,
    household uuid,
    key text NOT NULL,
    encapsulated bytea NOT NULL,
    ciphertext bytea NOT NULL,
    sealed_by uuid NOT NULL,
    received_at timestamp with time zone NOT NULL,
    CONSTRAINT sealed_contacts_are_short CHECK (((octet_length(ciphertext) >= 17) AND (octet_length(ciphertext) <= 4096))),
    CONSTRAINT sealed_contacts_hold_a_point_of_p256 CHECK ((octet_length(encapsulated) = 65)),
    CONSTRAINT sealed_contacts_name_a_key CHECK ((key ~ '^[0-9a-f]{16}$'::text)),
    CONSTRAINT sealed_contacts_place_lies_in_its_county CHECK (("left"(place, 6) = county))
);

CREATE TABLE public.self_responses (
    county text NOT NULL COLLATE pg_catalog."C",
    id uuid NOT NULL,
    household uuid NOT NULL,
    code_hash bytea NOT NULL,
    state text NOT NULL,
    before text NOT NULL,
    issued_by uuid,
    issued_at timestamp with time zone NOT NULL,
    expires_at timestamp with time zone NOT NULL,
    started_at timestamp with time zone,
    submitted_at timestamp with time zone,
    ended_at timestamp with time zone,
    reason text DEFAULT ''::text NOT NULL,
    revision bigint DEFAULT 1 NOT NULL,
    CONSTRAINT self_responses_code_is_a_sum CHECK ((octet_length(code_hash) = 32)),
    CONSTRAINT self_responses_end_when_they_do CHECK (((state = ANY (ARRAY['revoked'::text, 'lapsed'::text, 'superseded'::text])) = (ended_at IS NOT NULL))),
    CONSTRAINT self_responses_state_is_known CHECK ((state = ANY (ARRAY['issued'::text, 'started'::text, 'prefilled'::text, 'submitted'::text, 'revoked'::text, 'lapsed'::text, 'superseded'::text]))),
    CONSTRAINT self_responses_submitted_ones_have_a_time CHECK (((state <> 'submitted'::text) OR (submitted_at IS NOT NULL)))
);

CREATE TABLE public.server_keys (
    name text NOT NULL,
    private bytea NOT NULL,
    CONSTRAINT server_keys_are_ed25519_seeds CHECK ((octet_length(private) = 32))
);

CREATE TABLE public.sessions (
    token text NOT NULL,
    data bytea NOT NULL,
    expiry timestamp with time zone NOT NULL
);

CREATE TABLE public.settings (
    county text NOT NULL COLLATE pg_catalog."C",
    key text NOT NULL,
    value jsonb NOT NULL
);

CREATE TABLE public.users (
    id uuid NOT NULL,
    name text NOT NULL,
    display_name text NOT NULL,
    role text NOT NULL,
    scope text NOT NULL COLLATE pg_catalog."C",
    password_hash text NOT NULL,
    language text DEFAULT 'zh'::text NOT NULL,
    created_at timestamp with time zone NOT NULL,
    disabled_at timestamp with time zone,
    revision bigint DEFAULT 1 NOT NULL,
    CONSTRAINT users_display_name_is_given CHECK ((display_name <> ''::text)),
    CONSTRAINT users_language_is_known CHECK ((language = ANY (ARRAY['zh'::text, 'en'::text]))),
    CONSTRAINT users_name_is_plain CHECK ((name ~ '^[[:alnum:]._@-]{2,64}$'::text)),
    CONSTRAINT users_role_is_known CHECK ((role = ANY (ARRAY['administrator'::text, 'gis'::text, 'supervisor'::text, 'enumerator'::text]))),
    CONSTRAINT users_scope_is_a_code CHECK ((scope ~ '^([0-9]{6}([0-9]{3}){0,3})?$'::text))
);

CREATE TABLE public.visits (
    county text NOT NULL COLLATE pg_catalog."C",
    id uuid NOT NULL,
    sub_area text NOT NULL COLLATE pg_catalog."C",
    dwelling uuid NOT NULL,
    household uuid,
    round text NOT NULL,
    assignment uuid,
    enumerator uuid NOT NULL,
    result text NOT NULL,
    at timestamp with time zone NOT NULL,
    received_at timestamp with time zone NOT NULL,
    "position" public.geometry(Point,4326),
    accuracy_m real,
    distance_m real,
    note text DEFAULT ''::text NOT NULL,
    next_call_at timestamp with time zone,
    correction boolean DEFAULT false NOT NULL,
    CONSTRAINT visits_accuracy_is_a_distance CHECK ((accuracy_m >= (0)::double precision)),
    CONSTRAINT visits_note_is_short CHECK ((length(note) <= 500)),
    CONSTRAINT visits_result_is_known CHECK ((result = ANY (ARRAY['listed'::text, 'complete'::text, 'partial'::text, 'proxy'::text, 'refused'::text, 'no_contact'::text, 'vacant'::text, 'vacant_with_hukou'::text, 'seasonal'::text, 'non_residential'::text, 'under_construction'::text, 'demolished'::text, 'inaccessible'::text])))
);

ALTER TABLE ONLY public.answering_systems
    ADD CONSTRAINT answering_systems_are_known_by_id PRIMARY KEY (county, id);

ALTER TABLE ONLY public.answering_systems
    ADD CONSTRAINT answering_systems_token_is_one_systems UNIQUE (county, token_hash);

ALTER TABLE ONLY public.areas
    ADD CONSTRAINT areas_are_known_by_code PRIMARY KEY (county, code);

ALTER TABLE ONLY public.assignments
    ADD CONSTRAINT assignments_are_known_by_id PRIMARY KEY (county, id);

ALTER TABLE ONLY public.assignments
    ADD CONSTRAINT assignments_epoch_is_used_once UNIQUE (county, sub_area, round, epoch);

ALTER TABLE ONLY public.base_features
    ADD CONSTRAINT base_features_are_known_by_id PRIMARY KEY (county, id);

ALTER TABLE ONLY public.base_features
    ADD CONSTRAINT base_features_come_once_from_a_source UNIQUE (county, source, layer, source_id);

ALTER TABLE ONLY public.building_parts
    ADD CONSTRAINT building_parts_are_known_by_id PRIMARY KEY (county, id);

ALTER TABLE ONLY public.buildings
    ADD CONSTRAINT buildings_are_known_by_id PRIMARY KEY (county, id);

ALTER TABLE ONLY public.buildings
    ADD CONSTRAINT buildings_come_once_from_a_source UNIQUE (county, source, source_id);

ALTER TABLE ONLY public.changes
    ADD CONSTRAINT changes_are_known_by_id PRIMARY KEY (county, id);

ALTER TABLE ONLY public.county_keys
    ADD CONSTRAINT county_keys_are_known_by_id PRIMARY KEY (county, id);

ALTER TABLE ONLY public.coverage
    ADD CONSTRAINT coverage_has_one_row_a_sub_area PRIMARY KEY (county, sub_area);

ALTER TABLE ONLY public.devices
    ADD CONSTRAINT devices_are_known_by_id PRIMARY KEY (county, id);

ALTER TABLE ONLY public.devices
    ADD CONSTRAINT devices_key_is_one_devices UNIQUE (county, public_key);

ALTER TABLE ONLY public.drawn_changes
    ADD CONSTRAINT drawn_changes_are_counted_in_a_revision PRIMARY KEY (county, revision, serial);

ALTER TABLE ONLY public.drawn_revisions
    ADD CONSTRAINT drawn_revisions_are_counted_by_county PRIMARY KEY (county);

ALTER TABLE ONLY public.dwellings
    ADD CONSTRAINT dwellings_are_known_by_id PRIMARY KEY (county, id);

ALTER TABLE ONLY public.enrolments
    ADD CONSTRAINT enrolments_are_known_by_id PRIMARY KEY (county, id);

ALTER TABLE ONLY public.enrolments
    ADD CONSTRAINT enrolments_code_is_given_once UNIQUE (county, code_hash);

ALTER TABLE ONLY public.events
    ADD CONSTRAINT events_are_counted_in_a_county PRIMARY KEY (county, id);

ALTER TABLE ONLY public.flags
    ADD CONSTRAINT flags_are_known_by_id PRIMARY KEY (county, id);

ALTER TABLE ONLY public.goose_db_version
    ADD CONSTRAINT goose_db_version_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.households
    ADD CONSTRAINT households_are_known_by_id PRIMARY KEY (county, id);

ALTER TABLE ONLY public.households
    ADD CONSTRAINT households_number_is_used_once UNIQUE (county, sub_area, number);

ALTER TABLE ONLY public.idempotency_keys
    ADD CONSTRAINT idempotency_keys_belong_to_one_user PRIMARY KEY (user_id, key);

ALTER TABLE ONLY public.import_rows
    ADD CONSTRAINT import_rows_are_counted_in_an_import PRIMARY KEY (county, import, seq);

ALTER TABLE ONLY public.imports
    ADD CONSTRAINT imports_are_known_by_id PRIMARY KEY (county, id);

ALTER TABLE ONLY public.lineage
    ADD CONSTRAINT lineage_names_a_step_once PRIMARY KEY (county, revision, from_code, to_code);

ALTER TABLE ONLY public.long_form_samples
    ADD CONSTRAINT long_form_samples_are_known_by_id PRIMARY KEY (county, id);

ALTER TABLE ONLY public.moves
    ADD CONSTRAINT moves_are_made_once_a_revision PRIMARY KEY (county, revision, subject, id);

ALTER TABLE ONLY public.nonces
    ADD CONSTRAINT nonces_are_used_once PRIMARY KEY (county, device, nonce);

ALTER TABLE ONLY public.past_buildings
    ADD CONSTRAINT past_buildings_are_known_by_revision PRIMARY KEY (county, building, revision);

ALTER TABLE ONLY public.past_members
    ADD CONSTRAINT past_members_are_known_by_revision PRIMARY KEY (county, code, revision);

ALTER TABLE ONLY public.past_states
    ADD CONSTRAINT past_states_are_known_by_revision PRIMARY KEY (county, code, revision);

ALTER TABLE ONLY public.proposals
    ADD CONSTRAINT proposals_are_known_by_id PRIMARY KEY (county, id);

ALTER TABLE ONLY public.regions
    ADD CONSTRAINT regions_are_known_by_code PRIMARY KEY (county, code);

ALTER TABLE ONLY public.revisions
    ADD CONSTRAINT revisions_are_counted_in_a_county PRIMARY KEY (county, revision);

ALTER TABLE ONLY public.rounds
    ADD CONSTRAINT rounds_are_known_by_name PRIMARY KEY (county, name);

ALTER TABLE ONLY public.sealed_contacts
    ADD CONSTRAINT sealed_contacts_are_known_by_id PRIMARY KEY (county, id);

ALTER TABLE ONLY public.self_responses
    ADD CONSTRAINT self_responses_are_known_by_id PRIMARY KEY (county, id);

ALTER TABLE ONLY public.self_responses
    ADD CONSTRAINT self_responses_code_is_given_once UNIQUE (county, code_hash);

ALTER TABLE ONLY public.server_keys
    ADD CONSTRAINT server_keys_are_known_by_name PRIMARY KEY (name);

ALTER TABLE ONLY public.sessions
    ADD CONSTRAINT sessions_are_known_by_token PRIMARY KEY (token);

ALTER TABLE ONLY public.settings
    ADD CONSTRAINT settings_are_known_by_key PRIMARY KEY (county, key);

ALTER TABLE ONLY public.sub_areas
    ADD CONSTRAINT sub_areas_are_known_by_code PRIMARY KEY (county, code);

ALTER TABLE ONLY public.users
    ADD CONSTRAINT users_are_known_by_id PRIMARY KEY (id);

ALTER TABLE ONLY public.users
    ADD CONSTRAINT users_have_a_name_of_their_own UNIQUE (name);

ALTER TABLE ONLY public.visits
    ADD CONSTRAINT visits_are_known_by_id PRIMARY KEY (county, id);

CREATE INDEX areas_by_place ON public.areas USING gist (geom);

CREATE UNIQUE INDEX areas_come_once_from_a_source ON public.areas USING btree (county, source, source_id);

CREATE INDEX assignments_by_enumerator ON public.assignments USING btree (enumerator) WHERE (ended_at IS NULL);

CREATE UNIQUE INDEX assignments_one_open_per_sub_area ON public.assignments USING btree (county, sub_area, round) WHERE (ended_at IS NULL);

CREATE INDEX base_features_by_name ON public.base_features USING btree (county, layer, name) WHERE (name <> ''::text);

CREATE INDEX base_features_by_place ON public.base_features USING gist (geom);

CREATE INDEX building_parts_by_building ON public.building_parts USING btree (county, building);

CREATE INDEX buildings_by_address ON public.buildings USING btree (county, address COLLATE "C") WHERE (address <> ''::text);

CREATE INDEX buildings_by_code ON public.buildings USING btree (county, place, number, id);

CREATE INDEX buildings_by_name ON public.buildings USING btree (county, name COLLATE "C") WHERE (name <> ''::text);

CREATE INDEX buildings_by_place ON public.buildings USING gist (geom) WHERE ((retired_at IS NULL) AND (standing = ANY (ARRAY['confirmed'::text, 'proposed'::text])));

CREATE INDEX buildings_set_by_hand ON public.buildings USING btree (county, source, source_id) WHERE (by_hand <> '{}'::text[]);

CREATE INDEX buildings_to_confirm ON public.buildings USING btree (county, place) WHERE (reported OR (standing = 'proposed'::text));

CREATE INDEX changes_about_buildings ON public.changes USING btree (county, ((body #>> '{values,building}'::text[]))) WHERE (verb = ANY (ARRAY['add_building'::text, 'mark_building'::text]));

CREATE INDEX changes_decided ON public.changes USING btree (county, device, decided_at) WHERE (decided_at IS NOT NULL);

CREATE INDEX changes_open ON public.changes USING btree (county, place, id) WHERE (state = ANY (ARRAY['held'::text, 'quarantined'::text]));

CREATE INDEX changes_waiting ON public.changes USING btree (county, device, serial) WHERE (state = 'held'::text);

CREATE UNIQUE INDEX county_keys_one_current_per_county ON public.county_keys USING btree (county) WHERE (retired_at IS NULL);

CREATE INDEX devices_by_user ON public.devices USING btree (user_id);

CREATE INDEX devices_in_hand ON public.devices USING btree (county, user_id) WHERE (revoked_at IS NULL);

CREATE INDEX dwellings_by_code ON public.dwellings USING btree (county, sub_area, building);

CREATE UNIQUE INDEX dwellings_door_is_found_once ON public.dwellings USING btree (county, building, stairwell, floor, door) WHERE (retired_at IS NULL);

CREATE INDEX events_by_code ON public.events USING btree (county, place, id DESC);

CREATE INDEX events_by_subject ON public.events USING btree (county, subject, id DESC);

CREATE INDEX flags_by_code ON public.flags USING btree (county, place, opened_at DESC);

CREATE UNIQUE INDEX flags_one_open_per_finding ON public.flags USING btree (county, check_name, place, COALESCE(building, (0)::bigint)) WHERE (closed_at IS NULL);

CREATE INDEX households_by_dwelling ON public.households USING btree (county, dwelling);

CREATE INDEX idempotency_keys_by_age ON public.idempotency_keys USING btree (created_at);

CREATE INDEX lineage_by_successor ON public.lineage USING btree (county, to_code);

CREATE INDEX long_form_samples_by_place ON public.long_form_samples USING btree (county, place, drawn_at DESC);

CREATE INDEX moves_by_origin ON public.moves USING btree (county, place, subject, number);

CREATE INDEX moves_by_subject ON public.moves USING btree (county, subject, id, revision);

CREATE INDEX nonces_by_time ON public.nonces USING btree (seen_at);

CREATE INDEX past_buildings_by_revision ON public.past_buildings USING btree (county, revision);

CREATE INDEX past_members_by_revision ON public.past_members USING btree (county, revision);

CREATE INDEX past_states_by_revision ON public.past_states USING btree (county, revision);

CREATE INDEX proposals_by_code ON public.proposals USING btree (county, sub_area);

CREATE INDEX regions_by_place ON public.regions USING gist (geom);

CREATE UNIQUE INDEX regions_come_once_from_a_source ON public.regions USING btree (county, source, source_id);

CREATE INDEX revisions_by_place ON public.revisions USING btree (county, place, revision DESC);

CREATE INDEX sealed_contacts_by_dwelling ON public.sealed_contacts USING btree (county, dwelling);

CREATE INDEX self_responses_by_household ON public.self_responses USING btree (county, household, issued_at DESC);

CREATE UNIQUE INDEX self_responses_one_open_per_household ON public.self_responses USING btree (county, household) WHERE (state = ANY (ARRAY['issued'::text, 'started'::text, 'prefilled'::text, 'submitted'::text]));

CREATE INDEX self_responses_open ON public.self_responses USING btree (county) WHERE (state = ANY (ARRAY['issued'::text, 'started'::text, 'prefilled'::text]));

CREATE INDEX sessions_by_expiry ON public.sessions USING btree (expiry);

CREATE INDEX sub_areas_by_place ON public.sub_areas USING gist (geom);

CREATE UNIQUE INDEX sub_areas_come_once_from_a_source ON public.sub_areas USING btree (county, source, source_id);

CREATE INDEX users_by_scope ON public.users USING btree (scope, name);

CREATE INDEX visits_by_code ON public.visits USING btree (county, sub_area, at DESC);

CREATE INDEX visits_by_dwelling ON public.visits USING btree (county, dwelling, at DESC);

CREATE INDEX visits_by_time ON public.visits USING btree (county, at DESC, id DESC);

ALTER TABLE ONLY public.areas
    ADD CONSTRAINT areas_lie_in_a_town FOREIGN KEY (county, town) REFERENCES public.regions(county, code);

ALTER TABLE ONLY public.assignments
    ADD CONSTRAINT assignments_name_a_sub_area FOREIGN KEY (county, sub_area) REFERENCES public.sub_areas(county, code);

ALTER TABLE ONLY public.assignments
    ADD CONSTRAINT assignments_name_an_enumerator FOREIGN KEY (enumerator) REFERENCES public.users(id);

ALTER TABLE ONLY public.assignments
    ADD CONSTRAINT assignments_round_is_known FOREIGN KEY (county, round) REFERENCES public.rounds(county, name);

ALTER TABLE ONLY public.building_parts
    ADD CONSTRAINT building_parts_are_of_a_building FOREIGN KEY (county, building) REFERENCES public.buildings(county, id);

ALTER TABLE ONLY public.building_parts
    ADD CONSTRAINT building_parts_belong_to_a_revision FOREIGN KEY (county, revision) REFERENCES public.revisions(county, revision);

ALTER TABLE ONLY public.building_parts
    ADD CONSTRAINT building_parts_lie_in_a_sub_area FOREIGN KEY (county, sub_area) REFERENCES public.sub_areas(county, code);

ALTER TABLE ONLY public.buildings
    ADD CONSTRAINT buildings_lie_in_a_known_sub_area FOREIGN KEY (county, sub_area) REFERENCES public.sub_areas(county, code);

ALTER TABLE ONLY public.changes
    ADD CONSTRAINT changes_are_made_by_someone_known FOREIGN KEY (actor) REFERENCES public.users(id);

ALTER TABLE ONLY public.changes
    ADD CONSTRAINT changes_name_a_known_device FOREIGN KEY (county, device) REFERENCES public.devices(county, id);

ALTER TABLE ONLY public.coverage
    ADD CONSTRAINT coverage_counts_a_known_sub_area FOREIGN KEY (county, sub_area) REFERENCES public.sub_areas(county, code);

ALTER TABLE ONLY public.devices
    ADD CONSTRAINT devices_belong_to_someone_known FOREIGN KEY (user_id) REFERENCES public.users(id);

ALTER TABLE ONLY public.dwellings
    ADD CONSTRAINT dwellings_lie_in_a_building FOREIGN KEY (county, building) REFERENCES public.buildings(county, id);

ALTER TABLE ONLY public.dwellings
    ADD CONSTRAINT dwellings_lie_in_a_sub_area FOREIGN KEY (county, sub_area) REFERENCES public.sub_areas(county, code);

ALTER TABLE ONLY public.enrolments
    ADD CONSTRAINT enrolments_are_for_someone_known FOREIGN KEY (user_id) REFERENCES public.users(id);

ALTER TABLE ONLY public.enrolments
    ADD CONSTRAINT enrolments_make_a_known_device FOREIGN KEY (county, device) REFERENCES public.devices(county, id);

ALTER TABLE ONLY public.flags
    ADD CONSTRAINT flags_may_name_a_building FOREIGN KEY (county, building) REFERENCES public.buildings(county, id);

ALTER TABLE ONLY public.flags
    ADD CONSTRAINT flags_may_name_a_dwelling FOREIGN KEY (county, dwelling) REFERENCES public.dwellings(county, id);

ALTER TABLE ONLY public.flags
    ADD CONSTRAINT flags_owner_is_known FOREIGN KEY (owner) REFERENCES public.users(id);

ALTER TABLE ONLY public.households
    ADD CONSTRAINT households_lie_in_a_sub_area FOREIGN KEY (county, sub_area) REFERENCES public.sub_areas(county, code);

ALTER TABLE ONLY public.households
    ADD CONSTRAINT households_live_in_a_dwelling FOREIGN KEY (county, dwelling) REFERENCES public.dwellings(county, id);

ALTER TABLE ONLY public.idempotency_keys
    ADD CONSTRAINT idempotency_keys_user_is_known FOREIGN KEY (user_id) REFERENCES public.users(id);

ALTER TABLE ONLY public.import_rows
    ADD CONSTRAINT import_rows_belong_to_an_import FOREIGN KEY (county, import) REFERENCES public.imports(county, id);

ALTER TABLE ONLY public.lineage
    ADD CONSTRAINT lineage_belongs_to_a_revision FOREIGN KEY (county, revision) REFERENCES public.revisions(county, revision);

ALTER TABLE ONLY public.moves
    ADD CONSTRAINT moves_belong_to_a_revision FOREIGN KEY (county, revision) REFERENCES public.revisions(county, revision);

ALTER TABLE ONLY public.past_buildings
    ADD CONSTRAINT past_buildings_are_of_a_building FOREIGN KEY (county, building) REFERENCES public.buildings(county, id);

ALTER TABLE ONLY public.past_buildings
    ADD CONSTRAINT past_buildings_belong_to_a_revision FOREIGN KEY (county, revision) REFERENCES public.revisions(county, revision);

ALTER TABLE ONLY public.past_members
    ADD CONSTRAINT past_members_belong_to_a_revision FOREIGN KEY (county, revision) REFERENCES public.revisions(county, revision);

ALTER TABLE ONLY public.past_states
    ADD CONSTRAINT past_states_belong_to_a_revision FOREIGN KEY (county, revision) REFERENCES public.revisions(county, revision);

ALTER TABLE ONLY public.proposals
    ADD CONSTRAINT proposals_are_made_by_someone_known FOREIGN KEY (made_by) REFERENCES public.users(id);

ALTER TABLE ONLY public.proposals
    ADD CONSTRAINT proposals_concern_a_sub_area FOREIGN KEY (county, sub_area) REFERENCES public.sub_areas(county, code);

ALTER TABLE ONLY public.sealed_contacts
    ADD CONSTRAINT sealed_contacts_are_sealed_by_someone_known FOREIGN KEY (sealed_by) REFERENCES public.users(id);

ALTER TABLE ONLY public.self_responses
    ADD CONSTRAINT self_responses_are_a_households FOREIGN KEY (county, household) REFERENCES public.households(county, id);

ALTER TABLE ONLY public.sub_areas
    ADD CONSTRAINT sub_areas_lie_in_an_area FOREIGN KEY (county, area) REFERENCES public.areas(county, code);

ALTER TABLE ONLY public.visits
    ADD CONSTRAINT visits_are_paid_by_someone_known FOREIGN KEY (enumerator) REFERENCES public.users(id);

ALTER TABLE ONLY public.visits
    ADD CONSTRAINT visits_are_paid_to_a_dwelling FOREIGN KEY (county, dwelling) REFERENCES public.dwellings(county, id);

ALTER TABLE ONLY public.visits
    ADD CONSTRAINT visits_lie_in_a_sub_area FOREIGN KEY (county, sub_area) REFERENCES public.sub_areas(county, code);

ALTER TABLE ONLY public.visits
    ADD CONSTRAINT visits_may_name_a_household FOREIGN KEY (county, household) REFERENCES public.households(county, id);

ALTER TABLE ONLY public.visits
    ADD CONSTRAINT visits_may_name_an_assignment FOREIGN KEY (county, assignment) REFERENCES public.assignments(county, id);

ALTER TABLE public.answering_systems ENABLE ROW LEVEL SECURITY;

CREATE POLICY answering_systems_are_the_services ON public.answering_systems TO canvass_app USING (((( SELECT current_setting('canvass.role'::text, true) AS current_setting) = 'system'::text) AND (county >= ( SELECT current_setting('canvass.county_lo'::text, true) AS current_setting)) AND (county < ( SELECT current_setting('canvass.county_hi'::text, true) AS current_setting))));

ALTER TABLE public.areas ENABLE ROW LEVEL SECURITY;

CREATE POLICY areas_add ON public.areas FOR INSERT TO canvass_app WITH CHECK (((( SELECT current_setting('canvass.role'::text, true) AS current_setting) = ANY (ARRAY['administrator'::text, 'system'::text, 'gis'::text])) AND (code >= ( SELECT current_setting('canvass.lo'::text, true) AS current_setting)) AND (code < ( SELECT current_setting('canvass.hi'::text, true) AS current_setting))));

CREATE POLICY areas_change ON public.areas FOR UPDATE TO canvass_app USING (((( SELECT current_setting('canvass.role'::text, true) AS current_setting) = ANY (ARRAY['administrator'::text, 'system'::text, 'gis'::text])) AND (code >= ( SELECT current_setting('canvass.lo'::text, true) AS current_setting)) AND (code < ( SELECT current_setting('canvass.hi'::text, true) AS current_setting))));

CREATE POLICY areas_read ON public.areas FOR SELECT TO canvass_app USING (((county >= ( SELECT current_setting('canvass.county_lo'::text, true) AS current_setting)) AND (county < ( SELECT current_setting('canvass.county_hi'::text, true) AS current_setting))));

ALTER TABLE public.assignments ENABLE ROW LEVEL SECURITY;

CREATE POLICY assignments_add ON public.assignments FOR INSERT TO canvass_app WITH CHECK (((( SELECT current_setting('canvass.role'::text, true) AS current_setting) = ANY (ARRAY['administrator'::text, 'system'::text, 'supervisor'::text])) AND (sub_area >= ( SELECT current_setting('canvass.lo'::text, true) AS current_setting)) AND (sub_area < ( SELECT current_setting('canvass.hi'::text, true) AS current_setting))));

CREATE POLICY assignments_change ON public.assignments FOR UPDATE TO canvass_app USING ((((( SELECT current_setting('canvass.role'::text, true) AS current_setting) = ANY (ARRAY['administrator'::text, 'system'::text, 'supervisor'::text])) AND (sub_area >= ( SELECT current_setting('canvass.lo'::text, true) AS current_setting)) AND (sub_area < ( SELECT current_setting('canvass.hi'::text, true) AS current_setting))) OR (enumerator = ( SELECT (NULLIF(current_setting('canvass.actor'::text, true), ''::text))::uuid AS "nullif"))));

CREATE POLICY assignments_end ON public.assignments FOR UPDATE TO canvass_app USING (((( SELECT current_setting('canvass.role'::text, true) AS current_setting) = 'gis'::text) AND (sub_area >= ( SELECT current_setting('canvass.lo'::text, true) AS current_setting)) AND (sub_area < ( SELECT current_setting('canvass.hi'::text, true) AS current_setting))));

CREATE POLICY assignments_follow ON public.assignments FOR INSERT TO canvass_app WITH CHECK (((( SELECT current_setting('canvass.role'::text, true) AS current_setting) = 'gis'::text) AND (sub_area >= ( SELECT current_setting('canvass.lo'::text, true) AS current_setting)) AND (sub_area < ( SELECT current_setting('canvass.hi'::text, true) AS current_setting))));

CREATE POLICY assignments_held ON public.assignments AS RESTRICTIVE TO canvass_app USING (((( SELECT COALESCE(current_setting('canvass.held'::text, true), ''::text) AS "coalesce") = ''::text) OR (sub_area = ANY (( SELECT string_to_array(current_setting('canvass.held'::text, true), ','::text) AS string_to_array)::text[])) OR (enumerator = ( SELECT (NULLIF(current_setting('canvass.actor'::text, true), ''::text))::uuid AS "nullif"))));

CREATE POLICY assignments_read ON public.assignments FOR SELECT TO canvass_app USING ((((sub_area >= ( SELECT current_setting('canvass.lo'::text, true) AS current_setting)) AND (sub_area < ( SELECT current_setting('canvass.hi'::text, true) AS current_setting))) OR (enumerator = ( SELECT (NULLIF(current_setting('canvass.actor'::text, true), ''::text))::uuid AS "nullif"))));

ALTER TABLE public.base_features ENABLE ROW LEVEL SECURITY;

CREATE POLICY base_features_add ON public.base_features FOR INSERT TO canvass_app WITH CHECK (((( SELECT current_setting('canvass.role'::text, true) AS current_setting) = ANY (ARRAY['administrator'::text, 'system'::text, 'gis'::text])) AND (county >= ( SELECT current_setting('canvass.county_lo'::text, true) AS current_setting)) AND (county < ( SELECT current_setting('canvass.county_hi'::text, true) AS current_setting))));

CREATE POLICY base_features_change ON public.base_features FOR UPDATE TO canvass_app USING (((( SELECT current_setting('canvass.role'::text, true) AS current_setting) = ANY (ARRAY['administrator'::text, 'system'::text, 'gis'::text])) AND (county >= ( SELECT current_setting('canvass.county_lo'::text, true) AS current_setting)) AND (county < ( SELECT current_setting('canvass.county_hi'::text, true) AS current_setting))));

CREATE POLICY base_features_read ON public.base_features FOR SELECT TO canvass_app USING (((county >= ( SELECT current_setting('canvass.county_lo'::text, true) AS current_setting)) AND (county < ( SELECT current_setting('canvass.county_hi'::text, true) AS current_setting))));

CREATE POLICY base_features_remove ON public.base_features FOR DELETE TO canvass_app USING (((( SELECT current_setting('canvass.role'::text, true) AS current_setting) = ANY (ARRAY['administrator'::text, 'system'::text, 'gis'::text])) AND (county >= ( SELECT current_setting('canvass.county_lo'::text, true) AS current_setting)) AND (county < ( SELECT current_setting('canvass.county_hi'::text, true) AS current_setting))));

ALTER TABLE public.building_parts ENABLE ROW LEVEL SECURITY;

CREATE POLICY building_parts_add ON public.building_parts FOR INSERT TO canvass_app WITH CHECK (((( SELECT current_setting('canvass.role'::text, true) AS current_setting) = ANY (ARRAY['administrator'::text, 'system'::text, 'gis'::text])) AND (sub_area >= ( SELECT current_setting('canvass.lo'::text, true) AS current_setting)) AND (sub_area < ( SELECT current_setting('canvass.hi'::text, true) AS current_setting))));

CREATE POLICY building_parts_change ON public.building_parts FOR UPDATE TO canvass_app USING (((( SELECT current_setting('canvass.role'::text, true) AS current_setting) = ANY (ARRAY['administrator'::text, 'system'::text, 'gis'::text])) AND (sub_area >= ( SELECT current_setting('canvass.lo'::text, true) AS current_setting)) AND (sub_area < ( SELECT current_setting('canvass.hi'::text, true) AS current_setting))));

CREATE POLICY building_parts_read ON public.building_parts FOR SELECT TO canvass_app USING (((sub_area >= ( SELECT current_setting('canvass.lo'::text, true) AS current_setting)) AND (sub_area < ( SELECT current_setting('canvass.hi'::text, true) AS current_setting))));

ALTER TABLE public.buildings ENABLE ROW LEVEL SECURITY;

CREATE POLICY buildings_add ON public.buildings FOR INSERT TO canvass_app WITH CHECK ((((( SELECT current_setting('canvass.role'::text, true) AS current_setting) = ANY (ARRAY['administrator'::text, 'system'::text, 'gis'::text])) AND (place >= ( SELECT current_setting('canvass.lo'::text, true) AS current_setting)) AND (place < ( SELECT current_setting('canvass.hi'::text, true) AS current_setting))) OR ((( SELECT current_setting('canvass.role'::text, true) AS current_setting) = ANY (ARRAY['administrator'::text, 'system'::text, 'supervisor'::text, 'enumerator'::text])) AND (place >= ( SELECT current_setting('canvass.lo'::text, true) AS current_setting)) AND (place < ( SELECT current_setting('canvass.hi'::text, true) AS current_setting)) AND (standing = 'proposed'::text))));

CREATE POLICY buildings_change ON public.buildings FOR UPDATE TO canvass_app USING (((( SELECT current_setting('canvass.role'::text, true) AS current_setting) = ANY (ARRAY['administrator'::text, 'system'::text, 'gis'::text, 'supervisor'::text, 'enumerator'::text])) AND (place >= ( SELECT current_setting('canvass.lo'::text, true) AS current_setting)) AND (place < ( SELECT current_setting('canvass.hi'::text, true) AS current_setting))));

CREATE POLICY buildings_held ON public.buildings AS RESTRICTIVE TO canvass_app USING (((( SELECT COALESCE(current_setting('canvass.held'::text, true), ''::text) AS "coalesce") = ''::text) OR (place = ANY (( SELECT string_to_array(current_setting('canvass.held'::text, true), ','::text) AS string_to_array)::text[]))));

CREATE POLICY buildings_read ON public.buildings FOR SELECT TO canvass_app USING (((place >= ( SELECT current_setting('canvass.lo'::text, true) AS current_setting)) AND (place < ( SELECT current_setting('canvass.hi'::text, true) AS current_setting))));

ALTER TABLE public.changes ENABLE ROW LEVEL SECURITY;

CREATE POLICY changes_add ON public.changes FOR INSERT TO canvass_app WITH CHECK (((( SELECT current_setting('canvass.role'::text, true) AS current_setting) = ANY (ARRAY['administrator'::text, 'system'::text, 'gis'::text, 'supervisor'::text, 'enumerator'::text])) AND (place >= ( SELECT current_setting('canvass.lo'::text, true) AS current_setting)) AND (place < ( SELECT current_setting('canvass.hi'::text, true) AS current_setting))));

CREATE POLICY changes_change ON public.changes FOR UPDATE TO canvass_app USING (((( SELECT current_setting('canvass.role'::text, true) AS current_setting) = ANY (ARRAY['administrator'::text, 'system'::text, 'gis'::text, 'supervisor'::text])) AND (place >= ( SELECT current_setting('canvass.lo'::text, true) AS current_setting)) AND (place < ( SELECT current_setting('canvass.hi'::text, true) AS current_setting))));

CREATE POLICY changes_held ON public.changes AS RESTRICTIVE TO canvass_app USING (((( SELECT COALESCE(current_setting('canvass.held'::text, true), ''::text) AS "coalesce") = ''::text) OR (place = ANY (( SELECT string_to_array(current_setting('canvass.held'::text, true), ','::text) AS string_to_array)::text[]))));

CREATE POLICY changes_read ON public.changes FOR SELECT TO canvass_app USING (((place >= ( SELECT current_setting('canvass.lo'::text, true) AS current_setting)) AND (place < ( SELECT current_setting('canvass.hi'::text, true) AS current_setting))));

ALTER TABLE public.county_keys ENABLE ROW LEVEL SECURITY;

CREATE POLICY county_keys_add ON public.county_keys FOR INSERT TO canvass_app WITH CHECK (((( SELECT current_setting('canvass.role'::text, true) AS current_setting) = ANY (ARRAY['administrator'::text, 'system'::text])) AND (county >= ( SELECT current_setting('canvass.county_lo'::text, true) AS current_setting)) AND (county < ( SELECT current_setting('canvass.county_hi'::text, true) AS current_setting))));

CREATE POLICY county_keys_change ON public.county_keys FOR UPDATE TO canvass_app USING (((( SELECT current_setting('canvass.role'::text, true) AS current_setting) = ANY (ARRAY['administrator'::text, 'system'::text])) AND (county >= ( SELECT current_setting('canvass.county_lo'::text, true) AS current_setting)) AND (county < ( SELECT current_setting('canvass.county_hi'::text, true) AS current_setting))));

CREATE POLICY county_keys_read ON public.county_keys FOR SELECT TO canvass_app USING (((county >= ( SELECT current_setting('canvass.county_lo'::text, true) AS current_setting)) AND (county < ( SELECT current_setting('canvass.county_hi'::text, true) AS current_setting))));

ALTER TABLE public.coverage ENABLE ROW LEVEL SECURITY;

CREATE POLICY coverage_add ON public.coverage FOR INSERT TO canvass_app WITH CHECK (((( SELECT current_setting('canvass.role'::text, true) AS current_setting) = ANY (ARRAY['administrator'::text, 'system'::text, 'gis'::text, 'supervisor'::text, 'enumerator'::text])) AND (sub_area >= ( SELECT current_setting('canvass.lo'::text, true) AS current_setting)) AND (sub_area < ( SELECT current_setting('canvass.hi'::text, true) AS current_setting))));

CREATE POLICY coverage_change ON public.coverage FOR UPDATE TO canvass_app USING (((( SELECT current_setting('canvass.role'::text, true) AS current_setting) = ANY (ARRAY['administrator'::text, 'system'::text, 'gis'::text, 'supervisor'::text, 'enumerator'::text])) AND (sub_area >= ( SELECT current_setting('canvass.lo'::text, true) AS current_setting)) AND (sub_area < ( SELECT current_setting('canvass.hi'::text, true) AS current_setting))));

CREATE POLICY coverage_held ON public.coverage AS RESTRICTIVE TO canvass_app USING (((( SELECT COALESCE(current_setting('canvass.held'::text, true), ''::text) AS "coalesce") = ''::text) OR (sub_area = ANY (( SELECT string_to_array(current_setting('canvass.held'::text, true), ','::text) AS string_to_array)::text[]))));

CREATE POLICY coverage_read ON public.coverage FOR SELECT TO canvass_app USING (((sub_area >= ( SELECT current_setting('canvass.lo'::text, true) AS current_setting)) AND (sub_area < ( SELECT current_setting('canvass.hi'::text, true) AS current_setting))));

CREATE POLICY coverage_remove ON public.coverage FOR DELETE TO canvass_app USING (((( SELECT current_setting('canvass.role'::text, true) AS current_setting) = ANY (ARRAY['administrator'::text, 'system'::text, 'gis'::text])) AND (sub_area >= ( SELECT current_setting('canvass.lo'::text, true) AS current_setting)) AND (sub_area < ( SELECT current_setting('canvass.hi'::text, true) AS current_setting))));

ALTER TABLE public.devices ENABLE ROW LEVEL SECURITY;

CREATE POLICY devices_add ON public.devices FOR INSERT TO canvass_app WITH CHECK (((( SELECT current_setting('canvass.role'::text, true) AS current_setting) = ANY (ARRAY['administrator'::text, 'system'::text, 'supervisor'::text])) AND (county >= ( SELECT current_setting('canvass.county_lo'::text, true) AS current_setting)) AND (county < ( SELECT current_setting('canvass.county_hi'::text, true) AS current_setting))));

CREATE POLICY devices_change ON public.devices FOR UPDATE TO canvass_app USING (((( SELECT current_setting('canvass.role'::text, true) AS current_setting) = ANY (ARRAY['administrator'::text, 'system'::text, 'supervisor'::text])) AND (county >= ( SELECT current_setting('canvass.county_lo'::text, true) AS current_setting)) AND (county < ( SELECT current_setting('canvass.county_hi'::text, true) AS current_setting))));

CREATE POLICY devices_read ON public.devices FOR SELECT TO canvass_app USING (((county >= ( SELECT current_setting('canvass.county_lo'::text, true) AS current_setting)) AND (county < ( SELECT current_setting('canvass.county_hi'::text, true) AS current_setting))));

ALTER TABLE public.drawn_changes ENABLE ROW LEVEL SECURITY;

CREATE POLICY drawn_changes_add ON public.drawn_changes FOR INSERT TO canvass_app WITH CHECK (((county >= ( SELECT current_setting('canvass.county_lo'::text, true) AS current_setting)) AND (county < ( SELECT current_setting('canvass.county_hi'::text, true) AS current_setting))));

CREATE POLICY drawn_changes_read ON public.drawn_changes FOR SELECT TO canvass_app USING (((county >= ( SELECT current_setting('canvass.county_lo'::text, true) AS current_setting)) AND (county < ( SELECT current_setting('canvass.county_hi'::text, true) AS current_setting))));

CREATE POLICY drawn_changes_remove ON public.drawn_changes FOR DELETE TO canvass_app USING (((county >= ( SELECT current_setting('canvass.county_lo'::text, true) AS current_setting)) AND (county < ( SELECT current_setting('canvass.county_hi'::text, true) AS current_setting))));

ALTER TABLE public.drawn_revisions ENABLE ROW LEVEL SECURITY;

CREATE POLICY drawn_revisions_add ON public.drawn_revisions FOR INSERT TO canvass_app WITH CHECK (((county >= ( SELECT current_setting('canvass.county_lo'::text, true) AS current_setting)) AND (county < ( SELECT current_setting('canvass.county_hi'::text, true) AS current_setting))));

CREATE POLICY drawn_revisions_change ON public.drawn_revisions FOR UPDATE TO canvass_app USING (((county >= ( SELECT current_setting('canvass.county_lo'::text, true) AS current_setting)) AND (county < ( SELECT current_setting('canvass.county_hi'::text, true) AS current_setting))));

CREATE POLICY drawn_revisions_read ON public.drawn_revisions FOR SELECT TO canvass_app USING (((county >= ( SELECT current_setting('canvass.county_lo'::text, true) AS current_setting)) AND (county < ( SELECT current_setting('canvass.county_hi'::text, true) AS current_setting))));

ALTER TABLE public.dwellings ENABLE ROW LEVEL SECURITY;

CREATE POLICY dwellings_add ON public.dwellings FOR INSERT TO canvass_app WITH CHECK (((( SELECT current_setting('canvass.role'::text, true) AS current_setting) = ANY (ARRAY['administrator'::text, 'system'::text, 'gis'::text, 'supervisor'::text, 'enumerator'::text])) AND (sub_area >= ( SELECT current_setting('canvass.lo'::text, true) AS current_setting)) AND (sub_area < ( SELECT current_setting('canvass.hi'::text, true) AS current_setting))));

CREATE POLICY dwellings_change ON public.dwellings FOR UPDATE TO canvass_app USING (((( SELECT current_setting('canvass.role'::text, true) AS current_setting) = ANY (ARRAY['administrator'::text, 'system'::text, 'gis'::text, 'supervisor'::text, 'enumerator'::text])) AND (sub_area >= ( SELECT current_setting('canvass.lo'::text, true) AS current_setting)) AND (sub_area < ( SELECT current_setting('canvass.hi'::text, true) AS current_setting))));

CREATE POLICY dwellings_held ON public.dwellings AS RESTRICTIVE TO canvass_app USING (((( SELECT COALESCE(current_setting('canvass.held'::text, true), ''::text) AS "coalesce") = ''::text) OR (sub_area = ANY (( SELECT string_to_array(current_setting('canvass.held'::text, true), ','::text) AS string_to_array)::text[]))));

CREATE POLICY dwellings_read ON public.dwellings FOR SELECT TO canvass_app USING (((sub_area >= ( SELECT current_setting('canvass.lo'::text, true) AS current_setting)) AND (sub_area < ( SELECT current_setting('canvass.hi'::text, true) AS current_setting))));

ALTER TABLE public.enrolments ENABLE ROW LEVEL SECURITY;

CREATE POLICY enrolments_add ON public.enrolments FOR INSERT TO canvass_app WITH CHECK (((( SELECT current_setting('canvass.role'::text, true) AS current_setting) = ANY (ARRAY['administrator'::text, 'system'::text, 'supervisor'::text])) AND (county >= ( SELECT current_setting('canvass.county_lo'::text, true) AS current_setting)) AND (county < ( SELECT current_setting('canvass.county_hi'::text, true) AS current_setting))));

CREATE POLICY enrolments_change ON public.enrolments FOR UPDATE TO canvass_app USING (((( SELECT current_setting('canvass.role'::text, true) AS current_setting) = ANY (ARRAY['administrator'::text, 'system'::text, 'supervisor'::text])) AND (county >= ( SELECT current_setting('canvass.county_lo'::text, true) AS current_setting)) AND (county < ( SELECT current_setting('canvass.county_hi'::text, true) AS current_setting))));

CREATE POLICY enrolments_read ON public.enrolments FOR SELECT TO canvass_app USING (((( SELECT current_setting('canvass.role'::text, true) AS current_setting) = ANY (ARRAY['administrator'::text, 'system'::text, 'supervisor'::text])) AND (county >= ( SELECT current_setting('canvass.county_lo'::text, true) AS current_setting)) AND (county < ( SELECT current_setting('canvass.county_hi'::text, true) AS current_setting))));

ALTER TABLE public.events ENABLE ROW LEVEL SECURITY;

CREATE POLICY events_add ON public.events FOR INSERT TO canvass_app WITH CHECK (((( SELECT current_setting('canvass.role'::text, true) AS current_setting) = ANY (ARRAY['administrator'::text, 'system'::text, 'gis'::text, 'supervisor'::text, 'enumerator'::text])) AND (county >= ( SELECT current_setting('canvass.county_lo'::text, true) AS current_setting)) AND (county < ( SELECT current_setting('canvass.county_hi'::text, true) AS current_setting))));

CREATE POLICY events_read ON public.events FOR SELECT TO canvass_app USING (((( SELECT current_setting('canvass.role'::text, true) AS current_setting) = ANY (ARRAY['administrator'::text, 'system'::text, 'gis'::text, 'supervisor'::text])) AND (place >= ( SELECT current_setting('canvass.lo'::text, true) AS current_setting)) AND (place < ( SELECT current_setting('canvass.hi'::text, true) AS current_setting))));

ALTER TABLE public.flags ENABLE ROW LEVEL SECURITY;

CREATE POLICY flags_add ON public.flags FOR INSERT TO canvass_app WITH CHECK (((( SELECT current_setting('canvass.role'::text, true) AS current_setting) = ANY (ARRAY['administrator'::text, 'system'::text, 'gis'::text, 'supervisor'::text, 'enumerator'::text])) AND (place >= ( SELECT current_setting('canvass.lo'::text, true) AS current_setting)) AND (place < ( SELECT current_setting('canvass.hi'::text, true) AS current_setting))));

CREATE POLICY flags_change ON public.flags FOR UPDATE TO canvass_app USING (((( SELECT current_setting('canvass.role'::text, true) AS current_setting) = ANY (ARRAY['administrator'::text, 'system'::text, 'gis'::text, 'supervisor'::text, 'enumerator'::text])) AND (place >= ( SELECT current_setting('canvass.lo'::text, true) AS current_setting)) AND (place < ( SELECT current_setting('canvass.hi'::text, true) AS current_setting))));

CREATE POLICY flags_held ON public.flags AS RESTRICTIVE TO canvass_app USING (((( SELECT COALESCE(current_setting('canvass.held'::text, true), ''::text) AS "coalesce") = ''::text) OR (place = ANY (( SELECT string_to_array(current_setting('canvass.held'::text, true), ','::text) AS string_to_array)::text[]))));

CREATE POLICY flags_read ON public.flags FOR SELECT TO canvass_app USING (((place >= ( SELECT current_setting('canvass.lo'::text, true) AS current_setting)) AND (place < ( SELECT current_setting('canvass.hi'::text, true) AS current_setting))));

ALTER TABLE public.households ENABLE ROW LEVEL SECURITY;

CREATE POLICY households_add ON public.households FOR INSERT TO canvass_app WITH CHECK (((( SELECT current_setting('canvass.role'::text, true) AS current_setting) = ANY (ARRAY['administrator'::text, 'system'::text, 'gis'::text, 'supervisor'::text, 'enumerator'::text])) AND (sub_area >= ( SELECT current_setting('canvass.lo'::text, true) AS current_setting)) AND (sub_area < ( SELECT current_setting('canvass.hi'::text, true) AS current_setting))));

CREATE POLICY households_change ON public.households FOR UPDATE TO canvass_app USING (((( SELECT current_setting('canvass.role'::text, true) AS current_setting) = ANY (ARRAY['administrator'::text, 'system'::text, 'gis'::text, 'supervisor'::text, 'enumerator'::text])) AND (sub_area >= ( SELECT current_setting('canvass.lo'::text, true) AS current_setting)) AND (sub_area < ( SELECT current_setting('canvass.hi'::text, true) AS current_setting))));

CREATE POLICY households_held ON public.households AS RESTRICTIVE TO canvass_app USING (((( SELECT COALESCE(current_setting('canvass.held'::text, true), ''::text) AS "coalesce") = ''::text) OR (sub_area = ANY (( SELECT string_to_array(current_setting('canvass.held'::text, true), ','::text) AS string_to_array)::text[]))));

CREATE POLICY households_read ON public.households FOR SELECT TO canvass_app USING (((sub_area >= ( SELECT current_setting('canvass.lo'::text, true) AS current_setting)) AND (sub_area < ( SELECT current_setting('canvass.hi'::text, true) AS current_setting))));

ALTER TABLE public.idempotency_keys ENABLE ROW LEVEL SECURITY;

CREATE POLICY idempotency_keys_are_the_services ON public.idempotency_keys TO canvass_app USING (true);

ALTER TABLE public.import_rows ENABLE ROW LEVEL SECURITY;

CREATE POLICY import_rows_add ON public.import_rows FOR INSERT TO canvass_app WITH CHECK (((( SELECT current_setting('canvass.role'::text, true) AS current_setting) = ANY (ARRAY['administrator'::text, 'system'::text, 'gis'::text])) AND (county >= ( SELECT current_setting('canvass.county_lo'::text, true) AS current_setting)) AND (county < ( SELECT current_setting('canvass.county_hi'::text, true) AS current_setting))));

CREATE POLICY import_rows_change ON public.import_rows FOR UPDATE TO canvass_app USING (((( SELECT current_setting('canvass.role'::text, true) AS current_setting) = ANY (ARRAY['administrator'::text, 'system'::text, 'gis'::text])) AND (county >= ( SELECT current_setting('canvass.county_lo'::text, true) AS current_setting)) AND (county < ( SELECT current_setting('canvass.county_hi'::text, true) AS current_setting))));

CREATE POLICY import_rows_read ON public.import_rows FOR SELECT TO canvass_app USING (((( SELECT current_setting('canvass.role'::text, true) AS current_setting) = ANY (ARRAY['administrator'::text, 'system'::text, 'gis'::text])) AND (county >= ( SELECT current_setting('canvass.county_lo'::text, true) AS current_setting)) AND (county < ( SELECT current_setting('canvass.county_hi'::text, true) AS current_setting))));

ALTER TABLE public.imports ENABLE ROW LEVEL SECURITY;

CREATE POLICY imports_add ON public.imports FOR INSERT TO canvass_app WITH CHECK (((( SELECT current_setting('canvass.role'::text, true) AS current_setting) = ANY (ARRAY['administrator'::text, 'system'::text, 'gis'::text])) AND (county >= ( SELECT current_setting('canvass.county_lo'::text, true) AS current_setting)) AND (county < ( SELECT current_setting('canvass.county_hi'::text, true) AS current_setting))));

CREATE POLICY imports_change ON public.imports FOR UPDATE TO canvass_app USING (((( SELECT current_setting('canvass.role'::text, true) AS current_setting) = ANY (ARRAY['administrator'::text, 'system'::text, 'gis'::text])) AND (county >= ( SELECT current_setting('canvass.county_lo'::text, true) AS current_setting)) AND (county < ( SELECT current_setting('canvass.county_hi'::text, true) AS current_setting))));

CREATE POLICY imports_read ON public.imports FOR SELECT TO canvass_app USING (((( SELECT current_setting('canvass.role'::text, true) AS current_setting) = ANY (ARRAY['administrator'::text, 'system'::text, 'gis'::text])) AND (county >= ( SELECT current_setting('canvass.county_lo'::text, true) AS current_setting)) AND (county < ( SELECT current_setting('canvass.county_hi'::text, true) AS current_setting))));

ALTER TABLE public.lineage ENABLE ROW LEVEL SECURITY;

CREATE POLICY lineage_add ON public.lineage FOR INSERT TO canvass_app WITH CHECK (((( SELECT current_setting('canvass.role'::text, true) AS current_setting) = ANY (ARRAY['administrator'::text, 'system'::text, 'gis'::text])) AND (county >= ( SELECT current_setting('canvass.county_lo'::text, true) AS current_setting)) AND (county < ( SELECT current_setting('canvass.county_hi'::text, true) AS current_setting))));

CREATE POLICY lineage_read ON public.lineage FOR SELECT TO canvass_app USING (((county >= ( SELECT current_setting('canvass.county_lo'::text, true) AS current_setting)) AND (county < ( SELECT current_setting('canvass.county_hi'::text, true) AS current_setting))));

ALTER TABLE public.long_form_samples ENABLE ROW LEVEL SECURITY;

CREATE POLICY long_form_samples_add ON public.long_form_samples FOR INSERT TO canvass_app WITH CHECK (((( SELECT current_setting('canvass.role'::text, true) AS current_setting) = ANY (ARRAY['administrator'::text, 'system'::text])) AND (place >= ( SELECT current_setting('canvass.lo'::text, true) AS current_setting)) AND (place < ( SELECT current_setting('canvass.hi'::text, true) AS current_setting))));

CREATE POLICY long_form_samples_read ON public.long_form_samples FOR SELECT TO canvass_app USING (((place >= ( SELECT current_setting('canvass.lo'::text, true) AS current_setting)) AND (place < ( SELECT current_setting('canvass.hi'::text, true) AS current_setting))));

ALTER TABLE public.moves ENABLE ROW LEVEL SECURITY;

CREATE POLICY moves_add ON public.moves FOR INSERT TO canvass_app WITH CHECK (((( SELECT current_setting('canvass.role'::text, true) AS current_setting) = ANY (ARRAY['administrator'::text, 'system'::text, 'gis'::text])) AND (place >= ( SELECT current_setting('canvass.lo'::text, true) AS current_setting)) AND (place < ( SELECT current_setting('canvass.hi'::text, true) AS current_setting))));

CREATE POLICY moves_change ON public.moves FOR UPDATE TO canvass_app USING (((( SELECT current_setting('canvass.role'::text, true) AS current_setting) = ANY (ARRAY['administrator'::text, 'system'::text, 'gis'::text])) AND (place >= ( SELECT current_setting('canvass.lo'::text, true) AS current_setting)) AND (place < ( SELECT current_setting('canvass.hi'::text, true) AS current_setting))));

CREATE POLICY moves_read ON public.moves FOR SELECT TO canvass_app USING (((place >= ( SELECT current_setting('canvass.lo'::text, true) AS current_setting)) AND (place < ( SELECT current_setting('canvass.hi'::text, true) AS current_setting))));

ALTER TABLE public.nonces ENABLE ROW LEVEL SECURITY;

CREATE POLICY nonces_add ON public.nonces FOR INSERT TO canvass_app WITH CHECK (((( SELECT current_setting('canvass.role'::text, true) AS current_setting) = 'system'::text) AND (county >= ( SELECT current_setting('canvass.county_lo'::text, true) AS current_setting)) AND (county < ( SELECT current_setting('canvass.county_hi'::text, true) AS current_setting))));

CREATE POLICY nonces_read ON public.nonces FOR SELECT TO canvass_app USING (((( SELECT current_setting('canvass.role'::text, true) AS current_setting) = 'system'::text) AND (county >= ( SELECT current_setting('canvass.county_lo'::text, true) AS current_setting)) AND (county < ( SELECT current_setting('canvass.county_hi'::text, true) AS current_setting))));

CREATE POLICY nonces_remove ON public.nonces FOR DELETE TO canvass_app USING (((( SELECT current_setting('canvass.role'::text, true) AS current_setting) = 'system'::text) AND (county >= ( SELECT current_setting('canvass.county_lo'::text, true) AS current_setting)) AND (county < ( SELECT current_setting('canvass.county_hi'::text, true) AS current_setting))));

ALTER TABLE public.past_buildings ENABLE ROW LEVEL SECURITY;

CREATE POLICY past_buildings_add ON public.past_buildings FOR INSERT TO canvass_app WITH CHECK (((( SELECT current_setting('canvass.role'::text, true) AS current_setting) = ANY (ARRAY['administrator'::text, 'system'::text, 'gis'::text])) AND (place >= ( SELECT current_setting('canvass.lo'::text, true) AS current_setting)) AND (place < ( SELECT current_setting('canvass.hi'::text, true) AS current_setting))));

CREATE POLICY past_buildings_change ON public.past_buildings FOR UPDATE TO canvass_app USING (((( SELECT current_setting('canvass.role'::text, true) AS current_setting) = ANY (ARRAY['administrator'::text, 'system'::text, 'gis'::text])) AND (place >= ( SELECT current_setting('canvass.lo'::text, true) AS current_setting)) AND (place < ( SELECT current_setting('canvass.hi'::text, true) AS current_setting))));

CREATE POLICY past_buildings_read ON public.past_buildings FOR SELECT TO canvass_app USING (((( SELECT current_setting('canvass.role'::text, true) AS current_setting) = ANY (ARRAY['administrator'::text, 'system'::text, 'gis'::text, 'supervisor'::text])) AND (place >= ( SELECT current_setting('canvass.lo'::text, true) AS current_setting)) AND (place < ( SELECT current_setting('canvass.hi'::text, true) AS current_setting))));

ALTER TABLE public.past_members ENABLE ROW LEVEL SECURITY;

CREATE POLICY past_members_add ON public.past_members FOR INSERT TO canvass_app WITH CHECK (((( SELECT current_setting('canvass.role'::text, true) AS current_setting) = ANY (ARRAY['administrator'::text, 'system'::text, 'gis'::text])) AND (code >= ( SELECT current_setting('canvass.lo'::text, true) AS current_setting)) AND (code < ( SELECT current_setting('canvass.hi'::text, true) AS current_setting))));

CREATE POLICY past_members_read ON public.past_members FOR SELECT TO canvass_app USING (((( SELECT current_setting('canvass.role'::text, true) AS current_setting) = ANY (ARRAY['administrator'::text, 'system'::text, 'gis'::text, 'supervisor'::text])) AND (code >= ( SELECT current_setting('canvass.lo'::text, true) AS current_setting)) AND (code < ( SELECT current_setting('canvass.hi'::text, true) AS current_setting))));

ALTER TABLE public.past_states ENABLE ROW LEVEL SECURITY;

CREATE POLICY past_states_add ON public.past_states FOR INSERT TO canvass_app WITH CHECK (((( SELECT current_setting('canvass.role'::text, true) AS current_setting) = ANY (ARRAY['administrator'::text, 'system'::text, 'gis'::text, 'supervisor'::text])) AND (code >= ( SELECT current_setting('canvass.lo'::text, true) AS current_setting)) AND (code < ( SELECT current_setting('canvass.hi'::text, true) AS current_setting))));

CREATE POLICY past_states_read ON public.past_states FOR SELECT TO canvass_app USING (((( SELECT current_setting('canvass.role'::text, true) AS current_setting) = ANY (ARRAY['administrator'::text, 'system'::text, 'gis'::text, 'supervisor'::text])) AND (code >= ( SELECT current_setting('canvass.lo'::text, true) AS current_setting)) AND (code < ( SELECT current_setting('canvass.hi'::text, true) AS current_setting))));

ALTER TABLE public.proposals ENABLE ROW LEVEL SECURITY;

CREATE POLICY proposals_add ON public.proposals FOR INSERT TO canvass_app WITH CHECK (((( SELECT current_setting('canvass.role'::text, true) AS current_setting) = ANY (ARRAY['administrator'::text, 'system'::text, 'gis'::text, 'supervisor'::text, 'enumerator'::text])) AND (sub_area >= ( SELECT current_setting('canvass.lo'::text, true) AS current_setting)) AND (sub_area < ( SELECT current_setting('canvass.hi'::text, true) AS current_setting))));

CREATE POLICY proposals_change ON public.proposals FOR UPDATE TO canvass_app USING (((( SELECT current_setting('canvass.role'::text, true) AS current_setting) = ANY (ARRAY['administrator'::text, 'system'::text, 'gis'::text, 'supervisor'::text])) AND (sub_area >= ( SELECT current_setting('canvass.lo'::text, true) AS current_setting)) AND (sub_area < ( SELECT current_setting('canvass.hi'::text, true) AS current_setting))));

CREATE POLICY proposals_read ON public.proposals FOR SELECT TO canvass_app USING (((sub_area >= ( SELECT current_setting('canvass.lo'::text, true) AS current_setting)) AND (sub_area < ( SELECT current_setting('canvass.hi'::text, true) AS current_setting))));

ALTER TABLE public.regions ENABLE ROW LEVEL SECURITY;

CREATE POLICY regions_add ON public.regions FOR INSERT TO canvass_app WITH CHECK (((( SELECT current_setting('canvass.role'::text, true) AS current_setting) = ANY (ARRAY['administrator'::text, 'system'::text, 'gis'::text])) AND (code >= ( SELECT current_setting('canvass.lo'::text, true) AS current_setting)) AND (code < ( SELECT current_setting('canvass.hi'::text, true) AS current_setting))));

CREATE POLICY regions_change ON public.regions FOR UPDATE TO canvass_app USING (((( SELECT current_setting('canvass.role'::text, true) AS current_setting) = ANY (ARRAY['administrator'::text, 'system'::text, 'gis'::text])) AND (code >= ( SELECT current_setting('canvass.lo'::text, true) AS current_setting)) AND (code < ( SELECT current_setting('canvass.hi'::text, true) AS current_setting))));

CREATE POLICY regions_read ON public.regions FOR SELECT TO canvass_app USING (((county >= ( SELECT current_setting('canvass.county_lo'::text, true) AS current_setting)) AND (county < ( SELECT current_setting('canvass.county_hi'::text, true) AS current_setting))));

ALTER TABLE public.revisions ENABLE ROW LEVEL SECURITY;

CREATE POLICY revisions_add ON public.revisions FOR INSERT TO canvass_app WITH CHECK (((( SELECT current_setting('canvass.role'::text, true) AS current_setting) = ANY (ARRAY['administrator'::text, 'system'::text, 'gis'::text])) AND (county >= ( SELECT current_setting('canvass.county_lo'::text, true) AS current_setting)) AND (county < ( SELECT current_setting('canvass.county_hi'::text, true) AS current_setting))));

CREATE POLICY revisions_read ON public.revisions FOR SELECT TO canvass_app USING (((county >= ( SELECT current_setting('canvass.county_lo'::text, true) AS current_setting)) AND (county < ( SELECT current_setting('canvass.county_hi'::text, true) AS current_setting))));

CREATE POLICY revisions_sign ON public.revisions FOR INSERT TO canvass_app WITH CHECK (((( SELECT current_setting('canvass.role'::text, true) AS current_setting) = 'supervisor'::text) AND (county >= ( SELECT current_setting('canvass.county_lo'::text, true) AS current_setting)) AND (county < ( SELECT current_setting('canvass.county_hi'::text, true) AS current_setting))));

ALTER TABLE public.rounds ENABLE ROW LEVEL SECURITY;

CREATE POLICY rounds_add ON public.rounds FOR INSERT TO canvass_app WITH CHECK (((( SELECT current_setting('canvass.role'::text, true) AS current_setting) = ANY (ARRAY['administrator'::text, 'system'::text])) AND (county >= ( SELECT current_setting('canvass.county_lo'::text, true) AS current_setting)) AND (county < ( SELECT current_setting('canvass.county_hi'::text, true) AS current_setting))));

CREATE POLICY rounds_change ON public.rounds FOR UPDATE TO canvass_app USING (((( SELECT current_setting('canvass.role'::text, true) AS current_setting) = ANY (ARRAY['administrator'::text, 'system'::text])) AND (county >= ( SELECT current_setting('canvass.county_lo'::text, true) AS current_setting)) AND (county < ( SELECT current_setting('canvass.county_hi'::text, true) AS current_setting))));

CREATE POLICY rounds_read ON public.rounds FOR SELECT TO canvass_app USING (((county >= ( SELECT current_setting('canvass.county_lo'::text, true) AS current_setting)) AND (county < ( SELECT current_setting('canvass.county_hi'::text, true) AS current_setting))));

ALTER TABLE public.sealed_contacts ENABLE ROW LEVEL SECURITY;

CREATE POLICY sealed_contacts_add ON public.sealed_contacts FOR INSERT TO canvass_app WITH CHECK (((( SELECT current_setting('canvass.role'::text, true) AS current_setting) = ANY (ARRAY['administrator'::text, 'system'::text, 'supervisor'::text, 'enumerator'::text])) AND (place >= ( SELECT current_setting('canvass.lo'::text, true) AS current_setting)) AND (place < ( SELECT current_setting('canvass.hi'::text, true) AS current_setting))));

CREATE POLICY sealed_contacts_held ON public.sealed_contacts AS RESTRICTIVE TO canvass_app USING (((( SELECT COALESCE(current_setting('canvass.held'::text, true), ''::text) AS "coalesce") = ''::text) OR (place = ANY (( SELECT string_to_array(current_setting('canvass.held'::text, true), ','::text) AS string_to_array)::text[]))));

ALTER TABLE public.self_responses ENABLE ROW LEVEL SECURITY;

CREATE POLICY self_responses_add ON public.self_responses FOR INSERT TO canvass_app WITH CHECK ((EXISTS ( SELECT
   FROM public.households h
  WHERE ((h.county = self_responses.county) AND (h.id = self_responses.household)))));

CREATE POLICY self_responses_change ON public.self_responses FOR UPDATE TO canvass_app USING ((EXISTS ( SELECT
   FROM public.households h
  WHERE ((h.county = self_responses.county) AND (h.id = self_responses.household)))));

CREATE POLICY self_responses_read ON public.self_responses FOR SELECT TO canvass_app USING ((EXISTS ( SELECT
   FROM public.households h
  WHERE ((h.county = self_responses.county) AND (h.id = self_responses.household)))));

ALTER TABLE public.server_keys ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.sessions ENABLE ROW LEVEL SECURITY;

CREATE POLICY sessions_are_the_services ON public.sessions TO canvass_app USING (true);

ALTER TABLE public.settings ENABLE ROW LEVEL SECURITY;

CREATE POLICY settings_add ON public.settings FOR INSERT TO canvass_app WITH CHECK (((( SELECT current_setting('canvass.role'::text, true) AS current_setting) = ANY (ARRAY['administrator'::text, 'system'::text])) AND (county >= ( SELECT current_setting('canvass.county_lo'::text, true) AS current_setting)) AND (county < ( SELECT current_setting('canvass.county_hi'::text, true) AS current_setting))));

CREATE POLICY settings_change ON public.settings FOR UPDATE TO canvass_app USING (((( SELECT current_setting('canvass.role'::text, true) AS current_setting) = ANY (ARRAY['administrator'::text, 'system'::text])) AND (county >= ( SELECT current_setting('canvass.county_lo'::text, true) AS current_setting)) AND (county < ( SELECT current_setting('canvass.county_hi'::text, true) AS current_setting))));

CREATE POLICY settings_read ON public.settings FOR SELECT TO canvass_app USING (((county >= ( SELECT current_setting('canvass.county_lo'::text, true) AS current_setting)) AND (county < ( SELECT current_setting('canvass.county_hi'::text, true) AS current_setting))));

ALTER TABLE public.sub_areas ENABLE ROW LEVEL SECURITY;

CREATE POLICY sub_areas_add ON public.sub_areas FOR INSERT TO canvass_app WITH CHECK (((( SELECT current_setting('canvass.role'::text, true) AS current_setting) = ANY (ARRAY['administrator'::text, 'system'::text, 'gis'::text])) AND (code >= ( SELECT current_setting('canvass.lo'::text, true) AS current_setting)) AND (code < ( SELECT current_setting('canvass.hi'::text, true) AS current_setting))));

CREATE POLICY sub_areas_change ON public.sub_areas FOR UPDATE TO canvass_app USING (((( SELECT current_setting('canvass.role'::text, true) AS current_setting) = ANY (ARRAY['administrator'::text, 'system'::text, 'gis'::text, 'supervisor'::text])) AND (code >= ( SELECT current_setting('canvass.lo'::text, true) AS current_setting)) AND (code < ( SELECT current_setting('canvass.hi'::text, true) AS current_setting))));

CREATE POLICY sub_areas_held ON public.sub_areas AS RESTRICTIVE TO canvass_app USING (((( SELECT COALESCE(current_setting('canvass.held'::text, true), ''::text) AS "coalesce") = ''::text) OR (code = ANY (( SELECT string_to_array(current_setting('canvass.held'::text, true), ','::text) AS string_to_array)::text[]))));

CREATE POLICY sub_areas_read ON public.sub_areas FOR SELECT TO canvass_app USING (((code >= ( SELECT current_setting('canvass.lo'::text, true) AS current_setting)) AND (code < ( SELECT current_setting('canvass.hi'::text, true) AS current_setting))));

ALTER TABLE public.users ENABLE ROW LEVEL SECURITY;

CREATE POLICY users_add ON public.users FOR INSERT TO canvass_app WITH CHECK (((( SELECT current_setting('canvass.role'::text, true) AS current_setting) = ANY (ARRAY['administrator'::text, 'system'::text])) AND (scope >= ( SELECT current_setting('canvass.lo'::text, true) AS current_setting)) AND (scope < ( SELECT current_setting('canvass.hi'::text, true) AS current_setting))));

CREATE POLICY users_change ON public.users FOR UPDATE TO canvass_app USING (((id = ( SELECT (NULLIF(current_setting('canvass.actor'::text, true), ''::text))::uuid AS "nullif")) OR ((( SELECT current_setting('canvass.role'::text, true) AS current_setting) = ANY (ARRAY['administrator'::text, 'system'::text])) AND (scope >= ( SELECT current_setting('canvass.lo'::text, true) AS current_setting)) AND (scope < ( SELECT current_setting('canvass.hi'::text, true) AS current_setting)))));

CREATE POLICY users_read ON public.users FOR SELECT TO canvass_app USING (((id = ( SELECT (NULLIF(current_setting('canvass.actor'::text, true), ''::text))::uuid AS "nullif")) OR (( SELECT current_setting('canvass.role'::text, true) AS current_setting) = 'signing_in'::text) OR ((( SELECT current_setting('canvass.role'::text, true) AS current_setting) = ANY (ARRAY['administrator'::text, 'system'::text, 'gis'::text, 'supervisor'::text])) AND (scope >= ( SELECT current_setting('canvass.lo'::text, true) AS current_setting)) AND (scope < ( SELECT current_setting('canvass.hi'::text, true) AS current_setting)))));

ALTER TABLE public.visits ENABLE ROW LEVEL SECURITY;

CREATE POLICY visits_add ON public.visits FOR INSERT TO canvass_app WITH CHECK ((((( SELECT current_setting('canvass.role'::text, true) AS current_setting) = ANY (ARRAY['administrator'::text, 'system'::text, 'supervisor'::text])) AND (sub_area >= ( SELECT current_setting('canvass.lo'::text, true) AS current_setting)) AND (sub_area < ( SELECT current_setting('canvass.hi'::text, true) AS current_setting))) OR ((( SELECT current_setting('canvass.role'::text, true) AS current_setting) = 'enumerator'::text) AND (sub_area >= ( SELECT current_setting('canvass.lo'::text, true) AS current_setting)) AND (sub_area < ( SELECT current_setting('canvass.hi'::text, true) AS current_setting)) AND (enumerator = ( SELECT (NULLIF(current_setting('canvass.actor'::text, true), ''::text))::uuid AS "nullif")))));

CREATE POLICY visits_follow ON public.visits FOR UPDATE TO canvass_app USING (((( SELECT current_setting('canvass.role'::text, true) AS current_setting) = ANY (ARRAY['administrator'::text, 'system'::text, 'gis'::text])) AND (sub_area >= ( SELECT current_setting('canvass.lo'::text, true) AS current_setting)) AND (sub_area < ( SELECT current_setting('canvass.hi'::text, true) AS current_setting))));

CREATE POLICY visits_held ON public.visits AS RESTRICTIVE TO canvass_app USING (((( SELECT COALESCE(current_setting('canvass.held'::text, true), ''::text) AS "coalesce") = ''::text) OR (sub_area = ANY (( SELECT string_to_array(current_setting('canvass.held'::text, true), ','::text) AS string_to_array)::text[]))));

CREATE POLICY visits_read ON public.visits FOR SELECT TO canvass_app USING (((sub_area >= ( SELECT current_setting('canvass.lo'::text, true) AS current_setting)) AND (sub_area < ( SELECT current_setting('canvass.hi'::text, true) AS current_setting))));

GRANT USAGE ON SCHEMA public TO canvass_app;

REVOKE ALL ON FUNCTION public.canvass_analyze(tables text[]) FROM PUBLIC;
GRANT ALL ON FUNCTION public.canvass_analyze(tables text[]) TO canvass_app;

REVOKE ALL ON FUNCTION public.canvass_forget_building(county_ text, building_ bigint, ids uuid[], given jsonb[]) FROM PUBLIC;
GRANT ALL ON FUNCTION public.canvass_forget_building(county_ text, building_ bigint, ids uuid[], given jsonb[]) TO canvass_app;

GRANT SELECT,INSERT,UPDATE ON TABLE public.answering_systems TO canvass_app;

GRANT SELECT,INSERT,UPDATE ON TABLE public.areas TO canvass_app;

GRANT SELECT,INSERT,UPDATE ON TABLE public.assignments TO canvass_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.base_features TO canvass_app;

GRANT USAGE ON SEQUENCE public.base_features_id_seq TO canvass_app;

GRANT SELECT,INSERT,UPDATE ON TABLE public.building_parts TO canvass_app;

GRANT USAGE ON SEQUENCE public.building_parts_id_seq TO canvass_app;

GRANT SELECT,INSERT,UPDATE ON TABLE public.buildings TO canvass_app;

GRANT USAGE ON SEQUENCE public.buildings_id_seq TO canvass_app;

GRANT SELECT,INSERT,UPDATE ON TABLE public.changes TO canvass_app;

GRANT SELECT,INSERT,UPDATE ON TABLE public.county_keys TO canvass_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.coverage TO canvass_app;

GRANT SELECT,INSERT,UPDATE ON TABLE public.devices TO canvass_app;

GRANT SELECT,INSERT,DELETE ON TABLE public.drawn_changes TO canvass_app;

GRANT SELECT,INSERT,UPDATE ON TABLE public.drawn_revisions TO canvass_app;

GRANT SELECT,INSERT,UPDATE ON TABLE public.dwellings TO canvass_app;

GRANT SELECT,INSERT,UPDATE ON TABLE public.enrolments TO canvass_app;

GRANT SELECT,INSERT ON TABLE public.events TO canvass_app;

GRANT USAGE ON SEQUENCE public.events_id_seq TO canvass_app;

GRANT SELECT,INSERT,UPDATE ON TABLE public.flags TO canvass_app;

GRANT USAGE ON SEQUENCE public.goose_db_version_id_seq TO canvass_app;

GRANT SELECT,INSERT,UPDATE ON TABLE public.households TO canvass_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.idempotency_keys TO canvass_app;

GRANT SELECT,INSERT,UPDATE ON TABLE public.import_rows TO canvass_app;

GRANT SELECT,INSERT,UPDATE ON TABLE public.imports TO canvass_app;

GRANT SELECT,INSERT ON TABLE public.lineage TO canvass_app;

GRANT SELECT,INSERT ON TABLE public.long_form_samples TO canvass_app;

GRANT SELECT ON TABLE public.map_areas TO canvass_app;

GRANT SELECT ON TABLE public.map_base TO canvass_app;

GRANT SELECT ON TABLE public.map_building_sources TO canvass_app;

GRANT SELECT ON TABLE public.map_buildings TO canvass_app;

GRANT SELECT ON TABLE public.map_changes TO canvass_app;

GRANT SELECT,INSERT,UPDATE ON TABLE public.regions TO canvass_app;

GRANT SELECT ON TABLE public.map_regions TO canvass_app;

GRANT SELECT ON TABLE public.map_revisions TO canvass_app;

GRANT SELECT ON TABLE public.map_roster_assignments TO canvass_app;

GRANT SELECT ON TABLE public.map_roster_dwellings TO canvass_app;

GRANT SELECT ON TABLE public.map_roster_buildings TO canvass_app;

GRANT SELECT ON TABLE public.map_roster_households TO canvass_app;

GRANT SELECT,INSERT,UPDATE ON TABLE public.sub_areas TO canvass_app;

GRANT SELECT ON TABLE public.map_roster_sub_areas TO canvass_app;

GRANT SELECT ON TABLE public.map_sub_areas TO canvass_app;

GRANT SELECT,INSERT ON TABLE public.moves TO canvass_app;

GRANT UPDATE(to_place) ON TABLE public.moves TO canvass_app;

GRANT UPDATE(to_number) ON TABLE public.moves TO canvass_app;

GRANT SELECT,INSERT,DELETE ON TABLE public.nonces TO canvass_app;

GRANT SELECT,INSERT ON TABLE public.past_buildings TO canvass_app;

GRANT UPDATE(left_at) ON TABLE public.past_buildings TO canvass_app;

GRANT UPDATE(reason) ON TABLE public.past_buildings TO canvass_app;

GRANT UPDATE(name) ON TABLE public.past_buildings TO canvass_app;

GRANT UPDATE(address) ON TABLE public.past_buildings TO canvass_app;

GRANT UPDATE(floors) ON TABLE public.past_buildings TO canvass_app;

GRANT UPDATE(stairwells) ON TABLE public.past_buildings TO canvass_app;

GRANT UPDATE(doors) ON TABLE public.past_buildings TO canvass_app;

GRANT UPDATE(units) ON TABLE public.past_buildings TO canvass_app;

GRANT SELECT,INSERT ON TABLE public.past_members TO canvass_app;

GRANT SELECT,INSERT ON TABLE public.past_states TO canvass_app;

GRANT SELECT,INSERT,UPDATE ON TABLE public.proposals TO canvass_app;

GRANT SELECT,INSERT ON TABLE public.revisions TO canvass_app;

GRANT SELECT,INSERT,UPDATE ON TABLE public.rounds TO canvass_app;

GRANT INSERT ON TABLE public.sealed_contacts TO canvass_app;

GRANT SELECT,INSERT,UPDATE ON TABLE public.self_responses TO canvass_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.sessions TO canvass_app;

GRANT SELECT,INSERT,UPDATE ON TABLE public.settings TO canvass_app;

GRANT SELECT,INSERT,UPDATE ON TABLE public.users TO canvass_app;

GRANT SELECT,INSERT ON TABLE public.visits TO canvass_app;

GRANT UPDATE(sub_area) ON TABLE public.visits TO canvass_app;

GRANT UPDATE(note) ON TABLE public.visits TO canvass_app;
