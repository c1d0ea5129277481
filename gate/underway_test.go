package gate

import (
	"context"
	"net/http"
	"net/http/httptest"
	"testing"
	"testing/synctest"

	"congvan/routing"

	"github.com/stretchr/testify/require"
)

// One account has only so many exports and searches under way: the next waits, and in
// the end is refused, while others are served.
func TestNobodyTakesAllPlaces_R20(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		f := Face{Gate: New(Config{Limits: Limits{}}), Name: "test", TakesLong: func(string) bool { return false },
			Answer: func(w http.ResponseWriter, _ *http.Request, _ *routing.Error, status int) { w.WriteHeader(status) }}
		inside, hold := 0, make(chan struct{})
		ask := func(account routing.ID) *httptest.ResponseRecorder {
			w := httptest.NewRecorder()
			h := f.FromAccount(ClassExport, http.HandlerFunc(func(http.ResponseWriter, *http.Request) { inside++; <-hold }))
			f.Observe(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				CallOf(r.Context()).Actor.AccountID = account
				h.ServeHTTP(w, r)
			})).ServeHTTP(w, httptest.NewRequestWithContext(context.Background(), "GET", "/", nil))
			return w
		}
		for range underWay[ClassExport] {
			go ask("a")
			synctest.Wait()
		}
		require.Equal(t, underWay[ClassExport], inside)
		require.Equal(t, http.StatusTooManyRequests, ask("a").Code)
		require.Equal(t, underWay[ClassExport], inside, "the one too many never came in")
		go ask("b")
		synctest.Wait()
		require.Equal(t, underWay[ClassExport]+1, inside, "another account waits for nobody")
		go ask("a")
		synctest.Wait()
		hold <- struct{}{} // whoever goes leaves his place to the next; of another account, he does not
		hold <- struct{}{}
		synctest.Wait()
		require.Equal(t, underWay[ClassExport]+2, inside)
		close(hold)
	})
}
