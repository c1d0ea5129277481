package sealed_test

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"congvan/worker/sealed"

	"github.com/stretchr/testify/require"
	commonpb "go.temporal.io/api/common/v1"
	"go.temporal.io/sdk/converter"
	"google.golang.org/protobuf/proto"
	"pgregory.net/rapid"
)

const canary = "CANARY-7f3a Kế hoạch"

func newKeys(t *testing.T) (*sealed.Keys, string) {
	t.Helper()
	file := filepath.Join(t.TempDir(), "codec.keys")
	require.NoError(t, sealed.AddKey(file))
	return read(t, file), file
}

func read(t *testing.T, file string) *sealed.Keys {
	t.Helper()
	keys, err := sealed.ReadKeys(file)
	require.NoError(t, err)
	return keys
}

func of(dc converter.DataConverter, workflow string) converter.DataConverter {
	return converter.WithDataConverterSerializationContext(dc, converter.WorkflowSerializationContext{WorkflowID: workflow})
}

func TestWhatIsSealedSaysNothing_M10(t *testing.T) {
	keys, _ := newKeys(t)
	dc := of(sealed.DataConverter(keys), "document-1")
	payloads, err := dc.ToPayloads(map[string]string{"title": canary}, 7)
	require.NoError(t, err)
	raw, err := proto.Marshal(payloads)
	require.NoError(t, err)
	require.NotContains(t, string(raw), "CANARY")
	require.NotContains(t, string(raw), "json")
	require.NotContains(t, string(raw), "title")

	var back map[string]string
	var seven int
	require.NoError(t, dc.FromPayloads(payloads, &back, &seven))
	require.Equal(t, canary, back["title"])
	require.Equal(t, 7, seven)
}

func TestFailuresAreSealed_M10(t *testing.T) {
	keys, _ := newKeys(t)
	failures := converter.WithFailureConverterSerializationContext(sealed.FailureConverter(keys),
		converter.WorkflowSerializationContext{WorkflowID: "document-1"})
	failure := failures.ErrorToFailure(errorString(canary))
	raw, err := proto.Marshal(failure)
	require.NoError(t, err)
	require.NotContains(t, string(raw), "CANARY")
	require.EqualError(t, failures.FailureToError(failure), canary)
}

type errorString string

func (e errorString) Error() string { return string(e) }

func TestPayloadsFromBeforeTheKeysStayReadable_M11(t *testing.T) {
	keys, _ := newKeys(t)
	before, err := converter.GetDefaultDataConverter().ToPayloads("x")
	require.NoError(t, err)
	var back string
	require.NoError(t, of(sealed.DataConverter(keys), "document-1").FromPayloads(before, &back))
	require.Equal(t, "x", back)
}

func TestARotatedKeyReadsAndTheNewOneWrites_M11(t *testing.T) {
	old, file := newKeys(t)
	payload, err := of(sealed.DataConverter(old), "w").ToPayload("x")
	require.NoError(t, err)
	require.NoError(t, sealed.AddKey(file))
	both := read(t, file)
	require.NotEqual(t, old.Newest(), both.Newest())
	var back string
	require.NoError(t, of(sealed.DataConverter(both), "w").FromPayload(payload, &back))

	fresh, err := of(sealed.DataConverter(both), "w").ToPayload("x")
	require.NoError(t, err)
	require.ErrorContains(t, of(sealed.DataConverter(old), "w").FromPayload(fresh, &back), both.Newest())
}

// A file whose last line has no end, as some editors leave it, keeps its key.
func TestAKeyIsAddedBehindAWholeLine_M11(t *testing.T) {
	old, file := newKeys(t)
	text, err := os.ReadFile(file)
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(file, bytes.TrimSpace(text), 0o600))
	payload, err := of(sealed.DataConverter(old), "w").ToPayload("x")
	require.NoError(t, err)
	require.NoError(t, sealed.AddKey(file))
	var back string
	require.NoError(t, of(sealed.DataConverter(read(t, file)), "w").FromPayload(payload, &back))
}

