package api

import (
	"context"

	"congvan/api/internal/contract"
	"congvan/gate"
	"congvan/routing"
)

// ListTemplates lists the saved directions of one's unit.
func (s *server) ListTemplates(ctx context.Context, _ contract.ListTemplatesRequestObject) (contract.ListTemplatesResponseObject, error) {
	found, err := s.Desk.Templates(ctx, gate.CallOf(ctx).Actor)
	return contract.ListTemplates200JSONResponse{Items: answers(found, templateAnswer)}, err
}

// SuggestTemplates picks those that suit a document.
func (s *server) SuggestTemplates(ctx context.Context, in contract.SuggestTemplatesRequestObject) (contract.SuggestTemplatesResponseObject, error) {
	found, err := s.Desk.SuggestTemplates(ctx, gate.CallOf(ctx).Actor, routing.ID(in.ID))
	return contract.SuggestTemplates200JSONResponse{Items: answers(found, func(x routing.Suggestion) contract.Suggestion {
		return contract.Suggestion{Template: templateAnswer(x.Template), Why: answers(x.Why, func(why string) string { return why })}
	})}, err
}

// AddTemplate saves a direction.
func (s *server) AddTemplate(ctx context.Context, in contract.AddTemplateRequestObject) (contract.AddTemplateResponseObject, error) {
	c := gate.CallOf(ctx)
	t, err := s.Desk.AddTemplate(ctx, c.Actor, templateOf("", *in.Body), c.Request)
	return contract.AddTemplate201JSONResponse{Body: templateAnswer(t), Headers: contract.AddTemplate201ResponseHeaders{ETag: etag(t.Version)}}, err
}

// ChangeTemplate changes a template.
func (s *server) ChangeTemplate(ctx context.Context, in contract.ChangeTemplateRequestObject) (contract.ChangeTemplateResponseObject, error) {
	c := gate.CallOf(ctx)
	t, err := s.Desk.ChangeTemplate(ctx, c.Actor, templateOf(in.ID, *in.Body), c.Version)
	return contract.ChangeTemplate200JSONResponse{Body: templateAnswer(t), Headers: contract.ChangeTemplate200ResponseHeaders{ETag: etag(t.Version)}}, err
}

// ArchiveTemplate takes a template out of use.
func (s *server) ArchiveTemplate(ctx context.Context, in contract.ArchiveTemplateRequestObject) (contract.ArchiveTemplateResponseObject, error) {
	c := gate.CallOf(ctx)
	t, err := s.Desk.ArchiveTemplate(ctx, c.Actor, routing.ID(in.ID), c.Version)
	return contract.ArchiveTemplate200JSONResponse{Body: templateAnswer(t), Headers: contract.ArchiveTemplate200ResponseHeaders{ETag: etag(t.Version)}}, err
}

func templateOf(id string, in contract.TemplateInput) routing.Template {
	return routing.Template{
		ID: routing.ID(id), Name: in.Name, TypeName: in.TypeName, Field: in.Field, Issuer: in.Issuer,
		Text: in.Text, Process: in.Process, Result: in.Result,
		Recipients: answers(in.Recipients, func(r contract.TemplateRecipient) routing.TemplateRecipient {
			return routing.TemplateRecipient{UnitID: routing.ID(r.Unit), PositionID: routing.ID(r.Position), Role: routing.Role(r.Role), Days: r.Days}
		}),
	}
}

func templateAnswer(t routing.Template) contract.Template {
	return contract.Template{
		ID: string(t.ID), Version: t.Version, CreatedAt: utc(t.CreatedAt), ArchivedAt: utc(t.ArchivedAt),
		Name: t.Name, TypeName: t.TypeName, Field: t.Field, Issuer: t.Issuer, Text: t.Text, Process: t.Process, Result: t.Result,
		Recipients: answers(t.Recipients, func(r routing.TemplateRecipient) contract.TemplateRecipient {
			return contract.TemplateRecipient{Unit: string(r.UnitID), Position: string(r.PositionID), Role: contract.Role(r.Role), Days: r.Days}
		}),
	}
}
