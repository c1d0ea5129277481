-- Tokens for programs. The record keeps the SHA-256 of a token's text and nothing
-- from which the text could be made again.
create table tokens (
    id           uuid primary key,
    account_id   uuid not null references accounts,
    name         text not null check (name <> ''),
    scopes       text[] not null check (cardinality(scopes) > 0 and scopes <@ array['read', 'act', 'administer']),
    sha256       bytea not null unique check (octet_length(sha256) = 32),
    of_seed      boolean not null default false, -- a demo account's; its text is in the file of the seed
    created_at   timestamptz not null,
    expires_at   timestamptz not null,
    last_used_at timestamptz, -- to the minute: see postgres/tokens.go
    revoked_at   timestamptz,
    check (expires_at > created_at and expires_at <= created_at + interval '366 days')
) with (fillfactor = 70); -- last_used_at changes in place
create index tokens_account on tokens (account_id);

-- The tokens that accounts had go on for a year. accounts.token_sha256 stays for
-- the release before; nothing else reads it any more.
insert into tokens (id, account_id, name, scopes, sha256, of_seed, created_at, expires_at)
select gen_random_uuid(), id, 'demo', array['read', 'act', 'administer'], token_sha256, true, now(), now() + interval '365 days'
from accounts where octet_length(token_sha256) = 32;

-- What lets somebody set his first or his next password, once: an invitation or
-- a reset. Bound to the account; the record keeps the SHA-256 of the secret.
create table password_links (
    id          uuid primary key,
    account_id  uuid not null references accounts,
    purpose     text not null check (purpose in ('invitation', 'reset')),
    sha256      bytea not null unique check (octet_length(sha256) = 32),
    created_by  uuid references accounts, -- null: who runs the machines, or the person himself
    created_at  timestamptz not null,
    expires_at  timestamptz not null,
    used_at     timestamptz,
    revoked_at  timestamptz,
    check (expires_at > created_at and expires_at <= created_at + interval '72 hours')
);
create index password_links_account on password_links (account_id, created_at);

-- Who somebody is at an identity provider (OpenID Connect). An administrator
-- links it beforehand; a mail address or a name proves nothing.
create table identities (
    issuer      text not null,
    subject     text not null,
    account_id  uuid not null references accounts,
    linked_by   uuid references accounts,
    linked_at   timestamptz not null,
    primary key (issuer, subject)
);
create unique index identities_account on identities (account_id, issuer);

-- Logins at the identity provider that are under way, each in one browser. A row
-- is taken out when its browser comes back: a state is good once.
create table identity_logins (
    state_sha256   bytea primary key,
    browser_sha256 bytea not null,
    nonce          text not null,
    verifier       text not null, -- PKCE
    return_to      text not null,
    expires_at     timestamptz not null
);
create index identity_logins_expires on identity_logins (expires_at);