func TestWhatCannotBeOpenedSaysWhy_M11(t *testing.T) {
	keys, _ := newKeys(t)
	other, _ := newKeys(t)
	payload, err := of(sealed.DataConverter(keys), "A").ToPayload(canary)
	require.NoError(t, err)
	changed := func(change func(*commonpb.Payload)) *commonpb.Payload {
		p := proto.Clone(payload).(*commonpb.Payload)
		change(p)
		return p
	}
	for name, c := range map[string]struct {
		keys     *sealed.Keys
		workflow string
		payload  *commonpb.Payload
		says     string
	}{
		"wrong key":        {other, "A", payload, "is not in CONGVAN_CODEC_KEYS"},
		"no key":           {&sealed.Keys{}, "A", payload, "is not in CONGVAN_CODEC_KEYS"},
		"another workflow": {keys, "B", payload, "of another workflow"},
		"no workflow":      {keys, "", payload, "of another workflow"},
		"cut":              {keys, "A", changed(func(p *commonpb.Payload) { p.Data = p.Data[:len(p.Data)-1] }), "is cut"},
		"cut to nothing":   {keys, "A", changed(func(p *commonpb.Payload) { p.Data = nil }), "is cut"},
		"a key renamed":    {keys, "A", changed(func(p *commonpb.Payload) { p.Metadata["encryption-key-id"] = []byte("x") }), "is not in"},
	} {
		t.Run(name, func(t *testing.T) {
			dc := of(sealed.DataConverter(c.keys), c.workflow)
			var back string
			err := dc.FromPayload(c.payload, &back)
			require.ErrorContains(t, err, c.says)
			require.NotContains(t, err.Error(), "CANARY")
			require.Empty(t, back)
			var why *sealed.Error
			require.ErrorAs(t, err, &why)

			inWorkflow := dc.(interface {
				WithWorkflowContext(converter.WorkflowContext) converter.DataConverter
			}).WithWorkflowContext(nil)
			require.Panics(t, func() { _ = inWorkflow.FromPayload(c.payload, &back) }, "a workflow waits for the key and does not end")
		})
	}
}

func TestEveryBitOfASealedPayloadCounts_M11(t *testing.T) {
	keys, _ := newKeys(t)
	dc := of(sealed.DataConverter(keys), "A")
	rapid.Check(t, func(rt *rapid.T) {
		text := rapid.String().Draw(rt, "text")
		payload, err := dc.ToPayload(text)
		require.NoError(rt, err)
		var back string
		require.NoError(rt, dc.FromPayload(payload, &back))
		require.Equal(rt, strings.ToValidUTF8(text, "\ufffd"), back)

		bad := proto.Clone(payload).(*commonpb.Payload)
		bad.Data = bytes.Clone(bad.Data)
		bad.Data[rapid.IntRange(0, len(bad.Data)-1).Draw(rt, "byte")] ^= 1 << rapid.IntRange(0, 7).Draw(rt, "bit")
		require.Error(rt, dc.FromPayload(bad, &back))
	})
}

func TestAKeyFileIsItsOwnersAlone_C02(t *testing.T) {
	_, file := newKeys(t)
	info, err := os.Stat(file)
	require.NoError(t, err)
	require.Equal(t, os.FileMode(0o600), info.Mode().Perm())
	for _, mode := range []os.FileMode{0o640, 0o604, 0o660, 0o777} {
		require.NoError(t, os.Chmod(file, mode))
		_, err := sealed.ReadKeys(file)
		require.ErrorContains(t, err, "chmod 600")
		require.Error(t, sealed.AddKey(file))
	}
}

func TestABrokenKeyFileIsRefusedWithoutQuotingIt_C02(t *testing.T) {
	good := strings.Repeat("ab", 32)
	for _, text := range []string{"", "# nothing\n", "abcd", good + "\nzz" + good[2:], good[:63], good + good} {
		file := filepath.Join(t.TempDir(), "keys")
		require.NoError(t, os.WriteFile(file, []byte(text), 0o600))
		_, err := sealed.ReadKeys(file)
		require.Error(t, err, text)
		require.NotContains(t, err.Error(), "abab")
	}
	_, err := sealed.ReadKeys(filepath.Join(t.TempDir(), "absent"))
	require.ErrorIs(t, err, os.ErrNotExist)
}
