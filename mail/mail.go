// Package mail hands letters to a mail server and says what came of it. It
// knows nothing of what they are about; whether to try again is the caller's.
package mail

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/url"
	"strconv"
	"strings"
	"time"
	"unicode"

	gomail "github.com/wneessen/go-mail"
)

// Letter is a mail to one address. The same ID gives the same Message-ID, by
// which a mail server or reader knows one that comes twice.
type Letter struct {
	ID      string
	To      string
	Subject string
	Body    string
	Date    time.Time
}

// Outcome says what kind of failure an error is.
type Outcome int

// The kinds of failures.
const (
	Later Outcome = iota // not now: the server said 4xx, or broke off
	Never                // this address or letter is refused: 5xx
	Away                 // the server cannot be used at all; it has nothing to do with the letter
)

// Failure says why a letter was not accepted. Its text holds codes, no addresses.
type Failure struct {
	Outcome Outcome
	Text    string
}

func (f *Failure) Error() string { return "mail: " + f.Text }

// Sender hands letters to one mail server.
type Sender struct {
	client *gomail.Client
	from   string
	domain string // of Message-IDs
}

// patience is how long one letter may take from the call to the answer.
const patience = 30 * time.Second

// New makes a sender from an address like smtp://user:password@host:587 or
// smtps://host:465. Without smtps the server has to offer STARTTLS with a
// certificate for its name, unless it is on this machine.
func New(address, from string) (*Sender, error) { return newSender(address, from, patience) }

func newSender(address, from string, patience time.Duration) (*Sender, error) {
	server, err := url.Parse(address)
	if err != nil || server.Hostname() == "" || server.Scheme != "smtp" && server.Scheme != "smtps" {
		return nil, errors.New("CONGVAN_SMTP has to be like smtp://user:password@host:587 or smtps://user:password@host:465")
	}
	_, domain, ok := strings.Cut(from, "@")
	if !ok || domain == "" || strings.ContainsAny(from, " <>\r\n") {
		return nil, errors.New("CONGVAN_MAIL_FROM has to be an address like congvan@hadong.hanoi.gov.vn")
	}
	options := []gomail.Option{gomail.WithTimeout(patience), gomail.WithHELO("congvan." + domain)}
	switch {
	case server.Scheme == "smtps":
		options = append(options, gomail.WithSSL(), gomail.WithPort(465))
	case loopback(server.Hostname()):
		options = append(options, gomail.WithTLSPolicy(gomail.NoTLS), gomail.WithPort(25))
	default:
		options = append(options, gomail.WithTLSPolicy(gomail.TLSMandatory), gomail.WithPort(587))
	}
	if server.Scheme == "smtp" { // smtps listens to nobody before his certificate was verified
		options = append(options, gomail.WithDialContextFunc(dialBounded))
	}
	if port, err := strconv.Atoi(server.Port()); err == nil {
		options = append(options, gomail.WithPort(port))
	}
	if password, ok := server.User.Password(); ok {
		options = append(options, gomail.WithSMTPAuth(gomail.SMTPAuthAutoDiscover), gomail.WithUsername(server.User.Username()), gomail.WithPassword(password))
	}
	client, err := gomail.NewClient(server.Hostname(), options...)
	if err != nil {
		return nil, fmt.Errorf("CONGVAN_SMTP: %w", err)
	}
	return &Sender{client: client, from: from, domain: domain}, nil
}

// mostAnswers is how much a server may say about one letter.
const mostAnswers = 1 << 20

var errTalks = errors.New("the server says too much")

// dialBounded connects to a server and stops listening when it says too much:
// the library reads a line to its end, however long.
func dialBounded(ctx context.Context, network, address string) (net.Conn, error) {
	conn, err := (&net.Dialer{}).DialContext(ctx, network, address)
	if err != nil {
		return nil, err
	}
	return &boundedConn{conn, mostAnswers}, nil
}

type boundedConn struct {
	net.Conn
	left int
}

// Read reads as long as there is something left to say.
func (c *boundedConn) Read(p []byte) (int, error) {
	if c.left <= 0 {
		return 0, errTalks
	}
	n, err := c.Conn.Read(p[:min(len(p), c.left)])
	c.left -= n
	return n, err
}

func loopback(host string) bool {
	ip := net.ParseIP(host)
	return host == "localhost" || ip != nil && ip.IsLoopback()
}

// Send hands one letter over. nil says that the server has accepted it; any
// error is a *Failure, and then it may have been accepted all the same.
func (s *Sender) Send(ctx context.Context, l Letter) error {
	msg := gomail.NewMsg(gomail.WithNoDefaultUserAgent())
	if err := errors.Join(msg.From(s.from), msg.To(l.To)); err != nil {
		return &Failure{Never, "the address is none"}
	}
	msg.SetMessageIDWithValue(l.ID + "@congvan." + s.domain)
	msg.SetDateWithValue(l.Date)
	msg.Subject(strings.Join(strings.FieldsFunc(l.Subject, unicode.IsControl), " "))
	msg.SetGenHeader("Auto-Submitted", "auto-generated")
	msg.SetBodyString(gomail.TypeTextPlain, l.Body)
	client, err := s.client.DialToSMTPClientWithContext(ctx)
	if err != nil {
		return &Failure{Away, "the server cannot be used: " + shortened(err)}
	}
	err = s.client.SendWithSMTPClient(client, msg)
	if err == nil || msg.IsDelivered() {
		_ = s.client.CloseWithSMTPClient(client) // it has the letter, however it parts
		return nil
	}
	_ = client.Close()
	return failure(err)
}

func failure(err error) error {
	var refusal *gomail.SendError
	if !errors.As(err, &refusal) || refusal.ErrorCode() == 0 {
		return &Failure{Later, "the connection broke off"}
	}
	text := fmt.Sprintf("%s: %d %s", refusal.Reason, refusal.ErrorCode(), refusal.EnhancedStatusCode())
	switch {
	case refusal.ErrorCode() == 421: // the service closes
		return &Failure{Away, text}
	case refusal.Reason == gomail.ErrSMTPMailFrom && refusal.ErrorCode() >= 500: // refuses us, not the addressee
		return &Failure{Away, text}
	case refusal.ErrorCode() >= 500:
		return &Failure{Never, text}
	default:
		return &Failure{Later, text}
	}
}

// shortened is an error's text as far as it fits into a line.
func shortened(err error) string {
	text := strings.Join(strings.Fields(err.Error()), " ")
	return text[:min(len(text), 200)]
}
