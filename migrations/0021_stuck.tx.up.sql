-- Where things are stuck. How long a share stands where it stands is in 0016; the
-- ledger of what was late is kept by the worker, as of the last event.

-- The office hours of a unit on the day of an instant, as holdings_at takes them.
create function hours_at(unit uuid, t timestamptz) returns text language sql stable as $$
    select coalesce((select u.office_hours from unit_versions u where u.unit_id = unit
        and u.valid_from <= (t at time zone 'Asia/Ho_Chi_Minh')::date and (u.valid_to is null or u.valid_to > (t at time zone 'Asia/Ho_Chi_Minh')::date)
        limit 1), '08:00-12:00,13:00-17:00')
$$;

-- What came back: returned, rerouted, sent back.
create index events_bounced on events (at) include (document_id) where kind in ('returned', 'rerouted', 'sent-back');
-- What was reported late.
create index assignment_terms_late on assignment_terms (due_at) include (document_id) where outcome = 'finished' and next_since is null and until > due_at;
-- What was finished last, of a book and of what a unit gave out of other books.
create index assignment_terms_book on assignment_terms (book_id, until) where outcome = 'finished' and next_since is null and not inside;
create index assignment_terms_giver on assignment_terms (giver_unit_id, until) where outcome = 'finished' and next_since is null and not inside and giver_unit_id <> book_id;

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
