package routing

import "strings"

// NoSecret is what a clerk declares of a document that may enter: it contains
// no state secret.
const NoSecret = "none"

// secretMarks are the levels of secrecy of Luật Bảo vệ bí mật nhà nước
// (Mật, Tối mật, Tuyệt mật) as [Fold] leaves them.
var secretMarks = map[string]bool{"mat": true, "toi mat": true, "tuyet mat": true}

// secretPrefixes are the forms in which a level is written beside its name.
var secretPrefixes = []string{"do mat:", "muc do mat:", "dau mat:", "secret:"}

// CheckSecrecy refuses a state secret with ErrStateSecret: Luật Bảo vệ bí mật
// nhà nước forbids to keep one on a networked machine, so it has to be called
// before the first write, and before the first log line. The declaration has
// to be [NoSecret]: a missing one is a field fault, any level is a secret.
// A text refuses too if one of its lines is nothing but a mark; "bảo mật",
// "mật ong" and "mật độ dân số" are ordinary words and pass.
func CheckSecrecy(declared string, texts ...string) error {
	switch level := plainMark(declared); {
	case secretMarks[level]:
		return ErrStateSecret
	case level != NoSecret:
		return ErrField.With("fields", map[string]string{
			"secrecy": `hãy xác nhận văn bản không chứa bí mật nhà nước ("none")`})
	}
	for _, text := range texts {
		for line := range strings.Lines(text) {
			if isSecretMark(line) {
				return ErrStateSecret
			}
		}
	}
	return nil
}

func isSecretMark(line string) bool {
	// A mark leans on capitals: "Mật" alone may be a surname, but a line that
	// is nothing else is refused all the same; a clerk can write more.
	plain := plainMark(line)
	for _, prefix := range secretPrefixes {
		plain = strings.TrimSpace(strings.TrimPrefix(plain, prefix))
	}
	return secretMarks[plain]
}

// plainMark folds a line and drops the brackets, dots and stars around it.
func plainMark(line string) string {
	return strings.Trim(strings.Join(strings.Fields(Fold(line)), " "), " .,;:*-–—[](){}<>\"'/_|!")
}
