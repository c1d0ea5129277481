package activities

import (
	"context"
	"time"

	"congvan/calendar"
	"congvan/postgres"
	"congvan/routing"

	"go.temporal.io/sdk/activity"
)

// WriteMorning is the name under which the morning's workflow calls its activity.
const WriteMorning = "write-morning"

// morningBatch is how many positions one activity writes to: a short
// transaction each, so that a retry repeats little.
const morningBatch = 200

// MorningInput names the positions to write to: those after one.
type MorningInput struct {
	Now   time.Time // of the workflow
	After routing.ID
}

// MorningBatch says what was written, and after which position to go on.
type MorningBatch struct {
	Written int
	Last    routing.ID
	More    bool
}

// WriteMorning writes the mails of a morning to the next positions that want
// one; behind the last of them those of the printed reports whose day has come.
// On a day off it writes none; a worked Saturday counts. A mail is known by
// its position and day: written twice it is one.
func (h *Hands) WriteMorning(ctx context.Context, in MorningInput) (MorningBatch, error) {
	out, err := h.writeMorning(ctx, in)
	if err != nil && activity.IsActivity(ctx) {
		activity.GetLogger(ctx).Warn("morning failed", "error", postgres.WithoutContent(err))
	}
	return out, toTemporal(err)
}

func (h *Hands) writeMorning(ctx context.Context, in MorningInput) (out MorningBatch, err error) {
	clocks, err := h.record.Clocks(ctx)
	if err != nil {
		return out, err
	}
	days, today := clocks("").Calendar(), calendar.DateOf(in.Now)
	if !days.IsWorkday(today) {
		return out, nil
	}
	out, err = h.writeSheets(ctx, in, days, today)
	if err != nil || out.More {
		return out, err
	}
	written, more, err := h.writeStatistics(ctx, in.Now, days)
	out.Written, out.More = out.Written+written, more
	return out, err
}

// writeSheets writes the sheets of a batch of positions.
func (h *Hands) writeSheets(ctx context.Context, in MorningInput, days *calendar.Calendar, today calendar.Date) (out MorningBatch, err error) {
	out.Last = in.After
	next := days.NextWorkday(today)
	sheets, err := h.record.MorningSheets(ctx, postgres.MorningDay{Now: in.Now, Today: today, DayBefore: days.PreviousWorkday(today).Begins(),
		Begins: today.Begins(), Ends: today.Plus(1).Begins(), Next: next.Begins(), NextEnds: next.Plus(1).Begins()}, in.After, morningBatch)
	if err != nil || len(sheets) == 0 {
		return out, err
	}
	sealed, root, err := h.record.LogHead(ctx)
	if err != nil {
		return out, err
	}
	var mails []routing.Mail
	for _, sheet := range sheets {
		sheet.Sealed, sheet.SealedRoot = sealed, root
		if mail, ok := sheet.Mail(in.Now); ok {
			mails = append(mails, mail)
		}
	}
	out = MorningBatch{Written: len(mails), Last: sheets[len(sheets)-1].PositionID, More: len(sheets) == morningBatch}
	return out, h.record.AddMails(ctx, mails)
}
