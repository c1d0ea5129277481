package api

import (
	"bytes"
	"log/slog"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"congvan/audit"

	pdfreader "github.com/ledongthuc/pdf"
	"github.com/stretchr/testify/require"
)

// sealerOf seals the record of a world.
func sealerOf(w *world) *audit.Sealer {
	w.Helper()
	dir := w.TempDir()
	key, public, err := audit.OpenKey(filepath.Join(dir, "audit.key"), true)
	require.NoError(w, err)
	keys, err := audit.ReadKeys(public)
	require.NoError(w, err)
	return &audit.Sealer{Record: w.store, Key: key, Anchors: &audit.Anchors{Dir: filepath.Join(dir, "anchors"), Keys: keys}, Log: slog.New(slog.DiscardHandler)}
}

func TestAReceiptProvesWhoReceivedWhatWhen(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	sealer := sealerOf(w)
	document, shares := w.sent()
	path := "/documents/" + document + "/receipts/" + shares["molao"]
	require.Equal(t, "not-received", w.expect(409, ward, "GET", path, nil).code())
	w.expect(200, ward, "POST", "/assignments/"+shares["molao"]+"/acknowledge", nil)

	pending := w.expect(409, ward, "GET", path, nil)
	require.Equal(t, "receipt-pending", pending.code())
	require.Equal(t, "5", pending.header.Get("Retry-After"))
	_, err := sealer.Seal(t.Context())
	require.NoError(t, err)

	got := w.expect(200, ward, "GET", path, nil)
	require.Contains(t, got.header.Get("Content-Disposition"), "attachment")
	r, err := audit.ReadReceipt([]byte(got.raw))
	require.NoError(t, err)
	head, err := r.Check(sealer.Anchors.Keys)
	require.NoError(t, err)
	require.NoError(t, r.CheckOnline(t.Context(), w.store, head))
	require.Equal(t, "UBND Thành phố Hà Nội", r.Facts.Document.Issuer)
	require.Equal(t, ward, r.Facts.Account.Name)
	require.Equal(t, 1, r.Facts.Number)
	require.Equal(t, got.raw, w.expect(200, chairman, "GET", path, nil).raw, "the same receipt for whoever sees the share, and no second entry")

	w.expect(404, neighbor, "GET", path, nil)
	w.expect(404, ward, "GET", "/documents/"+w.register()+"/receipts/"+shares["molao"], nil)
	w.expect(404, ward, "GET", "/documents/"+document+"/receipts/"+shares["nv"], nil)
	w.expect(400, ward, "GET", path+"?format=html", nil)

	page := w.expect(200, ward, "GET", path+"?format=pdf", nil)
	in, err := pdfreader.NewReader(strings.NewReader(page.raw), int64(len(page.raw)))
	require.NoError(t, err)
	text, err := in.GetPlainText()
	require.NoError(t, err)
	var plain bytes.Buffer
	_, err = plain.ReadFrom(text)
	require.NoError(t, err)
	for _, word := range []string{"(vanthu.molao)", "09:00:00, 23/11/2026", r.SHA256} {
		require.Contains(t, plain.String(), word)
	}
	// Who received has left since: what he was then is what he was.
	require.NotEmpty(t, r.Facts.Account.Post)
	w.clock.Add(int64(48 * time.Hour))
	w.expect(204, "quantri", "POST", "/organisation/appointments",
		object{"username": ward, "validFrom": w.now().Format(time.DateOnly), "basis": "Quyết định số 12/QĐ-UBND về nghỉ hưu"})
	require.Equal(t, got.raw, w.expect(200, chairman, "GET", path, nil).raw)
}
