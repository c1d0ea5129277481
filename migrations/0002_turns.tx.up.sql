-- The turns that a document can take, and the clocks that run meanwhile: only
-- additions, so that the programs of the release before still work on it.

alter table documents
    drop constraint documents_status_check,
    add constraint documents_status_check check (status in
        ('registered', 'presented', 'directed', 'concluded', 'recalling', 'recalled', 'cancelled')),
    add arrived_at       timestamptz, -- null: registered as it came
    add arrival_channel  text not null default 'paper' check (arrival_channel in ('paper', 'electronic')),
    add sender_address   text not null default '',
    add notice_due_at    timestamptz, -- until when the sender has to hear that it arrived; null: no such duty
    add notified_at      timestamptz,
    add present_due_at   timestamptz,
    add presented_at     timestamptz,
    add presented_to     uuid references positions,
    add held_at          timestamptz, -- since when all its clocks stand still
    add replaces_id      uuid references documents,
    add calendar_version int not null default 1; -- with which its deadlines were reckoned
create index documents_held on documents (id) where held_at is not null;
create index documents_replaces on documents (replaces_id) where replaces_id is not null;
create index documents_waiting on documents (unit_id, direct_due_at) where status in ('registered', 'presented');
create index documents_unnotified on documents (unit_id, notice_due_at) where notice_due_at is not null and notified_at is null;

-- A direction that changes one given before: it joins that one's circle of
-- recipients, or its recipient takes the place of a share.
alter table directions
    add kind        text not null default 'first' check (kind in ('first', 'further', 'added', 'rerouted', 'handed-over')),
    add joins_id    uuid references directions,
    add replaces_id uuid references assignments,
    add voided_at   timestamptz,
    add carries     boolean not null default false; -- what lies below the share that it replaces goes along

alter table assignments
    drop constraint assignments_status_check,
    add constraint assignments_status_check check (status in
        ('sent', 'received', 'working', 'consulting', 'reported', 'returned', 'done', 'withdrawn', 'handed-over')),
    drop constraint assignments_check,
    add constraint assignments_closed_check check ((closed_at is null) = (status not in ('done', 'withdrawn', 'handed-over'))),
    add circle_id     uuid references directions, -- null: its own direction
    add replaces_id   uuid references assignments,
    add due_since     timestamptz, -- when the running term of the work began; null: when it was sent
    add returned_at   timestamptz,
    add return_due_at timestamptz,
    add held_at       timestamptz,
    add reminded_at   timestamptz; -- when a person last urged its holder

-- What somebody has to decide by when: an extension that was asked for, the
-- consent to a report, the answer to a recall.
create table decisions (
    id              uuid primary key,
    document_id     uuid not null references documents,
    assignment_id   uuid not null references assignments,
    kind            text not null check (kind in ('extension', 'consent', 'recall')),
    circuit_id      uuid,
    stage           int not null default 0,
    asked_by        uuid references accounts, -- null: the workflow
    asked_for       uuid references accounts, -- in whose name; null: his own
    asked_unit_id   uuid not null references units,
    asked_at        timestamptz not null,
    reason          text not null,
    proposed_due_at timestamptz,
    owner_unit_id   uuid not null references units,
    due_at          timestamptz not null,
    status          text not null check (status in ('open', 'granted', 'refused', 'void')),
    decided_by      uuid references accounts,
    decided_at      timestamptz,
    note            text not null default '',
    version         int not null default 1
) with (fillfactor = 80);
-- What was due in a period: the causes of lateness.
create index assignments_due on assignments (due_at) where role in ('lead', 'execute');
create index decisions_document on decisions (document_id);
create index decisions_owner on decisions (owner_unit_id, due_at, id) where status = 'open';
create index decisions_asked on decisions (asked_unit_id, asked_at, id);
create unique index decisions_one_extension on decisions (assignment_id) where kind = 'extension' and status = 'open';

