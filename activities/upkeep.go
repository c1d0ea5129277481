package activities

import (
	"context"
	"time"

	"congvan/calendar"
	"congvan/postgres"
	"congvan/routing"

	"go.temporal.io/sdk/activity"
)

// The names under which the upkeep calls its activities.
const (
	KeepCalendar = "keep-calendar"
	WakeLagging  = "wake-lagging"
	ScrubFiles   = "scrub-files"
	SweepFiles   = "sweep-files"
)

// upkeepPage is how many documents one activity wakes: a short transaction each.
const upkeepPage = 500

// UpkeepInput names the documents to look at: those after one.
type UpkeepInput struct {
	Now   time.Time // of the workflow
	After routing.ID
}

// UpkeepPage says how many were woken, and after which document to go on.
type UpkeepPage struct {
	Woken int
	Last  routing.ID
	More  bool
}

// KeepCalendar lets the working sessions reach far enough ahead, puts positions
// in step with what was planned for the day, and tells the
// documents that missed a change of the calendar. Whoever is told twice looks twice.
func (h *Hands) KeepCalendar(ctx context.Context, in UpkeepInput) error {
	err := h.record.ExtendSessions(ctx, in.Now)
	if err == nil {
		err = h.record.Settle(ctx, calendar.DateOf(in.Now).String())
	}
	if err == nil {
		_, err = h.record.TellOutdated(ctx)
	}
	return h.kept(ctx, err)
}

// WakeLagging tells the workflows of the next documents that they lag, or are
// gone: a milestone starts one that does not run. Whoever was told and has not
// read it yet is not told again.
func (h *Hands) WakeLagging(ctx context.Context, in UpkeepInput) (UpkeepPage, error) {
	woken, err := h.record.WakeLagging(ctx, in.Now, in.After, upkeepPage)
	out := UpkeepPage{Woken: len(woken), More: len(woken) == upkeepPage}
	if len(woken) > 0 {
		out.Last = woken[len(woken)-1].DocumentID
	}
	return out, h.kept(ctx, err)
}

// Files are the stored files. Both do a piece of work that is done again without harm.
type Files interface {
	// ScrubPage looks at stored files that were not looked at since an instant, for
	// a few seconds, and says whether there are more.
	ScrubPage(ctx context.Context, before time.Time) (more bool, err error)
	// SweepFiles removes what was stored and no document has.
	SweepFiles(ctx context.Context) (swept int, err error)
}

// ScrubFiles looks at the next stored files; false: that was the last for tonight.
func (h *Hands) ScrubFiles(ctx context.Context, in UpkeepInput) (more bool, err error) {
	if h.files == nil {
		return false, nil
	}
	more, err = h.files.ScrubPage(ctx, in.Now)
	return more, h.kept(ctx, err)
}

// SweepFiles removes stored files that no document has.
func (h *Hands) SweepFiles(ctx context.Context) error {
	if h.files == nil {
		return nil
	}
	_, err := h.files.SweepFiles(ctx)
	return h.kept(ctx, err)
}

func (h *Hands) kept(ctx context.Context, err error) error {
	if err != nil && activity.IsActivity(ctx) {
		activity.GetLogger(ctx).Warn("upkeep failed", "error", postgres.WithoutContent(err))
	}
	return toTemporal(err)
}
