package api

import (
	"maps"
	"slices"

	"congvan/routing"
)

// Bodies that pass the first gate.
const (
	whyBody  = `{"reason": "Một lý do đủ dài để ghi"}`
	toBody   = `{"recipients": [{"unit": "633f2786-c408-5380-96a9-e0b034c67afa", "role": "lead"}]}`
	tellBody = `{"text": "Rà soát", "process": "Các phường báo cáo", "result": "Báo cáo", "dueOn": "2026-12-10",
		"recipients": [{"unit": "633f2786-c408-5380-96a9-e0b034c67afa", "role": "lead"}]}`
	laterBody    = `{"dueOn": "2026-12-21", "reason": "Một lý do đủ dài để ghi"}`
	holdBody     = `{"category": "other", "reason": "Một lý do đủ dài để ghi"}`
	templateText = `{"name": "Mẫu thử", "text": "Rà soát", "process": "Báo cáo", "result": "Báo cáo", "recipients": [{"unit": "633f2786-c408-5380-96a9-e0b034c67afa", "role": "lead", "days": 5}]}`
	dayBody      = `{"source": "Thông báo", "changes": [{"day": "2020-01-01", "kind": "off", "reason": "Nghỉ"}]}`
	handBody     = `{"to": "633f2786-c408-5380-96a9-e0b034c67afa", "basis": "Một căn cứ đủ dài để ghi"}`
	registerBody = `{"issuer": "UBND Thành phố", "typeName": "Công văn", "subject": "V/v", "urgency": "normal", "secrecy": "none", "issuedOn": "2026-11-20"}`
	issueBody    = `{"codeNotation": "KH-UBND", "typeName": "Kế hoạch", "subject": "Thử", "signerTitle": "Chủ tịch", "drafter": "Văn phòng", "urgency": "normal", "secrecy": "none",
		"recipients": [{"class": "execute", "name": "UBND các phường"}]}`
	ladderText = `{"name": "Thử", "direction": "1d", "receipt": "-4h", "approval": "2d", "reason": "Theo quy chế làm việc mới",
		"rungs": [{"kind": "receipt", "step": 1, "when": "-1h", "tell": ["holder"]}]}`
)

// rules is a row for each route that needs an account: what its subject is, a
// request that would do, and who gets through by the policy.
var rules = func() map[string]rule {
	table := make(map[string]rule, len(routeRules))
	for _, r := range routeRules {
		table[r.route] = r.rule
	}
	maps.Copy(table, organisationRules)
	return table
}()

