-- What is known of a file beside its name: what stands out in it, which one took
-- its place, when it was taken out. A row is never deleted: it is the tombstone.
alter table attachments
    add column flags       text[] not null default '{}',
    add column added_by    uuid references accounts,
    add column replaced_by bytea, -- the SHA-256 of the file of the same document that took its place
    add column replaced_at timestamptz,
    add column removed_at  timestamptz,
    add column removed_by  uuid references accounts,
    add check ((replaced_by is null) = (replaced_at is null)),
    add check ((removed_by is null) = (removed_at is null));
create index attachments_sha256 on attachments (sha256);

-- What is known of a content, in however many documents it is.
create table file_states (
    sha256     bytea primary key check (length(sha256) = 32),
    scan       text not null default 'not-scanned' check (scan in ('not-scanned', 'clean', 'found')),
    scanned_at timestamptz,
    engine     text not null default '',
    checked_at timestamptz, -- read from its first byte to its last, and what it was
    damaged_at timestamptz,
    check ((scan = 'not-scanned') = (scanned_at is null))
);
create index file_states_damaged on file_states (damaged_at) where damaged_at is not null;
