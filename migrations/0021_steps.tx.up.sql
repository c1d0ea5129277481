-- Where things are stuck. Steps follow from the events alone, like the figures of
-- 0016; the ledger of what was late is kept by the worker, as of the last event.

-- The step at which a share stands, or a document before it is directed: the stages
-- of docs/ledger.md, but consent once, however many offices are asked.
create table open_steps (
    subject_id    uuid primary key, -- the share, or the document
    document_id   uuid not null,
    book_id       uuid not null,
    giver_unit_id uuid, -- null: the document itself
    unit_id       uuid not null, -- who has to act: of approval and return the giver
    holder_id     uuid not null, -- whose share it is
    inside        boolean not null,
    stage         text not null,
    since         timestamptz not null,
    due_at        timestamptz, -- of this step; null: none, or the clocks stand still
    hours         text not null, -- the office hours of who has to act, as the step began
    base          numeric not null -- the working seconds of these hours until it began
) with (fillfactor = 70, autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 2000, autovacuum_analyze_scale_factor = 0.05);
create index open_steps_book on open_steps (book_id, stage);
create index open_steps_holder on open_steps (holder_id);
create index open_steps_giver on open_steps (giver_unit_id);

-- The steps that have ended, with the working seconds that they took.
create table finished_steps (
    subject_id    uuid not null,
    document_id   uuid not null,
    book_id       uuid not null,
    giver_unit_id uuid,
    unit_id       uuid not null,
    holder_id     uuid not null,
    inside        boolean not null,
    stage         text not null,
    since         timestamptz not null,
    until         timestamptz not null check (until > since),
    seconds       bigint not null
) with (autovacuum_vacuum_insert_scale_factor = 0.02);
create index finished_steps_book on finished_steps (book_id, until) include (stage, seconds, inside);
create index finished_steps_holder on finished_steps (holder_id, until);
create index finished_steps_giver on finished_steps (giver_unit_id, until);

-- The office hours of a unit on the day of an instant, as holdings_at takes them.
create function hours_at(unit uuid, t timestamptz) returns text language sql stable as $$
    select coalesce((select u.office_hours from unit_versions u where u.unit_id = unit
        and u.valid_from <= (t at time zone 'Asia/Ho_Chi_Minh')::date and (u.valid_to is null or u.valid_to > (t at time zone 'Asia/Ho_Chi_Minh')::date)
        limit 1), '08:00-12:00,13:00-17:00')
$$;

create function stage_of(state text) returns text language sql immutable parallel safe as $$
    select case when state = 'sent' then 'receipt' when state in ('received', 'working') then 'work' when state = 'consulting' then 'consent'
        when state = 'reported' then 'approval' when state = 'returned' then 'return' end
$$;

-- Brings the step of a subject in step with how it stands after an event at t.
create function follow_step(what uuid, doc uuid, t timestamptz, anew boolean) returns void language plpgsql as $$
declare
    o open_steps;
    a record;
    open_hours text;
