package worker_test

import (
	"testing"

	"congvan/worker/workertest"

	"github.com/stretchr/testify/require"
)

// The price of a document in the engine is its history: the worst case is a
// relay so quick that each milestone comes in a letter of its own.
func TestHistoryOfSeventeenWardsInTime(t *testing.T) {
	t.Parallel()
	a := workertest.New(t)
	a.Work()
	wards := workertest.Wards()
	require.Len(t, wards, 17)

	document := a.Arrive("")
	a.Settle(document)
	a.DirectToWards(document, wards...)
	a.Settle(document)
	a.Receive(document, append(wards, "qldt")...)
	a.WardsReport(document, wards...)
	a.LeadReports(document)
	a.Settle(document)
	a.Conclude(document)
	a.Settle(document)

	history := a.History(document, "")
	for _, e := range history.Events {
		t.Log(e.EventId, e.EventType)
	}
	require.LessOrEqual(t, len(history.Events), 20)
}

// most is how many events a further direction, or a step of the ladder, may add.
const most = 8

func TestHistoryOfFurtherDirections(t *testing.T) {
	t.Parallel()
	a := workertest.New(t)
	a.Work()
	document, wards := a.Arrive(""), workertest.Wards()[:3]
	a.DirectToWards(document)
	a.Receive(document, "qldt")
	a.Settle(document)
	before := len(a.History(document, "").Events)
	for _, ward := range wards {
		a.DirectFurther(document, ward)
		a.Settle(document)
		a.Receive(document, ward)
	}
	added := len(a.History(document, "").Events) - before
	t.Logf("a further direction adds %.1f events", float64(added)/float64(len(wards)))
	require.LessOrEqual(t, added, len(wards)*most)
}

// Seventeen wards that are late together are one alarm for the engine.
func TestHistoryOfAlarms(t *testing.T) {
	t.Parallel()
	a := workertest.New(t)
	a.Work()
	document, wards := a.Arrive(workertest.Quick), workertest.Wards()
	a.DirectToWards(document, wards...)
	a.Share(document, "qldt")
	before := len(a.History(document, "").Events)
	const steps = 4
	a.Rung(document, steps*(len(wards)+1))
	added := len(a.History(document, "").Events) - before
	t.Logf("a step of the ladder adds %.1f events", float64(added)/steps)
	require.LessOrEqual(t, added, steps*most)
}
