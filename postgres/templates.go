package postgres

import (
	"context"
	"encoding/json"
	"errors"
	"time"

	"congvan/routing"

	"github.com/uptrace/bun"
)

// templateRow is a template as it lies in the table.
type templateRow struct {
	ID, UnitID                    routing.ID
	Name, TypeName, Field, Issuer string
	Direction                     json.RawMessage
	CreatedAt, ArchivedAt         time.Time
	Version                       int
}

const templateColumns = `t.id, t.unit_id, t.name, t.type_name, t.field, t.issuer, t.direction, t.created_at, t.archived_at, t.version`

// templateWords are what a template directs, as JSON.
type templateWords struct {
	Text       string                      `json:"text"`
	Process    string                      `json:"process"`
	Result     string                      `json:"result"`
	Recipients []routing.TemplateRecipient `json:"recipients"`
}

func (r templateRow) template() (routing.Template, error) {
	var w templateWords
	err := json.Unmarshal(r.Direction, &w)
	return routing.Template{ID: r.ID, UnitID: r.UnitID, Name: r.Name, TypeName: r.TypeName, Field: r.Field, Issuer: r.Issuer,
		Text: w.Text, Process: w.Process, Result: w.Result, Recipients: w.Recipients,
		CreatedAt: utc(r.CreatedAt), ArchivedAt: utc(r.ArchivedAt), Version: r.Version}, err
}

func templateArgs(t routing.Template) (args, error) {
	words, err := toJSON(templateWords{t.Text, t.Process, t.Result, t.Recipients})
	return args{"id": t.ID, "unit": t.UnitID, "name": t.Name, "type": t.TypeName, "field": t.Field, "issuer": t.Issuer,
		"direction": words, "version": t.Version}, err
}

// Templates lists the templates in use of a unit, by name.
func (s *Store) Templates(ctx context.Context, unit routing.ID) ([]routing.Template, error) {
	return s.listTemplates(ctx, `t.unit_id = ? AND t.archived_at IS NULL ORDER BY t.name`, unit)
}

// AllTemplates lists the templates in use of all units.
func (s *Store) AllTemplates(ctx context.Context) ([]routing.Template, error) {
	return s.listTemplates(ctx, `?::text IS NOT NULL AND t.archived_at IS NULL ORDER BY t.unit_id, t.name`, "all")
}

// Template finds a template, also one that is archived. routing.ErrTemplate if there is none.
func (s *Store) Template(ctx context.Context, id routing.ID) (routing.Template, error) {
	found, err := s.listTemplates(ctx, `t.id = ?`, id)
	if err != nil || len(found) == 1 {
		return first(found), err
	}
	return routing.Template{}, routing.ErrTemplate
}

func first[T any](list []T) (one T) {
	if len(list) > 0 {
		one = list[0]
	}
	return one
}

func (s *Store) listTemplates(ctx context.Context, which string, arg any) ([]routing.Template, error) {
	var rows []templateRow
	if err := s.db.NewRaw(`SELECT `+templateColumns+` FROM templates t WHERE `+which, arg).Scan(ctx, &rows); err != nil {
		return nil, failed("list templates", err)
	}
	out := make([]routing.Template, len(rows))
	for i, row := range rows {
		var err error
		if out[i], err = row.template(); err != nil {
			return nil, failed("read template", err)
		}
	}
	return out, nil
}

// AddTemplate writes a new template with its entry; one that is there already
// stays as it is. routing.ErrTemplateName if the unit has another of that name in use.
func (s *Store) AddTemplate(ctx context.Context, t routing.Template, e routing.Entry) error {
	a, err := templateArgs(t)
	if err != nil {
		return err
	}
	a["by"], a["at"] = e.ActorID, t.CreatedAt
	return s.changed(ctx, e, routing.Request{}, func(tx bun.Tx, _ *routing.Entry) error {
		done, err := tx.NewRaw(insertTemplate, a).Exec(ctx)
		return changedOne(done, templateFailed("add template", err))
	})
}

const (
	insertTemplate = `INSERT INTO templates (id, unit_id, name, type_name, field, issuer, direction, created_by, created_at)
		VALUES (?id, ?unit, ?name, ?type, ?field, ?issuer, ?direction, ?by, ?at) ON CONFLICT (id) DO NOTHING`
	updateTemplate = `UPDATE templates SET name = ?name, type_name = ?type, field = ?field, issuer = ?issuer, direction = ?direction,
		archived_at = ?archived, version = version + 1 WHERE id = ?id AND version = ?version`
)

// bringTemplate adds a template, or changes the version of it that it names, with
// its entry.
func bringTemplate(ctx context.Context, tx bun.Tx, t routing.Template, e routing.Entry) error {
	a, err := templateArgs(t)
	if err != nil {
		return err
	}
	statement := updateTemplate
	if t.Version == 0 {
		statement = insertTemplate
	}
	a["by"], a["at"], a["archived"] = e.ActorID, t.CreatedAt, timeOrNull(t.ArchivedAt)
	done, err := tx.NewRaw(statement, a).Exec(ctx)
	if err := changedOne(done, templateFailed("bring template", err)); err != nil {
		return err
	}
	e.Subject.ID, e.UnitID, e.Details = string(t.ID), t.UnitID, map[string]any{"before": t.Version, "after": t.Version + 1}
	_, err = addEntry(ctx, tx, e, routing.Request{})
	return err
}

// ChangeTemplate writes a template anew, with its entry, unless it has another
// version by now; then it is routing.ErrStale.
func (s *Store) ChangeTemplate(ctx context.Context, t routing.Template, e routing.Entry) error {
	a, err := templateArgs(t)
	if err != nil {
		return err
	}
	a["archived"] = timeOrNull(t.ArchivedAt)
	_, err = s.Journalled(ctx, e, routing.Request{}, func(tx bun.Tx, _ *routing.Entry) error {
		done, err := tx.NewRaw(updateTemplate, a).Exec(ctx)
		return changedOne(done, templateFailed("change template", err))
	})
	if errors.Is(err, errUnchanged) {
		return routing.ErrStale
	}
	return err
}

func templateFailed(what string, err error) error {
	if violates(err, "templates_name") {
		return routing.ErrTemplateName
	}
	return failed(what, err)
}
