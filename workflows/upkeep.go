package workflows

import (
	"congvan/activities"

	"go.temporal.io/sdk/workflow"
)

// Upkeep looks after the record once a night: the calendar reaches far enough
// ahead, no open document is forgotten by its workflow, and every stored file is
// still what it was. A schedule starts it. It answers with how many documents it
// has woken.
func Upkeep(ctx workflow.Context) (woken int, err error) {
	in := activities.UpkeepInput{Now: workflow.Now(ctx)}
	calendar := workflow.WithLocalActivityOptions(ctx, recordStep("Kéo dài lịch làm việc"))
	if err := workflow.ExecuteLocalActivity(calendar, activities.KeepCalendar, in).Get(ctx, nil); err != nil {
		return 0, err
	}
	if woken, err = wakeLagging(ctx, in); err != nil {
		return woken, err
	}
	if workflow.GetVersion(ctx, "files", workflow.DefaultVersion, 1) == workflow.DefaultVersion {
		return woken, nil
	}
	return woken, lookAfterFiles(ctx, in)
}

func wakeLagging(ctx workflow.Context, in activities.UpkeepInput) (woken int, err error) {
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

// mostPages bounds a night's history. What is left is looked at first in the next.
const mostPages = 2_000

// lookAfterFiles reads the stored files to their end, and then removes what no
// document has. A worker without the files does neither.
func lookAfterFiles(ctx workflow.Context, in activities.UpkeepInput) error {
	scrub := workflow.WithLocalActivityOptions(ctx, fileStep("Kiểm tra tệp lưu trữ"))
	for range mostPages {
		var more bool
		if err := workflow.ExecuteLocalActivity(scrub, activities.ScrubFiles, in).Get(ctx, &more); err != nil {
			return err
		}
		if !more {
			break
		}
	}
	sweep := workflow.WithLocalActivityOptions(ctx, fileStep("Dọn tệp không thuộc văn bản nào"))
	return workflow.ExecuteLocalActivity(sweep, activities.SweepFiles).Get(ctx, nil)
}