begin
    select * into o from open_steps where subject_id = what for update;
    if what = doc then
        select d.unit_id as book, null::uuid as giver, d.unit_id as unit, d.unit_id as holder, false as inside,
            case when d.status = 'registered' and d.present_due_at is not null then 'presenting' when d.status in ('registered', 'presented') then 'direction' end as stage,
            case when d.held_at is not null then null when d.status = 'registered' and d.present_due_at is not null then d.present_due_at else d.direct_due_at end as due
            into a from documents d where d.id = doc;
    else
        select d.unit_id as book, x.giver_unit_id as giver, case when x.status in ('reported', 'returned') then x.giver_unit_id else x.unit_id end as unit, x.unit_id as holder,
            x.parent_id is not null and x.giver_unit_id = x.unit_id as inside, stage_of(x.status) as stage,
            case when x.held_at is not null or d.held_at is not null then null when x.status = 'sent' then x.receive_due_at when x.status = 'reported' then x.approve_due_at
                when x.status = 'returned' then x.return_due_at else x.due_at end as due
            into a from assignments x join documents d on d.id = x.document_id where x.id = what;
    end if;
    if o.subject_id is not null and not anew and a.stage = o.stage and a.unit = o.unit_id then
        if (o.due_at, o.giver_unit_id, o.inside) is distinct from (a.due, a.giver, a.inside) then
            update open_steps set due_at = a.due, giver_unit_id = a.giver, inside = a.inside where subject_id = what;
        end if;
        return;
    end if;
    if o.subject_id is not null then
        t := greatest(t, o.since);
        if t > o.since then
            insert into finished_steps values (what, doc, o.book_id, o.giver_unit_id, o.unit_id, o.holder_id, o.inside, o.stage, o.since, t,
                greatest(trunc(worked_until(o.hours, t) - o.base), 0));
        end if;
        if a.stage is null then
            delete from open_steps where subject_id = what;
            return;
        end if;
    elsif a.stage is null then
        return;
    end if;
    open_hours := hours_at(a.unit, t);
    insert into open_steps values (what, doc, a.book, a.giver, a.unit, a.holder, a.inside, a.stage, t, a.due, open_hours, worked_until(open_hours, t))
    on conflict (subject_id) do update set giver_unit_id = excluded.giver_unit_id, unit_id = excluded.unit_id, inside = excluded.inside, stage = excluded.stage,
        since = excluded.since, due_at = excluded.due_at, hours = excluded.hours, base = excluded.base;
end $$;
revoke execute on function follow_step from public;

create function follow_steps() returns trigger language plpgsql security definer set search_path = public, pg_temp as $$
declare
    share uuid;
begin
    perform follow_step(coalesce(new.assignment_id, new.document_id), new.document_id, new.at, new.kind = 'presented');
    if new.kind = 'registered' then -- the way from the arrival to the book lies behind it
        insert into finished_steps
        select d.id, d.id, d.unit_id, null, d.unit_id, d.unit_id, false, 'registering', d.arrived_at, d.registered_at, working_seconds(hours_at(d.unit_id, d.arrived_at), d.arrived_at, d.registered_at)
        from documents d where d.id = new.document_id and d.arrived_at < d.registered_at;
    elsif new.assignment_id is null and new.kind not in ('presented', 'directed') then -- the clocks of all stand still, or run again
        for share in select subject_id from open_steps where document_id = new.document_id and subject_id <> document_id order by subject_id loop
            perform follow_step(share, new.document_id, new.at, false);
        end loop;
    end if;
    return null;
end $$;
create index open_steps_document on open_steps (document_id);
create trigger events_follow_steps after insert on events for each row
    when (new.kind not in ('alarmed', 'reminded', 'attached', 'detached', 'notified', 'progressed', 'started', 'extension-asked', 'extension-refused', 'decision-passed'))
    execute function follow_steps();

-- What has happened until now.
create temp table stood on commit drop as
    with act as (
        select coalesce(e.assignment_id, e.document_id) as subject, e.document_id, e.assignment_id, e.version, e.id, e.kind, max(e.at) over w as at,
            case when e.assignment_id is not null then stage_of(e.state) when e.state = 'registered' and d.present_due_at is not null then 'presenting'
                when e.state in ('registered', 'presented') then 'direction' end as stage,
            case when e.kind = 'carried' then (e.details->>'giver')::uuid when e.kind = 'dispatched' then coalesce(
                (select p.unit_id from assignments p where p.id = (e.details->>'parent')::uuid), d.unit_id) end as giver
        from events e join documents d on d.id = e.document_id where e.kind not in ('alarmed', 'attached', 'detached', 'notified')
        window w as (partition by e.assignment_id, e.document_id order by e.version, e.id)
    ), told as (
        select act.*, count(giver) over w as given from act window w as (partition by subject order by version, id)
    ), each as (
        select told.*, first_value(giver) over (partition by subject, given order by version, id) as gave from told
    ), had as (
        select x.*, case when x.assignment_id is null then d.unit_id when x.stage in ('approval', 'return') then x.gave else a.unit_id end as unit,
            coalesce(a.unit_id, d.unit_id) as holder, d.unit_id as book, a.parent_id is not null and x.gave = a.unit_id as inside
        from each x join documents d on d.id = x.document_id left join assignments a on a.id = x.assignment_id
    ), turned as (
        select had.*, lag(stage) over w as stage_before, lag(unit) over w as unit_before, row_number() over w as n from had window w as (partition by subject order by version, id)
    )
    select subject, document_id, assignment_id, book, gave, unit, holder, inside, stage, at as since, lead(at) over (partition by subject order by n) as until
    from turned where n = 1 or stage is distinct from stage_before or unit <> unit_before or kind = 'presented';