-- The way of a report through the offices whose consent it needs.
create table circuits (
    id            uuid primary key,
    document_id   uuid not null references documents,
    assignment_id uuid not null references assignments,
    author_id     uuid not null references accounts,
    author_for_id uuid references accounts, -- in whose name he wrote; null: his own
    text          text not null,
    stages        jsonb not null, -- [{"rule": "all" | "any", "units": [...]}], in order
    stage         int not null,   -- the one that decides now, from 0
    status        text not null check (status in ('open', 'passed', 'rejected', 'void')),
    started_at    timestamptz not null,
    ended_at      timestamptz,
    version       int not null default 1
);
create unique index circuits_one_open on circuits (assignment_id) where status = 'open';
create index circuits_document on circuits (document_id);

-- Who acts for whom, in writing, from when to when. Never passed on.
create table delegations (
    id               uuid primary key,
    from_position_id uuid not null references positions,
    to_position_id   uuid not null references positions,
    basis            text not null, -- number of the written delegation
    acts             text[] not null default '{}', -- empty: all
    fields           text[] not null default '{}', -- lĩnh vực; empty: all
    valid_from       timestamptz not null,
    valid_to         timestamptz not null,
    created_by       uuid not null references accounts,
    created_at       timestamptz not null,
    revoked_at       timestamptz,
    revoked_by       uuid references accounts,
    check (valid_to > valid_from),
    check (from_position_id <> to_position_id)
);
create index delegations_to on delegations (to_position_id, valid_to);
create index delegations_from on delegations (from_position_id, valid_to);

create table absences (
    id          uuid primary key,
    position_id uuid not null references positions,
    from_day    date not null,
    to_day      date not null check (to_day >= from_day), -- the last day away
    reason      text not null,
    created_by  uuid not null references accounts,
    created_at  timestamptz not null,
    ended_at    timestamptz -- taken back
);
create index absences_position on absences (position_id, to_day);

-- A leader who does not use the system: the clerk of his unit enters what he decides.
alter table positions add on_paper boolean not null default false;

-- Which unit carries on the work of one that ended.
create table unit_successors (
    unit_id      uuid not null references units,
    successor_id uuid not null references units,
    from_day     date not null,
    basis        text not null,
    primary key (unit_id, successor_id),
    check (unit_id <> successor_id)
);

-- Units that keep a duty roster: "ngay" runs day and night for them.
alter table unit_versions add on_duty boolean not null default false;

-- Who made a version of a ladder, and why; changed_by null: the installation.
alter table ladders
    add changed_by uuid references accounts,
    add changed_at timestamptz,
    add reason     text not null default '';

-- The versions of the calendar, so that what was reckoned with an older one can
-- be told. Version 1 is the calendar of the installation; every change, of one
-- day or of several at once, makes the next.
create table calendar_versions (
    version      int primary key,
    source       text not null,
    changed_by   uuid references accounts, -- null: the installation
    changed_at   timestamptz not null,
    documents    int not null default 0, -- how many open ones were told
    request_key  text,
    request_hash bytea,
    check ((request_key is null) = (request_hash is null))
);
create unique index calendar_versions_request on calendar_versions (changed_by, request_key) where request_key is not null;
insert into calendar_versions (version, source, changed_at) values (1, '', now());

-- What a version changed, and what was there before: an older calendar is the
-- present one with the changes since taken back.
create table calendar_changes (
    version    int not null references calendar_versions check (version > 1),
    day        date not null,
    kind       text check (kind in ('off', 'worked')), -- null: an ordinary day again
    reason     text not null,
    was        text check (was in ('off', 'worked')),
    was_reason text not null default '',
    was_source text not null default '',
    primary key (version, day)
);

-- Office hours as sessions with the working seconds that lie before each: with
-- them working time is a difference of two look-ups, in SQL as in package calendar.
create table working_sessions (
    office_hours   text not null,
    opens_at       timestamptz not null,
    closes_at      timestamptz not null check (closes_at > opens_at),
    seconds_before bigint not null,
    primary key (office_hours, opens_at)
);

