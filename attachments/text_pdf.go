package attachments

import (
	"bytes"
	"context"
	"encoding/xml"
	"errors"
	"io"
	"os/exec"
	"strconv"
	"strings"
	"sync/atomic"
	"time"

	"github.com/ledongthuc/pdf"
)

// readPDF reads a PDF with pdftotext where it is installed, and with a library
// otherwise; what the file tells of itself always with the library. Neither sees
// anything but the bytes, and neither is waited for for long.
func readPDF(p *collector, c Content) error {
	lib := &pdfReading{}
	_, err := exec.LookPath(pdfToText)
	withText := err != nil
	done := make(chan error, 1)
	select {
	case parsers <- struct{}{}:
		go func() {
			defer func() { <-parsers }()
			done <- contained(func() error { return lib.run(p.ctx, c, withText) })
		}()
	case <-p.ctx.Done():
		return errDamaged
	}
	var fault error
	if !withText {
		if text, err := runPDFToText(p.ctx, c); err == nil {
			fault = p.addPages(text)
		} else {
			p.note(Damaged)
		}
	}
	select {
	case err := <-done:
		for name, values := range lib.metadata {
			for _, value := range values {
				p.tell(name, value)
			}
		}
		for _, text := range lib.beside {
			first(&fault, p.addBeside(text))
		}
		if withText {
			first(&fault, p.addLines(lib.lines))
			first(&fault, err)
		} else if errors.Is(err, errEncrypted) {
			fault = err
		}
		return fault
	case <-p.ctx.Done(): // it may go on for a while; it holds its place among the parsers
		return errDamaged
	}
}

// parsers are the places for the library: a file that keeps it busy takes one.
var parsers = make(chan struct{}, 4)

func (p *collector) addLines(lines []Line) error {
	for _, line := range lines {
		for p.page < line.Page {
			if err := p.turn(); err != nil {
				return err
			}
		}
		take := p.add
		if line.Page == 0 {
			take = p.addBeside
		}
		if err := take(line.Text); err != nil {
			return err
		}
	}
	return nil
}

// addPages takes down what a program wrote, a form feed after each page.
func (p *collector) addPages(text string) error {
	for i, page := range strings.Split(strings.TrimSuffix(text, "\f"), "\f") {
		if i > 0 {
			if err := p.turn(); err != nil {
				return err
			}
		}
		if err := p.add(page); err != nil {
			return err
		}
	}
	return nil
}

// Programs that read pictures and PDF, where they are installed. They get the
// file through a pipe and give text or pictures back through another: nothing
// lies on a disk in clear. No shell stands between.
const (
	pdfToText    = "pdftotext"
	programTime  = 15 * time.Second
	programBytes = 512 << 20 // of memory
	maxOutput    = 64 << 20
)

func runPDFToText(ctx context.Context, c Content) (string, error) {
	out, err := run(ctx, programTime, reader(c), pdfToText, "-enc", "UTF-8", "-layout", "-l", strconv.Itoa(maxTextPages), "-", "-")
	return string(out), err
}

// run runs a program on input, for a time, with little memory and a small
// environment, and returns what it wrote.
func run(ctx context.Context, limit time.Duration, input io.Reader, name string, args ...string) ([]byte, error) {
	name, err := exec.LookPath(name)
	if err != nil {
		return nil, err
	}
	ctx, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	if prlimit, err := exec.LookPath("prlimit"); err == nil {
		args = append([]string{"--as=" + strconv.Itoa(programBytes), "--cpu=" + strconv.Itoa(int(limit/time.Second)+1), "--fsize=0", "--core=0", "--", name}, args...)
		name = prlimit
	}
	cmd := exec.CommandContext(ctx, name, args...)
	out := &limitedBuffer{left: maxOutput, stop: cancel}
	cmd.Stdin, cmd.Stdout, cmd.WaitDelay = input, out, time.Second
	cmd.Env = []string{"PATH=/usr/local/bin:/usr/bin:/bin", "LC_ALL=C.UTF-8", "HOME=/nonexistent", "OMP_THREAD_LIMIT=1"}
	if err := cmd.Run(); err != nil && out.left > 0 {
		return nil, errDamaged
	}
	return out.kept.Bytes(), nil
}

