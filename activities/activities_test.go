package activities_test

import (
	"context"
	"os"
	"strings"
	"testing"
	"time"

	"congvan/activities"
	"congvan/local/localtest"
	"congvan/postgres"
	"congvan/routing"
	"congvan/worker/workertest"

	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/temporal"
)

func TestMain(m *testing.M) { os.Exit(localtest.Main(m)) }

type hand func(context.Context, activities.Input) (activities.Outlook, error)

// desk is an authority with one document, whose direction to two wards waits,
// and hands with a clock that a test sets.
type desk struct {
	*workertest.Authority
	hands *activities.Hands
	t     *testing.T
	in    activities.Input
	ahead time.Duration // of the hands' clock
}

func directed(t *testing.T) *desk {
	d := &desk{Authority: workertest.NewWithoutTemporal(t), t: t}
	d.hands = activities.New(d.Record, func() time.Time { return time.Now().Add(d.ahead) })
	d.in.DocumentID = d.Arrive(workertest.Quick)
	d.DirectToWards(d.in.DocumentID, "molao", "phula")
	return d
}

// twice runs an activity twice, as a worker that died before it could say that
// it was done would, and counts the events of an act in the record.
func (d *desk) twice(do hand, act routing.Act, want int) (outlook activities.Outlook) {
	d.t.Helper()
	for range 2 {
		var err error
		outlook, err = do(d.t.Context(), d.in)
		require.NoError(d.t, err)
	}
	events, err := d.Record.Events(d.t.Context(), d.in.DocumentID, 0, 1000)
	require.NoError(d.t, err)
	got := 0
	for _, e := range events {
		if e.Kind == act {
			got++
		}
	}
	require.Equal(d.t, want, got, act)
	return outlook
}

func TestTwiceIsOnce(t *testing.T) {
	t.Parallel()
	d := directed(t)
	outlook := d.twice(d.hands.Dispatch, routing.ActDispatch, 3)
	require.Equal(t, routing.Directed, outlook.Status)
	require.Equal(t, routing.AwaitReceipt, outlook.Awaits)
	require.Equal(t, 3, outlook.Holders)
	require.WithinDuration(t, time.Now(), outlook.NextAlarm, time.Minute)

	d.ahead = time.Hour
	outlook = d.twice(d.hands.Ring, routing.ActRing, 3*4)
	require.Zero(t, outlook.NextAlarm, "the ladder is climbed to its end")

	d.Withdraw(d.in.DocumentID)
	outlook = d.twice(d.hands.Withdraw, routing.ActWithdraw, 3)
	require.Equal(t, activities.Outlook{Status: routing.Recalled}, outlook)
}

func TestCloseEndsWhatIsOpen(t *testing.T) {
	t.Parallel()
	d := directed(t)
	d.twice(d.hands.Dispatch, routing.ActDispatch, 3)
	d.Receive(d.in.DocumentID, "molao", "phula", "qldt")
	d.WardsReport(d.in.DocumentID, "molao", "phula")
	d.LeadReports(d.in.DocumentID)
	d.Conclude(d.in.DocumentID)
	outlook := d.twice(d.hands.Close, routing.ActClose, 2)
	require.Equal(t, activities.Outlook{Status: routing.Concluded}, outlook)
}

// Where this machine's clock is behind the workflow's, the alarm that woke the
// workflow is due all the same, or it would wake it again and again.
func TestTheLaterClockCounts(t *testing.T) {
	t.Parallel()
	d := directed(t)
	d.ahead = -time.Hour
	outlook := d.twice(d.hands.Dispatch, routing.ActDispatch, 3)
	d.in.Woken = outlook.NextAlarm
	outlook = d.twice(d.hands.Ring, routing.ActRing, 3)
	require.True(t, outlook.NextAlarm.After(d.in.Woken))
}

// Whichever activity finds a document recalled withdraws it, and starts nobody.
func TestRecalledMeanwhile(t *testing.T) {
	t.Parallel()
	d := directed(t)
	d.Withdraw(d.in.DocumentID)
	require.True(t, d.twice(d.hands.Dispatch, routing.ActDispatch, 0).Finished())

	d = directed(t)
	d.twice(d.hands.Dispatch, routing.ActDispatch, 3)
	d.Withdraw(d.in.DocumentID)
	d.ahead = time.Hour
	require.True(t, d.twice(d.hands.Ring, routing.ActWithdraw, 3).Finished())
	d.twice(d.hands.Ring, routing.ActRing, 0)
}

// A document whose milestone was lost with its workflow is made whole by any
// ringing, and nobody is closed or withdrawn by an activity come too early.
func TestRingFindsWhatWasLost(t *testing.T) {
	t.Parallel()
	d := directed(t)
	d.twice(d.hands.Close, routing.ActClose, 0)
	d.twice(d.hands.Withdraw, routing.ActWithdraw, 0)
	d.twice(d.hands.Ring, routing.ActDispatch, 3)
}

// An error goes into the history: it holds a code, nothing of the record.
func TestErrorsHoldNoContent(t *testing.T) {
	t.Parallel()
	d := directed(t)
	var failure *temporal.ApplicationError

	_, err := d.hands.Ring(t.Context(), activities.Input{DocumentID: postgres.NewID()})
	require.ErrorAs(t, err, &failure)
	require.True(t, failure.NonRetryable(), "no try finds a document that is not there")

	_, err = d.Record.DB().NewRaw("ALTER TABLE alarms RENAME TO lost").Exec(t.Context())
	require.NoError(t, err)
	_, err = d.hands.Ring(t.Context(), d.in)
	require.ErrorAs(t, err, &failure)
	require.False(t, failure.NonRetryable())
	require.Equal(t, "internal", failure.Type())
	require.False(t, strings.Contains(err.Error(), "alarms"), err.Error())

	require.NoError(t, d.Record.Close())
	_, err = d.hands.Ring(t.Context(), d.in)
	require.ErrorAs(t, err, &failure)
	require.False(t, failure.NonRetryable(), "the database will be back")
}
