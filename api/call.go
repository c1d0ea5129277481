package api

import (
	"context"
	"net/http"

	"congvan/desk"
	"congvan/routing"
)

// call is what is known of one request while it is answered. The observer
// makes it, the gates fill it in, the handlers read it.
type call struct {
	id    string // X-Request-Id
	route string // the template, not the path: a path names things
	// by and identity are who asks, and by what; zero where nobody need.
	by       desk.Credentials
	identity desk.Identity
	device   desk.Device // where a login or a logout comes from
	header   http.Header // of the answer
	actor    routing.Actor
	// actingFor is the position that the actor acts for; empty: his own.
	actingFor routing.ID
	request   routing.Request // of a POST
	version   int             // of If-Match, where it is asked for
	code      string          // of the problem that it ended with
}

type callKey struct{}

func withCall(ctx context.Context, c *call) context.Context {
	return context.WithValue(ctx, callKey{}, c)
}

// callOf returns the call of a context. Every request has one: see observe.
func callOf(ctx context.Context) *call { return ctx.Value(callKey{}).(*call) }
