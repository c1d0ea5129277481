-- The sealed log: every row of events and journal, as a leaf of one Merkle tree
-- (RFC 6962) whose heads are signed and anchored outside of this database.
-- docs/proof.md has the format. All of it is only ever added to.

-- One run of the sealer: the leaves that it added, in order.
create table log_runs (
    size          bigint primary key, -- leaves of the log after this run
    after         bigint references log_runs, -- the run before: each has one that follows, the log has no fork
    ids           bigint[] not null, -- the row of each leaf: of events its id, of the journal the id below zero
    hashes        bytea not null, -- the hash of each leaf, 32 bytes
    events_below  bigint not null, -- up to these ids every row is in the log, or never was
    journal_below bigint not null,
    events_to     bigint not null, -- the highest ids in the log
    journal_to    bigint not null,
    sealed_at     timestamptz not null,
    head          text not null, -- signed note
    unique nulls not distinct (after),
    check (size = coalesce(after, 0) + cardinality(ids)),
    check (cardinality(ids) > 0 and octet_length(hashes) = 32 * cardinality(ids))
);
alter table log_runs alter column hashes set storage external; -- hashes do not compress
create index log_runs_events on log_runs (events_to);
create index log_runs_journal on log_runs (journal_to);

-- The nodes above every full 256 leaves; what lies below is reckoned from these.
-- id is the place of the node in the order in which the tree grows.
create table log_nodes (
    id   bigint primary key,
    hash bytea not null check (octet_length(hash) = 32)
);

create function refuse_log_change() returns trigger language plpgsql as $$
begin
    raise exception 'the log is only ever added to' using errcode = 'restrict_violation';
end $$;
create trigger log_runs_append_only before update or delete or truncate on log_runs
    for each statement execute function refuse_log_change();
create trigger log_nodes_append_only before update or delete or truncate on log_nodes
    for each statement execute function refuse_log_change();
