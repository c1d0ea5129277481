package api

import (
	"crypto/sha256"
	"encoding/json"
	"errors"
	"io"
	"mime"
	"net/http"
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"unicode/utf8"

	"congvan/gate"
	"congvan/routing"

	"golang.org/x/text/unicode/norm"
)

// input is the gate that everything which a person sends passes before anything
// reads it. Behind it, the call holds the request's name and version, query and
// body are what the contract says, and text is in normal form C.
func (s *server) input(op *operation, next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if err := s.takeIn(op, w, r); err != nil {
			s.Refuse(w, r, err)
			return
		}
		next.ServeHTTP(w, r)
	})
}

func (s *server) takeIn(op *operation, w http.ResponseWriter, r *http.Request) (err error) {
	c := gate.CallOf(r.Context())
	if !op.answersIn(r.Header.Values("Accept")) {
		return errAccept
	}
	if op.named {
		if c.Request.Key, err = requestKey(r.Header); err != nil {
			return err
		}
	}
	if op.versioned && !(op.unversioned && len(r.Header.Values("If-Match")) == 0) {
		if c.Version, err = version(r.Header); err != nil {
			return err
		}
	}
	if err = cleanQuery(op, r); err != nil {
		return err
	}
	var body []byte
	if op.body != nil {
		if body, err = takeBody(op, w, r); err != nil {
			return err
		}
	}
	if op.named {
		c.Request.Hash = hashOf(r, c.ActingFor, body)
	}
	return nil
}

// hashOf is what a request asks for: method, path, query and content, and for
// whom, if for somebody else.
func hashOf(r *http.Request, actingFor routing.ID, body []byte) []byte {
	h := sha256.New()
	if actingFor != "" {
		io.WriteString(h, "for "+string(actingFor)+"\n")
	}
	for _, part := range []string{r.Method, r.URL.Path, r.URL.RawQuery} {
		io.WriteString(h, part+"\n")
	}
	h.Write(body)
	return h.Sum(nil)
}

var plainKey = regexp.MustCompile(`^[A-Za-z0-9_-]{8,128}$`)

func requestKey(h http.Header) (string, error) {
	keys := h.Values("Idempotency-Key")
	switch {
	case len(keys) == 0:
		return "", errKeyMissing
	case len(keys) > 1 || !plainKey.MatchString(keys[0]):
		return "", badField("Idempotency-Key", "gồm 8 đến 128 chữ cái không dấu, chữ số, dấu - hoặc _")
	}
	return keys[0], nil
}

var plainVersion = regexp.MustCompile(`^"v([1-9][0-9]{0,8})"$`)

// version reads If-Match. "*" would decide on whatever is there, a list on one
// of several: neither is what anybody has read.
func version(h http.Header) (int, error) {
	values := h.Values("If-Match")
	if len(values) == 0 {
		return 0, errIfMatch
	}
	match := plainVersion.FindStringSubmatch(strings.TrimSpace(values[0]))
	if len(values) > 1 || match == nil {
		return 0, badField("If-Match", `phải là ETag của nội dung đã xem, ví dụ "v3"`)
	}
	return strconv.Atoi(match[1])
}

func etag(version int) string { return `"v` + strconv.Itoa(version) + `"` }

// cleanQuery checks the query against the contract and writes it back in one
// form: sorted, normal form C, nothing empty.
func cleanQuery(op *operation, r *http.Request) error {
	if r.URL.RawQuery == "" && len(op.requiredQuery) == 0 {
		return nil
	}
	given, err := url.ParseQuery(r.URL.RawQuery)
	if err != nil {
		return badField("query", "không phân tích được")
	}
	faults, clean := map[string]string{}, url.Values{}
	for name, values := range given {
		value := norm.NFC.String(values[0])
		switch {
		case !utf8.ValidString(name) || op.query[name] == nil:
			faults[at([]string{strings.ToValidUTF8(name, "?")})] = "không có tham số này"
		case len(values) > 1:
			faults[name] = "được nêu hai lần"
		case !utf8.ValidString(value) || strings.ContainsRune(value, 0):
			faults[name] = "không phải văn bản UTF-8 hợp lệ"
		case value != "":
			clean.Set(name, value)
		}
	}
	r.URL.RawQuery = clean.Encode()
	op.checkQuery(r, clean, faults)
	if len(faults) > 0 {
		return errBadRequest.With("fields", faults)
	}
	return nil
}

// takeBody reads the body strictly, checks it against the contract and leaves
// the checked value in its place. It returns the content in one form.
func takeBody(op *operation, w http.ResponseWriter, r *http.Request) ([]byte, error) {
	if r.ContentLength > maxBody {
		return nil, errTooLarge
	}
	data, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxBody))
	var tooLarge *http.MaxBytesError
	switch {
	case errors.As(err, &tooLarge):
		return nil, errTooLarge
	case err != nil:
		return nil, badField("body", "bị đứt quãng khi gửi")
	case len(data) == 0 && !op.bodyRequired:
		r.Body = http.NoBody
		return nil, nil
	case !isJSON(r.Header):
		return nil, errMediaType
	}
	value, err := readStrictly(data, op.exact)
	var fault inputFault
	if errors.As(err, &fault) {
		return nil, badField(fault.field, fault.reason)
	}
	if err != nil {
		return nil, errBadRequest
	}
	if faults := op.checkBody(value); len(faults) > 0 {
		return nil, errBadRequest.With("fields", faults)
	}
	r.Body = strictBody{strings.NewReader(""), value}
	return json.Marshal(value)
}

func isJSON(h http.Header) bool {
	kind, params, err := mime.ParseMediaType(h.Get("Content-Type"))
	encoding := h.Get("Content-Encoding")
	return err == nil && kind == "application/json" && (encoding == "" || encoding == "identity") &&
		(params["charset"] == "" || strings.EqualFold(params["charset"], "utf-8"))
}

// badInstant refuses what passed the contract and still is no real instant, as
// 31 February is.
func badInstant(field string) error {
	return routing.ErrField.With("fields", map[string]string{field: "không phải thời điểm có thật"})
}
