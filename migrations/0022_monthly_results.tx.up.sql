-- The monthly sheets of results (bảng kết quả xử lý theo tháng): proposals for the
-- rating of officers, which is people's. A sheet is counted once, when it is
-- published; what happens later changes no row of it. What is disputed stands
-- beside it, with the words of both sides.
create table result_sheets (
    id             uuid primary key,
    organ_id       uuid not null references units,
    month          date not null check (extract(day from month) = 1),
    published_by   uuid not null references accounts,
    position_title text not null, -- of who published it, as it was then
    published_at   timestamptz not null,
    object_until   timestamptz not null, -- by the calendar of that day
    constraint result_sheets_month unique (organ_id, month)
);

create table result_lines (
    id             uuid primary key,
    sheet_id       uuid not null references result_sheets,
    place          int not null, -- on the sheet: each unit, below it its persons
    unit_id        uuid not null references units,
    unit_name      text not null,
    position_id    uuid references positions, -- null: the line of the unit
    title          text not null default '',
    account_id     uuid references accounts, -- who held the position at the end of the month; null: nobody, or a unit
    running        int not null check (running >= 0),
    done_in_time   int not null check (done_in_time >= 0),
    done_late      int not null check (done_late >= 0),
    overdue_before int not null check (overdue_before >= 0),
    overdue_within int not null check (overdue_within >= 0),
    unique nulls not distinct (sheet_id, unit_id, position_id),
    unique (sheet_id, place)
);
create index result_lines_unit on result_lines (unit_id);
create index result_lines_account on result_lines (account_id) where account_id is not null;

create table result_objections (
    id             uuid primary key,
    line_id        uuid not null references result_lines,
    account_id     uuid not null references accounts,
    position_title text not null,
    at             timestamptz not null,
    words          text not null
);
create index result_objections_line on result_objections (line_id);

-- The shares that an objection means, each as the line has counted it. A share of a
-- line is disputed once.
create table result_disputed (
    objection_id   uuid not null references result_objections,
    line_id        uuid not null references result_lines,
    assignment_id  uuid not null references assignments,
    document_id    uuid not null references documents,
    document_title text not null,
    bucket         text not null check (bucket in ('done-late', 'overdue-before', 'overdue-within')),
    primary key (objection_id, assignment_id),
    constraint result_disputed_once unique (line_id, assignment_id)
);

create table result_answers (
    objection_id   uuid primary key references result_objections,
    account_id     uuid not null references accounts,
    position_title text not null,
    at             timestamptz not null,
    words          text not null,
    counts         text not null default '' check (counts in ('', 'in-time', 'left-out')) -- the shares now; empty: as before, it was not accepted
);

create trigger result_sheets_append_only before update or delete or truncate on result_sheets
    for each statement execute function refuse_change();
create trigger result_lines_append_only before update or delete or truncate on result_lines
    for each statement execute function refuse_change();
create trigger result_objections_append_only before update or delete or truncate on result_objections
    for each statement execute function refuse_change();
create trigger result_disputed_append_only before update or delete or truncate on result_disputed
    for each statement execute function refuse_change();
create trigger result_answers_append_only before update or delete or truncate on result_answers
    for each statement execute function refuse_change();
