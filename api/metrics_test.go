package api

import (
	"context"
	"errors"
	"net/http/httptest"
	"testing"
	"time"

	"congvan/desk"
	"congvan/gate"

	"github.com/stretchr/testify/require"
)

// idle has nothing that waits.
type idle struct{}

func (idle) OutboxAge(context.Context) (time.Duration, error)            { return 0, nil }
func (idle) MailBacklog(context.Context) (b desk.MailBacklog, err error) { return b, nil }
func (idle) DecisionsOverdue(context.Context) (int, error)               { return 0, nil }
func (idle) SealBacklog(context.Context) (int, time.Duration, error)     { return 0, 0, nil }

// busy has mails and decisions that wait, and an outbox that does not answer.
type busy struct{}

func (busy) OutboxAge(context.Context) (time.Duration, error) { return 0, errors.New("away") }
func (busy) MailBacklog(context.Context) (desk.MailBacklog, error) {
	return desk.MailBacklog{Waiting: 3, Oldest: 90 * time.Second, GivenUp: 2}, nil
}
func (busy) DecisionsOverdue(context.Context) (int, error)           { return 4, nil }
func (busy) SealBacklog(context.Context) (int, time.Duration, error) { return 7, time.Minute, nil }

func TestMetricsSayWhatWaits(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		backlogs gate.Backlogs
		lines    []string
	}{
		{idle{}, []string{"congvan_outbox_oldest_seconds 0", "congvan_mails_waiting 0", "congvan_mails_oldest_seconds 0", "congvan_mails_given_up 0", "congvan_decisions_overdue 0", "congvan_log_unsealed_rows 0", "congvan_log_unsealed_oldest_seconds 0"}},
		{busy{}, []string{"congvan_outbox_oldest_seconds -1", "congvan_mails_waiting 3", "congvan_mails_oldest_seconds 90", "congvan_mails_given_up 2", "congvan_decisions_overdue 4", "congvan_log_unsealed_rows 7", "congvan_log_unsealed_oldest_seconds 60"}},
	} {
		rec := httptest.NewRecorder()
		gate.NewFigures(c.backlogs).Handler.ServeHTTP(rec, httptest.NewRequest("GET", "/metrics", nil))
		for _, line := range c.lines {
			require.Contains(t, rec.Body.String(), "\n"+line+"\n")
		}
	}
}
