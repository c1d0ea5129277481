package workflows_test

import (
	"testing"
	"time"

	"congvan/routing"
	"congvan/workflows"

	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/converter"
	"go.temporal.io/sdk/workflow"
)

const (
	hour = time.Hour
	day  = 24 * time.Hour
)

// arrives registers the document at the beginning; until directBy a leader has
// to give direction, then the chief is told.
func arrives(o *office, directBy time.Duration) {
	if directBy != 0 {
		awaits("direction", directBy, "tell chief")(o)
	}
	o.at(0, letter(registered(o, directBy)))
}

const (
	directed  = routing.NewsDirected
	moved     = routing.NewsMoved
	recalled  = routing.NewsRecalled
	concluded = routing.NewsConcluded
)

// toWards is a direction to units who have until 17:00 to confirm it, then the
// ladder is climbed; received is their confirmation.
var (
	toWards = []func(*office){
		directs, acted("direction"), awaits("receipt", 9*hour, "tell ward"),
		awaits("receipt 2", 12*hour, "tell leader"), awaits("receipt 3", 30*day, "tell chairman"),
	}
	received = acted("receipt", "receipt 2", "receipt 3")
)

// stories are what may happen to a document, what its workflow does then, and
// the timers that it takes: each fires or is cancelled when its wait is over.
var stories = map[string]struct {
	story  func(o *office)
	did    []string
	timers timers
}{
	"in time tells nobody": {func(o *office) {
		arrives(o, 8*hour)
		o.at(hour, with(toWards, letter(milestone(directed, 2)))...)
		o.at(2*hour, received, concludes, letter(milestone(concluded, 3)))
	}, []string{"dispatch", "close"}, timers{2, 0, 2}},

	"in time, but the alarm was set: it finds nothing to do": {func(o *office) {
		arrives(o, 8*hour)
		o.at(hour, with(toWards, letter(milestone(directed, 2)))...)
		o.at(2*hour, received)
		o.at(day, concludes, letter(milestone(concluded, 3)))
	}, []string{"dispatch", "close"}, timers{2, 1, 1}},

	"late tells the ward": {func(o *office) {
		arrives(o, 8*hour)
		o.at(hour, with(toWards, letter(milestone(directed, 2)))...)
		o.at(10*hour, received, concludes, letter(milestone(concluded, 3)))
	}, []string{"dispatch", "tell ward", "close"}, timers{3, 1, 2}},

	"reopened while the run was about to end": {func(o *office) {
		arrives(o, 8*hour)
		o.at(hour, with(toWards, letter(milestone(directed, 2)))...)
		o.at(2*hour, received, concludes, letter(milestone(concluded, 3)))
		o.afterClose = func(o *office) {
			directs(o)
			letter(milestone(moved, 4))(o)
		}
		o.at(day, received, concludes, letter(milestone(concluded, 5)))
	}, []string{"dispatch", "close", "dispatch", "close"}, timers{2, 0, 2}},

	"the same letter again while the run was about to end": {func(o *office) {
		arrives(o, 8*hour)
		o.at(hour, with(toWards, letter(milestone(directed, 2)))...)
		o.at(2*hour, received, concludes, letter(milestone(concluded, 3)))
		o.afterClose = letter(milestone(concluded, 3))
	}, []string{"dispatch", "close"}, timers{2, 0, 2}},

	"very late climbs further": {func(o *office) {
		arrives(o, 8*hour)
		o.at(hour, with(toWards, letter(milestone(directed, 2)))...)
		o.at(13*hour, received, concludes, letter(milestone(concluded, 3)))
	}, []string{"dispatch", "tell ward", "tell leader", "close"}, timers{4, 2, 2}},

	"past the ladder is still awaited, for a year": {func(o *office) {
		arrives(o, 8*hour)
		o.at(hour, with(toWards, letter(milestone(directed, 2)))...)
		o.at(365*day, received, concludes, letter(milestone(concluded, 3)))
	}, []string{"dispatch", "tell ward", "tell leader", "tell chairman", "close"}, timers{4, 3, 1}},

	"nobody gives direction": {func(o *office) {
		arrives(o, 8*hour)
		o.at(day, with(toWards, letter(milestone(directed, 2)))...)
		o.at(day+hour, received, concludes, letter(milestone(concluded, 3)))
	}, []string{"tell chief", "dispatch", "tell ward", "tell leader", "close"}, timers{2, 1, 1}},

	"recalled while waiting": {func(o *office) {
		arrives(o, 8*hour)
		o.at(hour, with(toWards, letter(milestone(directed, 2)))...)
		o.at(10*hour, recalls, letter(milestone(recalled, 3)))
	}, []string{"dispatch", "tell ward", "withdraw"}, timers{3, 1, 2}},

	"recalled before direction": {func(o *office) {
		arrives(o, 8*hour)
		o.at(hour, recalls, letter(milestone(recalled, 2)))
	}, []string{"withdraw"}, timers{1, 0, 1}},

	"recalled before it was dispatched starts nobody": {func(o *office) {
		arrives(o, 8*hour)
		o.at(hour, with(toWards, recalls, letter(milestone(directed, 2), milestone(recalled, 3)))...)
	}, []string{"withdraw"}, timers{1, 0, 1}},

	"the record knows of the recall before the letter comes": {func(o *office) {
		arrives(o, 8*hour)
		o.at(hour, with(toWards, recalls, letter(milestone(directed, 2)))...)
	}, []string{"withdraw"}, timers{1, 0, 1}},

	"milestones twice are one": {func(o *office) {
		arrives(o, 8*hour)
		o.at(0, letter(registered(o, 8*hour)))
		o.at(hour, with(toWards, letter(milestone(directed, 2)), letter(milestone(directed, 2)))...)
		o.at(2*hour, letter(milestone(directed, 2)))
		o.at(3*hour, received, concludes, letter(milestone(concluded, 3)), letter(milestone(concluded, 3)))
	}, []string{"dispatch", "close"}, timers{3, 0, 3}},

	"older milestone after newer is ignored": {func(o *office) {
		arrives(o, 8*hour)
		o.at(hour, with(toWards, letter(milestone(directed, 2), milestone(moved, 3)))...)
		o.at(2*hour, letter(milestone(directed, 2)))
		o.at(3*hour, received, concludes, letter(milestone(concluded, 4)))
	}, []string{"dispatch", "close"}, timers{3, 0, 3}},

	"registered and directed in one letter": {func(o *office) {
		for _, f := range toWards {
			f(o)
		}
		o.at(0, letter(registered(o, 8*hour), milestone(directed, 2)))
		o.at(2*hour, received, concludes, letter(milestone(concluded, 3)))
	}, []string{"dispatch", "close"}, timers{1, 0, 1}},

	"a whole life in one letter": {func(o *office) {
		o.at(0, concludes, letter(registered(o, 8*hour), milestone(directed, 2), milestone(concluded, 3)))
	}, []string{"close"}, timers{}},

	"a department directs further down": {func(o *office) {
		arrives(o, 8*hour)
		o.at(hour, with(toWards, letter(milestone(directed, 2)))...)
		o.at(2*hour, directs, letter(milestone(directed, 3)))
		o.at(3*hour, received, concludes, letter(milestone(concluded, 4)))
	}, []string{"dispatch", "dispatch", "close"}, timers{3, 0, 3}},

	"moved forward rings earlier": {func(o *office) {
		arrives(o, 8*hour)
		o.at(hour, with(toWards, letter(milestone(directed, 2)))...)
		o.at(2*hour, received, awaits("approval", 3*hour, "tell giver"), letter(milestone(moved, 3)))
		o.at(5*hour, concludes, letter(milestone(concluded, 4)))
	}, []string{"dispatch", "tell giver", "close"}, timers{3, 1, 2}},

	"moved into the past rings at once": {func(o *office) {
		arrives(o, 8*hour)
		o.at(hour, with(toWards, letter(milestone(directed, 2)))...)
		o.at(5*hour, received, awaits("work", 3*hour, "tell holder"), letter(milestone(moved, 3)))
		o.at(6*hour, concludes, letter(milestone(concluded, 4)))
	}, []string{"dispatch", "tell holder", "close"}, timers{2, 0, 2}},

	"a late duplicate of a finished document ends by itself": {func(o *office) {
		concludes(o)
		o.at(0, letter(milestone(moved, 7)))
	}, []string{"close"}, timers{}},

	"so does the duplicate of its first milestone, when that alarm comes": {func(o *office) {
		concludes(o)
		o.at(0, letter(registered(o, 8*hour)))
	}, []string{"close"}, timers{1, 1, 0}},

	"a ladder without a step for the direction": {func(o *office) {
		arrives(o, 0)
		o.at(hour, with(toWards, letter(milestone(directed, 2)))...)
		o.at(2*hour, received, concludes, letter(milestone(concluded, 3)))
	}, []string{"dispatch", "close"}, timers{1, 0, 1}},

	"begun anew from the record alone": {func(o *office) {
		for _, f := range toWards {
			f(o)
		}
		o.at(10*hour, received, concludes, letter(milestone(concluded, 3)))
	}, []string{"dispatch", "tell ward", "close"}, timers{2, 1, 1}},
}

