package postgres

import (
	"context"
	"sync"
	"sync/atomic"
	"time"

	"congvan/calendar"
	"congvan/routing"

	"github.com/uptrace/bun"
	"golang.org/x/sync/singleflight"
)

// How long a process may reckon with what was changed meanwhile.
const (
	calendarTTL = time.Second      // the calendar and office hours: their versions are asked for again
	hoursTTL    = 30 * time.Second // days that a new release brought
	patience    = 5 * time.Second  // after that nobody goes on with what may be old, however slow the record is
)

// clockCache keeps the working time of all units. Whoever finds it old asks the
// record, one for all; meanwhile the others go on with what is there.
type clockCache struct {
	now  atomic.Pointer[workingTime]
	load singleflight.Group
}

// workingTime is the working time of all units by one version of the calendar.
type workingTime struct {
	version int
	stamp   int64  // of the organisation, whose office hours these are
	day     string // on which they hold
	days    []calendar.Exception
	clocks  map[routing.ID]calendar.Clock
	loaded  time.Time
	checked atomic.Pointer[time.Time] // when its version was last seen to be the newest
	before  sync.Map                  // older versions of the calendar, by number: routing.Clocks
}

func (w *workingTime) of(unit routing.ID) calendar.Clock {
	if clock, ok := w.clocks[unit]; ok {
		return clock
	}
	return w.clocks[""]
}

// Clocks returns the working time of every unit: the calendar of the record
// and the office hours of the unit's version in force. An unknown unit has the
// default hours.
func (s *Store) Clocks(ctx context.Context) (routing.Clocks, error) {
	clocks, _, err := s.ClocksNow(ctx)
	return clocks, err
}

// ClocksNow is Clocks with the version of the calendar that they reckon with.
func (s *Store) ClocksNow(ctx context.Context) (routing.Clocks, int, error) {
	w, err := s.workingTime(ctx)
	if err != nil {
		return nil, 0, err
	}
	return w.of, w.version, nil
}

func (s *Store) workingTime(ctx context.Context) (*workingTime, error) {
	w := s.clocks.now.Load()
	if w != nil && time.Since(*w.checked.Load()) < calendarTTL {
		return w, nil
	}
	fresh := s.clocks.load.DoChan("", func() (any, error) { return s.refresh(context.WithoutCancel(ctx)) })
	if w != nil && time.Since(*w.checked.Load()) < patience {
		select { // a moment: the answer mostly comes at once
		case answer := <-fresh:
			return refreshed(answer)
		case <-time.After(calendarTTL / 20):
			return w, nil
		}
	}
	select {
	case answer := <-fresh:
		return refreshed(answer)
	case <-ctx.Done():
		return nil, failed("read calendar", ctx.Err())
	}
}

func refreshed(answer singleflight.Result) (*workingTime, error) {
	if answer.Err != nil {
		return nil, answer.Err
	}
	return answer.Val.(*workingTime), nil
}

var newestCalendar = prepared(newestVersions)

const newestVersions = `SELECT max(c.version) AS version, (SELECT stamp FROM organisation_stamp) AS stamp FROM calendar_versions c`

// newest is what newestVersions finds.
type newest struct {
	Version int
	Stamp   int64
}

// refresh asks for the versions of the calendar and of the organisation, and
// reads everything anew only if one changed, or the day.
func (s *Store) refresh(ctx context.Context) (*workingTime, error) {
	asked := time.Now()
	if w := s.clocks.now.Load(); w != nil && asked.Sub(w.loaded) < hoursTTL && w.day == calendar.DateOf(asked).String() {
		var found newest
		if err := s.ask(ctx, nil, newestCalendar, args{}, &found); err != nil {
			return nil, failed("read calendar", err)
		}
		if found == (newest{w.version, w.stamp}) {
			w.checked.Store(&asked)
			return w, nil
		}
	}
	w, err := loadWorkingTime(ctx, s.db)
	if err != nil {
		return nil, err
	}
	s.clocks.now.Store(w)
	return w, nil
}

// workingTimeSince returns working time by a version of the calendar that is at
// least needed; in tx, so that who holds one connection never waits for another.
func (s *Store) workingTimeSince(ctx context.Context, tx bun.Tx, needed int) (*workingTime, error) {
	w := s.clocks.now.Load()
	if w != nil && w.version >= needed {
		return w, nil
	}
	w, err := loadWorkingTime(ctx, tx)
	if err == nil {
		s.clocks.now.Store(w)
	}
	return w, err
}

// loadWorkingTime reads the version first: days newer than the version that they
// pass for are found out by the next who asks, older ones never would be.
func loadWorkingTime(ctx context.Context, db bun.IDB) (*workingTime, error) {
	w := &workingTime{loaded: time.Now()}
	w.checked.Store(&w.loaded)
	var found newest
	if err := db.NewRaw(newestVersions).Scan(ctx, &found); err != nil {
		return nil, failed("read calendar", err)
	}
	w.version, w.stamp, w.day = found.Version, found.Stamp, calendar.DateOf(w.loaded).String()
	var err error
	if w.days, err = calendarDays(ctx, db); err != nil {
		return nil, err
	}
	cal, err := calendar.New(w.days)
	if err != nil {
		return nil, failed("read calendar", err)
	}
	w.clocks, err = loadHours(ctx, db, cal, w.day)
	return w, err
}

// olderTime is working time by an older version of the calendar.
type olderTime struct {
	clocks routing.Clocks
	until  time.Time // when the next version was made
}

// at is the working time by an older version of the calendar, with today's
// office hours: what has changed since is taken back.
func (w *workingTime) at(ctx context.Context, db bun.IDB, version int) (olderTime, error) {
	if version >= w.version {
		return olderTime{clocks: w.of}, nil
	}
	if known, ok := w.before.Load(version); ok {
		return known.(olderTime), nil
	}
	var until time.Time
	err := db.NewRaw(`SELECT changed_at FROM calendar_versions WHERE version = ?`, version+1).Scan(ctx, &until)
	if err != nil {
		return olderTime{}, failed("read versions of the calendar", err)
	}
	undo, err := changesSince(ctx, db, version, w.version)
	if err != nil {
		return olderTime{}, err
	}
	cal, err := calendar.New(withDays(w.days, undo))
	if err != nil {
		return olderTime{}, failed("read calendar", err)
	}
	old := olderTime{routing.Clocks(w.of).On(cal), until.UTC()}
	w.before.Store(version, old)
	return old, nil
}
