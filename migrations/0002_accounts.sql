-- +goose Up
-- Accounts, their sessions and their devices. Reference tables: the same on every node.
CREATE TABLE users (
    id            uuid        NOT NULL,
    name          text        NOT NULL,
    display_name  text        NOT NULL,
    role          text        NOT NULL,
    scope         text        COLLATE "C" NOT NULL,
    password_hash text        NOT NULL,
    language      text        NOT NULL DEFAULT 'zh',
    created_at    timestamptz NOT NULL,
    disabled_at   timestamptz,
    revision      bigint      NOT NULL DEFAULT 1,
    CONSTRAINT users_are_known_by_id PRIMARY KEY (id),
    CONSTRAINT users_have_a_name_of_their_own UNIQUE (name),
    CONSTRAINT users_name_is_plain CHECK (name ~ '^[[:alnum:]._@-]{2,64}$'),
    CONSTRAINT users_display_name_is_given CHECK (display_name <> ''),
    CONSTRAINT users_role_is_known CHECK (role IN ('administrator', 'gis', 'supervisor', 'enumerator')),
    CONSTRAINT users_scope_is_a_code CHECK (scope ~ '^([0-9]{6}([0-9]{3}){0,3})?$'),
    CONSTRAINT users_language_is_known CHECK (language IN ('zh', 'en'))
);
CREATE INDEX users_by_scope ON users (scope, name);

-- The session store's table: token is the hash of what the browser holds.
CREATE TABLE sessions (
    token  text        NOT NULL,
    data   bytea       NOT NULL,
    expiry timestamptz NOT NULL,
    CONSTRAINT sessions_are_known_by_token PRIMARY KEY (token)
);
CREATE INDEX sessions_by_expiry ON sessions (expiry);

-- What was answered to a request that carried an Idempotency-Key, so that a repeated one gets the same answer.
CREATE TABLE idempotency_keys (
    user_id      uuid        NOT NULL,
    key          text        NOT NULL,
    request_hash bytea       NOT NULL,
    status       int         NOT NULL,
    header       jsonb       NOT NULL,
    body         bytea       NOT NULL,
    created_at   timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT idempotency_keys_belong_to_one_user PRIMARY KEY (user_id, key),
    CONSTRAINT idempotency_keys_user_is_known FOREIGN KEY (user_id) REFERENCES users (id),
    CONSTRAINT idempotency_keys_have_a_sane_length CHECK (length(key) BETWEEN 1 AND 255)
);
CREATE INDEX idempotency_keys_by_age ON idempotency_keys (created_at);
