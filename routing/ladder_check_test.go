package routing_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"congvan/routing"
)

func soundLadder() routing.Ladder {
	hour := routing.Span{Working: time.Hour}
	rung := func(kind routing.DeadlineKind, step int, when routing.Span, tell ...routing.Audience) routing.Rung {
		return routing.Rung{Kind: kind, Step: step, When: when, Tell: tell}
	}
	const code = "do-thi"
	return routing.Ladder{Code: code, Name: "Đô thị", Direction: hour, Receipt: routing.Span{Immediate: time.Hour}, Approval: routing.Span{Days: 1},
		Rungs: []routing.Rung{
			rung(routing.AwaitReceipt, 1, routing.Span{Immediate: -time.Minute}, routing.TellClerk, routing.TellHead),
			rung(routing.AwaitReceipt, 2, routing.Span{Plain: time.Second}, routing.TellGiver),
			rung(routing.AwaitReceipt, 3, routing.Span{Immediate: time.Hour}, routing.TellDeputy),
			rung(routing.AwaitReport, 1, routing.Span{Days: -2}, routing.TellHolder),
			rung(routing.AwaitReport, 2, routing.Span{Working: -4 * time.Hour}, routing.TellHolder),
		}}
}

func TestLadderCheck(t *testing.T) {
	t.Parallel()
	require.NoError(t, soundLadder().Check())
	for name, c := range map[string]struct {
		spoil func(*routing.Ladder)
		field string
	}{
		"a code with an accent":     {func(l *routing.Ladder) { l.Code = "đô-thị" }, "code"},
		"no code":                   {func(l *routing.Ladder) { l.Code = "" }, "code"},
		"no name":                   {func(l *routing.Ladder) { l.Name = " " }, "name"},
		"a term that runs back":     {func(l *routing.Ladder) { l.Receipt.Immediate = -time.Hour }, "receipt"},
		"a term of two clocks":      {func(l *routing.Ladder) { l.Receipt.Plain = time.Hour }, "receipt"},
		"a term longer than a year": {func(l *routing.Ladder) { l.Approval.Days = 367 }, "approval"},
		"a term that overflows":     {func(l *routing.Ladder) { l.Approval.Days = 1 << 40 }, "approval"},
		"one that may be missing":   {func(l *routing.Ladder) { l.Notice = &routing.Span{Days: -1} }, "notice"},
		"an unknown kind":           {func(l *routing.Ladder) { l.Rungs[0].Kind = "lunch" }, "rungs.0"},
		"a step left out":           {func(l *routing.Ladder) { l.Rungs[1].Step = 3 }, "rungs.1"},
		"no span":                   {func(l *routing.Ladder) { l.Rungs[1].When = routing.Span{} }, "rungs.1"},
		"nobody":                    {func(l *routing.Ladder) { l.Rungs[1].Tell = nil }, "rungs.1"},
		"somebody twice":            {func(l *routing.Ladder) { l.Rungs[1].Tell = []routing.Audience{"chief", "chief"} }, "rungs.1"},
		"an unknown channel":        {func(l *routing.Ladder) { l.Rungs[1].Channels = []routing.Medium{"pigeon"} }, "rungs.1"},
		"a channel twice":           {func(l *routing.Ladder) { l.Rungs[1].Channels = []routing.Medium{"mail", "mail"} }, "rungs.1"},
		"the giver of no direction": {func(l *routing.Ladder) {
			l.Rungs[0].Kind, l.Rungs[1].Kind, l.Rungs[1].Step = "presenting", "presenting", 2
		}, "rungs.1"},
		"down again":             {func(l *routing.Ladder) { l.Rungs[4].When = routing.Span{Days: -3} }, "rungs.4"},
		"the same instant twice": {func(l *routing.Ladder) { l.Rungs[2].When = routing.Span{Plain: time.Second} }, "rungs.2"},
		"too many rungs": {func(l *routing.Ladder) {
			for range 70 {
				l.Rungs = append(l.Rungs, l.Rungs[0])
			}
		}, "rungs"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			l := soundLadder()
			c.spoil(&l)
			fields := refusal(t, l.Check(), routing.ErrField).Details["fields"].(map[string]string)
			require.Contains(t, fields, c.field)
		})
	}
}
