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
	ActDirect      Act = "directed"     // bút phê, phân công
	ActAcknowledge Act = "acknowledged" // xác nhận đã nhận
	ActStart       Act = "started"      // bắt đầu xử lý
	ActProgress    Act = "progressed"   // cập nhật tiến độ
	ActReport      Act = "reported"     // báo cáo kết quả
	ActApprove     Act = "approved"     // duyệt
	ActSendBack    Act = "sent-back"    // trả lại báo cáo
	ActRecall      Act = "recalled"     // thu hồi
)

// What the workflow does.
const (
	ActDispatch Act = "dispatched" // chuyển đến đơn vị
	ActRing     Act = "alarmed"    // đôn đốc
	ActClose    Act = "closed"     // tự kết thúc khi văn bản hoàn thành
	ActWithdraw Act = "withdrawn"  // rút phần việc khi văn bản bị thu hồi
)

// documentMoves is the table of what may happen to a document, by state, and
// the state that follows.
var documentMoves = map[Act]map[DocumentStatus]DocumentStatus{
	ActDirect:  {Registered: Directed},
	ActAttach:  {Registered: Registered, Directed: Directed},
	ActApprove: {Directed: Concluded}, // the lead's report
	ActRecall:  {Registered: Recalled, Directed: Recalled},
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
	ActClose:       {Sent: Done, Received: Done, Working: Done, Reported: Done},
	ActWithdraw:    {Sent: Withdrawn, Received: Withdrawn, Working: Withdrawn, Reported: Withdrawn},
}

// Next returns the document's state after the act, or ErrTransition with the
// present state if the table does not allow it.
func (s DocumentStatus) Next(act Act) (DocumentStatus, error) {
	next, ok := documentMoves[act][s]
	if !ok {
		return s, ErrTransition.With("state", string(s)).Saying("Văn bản đang ở trạng thái “%s” nên không thực hiện được bước này.", s.Vietnamese())
	}
	return next, nil
}

// Next returns the assignment's state after the act, or ErrTransition with the
// present state. Coordinating units neither report nor hand on, and who is only
// informed has nothing to do but take note.
func (a Assignment) Next(act Act) (AssignmentStatus, error) {
	next, ok := assignmentMoves[act][a.Status]
	switch {
	case act == ActAcknowledge && a.Role == Inform && ok:
		return Done, nil
	case act == ActReport && !a.Role.Reports():
		return a.Status, ErrTransition.With("state", string(a.Status)).Saying("Đơn vị phối hợp hoặc nhận để biết không báo cáo kết thúc; hãy cập nhật tiến độ.")
	case act == ActDirect && !a.Role.Reports():
		return a.Status, ErrTransition.With("state", string(a.Status)).Saying("Đơn vị phối hợp hoặc nhận để biết không giao việc tiếp; việc do đơn vị chủ trì phân công.")
	case !ok || a.Role == Inform && !act.automatic():
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

func (a Act) automatic() bool { return a == ActClose || a == ActWithdraw }

// Vietnamese is the state as it stands on screen.
func (s DocumentStatus) Vietnamese() string {
	return map[DocumentStatus]string{
		Registered: "chờ cho ý kiến", Directed: "đang xử lý", Concluded: "hoàn thành", Recalled: "đã thu hồi",
	}[s]
}

// Vietnamese is the state as it stands on screen.
func (s AssignmentStatus) Vietnamese() string {
	return map[AssignmentStatus]string{
		Sent: "chờ xác nhận", Received: "đã nhận", Working: "đang xử lý", Reported: "chờ duyệt",
		Done: "hoàn thành", Withdrawn: "đã rút",
	}[s]
}
