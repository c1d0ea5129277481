package desk_test

import (
	"pgregory.net/rapid"

	"github.com/stretchr/testify/require"

	"congvan/routing"
)

// lifeVerb tries one verb on a document and, where it needs one, on a share of it.
type lifeVerb struct {
	name  string
	act   routing.Act
	share bool
	try   func(l *life, t *rapid.T, by routing.Actor, doc routing.Document, on routing.Assignment) (routing.Event, error)
}

var reasons = rapid.SampledFrom([]string{"Không thuộc chức năng của đơn vị", "Cần bổ sung số liệu", "ngắn", ""})

// lifeVerbs are all verbs of the desk that change something.
var lifeVerbs = []lifeVerb{
	{"direct", routing.ActDirect, false, func(l *life, t *rapid.T, by routing.Actor, doc routing.Document, _ routing.Assignment) (routing.Event, error) {
		return l.desk.DirectDocument(l.Context(), by, doc.ID, fiveClear(l.recipients(t)...), doc.Version, noKey)
	}},
	{"direct further", routing.ActDirect, true, func(l *life, t *rapid.T, by routing.Actor, _ routing.Document, a routing.Assignment) (routing.Event, error) {
		return l.desk.DirectAssignment(l.Context(), by, a.ID, fiveClear(l.further(t, a)...), a.Version, noKey)
	}},
	{"acknowledge", routing.ActAcknowledge, true, func(l *life, _ *rapid.T, by routing.Actor, _ routing.Document, a routing.Assignment) (routing.Event, error) {
		return l.desk.Acknowledge(l.Context(), by, a.ID, noKey)
	}},
	{"start", routing.ActStart, true, func(l *life, _ *rapid.T, by routing.Actor, _ routing.Document, a routing.Assignment) (routing.Event, error) {
		return l.desk.Start(l.Context(), by, a.ID, noKey)
	}},
	{"progress", routing.ActProgress, true, func(l *life, _ *rapid.T, by routing.Actor, _ routing.Document, a routing.Assignment) (routing.Event, error) {
		return l.desk.Progress(l.Context(), by, a.ID, "Đang làm", noKey)
	}},
	{"report", routing.ActReport, true, func(l *life, _ *rapid.T, by routing.Actor, _ routing.Document, a routing.Assignment) (routing.Event, error) {
		return l.desk.Report(l.Context(), by, a.ID, "Đã xử lý xong", noKey)
	}},
	{"approve", routing.ActApprove, true, func(l *life, _ *rapid.T, by routing.Actor, _ routing.Document, a routing.Assignment) (routing.Event, error) {
		return l.desk.Approve(l.Context(), by, a.ID, a.Version, noKey)
	}},
	{"send back", routing.ActSendBack, true, func(l *life, t *rapid.T, by routing.Actor, _ routing.Document, a routing.Assignment) (routing.Event, error) {
		return l.desk.SendBack(l.Context(), by, a.ID, reasons.Draw(t, "reason"), a.Version, noKey)
	}},
	{"return", routing.ActReturn, true, func(l *life, t *rapid.T, by routing.Actor, _ routing.Document, a routing.Assignment) (routing.Event, error) {
		return l.desk.Return(l.Context(), by, a.ID, reasons.Draw(t, "reason"), a.Version, noKey)
	}},
	{"insist", routing.ActInsist, true, func(l *life, t *rapid.T, by routing.Actor, _ routing.Document, a routing.Assignment) (routing.Event, error) {
		return l.desk.Insist(l.Context(), by, a.ID, reasons.Draw(t, "reason"), a.Version, noKey)
	}},
	{"recall", routing.ActRecall, false, func(l *life, t *rapid.T, by routing.Actor, doc routing.Document, _ routing.Assignment) (routing.Event, error) {
		return l.desk.Recall(l.Context(), by, doc.ID, reasons.Draw(t, "reason"), doc.Version, noKey)
	}},
	{"add recipients", routing.ActAdd, false, func(l *life, t *rapid.T, by routing.Actor, doc routing.Document, _ routing.Assignment) (routing.Event, error) {
		return l.desk.AddRecipients(l.Context(), by, l.direction(t, doc), reasons.Draw(t, "text"), l.recipients(t)[1:], noKey)
	}},
	{"void", routing.ActVoid, false, func(l *life, t *rapid.T, by routing.Actor, doc routing.Document, _ routing.Assignment) (routing.Event, error) {
		return l.desk.Void(l.Context(), by, l.direction(t, doc), reasons.Draw(t, "reason"), noKey)
	}},
	{"drop", routing.ActDrop, true, func(l *life, t *rapid.T, by routing.Actor, _ routing.Document, a routing.Assignment) (routing.Event, error) {
		return l.desk.Drop(l.Context(), by, a.ID, reasons.Draw(t, "reason"), a.Version, noKey)
	}},
	{"reroute", routing.ActReroute, true, func(l *life, t *rapid.T, by routing.Actor, _ routing.Document, a routing.Assignment) (routing.Event, error) {
		return l.desk.Reroute(l.Context(), by, a.ID, l.recipients(t)[0], reasons.Draw(t, "reason"), a.Version, noKey)
	}},
	{"hand over", routing.ActHandOver, true, func(l *life, t *rapid.T, by routing.Actor, _ routing.Document, a routing.Assignment) (routing.Event, error) {
		return l.desk.HandOver(l.Context(), by, a.ID, l.recipients(t)[0], reasons.Draw(t, "basis"), a.Version, noKey)
	}},
	{"hold", routing.ActHold, true, func(l *life, t *rapid.T, by routing.Actor, _ routing.Document, a routing.Assignment) (routing.Event, error) {
		return l.desk.Hold(l.Context(), by, a.ID, routing.ForceMajeure, reasons.Draw(t, "reason"), a.Version, noKey)
	}},
	{"resume", routing.ActResume, true, func(l *life, _ *rapid.T, by routing.Actor, _ routing.Document, a routing.Assignment) (routing.Event, error) {
		return l.desk.Resume(l.Context(), by, a.ID, a.Version, noKey)
	}},
	{"hold the document", routing.ActHold, false, func(l *life, t *rapid.T, by routing.Actor, doc routing.Document, _ routing.Assignment) (routing.Event, error) {
		return l.desk.HoldDocument(l.Context(), by, doc.ID, routing.ForceMajeure, reasons.Draw(t, "reason"), doc.Version, noKey)
	}},
	{"resume the document", routing.ActResume, false, func(l *life, _ *rapid.T, by routing.Actor, doc routing.Document, _ routing.Assignment) (routing.Event, error) {
		return l.desk.ResumeDocument(l.Context(), by, doc.ID, doc.Version, noKey)
	}},
	{"reopen", routing.ActReopen, true, func(l *life, t *rapid.T, by routing.Actor, _ routing.Document, a routing.Assignment) (routing.Event, error) {
		return l.desk.Reopen(l.Context(), by, a.ID, l.due(t), reasons.Draw(t, "reason"), a.Version, noKey)
	}},
	{"reopen the document", routing.ActReopen, false, func(l *life, t *rapid.T, by routing.Actor, doc routing.Document, _ routing.Assignment) (routing.Event, error) {
		return l.desk.ReopenDocument(l.Context(), by, doc.ID, l.due(t), reasons.Draw(t, "reason"), doc.Version, noKey)
	}},
	{"present", routing.ActPresent, false, func(l *life, t *rapid.T, by routing.Actor, doc routing.Document, _ routing.Assignment) (routing.Event, error) {
		return l.desk.Present(l.Context(), by, doc.ID, rapid.SampledFrom(l.people).Draw(t, "to").PositionID, "", doc.Version, noKey)
	}},
	{"notify", routing.ActNotify, false, func(l *life, _ *rapid.T, by routing.Actor, doc routing.Document, _ routing.Assignment) (routing.Event, error) {
		return l.desk.Notify(l.Context(), by, doc.ID, "điện thoại", doc.Version, noKey)
	}},
	{"file", routing.ActFile, false, func(l *life, _ *rapid.T, by routing.Actor, doc routing.Document, _ routing.Assignment) (routing.Event, error) {
		return l.desk.FileDocument(l.Context(), by, doc.ID, "Lưu để tra cứu", doc.Version, noKey)
	}},
	{"cancel", routing.ActCancel, false, func(l *life, t *rapid.T, by routing.Actor, doc routing.Document, _ routing.Assignment) (routing.Event, error) {
		return l.desk.CancelDocument(l.Context(), by, doc.ID, routing.WrongRecipient, reasons.Draw(t, "reason"), doc.Version, noKey)
	}},
	{"remind", routing.ActRemind, true, func(l *life, _ *rapid.T, by routing.Actor, _ routing.Document, a routing.Assignment) (routing.Event, error) {
		return l.desk.Remind(l.Context(), by, a.ID, "", noKey)
	}},
	{"answer a recall", routing.ActAnswerRecall, true, func(l *life, t *rapid.T, by routing.Actor, doc routing.Document, a routing.Assignment) (routing.Event, error) {
		return l.desk.AnswerRecall(l.Context(), by, l.decision(t, doc, a), rapid.Bool().Draw(t, "agree"), reasons.Draw(t, "reason"), noKey)
	}},
}

// direction is one of the document's.
func (l *life) direction(t *rapid.T, doc routing.Document) routing.ID {
	given, err := l.store.Directions(l.Context(), doc.ID)
	require.NoError(t, err)
	if len(given) == 0 {
		return doc.ID
	}
	return rapid.SampledFrom(given).Draw(t, "direction").ID
}

// decision is one that is about the share, if there is any.
func (l *life) decision(t *rapid.T, doc routing.Document, a routing.Assignment) routing.ID {
	decisions, err := l.store.Decisions(l.Context(), doc.ID)
	require.NoError(t, err)
	for _, x := range decisions {
		if x.AssignmentID == a.ID && x.Status == routing.DecisionOpen {
			return x.ID
		}
	}
	return a.ID
}
