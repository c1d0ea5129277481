package desk

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"congvan/postgres"
	"congvan/routing"

	"github.com/gabriel-vasile/mimetype"
	"gocloud.dev/blob"
)

// MaxFile is the largest attachment that is taken, in bytes.
const MaxFile = 50 << 20

// fileTypes are the kinds of files that offices exchange, by the content found
// in them, and the endings under which each may come.
var fileTypes = map[string][]string{
	"application/pdf":    {".pdf"},
	"application/msword": {".doc"},
	"application/vnd.openxmlformats-officedocument.wordprocessingml.document": {".docx"},
	"application/vnd.ms-excel": {".xls"},
	"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet":         {".xlsx"},
	"application/vnd.ms-powerpoint":                                             {".ppt"},
	"application/vnd.openxmlformats-officedocument.presentationml.presentation": {".pptx"},
	"application/vnd.oasis.opendocument.text":                                   {".odt"},
	"application/vnd.oasis.opendocument.spreadsheet":                            {".ods"},
	"image/jpeg": {".jpg", ".jpeg"},
	"image/png":  {".png"},
	"image/tiff": {".tif", ".tiff"},
}

// The refusals of attachments.
var (
	ErrFileEmpty = &routing.Error{Fault: routing.Invalid, Code: "file-empty",
		Message: "Tệp rỗng; hãy chọn lại tệp."}
	ErrFileName = &routing.Error{Fault: routing.Invalid, Code: "file-name",
		Message: "Tên tệp chưa đúng; hãy đổi tên tệp (không quá 200 ký tự, có phần mở rộng)."}
	ErrFileType = &routing.Error{Fault: routing.Invalid, Code: "file-type",
		Message: "Nội dung tệp không khớp với phần mở rộng hoặc không thuộc loại được nhận (PDF, Word, Excel, PowerPoint, ODF, ảnh)."}
	ErrFileTooLarge = &routing.Error{Fault: routing.Invalid, Code: "file-too-large",
		Message: "Tệp lớn hơn 50 MB; hãy giảm dung lượng rồi gửi lại."}
	ErrFileDamaged = &routing.Error{Fault: routing.Internal, Code: "file-damaged",
		Message: "Tệp lưu trữ không còn nguyên vẹn; hãy báo quản trị hệ thống."}
)

// Attach adds a file to a document of the actor's unit. The content decides
// what the file is, not its name; it is kept under its SHA-256, once. The
// bytes are on disk before the record names them.
func (d *Desk) Attach(ctx context.Context, actor routing.Actor, id routing.ID, name string, content io.Reader, req routing.Request) (routing.Event, error) {
	doc, _, _, err := d.document(ctx, actor, id)
	switch {
	case err != nil:
		return routing.Event{}, err
	case !actor.MayAttach(doc):
		return routing.Event{}, routing.ErrNotAllowed
	}
	name, err = cleanName(name)
	if err != nil {
		return routing.Event{}, err
	}
	data, err := readFile(content)
	if err != nil {
		return routing.Event{}, err
	}
	kind, err := fileType(name, data)
	if err != nil {
		return routing.Event{}, err
	}
	sum := sha256.Sum256(data)
	req.Hash = requestOf(id, name, sum)
	return d.once(ctx, actor, routing.ActAttach, id, req, func() (routing.Event, error) {
		if _, err := doc.Status.Next(routing.ActAttach); err != nil {
			return routing.Event{}, err
		}
		if err := d.keep(ctx, sum, kind, data); err != nil {
			return routing.Event{}, err
		}
		event, err := d.record.Attach(ctx, actor, postgres.Attachment{
			DocumentID: id, SHA256: sum[:], Name: name, MediaType: kind, Size: int64(len(data)), AddedAt: d.now(),
		}, req)
		if errors.Is(err, routing.ErrNotFound) { // the same content is there already
			return d.record.AttachEvent(ctx, id, sum[:])
		}
		return event, err
	})
}

// requestOf is what a request to attach carries: another file, or another
// document, under the same key is another request.
func requestOf(id routing.ID, name string, content [32]byte) []byte {
	sum := sha256.Sum256(fmt.Appendf(nil, "%s %q %x", id, name, content))
	return sum[:]
}

// keep writes content under its SHA-256 unless it is there.
func (d *Desk) keep(ctx context.Context, sum [32]byte, kind string, data []byte) error {
	key := hex.EncodeToString(sum[:])
	if there, err := d.files.Exists(ctx, key); err != nil || there {
		return err
	}
	if err := d.files.WriteAll(ctx, key, data, &blob.WriterOptions{ContentType: kind}); err != nil {
		return fmt.Errorf("desk: keep attachment: %w", err)
	}
	return nil
}

