package desk_test

import (
	"bytes"
	"encoding/hex"
	"io"
	"testing"

	"congvan/desk"
	"congvan/routing"

	"github.com/stretchr/testify/require"
)

func (h *hall) enclose(username string, share routing.ID, name string, content []byte, req routing.Request) (routing.Event, error) {
	h.Helper()
	return h.desk.Enclose(h.Context(), h.as(username), share, desk.NewFile{Name: name, Content: bytes.NewReader(content), Size: -1}, "ảnh hiện trường", req)
}

func TestWhatLiesBesideAShare_A30(t *testing.T) {
	t.Parallel()
	h := openHall(t)
	doc := h.dispatched(to("qldt", routing.Lead), to("molao", routing.Execute), to("vanquan", routing.Execute))
	share := h.share(doc, "molao").ID
	_, err := h.enclose("vanthu.molao", share, "anh.png", png, noKey)
	require.ErrorIs(t, err, routing.ErrTransition, "first it has to be received")
	h.done(h.desk.Acknowledge(h.Context(), h.as("vanthu.molao"), share, noKey))

	first := h.done(h.enclose("vanthu.molao", share, "anh.png", png, key("photo")))
	require.Equal(t, routing.ActProgress, first.Kind)
	require.Equal(t, routing.Working, h.share(doc, "molao").Status, "the first one starts the work")
	again := h.done(h.enclose("vanthu.molao", share, "anh.png", png, key("photo")))
	require.Equal(t, first.ID, again.ID, "sent twice over a thin line, it is one")
	_, err = h.enclose("vanthu.molao", share, "khac.pdf", pdf, key("photo"))
	require.ErrorIs(t, err, routing.ErrReused)

	for who, sees := range map[string]int{"vanthu.molao": 1, "chutich.molao": 1, "truong.qldt": 0, "chutich.quan": 1, "vanthu.quan": 1, "vanthu.vanquan": 0} {
		found, err := h.desk.Enclosures(h.Context(), h.as(who), doc.ID)
		require.NoError(t, err, who)
		require.Len(t, found[share], sees, who)
	}
	files, err := h.desk.Enclosures(h.Context(), h.as("chutich.quan"), doc.ID)
	require.NoError(t, err)
	sum := hex.EncodeToString(files[share][0].SHA256)
	file, err := h.desk.Enclosure(h.Context(), h.as("chutich.quan"), share, sum)
	require.NoError(t, err)
	defer file.Close()
	data, err := io.ReadAll(file)
	require.NoError(t, err)
	require.Equal(t, png, data)
	_, err = h.desk.Enclosure(h.Context(), h.as("vanthu.vanquan"), share, sum)
	require.ErrorIs(t, err, routing.ErrNotFound, "a neighbour learns of nothing")
	_, err = h.desk.Enclosure(h.Context(), h.as("chutich.quan"), h.share(doc, "vanquan").ID, sum)
	require.ErrorIs(t, err, routing.ErrNotFound)
}

func TestEnclosuresPassTheSameChecks_U01_M05(t *testing.T) {
	t.Parallel()
	h := openHall(t)
	doc := h.dispatched(to("qldt", routing.Lead), to("molao", routing.Execute))
	share := h.share(doc, "molao").ID
	h.done(h.desk.Acknowledge(h.Context(), h.as("vanthu.molao"), share, noKey))
	_, err := h.enclose("vanthu.molao", share, "anh.png", exe, noKey)
	require.ErrorIs(t, err, desk.ErrFileType)
	_, err = h.enclose("vanthu.molao", share, "TUYET MAT ke hoach.pdf", pdf, noKey)
	require.ErrorIs(t, err, routing.ErrStateSecret)
	_, err = h.enclose("vanthu.vanquan", share, "anh.png", png, noKey)
	require.ErrorIs(t, err, routing.ErrNotFound)
	_, err = h.enclose("chutich.quan", share, "anh.png", png, noKey)
	require.ErrorIs(t, err, routing.ErrNotAllowed)
	found, err := h.desk.Enclosures(h.Context(), h.as("vanthu.molao"), doc.ID)
	require.NoError(t, err)
	require.Empty(t, found)
}
