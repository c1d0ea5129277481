package attachments

import (
	"bytes"
	"context"
	"encoding/binary"
	"io"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// FuzzRead reads anything as any kind: no panic, an end in time, lines in their limits.
func FuzzRead(f *testing.F) {
	kinds := []string{pdfKind, docKind, docxKind, xlsxKind, pptxKind, odtKind, "application/vnd.ms-excel", PNG, JPEG, TIFF}
	seed := func(kind int, c io.Reader) {
		data, err := io.ReadAll(c)
		require.NoError(f, err)
		f.Add(byte(kind), data)
		for _, cut := range []int{2, 3, 7} { // cut off, and with a hole
			f.Add(byte(kind), data[:len(data)/cut])
			hole := bytes.Clone(data)
			for i := len(hole) / cut; i < min(len(hole), len(hole)/cut+40); i++ {
				hole[i] ^= 0x5a
			}
			f.Add(byte(kind), hole)
		}
	}
	seed(0, pdfOf(f, []string{"Kế hoạch", "\f", "Phụ lục"}))
	seed(2, docx(f, []string{"Kế hoạch"}, "docProps/core.xml", "<a><b>c</b></a>"))
	seed(3, zipOf(f, "xl/worksheets/sheet1.xml", "<w><row><c><v>1</v></c></row></w>"))
	seed(5, zipOf(f, "content.xml", "<p>a</p>"))
	seed(0, bytesOf(catalogPDF(`/Outlines << /First 3 0 R >> /AcroForm << /Fields [ << /V (a) >> ] >>`)))
	seed(7, bytesOf(pngWith("zTXt", "a\x00\x00"+deflated("b"))))
	seed(8, bytesOf([]byte("\xff\xd8\xff\xe1"+segment("Exif\x00\x00"+string(described270(binary.LittleEndian, "a")))+"\xff\xda")))
	seed(9, bytesOf(described270(binary.BigEndian, "a")))
	f.Add(byte(0), []byte("%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 1 0 R/Kids[1 0 R]/Parent 1 0 R>>endobj\ntrailer<</Root 1 0 R>>\nstartxref\n9\n%%EOF"))
	f.Add(byte(1), append([]byte("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"), make([]byte, 1024)...))
	f.Fuzz(func(t *testing.T, kind byte, data []byte) {
		began := time.Now()
		r, err := Read(context.Background(), kinds[int(kind)%len(kinds)], bytesOf(data))
		require.NoError(t, err)
		require.Less(t, time.Since(began), readTimeout+5*time.Second)
		require.LessOrEqual(t, len(r.Lines), maxLines)
		_ = CheckSecrecy("a.pdf", r.Lines, r.Metadata)
	})
}
