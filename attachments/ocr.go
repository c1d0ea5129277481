package attachments

import (
	"bytes"
	"context"
	"io"
	"os/exec"
	"strconv"
	"strings"
	"time"
)

// Pictures and scans are read by machine where tesseract is installed with
// Vietnamese, and pdftoppm for scans in a PDF; otherwise they are left to people.
const (
	tesseract = "tesseract"
	pdfToPPM  = "pdftoppm"
	// maxScanned is how many pages of a scan are read: the stamp, the issuer and what
	// it is about stand on the first. Each takes some seconds of a core.
	maxScanned = 3
	// scanSide is how many pixels a page of a PDF is high: an A4 at 200 dpi. It bounds
	// the memory that a page takes which says that it is as large as a house.
	scanSide = "2340"
	// recogniseTime is how long all of them may take.
	recogniseTime = 40 * time.Second
)

// recognise reads a picture by machine. false: it cannot be, or nothing is on it.
func recognise(ctx context.Context, p *collector, kind string, c Content) bool {
	if _, err := exec.LookPath(tesseract); err != nil {
		return false
	}
	ctx, cancel := context.WithTimeout(ctx, recogniseTime)
	defer cancel()
	if p.ctx = ctx; kind != PDF {
		return p.takeRecognised(reader(c))
	}
	found := false
	for n := range maxScanned {
		number := strconv.Itoa(n + 1)
		page, err := run(ctx, programTime, reader(c), pdfToPPM, "-f", number, "-l", number, "-scale-to", scanSide, "-gray", "-")
		if err != nil || len(page) == 0 {
			break // there are no more
		}
		if found && p.turn() != nil {
			break
		}
		found = p.takeRecognised(bytes.NewReader(page)) || found
	}
	return found
}

// takeRecognised reads a picture, which may have pages, and takes down at once what
// it says: the next one may take too long.
func (p *collector) takeRecognised(picture io.Reader) bool {
	text, err := run(p.ctx, programTime, picture, tesseract, "stdin", "stdout", "-l", "vie")
	if err != nil || strings.TrimSpace(string(text)) == "" {
		return false
	}
	if !p.read.ByMachine {
		p.read.ByMachine = true
		p.note(MachineRead)
		for i := range p.read.Lines { // the little that was text: stamps, signatures
			p.read.Lines[i].Page, p.read.Lines[i].Number = 0, i+1
		}
		p.beside, p.page, p.number = len(p.read.Lines), 1, 0
	}
	if err := p.addPages(string(text)); err != nil {
		p.note(noteOf(err))
	}
	return true
}
