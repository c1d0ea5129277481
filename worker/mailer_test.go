package worker_test

import (
	"context"
	"io"
	"net"
	"strings"
	"sync"
	"testing"
	"time"

	"congvan/calendar"
	"congvan/desk"
	"congvan/mail"
	"congvan/mailsink"
	"congvan/postgres"
	"congvan/routing"
	"congvan/worker"
	"congvan/worker/workertest"

	"github.com/emersion/go-smtp"
	"github.com/stretchr/testify/require"
)

// postOffice is a mail server with moods, a record with mails, and a mailer
// with a clock that a test sets.
type postOffice struct {
	*testing.T
	worker.Mailer
	clock time.Time

	mu     sync.Mutex
	moods  map[string]error // by address
	closed bool
	got    []mailsink.Mail
}

func openPostOffice(t *testing.T) *postOffice {
	p := &postOffice{T: t, clock: time.Now().UTC().Truncate(time.Microsecond), moods: map[string]error{}}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	takes := smtp.NewServer(smtp.BackendFunc(func(*smtp.Conn) (smtp.Session, error) {
		p.mu.Lock()
		defer p.mu.Unlock()
		if p.closed {
			return nil, &smtp.SMTPError{Code: 421, Message: "closed"}
		}
		return &talk{office: p}, nil
	}))
	takes.ErrorLog = silent{}
	go func() { _ = takes.Serve(l) }()
	t.Cleanup(func() { _ = takes.Close() })
	sender, err := mail.New("smtp://"+l.Addr().String(), "congvan@hadong.example.vn")
	require.NoError(t, err)
	p.Mailer = worker.Mailer{Record: workertest.Record(t), Post: sender, Base: "https://congvan.example.vn/", Log: workertest.Quiet(),
		Now: func() time.Time { return p.clock }, Pause: workertest.Tick}
	return p
}

type silent struct{}

func (silent) Printf(string, ...any) {}
func (silent) Println(...any)        {}

// talk is one conversation with the server.
type talk struct {
	office *postOffice
	to     string
}

func (c *talk) Reset()                               {}
func (c *talk) Logout() error                        { return nil }
func (c *talk) Mail(string, *smtp.MailOptions) error { return nil }
func (c *talk) Rcpt(to string, _ *smtp.RcptOptions) error {
	c.office.mu.Lock()
	defer c.office.mu.Unlock()
	c.to = to
	return c.office.moods[to]
}

func (c *talk) Data(r io.Reader) error {
	data, err := io.ReadAll(r)
	m := mailsink.Parse(data)
	m.To = []string{c.to}
	c.office.mu.Lock()
	defer c.office.mu.Unlock()
	c.office.got = append(c.office.got, m)
	return err
}

func (p *postOffice) mood(to string, err error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.moods[to] = err
}

// arrived are the addresses of the mails that came, in order.
func (p *postOffice) arrived() (to []string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, m := range p.got {
		to = append(to, m.To[0])
	}
	return to
}

func (p *postOffice) write(to ...string) {
	var mails []routing.Mail
	for _, address := range to {
		mails = append(mails, routing.Mail{About: "digest " + address, Kind: routing.DigestMail, Day: calendar.DateOf(p.clock), Address: address,
			Subject: "Công việc", Body: routing.BaseURL + "/inbox", CreatedAt: p.clock, NotBefore: p.clock})
	}
	require.NoError(p, p.Record.AddMails(p.Context(), mails))
}

func (p *postOffice) deliver() error {
	_, err := p.Deliver(p.Context())
	return err
}

// fate is what the record knows of the mail to an address.
func (p *postOffice) fate(to string) (sent, givenUp bool, attempts int, why string) {
	var row struct {
		Sent, GivenUp bool
		Attempts      int
		LastError     string
	}
	require.NoError(p, p.Record.DB().NewRaw(`SELECT sent_at IS NOT NULL AS sent, given_up_at IS NOT NULL AS given_up, attempts, last_error
		FROM mails WHERE address = ?`, to).Scan(p.Context(), &row))
	return row.Sent, row.GivenUp, row.Attempts, row.LastError
}

// F-84: one bad address blocks nobody; 4xx is tried again, each time later, for
// two days; 5xx is given up at once.
func TestBadAddressesBlockNobody(t *testing.T) {
	t.Parallel()
	p := openPostOffice(t)
	p.mood("grey@a.vn", &smtp.SMTPError{Code: 451, Message: "later"})
	p.mood("gone@a.vn", &smtp.SMTPError{Code: 550, Message: "gone"})
	p.write("grey@a.vn", "gone@a.vn", "good@a.vn")
	p.write("grey@a.vn", "gone@a.vn", "good@a.vn") // a retry of what wrote them
	require.NoError(t, p.deliver())
	require.NoError(t, p.deliver())
	require.Equal(t, []string{"good@a.vn"}, p.arrived(), "once")
	require.Equal(t, "https://congvan.example.vn/inbox", strings.TrimSpace(p.got[0].Text))
	_, givenUp, _, why := p.fate("gone@a.vn")
	require.True(t, givenUp)
	require.Contains(t, why, "550")

	for hours := range 49 {
		sent, givenUp, _, _ := p.fate("grey@a.vn")
		require.False(t, sent || givenUp, hours)
		p.clock = p.clock.Add(time.Hour)
		require.NoError(t, p.deliver())
	}
	p.clock = p.clock.Add(3 * time.Hour)
	require.NoError(t, p.deliver())
	_, givenUp, attempts, why := p.fate("grey@a.vn")
	require.True(t, givenUp, "after two days")
	require.Contains(t, why, "451")
	require.Less(t, attempts, 40)
	require.Equal(t, []string{"good@a.vn"}, p.arrived())
}

