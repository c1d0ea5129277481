package desk_test

import (
	"slices"
	"time"

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
		return l.desk.AnswerRecall(l.Context(), by, l.decision(t, doc, a, routing.RecallAnswer), rapid.Bool().Draw(t, "agree"), reasons.Draw(t, "reason"), noKey)
	}},
	{"ask extension", routing.ActAskExtension, true, func(l *life, t *rapid.T, by routing.Actor, _ routing.Document, a routing.Assignment) (routing.Event, error) {
		return l.desk.AskExtension(l.Context(), by, a.ID, l.due(t), reasons.Draw(t, "reason"), a.Version, noKey)
	}},
	{"decide extension", routing.ActRefuseExtension, true, func(l *life, t *rapid.T, by routing.Actor, doc routing.Document, a routing.Assignment) (routing.Event, error) {
		var due *time.Time
		if rapid.Bool().Draw(t, "another date") {
			another := l.due(t)
			due = &another
		}
		return l.desk.DecideExtension(l.Context(), by, l.decision(t, doc, a, routing.Extension), rapid.Bool().Draw(t, "grant"), due, reasons.Draw(t, "note"), noKey)
	}},
	{"extend", routing.ActExtend, true, func(l *life, t *rapid.T, by routing.Actor, _ routing.Document, a routing.Assignment) (routing.Event, error) {
		return l.desk.Extend(l.Context(), by, a.ID, l.due(t), reasons.Draw(t, "reason"), a.Version, noKey)
	}},
	{"submit", routing.ActSubmit, true, func(l *life, t *rapid.T, by routing.Actor, _ routing.Document, a routing.Assignment) (routing.Event, error) {
		return l.desk.Submit(l.Context(), by, a.ID, "Dự thảo báo cáo", l.stages(t), a.Version, noKey)
	}},
	{"consent", routing.ActConsent, true, func(l *life, t *rapid.T, by routing.Actor, doc routing.Document, a routing.Assignment) (routing.Event, error) {
		return l.desk.Consent(l.Context(), by, l.ownDecision(t, by, doc, a), "", noKey)
	}},
	{"object", routing.ActObject, true, func(l *life, t *rapid.T, by routing.Actor, doc routing.Document, a routing.Assignment) (routing.Event, error) {
		to := rapid.SampledFrom([]routing.ObjectTo{routing.ToPrevious, routing.ToStart}).Draw(t, "to")
		return l.desk.Object(l.Context(), by, l.ownDecision(t, by, doc, a), reasons.Draw(t, "reason"), to, noKey)
	}},
	{"withdraw draft", routing.ActWithdrawDraft, true, func(l *life, _ *rapid.T, by routing.Actor, _ routing.Document, a routing.Assignment) (routing.Event, error) {
		return l.desk.WithdrawDraft(l.Context(), by, a.ID, a.Version, noKey)
	}},
}

// stages of a circuit: one or two, of one or two offices.
func (l *life) stages(t *rapid.T) []routing.Stage {
	out := make([]routing.Stage, rapid.IntRange(1, 2).Draw(t, "stages"))
	for i := range out {
		out[i].Rule = rapid.SampledFrom([]routing.StageRule{routing.EachMust, routing.AnyMay}).Draw(t, "rule")
		for _, key := range rapid.SliceOfNDistinct(rapid.SampledFrom([]string{"qldt", "tp", "molao", "vanquan"}), 1, 2, rapid.ID[string]).Draw(t, "asked") {
			out[i].Units = append(out[i].Units, unit(key))
		}
	}
	return out
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

// asked are the open decisions of a kind about a share.
func (l *life) asked(t *rapid.T, doc routing.Document, a routing.Assignment, kind routing.DecisionKind) []routing.Decision {
	decisions, err := l.store.Decisions(l.Context(), doc.ID)
	require.NoError(t, err)
	return slices.DeleteFunc(decisions, func(x routing.Decision) bool {
		return x.AssignmentID != a.ID || x.Kind != kind || x.Status != routing.DecisionOpen
	})
}

// decision is one that is about the share, if there is any.
func (l *life) decision(t *rapid.T, doc routing.Document, a routing.Assignment, kind routing.DecisionKind) routing.ID {
	if asked := l.asked(t, doc, a, kind); len(asked) > 0 {
		return asked[0].ID
	}
	return a.ID
}

// ownDecision is the consent that the actor's unit is asked for, else another's.
func (l *life) ownDecision(t *rapid.T, by routing.Actor, doc routing.Document, a routing.Assignment) routing.ID {
	for _, x := range l.asked(t, doc, a, routing.Consent) {
		if x.OwnerUnitID == by.UnitID {
			return x.ID
		}
	}
	return l.decision(t, doc, a, routing.Consent)
}
