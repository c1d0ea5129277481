package routing

import (
	"maps"
	"slices"
)

// Act is something that happens to a document or an assignment. People's acts
// and the workflow's are named alike: each leaves one event of this kind.
type Act string

// What people do.
const (
	ActRegister    Act = "registered"   // vào sổ
	ActAttach      Act = "attached"     // đính kèm tệp
	ActDetach      Act = "detached"     // gỡ tệp đính kèm nhầm
	ActDirect      Act = "directed"     // bút phê, phân công
	ActAcknowledge Act = "acknowledged" // xác nhận đã nhận
	ActStart       Act = "started"      // bắt đầu xử lý
	ActProgress    Act = "progressed"   // cập nhật tiến độ
	ActReport      Act = "reported"     // báo cáo kết quả
	ActApprove     Act = "approved"     // duyệt
	ActSendBack    Act = "sent-back"    // trả lại báo cáo
	ActRecall      Act = "recalled"     // thu hồi

	ActPresent Act = "presented" // trình, phân phối
	ActFile    Act = "filed"     // lưu, không phải xử lý
	ActCancel  Act = "cancelled" // huỷ, giữ số
	ActNotify  Act = "notified"  // báo nơi gửi đã nhận

	ActReturn   Act = "returned"    // chuyển trả nơi giao
	ActInsist   Act = "insisted"    // giữ nguyên phân công
	ActAdd      Act = "added"       // thêm nơi nhận
	ActDrop     Act = "dropped"     // bỏ nơi nhận
	ActReroute  Act = "rerouted"    // chuyển nơi khác
	ActHandOver Act = "handed-over" // bàn giao
	ActVoid     Act = "voided"      // rút ý kiến chỉ đạo
	ActHold     Act = "held"        // tạm dừng
	ActResume   Act = "resumed"     // tiếp tục
	ActReopen   Act = "reopened"    // mở lại
	ActRemind   Act = "reminded"    // nhắc việc

	ActAskExtension    Act = "extension-asked"   // xin gia hạn
	ActExtend          Act = "extended"          // gia hạn
	ActRefuseExtension Act = "extension-refused" // không gia hạn
	ActSubmit          Act = "consent-asked"     // lấy ý kiến trước khi báo cáo
	ActWithdrawDraft   Act = "draft-withdrawn"   // rút dự thảo đang lấy ý kiến
	ActConsent         Act = "consented"         // đồng ý
	ActObject          Act = "objected"          // không đồng ý
	ActAnswerRecall    Act = "recall-answered"   // trả lời thu hồi
	ActPassDecision    Act = "decision-passed"   // chuyển việc phải quyết định cho đơn vị kế thừa
	ActChangeLadder    Act = "ladder-changed"    // đổi thang đôn đốc
)

// What the workflow does.
const (
	ActDispatch Act = "dispatched" // chuyển đến đơn vị
	ActRing     Act = "alarmed"    // đôn đốc
	ActClose    Act = "closed"     // tự kết thúc khi văn bản hoàn thành
	ActWithdraw Act = "withdrawn"  // rút phần việc

	ActConclude     Act = "concluded"      // hoàn thành, khi báo cáo của đơn vị chủ trì được duyệt
	ActCarry        Act = "carried"        // chuyển theo phần việc được bàn giao
	ActMove         Act = "moved"          // thời hạn đổi theo lịch làm việc
	ActSettleRecall Act = "recall-settled" // thu hồi xong
)

