-- Searching everything: the words that people said about documents, and the ways
-- to walk what a unit sees from the newest on.

-- Directions, reports, reasons and notes, as they are searched. The text itself
-- stays where it is; whoever may read it there finds it here, nobody else.
create table said_texts (
    document_id   uuid not null,
    assignment_id uuid,   -- the share that it was said about; null: the document, or a direction
    direction_id  uuid,
    event_id      bigint,
    to_all        boolean not null default false, -- whoever sees the document reads it
    words         tsvector not null,
    unique nulls not distinct (document_id, direction_id, event_id),
    check ((direction_id is null) <> (event_id is null))
);
-- Writers leave little behind that searches would have to look through.
create index said_texts_words on said_texts using gin (words) with (gin_pending_list_limit = 256);
alter index documents_words set (gin_pending_list_limit = 256);
alter index file_texts_words set (gin_pending_list_limit = 256);

-- What an event says in the words of who did it: what the history shows of it.
create function said_in(details jsonb) returns text language sql immutable parallel safe
    return coalesce(nullif(details->>'reason', ''), nullif(details->>'note', ''), nullif(details->>'text', ''), nullif(details->>'basis', ''), nullif(details->>'how', ''));

-- Triggers, so that no statement forgets it, those of the release before neither.
create function keep_event_words() returns trigger language plpgsql as $$
begin
    insert into said_texts (document_id, assignment_id, event_id, to_all, words)
    select new.document_id, new.assignment_id, new.id, new.assignment_id is null and new.kind in ('recalled', 'held'), to_tsvector('simple', searchable(said_in(new.details)))
    where said_in(new.details) is not null;
    return null;
end $$;
create trigger events_words after insert on events for each row
    when (jsonb_exists_any(new.details, '{reason,note,text,basis,how}')) execute function keep_event_words();

create function keep_direction_words() returns trigger language plpgsql as $$
begin
    insert into said_texts (document_id, direction_id, words)
    values (new.document_id, new.id, to_tsvector('simple', searchable(concat_ws(' ', new.text, new.process, new.result))));
    return null;
end $$;
create trigger directions_words after insert on directions for each row execute function keep_direction_words();

insert into said_texts (document_id, assignment_id, event_id, to_all, words)
select document_id, assignment_id, id, assignment_id is null and kind in ('recalled', 'held'), to_tsvector('simple', searchable(said_in(details)))
from events where said_in(details) is not null;
insert into said_texts (document_id, direction_id, words)
select document_id, id, to_tsvector('simple', searchable(concat_ws(' ', text, process, result))) from directions;

-- What a unit registered and what it has a share of, the newest first. Ids are
-- made of the instant, so their order is that of registering.
create index documents_newest on documents (unit_id, id);
create index assignments_newest on assignments (unit_id, document_id);

alter table saved_filters drop constraint saved_filters_list_check,
    add constraint saved_filters_list_check check (list in ('inbox', 'documents', 'search'));
