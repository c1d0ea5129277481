package worker

import (
	"context"

	"congvan/worker/sealed"

	enumspb "go.temporal.io/api/enums/v1"
	historypb "go.temporal.io/api/history/v1"
	"go.temporal.io/sdk/client"
)

// History reads the newest run of a workflow and opens its payloads. A payload
// that the keys do not open is a *sealed.Error.
func History(ctx context.Context, temporal client.Client, keys *sealed.Keys, workflow string) (*historypb.History, error) {
	events := temporal.GetWorkflowHistory(ctx, workflow, "", false, enumspb.HISTORY_EVENT_FILTER_TYPE_ALL_EVENT)
	history := &historypb.History{}
	for events.HasNext() {
		event, err := events.Next()
		if err != nil {
			return nil, engineError("history", err)
		}
		history.Events = append(history.Events, event)
	}
	return history, sealed.Open(ctx, keys, workflow, history)
}
