-- +goose Up
-- Two database roles from the first day. Whoever migrates owns the tables; the service acts as canvass_app, which is
-- not an owner and has no BYPASSRLS, so that row-level security holds for every statement it sends.
CREATE EXTENSION IF NOT EXISTS postgis;

-- +goose StatementBegin
DO $$
BEGIN
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'canvass_app') THEN
        CREATE ROLE canvass_app NOLOGIN NOBYPASSRLS;
    END IF;
    IF NOT pg_has_role(current_user, 'canvass_app', 'MEMBER') THEN
        EXECUTE format('GRANT canvass_app TO %I', current_user);
    END IF;
END
$$;
-- +goose StatementEnd

-- The planner may use a spatial index beside a policy only when the operator's function is leakproof. geometry_overlaps
-- compares boxes and raises nothing that depends on its arguments, so it is safe to say so. Where the owner is not a
-- superuser this is left as it is: what is read by box goes through the map_* views, which carry no policy.
-- +goose StatementBegin
DO $$
BEGIN
    ALTER FUNCTION geometry_overlaps(geometry, geometry) LEAKPROOF;
EXCEPTION WHEN insufficient_privilege THEN
    RAISE NOTICE 'geometry_overlaps stays as it is: only a superuser may mark it leakproof';
END
$$;
-- +goose StatementEnd
