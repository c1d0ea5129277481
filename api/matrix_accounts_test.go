package api

import (
	"maps"

	"congvan/routing"

	"github.com/stretchr/testify/require"
)

// The rows of tokens and of accounts as administrators see them.
func init() {
	maps.Copy(rules, map[string]rule{
		"GET /tokens":                         {},
		"POST /tokens":                        {body: `{"name": "Thử", "scopes": ["read"], "expiresAt": "2026-12-23T00:00:00Z"}`},
		"GET /deadline-feeds":                 {},
		"POST /deadline-feeds":                {body: `{"subjects": false}`, want: by(routing.Actor.MayHaveFeed)},
		"POST /deadline-feeds/{id}/revoke":    {on: "feed", want: ownFeed, last: true},
		"GET /webhooks":                       {want: by(routing.Actor.MayKeepWebhooks)},
		"POST /webhooks":                      {body: `{"url": "https://example.vn/", "kinds": ["alarm.rung"]}`, want: by(routing.Actor.MayKeepWebhooks)},
		"GET /webhooks/{id}":                  {on: "webhook", want: by(routing.Actor.MayKeepWebhooks), unasked: true},
		"POST /webhooks/{id}/test":            {on: "webhook", want: by(routing.Actor.MayKeepWebhooks), unasked: true},
		"POST /webhooks/{id}/resume":          {on: "webhook", want: by(routing.Actor.MayKeepWebhooks), unasked: true},
		"POST /webhooks/{id}/revoke":          {on: "webhook", want: by(routing.Actor.MayKeepWebhooks), unasked: true, last: true},
		"POST /tokens/{id}/revoke":            {on: "token", want: administers(through), last: true},
		"GET /accounts":                       {want: by(func(a routing.Actor) bool { return a.Office == routing.Admin })},
		"GET /accounts/{id}/tokens":           {on: "account", want: administers(through)},
		"POST /accounts/{id}/password-link":   {on: "account", body: `{"purpose": "reset", "deliver": "hand"}`, want: administers(forbidden)},
		"POST /accounts/{id}/identity":        {on: "account", body: `{"issuer": "https://id.example.vn", "subject": "một người"}`, want: administers(forbidden)},
		"POST /accounts/{id}/identity/remove": {on: "account", want: administers(forbidden)},
		"POST /accounts/{id}/enable":          {on: "account", body: whyBody, want: administers(forbidden)},
		"POST /accounts/{id}/disable":         {on: "account", body: whyBody, want: administers(forbidden), last: true, renew: openAccount},
	})
}

// administers is the policy on accounts: the administrator of a unit above looks
// after them; own is the answer to whoever holds the account himself.
func administers(own int) func(*matrix, routing.Actor, *thing) int {
	return func(_ *matrix, a routing.Actor, x *thing) int {
		switch {
		case string(a.AccountID) == x.ids["account"]:
			return own
		case a.Office == routing.Admin && x.name != "another district's":
			return through
		}
		return hidden
	}
}

func openAccount(m *matrix, x *thing) {
	_, err := m.store.DB().NewRaw(`UPDATE accounts SET disabled_at = NULL WHERE id = ?`, x.ids["account"]).Exec(m.Context())
	require.NoError(m, err)
}

// ownFeed: a feed is its owner's alone.
func ownFeed(_ *matrix, a routing.Actor, x *thing) int {
	if x.ids["account"] == string(a.AccountID) {
		return through
	}
	return hidden
}
