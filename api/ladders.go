package api

import (
	"context"
	"encoding/json"
	"fmt"

	"congvan/api/internal/contract"
	"congvan/gate"
	"congvan/postgres"
	"congvan/routing"
)

// ListLadders lists the newest version of every ladder.
func (s *server) ListLadders(ctx context.Context, _ contract.ListLaddersRequestObject) (contract.ListLaddersResponseObject, error) {
	found, err := s.Desk.Ladders(ctx)
	return contract.ListLadders200JSONResponse{Items: answers(found, ladderAnswer)}, err
}

// ListLadderVersions lists all versions of a ladder.
func (s *server) ListLadderVersions(ctx context.Context, in contract.ListLadderVersionsRequestObject) (contract.ListLadderVersionsResponseObject, error) {
	found, err := s.Desk.LadderVersions(ctx, in.Code)
	return contract.ListLadderVersions200JSONResponse{Items: answers(found, ladderAnswer)}, err
}

// ChangeLadder adds a version of a ladder.
func (s *server) ChangeLadder(ctx context.Context, in contract.ChangeLadderRequestObject) (contract.ChangeLadderResponseObject, error) {
	c := gate.CallOf(ctx)
	ladder, err := ladderOf(in.Code, *in.Body)
	if err != nil {
		return nil, err
	}
	v, err := s.Desk.ChangeLadder(ctx, c.Actor, ladder, in.Body.Reason, c.Version)
	return contract.ChangeLadder201JSONResponse{Body: ladderAnswer(v), Headers: contract.ChangeLadder201ResponseHeaders{ETag: etag(v.Version)}}, err
}

// ladderOf reads a ladder; its rules are the desk's.
func ladderOf(code string, in contract.LadderInput) (routing.Ladder, error) {
	faults := map[string]string{}
	read := func(field, text string) (span routing.Span) {
		if quoted, err := json.Marshal(text); err != nil || span.UnmarshalJSON(quoted) != nil {
			faults[field] = "thời gian ghi như 2d, 4h0m0s, now 30m hoặc plain 5s"
		}
		return span
	}
	maybe := func(field, text string) *routing.Span {
		if text == "" {
			return nil
		}
		span := read(field, text)
		return &span
	}
	l := routing.Ladder{
		Code: code, Name: in.Name, Direction: read("direction", in.Direction), Receipt: read("receipt", in.Receipt), Approval: read("approval", in.Approval),
		Registering: maybe("registering", in.Registering), Notice: maybe("notice", in.Notice), Presenting: maybe("presenting", in.Presenting),
		Return: maybe("return", in.Return), Decision: maybe("decision", in.Decision), Rungs: []routing.Rung{},
	}
	for i, r := range in.Rungs {
		l.Rungs = append(l.Rungs, routing.Rung{
			Kind: routing.DeadlineKind(r.Kind), Step: r.Step, When: read(fmt.Sprintf("rungs.%d.when", i), r.When),
			Tell: words[routing.Audience](r.Tell), Channels: words[routing.Medium](r.Channels),
		})
	}
	if len(faults) > 0 {
		return routing.Ladder{}, errBadRequest.With("fields", faults)
	}
	return l, nil
}

func ladderAnswer(v postgres.LadderVersion) contract.Ladder {
	maybe := func(s *routing.Span) string {
		if s == nil {
			return ""
		}
		return s.String()
	}
	return contract.Ladder{
		Code: v.Code, Version: v.Version, Name: v.Name, Direction: v.Direction.String(), Receipt: v.Receipt.String(), Approval: v.Approval.String(),
		Registering: maybe(v.Registering), Notice: maybe(v.Notice), Presenting: maybe(v.Presenting), Return: maybe(v.Return), Decision: maybe(v.Decision),
		Rungs: answers(v.Rungs, func(r routing.Rung) contract.Rung {
			return contract.Rung{Kind: string(r.Kind), Step: r.Step, When: r.When.String(), Tell: texts(r.Tell), Channels: texts(r.Channels)}
		}),
		ChangedAt: utc(v.ChangedAt), Reason: v.Reason,
	}
}
