package workflows

import (
	"time"

	"go.temporal.io/sdk/workflow"
)

// Situation is what a document's workflow says of itself.
type Situation struct {
	WaitsFor  string    // for people, in Vietnamese
	NextAlarm time.Time // zero: nothing will ring
	Seen      int       // the last milestone that was acted upon
}

func (d *documentRoute) answerQueries(ctx workflow.Context) error {
	return workflow.SetQueryHandler(ctx, QuerySituation, func() (Situation, error) {
		return Situation{WaitsFor: alarmSummary(d.Outlook), NextAlarm: d.Outlook.NextAlarm, Seen: d.Seen}, nil
	})
}
