-- The journal: what happened that is no act on a document. Who came in, who was
-- refused what, who looked at what, who changed the organisation. Together with
-- events it is the whole log; both are only ever added to.
create table journal (
    id            bigint generated always as identity primary key,
    at            timestamptz not null,
    kind          text not null,
    outcome       text not null check (outcome in ('done', 'refused')),
    code          text not null default '', -- of the refusal
    actor_id      uuid references accounts, -- null: nobody who is known, or the program itself
    actor_unit_id uuid,
    position_id   uuid, -- in which he acted
    subject_kind  text not null,
    subject_id    text not null default '', -- empty: the whole of its kind
    unit_id       uuid, -- the unit that it concerns; null: the installation
    details       jsonb not null default '{}',
    origin        text not null default '', -- the face and the network it came from
    request_id    text not null default '',
    request_key   text,
    request_hash  bytea,
    check ((request_key is null) = (request_hash is null)),
    check (outcome = 'done' or code <> '')
);
create index journal_subject on journal (subject_kind, subject_id, id);
create index journal_actor on journal (actor_id, id) where actor_id is not null;
create index journal_unit on journal (unit_id, id) where unit_id is not null;
create unique index journal_request on journal (actor_id, request_key) where request_key is not null;
create index events_actor on events (actor_id, id) where actor_id is not null;

create trigger journal_append_only before update or delete or truncate on journal
    for each statement execute function refuse_change();

-- Thanh tra: reads everything of his organ and of what lies below it, changes nothing.
alter table positions
    drop constraint positions_office_check,
    add constraint positions_office_check check (office in
        ('chairman', 'deputy', 'chief', 'head', 'clerk', 'officer', 'inspector', 'admin'));
