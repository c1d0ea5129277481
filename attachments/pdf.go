package attachments

import (
	"bufio"
	"bytes"
	"compress/zlib"
	"errors"
	"io"
	"regexp"
	"strings"
)

// acting are the names (ISO 32000-2, 7.3.5) of what acts when a PDF is opened or read.
var acting = map[string]Flag{
	"JavaScript": FlagScript, "JS": FlagScript, "Rendition": FlagMedia, "Launch": FlagLaunch, "OpenAction": FlagOpenAction, "AA": FlagOpenAction,
	"EmbeddedFile": FlagEmbedded, "EmbeddedFiles": FlagEmbedded, "FileAttachment": FlagEmbedded, "XFA": FlagForm, "SubmitForm": FlagSends,
	"ImportData": FlagSends, "GoToR": FlagSends, "GoToE": FlagSends, "RichMedia": FlagMedia, "3D": FlagMedia, "Movie": FlagMedia, "Sound": FlagMedia,
}

// maxObjects is how much of a PDF's packed objects is looked through.
const maxObjects = 64 << 20

// pdfScan looks through a PDF once, from its first byte to its last, and believes
// no cross-reference table: readers repair broken ones, each in its own way.
type pdfScan struct {
	flags      map[Flag]bool
	encrypted  bool
	linearized bool
	ends       int   // %%EOF
	lastEnd    int64 // after the last of them
	packed     []int64
	opens      []string // objects that say what happens when it is opened: "6 0"
	room       int64    // of maxObjects
}

// examinePDF flags what acts, what was changed and what cannot be read. It is
// kept as it is, byte for byte: a signature is over its bytes.
func examinePDF(c Content) ([]Flag, error) {
	if err := checkOneKind(PDF, c); err != nil {
		return nil, err
	}
	s := &pdfScan{flags: map[Flag]bool{}, room: maxObjects}
	if err := s.file(c); err != nil {
		return nil, err
	}
	if s.encrypted {
		return nil, ErrEncrypted
	}
	for _, at := range s.packed {
		if err := s.objects(c, at); err != nil {
			return nil, err
		}
	}
	if err := s.openings(c); err != nil {
		return nil, err
	}
	allowed := 1
	if s.linearized { // it has an end for its first page, too
		allowed = 2
	}
	switch {
	case s.ends == 0:
		s.flags[FlagTruncated] = true
	case s.ends > allowed:
		s.flags[FlagRevisions] = true
	}
	if s.ends > 0 && c.Size()-s.lastEnd > 1<<10 {
		return nil, ErrTwofold // what follows the end is for another reader
	}
	var flags []Flag
	for flag := range s.flags {
		flags = append(flags, flag)
	}
	return flags, nil
}

// file scans the whole file. Inside streams, which are mostly random bytes, only
// names count that are too long to come about by chance.
func (s *pdfScan) file(c Content) error {
	r := &pdfReader{Reader: bufio.NewReaderSize(reader(c), 256<<10)}
	var word []byte // of plain letters
	inStream, holdsObjects := false, false
	for {
		b, err := r.next()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		switch {
		case b == '/':
			name, err := r.name()
			if err != nil {
				return err
			}
			word = word[:0]
			s.name(name, r, inStream)
			holdsObjects = holdsObjects || name == "ObjStm" && !inStream
			continue
		case b >= 'a' && b <= 'z' || b >= 'A' && b <= 'Z' || b == '%':
			word = append(word, b)
			if len(word) > 16 {
				word = append(word[:0], word[8:]...)
			}
			if bytes.HasSuffix(word, []byte("%%EOF")) {
				s.ends, s.lastEnd = s.ends+1, r.at
			}
			continue
		}
		switch {
		case bytes.HasSuffix(word, []byte("endstream")):
			inStream, holdsObjects = false, false
		case string(word) == "stream" && (b == '\r' || b == '\n'):
			inStream = true
			if holdsObjects {
				s.packed = append(s.packed, r.at-1)
			}
		case string(word) == "obj":
			inStream, holdsObjects = false, false
		}
		word = word[:0]
	}
}

// noFiles is a name tree of embedded files with nothing in it.
var noFiles = regexp.MustCompile(`^\s*<<\s*/Names\s*\[\s*\]\s*>>`)

// name takes note of one name.
func (s *pdfScan) name(name string, r *pdfReader, inStream bool) {
	if inStream && len(name) < 6 {
		return
	}
	switch name {
	case "Encrypt":
		s.encrypted = s.encrypted || !inStream
	case "Linearized":
		s.linearized = true
	case "OpenAction": // often only says which page is shown first
		ahead, _ := r.Peek(256)
		if ref := reference.FindSubmatch(ahead); ref != nil {
			s.opens = append(s.opens, string(ref[1]))
			return
		}
		if onlyShows(ahead) {
			return
		}
	case "EmbeddedFiles": // some programs write a list of none
		if ahead, _ := r.Peek(64); noFiles.Match(ahead) {
			return
		}
	}
	if flag, ok := acting[name]; ok {
		s.flags[flag] = true
	}
}

