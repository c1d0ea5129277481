package workflows

import (
	"congvan/activities"

	"go.temporal.io/sdk/workflow"
)

// MorningMail writes the mails of one morning: each person's day on one page. A
// schedule starts it; one that starts late writes what holds then, and the mails
// say so. It answers with how many were written.
func MorningMail(ctx workflow.Context) (written int, err error) {
	ctx = workflow.WithLocalActivityOptions(ctx, recordStep("Viết thư công việc buổi sáng"))
	in := activities.MorningInput{Now: workflow.Now(ctx)}
	for {
		var batch activities.MorningBatch
		if err := workflow.ExecuteLocalActivity(ctx, activities.WriteMorning, in).Get(ctx, &batch); err != nil {
			return written, err
		}
		written += batch.Written
		if !batch.More {
			return written, nil
		}
		in.After = batch.Last
	}
}
