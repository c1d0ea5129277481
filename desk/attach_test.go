package desk_test

import (
	"bytes"
	"encoding/hex"
	"image"
	imagepng "image/png"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"golang.org/x/sync/errgroup"

	"congvan/attachments"
	"congvan/desk"
	"congvan/routing"
)

var (
	pdf = []byte("%PDF-1.7\n1 0 obj\n<< /Type /Catalog >>\nendobj\n")
	png = picture()
	exe = append([]byte("MZ\x90\x00\x03\x00\x00\x00"), make([]byte, 200)...)
)

func picture() []byte {
	var out bytes.Buffer
	if err := imagepng.Encode(&out, image.NewGray(image.Rect(0, 0, 2, 2))); err != nil {
		panic(err)
	}
	return out.Bytes()
}

// file is a file of a document and all its bytes.
func (h *hall) file(username string, doc routing.Document, sum string) (desk.StoredFile, []byte, error) {
	h.Helper()
	file, err := h.desk.File(h.Context(), h.as(username), doc.ID, sum)
	if err != nil {
		return file, nil, err
	}
	defer file.Close()
	data, err := io.ReadAll(file)
	return file, data, err
}

func (h *hall) attach(username string, doc routing.Document, name string, content []byte, req routing.Request) (routing.Event, error) {
	h.Helper()
	return h.desk.Attach(h.Context(), h.as(username), doc.ID, name, bytes.NewReader(content), req)
}

func sumOf(e routing.Event) string { return e.Details["sha256"].(string) }

func TestAnAttachmentComesBackBitForBit(t *testing.T) {
	t.Parallel()
	h := openHall(t)
	doc := h.dispatched(to("qldt", routing.Lead), to("molao", routing.Inform))
	event := h.done(h.attach("vanthu.quan", doc, `C:\Công văn\Kế hoạch số 45.PDF`, pdf, noKey))
	require.Equal(t, "Kế hoạch số 45.PDF", event.Details["name"])
	for _, username := range []string{"vanthu.quan", "chutich.quan", "chuyenvien.qldt", "canbo.molao"} {
		file, data, err := h.file(username, doc, sumOf(event))
		require.NoError(t, err, username)
		require.Equal(t, pdf, data, username)
		require.Equal(t, "application/pdf", file.MediaType)
	}
	for _, username := range []string{"canbo.vanquan", "truong.tp", "quantri"} {
		_, _, err := h.file(username, doc, sumOf(event))
		refused(t, err, routing.ErrNotFound)
	}
	_, _, err := h.file("vanthu.quan", doc, strings.Repeat("0", 64))
	refused(t, err, routing.ErrNotFound)
	other := h.registered()
	_, _, err = h.file("vanthu.quan", other, sumOf(event))
	refused(t, err, routing.ErrNotFound) // knowing a sum opens nothing
}

func TestAttachRefuses_U01(t *testing.T) {
	t.Parallel()
	h := openHall(t)
	doc := h.registered()
	before := h.everything()
	for name, c := range map[string]struct {
		by, file string
		content  []byte
		want     *routing.Error
	}{
		"a programme called a PDF":     {"vanthu.quan", "a.pdf", exe, desk.ErrFileType},
		"a programme":                  {"vanthu.quan", "a.exe", exe, desk.ErrFileType},
		"a PDF called a picture":       {"vanthu.quan", "a.png", pdf, desk.ErrFileType},
		"a picture called a PDF":       {"vanthu.quan", "a.pdf", png, desk.ErrFileType},
		"a page":                       {"vanthu.quan", "a.html", []byte("<html><script>"), attachments.ErrPage},
		"text":                         {"vanthu.quan", "a.doc", []byte("text"), desk.ErrFileType},
		"nothing":                      {"vanthu.quan", "a.pdf", nil, desk.ErrFileEmpty},
		"one byte too many":            {"vanthu.quan", "a.pdf", append(bytes.Clone(pdf), make([]byte, h.desk.UploadLimits().Scan+1-int64(len(pdf)))...), desk.ErrFileTooLarge},
		"no ending":                    {"vanthu.quan", "a", pdf, desk.ErrFileName},
		"an ending only":               {"vanthu.quan", ".pdf", pdf, desk.ErrFileName},
		"no name":                      {"vanthu.quan", "", pdf, desk.ErrFileName},
		"a direction mark in the name": {"vanthu.quan", "a\u202efdp.pdf", pdf, desk.ErrFileName},
		"a line break in the name":     {"vanthu.quan", "a\n.pdf", pdf, desk.ErrFileName},
		"broken UTF-8 in the name":     {"vanthu.quan", "a\xff.pdf", pdf, desk.ErrFileName},
		"a name too long":              {"vanthu.quan", strings.Repeat("ậ", 197) + ".pdf", pdf, desk.ErrFileName},
		"a mark of secrecy as name":    {"vanthu.quan", "TỐI MẬT.pdf", pdf, routing.ErrStateSecret},
		"a leader":                     {"chutich.quan", "a.pdf", pdf, routing.ErrNotAllowed},
		"another unit":                 {"vanthu.molao", "a.pdf", pdf, routing.ErrNotFound},
	} {
		_, err := h.attach(c.by, doc, c.file, c.content, key(name))
		require.ErrorIs(t, err, c.want, name)
	}
	require.Equal(t, before, h.everything())
	kept, err := os.ReadDir(h.files)
	require.NoError(t, err)
	require.Empty(t, kept, "nothing of what is refused is on the disk")
}

