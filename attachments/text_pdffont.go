package attachments

import (
	"encoding/hex"
	"io"
	"strings"
	"unicode/utf16"

	"github.com/ledongthuc/pdf"
)

// maxCodes is how many codes of a font are kept: all that two bytes can say.
const maxCodes = 1 << 16

// readToUnicode reads what a font says that its codes mean; nil if it says
// nothing. The library reads such tables, too, but only of one byte.
func readToUnicode(v pdf.Value) map[int]string {
	if v.Kind() != pdf.Stream {
		return nil
	}
	stream := v.Reader()
	defer stream.Close()
	data, err := io.ReadAll(io.LimitReader(stream, 4<<20))
	if err != nil && len(data) == 0 {
		return nil
	}
	codes := map[int]string{}
	var args []string // hexadecimal strings since the last word
	list := -1        // how many of them stand before the bracket that is open
	for _, token := range cmapTokens(string(data)) {
		switch {
		case strings.HasPrefix(token, "<"):
			args = append(args, token[1:])
		case token == "[":
			list = len(args)
			continue
		case token == "]":
			if list >= 2 {
				for i, text := range args[list:] {
					codes[codeOf(args[list-2])+i] = unicodeOf(text)
				}
			}
			args, list = nil, -1
		case token == "endbfchar":
			for i := 0; i+1 < len(args) && len(codes) < maxCodes; i += 2 {
				codes[codeOf(args[i])] = unicodeOf(args[i+1])
			}
			args = nil
		case token == "endbfrange":
			for i := 0; i+2 < len(args); i += 3 {
				addRange(codes, codeOf(args[i]), codeOf(args[i+1]), args[i+2])
			}
			args = nil
		default:
			args = nil
		}
		if len(codes) >= maxCodes || len(args) > 3*maxCodes {
			break
		}
	}
	return codes
}

func addRange(codes map[int]string, from, to int, text string) {
	begin := []rune(unicodeOf(text))
	if len(begin) == 0 {
		return
	}
	for code := from; code <= to && code < maxCodes; code++ {
		codes[code] = string(begin)
		begin[len(begin)-1]++
	}
}

// cmapTokens cuts a table into hexadecimal strings, brackets and words.
func cmapTokens(s string) (tokens []string) {
	for i := 0; i < len(s); {
		switch c := s[i]; {
		case c == '<':
			end := strings.IndexByte(s[i:], '>')
			if end < 0 {
				return tokens
			}
			tokens = append(tokens, s[i:i+end])
			i += end + 1
		case c == '[' || c == ']':
			tokens = append(tokens, s[i:i+1])
			i++
		case c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z':
			end := i
			for end < len(s) && (s[end] >= 'a' && s[end] <= 'z' || s[end] >= 'A' && s[end] <= 'Z') {
				end++
			}
			tokens = append(tokens, s[i:end])
			i = end
		default:
			i++
		}
	}
	return tokens
}

func codeOf(digits string) (code int) {
	raw, _ := hex.DecodeString(strings.Join(strings.Fields(digits), ""))
	for _, b := range raw[max(0, len(raw)-2):] {
		code = code<<8 | int(b)
	}
	return code
}

func unicodeOf(digits string) string {
	raw, _ := hex.DecodeString(strings.Join(strings.Fields(digits), ""))
	if len(raw) == 1 {
		return string(rune(raw[0]))
	}
	units := make([]uint16, len(raw)/2)
	for i := range units {
		units[i] = uint16(raw[2*i])<<8 | uint16(raw[2*i+1])
	}
	return string(utf16.Decode(units))
}
