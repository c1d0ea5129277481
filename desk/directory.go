package desk

import (
	"context"
	"time"

	"congvan/postgres"
	"congvan/routing"
)

// Delegates lists the positions that a leader of a unit may delegate to: those of
// the unit and of the offices right below it. Whoever belongs to the unit may ask,
// and the administrator of the organ at the top.
func (d *Desk) Delegates(ctx context.Context, actor routing.Actor, unit routing.ID) ([]postgres.Position, error) {
	if unit != actor.UnitID && !actor.MaySetOnPaper() {
		return nil, routing.ErrNotAllowed
	}
	day := today(d.now())
	all, err := d.record.Units(ctx, day)
	if err != nil {
		return nil, err
	}
	units := []routing.ID{unit}
	for _, u := range all {
		if u.ParentID == unit && u.Kind == routing.Department {
			units = append(units, u.ID)
		}
	}
	return d.record.PositionsIn(ctx, day, units)
}

// Account finds an account that the actor administers, or his own.
func (d *Desk) Account(ctx context.Context, actor routing.Actor, id routing.ID) (AccountState, error) {
	if actor.Office != routing.Admin {
		return AccountState{}, routing.ErrNotAllowed
	}
	if _, err := d.administers(ctx, actor, id); err != nil {
		return AccountState{}, err
	}
	return d.record.AccountState(ctx, id)
}

// Health is how it stands with what waits in the record.
type Health struct {
	Outbox       time.Duration // how long the oldest milestone waits for its workflow
	Mails        MailBacklog
	Unsealed     int           // rows of the log
	UnsealedFor  time.Duration // the oldest of them
	DamagedFiles int
	Uploads      int // under way in this process
	UploadBytes  int64
}

// Health says how the record stands, to an administrator.
func (d *Desk) Health(ctx context.Context, actor routing.Actor) (h Health, err error) {
	if !actor.MayOrganise() {
		return h, routing.ErrNotAllowed
	}
	if err = d.Ready(ctx); err != nil {
		return h, err
	}
	if h.Outbox, err = d.OutboxAge(ctx); err != nil {
		return h, err
	}
	if h.Mails, err = d.MailBacklog(ctx); err != nil {
		return h, err
	}
	if h.Unsealed, h.UnsealedFor, err = d.SealBacklog(ctx); err != nil {
		return h, err
	}
	h.Uploads, h.UploadBytes = d.UploadsUnderWay()
	h.DamagedFiles, err = d.DamagedFiles(ctx)
	return h, err
}
