package attachments

import (
	"bytes"
	"crypto/x509"
	"encoding/hex"
	"encoding/pem"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"time"
)

// Signature is what the digital signatures of a file are worth. It tells of the
// bytes and of the certificates only; whether a certificate was withdrawn is not
// asked, since no server of the issuer is.
type Signature struct {
	State   SignatureState // of the least of them
	Signers []Signer       // in the order of the file
}

// SignatureState is one of three honest answers, or that there is nothing to ask.
type SignatureState string

// The states, from the best to the worst.
const (
	Unsigned      SignatureState = "none"
	Intact        SignatureState = "intact"         // and its issuer is one of those trusted here
	IssuerUnknown SignatureState = "issuer-unknown" // intact, but who issued the certificate is not known here
	NotIntact     SignatureState = "not-intact"
)

// Sentence says a state to people.
func (s SignatureState) Sentence() string {
	switch s {
	case Intact:
		return "Chữ ký số nguyên vẹn, tổ chức cấp chứng thư được tin cậy."
	case IssuerUnknown:
		return "Chữ ký số nguyên vẹn nhưng chưa biết tổ chức cấp chứng thư; hãy đối chiếu với nơi gửi."
	case NotIntact:
		return "Chữ ký số không còn nguyên vẹn hoặc không kiểm tra được; hãy đề nghị nơi gửi gửi lại."
	default:
		return "Tệp không có chữ ký số."
	}
}

// Fault is why a signature is not intact.
type Fault string

// The faults.
const (
	Changed      Fault = "changed"       // the bytes that were signed are other ones
	ChangedAfter Fault = "changed-after" // the file was added to after it was signed
	Partial      Fault = "partial"       // more than the signature itself is left out
	Broken       Fault = "broken"        // the signature cannot be read
	Unsupported  Fault = "unsupported"   // of a kind that is not checked here
)

// Signer is one signature.
type Signer struct {
	State     SignatureState
	Fault     Fault     // if it is not intact
	Name      string    // common name of the certificate
	Subject   string    // the whole of it
	Issuer    string    // who issued the certificate
	SignedAt  time.Time // as the signer's machine says; zero if it does not
	NotBefore time.Time // of the certificate
	NotAfter  time.Time
	ValidThen bool // the certificate was in force at SignedAt
	Weak      bool // SHA-1, or a key of under 2,048 bits
	// SignedAgain is set where the file was added to later, and another signature
	// covers what was added.
	SignedAgain bool
}

// Trust are the certificates of issuers that an installation trusts.
type Trust struct{ roots *x509.CertPool }

// LoadTrust reads the certificates in a folder: .pem, .crt, .cer, .der, in either
// form. An empty folder name trusts nobody. A file that is none is an error: a
// missing issuer should be noticed at the start.
func LoadTrust(folder string) (*Trust, error) {
	t := &Trust{roots: x509.NewCertPool()}
	if folder == "" {
		return t, nil
	}
	files, err := os.ReadDir(folder)
	if err != nil {
		return nil, fmt.Errorf("attachments: trusted issuers: %w", err)
	}
	for _, f := range files {
		switch strings.ToLower(filepath.Ext(f.Name())) {
		case ".pem", ".crt", ".cer", ".der":
		default:
			continue
		}
		data, err := os.ReadFile(filepath.Join(folder, f.Name()))
		if err == nil {
			err = t.add(data)
		}
		if err != nil {
			return nil, fmt.Errorf("attachments: trusted issuer %s: %w", f.Name(), err)
		}
	}
	return t, nil
}

func (t *Trust) add(data []byte) error {
	if block, _ := pem.Decode(data); block == nil {
		certificate, err := x509.ParseCertificate(data)
		if err == nil {
			t.roots.AddCert(certificate)
		}
		return err
	}
	for {
		block, rest := pem.Decode(data)
		if block == nil {
			return nil
		}
		certificate, err := x509.ParseCertificate(block.Bytes)
		if err != nil {
			return err
		}
		t.roots.AddCert(certificate)
		data = rest
	}
}

// Signatures looks for the digital signatures of a PDF, trusting no issuer.
func Signatures(c Content) (Signature, error) {
	return (&Trust{roots: x509.NewCertPool()}).Signatures(c)
}

const (
	maxSignatures = 32
	maxContents   = 4 << 20 // hexadecimal digits of one
	scanned       = 1 << 20 // bytes at a time
	overlapping   = 512
)

var byteRange = regexp.MustCompile(`/ByteRange\s*\[([^\]]{0,200})\]`)

// Signatures looks for the digital signatures of a PDF and checks each. The error
// is that of reading; a signature that is no good is an answer.
func (t *Trust) Signatures(c Content) (Signature, error) {
	head, err := headOf(c, 5)
	if err != nil || !bytes.HasPrefix(head, []byte("%PDF-")) {
		return Signature{State: Unsigned}, err
	}
	ranges, err := byteRanges(c)
	if err != nil {
		return Signature{}, err
	}
	s := Signature{State: Unsigned}
	ends := make([]int64, 0, len(ranges))
	for _, r := range ranges {
		signer, end, err := t.check(c, r)
		if err != nil {
			return Signature{}, err
		}
		s.Signers, ends = append(s.Signers, signer), append(ends, end)
	}
	coverAdditions(c, s.Signers, ends)
	for _, signer := range s.Signers {
		s.State = worse(s.State, signer.State)
	}
	return s, nil
}