func TestTheSameContentTwiceIsOneFile(t *testing.T) {
	t.Parallel()
	h := openHall(t)
	doc := h.registered()
	first := h.done(h.attach("vanthu.quan", doc, "a.pdf", pdf, key("k")))
	require.Equal(t, first, h.done(h.attach("vanthu.quan", doc, "a.pdf", pdf, key("k"))))
	require.Equal(t, first, h.done(h.attach("vanthu.quan", doc, "b.pdf", pdf, key("another"))))
	require.Equal(t, 1, h.count("attachments"))
	require.Equal(t, 1, h.count("events WHERE kind = 'attached'"))

	_, err := h.attach("vanthu.quan", doc, "c.png", png, key("k"))
	refused(t, err, routing.ErrReused)
	other := h.registered()
	_, err = h.attach("vanthu.quan", other, "a.pdf", pdf, key("k"))
	refused(t, err, routing.ErrReused)
	h.done(h.attach("vanthu.quan", other, "a.pdf", pdf, noKey))
	require.Equal(t, 2, h.count("attachments"))
}

func TestARetryAfterTheEndHasTheFirstAnswer(t *testing.T) {
	t.Parallel()
	h := openHall(t)
	doc := h.registered()
	first := h.done(h.attach("vanthu.quan", doc, "a.pdf", pdf, key("k")))
	h.done(h.recall("chutich.quan", doc, noKey))
	require.Equal(t, first, h.done(h.attach("vanthu.quan", doc, "a.pdf", pdf, key("k"))))
	_, err := h.attach("vanthu.quan", doc, "b.png", png, noKey)
	require.Equal(t, "recalled", refused(t, err, routing.ErrTransition).Details["state"])
}

func TestTwentyAttachAtOnce(t *testing.T) {
	t.Parallel()
	h := openHall(t)
	doc, clerk := h.registered(), h.as("vanthu.quan")
	events := make([]routing.Event, 20)
	var all errgroup.Group
	for i := range events {
		all.Go(func() (err error) {
			events[i], err = h.desk.Attach(t.Context(), clerk, doc.ID, "a.pdf", bytes.NewReader(pdf), key("k"))
			return err
		})
	}
	require.NoError(t, all.Wait())
	for _, e := range events {
		require.Equal(t, events[0], e)
	}
}

func TestADamagedFileIsNeverServed_A30(t *testing.T) {
	t.Parallel()
	h := openHall(t)
	doc := h.registered()
	event := h.done(h.attach("vanthu.quan", doc, "a.pdf", pdf, noKey))
	path := filepath.Join(h.files, sumOf(event))
	require.FileExists(t, path)
	flipped := bytes.Clone(pdf)
	flipped[len(flipped)/2] ^= 1
	for name, damage := range map[string]func() error{
		"a flipped bit": func() error { return os.WriteFile(path, flipped, 0o600) },
		"cut short":     func() error { return os.WriteFile(path, pdf[:10], 0o600) },
		"made longer":   func() error { return os.WriteFile(path, append(bytes.Clone(pdf), 0), 0o600) },
		"emptied":       func() error { return os.WriteFile(path, nil, 0o600) },
		"gone":          func() error { return os.Remove(path) },
	} {
		require.NoError(t, os.WriteFile(path, pdf, 0o600))
		require.NoError(t, damage())
		_, data, err := h.file("vanthu.quan", doc, sumOf(event))
		refused(t, err, desk.ErrFileDamaged)
		require.Empty(t, data, name)
	}
	sum, err := hex.DecodeString(sumOf(event))
	require.NoError(t, err)
	require.Len(t, sum, 32)
}
