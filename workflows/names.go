package workflows

import (
	"fmt"

	"congvan/activities"
	"congvan/calendar"
	"congvan/routing"
)

// Names that stand in recorded histories and in Temporal's tables: they never change.
const (
	// TaskQueue is the one queue of this system.
	TaskQueue = "congvan"
	// TypeRouteDocument is the type of a document's workflow.
	TypeRouteDocument = "RouteDocument"
	// TypeMorningMail is the type of the workflow that writes a morning's mails.
	TypeMorningMail = "MorningMail"
	// TypeUpkeep is the type of the workflow that looks after the record at night.
	TypeUpkeep = "Upkeep"
	// SignalMilestones carries []routing.Milestone to a document's workflow.
	SignalMilestones = "milestones"
	// QuerySituation asks a document's workflow what it waits for; it answers
	// with a Situation.
	QuerySituation = "situation"
)

// WorkflowID names the workflow of a document. There is one, for ever.
func WorkflowID(document routing.ID) string { return "document/" + string(document) }

// alarmSummary says for people what a workflow sleeps for. It holds counts and
// an instant in Vietnamese time, nothing of the document.
func alarmSummary(o activities.Outlook) string {
	switch {
	case o.Status == "":
		return "Đang đọc hồ sơ; nếu chưa đọc được, tự thử lại"
	case o.Finished():
		return "Văn bản " + o.Status.Vietnamese()
	case o.NextAlarm.IsZero():
		return "Đã đôn đốc hết thang; vẫn chờ đơn vị thực hiện"
	}
	at := o.NextAlarm.In(calendar.Location).Format("15:04:05 02/01/2006")
	return fmt.Sprintf("Chờ %s; nếu chưa có, đôn đốc lúc %s", awaited(o), at)
}

func awaited(o activities.Outlook) string {
	switch o.Awaits {
	case routing.AwaitDirection:
		return "lãnh đạo cho ý kiến chỉ đạo"
	case routing.AwaitReceipt:
		return fmt.Sprintf("%d đơn vị xác nhận đã nhận", o.Holders)
	case routing.AwaitReport:
		return fmt.Sprintf("%d đơn vị báo cáo kết quả", o.Holders)
	case routing.AwaitNotice:
		return "văn thư báo nơi gửi đã nhận"
	case routing.AwaitPresenting:
		return "văn thư trình lãnh đạo"
	case routing.AwaitReturn:
		return fmt.Sprintf("%d đơn vị xử lý phần việc bị trả lại", o.Holders)
	case routing.AwaitDecision:
		return fmt.Sprintf("%d đơn vị quyết định", o.Holders)
	case routing.AwaitApproval:
		return fmt.Sprintf("%d đơn vị duyệt báo cáo", o.Holders)
	default:
		return "thay đổi"
	}
}
