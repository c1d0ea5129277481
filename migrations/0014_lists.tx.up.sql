-- Finding documents in lists.

-- A text as it is searched: lower case, without diacritics, marks that nobody sees
-- and zeros in front of numbers; words parted by one space. "Uỷ ban", "Ủy ban" and
-- "UY BAN" are one, and so are "05/QĐ-UBND" and "5/qd-ubnd". Package postgres does
-- the same to what people type.
create function searchable(t text) returns text language sql immutable strict parallel safe
    return regexp_replace(regexp_replace(
        translate(regexp_replace(lower(normalize(t, nfkd) collate "und-x-icu"), '[\u0300-\u036f\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff]', '', 'g'), 'đ', 'd'),
        '[^[:alnum:]]+', ' ', 'g'), '\m0+([0-9])', '\1', 'g');

-- The words of a document: A its subject, B number and notation, C its issuer. A
-- number is found by its beginning, "15/KH" as '15' <-> 'kh':*, so that one index
-- answers for words and for numbers.
alter table documents add column words tsvector generated always as (
    setweight(to_tsvector('simple', searchable(subject)), 'A')
    || setweight(to_tsvector('simple', searchable(code_number || ' ' || code_notation)), 'B')
    || setweight(to_tsvector('simple', searchable(issuer)), 'C')) stored;
create index documents_words on documents using gin (words);

-- What files say, folded in the same way.
update file_texts set words = to_tsvector('simple', left(searchable(left(text, 262144)), 262144));

-- The orders and the narrowings of a register that its own order does not serve.
create index documents_status on documents (unit_id, status, book_year, number);
create index documents_arrival on documents (unit_id, (coalesce(arrived_at, registered_at)), book_year, number);
-- What came back, which is little, without looking through all that is open.
create index assignments_returned on assignments (giver_unit_id, due_at, id) where status = 'returned';

-- Filters of lists that people keep under a name.
create table saved_filters (
    id         uuid primary key,
    account_id uuid not null references accounts,
    list       text not null check (list in ('inbox', 'documents')),
    name       text not null,
    query      text not null, -- of the address of the list
    created_at timestamptz not null,
    unique (account_id, list, name)
);
