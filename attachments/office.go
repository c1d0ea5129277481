package attachments

import (
	"archive/zip"
	"bytes"
	"encoding/xml"
	"errors"
	"io"
	"path"
	"regexp"
	"slices"
	"strings"
)

// mainParts tell the formats of Office Open XML apart, by the content type of
// their main part (ECMA-376, part 1).
var mainParts = map[string]string{
	"application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml":   DOCX,
	"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml":         XLSX,
	"application/vnd.openxmlformats-officedocument.presentationml.presentation.main+xml": PPTX,
}

const (
	contentTypes = "[Content_Types].xml"
	maxTypes     = 1 << 20 // bytes of a list of types or relationships
)

// sniffPackage tells the kinds apart that are zips: by the list of types of
// Office, by the first entry of OpenDocument. A plain zip is none of them.
func sniffPackage(c Content) (string, error) {
	z, err := openZip(c)
	if err != nil {
		return "", err
	}
	counted := &unpacking{}
	if first := z.File[0]; first.Name == "mimetype" {
		kind, err := counted.small(first, 200)
		return string(kind), err
	}
	for _, f := range z.File {
		if f.Name != contentTypes {
			continue
		}
		types, err := counted.small(f, maxTypes)
		if err != nil {
			return "", err
		}
		if bytes.Contains(bytes.ToLower(types), []byte("macroenabled")) {
			return "", ErrMacros
		}
		for main, kind := range mainParts {
			if bytes.Contains(types, []byte(main)) {
				return kind, nil
			}
		}
	}
	return "application/zip", nil
}

// examinePackage looks at everything in an Office Open XML or OpenDocument file.
func examinePackage(kind string, c Content) ([]Flag, error) {
	return (&unpacking{}).examine(kind, c)
}

func (u *unpacking) examine(kind string, c Content) (flags []Flag, err error) {
	z, err := openZip(c)
	if err != nil {
		return nil, err
	}
	for _, f := range z.File {
		found, err := u.examineEntry(f)
		if err != nil {
			return nil, err
		}
		flags = append(flags, found...)
	}
	return flags, nil
}

// macroParts hold programs, by a part of their path in lower case.
var macroParts = []string{"vbaproject", "vbadata.xml", "/macrosheets/", "/dialogsheets/", "basic/", "scripts/", "intlmacrosheets"}

// examineEntry judges one entry by its name, its beginning and what it says.
func (u *unpacking) examineEntry(f *zip.File) ([]Flag, error) {
	name := strings.ToLower(f.Name)
	switch {
	case slices.ContainsFunc(macroParts, func(p string) bool { return strings.Contains("/"+name, p) }) && !strings.HasSuffix(name, "/"):
		return nil, ErrMacros
	case strings.Contains(name, "activex/"), runs(name):
		return nil, ErrActive
	case strings.HasSuffix(name, ".rels"):
		data, err := u.small(f, maxTypes)
		if err != nil {
			return nil, err
		}
		return checkRelations(data)
	case name == "meta-inf/manifest.xml":
		data, err := u.small(f, maxTypes)
		if err == nil && bytes.Contains(data, []byte("encryption-data")) {
			err = ErrEncrypted
		}
		return nil, err
	case strings.Contains(name, "embeddings/"), strings.HasPrefix(name, "object "):
		return u.examineEmbedded(f)
	}
	return nil, u.examinePart(f, strings.HasSuffix(name, ".xml"))
}

func runs(name string) bool {
	return slices.Contains([]string{".exe", ".dll", ".scr", ".com", ".bat", ".cmd", ".js", ".jse", ".vbs", ".ps1", ".jar", ".hta", ".lnk", ".msi", ".sh"}, path.Ext(name))
}

// dde are fields and links that make Office start a program (MS Security Advisory 4053440).
var dde = regexp.MustCompile(`(?i)(<[a-z]*:?instrText[^>]*>\s*"?\s*DDE(AUTO)?\b|w:instr="\s*"?DDE(AUTO)?\b|<([a-z]+:)?ddeLink\b|<office:dde-source|<text:dde-connection|table:dde-link)`)

