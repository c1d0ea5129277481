package desk

import (
	"context"

	"congvan/postgres"
	"congvan/routing"
)

// Templates lists the saved directions of the actor's unit, by name.
func (d *Desk) Templates(ctx context.Context, actor routing.Actor) ([]routing.Template, error) {
	return d.record.Templates(ctx, actor.UnitID)
}

// AddTemplate saves a direction that the actor's unit gives again and again;
// its leaders and its clerk may. The same request again gives the first answer.
// routing.ErrTemplateName if the unit has another of that name.
func (d *Desk) AddTemplate(ctx context.Context, actor routing.Actor, in routing.Template, req routing.Request) (routing.Template, error) {
	in.ID, in.UnitID, in.CreatedAt, in.Version = postgres.NewID(), actor.UnitID, d.now(), 1
	if req.Key != "" {
		in.ID = postgres.NameID("template", string(actor.AccountID), req.Key)
	}
	if err := d.checkTemplate(ctx, actor, in); err != nil {
		return routing.Template{}, err
	}
	if err := d.record.AddTemplate(ctx, in, d.templateEntry(actor, "template-added", in.ID, 0, 1)); err != nil {
		return routing.Template{}, err
	}
	first, err := d.record.Template(ctx, in.ID)
	if err == nil && (first.UnitID != in.UnitID || first.Version == in.Version && !first.SaysLike(in)) {
		return routing.Template{}, routing.ErrReused
	}
	return first, err
}

// ChangeTemplate changes a template of the actor's unit as he has read it.
func (d *Desk) ChangeTemplate(ctx context.Context, actor routing.Actor, in routing.Template, ifVersion int) (routing.Template, error) {
	return d.changeTemplate(ctx, actor, "template-changed", in.ID, ifVersion, func(t *routing.Template) error {
		in.UnitID, in.CreatedAt, in.ArchivedAt = t.UnitID, t.CreatedAt, t.ArchivedAt
		*t = in
		return d.checkTemplate(ctx, actor, in)
	})
}

// ArchiveTemplate takes a template of the actor's unit out of use.
func (d *Desk) ArchiveTemplate(ctx context.Context, actor routing.Actor, id routing.ID, ifVersion int) (routing.Template, error) {
	return d.changeTemplate(ctx, actor, "template-archived", id, ifVersion, func(t *routing.Template) error {
		t.ArchivedAt = d.now()
		return nil
	})
}

func (d *Desk) changeTemplate(ctx context.Context, actor routing.Actor, kind routing.EntryKind, id routing.ID, ifVersion int, change func(*routing.Template) error) (routing.Template, error) {
	t, err := d.template(ctx, actor, id)
	switch {
	case err != nil:
		return routing.Template{}, err
	case !actor.MayKeepTemplates():
		return routing.Template{}, routing.ErrNotAllowed
	}
	if err := actor.CheckMandate(routing.ActDirect, t.Field); err != nil {
		return routing.Template{}, err
	}
	if err := unlessStale(t.Version, ifVersion); err != nil {
		return routing.Template{}, err
	}
	version := t.Version
	if err := change(&t); err != nil {
		return routing.Template{}, err
	}
	t.Version = version
	if err := d.record.ChangeTemplate(ctx, t, d.templateEntry(actor, kind, id, version, version+1)); err != nil {
		return routing.Template{}, err
	}
	return d.record.Template(ctx, id)
}

// templateEntry names the versions; the words of a template are in the record.
func (d *Desk) templateEntry(actor routing.Actor, kind routing.EntryKind, id routing.ID, before, after int) routing.Entry {
	e := d.entryOf(actor, kind, routing.Subject{Kind: routing.SubjectTemplate, ID: string(id)})
	e.Details = actor.Signed(map[string]any{"before": before, "after": after})
	return e
}

// template finds a template in use of the actor's own unit.
func (d *Desk) template(ctx context.Context, actor routing.Actor, id routing.ID) (routing.Template, error) {
	if !validID(id) {
		return routing.Template{}, routing.ErrTemplate
	}
	t, err := d.record.Template(ctx, id)
	if err == nil && (t.UnitID != actor.UnitID || !t.ArchivedAt.IsZero()) {
		return routing.Template{}, routing.ErrTemplate
	}
	return t, err
}

// checkTemplate refuses what can never be given: units that do not exist today,
// or are not below the giver's, are found out now and not on the day of need.
func (d *Desk) checkTemplate(ctx context.Context, actor routing.Actor, t routing.Template) error {
	if !actor.MayKeepTemplates() {
		return routing.ErrNotAllowed
	}
	if err := actor.CheckMandate(routing.ActDirect, t.Field); err != nil {
		return err // a template is a direction to come
	}
	if err := t.Check(); err != nil {
		return err
	}
	_, err := d.placesBelow(ctx, actor.UnitID, t.Direct(d.now(), nil).Dispatched(actor.UnitID), d.now())
	return err
}

// SuggestTemplates picks the templates of the actor's unit that suit a document
// which he may see, the best first, and says what they have in common with it.
func (d *Desk) SuggestTemplates(ctx context.Context, actor routing.Actor, docID routing.ID) ([]routing.Suggestion, error) {
	doc, _, _, err := d.document(ctx, actor, docID)
	if err != nil {
		return nil, err
	}
	templates, err := d.record.Templates(ctx, actor.UnitID)
	if err != nil {
		return nil, err
	}
	return routing.Suggest(templates, doc), nil
}