var routeRules = []struct {
	route string
	rule  rule
}{
	{"GET /documents", rule{want: lists}},
	{"POST /documents", rule{body: registerBody, want: by(routing.Actor.MayRegister)}},
	{"GET /documents/{id}", seen("")},
	{"POST /documents/{id}/attachments", rule{on: "document", query: "?name=b.pdf", body: string(pdf) + "%b", headers: []string{"Content-Type", "application/pdf"}, want: onDocument(routing.ActAttach)}},
	{"GET /documents/{id}/attachments/{sha256}", seen("")},
	{"POST /documents/{id}/attachments/{sha256}/remove", rule{on: "document", body: whyBody, want: onDocument(routing.ActDetach), last: true}},
	{"OPTIONS /uploads", rule{}},
	{"POST /uploads", rule{headers: []string{"Tus-Resumable", "1.0.0", "Upload-Length", "5", "Upload-Metadata", "filename YS5wZGY="}, want: by(routing.Actor.MayRegister)}},
	{"GET /uploads/{id}", rule{on: "upload"}}, // of another account: see TestUploadsAreTheirSendersAlone
	{"PATCH /uploads/{id}", rule{on: "upload", headers: []string{"Tus-Resumable", "1.0.0", "Upload-Offset", "0", "Content-Type", "application/offset+octet-stream"}}},
	{"DELETE /uploads/{id}", rule{on: "upload", headers: []string{"Tus-Resumable", "1.0.0"}}},
	{"POST /uploads/{id}/attach", rule{on: "upload", body: `{"documentId": "{document}"}`}},
	{"POST /documents/{id}/directions", rule{on: "document", body: tellBody, want: onDocument(routing.ActDirect)}},
	{"POST /documents/{id}/recall", rule{on: "document", body: whyBody, want: onWhole(routing.ActRecall)}},
	{"POST /documents/{id}/present", rule{on: "document", body: `{"to": "633f2786-c408-5380-96a9-e0b034c67afa"}`, want: onWhole(routing.ActPresent)}},
	{"GET /documents/{id}/presentable", rule{on: "document", want: onWhole(routing.ToSeeAll)}},
	{"POST /documents/{id}/notify", rule{on: "document", body: `{"how": "bằng điện thoại"}`, want: onWhole(routing.ActNotify)}},
	{"POST /documents/{id}/file", rule{on: "document", body: `{}`, want: onWhole(routing.ActFile)}},
	{"POST /documents/{id}/cancel", rule{on: "document", body: holdBody, want: onWhole(routing.ActCancel)}},
	{"POST /documents/{id}/hold", rule{on: "document", body: holdBody, want: onWhole(routing.ActHold)}},
	{"POST /documents/{id}/resume", rule{on: "document", want: onWhole(routing.ActResume)}},
	{"POST /documents/{id}/reopen", rule{on: "document", body: whyBody, want: onWhole(routing.ActReopen)}},
	{"POST /documents/{id}/ladder", rule{on: "document", body: `{"ladder": "normal", "reason": "Một lý do đủ dài để ghi"}`, want: onWhole(routing.ActChangeLadder)}},
	{"POST /documents/{id}/remind", seen("")},
	{"POST /documents/{id}/what-if", rule{on: "document", body: toBody, want: onDocument(routing.ActDirect)}},
	{"GET /documents/{id}/receipts/{assignment}", rule{on: "sent", want: seesShare}},
	{"GET /documents/{id}/ledger", seen("")},
	{"GET /documents/{id}/suggestions", seen("")},
	{"GET /documents/{id}/events", seen("")},
	{"GET /documents/{id}/alarms", seen("")},
	{"GET /documents/{id}/workflow", seen("")},
	{"GET /assignments", rule{want: lists}},
	{"GET /assignments/{id}", onShare("", seesShare)},
	{"POST /assignments/{id}/acknowledge", onShare("", doesShare(routing.ActAcknowledge))},
	{"POST /assignments/{id}/start", onShare("", doesShare(routing.ActStart))},
	{"POST /assignments/{id}/progress", onShare(`{"note": "đang làm"}`, doesShare(routing.ActProgress))},
	{"GET /assignments/{id}/enclosures", onShare("", seesShare)},
	{"POST /assignments/{id}/enclosures", rule{on: "assignment", query: "?name=b.pdf", body: string(pdf) + "%b", headers: []string{"Content-Type", "application/pdf"}, want: doesShare(routing.ActProgress)}},
	{"GET /assignments/{id}/enclosures/{sha256}", onShare("", func(*matrix, routing.Actor, *thing) int { return hidden })}, // there is none: see TestWhatLiesBesideAShare
	{"POST /assignments/{id}/report", behind(onShare(`{"text": "Đã xong"}`, doesShare(routing.ActReport)))},
	{"POST /assignments/{id}/approve", onShare("", doesShare(routing.ActApprove))},
	{"POST /assignments/{id}/send-back", onShare(whyBody, doesShare(routing.ActSendBack))},
	{"POST /assignments/{id}/directions", onShare(tellBody, doesShare(routing.ActDirect))},
	{"POST /assignments/{id}/what-if", onShare(toBody, doesShare(routing.ActDirect))},
	{"POST /assignments/{id}/return", onShare(whyBody, doesShare(routing.ActReturn))},
	{"POST /assignments/{id}/insist", onShare(whyBody, doesShare(routing.ActInsist))},
	{"POST /assignments/{id}/drop", onShare(whyBody, doesShare(routing.ActDrop))},
	{"POST /assignments/{id}/reroute", onShare(`{"unit": "633f2786-c408-5380-96a9-e0b034c67afa", "reason": "Một lý do đủ dài để ghi"}`, doesShare(routing.ActReroute))},
	{"POST /assignments/{id}/hand-over", onShare(`{"unit": "{unit}", "basis": "Một căn cứ đủ dài để ghi"}`, handsOver)},
	{"POST /assignments/{id}/hold", onShare(holdBody, doesShare(routing.ActHold))},
	{"POST /assignments/{id}/resume", onShare("", doesShare(routing.ActResume))},
	{"POST /assignments/{id}/reopen", onShare(laterBody, doesShare(routing.ActReopen))},
	{"POST /assignments/{id}/extension", onShare(laterBody, doesShare(routing.ActAskExtension))},
	{"POST /assignments/{id}/extend", onShare(laterBody, doesShare(routing.ActExtend))},
	{"GET /assignments/{id}/extensions", onShare("", readsShare)},
	{"POST /assignments/{id}/consent", onShare(`{"text": "xong", "stages": [{"rule": "all", "units": ["`+unit("tp")+`"]}]}`, doesShare(routing.ActSubmit))},
	{"POST /assignments/{id}/withdraw-draft", onShare("", doesShare(routing.ActWithdrawDraft))},
	{"GET /assignments/{id}/circuit", onShare("", func(*matrix, routing.Actor, *thing) int { return hidden })}, // none was begun
	{"POST /assignments/{id}/remind", onShare(`{}`, reminds)},
	{"POST /directions/{id}/recipients", rule{on: "direction", body: `{"text": "Cùng tham gia", "recipients": [{"unit": "633f2786-c408-5380-96a9-e0b034c67afa", "role": "inform"}]}`, want: onDirection(adds)}},
	{"POST /directions/{id}/withdraw", rule{on: "direction", body: whyBody, want: onDirection(voids), last: true}},
	{"GET /decisions", rule{query: "?view=mine", want: by(func(a routing.Actor) bool { return a.MayList() && a.SpeaksFor() })}},
	{"POST /decisions/{id}/decide", rule{on: "decision", body: `{"kind": "extension", "grant": true, "dueOn": "2026-11-27"}`, want: decides}},
	{"GET /delegations", rule{}},
	{"POST /delegations", rule{in: "position", body: `{"fromPosition": "{position}", "toPosition": "{clerk}", "basis": "", "from": "2026-11-23T00:00:00Z", "to": "2026-12-23T00:00:00Z"}`, want: delegates}},
	{"POST /delegations/{id}/revoke", rule{on: "delegation", want: revokes, last: true}},
	{"GET /absences", rule{in: "unit", query: "?unit={unit}&from=2026-11-23&to=2026-11-30", blind: true, unasked: true, want: func(*matrix, routing.Actor, *thing) int { return through }}},
	{"POST /absences", rule{in: "position", body: `{"position": "{position}", "from": "2020-11-24", "to": "2020-11-25", "reason": "Đi họp"}`, want: tellsAbsence}},
	{"POST /absences/{id}/end", rule{on: "absence", want: tellsAbsence, last: true, renew: tellAbsence}},
	{"POST /positions/{id}/on-paper", rule{on: "position", body: `{"onPaper": false}`, unasked: true, want: by(routing.Actor.MaySetOnPaper), last: true}},
	{"POST /positions/{id}/hand-over", rule{on: "position", body: `{"to": "{clerk}", "basis": "Một căn cứ đủ dài để ghi"}`, want: handsOverPosition, last: true}},
	{"POST /units/{id}/hand-over", rule{on: "unit", body: handBody, want: by(routing.Actor.MayHandOverAll), unasked: true, malformed: 422}},
	{"GET /alarms", rule{query: "?from=2026-11-23&to=2026-11-30", want: lists}},
	{"GET /lateness", rule{query: "?from=2026-11-23&to=2026-11-30", want: oversees}},
	{"GET /search", rule{query: "?q=van+ban&facets=true", want: lists}},
	{"GET /statistics", rule{}},
	{"GET /statistics/{code}", rule{in: "unit", query: "?from=2026-11-01&to=2026-11-30&book={unit}", unasked: true, want: reportsOn}},
	{"GET /statistics/{code}/export", rule{query: "?from=2026-11-01&to=2026-11-30", want: oversees}},
	{"GET /subscriptions", rule{}},
	{"POST /subscriptions", rule{body: `{"layout": "VBDEN07", "period": "last-month", "day": 5, "time": "08:00"}`, want: oversees}},
	{"POST /subscriptions/{id}/end", rule{on: "subscription", want: subscribed, last: true, renew: subscribe}},
	{"GET /oversight/stuck", rule{query: "?from=2026-11-23&to=2026-11-30", want: oversees}},
	{"GET /oversight/stuck/list", rule{query: "?kind=waiting&stage=work", want: oversees}},
	{"GET /oversight/forecast", rule{want: oversees}},
	{"GET /overdue", rule{}},
	{"GET /oversight", rule{want: oversees}},
	{"GET /oversight/assignments", rule{query: "?figure=late", want: oversees}},
	{"GET /oversight/units", rule{want: oversees}},
	{"GET /oversight/units/{id}", rule{elsewhere: "oversight_test.go: of units that one follows"}},
	{"GET /notices", rule{}},
	{"POST /notices/read", rule{body: `{"upTo": 0}`}},
	{"GET /notice-settings", rule{}},
	{"POST /notice-settings", rule{body: `{}`}},
	{"GET /trail", rule{in: "unit", query: "?unit={unit}&from=2026-11-01&to=2026-11-30", want: trailOf}},
	{"GET /trail/export", rule{in: "unit", query: "?unit={unit}&from=2026-11-01&to=2026-11-30", want: trailOf}},
	{"GET /exports/events", rule{query: "?from=2026-11-01&to=2026-11-30", want: func(_ *matrix, a routing.Actor, _ *thing) int { return or403(len(a.OverseenBooks()) > 0) }}},
	{"GET /units", rule{}},
	{"GET /officers", rule{}},
	{"GET /me", rule{}},
	{"GET /ladders", rule{}},
	{"GET /ladders/{code}/versions", rule{}},
	{"POST /ladders/{code}/versions", rule{body: ladderText, want: by(routing.Actor.MayChangeLadders)}},
	{"GET /calendar", rule{}},
	{"GET /calendar/versions", rule{}},
	{"POST /calendar/preview", rule{body: dayBody, want: by(routing.Actor.MayPreviewCalendar)}},
	{"POST /calendar/changes", rule{body: dayBody, want: by(routing.Actor.MayChangeCalendar)}},
	{"GET /outgoing", rule{in: "unit", query: "?unit={unit}", want: seesIssued}},
	{"POST /outgoing", rule{body: issueBody, want: by(routing.Actor.MayIssue)}},
	{"GET /outgoing/{id}", rule{on: "outgoing", want: seesIssued}},
	{"POST /outgoing/{id}/cancel", rule{on: "outgoing", body: whyBody, want: func(_ *matrix, a routing.Actor, x *thing) int {
		if !a.SeesIssued(x.unit) {
			return hidden
		}
		return or403(a.MayCancelIssued(x.unit))
	}}},
	{"GET /templates", rule{}},
	{"POST /templates", rule{body: templateText, want: by(routing.Actor.MayKeepTemplates)}},
	{"POST /templates/{id}", rule{on: "template", body: templateText, want: keepsTemplate}},
	{"POST /templates/{id}/archive", rule{on: "template", want: keepsTemplate}},
	{"GET /monthly-results", rule{}},
	{"POST /monthly-results", rule{body: `{"month": "2026-11"}`, want: by(func(a routing.Actor) bool { return a.PublishesFor() != "" })}},
	{"GET /monthly-results/{id}", rule{on: "results", want: onResults(func(routing.Actor, routing.ResultSheet, routing.ResultLine) int { return through })}},
	{"POST /monthly-results/{id}/objections", rule{on: "results", body: `{"line": "{line}", "text": "Một ý kiến đủ dài", "shares": []}`,
		want: onResults(func(a routing.Actor, _ routing.ResultSheet, l routing.ResultLine) int { return or403(a.MayObject(l)) })}},
	{"POST /monthly-results/{id}/answers", rule{on: "results", body: `{"objection": "{objection}", "text": "Một ý kiến đủ dài"}`,
		want: onResults(func(a routing.Actor, s routing.ResultSheet, l routing.ResultLine) int {
			return or403(a.MayAnswer(s.OrganID, l, routing.Objection{AccountID: l.AccountID}))
		})}},
	{"POST /batches", rule{in: "assignment", body: `{"act": "acknowledged", "subjects": [{"id": "{assignment}"}]}`, blind: true, unasked: true, malformed: 422, want: func(*matrix, routing.Actor, *thing) int { return through }}},
	{"POST /batches/check", rule{in: "assignment", body: `{"act": "acknowledged", "subjects": [{"id": "{assignment}"}]}`, blind: true, unasked: true, malformed: 422, want: func(*matrix, routing.Actor, *thing) int { return through }}},
	{"GET /batches/{id}", rule{on: "batch", want: ranBatch}},
	{"POST /batches/{id}/undo", rule{on: "batch", body: whyBody, want: ranBatch}},
	{"GET /sessions", rule{}},
	{"POST /sessions/others/end", rule{}},
	{"POST /sessions/{id}/end", rule{elsewhere: "login_test.go: everybody ends his own sessions"}},
	{"POST /accounts/{id}/end-sessions", rule{on: "account", want: looksAfter(through, through)}},
	{"POST /accounts/{id}/reset-second-factor", rule{on: "account", want: looksAfter(forbidden, hidden)}},
	{"POST /password", rule{elsewhere: "login_test.go: about the session that asks"}},
	{"GET /second-factor", rule{elsewhere: "login_test.go: about the session that asks"}},
	{"POST /second-factor", rule{elsewhere: "login_test.go: about the session that asks"}},
	{"POST /second-factor/confirm", rule{elsewhere: "login_test.go: about the session that asks"}},
	{"POST /second-factor/remove", rule{elsewhere: "login_test.go: about the session that asks"}},
	{"GET /events", rule{}},
}

