-- What figures are counted from, kept by the events in the transaction of the act.
-- Both tables follow from the events alone; nothing else writes them.

-- What is open, narrow and small, so that counting it never reads the years that
-- are finished. A share that its unit gave to one of its own officers is inner:
-- the unit answers for the one that it got.
create table open_assignments (
    assignment_id uuid primary key,
    document_id   uuid not null,
    book_id       uuid not null, -- in whose book the document stands
    giver_unit_id uuid not null,
    unit_id       uuid not null,
    position_id   uuid,
    inside        boolean not null,
    role          text not null,
    status        text not null,
    field         text not null,
    urgency       text not null,
    sent_at       timestamptz not null,
    held          boolean not null,
    due_at        timestamptz, -- of the work; null while none runs: returned, held, reported, or a role that does not report
    late_at       timestamptz, -- after this it is late: routing.Assignment.Cell; null: never
    since         timestamptz, -- when the present term began; null: it has none to report by
    stood_since   timestamptz not null -- when its present step began: see step_of
) with (fillfactor = 70, autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 2000, autovacuum_analyze_scale_factor = 0.05);
create index open_assignments_late on open_assignments (book_id, late_at) include (unit_id) where not inside and late_at is not null;
create index open_assignments_unit on open_assignments (unit_id, late_at, assignment_id);
-- Out of documents of other books: what a unit gave out of its own is found by the book.
create index open_assignments_giver on open_assignments (giver_unit_id, late_at) where giver_unit_id <> book_id and not inside;
create index open_assignments_document on open_assignments (document_id);

-- The terms that have ended: a stretch in which a share had to be reported by one
-- deadline, or by none. It ended with a report (finished), with another deadline or
-- another giver (moved), or because the share was taken away (out). What is said of a share at an
-- instant t is said by its one row with since <= t and t < next_since.
create table assignment_terms (
    assignment_id uuid not null,
    n             int not null,
    document_id   uuid not null,
    book_id       uuid not null,
    giver_unit_id uuid not null,
    unit_id       uuid not null,
    position_id   uuid,
    inside        boolean not null,
    role          text not null,
    field         text not null,
    urgency       text not null,
    sent_at       timestamptz not null,
    received_at   timestamptz,
    since         timestamptz not null,
    until         timestamptz not null,
    due_at        timestamptz,
    outcome       text not null check (outcome in ('finished', 'moved', 'out')),
    next_since    timestamptz, -- when something else began to hold; null: this is the last word
    primary key (assignment_id, n),
    check (until >= since)
) with (autovacuum_vacuum_insert_scale_factor = 0.02);
create index assignment_terms_stretch on assignment_terms using gist (tstzrange(since, until, '[]'));
create index assignment_terms_unit on assignment_terms (unit_id, until);

-- The step at which a share of a state waits: to be received, for the work, for
-- consent, for approval, for the answer to its return. Starting the work begins none.
create function step_of(state text) returns text language sql immutable parallel safe as $$
    select case state when 'received' then 'working' else state end
$$;

-- Brings both tables in step with a share as it stands after an event at t.
create function follow_assignment(share uuid, t timestamptz) returns void language plpgsql as $$
declare
    o open_assignments;
    a record;
    runs boolean;
    due timestamptz;
    late timestamptz;
    ends text; -- how the share stands once no term runs
    began timestamptz;
    known int;
    last text;
    within boolean;
    stood timestamptz;