// documentMoves is the table of what may happen to a document, by state, and
// the state that follows.
var documentMoves = map[Act]map[DocumentStatus]DocumentStatus{
	ActPresent:  {Registered: Presented, Presented: Presented},
	ActDirect:   {Registered: Directed, Presented: Directed},
	ActFile:     {Registered: Concluded, Presented: Concluded},
	ActCancel:   {Registered: Cancelled, Presented: Cancelled},
	ActNotify:   {Registered: Registered, Presented: Presented, Directed: Directed, Concluded: Concluded},
	ActAttach:   {Registered: Registered, Presented: Presented, Directed: Directed},
	ActDetach:   {Registered: Registered, Presented: Presented}, // once somebody was directed by it, it stays
	ActConclude: {Directed: Concluded},                          // when the lead's report is approved
	ActRecall:   {Registered: Recalled, Presented: Recalled, Directed: Recalling, Concluded: Recalling},
	ActReopen:   {Concluded: Directed}, // one that was filed goes back to Registered: see Case.Reopen
	ActAdd:      {Directed: Directed},
	ActVoid:     {Directed: Directed}, // back to Presented or Registered, if no other direction is in force: see Case.Void
	ActHold:     {Registered: Registered, Presented: Presented, Directed: Directed},
	ActResume:   {Registered: Registered, Presented: Presented, Directed: Directed},
	ActMove:     {Registered: Registered, Presented: Presented, Directed: Directed, Recalling: Recalling},

	ActChangeLadder: {Registered: Registered, Presented: Presented, Directed: Directed, Recalling: Recalling},
	ActSettleRecall: {Recalling: Recalled},
}

// assignmentMoves is the table of what may happen to an assignment, by state,
// and the state that follows.
var assignmentMoves = map[Act]map[AssignmentStatus]AssignmentStatus{
	ActAcknowledge: {Sent: Received}, // an Inform share is Done at once: see NextStatus
	ActStart:       {Received: Working},
	ActProgress:    {Received: Working, Working: Working},
	ActDirect:      {Received: Working, Working: Working},
	ActReport:      {Received: Reported, Working: Reported},
	ActApprove:     {Reported: Done},
	ActSendBack:    {Reported: Working},
	ActClose:       allOpen(Done),
	ActWithdraw:    allOpen(Withdrawn),

	ActReturn:   {Sent: Returned, Received: Returned, Working: Returned},
	ActInsist:   {Returned: Sent}, // Received, if it was: see Next
	ActAdd:      {Received: Working, Working: Working},
	ActVoid:     unchanged(), // of the share out of which it was given
	ActDrop:     allOpen(Withdrawn),
	ActReroute:  allOpen(Withdrawn),
	ActHandOver: allOpen(HandedOver),
	ActReopen:   {Done: Working}, // Sent, if it was never received: see Next
	ActHold:     unchanged(),
	ActResume:   unchanged(),
	ActRemind:   {Sent: Sent, Received: Received, Working: Working, Consulting: Consulting}, // it is the holder's turn
	ActCarry:    unchanged(),
	ActMove:     unchanged(),

	ActAskExtension:    {Sent: Sent, Received: Received, Working: Working},
	ActExtend:          {Sent: Sent, Received: Received, Working: Working, Consulting: Consulting},
	ActRefuseExtension: {Sent: Sent, Received: Received, Working: Working, Consulting: Consulting},
	ActSubmit:          {Received: Consulting, Working: Consulting},
	ActConsent:         {Consulting: Consulting}, // Reported with the last consent: see Case.Consent
	ActWithdrawDraft:   {Consulting: Working},
	ActObject:          {Consulting: Consulting}, // Working, if it goes back to the start
	ActAnswerRecall:    {Done: Done, Withdrawn: Withdrawn, HandedOver: HandedOver},
	ActPassDecision:    everywhere(),
}

// openStates are those in which somebody still has to do something.
var openStates = []AssignmentStatus{Sent, Received, Working, Consulting, Reported, Returned}

func allOpen(next AssignmentStatus) map[AssignmentStatus]AssignmentStatus {
	moves := map[AssignmentStatus]AssignmentStatus{}
	for _, s := range openStates {
		moves[s] = next
	}
	return moves
}

func unchanged() map[AssignmentStatus]AssignmentStatus {
	moves := map[AssignmentStatus]AssignmentStatus{}
	for _, s := range openStates {
		moves[s] = s
	}
	return moves
}

