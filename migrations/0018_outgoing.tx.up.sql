-- The register of outgoing documents (sổ đăng ký văn bản đi): a signed document
-- gets its number and is issued. Numbers come from books, direction 'outgoing'.

create table outgoing (
    id              uuid primary key,
    unit_id         uuid not null references units, -- whose book it stands in
    book_year       int not null,
    number          int not null check (number > 0),
    notation        text not null,
    issued_on       date not null, -- as the document bears it
    type_name       text not null,
    subject         text not null,
    signer_title    text not null,
    signer_name     text not null,
    drafter_unit_id uuid references units, -- null: drafter alone tells who
    drafter         text not null, -- what it was called on that day
    recipients      jsonb not null check (jsonb_typeof(recipients) = 'array'),
    urgency         text not null check (urgency in ('normal', 'urgent', 'very-urgent', 'express')),
    copies          int not null check (copies between 0 and 999),
    pages           int not null check (pages between 0 and 999), -- 0: not counted
    language        text not null,
    reply_by        date,
    note            text not null,
    status          text not null default 'issued' check (status in ('issued', 'cancelled')),
    version         int not null default 1,
    registered_at   timestamptz not null,
    registered_by   uuid not null references accounts,
    cancelled_at    timestamptz,
    cancel_reason   text not null default '',
    -- A its subject, B number and notation, C its signer, D who drafted it: see documents.words
    words tsvector generated always as (
        setweight(to_tsvector('simple', searchable(subject)), 'A')
        || setweight(to_tsvector('simple', searchable(number || ' ' || notation)), 'B')
        || setweight(to_tsvector('simple', searchable(signer_title || ' ' || signer_name)), 'C')
        || setweight(to_tsvector('simple', searchable(drafter)), 'D')) stored,
    unique (unit_id, book_year, number),
    check ((status = 'cancelled') = (cancelled_at is not null))
);
create index outgoing_words on outgoing using gin (words);
create index outgoing_issued on outgoing (unit_id, issued_on);

-- Which incoming documents an outgoing one replies to.
create table outgoing_answers (
    outgoing_id uuid not null references outgoing,
    document_id uuid not null references documents,
    primary key (outgoing_id, document_id)
);
create index outgoing_answers_document on outgoing_answers (document_id);