begin
    select * into o from open_assignments where assignment_id = share for update; -- first of all: who waits here reads what is true after
    select x.document_id, x.parent_id, x.giver_unit_id, x.unit_id, x.position_id, x.role, x.status, x.version, x.sent_at, x.receive_due_at, x.due_at, x.received_at, x.closed_at,
            d.unit_id as book_id, d.field, d.urgency, x.held_at is not null or d.held_at is not null as held
        into a from assignments x join documents d on d.id = x.document_id where x.id = share;
    runs := a.role in ('lead', 'execute') and a.status in ('sent', 'received', 'working', 'consulting', 'returned');
    due := case when runs and not a.held and a.status <> 'returned' then a.due_at end;
    late := case when a.held then null when a.status = 'sent' then a.receive_due_at when a.status <> 'returned' then due end;
    ends := case when a.status in ('withdrawn', 'handed-over') then 'out' else 'finished' end;
    stood := case when step_of(o.status) = step_of(a.status) then o.stood_since else greatest(t, o.stood_since, a.sent_at) end;
    t := greatest(t, o.since, a.sent_at);
    began := o.since;
    within := a.parent_id is not null and a.giver_unit_id = a.unit_id;

    if o.since is not null and (not runs or o.due_at is distinct from due or o.giver_unit_id <> a.giver_unit_id) then
        if not runs or o.since < t then
            insert into assignment_terms
            select share, coalesce((select max(n) from assignment_terms x where x.assignment_id = share), 0) + 1, a.document_id, a.book_id,
                case when runs then o.giver_unit_id else a.giver_unit_id end, a.unit_id, a.position_id, case when runs then o.inside else within end,
                a.role, a.field, a.urgency, a.sent_at, a.received_at, o.since, t, o.due_at,
                case when runs then 'moved' else ends end, case when runs then t end;
        end if;
        began := case when runs then t end;
    elsif o.since is null and a.role in ('lead', 'execute') and (runs or ends = 'out') then
        select n, outcome into known, last from assignment_terms x where x.assignment_id = share order by n desc limit 1;
        if runs or last = 'finished' then
            update assignment_terms set next_since = t where assignment_id = share and n = known;
        end if;
        if runs then
            began := t;
        elsif last = 'finished' then
            insert into assignment_terms
            select share, known + 1, document_id, book_id, giver_unit_id, unit_id, position_id, inside, role, field, urgency, sent_at, received_at, t, t, null, 'out', null
            from assignment_terms where assignment_id = share and n = known;
        end if;
    end if;

    if a.closed_at is not null then
        delete from open_assignments where assignment_id = share;
    elsif o.assignment_id is null then -- it was opened again
        insert into open_assignments values (share, a.document_id, a.book_id, a.giver_unit_id, a.unit_id, a.position_id, within, a.role, a.status, a.field, a.urgency, a.sent_at, a.held, due, late, began, stood);
    elsif (o.status, o.held, o.giver_unit_id) is distinct from (a.status, a.held, a.giver_unit_id)
        or (o.due_at, o.late_at, o.since) is distinct from (due, late, began) then
        update open_assignments set giver_unit_id = a.giver_unit_id, inside = within, status = a.status, held = a.held, due_at = due, late_at = late, since = began, stood_since = stood where assignment_id = share;
    end if;
end $$;

-- The programs only read what it writes.
revoke execute on function follow_assignment from public;

create function follow_event() returns trigger language plpgsql security definer set search_path = public, pg_temp as $$
declare
    share uuid;
begin
    -- What happens to every share ends no term: one statement each.
    if new.kind = 'dispatched' then
        insert into open_assignments
        select a.id, a.document_id, d.unit_id, a.giver_unit_id, a.unit_id, a.position_id, a.parent_id is not null and a.giver_unit_id = a.unit_id, a.role, a.status, d.field, d.urgency, a.sent_at,
            d.held_at is not null, case when h.runs then a.due_at end, case when d.held_at is null then a.receive_due_at end, case when a.role in ('lead', 'execute') then a.sent_at end, a.sent_at
        from assignments a join documents d on d.id = a.document_id cross join lateral (select a.role in ('lead', 'execute') and d.held_at is null as runs) h
        where a.id = new.assignment_id;
        return null;
    elsif new.kind in ('acknowledged', 'started', 'progressed') and new.state in ('received', 'working') then
        update open_assignments set status = new.state, late_at = due_at,
            stood_since = case when status in ('received', 'working') then stood_since else greatest(new.at, stood_since) end
        where assignment_id = new.assignment_id and (status <> new.state or late_at is distinct from due_at);
        return null;
    elsif new.kind = 'approved' then
        delete from open_assignments where assignment_id = new.assignment_id and since is null;
        if found then
            return null;
        end if;
    end if;

    if new.assignment_id is not null then
        perform follow_assignment(new.assignment_id, new.at);
    else -- the clocks of all shares stand still, or run again, with those of the document
        for share in select assignment_id from open_assignments where document_id = new.document_id order by assignment_id loop
            perform follow_assignment(share, new.at);
        end loop;
    end if;
    return null;
end $$;
create trigger events_follow after insert on events for each row
    when (new.assignment_id is not null and new.kind not in ('alarmed', 'reminded', 'extension-asked', 'extension-refused', 'decision-passed')
        or new.assignment_id is null and new.kind in ('held', 'resumed', 'reopened', 'recalled', 'voided'))
    execute function follow_event();

-- What has happened until now: the same from all events at once.
create temp table doc_hold on commit drop as -- the clocks of a document stand still or run
    select document_id, id, max(at) over (partition by document_id order by version, id) as t,
        coalesce(details->>'held', '0001-01-01T00:00:00Z') <> '0001-01-01T00:00:00Z' as held
    from events where assignment_id is null and details ? 'held';
create index on doc_hold (document_id, t, id);

