package api

import (
	"cmp"
	"context"
	"time"

	"congvan/api/internal/contract"
	"congvan/gate"
	"congvan/postgres"
	"congvan/routing"
)

// ListAssignments shows a page of the inbox.
func (s *server) ListAssignments(ctx context.Context, in contract.ListAssignmentsRequestObject) (contract.ListAssignmentsResponseObject, error) {
	after, err := readInstantCursor(inboxCursor, in.Params.Cursor)
	if err != nil {
		return nil, err
	}
	limit, view := limitOf(in.Params.Limit), cmp.Or(postgres.InboxView(in.Params.View), postgres.ViewOpen)
	found, err := s.Desk.Inbox(ctx, gate.CallOf(ctx).Actor, view, in.Params.Mine, after, limit)
	if err != nil {
		return nil, err
	}
	units, err := s.units.today(ctx)
	if err != nil {
		return nil, err
	}
	now := time.Now()
	page := contract.ListAssignments200JSONResponse{Items: []contract.InboxEntry{}}
	for _, entry := range found {
		page.Items = append(page.Items, units.entryAnswer(entry, now))
	}
	if len(found) == limit {
		last := found[limit-1].Assignment
		page.NextCursor = writeInstantCursor(inboxCursor, last.Due, last.ID)
	}
	return page, nil
}

// GetAssignment shows an assignment.
func (s *server) GetAssignment(ctx context.Context, in contract.GetAssignmentRequestObject) (contract.GetAssignmentResponseObject, error) {
	view, err := s.Desk.Assignment(ctx, gate.CallOf(ctx).Actor, routing.ID(in.ID))
	if err != nil {
		return nil, err
	}
	return contract.GetAssignment200JSONResponse{
		Body: assignmentAnswer(view), Headers: contract.GetAssignment200ResponseHeaders{ETag: etag(view.Version)},
	}, nil
}

// Acknowledge confirms receipt.
func (s *server) Acknowledge(ctx context.Context, in contract.AcknowledgeRequestObject) (contract.AcknowledgeResponseObject, error) {
	c := gate.CallOf(ctx)
	event, err := s.Desk.Acknowledge(ctx, c.Actor, routing.ID(in.ID), c.Request)
	return contract.Acknowledge200JSONResponse{ActJSONResponse: actResponse(event)}, err
}

// Start says that the work has begun.
func (s *server) Start(ctx context.Context, in contract.StartRequestObject) (contract.StartResponseObject, error) {
	c := gate.CallOf(ctx)
	event, err := s.Desk.Start(ctx, c.Actor, routing.ID(in.ID), c.Request)
	return contract.Start200JSONResponse{ActJSONResponse: actResponse(event)}, err
}

// Progress adds a note.
func (s *server) Progress(ctx context.Context, in contract.ProgressRequestObject) (contract.ProgressResponseObject, error) {
	c := gate.CallOf(ctx)
	event, err := s.Desk.Progress(ctx, c.Actor, routing.ID(in.ID), in.Body.Note, c.Request)
	return contract.Progress200JSONResponse{ActJSONResponse: actResponse(event)}, err
}

// Report says that the work is done.
func (s *server) Report(ctx context.Context, in contract.ReportRequestObject) (contract.ReportResponseObject, error) {
	c := gate.CallOf(ctx)
	event, err := s.Desk.Report(ctx, c.Actor, routing.ID(in.ID), in.Body.Text, c.Request)
	return contract.Report200JSONResponse{ActJSONResponse: actResponse(event)}, err
}

// Approve accepts a report.
func (s *server) Approve(ctx context.Context, in contract.ApproveRequestObject) (contract.ApproveResponseObject, error) {
	c := gate.CallOf(ctx)
	event, err := s.Desk.Approve(ctx, c.Actor, routing.ID(in.ID), c.Version, c.Request)
	return contract.Approve200JSONResponse{ActJSONResponse: actResponse(event)}, err
}

// SendBack returns a report to its author.
func (s *server) SendBack(ctx context.Context, in contract.SendBackRequestObject) (contract.SendBackResponseObject, error) {
	c := gate.CallOf(ctx)
	event, err := s.Desk.SendBack(ctx, c.Actor, routing.ID(in.ID), in.Body.Reason, c.Version, c.Request)
	return contract.SendBack200JSONResponse{ActJSONResponse: actResponse(event)}, err
}

// DirectAssignment hands the work further down.
func (s *server) DirectAssignment(ctx context.Context, in contract.DirectAssignmentRequestObject) (contract.DirectAssignmentResponseObject, error) {
	c := gate.CallOf(ctx)
	direction, err := s.direction(ctx, *in.Body)
	if err != nil {
		return nil, err
	}
	event, err := s.Desk.DirectAssignment(ctx, c.Actor, routing.ID(in.ID), direction, c.Version, c.Request)
	return contract.DirectAssignment200JSONResponse{ActJSONResponse: actResponse(event)}, err
}