// limitedBuffer keeps what a program writes, up to a limit; then it ends it. The
// buffer is no embedded one: its ReadFrom would take in everything.
type limitedBuffer struct {
	kept bytes.Buffer
	left int
	stop func()
}

func (b *limitedBuffer) Write(data []byte) (int, error) {
	if b.left -= len(data); b.left < 0 {
		b.stop()
		return 0, errFull
	}
	return b.kept.Write(data)
}

// leastRead is what a read costs at least: in a small file a circle would else be
// gone round a million times, for all of the time that there is.
const leastRead = 4 << 10

// fuel is a content that ends when the time or the number of bytes is used up:
// the library reads again and again where a file sends it round in circles.
type fuel struct {
	Content
	ctx  context.Context
	left *atomic.Int64
}

func (f fuel) ReadAt(b []byte, at int64) (int, error) {
	if f.left.Add(-int64(max(len(b), leastRead))) < 0 || f.ctx.Err() != nil {
		return 0, errFull
	}
	return f.Content.ReadAt(b, at)
}

// pdfReading is what the library finds.
type pdfReading struct {
	lines    []Line
	metadata map[string][]string
	beside   []string // what is told beside the pages: see readBeside
	bytes    int
}

func (x *pdfReading) run(ctx context.Context, c Content, withText bool) error {
	left := &atomic.Int64{}
	left.Store(256<<20 + 4*c.Size())
	r, err := pdf.NewReader(fuel{c, ctx, left}, c.Size())
	switch {
	case errors.Is(err, pdf.ErrInvalidPassword):
		return errEncrypted
	case err != nil:
		return errDamaged
	}
	x.metadata = map[string][]string{}
	_ = contained(func() error { x.readInfo(r); return nil })
	_ = contained(func() error { x.readBeside(ctx, r.Trailer().Key("Root")); return nil })
	if !withText {
		return nil
	}
	var fault error
	for n := 1; n <= min(r.NumPage(), maxTextPages) && ctx.Err() == nil; n++ {
		if err := contained(func() error { return x.readPage(ctx, r, n) }); err != nil {
			fault = err
		}
	}
	if r.NumPage() > maxTextPages {
		first(&fault, errFull)
	}
	return fault
}

func (x *pdfReading) readInfo(r *pdf.Reader) {
	info := r.Trailer().Key("Info")
	for _, key := range info.Keys() {
		if value := info.Key(key); value.Kind() == pdf.String {
			x.metadata[strings.ToLower(key)] = append(x.metadata[strings.ToLower(key)], value.Text())
		}
	}
	packet := r.Trailer().Key("Root").Key("Metadata")
	if packet.Kind() != pdf.Stream {
		return
	}
	stream := packet.Reader()
	defer stream.Close()
	readPacket(stream, func(name, value string) { x.metadata[name] = append(x.metadata[name], value) })
}

// readPacket reads what a PDF or a picture tells of itself in XMP (ISO 16684).
func readPacket(packet io.Reader, tell func(name, value string)) {
	d, name := xml.NewDecoder(io.LimitReader(packet, 1<<20)), ""
	for range 20_000 {
		t, err := d.RawToken()
		if err != nil {
			return
		}
		switch t := t.(type) {
		case xml.StartElement:
			if t.Name.Local != "Alt" && t.Name.Local != "li" && t.Name.Local != "Seq" && t.Name.Local != "Bag" {
				name = strings.ToLower(t.Name.Local)
			}
			for _, a := range t.Attr {
				tell(strings.ToLower(a.Name.Local), a.Value)
			}
		case xml.CharData:
			if value := strings.TrimSpace(string(t)); value != "" && name != "" {
				tell(name, value)
			}
		}
	}
}
