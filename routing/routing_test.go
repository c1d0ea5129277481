package routing_test

import (
	"time"

	"github.com/stretchr/testify/require"
	"golang.org/x/text/unicode/norm"

	"congvan/calendar"
	"congvan/routing"
)

// office is the clock of a usual office in Vietnam, the same for every unit.
var office = calendar.NewClock(calendar.Vietnam(), calendar.DefaultHours())

func everyOffice(routing.ID) calendar.Clock { return office }

// at reads an instant in Vietnamese time.
func at(text string) time.Time {
	t, err := time.ParseInLocation("2006-01-02 15:04", text, calendar.Location)
	if err != nil {
		panic(err)
	}
	return t
}

func decomposed(s string) string { return norm.NFD.String(s) }

// fullWidth writes Latin letters as a Japanese keyboard does.
func fullWidth(s string) string {
	wide := []rune(norm.NFD.String(s))
	for i, r := range wide {
		if r > ' ' && r <= '~' {
			wide[i] = r + 0xFEE0
		}
	}
	return string(wide)
}

// refusal asserts that err is want and returns it with its details.
func refusal(t require.TestingT, err error, want *routing.Error, about ...any) *routing.Error {
	require.ErrorIs(t, err, want, about...)
	var refused *routing.Error
	require.ErrorAs(t, err, &refused, about...)
	require.NotEmpty(t, refused.Message, about...)
	return refused
}

var (
	roles = []routing.Role{routing.Lead, routing.Coordinate, routing.Execute, routing.Inform}

	documentStatuses = []routing.DocumentStatus{routing.Registered, routing.Presented, routing.Directed, routing.Concluded,
		routing.Recalling, routing.Recalled, routing.Cancelled}

	assignmentStatuses = []routing.AssignmentStatus{routing.Sent, routing.Received, routing.Working, routing.Consulting,
		routing.Reported, routing.Returned, routing.Done, routing.Withdrawn, routing.HandedOver}

	acts = []routing.Act{routing.ActRegister, routing.ActAttach, routing.ActDirect, routing.ActAcknowledge, routing.ActStart,
		routing.ActProgress, routing.ActReport, routing.ActApprove, routing.ActSendBack, routing.ActRecall,
		routing.ActPresent, routing.ActFile, routing.ActCancel, routing.ActNotify, routing.ActReturn, routing.ActInsist, routing.ActAdd,
		routing.ActDrop, routing.ActReroute, routing.ActHandOver, routing.ActVoid, routing.ActHold, routing.ActResume, routing.ActReopen,
		routing.ActRemind, routing.ActAskExtension, routing.ActExtend, routing.ActRefuseExtension, routing.ActSubmit, routing.ActConsent,
		routing.ActObject, routing.ActWithdrawDraft, routing.ActAnswerRecall, routing.ActChangeLadder, routing.ActConclude, routing.ActCarry, routing.ActMove, routing.ActPassDecision,
		routing.ActSettleRecall, routing.ActDispatch, routing.ActRing, routing.ActClose, routing.ActWithdraw, "unknown"}

	offices = []routing.Office{routing.Chairman, routing.Deputy, routing.Chief, routing.Head, routing.Clerk, routing.Officer, routing.Inspector, routing.Admin}
)
