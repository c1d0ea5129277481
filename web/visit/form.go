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
	"time"
	"unicode/utf8"

	"congvan/calendar"
	"congvan/routing"

	"golang.org/x/text/unicode/norm"
)

// maxForm is how much a form without files may hold, in bytes.
const maxForm = 1 << 20

var (
	errForm = &routing.Error{Fault: routing.Invalid, Code: "bad-request",
		Message: "Biểu mẫu gửi lên không đọc được; hãy mở lại trang rồi nhập lại."}
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

// typedDay are the ways in which people type a day.
var typedDay = regexp.MustCompile(`^(\d{1,2})[-/. ](\d{1,2})(?:[-/. ](\d{4}|\d{2}))?$`)

// ParseDay reads a day as people type it: 5/2/2026, 05-02-26, 5/2 (of this year),
// 05022026, or as browsers send it: 2026-02-05. It returns it as 2006-01-02; empty
// for nothing, and false for what is no day, or one of no year that papers have.
func ParseDay(typed string, now time.Time) (string, bool) {
	typed = strings.TrimSpace(typed)
	if typed == "" {
		return "", true
	}
	t, ok := dayOf(typed, now)
	if !ok || t.Year() < firstYear || t.Year() > lastYear {
		return "", false
	}
	return t.Format(time.DateOnly), true
}

// The years that a day may be of. Beyond them the record has no instants.
const firstYear, lastYear = 1900, 2999

func dayOf(typed string, now time.Time) (time.Time, bool) {
	for _, layout := range []string{time.DateOnly, "02012006"} {
		if t, err := time.Parse(layout, typed); err == nil {
			return t, true
		}
	}
	match := typedDay.FindStringSubmatch(typed)
	if match == nil {
		return time.Time{}, false
	}
	year := now.In(calendar.Location).Year()
	switch len(match[3]) {
	case 2:
		n, _ := strconv.Atoi(match[3])
		year = 2000 + n
	case 4:
		year, _ = strconv.Atoi(match[3])
	}
	day, _ := strconv.Atoi(match[1])
	month, _ := strconv.Atoi(match[2])
	t := time.Date(year, time.Month(month), day, 0, 0, 0, 0, time.UTC)
	return t, t.Day() == day && int(t.Month()) == month
}

// DayValue is a day that a form carries, as 2006-01-02. What is no day is a
// refusal that names the field.
func (v *Visit) DayValue(name string) (string, error) {
	day, ok := ParseDay(v.Value(name), v.Now())
	if !ok {
		return "", routing.ErrField.With("fields", map[string]string{name: "ngày ghi theo dạng 05/02/2026"})
	}
	return day, nil
}
