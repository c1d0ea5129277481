package desk

import (
	"context"
	"slices"
	"time"

	"congvan/postgres"
	"congvan/routing"
)

// Stages are the stages of docs/ledger.md, in the order in which a document passes
// through them.
var Stages = []string{"registering", "presenting", "direction", "receipt", "work", "consent", "approval", "return"}

// StuckLimit is how many lines a list of what is stuck has at most: as many as one
// batch may remind.
const StuckLimit = BatchLimit

// longestPeriod is the longest period that is told of: a quarter.
const longestPeriod = 93 * 24 * time.Hour

var errPeriod = routing.ErrField.With("fields", map[string]string{"toDay": "kỳ dài nhất là một quý (93 ngày), ngày cuối không trước ngày đầu"})

// checkPeriod refuses a period that is none, or longer than a quarter.
func checkPeriod(p routing.Period) error {
	if p.From.IsZero() || !p.From.Before(p.To) || p.To.Sub(p.From) > longestPeriod {
		return errPeriod
	}
	return nil
}

// Stuck is where things are stuck.
type Stuck struct {
	Lateness Lateness              // of what was due in the period
	Stages   []StageFigure         // all of them, in order: now, and in the period
	NoResult postgres.NoResult     // now
	Bounced  []Bounced             // the last time in the period; 100 at most
	Titles   map[routing.ID]string // of the positions in Lateness
}

// Bounced is a document that came back twice or more, with the way that it went.
type Bounced struct {
	DocumentID routing.ID
	Way        []postgres.Bounce // oldest first
}

const mostBounced = 100

// Stuck tells where things are stuck in the actor's scope: in a period of whole
// days, a quarter at most, and as of now.
func (d *Desk) Stuck(ctx context.Context, actor routing.Actor, p routing.Period) (out Stuck, err error) {
	of, err := scope(actor)
	if err != nil {
		return out, err
	}
	if err := checkPeriod(p); err != nil {
		return out, err
	}
	if out.Lateness, err = d.Lateness(ctx, actor, p.From, p.To); err != nil {
		return out, err
	}
	var people []routing.ID
	for _, c := range out.Lateness.Causes {
		if c.PositionID != "" {
			people = append(people, c.PositionID)
		}
	}
	if out.Titles, err = d.record.TitlesOfPositions(ctx, people); err != nil {
		return out, err
	}
	if out.Stages, err = d.stages(ctx, of, p); err != nil {
		return out, err
	}
	if out.NoResult, err = d.record.NoResult(ctx, of, d.now()); err != nil {
		return out, err
	}
	bounces, err := d.record.Bounced(ctx, of, p, mostBounced)
	for _, b := range bounces {
		if n := len(out.Bounced); n == 0 || out.Bounced[n-1].DocumentID != b.DocumentID {
			out.Bounced = append(out.Bounced, Bounced{DocumentID: b.DocumentID})
		}
		last := &out.Bounced[len(out.Bounced)-1]
		last.Way = append(last.Way, b)
	}
	return out, err
}

// StageFigure counts one stage of docs/ledger.md: what waits there now, in the usual
// office hours whoever has to act, and how long it took what went through it in the
// period, in the hours of who had to. Holds and waiting for others are included.
type StageFigure struct {
	Stage         string
	Waiting, Late int // Late: past the deadline of the stage
	Median, Most  time.Duration
	Passed        Pace // the newest: see [postgres.Store.Passages]; nothing of consent
}

