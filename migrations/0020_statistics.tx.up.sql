-- Printed reports by mail: whose figures somebody wants, of which period, when.
create table report_subscriptions (
    id          uuid primary key,
    account_id  uuid not null references accounts,
    position_id uuid not null references positions, -- that it was asked for in: who has lost it is sent nothing
    unit_id     uuid not null references units,     -- whose book
    layout      text not null,
    period      text not null check (period in ('last-week', 'last-month', 'last-quarter')),
    day         int not null check (day between 1 and 28), -- of the new period
    minute      int not null check (minute between 0 and 1439), -- of the Vietnamese day
    covered     date not null, -- first day of the last period that was written, or needs no mail
    looked_on   date, -- the last day on which it was its turn to be looked at
    created_at  timestamptz not null,
    ended_at    timestamptz
);
create unique index report_subscriptions_one on report_subscriptions (account_id, position_id, unit_id, layout, period) where ended_at is null;
create index report_subscriptions_turn on report_subscriptions (id) where ended_at is null;

alter table mails
    drop constraint mails_kind_check,
    add constraint mails_kind_check check (kind in ('alarm', 'digest', 'morning', 'receipt', 'account', 'statistics'));
