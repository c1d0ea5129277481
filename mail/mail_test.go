package mail

import (
	"bufio"
	"context"
	"io"
	"net"
	"testing"
	"time"

	"github.com/emersion/go-smtp"
	"github.com/stretchr/testify/require"
)

// server is a mail server that behaves as a test wants.
type server struct {
	rcpt, data error
	before     time.Duration // it answers the letter
	got        chan string
}

func (s *server) Reset()                                   {}
func (s *server) Logout() error                            { return nil }
func (s *server) Mail(string, *smtp.MailOptions) error     { return nil }
func (s *server) Rcpt(_ string, _ *smtp.RcptOptions) error { return s.rcpt }
func (s *server) Data(r io.Reader) error {
	text, err := io.ReadAll(r)
	time.Sleep(s.before)
	s.got <- string(text)
	if s.data != nil {
		return s.data
	}
	return err
}

func serve(t *testing.T, s *server) string {
	s.got = make(chan string, 10)
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	takes := smtp.NewServer(smtp.BackendFunc(func(*smtp.Conn) (smtp.Session, error) { return s, nil }))
	takes.ErrorLog = quiet{}
	go func() { _ = takes.Serve(l) }()
	t.Cleanup(func() { _ = takes.Close() })
	return "smtp://" + l.Addr().String()
}

type quiet struct{}

func (quiet) Printf(string, ...any) {}
func (quiet) Println(...any)        {}

var letter = Letter{ID: "0190a5b2-0000-7000-8000-000000000001", To: "chutich@molao.example.vn", Subject: "Đôn đốc: Văn bản đến số 1/2026",
	Body: "Chào\n", Date: time.Date(2026, 11, 23, 2, 0, 0, 0, time.UTC)}

func outcome(t *testing.T, err error) Outcome {
	var failure *Failure
	require.ErrorAs(t, err, &failure)
	require.NotContains(t, failure.Text, "molao", "no address in it")
	return failure.Outcome
}

func TestSend(t *testing.T) {
	t.Parallel()
	s := &server{}
	sender, err := New(serve(t, s), "congvan@hadong.example.vn")
	require.NoError(t, err)
	for range 2 {
		require.NoError(t, sender.Send(t.Context(), letter))
		text := <-s.got
		require.Contains(t, text, "<0190a5b2-0000-7000-8000-000000000001@congvan.hadong.example.vn>\r\n", "the same each time")
		require.Contains(t, text, "Auto-Submitted: auto-generated\r\n")
		require.Contains(t, text, "Ch=C3=A0o")
	}
}

// F-84: every way in which a mail server can be of no help.
func TestFailures(t *testing.T) {
	t.Parallel()
	for name, x := range map[string]struct {
		server *server
		want   Outcome
	}{
		"greylisted":      {&server{rcpt: &smtp.SMTPError{Code: 451, EnhancedCode: smtp.EnhancedCode{4, 7, 1}, Message: "later"}}, Later},
		"no such mailbox": {&server{rcpt: &smtp.SMTPError{Code: 550, EnhancedCode: smtp.EnhancedCode{5, 1, 1}, Message: "chutich@molao"}}, Never},
		"letter refused":  {&server{data: &smtp.SMTPError{Code: 554, Message: "spam"}}, Never},
		"letter put off":  {&server{data: &smtp.SMTPError{Code: 452, Message: "full"}}, Later},
		"service closes":  {&server{rcpt: &smtp.SMTPError{Code: 421, Message: "bye"}}, Away},
		"too slow":        {&server{before: 2 * time.Second}, Later},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			sender, err := newSender(serve(t, x.server), "congvan@hadong.example.vn", time.Second)
			require.NoError(t, err)
			require.Equal(t, x.want, outcome(t, sender.Send(t.Context(), letter)))
		})
	}
}

func TestAway(t *testing.T) {
	t.Parallel()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	down := l.Addr().String()
	require.NoError(t, l.Close())
	sender, err := newSender("smtp://"+down, "congvan@hadong.example.vn", time.Second)
	require.NoError(t, err)
	require.Equal(t, Away, outcome(t, sender.Send(t.Context(), letter)))

	for name, behave := range map[string]func(net.Conn){
		"says nothing": func(c net.Conn) { _, _ = io.Copy(io.Discard, c) },
		"drops":        func(c net.Conn) { _ = c.Close() },
		"drops in the middle": func(c net.Conn) {
			_, _ = c.Write([]byte("220 x\r\n"))
			_, _ = bufio.NewReader(c).ReadString('\n')
			_ = c.Close()
		},
	} {
		sender, err := newSender("smtp://"+listener(t, behave), "congvan@hadong.example.vn", time.Second)
		require.NoError(t, err)
		require.Equal(t, Away, outcome(t, sender.Send(t.Context(), letter)), name)
	}
}

// Beyond this machine nothing leaves without TLS.
func TestNoPlainText(t *testing.T) {
	t.Parallel()
	address := serve(t, &server{})
	sender, err := newSender("smtp://mail.example.vn:25", "congvan@hadong.example.vn", time.Second)
	require.NoError(t, err)
	require.Equal(t, "TLSMandatory", sender.client.TLSPolicy())
	sender, err = newSender("smtps://"+address[len("smtp://"):], "congvan@hadong.example.vn", time.Second)
	require.NoError(t, err)
	require.Equal(t, Away, outcome(t, sender.Send(context.Background(), letter)), "it speaks no TLS")
}

func TestAddresses(t *testing.T) {
	t.Parallel()
	for _, bad := range []string{"", "mail.example.vn", "http://mail.example.vn", "smtp://"} {
		_, err := New(bad, "congvan@hadong.example.vn")
		require.Error(t, err, bad)
	}
	for _, bad := range []string{"", "congvan", "Công Văn <a@b.vn>", "a@b.vn\r\nBcc: x@y.vn"} {
		_, err := New("smtp://127.0.0.1:25", bad)
		require.Error(t, err, bad)
	}
}

func listener(t *testing.T, behave func(net.Conn)) string {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	t.Cleanup(func() { _ = l.Close() })
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			go behave(c)
		}
	}()
	return l.Addr().String()
}
