package api

import (
	"context"
	"sync"
	"time"

	"congvan/desk"
	"congvan/postgres"
	"congvan/routing"
)

// directoryTTL is how long a list may show a unit under the name it had before.
const directoryTTL = time.Second

// directory keeps the names of today's units, which every list shows.
type directory struct {
	desk *desk.Desk

	mu    sync.Mutex
	names names
	until time.Time
}

// names are units by id.
type names map[routing.ID]postgres.Unit

func (d *directory) today(ctx context.Context) (names, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if time.Now().Before(d.until) {
		return d.names, nil
	}
	units, err := d.desk.Units(ctx)
	if err != nil {
		return nil, err
	}
	d.names, d.until = make(names, len(units)), time.Now().Add(directoryTTL)
	for _, u := range units {
		d.names[u.ID] = u
	}
	return d.names, nil
}
