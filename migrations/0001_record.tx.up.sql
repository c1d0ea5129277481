-- The record: what people did and what follows from it. Instants are UTC; days
-- are Vietnamese calendar days. Nothing here is deleted in the life of a document.

create table units (
    id         uuid primary key,
    kind       text not null check (kind in ('district', 'office', 'ward')),
    created_at timestamptz not null default now()
);

-- A unit is for ever; its code, name, parent and office hours hold from day to
-- day. Codes are used again for other units (2025: 09556 Hà Cầu, then Hà Đông),
-- so they are unique among the versions in force only, and nothing refers to them.
create table unit_versions (
    unit_id      uuid not null references units,
    valid_from   date not null,
    valid_to     date check (valid_to > valid_from), -- the first day it no longer holds
    code         text not null,
    name         text not null,
    parent_id    uuid references units,
    office_hours text not null default '08:00-12:00,13:00-17:00',
    primary key (unit_id, valid_from)
);
create unique index unit_versions_code on unit_versions (code) where valid_to is null;

create table positions (
    id         uuid primary key,
    unit_id    uuid not null references units,
    code       text not null unique,
    title      text not null,
    office     text not null check (office in ('chairman', 'deputy', 'chief', 'head', 'clerk', 'officer', 'admin')),
    fields     text[] not null default '{}',
    valid_from date not null,
    valid_to   date check (valid_to > valid_from)
);
create index positions_unit on positions (unit_id);

create table accounts (
    id           uuid primary key,
    username     text not null unique,
    position_id  uuid not null references positions,
    token_sha256 bytea unique,
    disabled_at  timestamptz
);

-- One row per unit, direction and year. The row lock is what makes số đến
-- consecutive: a number is taken in the transaction that uses it.
create table books (
    unit_id     uuid not null references units,
    direction   text not null check (direction in ('incoming', 'outgoing')),
    year        int not null,
    last_number int not null check (last_number > 0),
    primary key (unit_id, direction, year)
) with (fillfactor = 50);

create table calendar_days (
    day    date primary key,
    kind   text not null check (kind in ('off', 'worked')),
    reason text not null,
    source text not null
);

-- A ladder is never changed, only followed by a new version.
create table ladders (
    code       text not null,
    version    int not null,
    definition jsonb not null,
    primary key (code, version)
);

create table documents (
    id               uuid primary key,
    unit_id          uuid not null references units,
    book_year        int not null,
    number           int not null,
    issuer           text not null,
    code_number      text not null,
    code_notation    text not null,
    issued_on        date,
    type_name        text not null,
    subject          text not null,
    field            text not null,
    urgency          text not null check (urgency in ('normal', 'urgent', 'very-urgent', 'express')),
    reply_by         date,
    duplicate_key    text not null,
    duplicate_reason text not null,
    ladder           text not null,
    ladder_version   int not null,
    status           text not null check (status in ('registered', 'directed', 'concluded', 'recalled')),
    version          int not null default 1,
    direct_due_at    timestamptz not null,
    registered_at    timestamptz not null,
    registered_by    uuid not null references accounts,
    concluded_at     timestamptz,
    recalled_at      timestamptz,
    milestone_seq    int not null default 1,
    next_alarm_at    timestamptz, -- what the workflow sleeps until
    unique (unit_id, book_year, number),
    foreign key (ladder, ladder_version) references ladders
) with (fillfactor = 80);
-- The same document twice needs a reason, also when two clerks are at it at once.
create unique index documents_no_twin on documents (unit_id, duplicate_key) where duplicate_key <> '' and duplicate_reason = '';
create index documents_duplicates on documents (unit_id, duplicate_key) where duplicate_key <> '';

create table attachments (
    document_id uuid not null references documents,
    sha256      bytea not null check (length(sha256) = 32),
    name        text not null,
    media_type  text not null,
    size        bigint not null check (size > 0),
    added_at    timestamptz not null,
    primary key (document_id, sha256)
);

create table directions (
    id                uuid primary key,
    document_id       uuid not null references documents,
    parent_id         uuid, -- the assignment out of which it was given
    unit_id           uuid not null references units,
    given_by          uuid not null references accounts,
    given_by_position uuid not null references positions,
    given_at          timestamptz not null,
    text              text not null,
    process           text not null,
    result            text not null,
    dispatched_at     timestamptz
);
create index directions_document on directions (document_id);

