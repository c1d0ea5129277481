package desk_test

import (
	"bytes"
	"io"
	"testing"

	"github.com/stretchr/testify/require"

	"congvan/routing"
)

func TestWhatAClerksFormBeginsWith(t *testing.T) {
	t.Parallel()
	h := openHall(t)
	first := h.done(h.register("vanthu.quan", numbered("45"), noKey))
	h.done(h.register("vanthu.quan", numbered("46"), noKey))
	seldom := numbered("47")
	seldom.Issuer, seldom.Field = "Sở Y tế", "y tế"
	h.done(h.register("vanthu.quan", seldom, noKey))

	r, err := h.desk.Registering(t.Context(), h.as("vanthu.quan"), first.DocumentID, "")
	require.NoError(t, err)
	require.Equal(t, [2]int{4, 2026}, [2]int{r.Number, r.Year})
	require.Equal(t, []string{letter().Issuer, "Sở Y tế"}, r.Issuers, "the most frequent first")
	require.Equal(t, []string{letter().TypeName}, r.Types)
	require.Contains(t, r.Fields, "y tế")
	require.Equal(t, first.DocumentID, r.Before.ID)
	require.Nil(t, r.Stands)
	require.NotEmpty(t, r.PresentTo)

	r, err = h.desk.Registering(t.Context(), h.as("vanthu.molao"), first.DocumentID, first.DocumentID)
	require.NoError(t, err)
	require.Equal(t, 1, r.Number)
	require.Empty(t, r.Issuers, "another unit's book")
	require.Nil(t, r.Before)
	require.Nil(t, r.Stands)
	for _, who := range []string{"chutich.quan", "canbo.molao", "quantri"} {
		_, err = h.desk.Registering(t.Context(), h.as(who), "", "")
		refused(t, err, routing.ErrNotAllowed)
		_, err = h.desk.Twins(t.Context(), h.as(who), numbered("45"))
		refused(t, err, routing.ErrNotAllowed)
	}
}

func TestTwinsAreThoseOfOnesOwnBook(t *testing.T) {
	t.Parallel()
	h := openHall(t)
	first := h.done(h.register("vanthu.quan", numbered("45"), noKey))
	twins, err := h.desk.Twins(t.Context(), h.as("vanthu.quan"), numbered("045"))
	require.NoError(t, err)
	require.Len(t, twins, 1)
	require.Equal(t, first.DocumentID, twins[0].ID)
	for _, other := range []routing.Registration{numbered("46"), numbered("")} {
		twins, err = h.desk.Twins(t.Context(), h.as("vanthu.quan"), other)
		require.NoError(t, err)
		require.Empty(t, twins)
	}
	twins, err = h.desk.Twins(t.Context(), h.as("vanthu.molao"), numbered("45"))
	require.NoError(t, err)
	require.Empty(t, twins)
	secret := numbered("45")
	secret.Issuer = "MẬT"
	_, err = h.desk.Twins(t.Context(), h.as("vanthu.quan"), secret)
	refused(t, err, routing.ErrStateSecret)
}

func TestAnUploadIsReadByItsSenderAlone(t *testing.T) {
	t.Parallel()
	h := openHall(t)
	clerk := h.as("vanthu.quan")
	content := png
	up, err := h.desk.BeginUpload(t.Context(), clerk, "", "quyet-dinh.png", int64(len(content)))
	require.NoError(t, err)
	_, err = h.desk.ReadUpload(t.Context(), clerk, up.ID)
	require.Error(t, err, "not whole yet")
	_, err = h.desk.AppendUpload(t.Context(), clerk, up.ID, 0, bytes.NewReader(content))
	require.NoError(t, err)
	file, err := h.desk.ReadUpload(t.Context(), clerk, up.ID)
	require.NoError(t, err)
	require.Equal(t, "image/png", file.MediaType)
	read, err := io.ReadAll(file)
	require.NoError(t, err)
	require.Equal(t, content, read)
	_, err = h.desk.ReadUpload(t.Context(), h.as("vanthu.molao"), up.ID)
	refused(t, err, routing.ErrNotFound)
	require.NoError(t, h.desk.DropUpload(t.Context(), clerk, up.ID))
	_, err = file.ReadAt(make([]byte, 1), 0)
	require.Error(t, err, "what has ended is noise")
}
