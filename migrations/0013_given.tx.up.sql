-- What a unit gave and still waits for: confirmed by nobody, returned.
create index assignments_given_open on assignments (giver_unit_id, due_at, id) where closed_at is null;