// objects looks through the names in a stream of packed objects (7.5.7).
func (s *pdfScan) objects(c Content, at int64) error {
	raw := bufio.NewReader(io.NewSectionReader(c, at, c.Size()-at))
	for { // the line end after "stream"
		b, err := raw.Peek(1)
		if err != nil || b[0] != '\r' && b[0] != '\n' {
			break
		}
		_, _ = raw.ReadByte()
	}
	plain, err := zlib.NewReader(raw)
	if err != nil {
		s.flags[FlagOpaque] = true // packed in another way, or not at all
		return nil
	}
	defer plain.Close()
	limited := &io.LimitedReader{R: plain, N: s.room}
	r := &pdfReader{Reader: bufio.NewReader(limited)}
	for {
		b, err := r.next()
		if err != nil {
			break // also where its sum is wrong: readers show what came before
		}
		if b != '/' {
			continue
		}
		name, err := r.name()
		if err != nil {
			break
		}
		s.name(name, r, false)
	}
	if s.room = limited.N; s.room <= 0 {
		return ErrBomb
	}
	return nil
}

// pdfReader reads a PDF byte by byte and knows where it is.
type pdfReader struct {
	*bufio.Reader
	at int64
}

func (r *pdfReader) next() (byte, error) {
	b, err := r.ReadByte()
	if err == nil {
		r.at++
	}
	return b, err
}

// name reads a name after its slash, with "#4a" for "J" undone. It is cut at 64
// bytes: none that counts is longer.
func (r *pdfReader) name() (string, error) {
	var name []byte
	for len(name) < 64 {
		b, err := r.next()
		switch {
		case errors.Is(err, io.EOF):
			return string(name), nil
		case err != nil:
			return "", err
		case b <= ' ' || bytes.IndexByte([]byte("()<>[]{}/%"), b) >= 0:
			r.at--
			return string(name), r.UnreadByte()
		}
		if b == '#' {
			if code, err := r.Peek(2); err == nil {
				if high, low := hexValue(code[0]), hexValue(code[1]); high >= 0 && low >= 0 {
					_, _ = r.Discard(2)
					r.at += 2
					b = byte(high<<4 | low)
				}
			}
		}
		name = append(name, b)
	}
	return string(name), nil
}

func hexValue(b byte) int {
	switch {
	case b >= '0' && b <= '9':
		return int(b - '0')
	case b >= 'a' && b <= 'f':
		return int(b-'a') + 10
	case b >= 'A' && b <= 'F':
		return int(b-'A') + 10
	default:
		return -1
	}
}

// reference is a value that stands elsewhere; goesTo a jump within the file.
var (
	reference = regexp.MustCompile(`^\s*([0-9]+\s+[0-9]+)\s+R\b`)
	goesTo    = regexp.MustCompile(`/S\s*/GoTo[\s/>]`)
)

// onlyShows says whether an action is a jump to a page of the same file and
// nothing after it.
func onlyShows(action []byte) bool {
	action = bytes.TrimLeft(action, " \t\r\n\f\x00")
	body, _, _ := bytes.Cut(action, []byte("endobj"))
	return bytes.HasPrefix(body, []byte("[")) || goesTo.Match(body) && !bytes.Contains(body, []byte("/Next")) && !bytes.Contains(body, []byte("#"))
}

// openings looks up what the references of OpenAction say, in every version of
// the object. One that cannot be found here is taken to act.
func (s *pdfScan) openings(c Content) error {
	for _, ref := range s.opens {
		harmless, found := true, false
		define := regexp.MustCompile(`(?:^|[^0-9])` + strings.Join(strings.Fields(ref), `\s+`) + `\s+obj\b`)
		const window, overlap = 1 << 20, 1 << 10
		for from := int64(0); from < c.Size(); from += window {
			data, err := part(c, from, window+overlap)
			if err != nil {
				return err
			}
			for _, at := range define.FindAllIndex(data, -1) {
				found = true
				harmless = harmless && onlyShows(data[at[1]:min(len(data), at[1]+512)])
			}
		}
		if !found || !harmless {
			s.flags[FlagOpenAction] = true
		}
		if len(s.opens) > 16 { // as many revisions, or a trick
			s.flags[FlagOpenAction] = true
			return nil
		}
	}
	return nil
}
