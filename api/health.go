package api

import (
	"context"
	"errors"
	"net/http"
	"time"
)

// readyTimeout is how long the record may take to say that it is there.
const readyTimeout = 2 * time.Second

type health struct {
	Status  string `json:"status"`
	Version string `json:"version,omitempty"`
}

// getHealth says that the process is alive, whatever it stands on.
func (s *server) getHealth(w http.ResponseWriter, _ *http.Request) {
	writeJSON(w, http.StatusOK, health{"ok", s.version})
}

// getReadiness says whether the record answers. The engine is no part of it:
// people's acts are taken without it.
func (s *server) getReadiness(w http.ResponseWriter, r *http.Request) {
	ctx, cancel := context.WithTimeout(r.Context(), readyTimeout)
	defer cancel()
	answer := make(chan error, 1)
	go func() { answer <- s.Desk.Ready(ctx) }() // the driver does not heed ctx
	var err error
	select {
	case err = <-answer:
	case <-ctx.Done():
		err = ctx.Err()
	}
	if err != nil {
		s.Refuse(w, r, errors.Join(errNotReady.With("part", "record"), err))
		return
	}
	writeJSON(w, http.StatusOK, health{"ok", s.version})
}

// document serves something that is the same for everybody. policy is its
// Content-Security-Policy, empty for that of the API.
func document(kind, policy string, data []byte) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", kind)
		if policy != "" {
			w.Header().Set("Content-Security-Policy", policy)
		}
		_, _ = w.Write(data) // the client went away: nobody is left to tell
	}
}
