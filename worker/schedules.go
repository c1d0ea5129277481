package worker

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"congvan/calendar"
	"congvan/workflows"

	"go.temporal.io/api/enums/v1"
	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/temporal"
)

// The names of the schedules.
const (
	ScheduleMorning = "morning" // the morning's mails
	ScheduleUpkeep  = "upkeep"  // the record's nightly upkeep
)

// catchUp is how late the morning's mails are still written after the server
// was away; later the day has begun without them.
const catchUp = 4 * time.Hour

// KeepSchedules makes the schedules, trying until the server takes them.
func KeepSchedules(ctx context.Context, temporalClient client.Client, log *slog.Logger) {
	for {
		err := EnsureSchedules(ctx, temporalClient)
		if err == nil || ctx.Err() != nil {
			return
		}
		log.Warn("schedules not made", "error", err)
		sleep(ctx, slowLook)
	}
}

// EnsureSchedules makes the schedules as this program wants them, whether or
// not they exist: any number of workers may do so. One that was paused by hand
// stays paused.
func EnsureSchedules(ctx context.Context, temporalClient client.Client) error {
	for _, want := range []client.ScheduleOptions{morning(), upkeep()} {
		if err := ensureSchedule(ctx, temporalClient, want); err != nil {
			return err
		}
	}
	return nil
}

func ensureSchedule(ctx context.Context, temporalClient client.Client, want client.ScheduleOptions) error {
	_, err := temporalClient.ScheduleClient().Create(ctx, want)
	if errors.Is(err, temporal.ErrScheduleAlreadyRunning) {
		err = temporalClient.ScheduleClient().GetHandle(ctx, want.ID).Update(ctx, client.ScheduleUpdateOptions{
			DoUpdate: func(is client.ScheduleUpdateInput) (*client.ScheduleUpdate, error) {
				schedule := is.Description.Schedule
				schedule.Spec, schedule.Action = &want.Spec, want.Action
				schedule.Policy.Overlap, schedule.Policy.CatchupWindow = want.Overlap, want.CatchupWindow
				return &client.ScheduleUpdate{Schedule: &schedule}, nil
			}})
	}
	if err != nil {
		return fmt.Errorf("worker: schedule %s: %w", want.ID, err)
	}
	return nil
}

// morning is every day at 07:30; which days are worked is for the calendar of
// the record to say.
func morning() client.ScheduleOptions {
	return daily(ScheduleMorning, workflows.TypeMorningMail, 7, 30, catchUp, "Thư công việc buổi sáng, 07:30 các ngày làm việc")
}

// upkeep is every night at 02:00. One that was missed is made up for whenever the
// server is back within the day: it does what is needed then, and no more.
func upkeep() client.ScheduleOptions {
	return daily(ScheduleUpkeep, workflows.TypeUpkeep, 2, 0, 23*time.Hour, "Chăm sóc hồ sơ hằng đêm, 02:00")
}

// daily runs a workflow each day at an hour and minute in Vietnam, one run at a
// time, and makes up for a missed one within a while.
func daily(id, workflow string, hour, minute int, within time.Duration, note string) client.ScheduleOptions {
	return client.ScheduleOptions{
		ID: id,
		Spec: client.ScheduleSpec{
			Calendars:    []client.ScheduleCalendarSpec{{Hour: []client.ScheduleRange{{Start: hour}}, Minute: []client.ScheduleRange{{Start: minute}}}},
			TimeZoneName: calendar.Location.String(),
		},
		Action:        &client.ScheduleWorkflowAction{ID: id, Workflow: workflow, TaskQueue: workflows.TaskQueue},
		Overlap:       enums.SCHEDULE_OVERLAP_POLICY_SKIP,
		CatchupWindow: within,
		Note:          note,
	}
}
