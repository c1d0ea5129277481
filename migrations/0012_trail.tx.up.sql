-- What happened in a period, whoever did it: both logs lie in the order of time,
-- so that a few bytes for each stretch of them find it.
create index events_at on events using brin (at) with (pages_per_range = 32, autosummarize = on);
create index journal_at on journal using brin (at) with (pages_per_range = 32, autosummarize = on);