-- The working seconds from the beginning of the sessions until an instant.
create function worked_until(hours text, t timestamptz) returns numeric language sql stable parallel safe as $$
    select coalesce((
        select s.seconds_before + extract(epoch from least(t, s.closes_at) - s.opens_at)
        from working_sessions s where s.office_hours = hours and s.opens_at <= t
        order by s.opens_at desc limit 1), 0)
$$;

-- The working seconds from a until b; negative if b comes first.
create function working_seconds(hours text, a timestamptz, b timestamptz) returns bigint language sql stable parallel safe as $$
    select trunc(worked_until(hours, b) - worked_until(hours, a))::bigint
$$;

alter table alarms
    drop constraint alarms_kind_check,
    add constraint alarms_kind_check check (kind in
        ('notice', 'presenting', 'direction', 'receipt', 'work', 'approval', 'return', 'decision'));

-- What a position was told: by an alarm (step > 0) or by an act.
alter table notices
    alter due_at drop not null,
    add decision_id uuid references decisions,
    add event_id    bigint,
    add details     jsonb not null default '{}';
create index notices_unread on notices (position_id) where read_at is null;

-- How a position wants to be told.
create table notice_settings (
    position_id  uuid primary key references positions,
    address      text not null default '',
    mail_alarms  boolean not null default false, -- each escalation at once
    mail_digest  boolean not null default true,  -- one mail a morning with everything else
    mail_morning boolean not null default true,  -- leaders: the morning sheet
    quiet_from   time,
    quiet_to     time,
    changed_at   timestamptz not null default now()
);

-- Mails on their way. The id is derived from what the mail is about, so that
-- the same mail is written once, and its Message-ID from the id.
create table mails (
    id          uuid primary key,
    kind        text not null check (kind in ('alarm', 'digest', 'morning', 'receipt')),
    position_id uuid references positions,
    document_id uuid references documents,
    day         date not null,
    address     text not null,
    subject     text not null,
    body        text not null,
    created_at  timestamptz not null,
    not_before  timestamptz not null,
    attempts    int not null default 0,
    sent_at     timestamptz,
    given_up_at timestamptz,
    last_error  text not null default ''
);
create index mails_waiting on mails (not_before) where sent_at is null and given_up_at is null;
create index mails_given_up on mails (given_up_at) where given_up_at is not null;
create unique index mails_receipt on mails (document_id) where kind = 'receipt';
-- Whose senders still have to hear by mail that they arrived.
create index documents_unconfirmed on documents (registered_at)
    where arrival_channel = 'electronic' and sender_address <> '' and notified_at is null;

-- Directions that come again and again.
create table templates (
    id          uuid primary key,
    unit_id     uuid not null references units,
    name        text not null,
    type_name   text not null default '',
    field       text not null default '',
    issuer      text not null default '',
    direction   jsonb not null,
    created_by  uuid not null references accounts,
    created_at  timestamptz not null,
    archived_at timestamptz,
    version     int not null default 1
);
create unique index templates_name on templates (unit_id, name) where archived_at is null;

-- Acts on many at once, with what became of each.
create table batches (
    id         uuid primary key,
    act        text not null,
    actor_id   uuid not null references accounts,
    unit_id    uuid not null references units,
    created_at timestamptz not null,
    undone_at  timestamptz,
    request_hash bytea -- of what was asked under its key
);
create table batch_items (
    batch_id   uuid not null references batches,
    ordinal    int not null,
    subject_id uuid not null,
    event_id   bigint,
    code       text not null default '', -- of the refusal; empty: done
    message    text not null default '',
    primary key (batch_id, ordinal)
);

-- The working seconds in some stretches of time.
create function worked_in(hours text, stretches tstzmultirange) returns bigint language sql stable as $$
    select coalesce(trunc(sum(worked_until(hours, upper(r)) - worked_until(hours, lower(r)))), 0)::bigint from unnest(stretches) as r
$$;

