package workflows_test

import (
	"context"
	"errors"
	"slices"
	"testing"
	"time"

	"congvan/activities"
	"congvan/routing"
	"congvan/workflows"

	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/activity"
	"go.temporal.io/sdk/testsuite"
	"go.temporal.io/sdk/workflow"
)

const document = routing.ID("0190a5b2-0000-7000-8000-000000000001")

// alarm is a rung of the fake record: at an instant, counted from the
// beginning of the test, somebody is told.
type alarm struct {
	at    time.Duration
	tells string
}

// office is an authority of fakes around one document: a record that is a few
// fields, and hands that read and write it as the real ones do.
type office struct {
	env     *testsuite.TestWorkflowEnvironment
	began   time.Time
	status  routing.DocumentStatus
	waiting int              // directions that are not dispatched
	alarms  map[string]alarm // by whom or what they wait for
	downTil time.Duration    // until when the record cannot be written
	tries   int
	did     []string // what was done, in order
	timers  timers

	afterClose func(*office) // what happens between the last step and the end of the run
}

// timers counts the workflow's timers.
type timers struct{ started, fired, cancelled int }

func newOffice(t *testing.T) *office {
	var suite testsuite.WorkflowTestSuite
	suite.SetLogger(quiet{})
	o := &office{env: suite.NewTestWorkflowEnvironment(), status: routing.Registered, alarms: map[string]alarm{}}
	o.began = time.Date(2026, 11, 23, 1, 0, 0, 0, time.UTC) // Monday, 08:00 in Hà Đông
	o.env.SetStartTime(o.began)
	o.env.SetTestTimeout(20 * time.Second)
	o.env.RegisterWorkflowWithOptions(workflows.RouteDocument, workflow.RegisterOptions{Name: workflows.TypeRouteDocument})
	for name, hand := range map[string]func(activities.Input){
		activities.Dispatch: func(activities.Input) { o.dispatch() },
		activities.Ring:     o.ring,
		activities.Withdraw: func(activities.Input) {},
		activities.Close:    func(activities.Input) {},
	} {
		o.env.RegisterActivityWithOptions(o.hand(t, name, hand), activity.RegisterOptions{Name: name})
	}
	o.env.SetOnTimerScheduledListener(func(string, time.Duration) { o.timers.started++ })
	o.env.SetOnTimerFiredListener(func(string) { o.timers.fired++ })
	o.env.SetOnTimerCanceledListener(func(string) { o.timers.cancelled++ })
	return o
}

// hand is one activity: the record may be down, a finished document is ended
// whatever was asked, and the outlook is what the record says then.
func (o *office) hand(t *testing.T, name string, do func(activities.Input)) any {
	return func(_ context.Context, in activities.Input) (activities.Outlook, error) {
		require.Equal(t, document, in.DocumentID)
		if o.tries++; o.now() < o.downTil {
			return activities.Outlook{}, errors.New("the record is down")
		}
		switch o.status {
		case routing.Recalled:
			o.did = append(o.did, "withdraw")
		case routing.Concluded:
			o.did = append(o.did, "close")
		default:
			do(in)
		}
		out := o.outlook()
		if happens := o.afterClose; out.Finished() && happens != nil {
			o.afterClose = nil
			happens(o)
		}
		return out, nil
	}
}

func (o *office) now() time.Duration { return o.env.Now().Sub(o.began) }

func (o *office) dispatch() {
	for ; o.waiting > 0; o.waiting-- {
		o.did = append(o.did, "dispatch")
	}
}

func (o *office) ring(in activities.Input) {
	o.dispatch()
	for _, what := range o.byTime() {
		if a := o.alarms[what]; a.at <= in.Woken.Sub(o.began) {
			o.did = append(o.did, a.tells)
			delete(o.alarms, what)
		}
	}
}

func (o *office) byTime() []string {
	var names []string
	for name := range o.alarms {
		names = append(names, name)
	}
	slices.SortFunc(names, func(a, b string) int { return int(o.alarms[a].at - o.alarms[b].at) })
	return names
}

func (o *office) outlook() activities.Outlook {
	out := activities.Outlook{Status: o.status}
	if next := o.byTime(); len(next) > 0 && !out.Finished() {
		out.NextAlarm, out.Awaits, out.Holders = o.began.Add(o.alarms[next[0]].at), routing.AwaitReceipt, 17
	}
	return out
}

// at lets something happen some time after the beginning.
func (o *office) at(when time.Duration, happens ...func(*office)) {
	o.env.RegisterDelayedCallback(func() {
		for _, f := range happens {
			f(o)
		}
	}, when)
}

// run lets the document's workflow run until it ends, or until the test has
// seen enough of it.
func (o *office) run(in workflows.RouteInput) error {
	in.DocumentID = document
	o.env.ExecuteWorkflow(workflows.TypeRouteDocument, in)
	if !o.env.IsWorkflowCompleted() {
		return errors.New("the workflow has not ended")
	}
	return o.env.GetWorkflowError()
}

func (o *office) situation(t *testing.T) (s workflows.Situation) {
	t.Helper()
	answer, err := o.env.QueryWorkflow(workflows.QuerySituation)
	require.NoError(t, err)
	require.NoError(t, answer.Get(&s))
	return s
}

// with adds to a list without touching it.
func with(these []func(*office), more ...func(*office)) []func(*office) {
	return slices.Concat(these, more)
}

// What people do, on the record only.

func awaits(what string, at time.Duration, tells string) func(*office) {
	return func(o *office) { o.alarms[what] = alarm{at, tells} }
}

func acted(what ...string) func(*office) {
	return func(o *office) {
		for _, w := range what {
			delete(o.alarms, w)
		}
	}
}

func directs(o *office)   { o.status, o.waiting = routing.Directed, o.waiting+1 }
func recalls(o *office)   { o.status = routing.Recalled }
func concludes(o *office) { o.status = routing.Concluded }

// What the outbox delivers.

func letter(ms ...routing.Milestone) func(*office) {
	return func(o *office) { o.env.SignalWorkflow(workflows.SignalMilestones, ms) }
}

func registered(o *office, directBy time.Duration) routing.Milestone {
	m := routing.Milestone{Kind: routing.NewsRegistered, Seq: 1}
	if directBy != 0 {
		m.NextAlarm = o.began.Add(directBy)
	}
	return m
}

func milestone(kind routing.MilestoneKind, seq int) routing.Milestone {
	return routing.Milestone{Kind: kind, Seq: seq}
}

// quiet is a log that nobody reads.
type quiet struct{}

func (quiet) Debug(string, ...any) {}
func (quiet) Info(string, ...any)  {}
func (quiet) Warn(string, ...any)  {}
func (quiet) Error(string, ...any) {}