create temp table told on commit drop as -- each act on a share with what was last told of it
    with act as (
        select e.assignment_id as share, e.document_id, e.id, e.version, max(e.at) over w as t, e.state,
            case when e.details ? 'due' then coalesce(e.details->>'due', '') end as due,
            case when e.details ? 'held' then coalesce(e.details->>'held', '0001-01-01T00:00:00Z') <> '0001-01-01T00:00:00Z' end as held,
            case e.kind when 'carried' then (e.details->>'giver')::uuid when 'dispatched' then coalesce(p.unit_id, d.unit_id) end as giver
        from events e join documents d on d.id = e.document_id
        left join assignments p on e.kind = 'dispatched' and p.id = (e.details->>'parent')::uuid
        where e.assignment_id is not null and e.kind not in ('alarmed', 'attached', 'detached')
        window w as (partition by e.assignment_id order by e.version, e.id)
    )
    select share, document_id, version, t, state,
        first_value(due) over (partition by share, due_told order by version, id) as due, first_value(held) over (partition by share, held_told order by version, id) as held,
        first_value(giver) over (partition by share, giver_told order by version, id) as giver
    from (select act.*, count(due) over w as due_told, count(held) over w as held_told, count(giver) over w as giver_told from act window w as (partition by share order by version, id)) x;
create index on told (document_id, share, version);
analyze doc_hold;
analyze told;

create temp table point on commit drop as
    with each as (
        select share, document_id, t, version, state, due, held, giver from told
        union all -- a document's hold counts from where it falls among the acts on the share
        select s.share, d.document_id, d.t, last.version, last.state, last.due, last.held, last.giver
        from doc_hold d join (select distinct share, document_id from told where document_id in (select document_id from doc_hold)) s on s.document_id = d.document_id
        cross join lateral (select * from told x where x.document_id = s.document_id and x.share = s.share and x.t <= d.t order by x.version desc limit 1) last
    )
    select e.share, e.t, row_number() over (partition by e.share order by e.version, e.t) as n, e.state, e.due, coalesce(e.held, false) as held, e.giver,
        coalesce(h.held, false) as doc_held
    from each e left join lateral (select d.held from doc_hold d where d.document_id = e.document_id and d.t <= e.t order by d.t desc, d.id desc limit 1) h on true;

create temp table stretch on commit drop as
    with standing as (
        select p.share, p.t, p.n, p.giver,
            case when p.state in ('sent', 'received', 'working', 'consulting', 'returned') then 'open' when p.state in ('withdrawn', 'handed-over') then 'out' else 'finished' end as class,
            case when p.state in ('sent', 'received', 'working', 'consulting') and not p.held and not p.doc_held then nullif(nullif(p.due, ''), '0001-01-01T00:00:00Z')::timestamptz end as due
        from point p join assignments a on a.id = p.share where a.role in ('lead', 'execute')
    ), changed as (
        select s.*, lag(class) over w as class_before, lag(due) over w as due_before, lag(giver) over w as giver_before from standing s window w as (partition by share order by n)
    )
    select share, t as since, class, due, giver, class_before, lead(t) over w as until, lead(class) over w as class_after, lead(t, 2) over w as next_after, row_number() over w as n
    from changed where class_before is null or class <> class_before or class = 'open' and (due is distinct from due_before or giver <> giver_before)
    window w as (partition by share order by n);

create temp table stood on commit drop as -- the last act that began another step
    select distinct on (share) share, t from (
        select share, version, t, step_of(state) as step, lag(step_of(state)) over (partition by share order by version, t) as before from told) x
    where step is distinct from before order by share, version desc, t desc;

insert into assignment_terms
select s.share, row_number() over (partition by s.share order by s.n), a.document_id, d.unit_id, s.giver, a.unit_id, a.position_id, a.parent_id is not null and s.giver = a.unit_id,
    a.role, d.field, d.urgency, a.sent_at, a.received_at, s.since, case s.class when 'open' then s.until else s.since end,
    s.due, case when s.class <> 'open' then s.class when s.class_after = 'open' then 'moved' else s.class_after end,
    case when s.class <> 'open' or s.class_after = 'open' then s.until else s.next_after end
from stretch s join assignments a on a.id = s.share join documents d on d.id = a.document_id
where s.class = 'open' and s.class_after is not null and not (s.class_after = 'open' and s.until = s.since)
   or s.class <> 'open' and s.class_before <> 'open';

insert into open_assignments
select a.id, a.document_id, d.unit_id, a.giver_unit_id, a.unit_id, a.position_id, a.parent_id is not null and a.giver_unit_id = a.unit_id, a.role, a.status, d.field, d.urgency, a.sent_at, h.held,
    case when runs and not h.held then a.due_at end,
    case when h.held then null when a.status = 'sent' then a.receive_due_at when runs then a.due_at end, s.since, coalesce(w.t, a.sent_at)
from assignments a join documents d on d.id = a.document_id
cross join lateral (select a.held_at is not null or d.held_at is not null as held, a.role in ('lead', 'execute') and a.status in ('sent', 'received', 'working', 'consulting') as runs) h
left join stretch s on s.share = a.id and s.until is null and s.class = 'open'
left join stood w on w.share = a.id
where a.closed_at is null;
analyze open_assignments;
analyze assignment_terms;
