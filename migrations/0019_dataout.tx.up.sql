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

-- What programs for reports may read, and nothing else: numbers, instants, units and
-- states, no word that anybody wrote and no person. Column by column in
-- docs/reporting.md, which a test compares.
create schema reporting;

create view reporting.documents as
select d.id as document_id, d.unit_id as book_unit_id, v.code as book_unit_code, v.name as book_unit_name, d.book_year, d.number,
    d.urgency, d.arrival_channel, d.status, d.arrived_at, d.registered_at, d.presented_at, d.direct_due_at, d.held_at, d.concluded_at, d.recalled_at, d.replaces_id
from public.documents d
left join lateral (select u.code, u.name from public.unit_versions u where u.unit_id = d.unit_id and u.valid_from <= (d.registered_at at time zone 'Asia/Ho_Chi_Minh')::date
    order by u.valid_from desc limit 1) v on true;

create view reporting.assignments as
select a.id as assignment_id, a.document_id, a.direction_id, a.parent_id, a.giver_unit_id, a.unit_id, v.code as unit_code, v.name as unit_name,
    a.position_id is not null as of_officer, a.role, a.status, a.sent_at, a.receive_due_at, a.received_at, a.started_at, a.due_at, a.reported_at, a.approve_due_at,
    a.returned_at, a.return_due_at, a.held_at, a.closed_at
from public.assignments a
left join lateral (select u.code, u.name from public.unit_versions u where u.unit_id = a.unit_id and u.valid_from <= (a.sent_at at time zone 'Asia/Ho_Chi_Minh')::date
    order by u.valid_from desc limit 1) v on true;

-- As routing.Deadlines has them: none while the document or the share is held.
create view reporting.deadlines as
select d.id as document_id, null::uuid as assignment_id, x.kind, d.unit_id, x.due_at, x.due_at < now() as overdue
from public.documents d cross join lateral (values
    ('notice', case when d.status in ('registered', 'presented', 'directed') and d.notified_at is null then d.notice_due_at end),
    ('presenting', case when d.status = 'registered' then d.present_due_at end),
    ('direction', case when d.status = 'presented' or d.status = 'registered' and d.present_due_at is null then d.direct_due_at end)) as x (kind, due_at)
where d.held_at is null and x.due_at is not null
union all
select a.document_id, a.id, x.kind, x.unit_id, x.due_at, x.due_at < now()
from public.assignments a join public.documents d on d.id = a.document_id cross join lateral (values
    ('receipt', a.unit_id, case when a.status = 'sent' then a.receive_due_at end),
    ('work', a.unit_id, case when a.status in ('sent', 'received', 'working', 'consulting') and a.role in ('lead', 'execute') then a.due_at end),
    ('approval', a.giver_unit_id, case when a.status = 'reported' then a.approve_due_at end),
    ('return', a.giver_unit_id, case when a.status = 'returned' then a.return_due_at end)) as x (kind, unit_id, due_at)
where a.closed_at is null and a.held_at is null and d.held_at is null and d.status = 'directed' and x.due_at is not null
union all
select x.document_id, x.assignment_id, 'decision', x.owner_unit_id, x.due_at, x.due_at < now()
from public.decisions x join public.documents d on d.id = x.document_id join public.assignments a on a.id = x.assignment_id
where x.status = 'open' and d.held_at is null and a.held_at is null and d.status in ('directed', 'recalling');

create view reporting.unit_days as
select x.day, x.unit_id, count(*) filter (where x.what = 'registered') as registered, count(*) filter (where x.what = 'sent') as sent,
    count(*) filter (where x.what = 'received') as received, count(*) filter (where x.what = 'due') as due, count(*) filter (where x.what = 'reported') as reported,
    count(*) filter (where x.what = 'reported-late') as reported_late, count(*) filter (where x.what = 'closed') as closed
from (
    select (registered_at at time zone 'Asia/Ho_Chi_Minh')::date as day, unit_id, 'registered' as what from public.documents
    union all
    select (x.at at time zone 'Asia/Ho_Chi_Minh')::date, a.unit_id, x.what from public.assignments a cross join lateral (values
        ('sent', a.sent_at), ('received', a.received_at), ('due', case when a.role in ('lead', 'execute') then a.due_at end), ('reported', a.reported_at),
        ('reported-late', case when a.reported_at > a.due_at then a.reported_at end), ('closed', a.closed_at)) as x (what, at)
    where x.at is not null
) x group by x.day, x.unit_id;

create view reporting.events as
select id as event_id, at, kind, document_id, assignment_id, unit_id, actor_unit_id, actor_id is null as by_workflow, state, version, year, number from public.events;

-- The ledger reads more than it shows, so it is read as the owner of the record.
create function reporting.holdings_of(document uuid) returns table (
    assignment_id uuid, unit_id uuid, stage text, since timestamptz, until timestamptz, worked_seconds bigint, held_seconds bigint, waiting_seconds bigint,
    due_at timestamptz, late_seconds bigint
) language sql stable security definer set search_path = pg_catalog, public, pg_temp as $$
    select h.assignment_id, h.unit_id, h.stage, h.since, h.until, h.worked_seconds, h.held_seconds, h.waiting_seconds, h.due, h.late_seconds
    from holdings_at(document, now()) h where h.late_seconds > 0
$$;
revoke execute on function reporting.holdings_of from public;

create view reporting.lateness as
select d.id as document_id, d.unit_id as book_unit_id, d.registered_at, h.assignment_id, h.unit_id, h.stage, h.since, h.until,
    h.worked_seconds, h.held_seconds, h.waiting_seconds, h.due_at, h.late_seconds
from public.documents d cross join lateral reporting.holdings_of(d.id) h;

-- Where other programs want to be told of what happens. What they are told follows
-- from events alone, so that acts do nothing for it. The secret that signs is sealed
-- with a key outside the record, as those of second factors.
create table webhooks (
    id           uuid primary key,
    url          text not null,
    kinds        text[] not null check (cardinality(kinds) > 0),
    sealed       bytea not null,
    created_by   uuid not null references accounts,
    created_at   timestamptz not null,
    seen_event   bigint not null, -- up to this all is in webhook_deliveries
    failures     int not null default 0, -- one after the other
    paused_at    timestamptz, -- after too many
    delivered_at timestamptz, -- last
    revoked_at   timestamptz
);

create table webhook_deliveries (
    id            uuid primary key,
    webhook_id    uuid not null references webhooks,
    event_id      bigint, -- null: a test
    kind          text not null,
    at            timestamptz not null,
    document_id   uuid references documents,
    assignment_id uuid,
    created_at    timestamptz not null,
    not_before    timestamptz not null,
    attempts      int not null default 0,
    delivered_at  timestamptz,
    given_up_at   timestamptz,
    outcome       text not null default '', -- of the last try: a code of ours, never what was answered
    unique (webhook_id, event_id)
) with (fillfactor = 80);
create index webhook_deliveries_waiting on webhook_deliveries (webhook_id, not_before, id) where delivered_at is null and given_up_at is null;
create index webhook_deliveries_newest on webhook_deliveries (webhook_id, created_at desc, id);
create index webhook_deliveries_created on webhook_deliveries (created_at);