insert into finished_steps
select subject, document_id, book, case when assignment_id is not null then gave end, unit, holder, inside, stage, since, until, working_seconds(hours_at(unit, since), since, until)
from stood where stage is not null and until > since;
insert into finished_steps
select d.id, d.id, d.unit_id, null, d.unit_id, d.unit_id, false, 'registering', d.arrived_at, d.registered_at, working_seconds(hours_at(d.unit_id, d.arrived_at), d.arrived_at, d.registered_at)
from documents d where d.arrived_at < d.registered_at;
insert into open_steps
select s.subject, s.document_id, s.book, case when s.assignment_id is not null then a.giver_unit_id end, s.unit, s.holder, s.inside, s.stage, s.since,
    case when d.held_at is not null or a.held_at is not null then null when s.stage = 'presenting' then d.present_due_at when s.stage = 'direction' then d.direct_due_at
        when s.stage = 'receipt' then a.receive_due_at when s.stage = 'approval' then a.approve_due_at when s.stage = 'return' then a.return_due_at else a.due_at end,
    h.hours, worked_until(h.hours, s.since)
from stood s cross join lateral (select hours_at(s.unit, s.since) as hours) h join documents d on d.id = s.document_id left join assignments a on a.id = s.assignment_id
where s.stage is not null and s.until is null;
analyze open_steps;
analyze finished_steps;

-- What came back: returned, rerouted, sent back.
create index events_bounced on events (at) include (document_id) where kind in ('returned', 'rerouted', 'sent-back');
-- What was reported late.
create index assignment_terms_late on assignment_terms (due_at) include (document_id) where outcome = 'finished' and next_since is null and until > due_at;

-- The ledger of a late document as of an instant, so that adding up thousands of
-- them does not reckon each anew. What lasts goes on from there with the clock.
-- Stale is what has an event after event_id; it is reckoned when it is asked for.
create table ledgers (
    document_id uuid primary key,
    event_id    bigint not null, -- the last one that it knows of; 0: reckon it anew
    lasts       boolean not null, -- some row has not ended
    kept_at     timestamptz not null
);
create table ledger_rows (
    document_id  uuid not null references ledgers on delete cascade,
    assignment_id uuid,
    unit_id      uuid not null,
    position_id  uuid,
    stage        text not null,
    worked       bigint not null,
    late         bigint not null,
    goes         text not null check (goes in ('', 'worked', 'held', 'waiting')), -- what its time counts as from kept_at on; empty: it has ended
    hours        text,    -- whose office hours these are, of what lasts
    worked_base  numeric, -- the working seconds of these hours until kept_at
    late_base    numeric, -- and until the deadline, if that lies ahead of kept_at
    due_at       timestamptz
);
create index ledger_rows_document on ledger_rows (document_id);

-- Another calendar, or other office hours, and what lasts is reckoned anew; so is
-- what ended on a day that changed.
create function forget_ledgers() returns trigger language plpgsql security definer set search_path = public, pg_temp as $$
begin
    update ledgers set event_id = 0 where lasts or kept_at > now() - interval '2 days';
    return null;
end $$;
create trigger calendar_forgets after insert on calendar_versions for each statement execute function forget_ledgers();
create trigger hours_forget after insert or update or delete on unit_versions for each statement execute function forget_ledgers();