// onResults is the policy on the line of an officer in a monthly sheet.
func onResults(may func(routing.Actor, routing.ResultSheet, routing.ResultLine) int) func(*matrix, routing.Actor, *thing) int {
	return func(m *matrix, a routing.Actor, x *thing) int {
		s := m.sheets[x.ids["results"]]
		if !a.SeesResult(s.OrganID, s.Lines[1]) {
			return hidden
		}
		return may(a, s, s.Lines[1])
	}
}

// trailOf is the policy on the trail of a unit.
func trailOf(m *matrix, a routing.Actor, x *thing) int {
	within := slices.Contains(a.Organ, x.unit) || a.Office == routing.Admin && x.name != "another district's"
	if _, may := a.TrailOfUnit(x.unit, within); !may {
		return hidden
	}
	return through
}

// behind puts a row behind the others.
func behind(r rule) rule { r.last = true; return r }

func by(may func(routing.Actor) bool) func(*matrix, routing.Actor, *thing) int {
	return func(_ *matrix, a routing.Actor, _ *thing) int { return or403(may(a)) }
}

func or403(may bool) int {
	if may {
		return through
	}
	return forbidden
}

// seesIssued is the policy on what a unit has issued.
func seesIssued(_ *matrix, a routing.Actor, x *thing) int {
	if !a.SeesIssued(x.unit) {
		return hidden
	}
	return through
}

