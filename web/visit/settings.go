package visit

import (
	"context"
	"time"
)

// Settings are what pages know of the installation beside the desk.
type Settings struct {
	IdentityProvider bool   // people may log in at one
	Address          string // of the pages, for links that are handed over
	Version          string // of the program
	Engine           Engine // nil: nobody can be asked
	Storage          func() (Space, error)
	Backup           func() (time.Time, error) // when the last one was made; nil: nobody says so
}

// Engine says how it stands with the workflows. It may wait as long as the context
// lets it.
type Engine interface {
	State(ctx context.Context) (EngineState, error)
}

// EngineState is how the queue of the workflows stands.
type EngineState struct {
	Version string        // of the server
	Workers int           // that asked for work lately
	Waiting int64         // tasks that no worker has taken yet
	Oldest  time.Duration // of them
}

// Space is the room on the disk of the attachments, in bytes.
type Space struct{ Free, Total int64 }

// Settings are those of the installation.
func (v *Visit) Settings() Settings { return v.server.settings }
