package routing

import (
	"regexp"
	"strings"
	"unicode"
)

// NoSecret is what a clerk declares of a document that may enter: it contains
// no state secret.
const NoSecret = "none"

// secretMarks are the levels of secrecy of Luật Bảo vệ bí mật nhà nước
// (Mật, Tối mật, Tuyệt mật) as [letters] leaves them.
var secretMarks = map[string]bool{"mat": true, "toimat": true, "tuyetmat": true}

// secretPrefixes are the forms in which a level is written beside its name:
// "Độ mật: …".
var secretPrefixes = []string{"domat", "mucdomat", "daumat", "secret"}

// CheckSecrecy refuses a state secret with ErrStateSecret: Luật Bảo vệ bí mật
// nhà nước forbids to keep one on a networked machine, so it has to be called
// before the first write, and before the first log line. The declaration has
// to be [NoSecret]: a missing one is a field fault, any level is a secret.
// A text refuses too if one of its lines is nothing but a mark; "bảo mật",
// "mật ong" and "mật độ dân số" are ordinary words and pass.
func CheckSecrecy(declared string, texts ...string) error {
	switch level := letters(declared); {
	case secretMarks[level]:
		return ErrStateSecret
	case level != NoSecret:
		return ErrField.With("fields", map[string]string{
			"secrecy": `hãy xác nhận văn bản không chứa bí mật nhà nước ("none")`})
	}
	for _, text := range texts {
		for line := range strings.FieldsFuncSeq(text, isLineBreak) {
			if isSecretMark(line) {
				return ErrStateSecret
			}
			for _, group := range brackets.FindAllStringSubmatch(line, -1) {
				if isSecretMark(group[1]) {
					return ErrStateSecret
				}
			}
		}
	}
	return nil
}

// isSecretMark leans to refusing: a line that is nothing but "Mật" may be a
// surname, and without its diacritics also "mắt"; a clerk can write more.
func isSecretMark(line string) bool {
	plain := letters(line)
	for _, prefix := range secretPrefixes {
		plain = strings.TrimPrefix(plain, prefix)
	}
	return secretMarks[plain]
}

// letters folds a line and keeps its letters and digits only: "[TỐI - MẬT]"
// and the spaced "T Ố I  M Ậ T" of stamps become "toimat".
func letters(line string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			return r
		}
		return -1
	}, Fold(line))
}

// isLineBreak knows the line ends of every system, and those of word processors.
func isLineBreak(r rune) bool { return unicode.IsControl(r) || r == '\u2028' || r == '\u2029' }

// brackets cuts out what stands between brackets, as stamps are typed: "[TỐI MẬT] V/v …".
var brackets = regexp.MustCompile(`[\[({<【]([^\])}>】]*)[\])}>】]`)
