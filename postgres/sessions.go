package postgres

import (
	"context"
	"time"

	"congvan/calendar"

	"github.com/uptrace/bun"
)

// yearsAhead is how far the sessions reach, in years after the present one.
const yearsAhead = 2

// ExtendSessions keeps working_sessions far enough ahead of an instant. Nothing
// is done where they are; a daily step asks.
func (s *Store) ExtendSessions(ctx context.Context, at time.Time) error {
	return s.inTx(ctx, func(tx bun.Tx) error {
		if err := holdSeedLock(ctx, tx); err != nil {
			return err
		}
		return keepSessions(ctx, tx, at, calendar.Date{})
	})
}

// filled is what working_sessions has of some office hours.
type filled struct {
	OfficeHours string
	First, Last time.Time // opening of the first and the last session, zero: there is none
}

// keepSessions fills working_sessions for all office hours that any unit has or
// had, until the end of the year two years after at, and at least to the last
// exception of the calendar. changed is the first day whose kind is another than
// it was; zero: none is.
func keepSessions(ctx context.Context, tx bun.Tx, at time.Time, changed calendar.Date) error {
	days, err := calendarDays(ctx, tx)
	if err != nil {
		return err
	}
	cal, err := calendar.New(days)
	if err != nil {
		return failed("read calendar", err)
	}
	var hours []filled
	err = tx.NewRaw(`SELECT h.office_hours, min(w.opens_at) AS first, max(w.opens_at) AS last
		FROM (SELECT DISTINCT office_hours FROM unit_versions UNION SELECT ?) h LEFT JOIN working_sessions w USING (office_hours)
		GROUP BY h.office_hours`, calendar.DefaultHours().String()).Scan(ctx, &hours)
	if err != nil {
		return failed("read sessions", err)
	}
	first, last := sessionRange(at, days, hours)
	for _, h := range hours {
		from := changed
		switch {
		case h.First.IsZero() || calendar.DateOf(h.First) != cal.NextWorkday(first.Plus(-1)):
			from = first
		case calendar.DateOf(h.Last) != cal.PreviousWorkday(last.Plus(1)) && (from.IsZero() || calendar.DateOf(h.Last).Before(from)):
			from = calendar.DateOf(h.Last).Plus(1)
		case from.IsZero():
			continue
		}
		if err := fillSessions(ctx, tx, cal, h.OfficeHours, first, from, last); err != nil {
			return err
		}
	}
	return nil
}

// sessionRange begins with the first year that anything is known of.
func sessionRange(at time.Time, days []calendar.Exception, hours []filled) (first, last calendar.Date) {
	year, _, _ := calendar.DateOf(at).Civil()
	last = calendar.NewDate(year+yearsAhead, time.December, 31)
	if n := len(days); n > 0 {
		from, _, _ := days[0].Date.Civil()
		to, _, _ := days[n-1].Date.Civil()
		year, last = min(year, from), maxDate(last, calendar.NewDate(to, time.December, 31))
	}
	for _, h := range hours {
		if !h.First.IsZero() {
			from, _, _ := calendar.DateOf(h.First).Civil()
			year, last = min(year, from), maxDate(last, calendar.DateOf(h.Last))
		}
	}
	return calendar.NewDate(year, time.January, 1), last
}

func maxDate(a, b calendar.Date) calendar.Date {
	if a.Before(b) {
		return b
	}
	return a
}

// fillSessions writes the sessions of one kind of office hours anew from a day on.
func fillSessions(ctx context.Context, tx bun.Tx, cal *calendar.Calendar, text string, first, from, last calendar.Date) error {
	hours, err := calendar.ParseHours(text)
	if err != nil {
		return failed("read office hours", err)
	}
	type row struct {
		Opens  int64 `json:"o"`
		Closes int64 `json:"c"`
		Before int64 `json:"b"`
	}
	var rows []row
	for s := range calendar.NewClock(cal, hours).Sessions(first, last) {
		if !calendar.DateOf(s.Opens).Before(from) {
			rows = append(rows, row{s.Opens.Unix(), s.Closes.Unix(), int64(s.Before / time.Second)})
		}
	}
	list, err := toJSON(rows)
	if err != nil {
		return err
	}
	dayBegins := calendar.NewClock(cal, hours).EndOfDay(from).Add(-24 * time.Hour) // all sessions of the day before have opened by then
	_, err = tx.NewRaw(`DELETE FROM working_sessions WHERE office_hours = ? AND opens_at >= ?`, text, dayBegins.UTC()).Exec(ctx)
	if err != nil || list == "null" {
		return failed("clear sessions", err)
	}
	_, err = tx.NewRaw(`INSERT INTO working_sessions (office_hours, opens_at, closes_at, seconds_before)
		SELECT ?hours, to_timestamp(r.o), to_timestamp(r.c), r.b FROM jsonb_to_recordset(?rows) AS r(o bigint, c bigint, b bigint)`,
		args{"hours": text, "rows": list}).Exec(ctx)
	return failed("write sessions", err)
}
