package desk_test

import (
	"bytes"
	"testing"

	"github.com/stretchr/testify/require"

	"congvan/desk"
	"congvan/routing"
)

// upload sends a whole file and returns its id.
func (h *hall) upload(username, name string, content []byte) routing.ID {
	h.Helper()
	up, err := h.desk.BeginUpload(h.Context(), h.as(username), "", name, int64(len(content)))
	require.NoError(h, err)
	_, err = h.desk.AppendUpload(h.Context(), h.as(username), up.ID, 0, bytes.NewReader(content))
	require.NoError(h, err)
	return up.ID
}

// A process that dies between the number and the files takes the uploads with it:
// whoever asks again hears so, and not that all is well.
func TestAFileThatWentDownWithItsProcessIsMissed(t *testing.T) {
	t.Parallel()
	h := openHall(t)
	clerk, in := h.as("vanthu.quan"), letter()
	req := routing.Request{Key: "dies", Hash: []byte("the same request")}
	registered := h.done(h.desk.Register(h.Context(), clerk, in, req)) // and died

	lost := h.upload("vanthu.quan", "a.pdf", pdf)
	require.NoError(t, h.desk.DropUpload(h.Context(), clerk, lost))
	_, err := h.desk.RegisterWith(h.Context(), clerk, in, []routing.ID{lost}, req)
	require.ErrorIs(t, err, desk.ErrUploadLost)
	var refusal *routing.Error
	require.ErrorAs(t, err, &refusal)
	require.Equal(t, string(registered.DocumentID), refusal.Details["documentId"])

	req.Key = "lives"
	in.CodeNumber += "1"
	uploads := []routing.ID{h.upload("vanthu.quan", "a.pdf", pdf), h.upload("vanthu.quan", "b.png", png)}
	first := h.done(h.desk.RegisterWith(h.Context(), clerk, in, uploads, req))
	again := h.done(h.desk.RegisterWith(h.Context(), clerk, in, uploads, req))
	require.Equal(t, first, again, "the answer was lost, the files are there")
}
