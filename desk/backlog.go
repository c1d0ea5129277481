package desk

import (
	"context"
	"time"
)

// MailBacklog is what has not left the house.
type MailBacklog struct {
	Waiting int
	Oldest  time.Duration // how long the oldest of them waits; 0: none does
	GivenUp int           // within a day
}

// MailBacklog says how many mails wait, how long, and how many were given up.
func (d *Desk) MailBacklog(ctx context.Context) (MailBacklog, error) {
	now := d.now()
	waiting, oldest, givenUp, err := d.record.MailBacklog(ctx, now)
	b := MailBacklog{Waiting: waiting, GivenUp: givenUp}
	if err == nil && !oldest.IsZero() {
		b.Oldest = max(0, now.Sub(oldest))
	}
	return b, err
}

// DecisionsOverdue counts what leaders were asked to decide and have not in time.
func (d *Desk) DecisionsOverdue(ctx context.Context) (int, error) {
	return d.record.DecisionsOverdue(ctx, d.now())
}