// covered is what a signature says that it covers, and where it says so.
type covered struct {
	numbers string
	at      int64
}

// byteRanges finds what each signature says that it covers.
func byteRanges(c Content) (found []covered, err error) {
	buffer := make([]byte, scanned+overlapping)
	for at := int64(0); at < c.Size(); at += scanned {
		n, err := c.ReadAt(buffer[:min(int64(len(buffer)), c.Size()-at)], at)
		if err != nil && !errors.Is(err, io.EOF) {
			return nil, fmt.Errorf("attachments: read for signatures: %w", err)
		}
		for _, m := range byteRange.FindAllSubmatchIndex(buffer[:n], -1) {
			if m[0] < scanned && len(found) < maxSignatures {
				found = append(found, covered{string(buffer[m[2]:m[3]]), at + int64(m[0])})
			}
		}
	}
	return found, nil
}

// check checks one signature. end is where what it covers ends.
func (t *Trust) check(c Content, says covered) (s Signer, end int64, err error) {
	var r [4]int64
	words := strings.Fields(says.numbers)
	if len(words) != len(r) {
		return Signer{State: NotIntact, Fault: Broken}, 0, nil
	}
	for i, word := range words {
		if r[i], err = strconv.ParseInt(word, 10, 64); err != nil || r[i] < 0 || r[i] > c.Size() {
			return Signer{State: NotIntact, Fault: Broken}, 0, nil
		}
	}
	end = r[2] + r[3]
	if r[0] != 0 || r[2] <= r[1] || end > c.Size() || r[2]-r[1] > maxContents {
		return Signer{State: NotIntact, Fault: Partial}, end, nil
	}
	gap, err := part(c, r[1], r[2]-r[1])
	if err != nil {
		return Signer{}, 0, err
	}
	before, err := part(c, max(0, r[1]-64), min(64, r[1]))
	if err != nil {
		return Signer{}, 0, err
	}
	der, ok := contents(gap)
	if !ok || !bytes.HasSuffix(bytes.TrimRight(before, " \r\n\t\x00\f"), []byte("/Contents")) {
		return Signer{State: NotIntact, Fault: Partial}, end, nil
	}
	s = t.checkCMS(der, writtenTime(c, says.at, r[2]), func() io.Reader {
		return io.MultiReader(io.NewSectionReader(c, 0, r[1]), io.NewSectionReader(c, r[2], r[3]))
	})
	return s, end, nil
}

var modified = regexp.MustCompile(`/M\s*\(D:(\d{14})(?:Z|([+-])(\d\d)'?(\d\d)'?)?`)

// writtenTime is when a signature was made as its dictionary says, for those
// that do not say it themselves: before the range, or behind the signature. Both
// lie in what is signed.
func writtenTime(c Content, at, behind int64) time.Time {
	before, _ := part(c, max(0, at-4096), min(4096, at))
	after, _ := part(c, behind, 1024)
	before = before[bytes.LastIndex(before, []byte(" obj"))+1:]
	after, _, _ = bytes.Cut(after, []byte("endobj"))
	m := modified.FindSubmatch(append(bytes.Clone(before), after...))
	if m == nil {
		return time.Time{}
	}
	text, layout := string(m[1])+"+0000", "20060102150405-0700"
	if len(m[2]) > 0 {
		text = string(m[1]) + string(m[2]) + string(m[3]) + string(m[4])
	}
	day, _ := time.Parse(layout, text)
	return day.UTC()
}

// contents is the signature between the two stretches that it covers: one
// hexadecimal string, and nothing beside it.
func contents(gap []byte) ([]byte, bool) {
	if len(gap) < 4 || gap[0] != '<' || gap[len(gap)-1] != '>' {
		return nil, false
	}
	digits := bytes.Join(bytes.Fields(gap[1:len(gap)-1]), nil)
	if len(digits)%2 == 1 {
		digits = append(digits, '0')
	}
	der := make([]byte, len(digits)/2)
	_, err := hex.Decode(der, digits)
	return der, err == nil
}

// coverAdditions looks at what was added after each signature: only another
// signature that is intact, and covers it, accounts for it.
func coverAdditions(c Content, signers []Signer, ends []int64) {
	size := c.Size()
	if tail, err := tailOf(c, 64); err == nil {
		size -= int64(len(tail) - len(bytes.TrimRight(tail, "\r\n \x00")))
	}
	covered := int64(0)
	for i, s := range signers {
		if s.State != NotIntact {
			covered = max(covered, ends[i])
		}
	}
	for i := range signers {
		switch s := &signers[i]; {
		case s.State == NotIntact || ends[i] >= size:
		case covered >= size:
			s.SignedAgain = true
		default:
			s.State, s.Fault = NotIntact, ChangedAfter
		}
	}
}

// worse is the lesser of two states; no signature is none at all.
func worse(a, b SignatureState) SignatureState {
	order := map[SignatureState]int{Unsigned: 0, Intact: 1, IssuerUnknown: 2, NotIntact: 3}
	if order[b] > order[a] {
		return b
	}
	return a
}