var lists = by(routing.Actor.MayList)

// sees is the policy on whether a document exists for an actor.
func (m *matrix) sees(a routing.Actor, x *thing) bool {
	k := m.known[x.ids["document"]]
	return a.SeesWhole(k.Document) || len(routing.VisibleTo(a, k.Document, k.shares)) > 0 ||
		len(routing.Consults(a, k.Document, k.circuits, k.decisions)) > 0 || routing.Asks(a, k.decisions)
}

func seen(body string) rule {
	return rule{on: "document", body: body, want: func(m *matrix, a routing.Actor, x *thing) int {
		if !m.sees(a, x) {
			return hidden
		}
		return through
	}}
}

func onDocument(act routing.Act) func(*matrix, routing.Actor, *thing) int {
	return func(m *matrix, a routing.Actor, x *thing) int {
		if !m.sees(a, x) {
			return hidden
		}
		return or403(a.MayDoDocument(act, m.known[x.ids["document"]].Document))
	}
}

// onWhole is onDocument: who does not see the whole of it may do none of these.
var onWhole = onDocument

func onShare(body string, want func(*matrix, routing.Actor, *thing) int) rule {
	return rule{on: "assignment", body: body, want: want}
}

// shareOf finds the share if the actor sees it.
func (m *matrix) shareOf(a routing.Actor, x *thing) (share routing.Assignment, doc known, sees bool) {
	doc = m.known[x.ids["document"]]
	share, _ = doc.share(x.ids["assignment"])
	return share, doc, slices.ContainsFunc(routing.VisibleTo(a, doc.Document, doc.shares), func(y routing.Assignment) bool { return y.ID == share.ID })
}

