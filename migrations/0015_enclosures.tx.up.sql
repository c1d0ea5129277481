-- What the holder of a share lays beside his work: photographs, tables. They
-- belong to the share, and whoever reads it sees them.
create table enclosures (
    assignment_id uuid not null references assignments,
    sha256        bytea not null check (length(sha256) = 32),
    document_id   uuid not null references documents,
    name          text not null,
    media_type    text not null,
    size          bigint not null check (size > 0),
    flags         text[] not null default '{}',
    added_at      timestamptz not null,
    added_by      uuid not null references accounts,
    primary key (assignment_id, sha256)
);
create index enclosures_document on enclosures (document_id);
create index enclosures_sha256 on enclosures (sha256);
