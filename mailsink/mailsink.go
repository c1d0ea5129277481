// Package mailsink is a mail server for development: it takes every mail,
// sends none on, and shows the last ones on a page. It listens on this machine
// only and keeps everything in memory.
package mailsink

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"html/template"
	"io"
	"mime"
	"mime/quotedprintable"
	"net"
	"net/http"
	"net/mail"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/emersion/go-smtp"
)

// Kept is how many mails the sink shows.
const Kept = 500

const maxMail = 1 << 20

// Mail is one that was taken.
type Mail struct {
	Number  int // from 1
	At      time.Time
	From    string
	To      []string
	ID      string // its Message-ID
	Subject string
	Text    string
}

// Sink takes mails. The zero Sink is ready.
type Sink struct {
	mu    sync.Mutex
	taken int
	mails []Mail // the newest last
}

// Run serves SMTP and the page on two addresses of this machine until ctx ends.
func Run(ctx context.Context, smtpAddress, pageAddress string) error {
	post, err := listen(smtpAddress)
	if err != nil {
		return err
	}
	page, err := listen(pageAddress)
	if err != nil {
		return errors.Join(err, post.Close())
	}
	return new(Sink).Serve(ctx, post, page)
}

// listen refuses any address but this machine's own: the sink asks nobody who he is.
func listen(address string) (net.Listener, error) {
	host, _, err := net.SplitHostPort(address)
	if ip := net.ParseIP(host); err != nil || ip == nil || !ip.IsLoopback() {
		return nil, fmt.Errorf("the mail sink listens on this machine only, for example on 127.0.0.1:8483, not on %q", address)
	}
	return net.Listen("tcp", address)
}

// Serve takes mails and shows them until ctx ends.
func (s *Sink) Serve(ctx context.Context, post, page net.Listener) error {
	takes := smtp.NewServer(smtp.BackendFunc(func(*smtp.Conn) (smtp.Session, error) { return &session{sink: s}, nil }))
	takes.Domain, takes.MaxMessageBytes, takes.MaxRecipients = "localhost", maxMail, 10
	takes.ReadTimeout, takes.WriteTimeout = time.Minute, time.Minute
	shows := &http.Server{Handler: s.Page(), ReadHeaderTimeout: 5 * time.Second}
	failed := make(chan error, 2)
	go func() { failed <- takes.Serve(post) }()
	go func() { failed <- shows.Serve(page) }()
	var err error
	select {
	case err = <-failed:
	case <-ctx.Done():
	}
	_, _ = takes.Close(), shows.Close()
	return err
}

// Mails are those that were taken, the newest first.
func (s *Sink) Mails() []Mail {
	s.mu.Lock()
	defer s.mu.Unlock()
	out := make([]Mail, len(s.mails))
	for i, m := range s.mails {
		out[len(out)-1-i] = m
	}
	return out
}

func (s *Sink) keep(m Mail) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.taken++
	m.Number = s.taken
	s.mails = append(s.mails[max(0, len(s.mails)-Kept+1):len(s.mails):len(s.mails)], m)
}

// session is one conversation.
type session struct {
	sink *Sink
	mail Mail
}

func (c *session) Reset()        { c.mail = Mail{} }
func (c *session) Logout() error { return nil }

func (c *session) Mail(from string, _ *smtp.MailOptions) error {
	c.mail = Mail{From: from}
	return nil
}

func (c *session) Rcpt(to string, _ *smtp.RcptOptions) error {
	c.mail.To = append(c.mail.To, to)
	return nil
}

func (c *session) Data(r io.Reader) error {
	data, err := io.ReadAll(r)
	if err != nil {
		return err
	}
	m := Parse(data)
	m.From, m.To, m.At = c.mail.From, c.mail.To, time.Now()
	c.sink.keep(m)
	return nil
}

// Parse reads a mail's subject, Message-ID and text.
func Parse(data []byte) (m Mail) {
	read, err := mail.ReadMessage(bytes.NewReader(data))
	if err != nil {
		return Mail{Text: string(data)}
	}
	m.ID = read.Header.Get("Message-Id")
	if m.Subject, err = new(mime.WordDecoder).DecodeHeader(read.Header.Get("Subject")); err != nil {
		m.Subject = read.Header.Get("Subject")
	}
	body := read.Body
	if strings.EqualFold(read.Header.Get("Content-Transfer-Encoding"), "quoted-printable") {
		body = quotedprintable.NewReader(body)
	}
	text, _ := io.ReadAll(body)
	m.Text = strings.ReplaceAll(string(text), "\r\n", "\n")
	return m
}

var pages = template.Must(template.New("list").Parse(`<!doctype html>
<html lang="vi"><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>Thư thử nghiệm</title>
<style>body{font:16px sans-serif;margin:2rem;max-width:70rem}td,th{text-align:left;padding:.3rem 1rem .3rem 0}pre{white-space:pre-wrap}</style>
{{with .One}}<p><a href="/">Tất cả thư</a></p><h1>{{.Subject}}</h1>
<p>{{.At.Format "15:04:05 02/01/2006"}} · {{range .To}}{{.}} {{end}}· {{.ID}}</p><pre>{{.Text}}</pre>
{{else}}<h1>Thư thử nghiệm</h1><p>{{len .All}} thư gần nhất; không thư nào rời khỏi máy này.</p>
<table><tr><th>Lúc<th>Đến<th>Tiêu đề</tr>
{{range .All}}<tr><td>{{.At.Format "15:04:05 02/01"}}<td>{{range .To}}{{.}} {{end}}<td><a href="/{{.Number}}">{{.Subject}}</a></tr>
{{end}}</table>{{end}}</html>`))

// Page lists the mails, and shows one as text. It answers only who calls it by
// an address of this machine, so that no page of elsewhere can read it.
func (s *Sink) Page() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /readyz", func(http.ResponseWriter, *http.Request) {})
	mux.HandleFunc("GET /{$}", func(w http.ResponseWriter, _ *http.Request) { show(w, map[string]any{"All": s.Mails()}) })
	mux.HandleFunc("GET /{number}", func(w http.ResponseWriter, r *http.Request) {
		number, _ := strconv.Atoi(r.PathValue("number"))
		for _, m := range s.Mails() {
			if m.Number == number {
				show(w, map[string]any{"One": m})
				return
			}
		}
		http.NotFound(w, r)
	})
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		host, _, err := net.SplitHostPort(r.Host)
		if err != nil {
			host = r.Host
		}
		if ip := net.ParseIP(host); host != "localhost" && (ip == nil || !ip.IsLoopback()) {
			http.Error(w, "127.0.0.1 only", http.StatusForbidden)
			return
		}
		mux.ServeHTTP(w, r)
	})
}

func show(w http.ResponseWriter, what map[string]any) {
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.Header().Set("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'")
	_ = pages.Execute(w, what)
}
