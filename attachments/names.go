package attachments

import (
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"congvan/routing"

	"golang.org/x/text/unicode/norm"
)

// longestName is how long a name may be, in characters: with every character of
// three bytes it still is a name on most systems after the ending is cut.
const longestName = 200

// devices are names that Windows takes for machines, whatever their ending.
var devices = regexp.MustCompile(`(?i)^(con|prn|aux|nul|conin\$|conout\$|com[0-9¹²³]|lpt[0-9¹²³])$`)

// runnable are endings that run somewhere, also in the middle of a name:
// "a.php.pdf" runs on a server that looks for the first ending it knows.
var runnable = []string{"exe", "bat", "cmd", "scr", "pif", "cpl", "msi", "js", "jse", "vbs", "vbe", "wsf", "wsh", "hta", "ps1", "jar",
	"lnk", "dll", "sh", "php", "php3", "php5", "phtml", "phar", "asp", "aspx", "jsp", "jspx", "cgi", "pl", "py", "htaccess",
	"html", "htm", "svg", "docm", "dotm", "xlsm", "xltm", "pptm", "ppsm"}

// CleanName is the name under which a file is kept: without a folder, in normal
// form C. ErrName refuses a name without an ending or a title, one with controls
// or direction marks, one that Windows reserves, one that ends in a dot, and one
// with a second, runnable ending. A name that is a mark of secrecy is
// routing.ErrStateSecret. The name is for people: files lie under their SHA-256.
func CleanName(name string) (string, error) {
	if !utf8.ValidString(name) {
		return "", ErrName
	}
	name = norm.NFC.String(strings.TrimSpace(filepath.Base(strings.ReplaceAll(name, `\`, "/"))))
	ending := filepath.Ext(name)
	stem := strings.TrimSuffix(name, ending)
	parts := strings.Split(name, ".")
	switch {
	case strings.ContainsFunc(name, misleads), utf8.RuneCountInString(name) > longestName:
		return "", ErrName
	case strings.TrimSpace(stem) == "", len(ending) < 2, strings.TrimSpace(ending) != ending:
		return "", ErrName
	case devices.MatchString(strings.TrimSpace(parts[0])), strings.HasPrefix(name, "."):
		return "", ErrName.Saying("Tên tệp này là tên riêng của hệ thống; hãy đổi tên tệp rồi gửi lại.")
	case slices.ContainsFunc(parts[1:len(parts)-1], func(part string) bool {
		return slices.Contains(runnable, strings.ToLower(strings.TrimSpace(part)))
	}):
		return "", ErrName.Saying("Tên tệp có hai phần mở rộng, trong đó có loại tự chạy; hãy đổi tên tệp rồi gửi lại.")
	}
	return name, routing.CheckFileName(name)
}

// misleads tells what makes a name look like another one, or breaks a header or
// a path: controls, direction marks, characters without width, and what Windows
// forbids beside the separators.
func misleads(r rune) bool {
	switch {
	case unicode.IsControl(r), r == '\u2028', r == '\u2029', r == utf8.RuneError:
		return true
	case r >= 0x200B && r <= 0x200F, r >= 0x202A && r <= 0x202E, r >= 0x2060 && r <= 0x206F, r == 0xFEFF, r == 0x061C:
		return true
	default:
		return false
	}
}
