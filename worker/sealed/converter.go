package sealed

import (
	"context"
	"errors"

	commonpb "go.temporal.io/api/common/v1"
	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/converter"
	"go.temporal.io/sdk/temporal"
)

// Seal makes every client, worker and replayer that uses the options seal and
// open its payloads and failures with the keys.
func Seal(options client.Options, keys *Keys) client.Options {
	options.DataConverter = DataConverter(keys)
	options.FailureConverter = FailureConverter(keys)
	return options
}

// DataConverter writes values as the SDK does and seals them.
func DataConverter(keys *Keys) converter.DataConverter {
	return guard{converter.NewCodecDataConverter(converter.GetDefaultDataConverter(), NewCodec(keys)), false}
}

// FailureConverter seals messages and stack traces of errors, too.
func FailureConverter(keys *Keys) converter.FailureConverter {
	return newFailures(DataConverter(keys), keys.Newest() != "")
}

// guard stops a workflow's task where the SDK would end the workflow, or drop
// the signal, because of a payload that cannot be opened.
type guard struct {
	converter.DataConverter
	inWorkflow bool
}

func (g guard) WithSerializationContext(sc converter.SerializationContext) converter.DataConverter {
	return guard{converter.WithDataConverterSerializationContext(g.DataConverter, sc), g.inWorkflow}
}

// WithWorkflowContext is called for what workflow code reads.
func (g guard) WithWorkflowContext(converter.WorkflowContext) converter.DataConverter {
	return guard{g.DataConverter, true}
}

// WithContext is called for what anybody else reads.
func (g guard) WithContext(context.Context) converter.DataConverter { return g }

func (g guard) FromPayload(payload *commonpb.Payload, value any) error {
	return g.stop(g.DataConverter.FromPayload(payload, value))
}

func (g guard) FromPayloads(payloads *commonpb.Payloads, values ...any) error {
	return g.stop(g.DataConverter.FromPayloads(payloads, values...))
}

func (g guard) stop(err error) error {
	var closed *Error
	if errors.As(err, &closed) {
		if g.inWorkflow {
			panic(closed)
		}
		return temporal.NewNonRetryableApplicationError(closed.Error(), "payload-sealed", closed)
	}
	return err
}

// failures binds the SDK's converter of failures to the workflow at hand.
type failures struct {
	converter.FailureConverter
	values converter.DataConverter
	seals  bool
}

func newFailures(values converter.DataConverter, seals bool) failures {
	return failures{temporal.NewDefaultFailureConverter(temporal.DefaultFailureConverterOptions{
		DataConverter: values, EncodeCommonAttributes: seals,
	}), values, seals}
}

func (f failures) WithSerializationContext(sc converter.SerializationContext) converter.FailureConverter {
	return newFailures(converter.WithDataConverterSerializationContext(f.values, sc), f.seals)
}