func seesShare(m *matrix, a routing.Actor, x *thing) int {
	if _, _, sees := m.shareOf(a, x); !sees {
		return hidden
	}
	return through
}

func readsShare(m *matrix, a routing.Actor, x *thing) int { return seesShare(m, a, x) }

func doesShare(act routing.Act) func(*matrix, routing.Actor, *thing) int {
	return func(m *matrix, a routing.Actor, x *thing) int {
		share, _, sees := m.shareOf(a, x)
		if !sees {
			return hidden
		}
		return or403(a.MayDo(act, share))
	}
}

func handsOver(m *matrix, a routing.Actor, x *thing) int {
	share, _, sees := m.shareOf(a, x)
	if !sees && !a.MayHandOverAll() {
		return hidden
	}
	return or403(a.MayHandOver(share))
}

func reminds(m *matrix, a routing.Actor, x *thing) int {
	share, doc, sees := m.shareOf(a, x)
	if !sees {
		return hidden
	}
	return or403(a.MayRemind(doc.Document, share))
}

func onDirection(may func(m *matrix, a routing.Actor, x *thing, k known) bool) func(*matrix, routing.Actor, *thing) int {
	return func(m *matrix, a routing.Actor, x *thing) int {
		k := m.known[x.ids["document"]]
		if a.UnitID != x.unit && len(routing.VisibleTo(a, k.Document, k.shares)) == 0 || a.Office == routing.Admin {
			return hidden
		}
		return or403(may(m, a, x, k))
	}
}

