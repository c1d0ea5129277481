package main

import (
	"context"
	"fmt"
	"os"
	"syscall"
	"time"

	"congvan/web/visit"
	"congvan/workflows"

	enumspb "go.temporal.io/api/enums/v1"
	taskqueuepb "go.temporal.io/api/taskqueue/v1"
	"go.temporal.io/api/workflowservice/v1"
)

// pages is what the pages know of this installation beside the desk.
func (c config) pages(provider bool, runs engine) visit.Settings {
	return visit.Settings{IdentityProvider: provider, Address: c.BaseURL, Version: version, Engine: runs, Storage: c.space(), Backup: c.backup()}
}

// State tells administrators how the queue of the workflows stands.
func (e engine) State(ctx context.Context) (s visit.EngineState, err error) {
	service := e.runs.Temporal.WorkflowService()
	info, err := service.GetSystemInfo(ctx, &workflowservice.GetSystemInfoRequest{})
	if err != nil {
		return s, fmt.Errorf("ask Temporal: %w", err)
	}
	s.Version = info.GetServerVersion()
	// Activities run within the workflows' workers: the queue has no others.
	found, err := service.DescribeTaskQueue(ctx, &workflowservice.DescribeTaskQueueRequest{
		Namespace: e.namespace, TaskQueue: &taskqueuepb.TaskQueue{Name: workflows.TaskQueue},
		TaskQueueType: enumspb.TASK_QUEUE_TYPE_WORKFLOW, ReportStats: true,
	})
	if err != nil {
		return s, fmt.Errorf("ask Temporal for its queue: %w", err)
	}
	s.Workers = len(found.GetPollers())
	s.Waiting = found.GetStats().GetApproximateBacklogCount()
	s.Oldest = found.GetStats().GetApproximateBacklogAge().AsDuration()
	return s, nil
}

// space is the room on the disk of the attachments; nil if they are not on one of
// this machine's.
func (c config) space() func() (visit.Space, error) {
	folder, ok := c.attachmentsFolder()
	if !ok {
		return nil
	}
	return func() (visit.Space, error) {
		var s syscall.Statfs_t
		if err := syscall.Statfs(folder, &s); err != nil {
			return visit.Space{}, fmt.Errorf("disk of the attachments: %w", err)
		}
		return visit.Space{Free: int64(s.Bavail) * s.Bsize, Total: int64(s.Blocks) * s.Bsize}, nil
	}
}

// backup is when the last backup was made: when the file that whoever makes them
// touches after each was written. nil without such a file.
func (c config) backup() func() (time.Time, error) {
	if c.BackupStamp == "" {
		return nil
	}
	return func() (time.Time, error) {
		file, err := os.Stat(c.BackupStamp)
		if err != nil {
			return time.Time{}, fmt.Errorf("CONGVAN_BACKUP_STAMP: %w", err)
		}
		return file.ModTime(), nil
	}
}
