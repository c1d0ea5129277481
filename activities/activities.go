// Package activities are the hands of the workflows: each reads the record,
// does what the document needs now, and writes it down, in one transaction.
//
// Every activity may run twice, or die half-way: what it writes has a name of
// its own (a direction's recipient, an alarm's subject, step and due instant),
// and the second writing of a name is none. They run as local activities: one
// short transaction each, so the server keeps one event for one, not three.
package activities

import (
	"context"
	"errors"
	"time"

	"congvan/postgres"
	"congvan/routing"

	"go.temporal.io/sdk/activity"
	"go.temporal.io/sdk/temporal"
)

// The names under which workflows call the activities. They stand in recorded
// histories and never change.
const (
	Dispatch = "dispatch"
	Ring     = "ring"
	Withdraw = "withdraw"
	Close    = "close"
)

// Input names the document to work on. Workflows carry ids and instants only.
type Input struct {
	DocumentID routing.ID
	// Woken is the instant of the step by the workflow's clock. Where this
	// machine's clock is behind, it counts, or the alarm that woke the workflow
	// would not be due yet and wake it again and again.
	Woken time.Time
}

// Outlook is what a document waits for after a step.
type Outlook struct {
	Status    routing.DocumentStatus
	NextAlarm time.Time            // zero: nothing will ring
	Awaits    routing.DeadlineKind // the act that would make that alarm unnecessary
	Holders   int                  // how many units it is awaited from
}

// Finished says whether the document is concluded, recalled or cancelled. Then everything
// that was open is ended, too: no activity leaves such a document otherwise.
func (o Outlook) Finished() bool {
	return o.Status == routing.Concluded || o.Status == routing.Recalled || o.Status == routing.Cancelled
}

// Hands does the workflows' work on the record.
type Hands struct {
	record *postgres.Store
	now    func() time.Time
	files  Files // nil: none within reach of this worker
}

// WithFiles lets the hands look after the stored files, too.
func (h *Hands) WithFiles(files Files) *Hands {
	h.files = files
	return h
}

// New makes hands for the record. now is the clock, nil for the machine's.
func New(record *postgres.Store, now func() time.Time) *Hands {
	if now == nil {
		now = time.Now
	}
	return &Hands{record: record, now: now}
}

// All lists the activities by name, for registration.
func (h *Hands) All() map[string]any {
	return map[string]any{Dispatch: h.Dispatch, Ring: h.Ring, Withdraw: h.Withdraw, Close: h.Close, WriteMorning: h.WriteMorning,
		KeepCalendar: h.KeepCalendar, WakeLagging: h.WakeLagging, ScrubFiles: h.ScrubFiles, SweepFiles: h.SweepFiles}
}

// proceed does one step on an open document, ends what is open of a finished
// one, and reckons what the document waits for then.
func (h *Hands) proceed(ctx context.Context, in Input, step func(*postgres.Process) error) (Outlook, error) {
	var next Outlook
	err := h.record.Proceed(ctx, in.DocumentID, h.clock(in), func(p *postgres.Process) error {
		if err := followCalendar(p); err != nil {
			return err
		}
		if err := stepFor(p.Document.Status, step)(p); err != nil {
			return err
		}
		alarms, err := p.Unrung()
		if err != nil {
			return err
		}
		next = outlook(p.Document.Status, alarms)
		return p.SleepUntil(next.NextAlarm)
	})
	if err != nil && activity.IsActivity(ctx) {
		activity.GetLogger(ctx).Warn("step failed", "document", in.DocumentID, "error", postgres.WithoutContent(err))
	}
	return next, toTemporal(err)
}

// followCalendar moves the deadlines of an open document that were reckoned with
// a calendar that has changed since, before anything rings by them. What is on
// its way is dispatched first: its due dates may have to move as well.
func followCalendar(p *postgres.Process) error {
	if _, err := p.Document.Status.Next(routing.ActMove); err != nil || !p.Outdated() {
		return nil // finished: nothing of it runs any more
	}
	if p.Document.Status == routing.Directed {
		if err := dispatch(p); err != nil {
			return err
		}
	}
	return p.MoveDeadlines()
}

// stepFor makes a finished document end, whichever step finds it finished.
func stepFor(status routing.DocumentStatus, open func(*postgres.Process) error) func(*postgres.Process) error {
	switch status {
	case routing.Recalling, routing.Recalled:
		return withdraw
	case routing.Concluded, routing.Cancelled:
		return finish
	default:
		return open
	}
}

// clock is the instant of a step, as the record keeps it: in microseconds.
func (h *Hands) clock(in Input) time.Time {
	now := h.now()
	if in.Woken.After(now) {
		now = in.Woken
	}
	return now.UTC().Truncate(time.Microsecond)
}

func outlook(status routing.DocumentStatus, unrung []routing.Alarm) Outlook {
	o := Outlook{Status: status, NextAlarm: routing.First(unrung)}
	units := map[routing.ID]bool{}
	for _, a := range unrung {
		if o.Awaits == "" {
			o.Awaits = a.Kind
		}
		if a.Kind == o.Awaits {
			units[a.UnitID] = true
		}
	}
	o.Holders = len(units)
	return o
}

// toTemporal turns an error into what a workflow's history may hold: a code and
// no content, which the driver's messages might carry. Retrying cannot help a
// document that does not exist; everything else may pass.
func toTemporal(err error) error {
	if err == nil {
		return nil
	}
	code := "internal"
	var refusal *routing.Error
	if errors.As(err, &refusal) {
		code = refusal.Code
	}
	if errors.Is(err, routing.ErrNotFound) {
		return temporal.NewNonRetryableApplicationError(code, code, nil)
	}
	return temporal.NewApplicationError(code, code)
}