// File returns an attachment of a document that the actor sees. Its content is
// checked against its SHA-256 first: a file comes back bit for bit or not at all.
func (d *Desk) File(ctx context.Context, actor routing.Actor, id routing.ID, sum string) (postgres.Attachment, []byte, error) {
	if _, _, _, err := d.document(ctx, actor, id); err != nil {
		return postgres.Attachment{}, nil, err
	}
	files, err := d.record.Attachments(ctx, id)
	if err != nil {
		return postgres.Attachment{}, nil, err
	}
	for _, file := range files {
		if hex.EncodeToString(file.SHA256) != sum {
			continue
		}
		data, err := d.files.ReadAll(ctx, sum)
		if err != nil {
			return file, nil, fmt.Errorf("desk: read attachment: %w (%w)", ErrFileDamaged, err)
		}
		if found := sha256.Sum256(data); !bytes.Equal(found[:], file.SHA256) {
			return file, nil, ErrFileDamaged
		}
		return file, data, d.record.Note(ctx, d.entryOf(actor, routing.EntryDownloaded, routing.Subject{Kind: routing.SubjectFile, ID: string(id) + "/" + sum}))
	}
	return postgres.Attachment{}, nil, routing.ErrNotFound
}

// copyMark is what browsers add to the name of a second copy.
var copyMark = regexp.MustCompile(`\s*\(\d+\)$`)

func cleanName(name string) (string, error) {
	name = strings.TrimSpace(filepath.Base(strings.ReplaceAll(name, `\`, "/")))
	bad := strings.ContainsFunc(name, func(r rune) bool {
		return unicode.IsControl(r) || r >= 0x202A && r <= 0x202E || r >= 0x2066 && r <= 0x2069
	})
	stem := strings.TrimSuffix(name, filepath.Ext(name))
	title, _, _ := strings.Cut(name, ".") // "MẬT(1).tar.gz" is "MẬT"
	title = copyMark.ReplaceAllString(title, "")
	if bad || stem == "" || stem == name || !utf8.ValidString(name) || utf8.RuneCountInString(name) > 200 {
		return "", ErrFileName
	}
	return name, routing.CheckSecrecy(routing.NoSecret, stem, title)
}

func readFile(content io.Reader) ([]byte, error) {
	data, err := io.ReadAll(io.LimitReader(content, MaxFile+1))
	switch {
	case err != nil:
		return nil, fmt.Errorf("desk: read upload: %w", err)
	case len(data) == 0:
		return nil, ErrFileEmpty
	case len(data) > MaxFile:
		return nil, ErrFileTooLarge
	}
	return data, nil
}

// fileType finds out what a file is by its content, and refuses what is not
// exchanged or bears another ending than its content.
func fileType(name string, data []byte) (string, error) {
	found := mimetype.Detect(data).String()
	if kind, ok := oldOffice(data); ok {
		found = kind
	}
	kind, _, _ := strings.Cut(found, ";")
	switch {
	case kind == "application/pdf" && !bytes.HasPrefix(data, []byte("%PDF-")):
		found = "application/pdf sau dữ liệu lạ" // readers differ in what they show of it
		kind = ""
	case bytes.Contains(data, []byte("vbaProject.bin")):
		found, kind = kind+" có macro", ""
	}
	if slices.Contains(fileTypes[kind], strings.ToLower(filepath.Ext(name))) {
		return kind, nil
	}
	return "", ErrFileType.With("found", found).Saying(
		"Nội dung tệp là %s: không khớp với phần mở rộng “%s” hoặc không thuộc loại được nhận (PDF, Word, Excel, PowerPoint, ODF, ảnh).",
		found, filepath.Ext(name))
}

// oldOffice tells the formats of Office 97 apart, which share a container
// (compound file) with installers and much else: by the stream that each has.
func oldOffice(data []byte) (kind string, ok bool) {
	if !bytes.HasPrefix(data, []byte("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")) {
		return "", false
	}
	for stream, kind := range map[string]string{
		"WordDocument": "application/msword", "Workbook": "application/vnd.ms-excel", "PowerPoint Document": "application/vnd.ms-powerpoint",
	} {
		name := make([]byte, 0, 2*len(stream))
		for _, letter := range []byte(stream) {
			name = append(name, letter, 0) // directory entries are UTF-16, little endian
		}
		if bytes.Contains(data, name) {
			return kind, true
		}
	}
	return "", false
}
