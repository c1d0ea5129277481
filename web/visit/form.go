package visit

import (
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"congvan/routing"
	"congvan/web/ui"

	"golang.org/x/text/unicode/norm"
)

// maxForm is how much a form without files may hold, in bytes.
const maxForm = 1 << 20

var (
	errForm = &routing.Error{Fault: routing.Invalid, Code: "bad-request",
		Message: "Biểu mẫu gửi lên không đọc được; hãy mở lại trang rồi nhập lại."}
	errOtherReader = &routing.Error{Fault: routing.Conflict, Code: "other-reader",
		Message: "Trang này được mở khi máy đang dùng tài khoản, hoặc vai trò, khác; chưa làm gì. Hãy mở lại trang rồi làm."}
	errFormTooLarge = &routing.Error{Fault: routing.Invalid, Code: "body-too-large",
		Message: "Nội dung gửi lên lớn hơn 1 MiB; hãy rút gọn."}
)

// Form reads the form of a request: valid UTF-8 in normal form C, line ends as
// \n. It may be asked for often; the body is read once.
func (v *Visit) Form() error {
	if v.form != nil {
		return nil
	}
	v.R.Body = http.MaxBytesReader(v.W, v.R.Body, maxForm)
	err := v.R.ParseForm()
	var tooLarge *http.MaxBytesError
	switch {
	case errors.As(err, &tooLarge):
		return errFormTooLarge
	case err != nil:
		return errForm
	}
	form := url.Values{}
	for name, values := range v.R.PostForm {
		for _, value := range values {
			if err := keep(form, name, value); err != nil {
				return err
			}
		}
	}
	v.form = form
	return nil
}

// keep adds a field to a form, if it is text: valid UTF-8 in normal form C, line
// ends as \n.
func keep(form url.Values, name, value string) error {
	if !utf8.ValidString(name) || !utf8.ValidString(value) || strings.ContainsRune(value, 0) {
		return errForm
	}
	form.Add(name, norm.NFC.String(strings.ReplaceAll(value, "\r\n", "\n")))
	return nil
}

// Value is what was entered into a field, without the space around it; empty if
// the form has no such field. Form comes first.
func (v *Visit) Value(name string) string { return strings.TrimSpace(v.form.Get(name)) }

// Values are all that were entered under a name.
func (v *Visit) Values(name string) []string { return v.form[name] }

// Sent are all fields of the form, as they were entered.
func (v *Visit) Sent() url.Values { return v.form }

// Number is a number that a form carries; 0 if it is none.
func (v *Visit) Number(name string) int {
	n, err := strconv.Atoi(v.Value(name))
	if err != nil {
		return 0
	}
	return n
}

var plainKey = regexp.MustCompile(`^[A-Za-z0-9_-]{8,128}$`)

// Request names this sending of the form, so that sent twice it is done once. The
// key stands in the form's hidden field "key".
func (v *Visit) Request() (routing.Request, error) {
	if err := v.Form(); err != nil {
		return routing.Request{}, err
	}
	key := v.Value("key")
	if !plainKey.MatchString(key) {
		return routing.Request{}, errForm
	}
	if !ui.IsFor(v.Context(), key) {
		return routing.Request{}, errOtherReader
	}
	h := sha256.New()
	io.WriteString(h, "for "+string(v.ActingFor)+"\n"+v.R.Method+"\n"+v.R.URL.Path+"\n")
	for _, name := range slices.Sorted(maps.Keys(v.form)) {
		if name == "key" {
			continue
		}
		for _, value := range v.form[name] {
			fmt.Fprintf(h, "%d%s%d%s", len(name), name, len(value), value)
		}
	}
	return routing.Request{Key: key, Hash: h.Sum(nil)}, nil
}
