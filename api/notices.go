package api

import (
	"context"
	"time"

	"congvan/api/internal/contract"
	"congvan/gate"
	"congvan/postgres"
	"congvan/routing"
)

// ListNotices shows what one's position was told.
func (s *server) ListNotices(ctx context.Context, in contract.ListNoticesRequestObject) (contract.ListNoticesResponseObject, error) {
	before, err := readNumberCursor(in.Params.Cursor, 0)
	if err != nil {
		return nil, err
	}
	limit := limitOf(in.Params.Limit)
	found, err := s.Desk.Notices(ctx, gate.CallOf(ctx).Actor, before, limit)
	if err != nil {
		return nil, err
	}
	units, err := s.units.today(ctx)
	if err != nil {
		return nil, err
	}
	unread, err := s.Desk.UnreadNotices(ctx, gate.CallOf(ctx).Actor)
	if err != nil {
		return nil, err
	}
	page := contract.ListNotices200JSONResponse{Items: answers(found, units.noticeAnswer), Unread: unread}
	if len(found) == limit {
		page.NextCursor = writeNumberCursor(found[limit-1].ID)
	}
	return page, nil
}

// ReadNotices marks notices as read.
func (s *server) ReadNotices(ctx context.Context, in contract.ReadNoticesRequestObject) (contract.ReadNoticesResponseObject, error) {
	actor := gate.CallOf(ctx).Actor
	if err := s.Desk.ReadNotices(ctx, actor, in.Body.UpTo); err != nil {
		return nil, err
	}
	unread, err := s.Desk.UnreadNotices(ctx, actor)
	return contract.ReadNotices200JSONResponse{Unread: unread}, err
}

// GetNoticeSettings shows how one's position wants to be told.
func (s *server) GetNoticeSettings(ctx context.Context, _ contract.GetNoticeSettingsRequestObject) (contract.GetNoticeSettingsResponseObject, error) {
	found, err := s.Desk.NoticeSettings(ctx, gate.CallOf(ctx).Actor)
	return contract.GetNoticeSettings200JSONResponse(found), err
}

// ChangeNoticeSettings changes how one's position wants to be told.
func (s *server) ChangeNoticeSettings(ctx context.Context, in contract.ChangeNoticeSettingsRequestObject) (contract.ChangeNoticeSettingsResponseObject, error) {
	changed, err := s.Desk.ChangeNoticeSettings(ctx, gate.CallOf(ctx).Actor, routing.NoticeSettings(*in.Body))
	return contract.ChangeNoticeSettings200JSONResponse(changed), err
}

func (n names) noticeAnswer(x postgres.Notice) contract.Notice {
	out := contract.Notice{
		ID: x.ID, DocumentID: string(x.DocumentID), AssignmentID: string(x.AssignmentID), DecisionID: string(x.DecisionID), EventID: x.EventID,
		Unit: n.unit(x.UnitID), Kind: string(x.Kind), Step: x.Step, Due: utc(x.DueAt), CreatedAt: utc(x.CreatedAt), ReadAt: utc(x.ReadAt),
		Year: x.BookYear, Number: x.Number, Note: x.Note,
	}
	if x.By != "" {
		out.ActorUnit = n.unit(x.By)
	}
	return out
}

// utc leaves the zero time, which says that there is none, as it is.
func utc(t time.Time) time.Time {
	if t.IsZero() {
		return time.Time{}
	}
	return t.UTC()
}