// instruction is a field whose word is cut over several runs.
var instruction = regexp.MustCompile(`(?s)<w:instrText[^>]*>([^<]*)</w:instrText>`)

// declared is the encoding that a part of XML says it is in.
var declared = regexp.MustCompile(`^(\xef\xbb\xbf)?\s*<\?xml[^>]*\sencoding\s*=\s*["']([^"']*)["']`)

// unreadable says whether a part of XML is in another encoding than UTF-8: Office
// would read it, the checks and the search for marks of secrecy would not.
func unreadable(head []byte) bool {
	if bytes.HasPrefix(head, []byte("\xff\xfe")) || bytes.HasPrefix(head, []byte("\xfe\xff")) || bytes.IndexByte(head[:min(len(head), 64)], 0) >= 0 {
		return true
	}
	m := declared.FindSubmatch(head[:min(len(head), 256)])
	return m != nil && !bytes.EqualFold(m[2], []byte("utf-8")) && !bytes.EqualFold(m[2], []byte("us-ascii"))
}

// mentions says whether a text holds a word of small letters, in letters of
// either size. It spares the regular expressions what they would not find.
func mentions(text []byte, word string) bool {
	for at := 0; ; at++ {
		next := bytes.IndexAny(text[at:], word[:1]+strings.ToUpper(word[:1]))
		if at += next; next < 0 || len(text)-at < len(word) {
			return false
		}
		if bytes.EqualFold(text[at:at+len(word)], []byte(word)) {
			return true
		}
	}
}

// examinePart reads a part in pieces that overlap. An entity or document type in
// XML has no place in an office file: it is how parsers are made to read files.
func (u *unpacking) examinePart(f *zip.File, isXML bool) error {
	const overlap = 4 << 10
	var window, field []byte
	var found error
	first := true
	err := u.read(f, func(p []byte) {
		if first && len(p) > 0 {
			first = false
			if executable(p) {
				found = ErrActive
			}
			if isXML && !strings.HasPrefix(f.Name, "customXml/") && unreadable(p) {
				found = ErrBroken
			}
			if bytes.HasPrefix(p, []byte(zipMagic)) || bytes.HasPrefix(p, []byte(compoundMagic)) {
				found = ErrActive.Saying("Tệp chứa một tệp nén ẩn bên trong; hãy bỏ tệp đó hoặc xuất PDF rồi gửi lại.")
			}
		}
		if !isXML || found != nil {
			return
		}
		window = append(window[max(0, len(window)-overlap):], p...)
		if bytes.Contains(window, []byte("instrText")) {
			for _, m := range instruction.FindAllSubmatch(window, -1) {
				field = append(field, m[1]...)
			}
		}
		switch {
		case mentions(window, "dde") && dde.Match(window), bytes.Contains(bytes.ToUpper(field), []byte("DDEAUTO")):
			found = ErrActive.Saying("Tệp có trường DDE tự chạy chương trình khác; hãy bỏ trường đó hoặc xuất PDF rồi gửi lại.")
		case bytes.Contains(window, []byte("<!DOCTYPE")), bytes.Contains(window, []byte("<!ENTITY")):
			found = ErrActive
		}
		field = field[max(0, len(field)-64):]
	})
	if err == nil {
		err = found
	}
	return err
}

// executable knows programs by how they begin: Windows, Linux, macOS, Java, scripts.
func executable(head []byte) bool {
	for _, magic := range []string{"MZ", "\x7fELF", "\xca\xfe\xba\xbe", "\xcf\xfa\xed\xfe", "#!", "L\x00\x00\x00\x01\x14\x02\x00"} {
		if bytes.HasPrefix(head, []byte(magic)) {
			return true
		}
	}
	return false
}

// relation is a relationship of Office Open XML (ECMA-376, part 2).
type relation struct {
	Type   string `xml:"Type,attr"`
	Target string `xml:"Target,attr"`
	Mode   string `xml:"TargetMode,attr"`
}