// F-84: the server is down for longer than a single mail would be tried; then
// everything leaves, once.
func TestAnOutageDrainsOnce(t *testing.T) {
	t.Parallel()
	p := openPostOffice(t)
	p.closed = true
	var to []string
	for i := range 30 { // more than a batch
		to = append(to, string(rune('a'+i%26))+string(rune('a'+i/26))+"@a.vn")
	}
	p.write(to...)
	for range 5 {
		p.clock = p.clock.Add(20 * time.Hour)
		require.Error(t, p.deliver())
	}
	waiting, oldest, givenUp, err := p.Record.MailBacklog(t.Context(), p.clock)
	require.NoError(t, err)
	require.Equal(t, len(to), waiting)
	require.Zero(t, givenUp)
	require.Equal(t, 100*time.Hour, p.clock.Sub(oldest))
	p.mu.Lock()
	p.closed = false
	p.mu.Unlock()
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan struct{})
	go func() { defer close(ended); p.Mailer.Run(ctx) }()
	require.Eventually(t, func() bool { return len(p.arrived()) == len(to) }, workertest.Patience, workertest.Tick)
	stop()
	<-ended
	require.ElementsMatch(t, to, p.arrived())
	_, _, attempts, _ := p.fate(to[0])
	require.Equal(t, 1, attempts, "an outage is no fault of the mail's")
}

// F-85: the worker dies after the server has accepted and before it is noted.
func TestTheSameMessageIDAgain(t *testing.T) {
	t.Parallel()
	p := openPostOffice(t)
	p.write("good@a.vn")
	claimed, err := p.Record.ClaimMails(t.Context(), p.clock, p.clock.Add(10*time.Minute), 20)
	require.NoError(t, err)
	require.NoError(t, p.Post.Send(t.Context(), mail.Letter{ID: string(claimed[0].ID), To: claimed[0].Address, Date: p.clock}))
	require.NoError(t, p.deliver())
	require.Len(t, p.arrived(), 1, "it is still claimed")
	p.clock = p.clock.Add(10 * time.Minute)
	require.NoError(t, p.deliver())
	require.Equal(t, []string{"good@a.vn", "good@a.vn"}, p.arrived())
	require.Equal(t, p.got[0].ID, p.got[1].ID)
	require.Equal(t, "<"+string(postgres.NameID("mail", "digest good@a.vn"))+"@congvan.hadong.example.vn>", p.got[0].ID)
	sent, _, _, _ := p.fate("good@a.vn")
	require.True(t, sent)
}

// Two mailers never hold the same mail.
func TestTwoMailers(t *testing.T) {
	t.Parallel()
	p := openPostOffice(t)
	var to []string
	for i := range 26 {
		to = append(to, string(rune('a'+i))+"@a.vn")
	}
	p.write(to...)
	var both sync.WaitGroup
	for range 2 {
		both.Go(func() {
			for len(p.arrived()) < len(to) {
				if _, err := p.Deliver(context.WithoutCancel(t.Context())); err != nil {
					t.Error(err)
					return
				}
			}
		})
	}
	both.Wait()
	require.ElementsMatch(t, to, p.arrived())
}

// Quiet hours are over when the mail says so.
func TestNotBefore(t *testing.T) {
	t.Parallel()
	p := openPostOffice(t)
	night := p.clock
	p.clock = night.Add(8 * time.Hour)
	p.write("good@a.vn")
	p.clock = night
	require.NoError(t, p.deliver())
	require.Empty(t, p.arrived())
	p.clock = night.Add(8 * time.Hour)
	require.NoError(t, p.deliver())
	require.Len(t, p.arrived(), 1)
}

// NĐ 30/2020, Điều 21 khoản 2 điểm c: the sender of an electronic document hears
// that it arrived; only the mail that was accepted counts.
func TestTheSenderHears_ND30_Dieu21(t *testing.T) {
	t.Parallel()
	p := openPostOffice(t)
	d := desk.New(p.Record, nil, nil)
	clerk, err := p.Record.ActorByName(t.Context(), "vanthu.quan", calendar.DateOf(p.clock).String())
	require.NoError(t, err)
	arrive := func(address string) routing.ID {
		event, err := d.Register(t.Context(), clerk, routing.Registration{Issuer: "UBND thành phố Hà Nội", TypeName: "Công văn", Subject: "Về việc mừng",
			Urgency: routing.Normal, Secrecy: routing.NoSecret, Channel: routing.Electronic, SenderAddress: address}, routing.Request{})
		require.NoError(t, err)
		return event.DocumentID
	}
	heard, unheard, silent := arrive("vanthu@hanoi.vn"), arrive("gone@hanoi.vn"), arrive("")
	p.mood("gone@hanoi.vn", &smtp.SMTPError{Code: 550, Message: "gone"})
	p.clock = time.Now().Add(time.Minute).UTC().Truncate(time.Microsecond)
	for range 2 {
		require.NoError(t, p.deliver())
	}
	require.Equal(t, []string{"vanthu@hanoi.vn"}, p.arrived())
	require.Contains(t, p.got[0].Text, "/20")
	require.NotContains(t, p.got[0].Text+p.got[0].Subject, "mừng")
	for id, want := range map[routing.ID]bool{heard: true, unheard: false, silent: false} {
		doc, err := p.Record.Document(t.Context(), id)
		require.NoError(t, err)
		require.Equal(t, want, !doc.NotifiedAt.IsZero(), "%s", id)
	}
	events, err := p.Record.Events(t.Context(), heard, 0, 100)
	require.NoError(t, err)
	require.Equal(t, routing.ActNotify, events[len(events)-1].Kind)
}
