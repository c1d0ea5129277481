package attachments

import (
	"bytes"
	"path/filepath"
	"slices"
	"strings"

	"github.com/gabriel-vasile/mimetype"
)

// The kinds of files that are taken.
const (
	PDF  = "application/pdf"
	DOC  = "application/msword"
	DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
	XLS  = "application/vnd.ms-excel"
	XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
	PPT  = "application/vnd.ms-powerpoint"
	PPTX = "application/vnd.openxmlformats-officedocument.presentationml.presentation"
	ODT  = "application/vnd.oasis.opendocument.text"
	ODS  = "application/vnd.oasis.opendocument.spreadsheet"
	JPEG = "image/jpeg"
	PNG  = "image/png"
	TIFF = "image/tiff"
)

// endings are the kinds of files that offices exchange, and the endings under
// which each may come.
var endings = map[string][]string{
	PDF: {".pdf"}, DOC: {".doc"}, DOCX: {".docx"}, XLS: {".xls"}, XLSX: {".xlsx"}, PPT: {".ppt"}, PPTX: {".pptx"}, ODT: {".odt"}, ODS: {".ods"},
	JPEG: {".jpg", ".jpeg"}, PNG: {".png"}, TIFF: {".tif", ".tiff"},
}

// Finding is what was found out about a file that may come in.
type Finding struct {
	Kind  string // media type, by content
	Flags []Flag // sorted; empty: nothing stands out
}

// Flag is something about a file that people should know.
type Flag string

// The flags.
const (
	FlagScript       Flag = "pdf-script"        // JavaScript
	FlagLaunch       Flag = "pdf-launch"        // starts a program
	FlagOpenAction   Flag = "pdf-open-action"   // does something when opened, or with a page
	FlagEmbedded     Flag = "pdf-embedded-file" // brings another file
	FlagForm         Flag = "pdf-form"          // XFA
	FlagSends        Flag = "pdf-sends"         // sends or fetches data: SubmitForm, ImportData, GoToR, GoToE
	FlagMedia        Flag = "pdf-media"         // plays media, or has 3D content
	FlagOpaque       Flag = "pdf-opaque"        // parts of its structure could not be read
	FlagRevisions    Flag = "pdf-revisions"     // was changed after it was first saved; a signature does so, too
	FlagTruncated    Flag = "pdf-truncated"     // has no end; some programs show nothing
	FlagObject       Flag = "embedded-object"   // an Office file inside
	FlagExternal     Flag = "external-content"  // shows what lies elsewhere
	FlagFarTemplate  Flag = "external-template" // a template on its author's machine
	FlagManyVersions Flag = "image-pages"       // a TIFF of very many pages
)

// harmless are flags that only tell; all others keep a file out of pages.
var harmless = []Flag{FlagRevisions, FlagTruncated, FlagObject, FlagExternal, FlagFarTemplate, FlagManyVersions}

// Inline says whether a file may be shown inside a page, in a sandbox: a PDF or
// an image that browsers draw, with no flag that acts.
func (f Finding) Inline() bool {
	return slices.Contains([]string{PDF, JPEG, PNG}, f.Kind) &&
		!slices.ContainsFunc(f.Flags, func(flag Flag) bool { return !slices.Contains(harmless, flag) })
}

// Examine finds out what a file is and whether it may come in under a name that
// CleanName has passed. The error is one of the refusals of this package, or that
// of reading.
func Examine(name string, c Content) (Finding, error) {
	if c.Size() == 0 {
		return Finding{}, ErrEmpty
	}
	kind, err := sniff(c)
	if err != nil {
		return Finding{}, err
	}
	ending := strings.ToLower(filepath.Ext(name))
	if !slices.Contains(endings[kind], ending) {
		return Finding{}, wrongType(kind, ending)
	}
	found := Finding{Kind: kind}
	switch kind {
	case PDF:
		found.Flags, err = examinePDF(c)
	case JPEG, PNG, TIFF:
		found.Flags, err = examineImage(kind, c)
	case DOC, XLS, PPT:
		err = examineCompound(kind, c)
	default:
		found.Flags, err = examinePackage(kind, c)
	}
	if err != nil {
		return Finding{}, err
	}
	slices.Sort(found.Flags)
	found.Flags = slices.Compact(found.Flags)
	return found, nil
}

func wrongType(found, ending string) error {
	return ErrType.With("found", found).Saying(
		"Nội dung tệp là %s: không khớp với phần mở rộng “%s” hoặc không thuộc loại được nhận (PDF, Word, Excel, PowerPoint, ODF, ảnh).", found, ending)
}

const (
	compoundMagic = "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
	zipMagic      = "PK\x03\x04"
)

// sniff tells what a content is by how it begins: nothing may stand before the
// header, since readers differ in where they look for it. What is none of the
// kinds taken is named as well as can be.
func sniff(c Content) (kind string, err error) {
	head, err := headOf(c, 4<<10)
	if err != nil {
		return "", err
	}
	for magic, kind := range map[string]string{
		"%PDF-": PDF, "\xff\xd8\xff": JPEG, "\x89PNG\r\n\x1a\n": PNG, "II*\x00": TIFF, "MM\x00*": TIFF,
	} {
		if bytes.HasPrefix(head, []byte(magic)) {
			return kind, nil
		}
	}
	switch {
	case bytes.HasPrefix(head, []byte(compoundMagic)):
		return sniffCompound(c)
	case bytes.HasPrefix(head, []byte(zipMagic)):
		return sniffPackage(c)
	}
	found, _, _ := strings.Cut(mimetype.Detect(head).String(), ";")
	switch {
	case found == PDF || bytes.Contains(head, []byte("%PDF-")):
		return "", ErrTwofold.Saying("Trước phần đầu của tệp PDF có dữ liệu lạ; hãy xuất lại tệp từ phần mềm gốc rồi gửi lại.")
	case found == "text/html" || looksLikePage(head):
		return "", ErrPage
	}
	return found, nil
}

// looksLikePage knows pages that begin with remarks, marks or other text.
func looksLikePage(head []byte) bool {
	lower := bytes.ToLower(head)
	for _, tag := range []string{"<html", "<!doctype html", "<script", "<body", "<meta "} {
		if bytes.Contains(lower, []byte(tag)) {
			return true
		}
	}
	return false
}

// checkOneKind refuses what a second program could take for another kind of
// file: an archive at the end, a PDF or a page at the beginning.
func checkOneKind(kind string, c Content) error {
	head, err := headOf(c, 2<<10)
	if err != nil {
		return err
	}
	tail, err := tailOf(c, 66<<10)
	if err != nil {
		return err
	}
	if endsAsArchive(tail) || kind != PDF && bytes.Contains(head, []byte("%PDF-")) || kind != TIFF && bytes.Contains(bytes.ToLower(head), []byte("<script")) ||
		bytes.Contains(bytes.ToLower(head), []byte("<html")) {
		return ErrTwofold
	}
	return nil
}

// endsAsArchive finds a zip's end record whose remark reaches the end of the
// file, or nearly: by it programs open a zip, whatever stands before.
func endsAsArchive(tail []byte) bool {
	for at := 0; ; at++ {
		next := bytes.Index(tail[at:], []byte("PK\x05\x06"))
		if next < 0 {
			return false
		}
		if at += next; len(tail)-at >= endRecord {
			return true
		}
	}
}