func (d *Desk) stages(ctx context.Context, of postgres.Scope, p routing.Period) ([]StageFigure, error) {
	now := d.now()
	waits, err := d.record.StagesNow(ctx, of, now)
	if err != nil {
		return nil, err
	}
	passed, err := d.record.Passages(ctx, of, p, PaceShares)
	if err != nil {
		return nil, err
	}
	clocks, err := d.record.Clocks(ctx)
	if err != nil {
		return nil, err
	}
	took := map[string][]time.Duration{}
	for _, x := range passed {
		took[x.Stage] = append(took[x.Stage], clocks(x.UnitID).Between(x.Since, x.Until))
	}
	out := make([]StageFigure, len(Stages))
	for i, stage := range Stages {
		out[i] = StageFigure{Stage: stage, Passed: paceOf(took[stage])}
		for _, x := range waits {
			if x.Stage == stage {
				out[i].Waiting, out[i].Late = x.Waiting, x.Late
				out[i].Median, out[i].Most = clocks("").Between(x.MedianSince, now), clocks("").Between(x.OldestSince, now)
			}
		}
	}
	return out, nil
}

// StuckKind is a list behind a figure.
type StuckKind string

// The lists.
const (
	StuckWaiting    StuckKind = "waiting"    // in a stage, now
	StuckLate       StuckKind = "late"       // of them those past their deadline
	StuckUnreported StuckKind = "unreported" // NoResult.Unreported
	StuckIdle       StuckKind = "idle"       // NoResult.Idle
	StuckCause      StuckKind = "cause"      // behind a line of Lateness
	StuckDue        StuckKind = "due"        // of the forecast: what becomes late
)

// StuckQuery asks for the list behind a figure.
type StuckQuery struct {
	Kind   StuckKind
	Stage  string         // of waiting, late and cause
	Unit   routing.ID     // of cause; of due: empty for all units
	Person routing.ID     // of cause: the position; empty: the unit itself
	Period routing.Period // of cause and due
}

// StuckList lists what is behind a figure, what lies longest, or is due soonest,
// first: StuckLimit lines at most, else as many as the figure says.
func (d *Desk) StuckList(ctx context.Context, actor routing.Actor, q StuckQuery) ([]postgres.StuckItem, error) {
	of, err := scope(actor)
	if err != nil {
		return nil, err
	}
	now := d.now()
	switch q.Kind {
	case StuckWaiting, StuckLate:
		if !slices.Contains(Stages, q.Stage) {
			return nil, routing.ErrNotFound
		}
		return d.stageList(ctx, of, q, now)
	case StuckUnreported, StuckIdle:
		return d.record.NoResultList(ctx, of, q.Kind == StuckUnreported, now, StuckLimit)
	case StuckCause:
		return d.causeList(ctx, actor, q)
	case StuckDue:
		if q.Unit != "" && !validID(q.Unit) {
			return nil, routing.ErrNotFound
		}
		if err := checkPeriod(q.Period); err != nil {
			return nil, err
		}
		return d.record.DueList(ctx, of, q.Unit, later(q.Period.From, now), q.Period.To, StuckLimit)
	}
	return nil, routing.ErrNotFound
}

// stageList reckons how long things wait as the figures do.
func (d *Desk) stageList(ctx context.Context, of postgres.Scope, q StuckQuery, now time.Time) ([]postgres.StuckItem, error) {
	clocks, err := d.record.Clocks(ctx)
	if err != nil {
		return nil, err
	}
	items, err := d.record.StageList(ctx, of, q.Stage, q.Kind == StuckLate, now, StuckLimit)
	for i := range items {
		items[i].Seconds = int64(clocks("").Between(items[i].Since, now) / time.Second)
	}
	return items, err
}

func (d *Desk) causeList(ctx context.Context, actor routing.Actor, q StuckQuery) ([]postgres.StuckItem, error) {
	if err := checkPeriod(q.Period); err != nil {
		return nil, err
	}
	found, err := d.LateDocuments(ctx, actor, q.Period.From, q.Period.To, postgres.Cause{UnitID: q.Unit, PositionID: q.Person, Stage: q.Stage})
	found = found[:min(len(found), StuckLimit)]
	out := make([]postgres.StuckItem, len(found))
	for i, x := range found {
		out[i] = postgres.StuckItem{SubjectID: x.DocumentID, DocumentID: x.DocumentID, UnitID: q.Unit, Stage: q.Stage, Seconds: x.WorkedSeconds}
	}
	return out, err
}

func later(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}
