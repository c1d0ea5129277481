package api

import (
	"encoding/hex"
	"time"

	"congvan/api/internal/contract"
	"congvan/desk"
	"congvan/postgres"
	"congvan/routing"
)

// answers turns a list into that of the contract, never null.
func answers[From, To any](list []From, answer func(From) To) []To {
	out := make([]To, len(list))
	for i, x := range list {
		out[i] = answer(x)
	}
	return out
}

func texts[S ~string](list []S) []string { return answers(list, func(s S) string { return string(s) }) }

// words is the way back; none is nil.
func words[S ~string](list []string) (out []S) {
	for _, text := range list {
		out = append(out, S(text))
	}
	return out
}

func actAnswer(e routing.Event) contract.Act {
	return contract.Act{
		ID: e.ID, Kind: string(e.Kind), At: e.At, DocumentID: string(e.DocumentID), AssignmentID: string(e.AssignmentID),
		UnitID: string(e.UnitID), State: e.State, Version: e.Version, Year: e.Year, Number: e.Number, Details: e.Details,
	}
}

// actResponse is the answer of most acts.
func actResponse(e routing.Event) contract.ActJSONResponse {
	return contract.ActJSONResponse(actAnswer(e))
}

func unitAnswer(u postgres.Unit) contract.Unit {
	return contract.Unit{ID: string(u.ID), Code: u.Code, Name: u.Name, Kind: string(u.Kind), ParentID: string(u.ParentID)}
}

// unit shows a unit that no longer exists by its id alone.
func (n names) unit(id routing.ID) contract.Unit {
	if u, ok := n[id]; ok {
		return unitAnswer(u)
	}
	return contract.Unit{ID: string(id)}
}

func positionAnswer(p postgres.Position) contract.Position {
	return contract.Position{ID: string(p.ID), Code: p.Code, Title: p.Title, Office: string(p.Office)}
}

func (n names) eventAnswer(e routing.Event) contract.Event {
	out := contract.Event{
		ID: e.ID, Kind: string(e.Kind), At: e.At, DocumentID: string(e.DocumentID), AssignmentID: string(e.AssignmentID),
		Unit: n.unit(e.UnitID), State: e.State, Version: e.Version, Year: e.Year, Number: e.Number, Details: e.Details,
	}
	if e.ActorUnitID != "" {
		out.ActorUnit = n.unit(e.ActorUnitID)
	}
	return out
}

func summaryAnswer(d routing.Document) contract.DocumentSummary {
	return contract.DocumentSummary{
		ID: string(d.ID), Year: d.BookYear, Number: d.Number, Status: contract.DocumentStatus(d.Status), Version: d.Version,
		RegisteredAt: d.Registered, DirectDue: d.DirectDue, ConcludedAt: d.Concluded,
		Issuer: d.Issuer, CodeNumber: d.CodeNumber, CodeNotation: d.CodeNotation, IssuedOn: d.IssuedOn,
		TypeName: d.TypeName, Subject: d.Subject, Field: d.Field, Urgency: contract.Urgency(d.Urgency),
		ReplyBy: d.ReplyBy, Ladder: d.Ladder, LadderVersion: d.LadderVersion, DuplicateReason: d.DuplicateReason,
		ArrivedAt: d.ArrivedAt, Channel: contract.Channel(d.Channel), SenderAddress: d.SenderAddress, Replaces: string(d.Replaces),
		NoticeDue: d.NoticeDue, NotifiedAt: d.NotifiedAt, PresentDue: d.PresentDue, PresentedAt: d.PresentedAt, PresentedTo: string(d.PresentedTo),
		HeldAt: d.HeldAt,
	}
}

func documentAnswer(v desk.View) contract.Document {
	d := summaryAnswer(v.Document)
	out := contract.Document{
		ID: d.ID, Year: d.Year, Number: d.Number, Status: d.Status, Version: d.Version,
		RegisteredAt: d.RegisteredAt, DirectDue: d.DirectDue, ConcludedAt: d.ConcludedAt,
		Issuer: d.Issuer, CodeNumber: d.CodeNumber, CodeNotation: d.CodeNotation, IssuedOn: d.IssuedOn,
		TypeName: d.TypeName, Subject: d.Subject, Field: d.Field, Urgency: d.Urgency,
		ReplyBy: d.ReplyBy, Ladder: d.Ladder, LadderVersion: d.LadderVersion, DuplicateReason: d.DuplicateReason,
		ArrivedAt: d.ArrivedAt, Channel: d.Channel, SenderAddress: d.SenderAddress, Replaces: d.Replaces,
		NoticeDue: d.NoticeDue, NotifiedAt: d.NotifiedAt, PresentDue: d.PresentDue, PresentedAt: d.PresentedAt, PresentedTo: d.PresentedTo,
		HeldAt: d.HeldAt, ReplacedBy: string(v.ReplacedBy), May: texts(v.May),
		Unit: unitAnswer(v.Unit), Whole: v.Whole, Strip: map[string]int{},
		Attachments: answers(v.Attachments, attachmentAnswer), Assignments: answers(v.Assignments, assignmentAnswer),
		Decisions:  answers(v.Decisions, decisionAnswer),
		Directions: answers(v.Directions, func(d postgres.GivenDirection) contract.GivenDirection { return directionAnswer(d, v.MayOn[d.ID]) }),
	}
	for cell, n := range v.Strip {
		out.Strip[string(cell)] = n
	}
	return out
}

