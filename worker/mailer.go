package worker

import (
	"context"
	"errors"
	"log/slog"
	"strings"
	"sync"
	"time"

	"congvan/mail"
	"congvan/postgres"
	"congvan/routing"
)

// Post takes letters; mail.Sender is one.
type Post interface {
	Send(ctx context.Context, l mail.Letter) error
}

// Mailer carries mails from their outbox to the mail server, each at least once
// and always under the same Message-ID. It is no part of any workflow: mail that
// cannot leave holds up nobody. Any number of mailers may run on one record.
type Mailer struct {
	Record *postgres.Store
	Post   Post
	Base   string // address of the pages, for the links
	Log    *slog.Logger
	Now    func() time.Time // nil: the machine's clock
	Pause  time.Duration    // between two tries while the server is away; 0: half a minute
}

// The mailer's measures.
const (
	mailsAtOnce = 4
	mailBatch   = 20
	mailLook    = 2 * time.Second  // between two looks into an empty outbox
	mailLease   = 10 * time.Minute // until when a claimed mail is nobody else's: far longer than a batch may take
	mailPause   = 30 * time.Second
	mailRetries = 2 * 24 * time.Hour // until a mail that is not accepted is given up
	mailBackoff = time.Minute        // until the second try; each time twice as long
	mailSlowest = 2 * time.Hour
)

// Run carries mails until ctx ends.
func (m Mailer) Run(ctx context.Context) {
	for ctx.Err() == nil {
		sent, err := m.Deliver(ctx)
		switch {
		case ctx.Err() != nil:
		case err != nil:
			m.Log.Warn("mails wait", "error", postgres.WithoutContent(err))
			sleep(ctx, m.pause())
		case sent < mailBatch:
			sleep(ctx, mailLook)
		}
	}
}

func (m Mailer) now() time.Time {
	if m.Now != nil {
		return m.Now().UTC()
	}
	return time.Now().UTC()
}

func (m Mailer) pause() time.Duration {
	if m.Pause > 0 {
		return m.Pause
	}
	return mailPause
}

// Deliver takes up the mails whose turn it is, a batch at most, and says how
// many there were. The error says that the record, or the mail server as a
// whole, is away: what was not tried is given back.
func (m Mailer) Deliver(ctx context.Context) (taken int, err error) {
	now := m.now()
	if err := m.Record.ConfirmReceipts(ctx, now, mailBatch); err != nil {
		return 0, err
	}
	mails, err := m.Record.ClaimMails(ctx, now, now.Add(mailLease), mailBatch)
	if err != nil {
		return 0, err
	}
	var (
		all    sync.WaitGroup
		mu     sync.Mutex
		failed error
	)
	away, found := context.WithCancel(ctx)
	defer found()
	places := make(chan struct{}, mailsAtOnce)
	for _, one := range mails {
		places <- struct{}{}
		all.Go(func() {
			defer func() { <-places }()
			if err := m.deliver(away, one); err != nil {
				mu.Lock()
				defer mu.Unlock()
				if failed == nil || !errors.Is(err, context.Canceled) {
					failed = err
				}
				found()
			}
		})
	}
	all.Wait()
	return len(mails), failed
}

// deliver hands one mail over and notes what came of it. What has begun is noted
// even when ctx ends.
func (m Mailer) deliver(ctx context.Context, w postgres.WaitingMail) error {
	id, noted := w.ID, context.WithoutCancel(ctx)
	if err := ctx.Err(); err != nil {
		return errors.Join(err, m.Record.MailUntried(noted, id, m.now(), ""))
	}
	body, err := m.withSecret(noted, w)
	if errors.Is(err, routing.ErrNotFound) {
		return m.Record.MailGivenUp(noted, id, m.now(), "its link is no longer good")
	}
	if err != nil {
		return err
	}
	err = m.Post.Send(noted, mail.Letter{ID: string(id), To: w.Address, Subject: w.Subject,
		Body: strings.ReplaceAll(body, routing.BaseURL, strings.TrimRight(m.Base, "/")), Date: w.CreatedAt})
	var failure *mail.Failure
	switch now := m.now(); {
	case err == nil:
		return m.accepted(noted, w)
	case errors.As(err, &failure) && failure.Outcome == mail.Away:
		return errors.Join(err, m.Record.MailUntried(noted, id, now, failure.Text))
	case errors.As(err, &failure) && failure.Outcome == mail.Never, now.Sub(w.CreatedAt) > mailRetries:
		m.Log.Warn("mail given up", "mail", id, "error", err)
		return m.Record.MailGivenUp(noted, id, now, err.Error())
	default:
		return m.Record.MailLater(noted, id, now.Add(backoff(w.Attempts)), err.Error())
	}
}

// withSecret is a mail's text with the secret of the link that it brings, made
// now: in the outbox, and in whatever copies it, is none.
func (m Mailer) withSecret(ctx context.Context, w postgres.WaitingMail) (string, error) {
	link, place := w.Kind.LinkIn(w.Body)
	if link == "" {
		return w.Body, nil
	}
	secret, err := m.Record.NewLinkSecret(ctx, link, m.now())
	return strings.ReplaceAll(w.Body, place, secret), err
}

func backoff(attempts int) time.Duration {
	return min(mailBackoff<<min(attempts-1, 10), mailSlowest)
}

// accepted notes that a mail has left. The sender of a document then has heard
// that it arrived (NĐ 30/2020, Điều 21 khoản 2 điểm c), unless the clerk was
// quicker.
func (m Mailer) accepted(ctx context.Context, w postgres.WaitingMail) error {
	if w.Kind == routing.ReceiptMail {
		_, err := m.Record.Act(ctx, w.DocumentID, m.now(), routing.Request{}, func(c *routing.Case) error {
			return c.Notify(routing.Actor{}, routing.NotifiedByMail)
		})
		if fault := routing.FaultOf(err); err != nil && (fault == routing.Internal || fault == routing.Unavailable) {
			return err
		}
	}
	return m.Record.MailSent(ctx, w.ID, m.now())
}
