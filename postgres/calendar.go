package postgres

import (
	"bytes"
	"context"
	"errors"
	"slices"
	"strconv"
	"time"

	"congvan/calendar"
	"congvan/routing"

	"github.com/uptrace/bun"
)

// dayRow is a day that differs from the weekly rule; without a kind it does not.
type dayRow struct{ Day, Kind, Reason, Source string }

func (r dayRow) exception() (calendar.Exception, error) {
	date, err := calendar.Parse(r.Day)
	return calendar.Exception{Date: date, Kind: calendar.DayKind(r.Kind), Reason: r.Reason, Source: r.Source}, err
}

func exceptions(rows []dayRow) ([]calendar.Exception, error) {
	days := make([]calendar.Exception, len(rows))
	for i, row := range rows {
		var err error
		if days[i], err = row.exception(); err != nil {
			return nil, failed("read calendar", err)
		}
	}
	return days, nil
}

// CalendarDays reads the days that differ from the weekly rule.
func (s *Store) CalendarDays(ctx context.Context) ([]calendar.Exception, error) {
	return calendarDays(ctx, s.db)
}

func calendarDays(ctx context.Context, db bun.IDB) ([]calendar.Exception, error) {
	var rows []dayRow
	err := db.NewRaw(`SELECT to_char(day, 'YYYY-MM-DD') AS day, kind, reason, source FROM calendar_days ORDER BY day`).Scan(ctx, &rows)
	if err != nil {
		return nil, failed("read calendar", err)
	}
	return exceptions(rows)
}

// Calendar reads the present version of the calendar and its days.
func (s *Store) Calendar(ctx context.Context) (version int, days []calendar.Exception, err error) {
	w, err := loadWorkingTime(ctx, s.db)
	if err != nil {
		return 0, nil, err
	}
	return w.version, w.days, nil
}

// CalendarAt reads the days that differed from the weekly rule by a version of
// the calendar. A version that never was is routing.ErrNotFound.
func (s *Store) CalendarAt(ctx context.Context, version int) ([]calendar.Exception, error) {
	w, err := loadWorkingTime(ctx, s.db)
	switch {
	case err != nil:
		return nil, err
	case version < 1 || version > w.version:
		return nil, routing.ErrNotFound
	}
	undo, err := changesSince(ctx, s.db, version, w.version)
	return withDays(w.days, undo), err
}

// changesSince are the days that were changed after a version, each as it was then.
func changesSince(ctx context.Context, db bun.IDB, version, until int) ([]calendar.Exception, error) {
	var rows []dayRow
	err := db.NewRaw(`SELECT DISTINCT ON (c.day) to_char(c.day, 'YYYY-MM-DD') AS day, coalesce(c.was, '') AS kind, c.was_reason AS reason, c.was_source AS source
		FROM calendar_changes c WHERE c.version > ? AND c.version <= ? ORDER BY c.day, c.version`, version, until).Scan(ctx, &rows)
	if err != nil {
		return nil, failed("read changes of the calendar", err)
	}
	return exceptions(rows)
}

// withDays puts days in the place of those of the same date; one without a kind
// is an ordinary day again.
func withDays(days, changed []calendar.Exception) []calendar.Exception {
	out := slices.DeleteFunc(slices.Clone(days), func(d calendar.Exception) bool {
		return slices.ContainsFunc(changed, func(c calendar.Exception) bool { return c.Date == d.Date })
	})
	for _, c := range changed {
		if c.Kind != "" {
			out = append(out, c)
		}
	}
	slices.SortFunc(out, func(a, b calendar.Exception) int { return a.Date.Compare(b.Date) })
	return out
}

// CalendarVersion is one version of the calendar.
type CalendarVersion struct {
	Version   int
	Source    string
	ChangedBy routing.ID // account; empty: the installation
	ChangedAt time.Time
	Days      int // how many were changed
	Documents int // how many open ones were told
}

const calendarVersions = `SELECT v.version, v.source, v.changed_by, v.changed_at, v.documents, v.request_hash,
		(SELECT count(*) FROM calendar_changes c WHERE c.version = v.version) AS days
	FROM calendar_versions v`

type calendarVersionRow struct {
	CalendarVersion `bun:",extend"`
	RequestHash     []byte
}

// CalendarVersions lists the versions of the calendar, newest first.
func (s *Store) CalendarVersions(ctx context.Context) ([]CalendarVersion, error) {
	var rows []calendarVersionRow
	if err := s.db.NewRaw(calendarVersions+` ORDER BY v.version DESC`).Scan(ctx, &rows); err != nil {
		return nil, failed("list versions of the calendar", err)
	}
	out := make([]CalendarVersion, len(rows))
	for i, r := range rows {
		out[i] = r.version()
	}
	return out, nil
}

func (r calendarVersionRow) version() CalendarVersion {
	v := r.CalendarVersion
	v.ChangedAt = utc(v.ChangedAt)
	return v
}

// NewCalendar is a change of the calendar on its way into the record.
type NewCalendar struct {
	Days    []routing.DayChange
	Source  string
	Actor   routing.Actor
	At      time.Time
	Request routing.Request
	Entry   routing.Entry
}

