-- The organisation, administered: what a position is called and where it
-- belongs from day to day, and who holds it. positions and accounts.position_id
-- stay what is looked up; they hold what is in force today. Whoever first asks on
-- a day puts them in step with that day, a change of today does so itself.
create table position_versions (
    position_id uuid not null references positions,
    valid_from  date not null, -- until the next version, or the end of the position
    unit_id     uuid not null references units,
    title       text not null,
    office      text not null check (office in
        ('chairman', 'deputy', 'chief', 'head', 'clerk', 'officer', 'inspector', 'admin')),
    fields      text[] not null default '{}',
    primary key (position_id, valid_from)
);
insert into position_versions (position_id, valid_from, unit_id, title, office, fields)
select id, valid_from, unit_id, title, office, fields from positions;

create table position_holders (
    account_id  uuid not null references accounts,
    position_id uuid not null references positions,
    valid_from  date not null,
    valid_to    date check (valid_to > valid_from), -- the first day he no longer holds it
    primary key (account_id, valid_from)
);
create index position_holders_position on position_holders (position_id, valid_from);
insert into position_holders (account_id, position_id, valid_from)
select a.id, a.position_id, p.valid_from from accounts a join positions p on p.id = a.position_id;

-- Who has left his position and got no other holds none; nobody without a
-- position gets in.
alter table accounts alter column position_id drop not null;

-- Positions and accounts that are made without a word about days, as the
-- installation makes them, begin with their position.
create function begin_position() returns trigger language plpgsql as $$
begin
    insert into position_versions (position_id, valid_from, unit_id, title, office, fields)
    values (new.id, new.valid_from, new.unit_id, new.title, new.office, new.fields) on conflict do nothing;
    return null;
end $$;
create trigger positions_begin after insert on positions for each row execute function begin_position();

create function begin_holding() returns trigger language plpgsql as $$
begin
    insert into position_holders (account_id, position_id, valid_from)
    select new.id, p.id, p.valid_from from positions p where p.id = new.position_id on conflict do nothing;
    return null;
end $$;
create trigger accounts_begin after insert on accounts for each row execute function begin_holding();

-- Counts what changes the names, places and hours of units: whoever keeps them in
-- memory asks for it.
create table organisation_stamp (
    only_one boolean primary key default true check (only_one),
    stamp    bigint not null default 1
);
insert into organisation_stamp default values;
create function stamp_organisation() returns trigger language plpgsql as $$
begin
    update organisation_stamp set stamp = stamp + 1;
    return null;
end $$;
create trigger unit_versions_stamp after insert or update or delete on unit_versions
    for each statement execute function stamp_organisation();
