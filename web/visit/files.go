package visit

import (
	"errors"
	"io"
	"mime"
	"mime/multipart"
	"net/http"
	"net/url"
	"os"
	"strings"

	"congvan/gate"
)

// filesInForm is how many files of the largest size a form may carry.
const filesInForm = 4

// FormWithFiles is Form for a form that may carry files. Each is handed to take as
// it comes in, under the name that its sender gave it: nothing of it is kept here,
// in memory or on disk. The fields that stand before a file can be read then.
// After a refusal the rest of them is still read, so that the form can be shown
// again; the first refusal is what comes back.
func (v *Visit) FormWithFiles(take func(name string, content io.Reader) error) error {
	if v.form != nil || !strings.HasPrefix(v.R.Header.Get("Content-Type"), "multipart/") {
		return v.Form()
	}
	gate.AllowFileTime(v.W)
	v.R.Body = http.MaxBytesReader(v.W, v.R.Body, maxForm+filesInForm*v.Desk().UploadLimits().Scan)
	parts, err := v.R.MultipartReader()
	if err != nil {
		return errForm
	}
	v.form = url.Values{}
	var refused error
	for room := int64(maxForm); ; {
		part, err := parts.NextPart()
		if errors.Is(err, io.EOF) {
			return refused
		}
		if err != nil {
			return brokenForm(err)
		}
		if name, isFile := fileName(part); isFile {
			if name != "" && refused == nil {
				refused = take(name, part)
			}
			continue
		}
		value, err := io.ReadAll(io.LimitReader(part, room+1))
		if err != nil {
			return brokenForm(err)
		}
		if room -= int64(len(value)) + int64(len(part.FormName())); room < 0 {
			return errFormTooLarge
		}
		if err := keep(v.form, part.FormName(), string(value)); err != nil {
			return err
		}
	}
}

// brokenForm says why the body of a form could not be read to its end.
func brokenForm(err error) error {
	var tooLarge *http.MaxBytesError
	if errors.As(err, &tooLarge) {
		return errFormTooLarge.Saying("Các tệp gửi lên quá lớn; hãy gửi từng tệp.")
	}
	if errors.Is(err, os.ErrDeadlineExceeded) {
		return errForm.Saying("Đường truyền quá chậm, tệp chưa đến đủ; chưa lưu gì, hãy gửi lại khi mạng tốt hơn.")
	}
	return errForm
}

// fileName is the name of a part that is a file; an input left empty is one
// without a name.
func fileName(part *multipart.Part) (name string, isFile bool) {
	_, about, err := mime.ParseMediaType(part.Header.Get("Content-Disposition"))
	if err != nil {
		return "", false
	}
	name, isFile = about["filename"]
	return name, isFile
}
