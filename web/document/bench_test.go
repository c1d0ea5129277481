package document_test

import (
	"testing"

	"congvan/routing"
	"congvan/seed"
	"congvan/web/webtest"

	"github.com/stretchr/testify/require"
)

// BenchmarkThePageOfSeventeenWards is the whole page, over HTTP: at most 15 ms at the
// 95th percentile on an idle machine.
func BenchmarkThePageOfSeventeenWards(b *testing.B) {
	w := webtest.New(b)
	document := w.Register(webtest.Registration())
	to := []routing.Recipient{{UnitID: webtest.Unit("qldt"), Role: routing.Lead}}
	for _, u := range seed.HaDong().Units {
		if u.Kind == string(routing.Ward) {
			to = append(to, routing.Recipient{UnitID: webtest.Unit(u.Key), Role: routing.Execute})
		}
	}
	w.Direct(document, to...)
	reader := w.In("chutich.quan")
	actor := w.As("chutich.quan")
	b.Run("page", func(b *testing.B) {
		for b.Loop() {
			reader.Page(pageOf(document))
		}
	})
	b.Run("story", func(b *testing.B) {
		for b.Loop() {
			_, err := w.Desk.Story(b.Context(), actor, document, 20)
			require.NoError(b, err)
		}
	})
	b.Run("document", func(b *testing.B) {
		for b.Loop() {
			_, err := w.Desk.Document(b.Context(), actor, document)
			require.NoError(b, err)
		}
	})
	b.Run("alarms", func(b *testing.B) {
		for b.Loop() {
			_, err := w.Desk.Alarms(b.Context(), actor, document)
			require.NoError(b, err)
		}
	})
	b.Run("history", func(b *testing.B) {
		for b.Loop() {
			_, _, err := w.Desk.History(b.Context(), actor, document, 1<<62, 20)
			require.NoError(b, err)
		}
	})
	b.Run("home", func(b *testing.B) {
		for b.Loop() {
			reader.Page("/")
		}
	})
}
