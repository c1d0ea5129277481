package visit

import (
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"mime/multipart"
	"net/http"
	"slices"
	"strings"
	"unicode/utf8"

	"congvan/gate"
	"congvan/routing"

	"golang.org/x/text/unicode/norm"
)

// maxField is how long one field of a form with files may be, in bytes; maxFields
// is how many there may be.
const (
	maxField  = 64 << 10
	maxFields = 100
)

// Multipart is a form with files: its fields come first and are kept, its files
// are read as they come.
type Multipart struct {
	v      *Visit
	reader *multipart.Reader
	fields map[string][]string
}

// File is one file of a form; it is read before the next one.
type File struct {
	io.Reader
	Name  string
	Index int // of the files, from 0
}

// Multipart opens the form of a request that may bring files.
func (v *Visit) Multipart() (*Multipart, error) {
	f := &Multipart{v: v, fields: map[string][]string{}}
	reader, err := v.R.MultipartReader()
	if errors.Is(err, http.ErrNotMultipart) { // a form without files
		err = v.Form()
		f.fields = v.form
		return f, err
	}
	if err != nil {
		return nil, errForm
	}
	gate.AllowFileTime(v.W)
	f.reader = reader
	return f, nil
}

// Read reads the whole form, and hands out each file that somebody chose. Fields
// that stand behind a file are there only after it.
func (f *Multipart) Read(each func(File) error) error {
	files := 0
	for f.reader != nil {
		part, err := f.reader.NextRawPart()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return errForm
		}
		name := part.FileName()
		if !utf8.ValidString(name) {
			return errForm
		}
		switch {
		case isFile(part) && name != "":
			if err := each(File{part, norm.NFC.String(name), files}); err != nil {
				return err
			}
			files++
		case isFile(part): // none was chosen
		default:
			if err := f.field(part); err != nil {
				return err
			}
		}
	}
	return nil
}

func isFile(p *multipart.Part) bool {
	return strings.Contains(p.Header.Get("Content-Disposition"), "filename")
}

func (f *Multipart) field(p *multipart.Part) error {
	data, err := io.ReadAll(io.LimitReader(p, maxField+1))
	name := p.FormName()
	switch {
	case err != nil || !utf8.Valid(data) || !utf8.ValidString(name) || slices.Contains(data, 0) || len(f.fields) >= maxFields:
		return errForm
	case len(data) > maxField:
		return errFormTooLarge
	}
	f.fields[name] = append(f.fields[name], norm.NFC.String(strings.ReplaceAll(string(data), "\r\n", "\n")))
	return nil
}

// Value is what was entered into a field, without the space around it.
func (f *Multipart) Value(name string) string {
	if values := f.fields[name]; len(values) > 0 {
		return strings.TrimSpace(values[0])
	}
	return ""
}

// Values are all that were entered under a name.
func (f *Multipart) Values(name string) []string { return f.fields[name] }

// PartKey names the sending of one of the form's files.
func (f *Multipart) PartKey(index int) (string, error) {
	key := f.Value("key")
	if !plainKey.MatchString(key) {
		return "", errForm
	}
	return fmt.Sprintf("%s/file-%d", key, index), nil
}

// Request names this sending of the form: see [Visit.Request]. Its files are named
// apart.
func (f *Multipart) Request() (routing.Request, error) {
	key := f.Value("key")
	if !plainKey.MatchString(key) {
		return routing.Request{}, errForm
	}
	h := sha256.New()
	hashFields(h, f.v, f.fields)
	return routing.Request{Key: key, Hash: h.Sum(nil)}, nil
}
