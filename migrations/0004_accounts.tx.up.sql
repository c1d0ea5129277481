-- Who logs in, and how. Secrets are kept as their SHA-256, passwords as argon2id,
-- second factors sealed with a key that is not in here: who reads these tables
-- cannot log in.
alter table accounts
    add password_hash       text, -- null: nobody logs in with a password
    add password_changed_at timestamptz; -- null: the installation set it

-- A browser on which an account has logged in. What others fail at elsewhere
-- does not keep it out. One browser may know several accounts.
create table devices (
    id            uuid primary key,
    account_id    uuid not null references accounts,
    secret_sha256 bytea not null,
    description   text not null default '',
    created_at    timestamptz not null,
    used_at       timestamptz not null,
    unique (account_id, secret_sha256)
);

create table sessions (
    id            uuid primary key,
    account_id    uuid not null references accounts,
    secret_sha256 bytea not null unique,
    how           text not null, -- password, invitation, oidc
    stage         text not null check (stage in ('code', 'enrol', 'full')), -- what still has to be done
    network       text not null default '',
    device        text not null default '',
    device_id     uuid references devices on delete set null,
    created_at    timestamptz not null,
    seen_at       timestamptz not null,
    expires_at    timestamptz not null,
    ended_at      timestamptz,
    ended_why     text not null default ''
);
create index sessions_account on sessions (account_id, created_at) where ended_at is null;
create index sessions_expired on sessions (expires_at);

-- How often logins failed in a row: by account and network, by network, by
-- account, by device. The key is a hash, for what people type into the field of
-- the name may be a password.
create table login_failures (
    kind    text not null check (kind in ('pair', 'network', 'account', 'device')),
    key     bytea not null,
    count   int not null default 0,
    last_at timestamptz not null,
    primary key (kind, key)
);
create index login_failures_old on login_failures (last_at);

create table second_factors (
    account_id   uuid primary key references accounts,
    sealed       bytea not null,
    begun_at     timestamptz not null,
    confirmed_at timestamptz, -- null: not proved yet, and asked of nobody
    last_step    bigint not null default 0 -- of the last code that was used
);

create table recovery_codes (
    account_id uuid not null references accounts,
    sha256     bytea not null,
    used_at    timestamptz,
    primary key (account_id, sha256)
);

-- Mails about the account itself, as that its password has changed.
alter table mails
    drop constraint mails_kind_check,
    add constraint mails_kind_check check (kind in ('alarm', 'digest', 'morning', 'receipt', 'account'));
