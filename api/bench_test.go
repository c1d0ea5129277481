package api

import (
	"bytes"
	"net/http/httptest"
	"slices"
	"testing"
	"time"

	"congvan/gate"
	"congvan/routing"

	"github.com/stretchr/testify/require"
)

// What the gates cost a registration of the usual size, without the record.
func BenchmarkTakeIn(b *testing.B) {
	s := quietServer()
	op, body := s.spec.operation("POST", base+"/documents"), mustJSON(registrationOf())
	b.ReportAllocs()
	for b.Loop() {
		r := httptest.NewRequest("POST", base+"/documents", bytes.NewReader(body))
		r.Header.Set("Content-Type", "application/json")
		r.Header.Set("Idempotency-Key", "key-12345678")
		r = r.WithContext(gate.WithCall(r.Context(), &gate.Call{}))
		require.NoError(b, s.takeIn(op, httptest.NewRecorder(), r))
	}
}

// What the API adds to an act of the desk: compare the two.
func BenchmarkProgress(b *testing.B) {
	w := newWorld(b, nil)
	_, shares := w.sent()
	id := routing.ID(shares["molao"])
	w.expect(200, ward, "POST", "/assignments/"+string(id)+"/acknowledge", nil)
	actor, err := w.store.ActorByName(b.Context(), ward, "2026-11-23")
	require.NoError(b, err)
	b.Run("desk", func(b *testing.B) {
		for b.Loop() {
			_, err := w.desk.Progress(b.Context(), actor, id, "Đã rà soát", routing.Request{Key: newKey(), Hash: []byte{1}})
			require.NoError(b, err)
		}
	})
	b.Run("api", func(b *testing.B) {
		body := mustJSON(object{"note": "Đã rà soát"})
		for b.Loop() {
			r := httptest.NewRequest("POST", base+"/assignments/"+string(id)+"/progress", bytes.NewReader(body))
			r.Header.Set("Content-Type", "application/json")
			r.Header.Set("Idempotency-Key", newKey())
			r.Header.Set("Authorization", "Bearer token-of-"+ward)
			rec := httptest.NewRecorder()
			w.handler.ServeHTTP(rec, r)
			require.Equal(b, 200, rec.Code)
		}
	})
	b.Run("actor", func(b *testing.B) { // the part of it that asks who holds the token
		for b.Loop() {
			_, _, err := w.desk.ActorByToken(b.Context(), []byte("nobody"))
			require.ErrorIs(b, err, routing.ErrNotFound)
		}
	})
}

// What an answer of "not found" takes, about what is another's and about what never
// was: docs/security.txt has the figures. Both are asked in turns, so that what the
// machine does besides falls on both.
func BenchmarkHiddenAndNonexistent(b *testing.B) {
	w := newWorld(b, nil)
	document, _ := w.sent()
	took := map[string][]time.Duration{}
	ask := func(name, id string) {
		r := httptest.NewRequest("GET", base+"/documents/"+id, nil)
		r.Header.Set("Authorization", "Bearer token-of-"+neighbor)
		rec := httptest.NewRecorder()
		began := time.Now()
		w.handler.ServeHTTP(rec, r)
		took[name] = append(took[name], time.Since(began))
		require.Equal(b, 404, rec.Code)
	}
	for b.Loop() {
		ask("hidden", document)
		ask("nonexistent", someID)
	}
	for name, all := range took {
		slices.Sort(all)
		b.ReportMetric(float64(all[len(all)/2].Microseconds()), name+"-us")
	}
}
