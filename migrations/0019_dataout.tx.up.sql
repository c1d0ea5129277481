-- What leaves the system by itself: feeds of deadlines, webhooks, and views for reporting.

-- An address at which a calendar program asks for somebody's deadlines. The record
-- keeps the SHA-256 of its secret. It is good as long as its account holds the
-- position that it was made in.
create table deadline_feeds (
    id           uuid primary key,
    account_id   uuid not null references accounts,
    position_id  uuid not null references positions,
    sha256       bytea not null unique check (octet_length(sha256) = 32),
    subjects     boolean not null, -- with the subjects of documents
    created_at   timestamptz not null,
    last_used_at timestamptz, -- to the hour
    revoked_at   timestamptz
) with (fillfactor = 70);
create index deadline_feeds_account on deadline_feeds (account_id);
