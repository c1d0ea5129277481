package workflows

import (
	"congvan/activities"

	"go.temporal.io/sdk/workflow"
)

// Upkeep looks after the record once a night: the calendar reaches far enough
// ahead, and no open document is forgotten by its workflow. A schedule starts
// it. It answers with how many documents it has woken.
func Upkeep(ctx workflow.Context) (woken int, err error) {
	in := activities.UpkeepInput{Now: workflow.Now(ctx)}
	calendar := workflow.WithLocalActivityOptions(ctx, recordStep("Kéo dài lịch làm việc"))
	if err := workflow.ExecuteLocalActivity(calendar, activities.KeepCalendar, in).Get(ctx, nil); err != nil {
		return 0, err
	}
	ctx = workflow.WithLocalActivityOptions(ctx, recordStep("Đánh thức văn bản bị bỏ sót"))
	for {
		var page activities.UpkeepPage
		if err := workflow.ExecuteLocalActivity(ctx, activities.WakeLagging, in).Get(ctx, &page); err != nil {
			return woken, err
		}
		woken += page.Woken
		if !page.More {
			return woken, nil
		}
		in.After = page.Last
	}
}
