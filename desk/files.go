package desk

import (
	"context"
	"fmt"
	"time"

	"congvan/attachments"
	"congvan/attachments/blobs"
	"congvan/attachments/clamd"
	"congvan/attachments/staging"
	"congvan/postgres"
	"congvan/routing"
)

// fileStore keeps files under their SHA-256.
type fileStore interface {
	// Keep writes a content unless it is there; it is durable when Keep returns.
	Keep(ctx context.Context, sum blobs.Sum, c attachments.Content) error
	Open(ctx context.Context, sum blobs.Sum) (blobs.Object, error)
	// Empty says whether no file is there at all.
	Empty(ctx context.Context) (bool, error)
	// Sweep removes what is not wanted and was not touched since an instant.
	Sweep(ctx context.Context, before time.Time, wanted func(context.Context, blobs.Sum) (bool, error)) (int, error)
}

// scanner is an antivirus. An error means that nobody knows.
type scanner interface {
	Scan(ctx context.Context, c attachments.Content) (clamd.Result, error)
}

// KeepIn lets a desk keep its files in a folder, instead of the bucket.
func KeepIn(folder *blobs.Folder) Option { return func(d *Desk) { d.files = folder } }

// TakeInto lets a desk take files in through a staging area.
func TakeInto(area *staging.Area) Option { return func(d *Desk) { d.staged = area } }

// ScanWith lets an antivirus look at every file. Where it is required, a file
// that it cannot look at does not come in; otherwise it is looked at later.
func ScanWith(antivirus scanner, required bool) Option {
	return func(d *Desk) { d.antivirus, d.scanRequired = antivirus, required }
}

// The refusals of attachments.
var (
	ErrFileEmpty    = attachments.ErrEmpty
	ErrFileName     = attachments.ErrName
	ErrFileType     = attachments.ErrType
	ErrFileTooLarge = attachments.ErrTooLarge
	ErrFilePage     = attachments.ErrPage
	ErrFileDamaged  = blobs.ErrDamaged
	ErrStorageFull  = blobs.ErrFull
	ErrUploadQuota  = staging.ErrQuota
	ErrUploadSpace  = staging.ErrFull
	ErrUploadBusy   = staging.ErrBusy
	ErrFileVirus    = &routing.Error{Fault: routing.Invalid, Code: "file-virus",
		Message: "Phần mềm diệt virus phát hiện mã độc trong tệp; không lưu gì ở đây. Hãy báo bộ phận công nghệ thông tin và đề nghị nơi gửi gửi lại tệp sạch."}
	ErrScanDown = &routing.Error{Fault: routing.Unavailable, Code: "antivirus-down",
		Message: "Phần mềm diệt virus đang không trả lời nên chưa nhận tệp được; hãy thử lại sau ít phút."}
	ErrUploadBroken = &routing.Error{Fault: routing.Invalid, Code: "upload-broken-off",
		Message: "Tệp bị đứt quãng khi gửi; hãy gửi lại."}
	// ErrUploadLost says that a document has its number, and one of its files was lost
	// before it was attached.
	ErrUploadLost = &routing.Error{Fault: routing.Conflict, Code: "upload-lost",
		Message: "Văn bản đã vào sổ nhưng có tệp chưa kịp đính kèm; hãy mở văn bản vừa vào sổ và gửi lại tệp."}
	ErrReplaces = &routing.Error{Fault: routing.Invalid, Code: "file-replaces",
		Message: "Tệp được thay thế không có trong văn bản này hoặc đã được thay thế; hãy mở lại văn bản rồi chọn tệp."}
)

// FileFinding is what was found out about a file before it is kept.
type FileFinding struct {
	SHA256      blobs.Sum
	Size        int64
	Kind        string // media type, by content
	Flags       []string
	Text        attachments.Reading
	Suggestions []attachments.Suggestion // for the registration form
	Signature   attachments.Signature
	Scan        clamd.Result
}

// check is the gate between staging and everything that is kept: nothing of a
// file is written in clear, on disk or in the record, before it has passed. Its
// marks of secrecy come before the antivirus, which is another program.
func (d *Desk) check(ctx context.Context, actor routing.Actor, name string, c staging.Content) (f FileFinding, err error) {
	found, err := attachments.Examine(name, c)
	if err != nil {
		return f, err
	}
	f = FileFinding{SHA256: c.Sum(), Size: c.Size(), Kind: found.Kind}
	for _, flag := range found.Flags {
		f.Flags = append(f.Flags, string(flag))
	}
	if f.Text, err = readText(ctx, name, found.Kind, c); err != nil {
		return f, err
	}
	f.Suggestions = attachments.Suggest(f.Text.Lines)
	if f.Signature, err = d.signaturesOf(c, found.Kind); err != nil {
		return f, err
	}
	f.Scan, err = d.scan(ctx, actor, c)
	return f, err
}

// scan asks the antivirus. What it finds is refused, and the journal keeps that
// somebody sent it, not what it was.
func (d *Desk) scan(ctx context.Context, actor routing.Actor, c attachments.Content) (clamd.Result, error) {
	if d.antivirus == nil {
		return clamd.Result{State: clamd.NotScanned}, nil
	}
	result, err := d.antivirus.Scan(ctx, c)
	switch {
	case err != nil && d.scanRequired:
		return result, fmt.Errorf("%w (%w)", ErrScanDown, err)
	case err != nil:
		return clamd.Result{State: clamd.NotScanned}, nil
	case result.State != clamd.Found:
		return result, nil
	}
	e := d.entryOf(actor, "file-refused", routing.Subject{Kind: routing.SubjectFile})
	e.Outcome, e.Code = routing.OutcomeRefused, ErrFileVirus.Code
	if err := d.record.Note(ctx, e); err != nil {
		return result, err
	}
	return result, ErrFileVirus
}

func stateOf(r clamd.Result) postgres.FileState {
	if r.At.IsZero() {
		return postgres.FileState{Scan: string(clamd.NotScanned)}
	}
	return postgres.FileState{Scan: string(r.State), ScannedAt: microseconds(r.At), Engine: r.Engine}
}