func adds(_ *matrix, a routing.Actor, _ *thing, k known) bool {
	return a.MayDoDocument(routing.ActAdd, k.Document)
}

func voids(m *matrix, a routing.Actor, x *thing, _ known) bool {
	return a.MayVoid(x.unit, m.actors[x.ids["leader"]])
}

// decides: the leaders of the giver decide on more time; who neither has to do
// with the asking nor sees the share knows of none.
func decides(m *matrix, a routing.Actor, x *thing) int {
	share, _, sees := m.shareOf(a, x)
	if !sees {
		return hidden
	}
	return or403(a.MayDo(routing.ActRefuseExtension, share))
}

func (m *matrix) post(x *thing) routing.Post {
	return routing.Post{Actor: m.actors[x.ids["leader"]]}
}

func delegates(m *matrix, a routing.Actor, x *thing) int { return or403(a.MayDelegate(m.post(x))) }

func revokes(m *matrix, a routing.Actor, x *thing) int {
	switch {
	case a.MayDelegate(m.post(x)):
		return through
	case string(a.PositionID) == x.ids["clerk"]:
		return forbidden
	}
	return hidden
}

func tellsAbsence(m *matrix, a routing.Actor, x *thing) int {
	return or403(a.MayTellAbsence(m.post(x)))
}

func tellAbsence(m *matrix, x *thing) {
	x.ids["absence"] = m.expect(201, x.ids["leader"], "POST", "/absences",
		object{"position": x.ids["position"], "from": "2026-11-24", "to": "2026-11-25", "reason": "Đi họp"}).id("id")
}

// looksAfter: an account is its own, or its administrator's, to deal with.
func looksAfter(own, admin int) func(*matrix, routing.Actor, *thing) int {
	return func(m *matrix, a routing.Actor, x *thing) int {
		switch {
		case x.ids["account"] == string(a.AccountID):
			return own
		case a.MayAdminister(x.name != "another district's"):
			return admin // hidden where there is nothing to reset
		}
		return hidden
	}
}

func handsOverPosition(m *matrix, a routing.Actor, x *thing) int {
	of := m.actors[x.ids["leader"]]
	return or403(a.MayHandOver(routing.Assignment{UnitID: of.UnitID, PositionID: of.PositionID, GiverUnitID: of.UnitID}))
}

func oversees(_ *matrix, a routing.Actor, _ *thing) int {
	return or403(a.Oversees(a.UnitID) || a.Office == routing.Chief && a.Oversees(a.AboveID))
}

// reportsOn: of a unit that one does not oversee there are no reports, whether it is there or not.
func reportsOn(_ *matrix, a routing.Actor, x *thing) int {
	return or403(a.Oversees(routing.ID(x.ids["unit"])))
}

func subscribed(m *matrix, a routing.Actor, x *thing) int {
	if a.AccountID != m.actors[x.ids["leader"]].AccountID {
		return hidden
	}
	return through
}

func subscribe(m *matrix, x *thing) {
	x.ids["subscription"] = m.expect(201, x.ids["leader"], "POST", "/subscriptions", object{"layout": "VBDEN01", "period": "last-week", "day": 1, "time": "08:00"}).id("id")
}

func keepsTemplate(_ *matrix, a routing.Actor, x *thing) int {
	if a.UnitID != x.unit {
		return hidden
	}
	return or403(a.MayKeepTemplates())
}

func ranBatch(m *matrix, a routing.Actor, x *thing) int {
	if a.AccountID != m.actors[x.ids["leader"]].AccountID {
		return hidden
	}
	return through
}
