package main

import (
	"context"
	"errors"
	"fmt"
	"sync/atomic"
	"time"

	"congvan/calendar"
	"congvan/postgres"
	"congvan/routing"
	"congvan/seed"

	"github.com/uptrace/bun"
	"go.temporal.io/sdk/client"
)

// ward is one of the units that documents go to, with those who act for it.
type ward struct {
	unit  routing.ID
	key   string
	clerk routing.Actor // văn thư: acknowledges
	head  routing.Actor // chủ tịch phường: reports
}

// bench is a connection to the running installation and everybody who acts in it.
type bench struct {
	installation *installation
	db           *bun.DB // of the watcher and of questions outside the measured acts
	temporal     client.Client
	watcher      *watcher
	apart        time.Duration // from registering to the direction
	documents    atomic.Int64  // registered so far: no two have the same number and notation

	clerk, chairman routing.Actor
	wards           []ward
	wardNumber      map[routing.ID]int

	ends []func() // what close does, in reverse
}

// connect prepares a bench on an installation that runs.
func connect(ctx context.Context, o options, i *installation) (*bench, error) {
	b := &bench{installation: i, apart: o.apart}
	record := b.openRecord(4)
	b.db = record.DB()
	b.documents.Store(time.Now().UnixMilli())
	if err := b.findPeople(ctx, record); err != nil {
		b.close()
		return nil, err
	}
	var err error
	if b.temporal, err = dialTemporal(i.info.TemporalGRPC); err != nil {
		b.close()
		return nil, err
	}
	b.atEnd(b.temporal.Close)
	conn, err := b.db.DB.Conn(ctx)
	if err == nil {
		b.atEnd(func() { _ = conn.Close() })
		b.watcher, err = newWatcher(ctx, conn)
	}
	if err != nil {
		b.close()
		return nil, err
	}
	watching, stop := context.WithCancel(ctx)
	b.atEnd(stop)
	go b.watcher.run(watching)
	return b, nil
}

func (b *bench) atEnd(f func()) { b.ends = append(b.ends, f) }

// close gives everything back. The installation goes on.
func (b *bench) close() {
	for i := len(b.ends) - 1; i >= 0; i-- {
		b.ends[i]()
	}
	b.ends = nil
}

// openRecord opens connections as the product does, 0: as many as it does.
func (b *bench) openRecord(conns int) *postgres.Store {
	record := postgres.Open(b.installation.info.DatabaseURL, conns)
	b.atEnd(func() { _ = record.Close() })
	return record
}

// findPeople looks up the demo accounts of the district and its wards.
func (b *bench) findPeople(ctx context.Context, record *postgres.Store) error {
	day := calendar.DateOf(time.Now()).String()
	var missing error
	actor := func(name string) routing.Actor {
		a, err := record.ActorByName(ctx, name, day)
		if err != nil {
			missing = errors.Join(missing, fmt.Errorf("account %s: %w", name, err))
		}
		return a
	}
	b.clerk, b.chairman = actor("vanthu.quan"), actor("chutich.quan")
	b.wardNumber = map[routing.ID]int{}
	for _, unit := range seed.HaDong().Units {
		if unit.Kind != "ward" || !unit.ValidTo.IsZero() {
			continue
		}
		id := seed.HaDong().UnitID(unit.Key)
		b.wardNumber[id] = len(b.wards)
		b.wards = append(b.wards, ward{
			unit: id, key: unit.Key, clerk: actor("vanthu." + unit.Key), head: actor("chutich." + unit.Key),
		})
	}
	return missing
}

// direction lets the first ward lead and the others execute, within a week of
// working days.
func (b *bench) direction() routing.Direction {
	due := calendar.NewClock(calendar.Vietnam(), calendar.DefaultHours()).AddDays(time.Now(), 5).UTC()
	d := routing.Direction{Text: task, Process: process, Result: result}
	for i, w := range b.wards {
		role := routing.Execute
		if i == 0 {
			role = routing.Lead
		}
		d.Recipients = append(d.Recipients, routing.Recipient{UnitID: w.unit, Role: role, Due: due})
	}
	return d
}
