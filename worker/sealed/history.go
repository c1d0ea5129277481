package sealed

import (
	"context"

	commonpb "go.temporal.io/api/common/v1"
	historypb "go.temporal.io/api/history/v1"
	"go.temporal.io/api/proxy"
	"go.temporal.io/sdk/converter"
)

// Open opens every payload of a workflow's history in place. The error is an
// *Error.
func Open(ctx context.Context, keys *Keys, workflow string, history *historypb.History) error {
	codec := NewCodec(keys).WithSerializationContext(converter.WorkflowSerializationContext{WorkflowID: workflow})
	return proxy.VisitPayloads(ctx, history, proxy.VisitPayloadsOptions{
		SkipSearchAttributes: true, // never sealed
		Visitor: func(_ *proxy.VisitPayloadsContext, payloads []*commonpb.Payload) ([]*commonpb.Payload, error) {
			return codec.Decode(payloads)
		},
	})
}