// ReturnAssignment gives an assignment back.
func (s *server) ReturnAssignment(ctx context.Context, in contract.ReturnAssignmentRequestObject) (contract.ReturnAssignmentResponseObject, error) {
	c := gate.CallOf(ctx)
	event, err := s.Desk.Return(ctx, c.Actor, routing.ID(in.ID), in.Body.Reason, c.Version, c.Request)
	return contract.ReturnAssignment200JSONResponse{ActJSONResponse: actResponse(event)}, err
}

// Insist sends a returned assignment back to its holder.
func (s *server) Insist(ctx context.Context, in contract.InsistRequestObject) (contract.InsistResponseObject, error) {
	c := gate.CallOf(ctx)
	event, err := s.Desk.Insist(ctx, c.Actor, routing.ID(in.ID), in.Body.Reason, c.Version, c.Request)
	return contract.Insist200JSONResponse{ActJSONResponse: actResponse(event)}, err
}

// Drop takes an assignment out of its direction.
func (s *server) Drop(ctx context.Context, in contract.DropRequestObject) (contract.DropResponseObject, error) {
	c := gate.CallOf(ctx)
	event, err := s.Desk.Drop(ctx, c.Actor, routing.ID(in.ID), in.Body.Reason, c.Version, c.Request)
	return contract.Drop200JSONResponse{ActJSONResponse: actResponse(event)}, err
}

// Reroute gives an assignment to another unit instead.
func (s *server) Reroute(ctx context.Context, in contract.RerouteRequestObject) (contract.RerouteResponseObject, error) {
	c := gate.CallOf(ctx)
	to := routing.Recipient{UnitID: routing.ID(in.Body.Unit), PositionID: routing.ID(in.Body.Position)}
	due, err := s.due(ctx, to.UnitID, in.Body.DueOn, in.Body.DueAt, "")
	if err != nil {
		return nil, err
	}
	to.Due = due
	event, err := s.Desk.Reroute(ctx, c.Actor, routing.ID(in.ID), to, in.Body.Reason, c.Version, c.Request)
	return contract.Reroute200JSONResponse{ActJSONResponse: actResponse(event)}, err
}

// HandOver gives an assignment to a successor.
func (s *server) HandOver(ctx context.Context, in contract.HandOverRequestObject) (contract.HandOverResponseObject, error) {
	c := gate.CallOf(ctx)
	to := routing.Recipient{UnitID: routing.ID(in.Body.Unit), PositionID: routing.ID(in.Body.Position)}
	event, err := s.Desk.HandOver(ctx, c.Actor, routing.ID(in.ID), to, in.Body.Basis, c.Version, c.Request)
	return contract.HandOver200JSONResponse{ActJSONResponse: actResponse(event)}, err
}

// Hold stops the clocks of an assignment.
func (s *server) Hold(ctx context.Context, in contract.HoldRequestObject) (contract.HoldResponseObject, error) {
	c := gate.CallOf(ctx)
	event, err := s.Desk.Hold(ctx, c.Actor, routing.ID(in.ID), routing.HoldCategory(in.Body.Category), in.Body.Reason, c.Version, c.Request)
	return contract.Hold200JSONResponse{ActJSONResponse: actResponse(event)}, err
}

// Resume lets them run again.
func (s *server) Resume(ctx context.Context, in contract.ResumeRequestObject) (contract.ResumeResponseObject, error) {
	c := gate.CallOf(ctx)
	event, err := s.Desk.Resume(ctx, c.Actor, routing.ID(in.ID), c.Version, c.Request)
	return contract.Resume200JSONResponse{ActJSONResponse: actResponse(event)}, err
}

// Reopen takes an approved assignment up again.
func (s *server) Reopen(ctx context.Context, in contract.ReopenRequestObject) (contract.ReopenResponseObject, error) {
	c := gate.CallOf(ctx)
	due, err := s.shareDue(ctx, in.ID, in.Body.DueOn, in.Body.DueAt)
	if err != nil {
		return nil, err
	}
	event, err := s.Desk.Reopen(ctx, c.Actor, routing.ID(in.ID), due, in.Body.Reason, c.Version, c.Request)
	return contract.Reopen200JSONResponse{ActJSONResponse: actResponse(event)}, err
}

// Remind urges the holder of an assignment.
func (s *server) Remind(ctx context.Context, in contract.RemindRequestObject) (contract.RemindResponseObject, error) {
	c := gate.CallOf(ctx)
	event, err := s.Desk.Remind(ctx, c.Actor, routing.ID(in.ID), noteOf(in.Body), c.Request)
	return contract.Remind200JSONResponse{ActJSONResponse: actResponse(event)}, err
}