func TestRouteDocument(t *testing.T) {
	for name, test := range stories {
		t.Run(name, func(t *testing.T) {
			o := newOffice(t)
			test.story(o)
			require.NoError(t, o.run(workflows.RouteInput{}))
			require.Equal(t, test.did, o.did)
			require.Equal(t, test.timers, o.timers)
		})
	}
}

// A record that cannot be written for hours stops nothing for good, and the
// pauses between the tries keep the history short.
func TestStepIsTriedUntilTheRecordIsBack(t *testing.T) {
	o := newOffice(t)
	arrives(o, 8*hour)
	o.downTil = 12 * hour
	o.at(hour, directs, acted("direction"), letter(milestone(routing.NewsDirected, 2)))
	o.at(11*hour, concludes, letter(milestone(routing.NewsConcluded, 3)))
	require.NoError(t, o.run(workflows.RouteInput{}))
	require.Equal(t, []string{"close", "close"}, o.did, "it was concluded before it could be dispatched; the letter that says so may be a later one, so the record is asked again")
	require.LessOrEqual(t, o.tries, 30*11+20, "once in two minutes")
}

func TestContinueAsNewLosesNoLetter(t *testing.T) {
	first := newOffice(t)
	arrives(first, 8*hour)
	first.at(hour, func(o *office) { o.env.SetContinueAsNewSuggested(true) }, directs, acted("direction"),
		awaits("receipt", 9*hour, "tell ward"), letter(milestone(routing.NewsDirected, 2)),
		// These come while the step for the first runs, and before the run ends.
		letter(milestone(routing.NewsMoved, 3)), letter(milestone(routing.NewsMoved, 3), milestone(routing.NewsMoved, 4)))
	in := nextRun(t, first.run(workflows.RouteInput{}))
	require.Equal(t, []string{"dispatch"}, first.did)

	second := newOffice(t)
	second.status, second.alarms = first.status, first.alarms
	second.at(0, letter(milestone(routing.NewsDirected, 2)))
	second.at(2*hour, letter(milestone(routing.NewsMoved, 4)))
	second.at(10*hour, concludes, letter(milestone(routing.NewsConcluded, 5)))
	require.NoError(t, second.run(in))
	require.Equal(t, []string{"tell ward", "close"}, second.did)
	require.Equal(t, second.timers.started, second.timers.fired+second.timers.cancelled)
}