// everywhere is unchanged for an act that happens to closed shares, too.
func everywhere() map[AssignmentStatus]AssignmentStatus {
	moves := unchanged()
	for _, s := range []AssignmentStatus{Done, Withdrawn, HandedOver} {
		moves[s] = s
	}
	return moves
}

// Next returns the document's state after the act, or ErrTransition with the
// present state if the table does not allow it.
func (s DocumentStatus) Next(act Act) (DocumentStatus, error) {
	next, ok := documentMoves[act][s]
	if !ok {
		return s, s.forbids()
	}
	return next, nil
}

func (s DocumentStatus) forbids() error {
	return ErrTransition.With("state", string(s)).Saying("Văn bản đang ở trạng thái “%s” nên không thực hiện được bước này.", s.Vietnamese())
}

// Next returns the assignment's state after the act, or ErrTransition with the
// present state. Coordinating units neither report nor hand on, and who is only
// informed has nothing to do but take note.
func (a Assignment) Next(act Act) (AssignmentStatus, error) {
	next, ok := assignmentMoves[act][a.Status]
	switch {
	case act == ActAcknowledge && a.Role == Inform && ok:
		return Done, nil
	case act == ActInsist && ok && !a.Receipt.At.IsZero():
		return Received, nil
	case act == ActReopen && ok && a.Role.Reports() && a.Receipt.At.IsZero():
		return Sent, nil
	case (act == ActReport || act == ActSubmit) && !a.Role.Reports():
		return a.Status, ErrTransition.With("state", string(a.Status)).Saying("Đơn vị phối hợp hoặc nhận để biết không báo cáo kết thúc; hãy cập nhật tiến độ.")
	case (act == ActDirect || act == ActAdd) && !a.Role.Reports():
		return a.Status, ErrTransition.With("state", string(a.Status)).Saying("Đơn vị phối hợp hoặc nhận để biết không giao việc tiếp; việc do đơn vị chủ trì phân công.")
	case !ok || a.Role == Inform && needsWork[act] || act == ActReopen && !a.Role.Reports():
		return a.Status, ErrTransition.With("state", string(a.Status)).Saying("Phần việc đang ở trạng thái “%s” nên không thực hiện được bước này.", a.Status.Vietnamese())
	}
	return next, nil
}

// From lists the states of an assignment in which the act may happen.
func (a Act) From() []AssignmentStatus {
	return slices.Sorted(maps.Keys(assignmentMoves[a]))
}

// FromDocument lists the states of a document in which the act may happen.
func (a Act) FromDocument() []DocumentStatus {
	return slices.Sorted(maps.Keys(documentMoves[a]))
}

// needsWork are the acts that nobody does on a share who is only informed.
var needsWork = map[Act]bool{ActAcknowledge: true, ActStart: true, ActProgress: true, ActApprove: true, ActSendBack: true,
	ActReopen: true, ActHold: true, ActAskExtension: true, ActExtend: true, ActSubmit: true}

// Vietnamese is the state as it stands on screen.
func (s DocumentStatus) Vietnamese() string {
	return map[DocumentStatus]string{
		Registered: "chờ trình", Presented: "chờ cho ý kiến", Directed: "đang xử lý", Concluded: "hoàn thành",
		Recalling: "đang thu hồi", Recalled: "đã thu hồi", Cancelled: "đã huỷ",
	}[s]
}

// Vietnamese is the state as it stands on screen.
func (s AssignmentStatus) Vietnamese() string {
	return map[AssignmentStatus]string{
		Sent: "chờ xác nhận", Received: "đã nhận", Working: "đang xử lý", Consulting: "đang lấy ý kiến", Reported: "chờ duyệt",
		Returned: "bị trả lại", Done: "hoàn thành", Withdrawn: "đã rút", HandedOver: "đã bàn giao",
	}[s]
}