// ChangeCalendar makes the next version of the calendar, and tells the workflow
// of every open document; all or nothing. check is asked about the days that
// are there, while nobody else changes them. The same request again has the
// first answer.
func (s *Store) ChangeCalendar(ctx context.Context, n NewCalendar, check func(present []calendar.Exception) error) (done CalendarVersion, err error) {
	err = s.inTx(ctx, func(tx bun.Tx) error {
		if err := holdSeedLock(ctx, tx); err != nil {
			return err
		}
		first, err := calendarOfRequest(ctx, tx, n)
		if !errors.Is(err, routing.ErrNotFound) {
			done = first
			return err
		}
		days, err := calendarDays(ctx, tx)
		if err != nil {
			return err
		}
		if err := check(days); err != nil {
			return err
		}
		done, err = s.changeCalendar(ctx, tx, n)
		return err
	})
	if err == nil {
		s.clocks.now.Store(nil) // here at once, elsewhere within a second
	}
	return done, err
}

// calendarOfRequest finds what a request has changed before.
func calendarOfRequest(ctx context.Context, tx bun.Tx, n NewCalendar) (CalendarVersion, error) {
	if n.Request.Key == "" {
		return CalendarVersion{}, routing.ErrNotFound
	}
	var row calendarVersionRow
	err := tx.NewRaw(calendarVersions+` WHERE v.changed_by = ? AND v.request_key = ?`, n.Actor.AccountID, n.Request.Key).Scan(ctx, &row)
	switch {
	case err != nil:
		return CalendarVersion{}, failed("find change of the calendar", err)
	case !bytes.Equal(row.RequestHash, n.Request.Hash):
		return CalendarVersion{}, routing.ErrReused
	}
	return row.version(), nil
}

const (
	addCalendarVersion = `
		INSERT INTO calendar_versions (version, source, changed_by, changed_at, request_key, request_hash)
		SELECT max(version) + 1, ?source, ?actor::uuid, ?at::timestamptz, ?request_key, ?request_hash::bytea FROM calendar_versions
		RETURNING version`
	changeDays = `
		WITH change AS (
			SELECT r.day, nullif(r.kind, '') AS kind, r.reason FROM jsonb_to_recordset(?rows) AS r(day date, kind text, reason text)
		), noted AS (
			INSERT INTO calendar_changes (version, day, kind, reason, was, was_reason, was_source)
			SELECT ?version, c.day, c.kind, c.reason, d.kind, coalesce(d.reason, ''), coalesce(d.source, '')
			FROM change c LEFT JOIN calendar_days d ON d.day = c.day
		), gone AS (
			DELETE FROM calendar_days d USING change c WHERE d.day = c.day AND c.kind IS NULL
		)
		INSERT INTO calendar_days (day, kind, reason, source)
		SELECT c.day, c.kind, c.reason, ?source FROM change c WHERE c.kind IS NOT NULL
		ON CONFLICT (day) DO UPDATE SET kind = excluded.kind, reason = excluded.reason, source = excluded.source`
	tellOpenDocuments = `
		WITH told AS (
			UPDATE documents SET milestone_seq = milestone_seq + 1 WHERE status IN (?open) AND calendar_version < ?version
			RETURNING id, milestone_seq
		), news AS (
			INSERT INTO outbox (document_id, seq, kind) SELECT id, milestone_seq, 'moved' FROM told RETURNING 1
		)
		SELECT count(*) FROM news`
)

func (s *Store) changeCalendar(ctx context.Context, tx bun.Tx, n NewCalendar) (CalendarVersion, error) {
	done := CalendarVersion{Source: n.Source, ChangedBy: n.Actor.AccountID, ChangedAt: n.At, Days: len(n.Days)}
	a := args{"source": n.Source}.by(n.Actor, n.At, n.Request)
	if err := tx.NewRaw(addCalendarVersion, a).Scan(ctx, &done.Version); err != nil {
		return done, err
	}
	list, err := toJSON(n.Days)
	if err != nil {
		return done, err
	}
	_, err = tx.NewRaw(changeDays, args{"rows": list, "version": done.Version, "source": n.Source}).Exec(ctx)
	if err != nil {
		return done, err
	}
	first := slices.MinFunc(n.Days, func(a, b routing.DayChange) int { return a.Day.Compare(b.Day) }).Day
	if err := keepSessions(ctx, tx, n.At, first); err != nil {
		return done, err
	}
	if done.Documents, err = tellOpen(ctx, tx, done.Version); err != nil {
		return done, err
	}
	if _, err = tx.NewRaw(`UPDATE calendar_versions SET documents = ? WHERE version = ?`, done.Documents, done.Version).Exec(ctx); err != nil {
		return done, err
	}
	n.Entry.Subject.ID = strconv.Itoa(done.Version)
	_, err = addEntry(ctx, tx, n.Entry, routing.Request{})
	return done, err
}

// tellOpen wakes the workflows of all open documents that were reckoned with an
// older calendar.
func tellOpen(ctx context.Context, db bun.IDB, version int) (told int, err error) {
	err = db.NewRaw(tellOpenDocuments, args{"open": bun.List(routing.ActMove.FromDocument()), "version": version}).Scan(ctx, &told)
	return told, err
}

// TellOutdated wakes the workflows of the open documents that were reckoned with
// an older calendar and that nobody told: one that was being registered at the
// moment of the change. Once a day is enough.
func (s *Store) TellOutdated(ctx context.Context) (told int, err error) {
	err = s.inTx(ctx, func(tx bun.Tx) error {
		var newest int
		if err := tx.NewRaw(`SELECT max(version) FROM calendar_versions`).Scan(ctx, &newest); err != nil {
			return err
		}
		told, err = tellOpen(ctx, tx, newest)
		return err
	})
	return told, err
}