func attachmentAnswer(a postgres.Attachment) contract.Attachment {
	out := contract.Attachment{Sha256: hex.EncodeToString(a.SHA256), Name: a.Name, MediaType: a.MediaType, Size: a.Size, AddedAt: a.AddedAt.UTC(),
		Flags: append([]string{}, a.Flags...), Scan: scanAnswer(a.Scan, a.ScannedAt, a.Engine), Inline: desk.Inline(a),
		ReplacedAt: a.ReplacedAt, RemovedAt: a.RemovedAt}
	if len(a.ReplacedBy) > 0 {
		out.ReplacedBy = hex.EncodeToString(a.ReplacedBy)
	}
	return out
}

func scanAnswer(state string, at time.Time, engine string) contract.Scan {
	return contract.Scan{State: state, At: at, Engine: engine}
}

func directionAnswer(d postgres.GivenDirection, may []routing.Act) contract.GivenDirection {
	return contract.GivenDirection{
		ID: string(d.ID), ParentID: string(d.ParentID), UnitID: string(d.UnitID), Kind: string(d.Kind), GivenBy: d.GivenBy,
		GivenAt: d.GivenAt, DispatchedAt: d.DispatchedAt, VoidedAt: d.VoidedAt, JoinsID: string(d.JoinsID), ReplacesID: string(d.ReplacesID),
		May: texts(may), Text: d.Text, Process: d.Process, Result: d.Result,
		Recipients: answers(d.Recipients, func(r routing.Recipient) contract.GivenRecipient {
			return contract.GivenRecipient{UnitID: string(r.UnitID), PositionID: string(r.PositionID), Role: contract.Role(r.Role)}
		}),
	}
}

func assignmentAnswer(a desk.AssignmentView) contract.Assignment {
	return contract.Assignment{
		ID: string(a.ID), DocumentID: string(a.DocumentID), DirectionID: string(a.DirectionID), ParentID: string(a.ParentID),
		GiverUnitID: string(a.GiverUnitID), Unit: unitAnswer(a.Unit), PositionID: string(a.PositionID),
		Role: contract.Role(a.Role), Status: contract.AssignmentStatus(a.Status), Cell: string(a.Cell), Version: a.Version,
		SentAt: a.SentAt, ReceiveDue: a.ReceiveDue, Due: a.Due, ApproveDue: a.ApproveDue,
		ReceivedAt: a.Receipt.At, ArrivalYear: a.Receipt.Year, ArrivalNumber: a.Receipt.Number,
		StartedAt: a.StartedAt, ReportedAt: a.ReportedAt, Report: a.Report, ClosedAt: a.ClosedAt, May: texts(a.May),
		CircleID: string(a.CircleID), ReplacesID: string(a.ReplacesID), ReturnedAt: a.ReturnedAt, ReturnDue: a.ReturnDue,
		HeldAt: a.HeldAt, RemindedAt: a.RemindedAt,
	}
}

func (n names) entryAnswer(e postgres.InboxEntry, now time.Time) contract.InboxEntry {
	a, d := e.Assignment, e.Document
	return contract.InboxEntry{
		ID: string(a.ID), DocumentID: string(a.DocumentID), DirectionID: string(a.DirectionID), ParentID: string(a.ParentID),
		GiverUnitID: string(a.GiverUnitID), Unit: n.unit(a.UnitID), PositionID: string(a.PositionID),
		Role: contract.Role(a.Role), Status: contract.AssignmentStatus(a.Status), Cell: string(a.Cell(now)), Version: a.Version,
		SentAt: a.SentAt, ReceiveDue: a.ReceiveDue, Due: a.Due, ReportedAt: a.ReportedAt, ApproveDue: a.ApproveDue,
		ReturnedAt: a.ReturnedAt, ReturnDue: a.ReturnDue, HeldAt: a.HeldAt,
		Document: headAnswer(d),
	}
}

func headAnswer(d routing.Document) contract.DocumentHead {
	return contract.DocumentHead{
		ID: string(d.ID), Issuer: d.Issuer, CodeNumber: d.CodeNumber, CodeNotation: d.CodeNotation,
		Subject: d.Subject, Urgency: contract.Urgency(d.Urgency),
	}
}

// alarmAnswer leaves out the subject of the alarms of the document itself.
func alarmAnswer(document routing.ID, a desk.Alarm) contract.Alarm {
	out := contract.Alarm{
		Kind: string(a.Kind), Step: a.Step, Unit: unitAnswer(a.Unit), Due: a.Due, At: a.At, RungAt: a.Rung,
		Tell: texts(a.Tell), Escalates: a.Escalates(), AssignmentID: string(a.AssignmentID),
		Told: a.Told,
	}
	switch {
	case a.Subject == document:
	case a.Kind == routing.AwaitDecision:
		out.DecisionID = string(a.Subject)
	default:
		out.AssignmentID = string(a.Subject)
	}
	return out
}
