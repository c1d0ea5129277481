package gate

import (
	"context"
	"net/http"
	"sync"
	"time"

	"congvan/routing"
)

// underWay is how much of a class one account has under way at a time: what takes
// long, or may, leaves others the connections to the record. What is one too many
// waits its turn. Classes that are missing have no such measure.
var underWay = map[Class]int{ClassSearch: 4, ClassExport: 3}

// turnWait is how long something waits for its turn.
const turnWait = 8 * time.Second

// turns are the places of each account, by class.
type turns struct{ places sync.Map }

type turnOf struct {
	class   Class
	account routing.ID
}

// take waits for a place and gives what frees it; false if none came free in time.
func (t *turns) take(ctx context.Context, class Class, account routing.ID) (free func(), ok bool) {
	most := underWay[class]
	if most == 0 {
		return func() {}, true
	}
	found, _ := t.places.LoadOrStore(turnOf{class, account}, make(chan struct{}, most)) // as many as there are accounts
	places := found.(chan struct{})
	ctx, cancel := context.WithTimeout(ctx, turnWait)
	defer cancel()
	select {
	case places <- struct{}{}:
		return func() { <-places }, true
	case <-ctx.Done():
		return nil, false
	}
}

// inTurn lets an account have only so much of a class under way.
func (f *Face) inTurn(class Class, next http.Handler) http.Handler {
	if underWay[class] == 0 {
		return next
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		free, ok := f.turns.take(r.Context(), class, CallOf(r.Context()).Actor.AccountID)
		if !ok {
			f.Refuse(w, r, ErrTooMany)
			return
		}
		defer free()
		next.ServeHTTP(w, r)
	})
}
