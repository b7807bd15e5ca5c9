-- +goose Up
-- The planner learns of new rows from ANALYZE, which only an owner may run, and autovacuum runs it a minute late. This lets
-- the service ask for it within the transaction that wrote many rows. A table that another transaction analyses is left out.
-- +goose StatementBegin
CREATE FUNCTION canvass_analyze(tables text[]) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
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
-- +goose StatementEnd
REVOKE ALL ON FUNCTION canvass_analyze(text[]) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION canvass_analyze(text[]) TO canvass_app;