create table direction_recipients (
    direction_id uuid not null references directions,
    ordinal      int not null,
    unit_id      uuid not null references units,
    position_id  uuid references positions,
    role         text not null check (role in ('lead', 'coordinate', 'execute', 'inform')),
    due_at       timestamptz,
    primary key (direction_id, ordinal)
);

create table assignments (
    id             uuid primary key,
    document_id    uuid not null references documents,
    direction_id   uuid not null references directions,
    parent_id      uuid references assignments,
    giver_unit_id  uuid not null references units,
    unit_id        uuid not null references units,
    position_id    uuid references positions,
    role           text not null check (role in ('lead', 'coordinate', 'execute', 'inform')),
    status         text not null check (status in ('sent', 'received', 'working', 'reported', 'done', 'withdrawn')),
    version        int not null default 1,
    sent_at        timestamptz not null,
    receive_due_at timestamptz not null,
    due_at         timestamptz,
    received_at    timestamptz,
    received_by    uuid references accounts,
    arrival_year   int,
    arrival_number int,
    started_at     timestamptz,
    reported_at    timestamptz,
    report         text not null default '',
    approve_due_at timestamptz,
    closed_at      timestamptz,
    unique nulls not distinct (direction_id, unit_id, position_id), -- dispatched once, however often the activity runs
    check ((closed_at is null) = (status not in ('done', 'withdrawn'))),
    check ((arrival_year is null) = (arrival_number is null))
) with (fillfactor = 80, autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_insert_scale_factor = 0.05);
create index assignments_document on assignments (document_id);
create index assignments_parent on assignments (parent_id) where parent_id is not null;
-- The inbox and the overdue counts touch only what is open.
create index assignments_open on assignments (unit_id, due_at, id) where closed_at is null;
create index assignments_unjudged on assignments (giver_unit_id, approve_due_at, id) where status = 'reported';
create unique index assignments_arrival on assignments (unit_id, arrival_year, arrival_number) where arrival_number is not null;

alter table directions add foreign key (parent_id) references assignments;

-- Append-only. The answer to an act is its event, so the event carries the
-- request's key: one effect per key is a unique index, not a promise.
create table events (
    id            bigint generated always as identity primary key,
    at            timestamptz not null,
    kind          text not null,
    document_id   uuid not null references documents,
    assignment_id uuid,
    unit_id       uuid not null,
    actor_id      uuid references accounts, -- null: the workflow
    actor_unit_id uuid,
    state         text not null,
    version       int not null,
    year          int not null default 0,
    number        int not null default 0,
    details       jsonb not null default '{}',
    request_key   text,
    request_hash  bytea,
    check ((request_key is null) = (request_hash is null))
);
create index events_document on events (document_id, id);
create unique index events_request on events (actor_id, request_key) where request_key is not null;

create function refuse_change() returns trigger language plpgsql as $$
begin
    raise exception 'events are only ever added' using errcode = 'restrict_violation';
end $$;
create trigger events_append_only before update or delete or truncate on events
    for each statement execute function refuse_change();

-- Milestones on their way to the workflow: a row lives from the commit of the
-- act until Temporal has taken the signal.
create table outbox (
    document_id uuid not null references documents,
    seq         int not null,
    kind        text not null check (kind in ('registered', 'directed', 'moved', 'recalled', 'concluded')),
    next_alarm  timestamptz,
    created_at  timestamptz not null default now(),
    primary key (document_id, seq)
) with (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 1000);

-- An alarm's name is its subject, kind, step and due instant: it rings once.
create table alarms (
    subject_id  uuid not null,
    kind        text not null check (kind in ('direction', 'receipt', 'work', 'approval')),
    step        int not null,
    due_at      timestamptz not null,
    document_id uuid not null references documents,
    rung_at     timestamptz not null,
    primary key (subject_id, kind, step, due_at)
);
create index alarms_document on alarms (document_id);

create table notices (
    id            bigint generated always as identity primary key,
    position_id   uuid not null references positions,
    document_id   uuid not null references documents,
    assignment_id uuid references assignments,
    kind          text not null,
    step          int not null,
    due_at        timestamptz not null,
    created_at    timestamptz not null,
    read_at       timestamptz
);
create index notices_position on notices (position_id, id desc);