// A run that continues with letters that nobody has acted upon acts upon them
// before it sleeps.
func TestContinuedRunActsUponWhatIsPending(t *testing.T) {
	o := newOffice(t)
	o.status, o.waiting = routing.Directed, 1
	in := workflows.RouteInput{Seen: 1, Pending: []routing.Milestone{milestone(routing.NewsDirected, 2)}}
	in.Outlook.Status, in.Outlook.NextAlarm = routing.Registered, o.began.Add(8*hour)
	o.at(time.Minute, func(o *office) { require.Equal(t, []string{"dispatch"}, o.did) })
	o.at(hour, concludes, letter(milestone(routing.NewsConcluded, 3)))
	require.NoError(t, o.run(in))
	require.Equal(t, []string{"dispatch", "close"}, o.did)
}

func nextRun(t *testing.T, err error) (in workflows.RouteInput) {
	t.Helper()
	var again *workflow.ContinueAsNewError
	require.ErrorAs(t, err, &again)
	require.Equal(t, workflows.TypeRouteDocument, again.WorkflowType.Name)
	require.NoError(t, converter.GetDefaultDataConverter().FromPayloads(again.Input, &in))
	return in
}

func TestSituationSpeaksInEveryState(t *testing.T) {
	o := newOffice(t)
	says := func(sentence string, seen int) func(*office) {
		return func(o *office) {
			s := o.situation(t)
			require.Equal(t, sentence, s.WaitsFor)
			require.Equal(t, seen, s.Seen)
		}
	}
	arrives(o, 8*hour)
	o.at(time.Minute, says("Chờ lãnh đạo cho ý kiến chỉ đạo; nếu chưa có, đôn đốc lúc 16:00:00 23/11/2026", 1))
	o.at(hour, directs, acted("direction"), awaits("receipt", 9*hour, "tell ward"), letter(milestone(routing.NewsDirected, 2)))
	o.at(2*hour, says("Chờ 17 đơn vị xác nhận đã nhận; nếu chưa có, đôn đốc lúc 17:00:00 23/11/2026", 2))
	o.at(10*hour, says("Đã đôn đốc hết thang; vẫn chờ đơn vị thực hiện", 2))
	o.at(11*hour, concludes, letter(milestone(routing.NewsConcluded, 3)))
	require.NoError(t, o.run(workflows.RouteInput{}))
	says("Văn bản hoàn thành", 3)(o)

	down := newOffice(t)
	down.downTil = hour
	down.at(30*time.Minute, says("Đang đọc hồ sơ; nếu chưa đọc được, tự thử lại", 0))
	down.at(2*hour, recalls, letter(milestone(routing.NewsRecalled, 2)))
	require.NoError(t, down.run(workflows.RouteInput{}))
	require.Equal(t, "Văn bản đã thu hồi", down.situation(t).WaitsFor)
}
