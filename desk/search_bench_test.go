package desk_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"congvan/activities"
	"congvan/calendar"
	"congvan/desk"
	"congvan/local/localtest"
	"congvan/postgres"
	"congvan/routing"
)

// What it costs a report that its words are kept for the search: the same with the
// trigger and without.
func BenchmarkAReportAndItsWords(b *testing.B) {
	for name, statement := range map[string]string{"kept": `ALTER TABLE events ENABLE TRIGGER events_words`, "not kept": `ALTER TABLE events DISABLE TRIGGER events_words`} {
		b.Run(name, func(b *testing.B) {
			store := postgres.Open(localtest.PostgresLike(b, "desk", furnish), 4)
			b.Cleanup(func() { _ = store.Close() })
			_, err := store.DB().NewRaw(statement).Exec(b.Context())
			require.NoError(b, err)
			now := at("2026-11-23 09:00")
			d := desk.New(store, nil, func() time.Time { return now })
			as := func(username string) routing.Actor {
				actor, err := store.ActorByName(b.Context(), username, calendar.DateOf(now).String())
				require.NoError(b, err)
				return actor
			}
			event, err := d.Register(b.Context(), as("vanthu.quan"), letter(), noKey)
			require.NoError(b, err)
			_, err = d.DirectDocument(b.Context(), as("chutich.quan"), event.DocumentID, fiveClear(to("qldt", routing.Lead)), 1, noKey)
			require.NoError(b, err)
			_, err = activities.New(store, func() time.Time { return now }).Dispatch(b.Context(), activities.Input{DocumentID: event.DocumentID})
			require.NoError(b, err)
			shares, err := store.Assignments(b.Context(), event.DocumentID)
			require.NoError(b, err)
			share := shares[0].ID
			head, chairman := as("truong.qldt"), as("chutich.quan")
			_, err = d.Acknowledge(b.Context(), head, share, noKey)
			require.NoError(b, err)
			text := "Đã rà soát 1.234 hộ trên địa bàn, xử lý dứt điểm 56 trường hợp vi phạm trật tự đô thị; còn 7 trường hợp chờ hoàn thiện hồ sơ, đề nghị Uỷ ban nhân dân quận cho ý kiến."
			b.ResetTimer()
			for range b.N {
				_, err := d.Report(b.Context(), head, share, text, noKey)
				require.NoError(b, err)
				b.StopTimer()
				_, err = d.SendBack(b.Context(), chairman, share, "Chưa rõ số liệu", 0, noKey)
				require.NoError(b, err)
				b.StartTimer()
			}
		})
	}
}
