package api

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"strconv"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

const (
	maxBody  = 1 << 20
	maxDepth = 32
)

// inputFault says what is wrong with an input, and where: a path like
// "recipients.2.unit", or "body". It never holds a value of the input.
type inputFault struct{ field, reason string }

func (f inputFault) Error() string { return f.field + ": " + f.reason }

// readStrict reads one JSON value more strictly than encoding/json, which takes
// the last of two equal names, matches names in any case and mends broken
// text: two programs that read the same bytes must not see two things. Text
// comes out in normal form C, numbers as json.Number. An error is an inputFault.
func readStrict(data []byte) (any, error) { return readStrictly(data, nil) }

// readStrictly is readStrict, but leaves members of the outermost object as they
// were received: passwords, of which nothing is changed.
func readStrictly(data []byte, exact map[string]bool) (any, error) {
	switch {
	case bytes.HasPrefix(data, []byte("\uFEFF")):
		return nil, inputFault{"body", "không được bắt đầu bằng dấu BOM"}
	case !utf8.Valid(data):
		return nil, inputFault{"body", "không phải UTF-8 hợp lệ"}
	case bytes.IndexByte(data, 0) >= 0:
		return nil, inputFault{"body", "có ký tự NUL"}
	case !json.Valid(data): // also refuses what trails the value
		return nil, inputFault{"body", "không phải JSON hợp lệ"}
	case hasLoneSurrogate(data):
		return nil, inputFault{"body", `có ký tự \u không hợp lệ`}
	}
	r := strictReader{json.NewDecoder(bytes.NewReader(data)), exact}
	r.UseNumber()
	return r.value(nil)
}

type strictReader struct {
	*json.Decoder
	exact map[string]bool
}

// value reads the next value; path is where it stands, so also how deep.
func (r strictReader) value(path []string) (any, error) {
	token, err := r.Token()
	if err != nil {
		return nil, inputFault{at(path), "không phải JSON hợp lệ"} // cannot be: the whole is valid
	}
	switch t := token.(type) {
	case json.Delim:
		if len(path) >= maxDepth {
			return nil, inputFault{"body", fmt.Sprintf("lồng quá %d cấp", maxDepth)}
		}
		if t == '[' {
			return r.array(path)
		}
		return r.object(path)
	case string:
		if len(path) == 1 && r.exact[path[0]] && strings.IndexByte(t, 0) < 0 {
			return t, nil
		}
		return cleanText(path, t)
	default:
		return t, nil
	}
}

func (r strictReader) array(path []string) (any, error) {
	list := []any{}
	for r.More() {
		v, err := r.value(append(path, strconv.Itoa(len(list))))
		if err != nil {
			return nil, err
		}
		list = append(list, v)
	}
	_, err := r.Token()
	return list, err
}

func (r strictReader) object(path []string) (any, error) {
	object, names := map[string]any{}, map[string]bool{}
	for r.More() {
		token, err := r.Token()
		if err != nil {
			return nil, err
		}
		raw, _ := token.(string)
		name, err := cleanText(path, raw)
		if err != nil {
			return nil, err
		}
		here := append(path, name)
		// Folded twice, so that letters whose only relation is a common capital are equal too.
		folded := strings.ToLower(strings.ToUpper(name))
		if names[folded] {
			return nil, inputFault{at(here), "được nêu hai lần"}
		}
		names[folded] = true
		if object[name], err = r.value(here); err != nil {
			return nil, err
		}
	}
	_, err := r.Token()
	return object, err
}

// cleanText gives text its normal form.
func cleanText(path []string, s string) (string, error) {
	if strings.IndexByte(s, 0) >= 0 {
		return "", inputFault{at(path), "có ký tự NUL"}
	}
	return norm.NFC.String(s), nil
}

// longestPath keeps a name that a client made up from filling the answer.
const longestPath = 120

// at writes a path for people.
func at(path []string) string {
	if len(path) == 0 {
		return "body"
	}
	text := []rune(strings.Join(path, "."))
	if len(text) > longestPath {
		text = append(text[:longestPath], '…')
	}
	return string(text)
}

// hasLoneSurrogate finds a \uD800–\uDFFF without its other half, which
// encoding/json would turn into U+FFFD. data is valid JSON.
func hasLoneSurrogate(data []byte) bool {
	for i := 0; i < len(data); i++ {
		if data[i] != '\\' {
			continue
		}
		i++ // on the escaped character
		unit, ok := escapedUnit(data[i:])
		if !ok {
			continue
		}
		i += 4
		switch {
		case unit < 0xD800 || unit > 0xDFFF:
		case unit >= 0xDC00 || i+2 >= len(data) || data[i+1] != '\\':
			return true
		default:
			if low, ok := escapedUnit(data[i+2:]); !ok || low < 0xDC00 || low > 0xDFFF {
				return true
			}
			i += 6
		}
	}
	return false
}

// escapedUnit reads the uXXXX of an escape.
func escapedUnit(data []byte) (uint64, bool) {
	if len(data) < 5 || data[0] != 'u' {
		return 0, false
	}
	unit, err := strconv.ParseUint(string(data[1:5]), 16, 16)
	return unit, err == nil
}

// strictBody is a request body that was read strictly. The generated code takes
// the value as it is (runtime.BindJSONBody) instead of reading the bytes again,
// so that it cannot see anything else than was checked.
type strictBody struct {
	io.Reader
	value any
}

// ValidatedValue is asked for by runtime.BindJSONBody.
func (b strictBody) ValidatedValue() any { return b.value }

// Close is part of io.ReadCloser.
func (strictBody) Close() error { return nil }
