package desk

import (
	"context"

	"congvan/postgres"
	"congvan/routing"
)

// Start says that the holder works on an assignment.
func (d *Desk) Start(ctx context.Context, actor routing.Actor, id routing.ID, req routing.Request) (routing.Event, error) {
	if !validID(id) {
		return routing.Event{}, routing.ErrNotFound
	}
	p := postgres.Step{Act: routing.ActStart, Actor: actor, Assignment: id, At: d.now(), Request: req}
	return d.step(ctx, p, d.record.Start)
}

// Progress adds a note of up to 4,000 characters; the first one starts the
// work. It is all that a coordinating unit does.
func (d *Desk) Progress(ctx context.Context, actor routing.Actor, id routing.ID, note string, req routing.Request) (routing.Event, error) {
	if !validID(id) {
		return routing.Event{}, routing.ErrNotFound
	}
	if err := checkWords("note", note); err != nil {
		return routing.Event{}, err
	}
	p := postgres.Step{Act: routing.ActProgress, Actor: actor, Assignment: id, At: d.now(), Request: req,
		Details: map[string]any{"note": note}}
	return d.step(ctx, p, d.record.Progress)
}

// checkWords refuses an empty or overlong text and one that bears a mark of a
// state secret.
func checkWords(field, text string) error {
	if err := routing.CheckSecrecy(routing.NoSecret, text); err != nil {
		return err
	}
	return routing.CheckText(field, text)
}