-- Who had a document from when to when, from its events alone: they carry the
-- state after each act. until is null while it lasts; then it is measured to $2.
-- A share's time is worked, held, or waiting for what was given out of it.
create function holdings_at(uuid, timestamptz) returns table (
    document_id uuid, assignment_id uuid, unit_id uuid, position_id uuid, stage text, since timestamptz, until timestamptz,
    worked_seconds bigint, held_seconds bigint, waiting_seconds bigint, due timestamptz, late_seconds bigint
) language sql stable as $$
    with recursive act as ( -- none lies before the one in front of it, whatever clocks said
        select e.assignment_id as share, e.version, e.id, r.state, e.kind, e.details,
            max(e.at) over (partition by e.assignment_id order by e.version, e.id) as at,
            lag(r.state) over (partition by e.assignment_id order by e.version, e.id) as before
        from events e cross join lateral (select case e.state when 'received' then 'working' else e.state end as state) r
        where e.document_id = $1 and e.kind not in ('alarmed', 'attached', 'notified')
    ), span as (
        select x.share, x.state, x.version, x.at as began, lead(x.at) over w as ended, lead(x.version) over w as next,
            case when x.share is null and x.state = 'presented' then (
                select (p.details->>'to')::uuid from act p
                where p.share is null and p.kind = 'presented' and p.version <= x.version order by p.version desc limit 1) end as person
        from act x where x.before is distinct from x.state or x.kind = 'presented' or x.kind = 'carried' and x.state in ('reported', 'returned')
        window w as (partition by x.share order by x.version, x.id)
    ), link as ( -- out of which share it was given, and by which unit, until it was carried along with one that was handed over
        select x.share, x.version, lead(x.version) over w as next, tstzrange(x.at, lead(x.at) over w) as stretch,
            case when count(*) over (partition by x.share) = 1 then a.parent_id else (x.details->>'parent')::uuid end as parent,
            case when count(*) over (partition by x.share) = 1 then a.giver_unit_id else coalesce((x.details->>'giver')::uuid, d.unit_id) end as giver
        from act x join assignments a on a.id = x.share join directions d on d.id = a.direction_id
        where x.kind in ('dispatched', 'carried')
        window w as (partition by x.share order by x.version, x.id)
    ), pause as (
        select p.share, tstzrange(p.at, coalesce(p.ended, 'infinity')) as stretch
        from (select x.share, x.kind, x.at, lead(x.at) over (partition by x.share order by x.version, x.id) as ended
            from act x where x.kind in ('held', 'resumed', 'reopened', 'recalled') or x.kind = 'voided' and x.share is null and x.state <> 'directed') p
        where p.kind = 'held'
    ), above (share, up, during) as (
        select a.id, a.id, tstzrange(null, null) from assignments a where a.document_id = $1
        union all
        select b.share, l.parent, b.during * l.stretch from above b join link l on l.share = b.up and l.stretch && b.during where l.parent is not null
    ), pauses as (
        select b.share, range_agg(p.stretch * b.during) as stretches from above b join pause p on p.share = b.up or p.share is null and b.up = b.share group by b.share
        union all
        select null, range_agg(p.stretch) from pause p where p.share is null
    ), waits as (
        select l.parent as share, range_agg(tstzrange(s.began, coalesce(s.ended, 'infinity')) * l.stretch) as stretches
        from span s join assignments a on a.id = s.share join link l on l.share = s.share
        where l.parent is not null and a.role in ('lead', 'execute') and s.state not in ('done', 'withdrawn', 'handed-over')
        group by l.parent
    ), asked as ( -- whose consent a report waited for, one office after the other where one was succeeded
        select x.assignment_id, x.due_at, t.unit, t.began, least(lead(t.began) over (partition by x.id order by t.version), x.decided_at) as ended
        from decisions x cross join lateral (
            select x.asked_at as began, 0 as version, coalesce((
                select (p.details->>'fromUnit')::uuid from act p
                where p.kind = 'decision-passed' and p.details->>'decision' = x.id::text order by p.version limit 1), x.owner_unit_id) as unit
            union all
            select p.at, p.version, (p.details->>'toUnit')::uuid from act p where p.kind = 'decision-passed' and p.details->>'decision' = x.id::text
        ) t
        where x.document_id = $1 and x.kind = 'consent'
    ), held_by as (
        select s.share, case when s.state in ('reported', 'returned') then l.giver else coalesce(x.unit, a.unit_id) end as unit,
            case when s.state in ('sent', 'working') then a.position_id end as person,
            g.stage, g.key, greatest(s.began, x.began) as began, least(s.ended, x.ended) as ended, s.next,
            case s.state when 'sent' then a.receive_due_at when 'reported' then a.approve_due_at when 'returned' then a.return_due_at
                when 'consulting' then x.due_at else a.due_at end as due
        from span s
        join assignments a on a.id = s.share
        join link l on l.share = s.share and l.version <= s.version and s.version < coalesce(l.next, 2147483647)
        join (values ('sent', 'receipt', 'receiveDue'), ('working', 'work', 'due'), ('consulting', 'consent', ''),
            ('reported', 'approval', 'approveDue'), ('returned', 'return', 'returnDue')) as g (state, stage, key) on g.state = s.state
        left join asked x on s.state = 'consulting' and x.assignment_id = s.share
            and x.began < coalesce(s.ended, 'infinity') and coalesce(x.ended, 'infinity') > s.began
        union all
        select null, d.unit_id, s.person, case when s.state = 'registered' and d.present_due_at is not null then 'presenting' else 'direction' end,
            case when s.state = 'registered' and d.present_due_at is not null then 'presentDue' else 'directDue' end, s.began, s.ended, s.next,
            case when s.state = 'registered' and d.present_due_at is not null then d.present_due_at else d.direct_due_at end
        from span s join documents d on d.id = $1 where s.share is null and s.state in ('registered', 'presented')
        union all
        select null, d.unit_id, null, 'registering', '', d.arrived_at, d.registered_at, null, null
        from documents d where d.id = $1 and d.arrived_at < d.registered_at
    ), measured as (
        select h.*, tstzmultirange(tstzrange(h.began, greatest(h.began, least(coalesce(h.ended, $2), $2)))) as whole,
            coalesce(p.stretches, '{}') as pauses,
            case when h.stage = 'work' then coalesce(w.stretches, '{}') else '{}'::tstzmultirange end as waits,
            coalesce(v.office_hours, '08:00-12:00,13:00-17:00') as hours,
            case when h.ended is null then h.due else coalesce((
                select nullif(x.details->>h.key, '0001-01-01T00:00:00Z')::timestamptz from act x
                where x.share is not distinct from h.share and x.version < coalesce(h.next, 2147483647) and x.details->>h.key is not null
                order by x.version desc, x.id desc limit 1), h.due) end as in_force
        from held_by h
        left join pauses p on p.share is not distinct from h.share and h.stage <> 'registering'
        left join waits w on w.share = h.share
        left join lateral (
            select u.office_hours from unit_versions u where u.unit_id = h.unit
              and u.valid_from <= (h.began at time zone 'Asia/Ho_Chi_Minh')::date and (u.valid_to is null or u.valid_to > (h.began at time zone 'Asia/Ho_Chi_Minh')::date)
            limit 1) v on true
    )
    select $1, m.share, m.unit, m.person, m.stage, m.began, m.ended,
        worked_in(m.hours, m.whole - m.pauses - m.waits), worked_in(m.hours, m.whole * m.pauses), worked_in(m.hours, m.whole * m.waits - m.pauses),
        m.in_force, worked_in(m.hours, m.whole * tstzmultirange(tstzrange(m.in_force, 'infinity')) - m.pauses)
            * (m.in_force is not null)::int
    from measured m
$$;

create view holdings as select h.* from documents d cross join lateral holdings_at(d.id, now()) h;