// checkRelations refuses what is fetched or run from elsewhere when the file is
// opened. A link that somebody has to click is none of it, and a template on the
// author's own machine is not there for anybody else.
func checkRelations(data []byte) (flags []Flag, err error) {
	if bytes.Contains(data, []byte("<!DOCTYPE")) || bytes.Contains(data, []byte("<!ENTITY")) {
		return nil, ErrActive
	}
	for d := xml.NewDecoder(bytes.NewReader(data)); ; {
		token, err := d.Token()
		switch {
		case errors.Is(err, io.EOF):
			return flags, nil
		case err != nil:
			return nil, ErrBroken
		}
		start, ok := token.(xml.StartElement)
		if !ok || start.Name.Local != "Relationship" {
			continue
		}
		var r relation
		if err := d.DecodeElement(&r, &start); err != nil {
			return nil, ErrBroken
		}
		flag, err := r.check()
		if err != nil {
			return nil, err
		}
		if flag != "" {
			flags = append(flags, flag)
		}
	}
}

func (r relation) check() (Flag, error) {
	kind := path.Base(r.Type)
	if strings.Contains(strings.ToLower(r.Type), "vbaproject") {
		return "", ErrMacros
	}
	if strings.EqualFold(kind, "aFChunk") { // Word shows it as text of its own; nobody else can read it
		return "", ErrActive.Saying("Tệp nhúng nguyên một tệp khác làm nội dung nên không kiểm tra được; hãy mở bằng Word, lưu lại dạng .docx hoặc xuất PDF rồi gửi lại.")
	}
	if !strings.EqualFold(r.Mode, "External") || kind == "hyperlink" {
		return "", nil
	}
	switch own := onOwnMachine(r.Target); {
	case kind == "attachedTemplate" && own:
		return FlagFarTemplate, nil
	case kind == "image", kind == "externalLinkPath", kind == "video", kind == "audio", kind == "media":
		return FlagExternal, nil
	case own && kind != "oleObject" && kind != "frame" && kind != "subDocument":
		return FlagExternal, nil
	default:
		return "", ErrActive.Saying("Tệp tự lấy mẫu hoặc nội dung từ địa chỉ bên ngoài khi mở; hãy bỏ liên kết đó hoặc xuất PDF rồi gửi lại.")
	}
}

// onOwnMachine says whether a target is a path on the reader's own disk, not on
// another machine: neither an address nor \\server\share.
func onOwnMachine(target string) bool {
	t := strings.ToLower(strings.ReplaceAll(target, `\`, "/"))
	if rest, ok := strings.CutPrefix(t, "file:"); ok {
		t = strings.TrimPrefix(rest, "///")
	}
	return !strings.HasPrefix(t, "//") && !regexp.MustCompile(`^[a-z][a-z0-9+.-]+:`).MatchString(t)
}

// examineEmbedded judges a file inside a file: an Office file by all the rules
// for one, a picture or preview of it as a part, anything else not at all.
func (u *unpacking) examineEmbedded(f *zip.File) ([]Flag, error) {
	if strings.HasSuffix(f.Name, "/") {
		return nil, nil
	}
	if strings.HasSuffix(strings.ToLower(f.Name), ".xml") {
		return []Flag{FlagObject}, u.examinePart(f, true)
	}
	data, err := u.small(f, maxNested)
	switch {
	case err != nil:
		return nil, err
	case executable(data):
		return nil, ErrActive
	case bytes.HasPrefix(data, []byte(compoundMagic)):
		return []Flag{FlagObject}, checkCompound(bytes.NewReader(data))
	case !bytes.HasPrefix(data, []byte(zipMagic)):
		return []Flag{FlagObject}, nil
	case u.depth >= maxDepth:
		return nil, ErrBomb
	}
	u.depth++
	defer func() { u.depth-- }()
	inside := bytes.NewReader(data)
	kind, err := sniffPackage(inside)
	switch {
	case err != nil:
		return nil, err
	case kind == "application/zip":
		return nil, ErrActive.Saying("Tệp chứa một tệp nén ẩn bên trong; hãy bỏ tệp đó hoặc xuất PDF rồi gửi lại.")
	}
	flags, err := u.examine(kind, inside)
	return append(flags, FlagObject), err
}
