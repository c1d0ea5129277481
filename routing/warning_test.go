package routing_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"congvan/routing"
)

// domain 4.3: the officer's due date is not after the leader's, and that one not
// after the sender's; it is said, not refused.
func TestDueWarnings(t *testing.T) {
	t.Parallel()
	at := func(text string) time.Time {
		v, err := time.Parse(time.RFC3339, text)
		require.NoError(t, err)
		return v.UTC()
	}
	friday := at("2026-11-27T15:00:00+07:00")
	for name, c := range map[string]struct {
		replyBy   string
		parentDue time.Time
		due       time.Time
		want      []routing.WarningCode
	}{
		"nobody asked for a day":              {due: friday},
		"on the very day":                     {replyBy: "2026-11-27", due: friday},
		"the day by Vietnamese time":          {replyBy: "2026-11-27", due: at("2026-11-27T23:30:00+07:00")},
		"after the sender's":                  {replyBy: "2026-11-26", due: friday, want: []routing.WarningCode{routing.WarnAfterReplyBy}},
		"at the same instant as the whole":    {parentDue: friday, due: friday},
		"after the whole":                     {parentDue: friday.Add(-time.Minute), due: friday, want: []routing.WarningCode{routing.WarnAfterParentDue}},
		"after both":                          {replyBy: "2026-11-26", parentDue: friday.Add(-1), due: friday, want: []routing.WarningCode{routing.WarnAfterReplyBy, routing.WarnAfterParentDue}},
		"who is only informed has no due day": {replyBy: "2026-11-26", parentDue: friday},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			doc := routing.Document{Registration: routing.Registration{ReplyBy: c.replyBy}}
			var got []routing.WarningCode
			for _, w := range routing.DueWarnings(doc, routing.Assignment{Due: c.parentDue}, []routing.Recipient{{UnitID: "u", Due: c.due}}) {
				require.Equal(t, routing.ID("u"), w.UnitID)
				require.NotEmpty(t, w.Details)
				require.NotContains(t, w.Vietnamese("Phường A"), string(w.Code))
				got = append(got, w.Code)
			}
			require.Equal(t, c.want, got)
		})
	}
}
