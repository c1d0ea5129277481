package desk_test

import (
	"archive/zip"
	"bytes"
	"encoding/hex"
	"testing"

	"github.com/stretchr/testify/require"

	"congvan/postgres"
	"congvan/routing"
)

// word is a Word file that says lines.
func word(t *testing.T, lines ...string) []byte {
	t.Helper()
	var out bytes.Buffer
	z := zip.NewWriter(&out)
	body := ""
	for _, line := range lines {
		body += "<w:p><w:r><w:t>" + line + "</w:t></w:r></w:p>"
	}
	for _, part := range [][2]string{
		{"[Content_Types].xml", `<?xml version="1.0" encoding="UTF-8"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Override PartName="/word/document.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/></Types>`},
		{"word/document.xml", `<?xml version="1.0" encoding="UTF-8"?><w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body>` + body + `</w:body></w:document>`},
	} {
		w, err := z.Create(part[0])
		require.NoError(t, err)
		_, err = w.Write([]byte(part[1]))
		require.NoError(t, err)
	}
	require.NoError(t, z.Close())
	return out.Bytes()
}

// found are the documents whose files say the words.
func (h *hall) found(words string) (ids []routing.ID) {
	h.Helper()
	err := h.store.DB().NewRaw(`SELECT document_id FROM file_texts WHERE words @@ plainto_tsquery('simple', ?)`, routing.Fold(words)).Scan(h.Context(), &ids)
	require.NoError(h, err)
	return ids
}

func TestWhatAFileSaysIsKeptWithIt(t *testing.T) {
	t.Parallel()
	h := openHall(t)
	doc := h.registered()
	event := h.done(h.attach("vanthu.quan", doc, "ke hoach.docx", word(t, "Uỷ ban nhân dân quận", "Rà soát hộ nghèo"), noKey))
	for _, words := range []string{"ỦY BAN", "uy ban nhan dan", "Hộ nghèo", "rà soát"} {
		require.Equal(t, []routing.ID{doc.ID}, h.found(words), words)
	}
	require.Empty(t, h.found("không có"))
	h.done(h.attach("vanthu.quan", doc, "anh.png", png, noKey)) // a picture says nothing
	_, err := h.desk.Detach(t.Context(), h.as("vanthu.quan"), doc.ID, sumOf(event), "Tệp gửi nhầm văn bản", noKey)
	require.NoError(t, err)
	require.Empty(t, h.found("hộ nghèo"))
	event = h.done(h.attach("vanthu.quan", doc, "ke hoach.docx", word(t, "Uỷ ban nhân dân quận", "Rà soát hộ nghèo"), noKey))
	require.Equal(t, []routing.ID{doc.ID}, h.found("hộ nghèo"), hex.EncodeToString([]byte(sumOf(event))))
}

// A long text does not hinder the file: what is beyond the limit is not found by its words.
func TestALongTextIsKept(t *testing.T) {
	t.Parallel()
	h := openHall(t)
	doc := h.registered()
	lines := make([]string, 15_000)
	for i := range lines {
		lines[i] = "từ" + string(postgres.NewID()) + " và " + string(postgres.NewID())
	}
	h.done(h.attach("vanthu.quan", doc, "dai.docx", word(t, lines...), noKey))
	require.Equal(t, []routing.ID{doc.ID}, h.found("và"))
}

// A stamp in a file refuses it before anything of it is kept: no row, no blob, no text.
func TestAFileWithAStampLeavesNothing_M05(t *testing.T) {
	t.Parallel()
	h := openHall(t)
	doc := h.registered()
	before := h.everything()
	for _, lines := range [][]string{{"KẾ HOẠCH", "TỐI MẬT", "CANARY-7f3a"}, {"Độ mật: Mật", "CANARY-7f3a"}, {"M Ậ T        Hà Đông, ngày 5 tháng 3 năm 2026", "CANARY-7f3a"}} {
		_, err := h.attach("vanthu.quan", doc, "ke hoach.docx", word(t, lines...), noKey)
		refused(t, err, routing.ErrStateSecret)
		require.NotContains(t, err.Error(), "CANARY")
	}
	_, err := h.attach("vanthu.quan", doc, "12-KH_MAT.docx", word(t, "CANARY-7f3a"), noKey)
	refused(t, err, routing.ErrStateSecret)
	require.Equal(t, before, h.everything())
	require.Empty(t, h.found("CANARY-7f3a"))
	h.done(h.attach("vanthu.quan", doc, "bao mat.docx", word(t, "Tập huấn bảo vệ bí mật nhà nước", "Mắt", "Mật độ dân số", "Không mật"), noKey))
}
