package document

import (
	"context"
	"fmt"
	"strings"
	"time"

	"congvan/postgres"
	"congvan/routing"
	"congvan/web/ui"
)

// happened are the sentences of the events: %[1]s is who did it, %[2]s whom it
// concerns. An event of the program itself has nobody who did it.
var happened = map[routing.Act]string{
	routing.ActRegister:        "%[1]s vào sổ văn bản",
	routing.ActAttach:          "%[1]s đính kèm tệp",
	routing.ActDetach:          "%[1]s gỡ tệp",
	routing.ActDirect:          "%[1]s cho ý kiến chỉ đạo",
	routing.ActAcknowledge:     "%[1]s xác nhận đã nhận",
	routing.ActStart:           "%[1]s bắt đầu xử lý",
	routing.ActProgress:        "%[1]s cập nhật tiến độ",
	routing.ActReport:          "%[1]s báo cáo kết quả",
	routing.ActApprove:         "%[1]s duyệt báo cáo của %[2]s",
	routing.ActSendBack:        "%[1]s trả lại báo cáo của %[2]s",
	routing.ActRecall:          "%[1]s thu hồi văn bản",
	routing.ActPresent:         "%[1]s trình văn bản",
	routing.ActFile:            "%[1]s lưu văn bản, không phải xử lý",
	routing.ActCancel:          "%[1]s huỷ văn bản, giữ số đến",
	routing.ActNotify:          "%[1]s báo nơi gửi đã nhận văn bản",
	routing.ActReturn:          "%[1]s chuyển trả phần việc",
	routing.ActInsist:          "%[1]s giữ nguyên phân công cho %[2]s",
	routing.ActAdd:             "%[1]s thêm nơi nhận",
	routing.ActDrop:            "%[1]s bỏ nơi nhận %[2]s",
	routing.ActReroute:         "%[1]s chuyển phần việc của %[2]s cho nơi khác",
	routing.ActHandOver:        "%[1]s bàn giao phần việc của %[2]s",
	routing.ActVoid:            "%[1]s rút ý kiến chỉ đạo",
	routing.ActHold:            "%[1]s tạm dừng: %[2]s",
	routing.ActResume:          "%[1]s cho tiếp tục: %[2]s",
	routing.ActReopen:          "%[1]s mở lại: %[2]s",
	routing.ActRemind:          "%[1]s nhắc %[2]s",
	routing.ActAskExtension:    "%[1]s xin gia hạn",
	routing.ActExtend:          "%[1]s gia hạn cho %[2]s",
	routing.ActRefuseExtension: "%[1]s không gia hạn cho %[2]s",
	routing.ActSubmit:          "%[1]s gửi dự thảo báo cáo lấy ý kiến",
	routing.ActWithdrawDraft:   "%[1]s rút dự thảo báo cáo",
	routing.ActConsent:         "%[1]s đồng ý với dự thảo báo cáo",
	routing.ActObject:          "%[1]s không đồng ý với dự thảo báo cáo",
	routing.ActAnswerRecall:    "%[1]s trả lời việc thu hồi",
	routing.ActPassDecision:    "%[1]s chuyển việc phải quyết định cho đơn vị kế thừa",
	routing.ActChangeLadder:    "%[1]s đổi thang đôn đốc",
	routing.ActDispatch:        "Đã chuyển đến %[2]s",
	routing.ActRing:            "Đã đôn đốc %[2]s",
	routing.ActClose:           "Phần việc của %[2]s kết thúc cùng văn bản",
	routing.ActWithdraw:        "Phần việc của %[2]s được rút",
	routing.ActConclude:        "Văn bản hoàn thành",
	routing.ActCarry:           "Phần việc của %[2]s đi theo việc bàn giao",
	routing.ActMove:            "Thời hạn của %[2]s đổi theo lịch làm việc",
	routing.ActSettleRecall:    "Thu hồi xong",
}

// byItself are those sentences where the program did it, or it followed from
// something else.
var byItself = map[routing.Act]string{
	routing.ActHold:   "Tạm dừng theo: %[2]s",
	routing.ActResume: "Tiếp tục: %[2]s",
	routing.ActReopen: "Mở lại: %[2]s",
	routing.ActNotify: "Đã gửi thư báo nơi gửi đã nhận văn bản",
	routing.ActReport: "Báo cáo của %[2]s được chuyển đến nơi giao việc",
}

// entry is one line of the history.
type entry struct {
	At    time.Time
	Kind  routing.Act
	Words string
	Facts []string // a number, a deadline, a file
	Said  string   // in the words of who did it
}

// Loud says whether an entry is one that people look for.
func (e entry) Loud() bool {
	switch e.Kind {
	case routing.ActDirect, routing.ActRecall, routing.ActConclude, routing.ActReturn, routing.ActRing:
		return true
	}
	return false
}

// words are the names that the history needs.
type words struct {
	units map[routing.ID]postgres.Unit
	shown map[routing.ID]postgres.Unit // as they were called on the document's day
}

func (w words) unit(ctx context.Context, id routing.ID) string {
	if u, ok := w.shown[id]; ok {
		return u.Name
	}
	if u, ok := w.units[id]; ok {
		return u.Name
	}
	return ui.T(ctx, "một đơn vị cũ")
}

// together is how far apart acts of the program may lie that are told in one line.
const together = 2 * time.Second

// history tells events, newest first. What the program did to many at once is one line.
func (w words) history(ctx context.Context, events []routing.Event) (out []entry) {
	for i := 0; i < len(events); {
		e, names := events[i], []string{w.concerns(ctx, events[i])}
		next := i + 1
		for ; next < len(events) && same(e, events[next]); next++ {
			names = append(names, w.concerns(ctx, events[next]))
		}
		out = append(out, w.entry(ctx, e, names))
		i = next
	}
	return out
}

// same says whether an event belongs in one line with the one after it.
func same(e, other routing.Event) bool {
	return e.ActorID == "" && other.ActorID == "" && e.Kind == other.Kind && e.AssignmentID != "" && other.AssignmentID != "" && e.At.Sub(other.At) < together
}

// concerns is whom an event concerns: a unit, or the document as a whole.
func (w words) concerns(ctx context.Context, e routing.Event) string {
	if e.AssignmentID == "" && e.Kind != routing.ActRing {
		return ui.T(ctx, "cả văn bản")
	}
	return w.unit(ctx, e.UnitID)
}

// namesShown is how many names one line has room for.
const namesShown = 4

func (w words) entry(ctx context.Context, e routing.Event, names []string) entry {
	sentence, ok := happened[e.Kind]
	if own, has := byItself[e.Kind]; has && e.ActorID == "" {
		sentence, ok = own, true
	}
	if !ok {
		sentence = "Có thay đổi: %[2]s"
	}
	whom := strings.Join(names, ", ")
	if len(names) > namesShown {
		whom = ui.T(ctx, "%d nơi: %s…", len(names), strings.Join(names[:namesShown], ", "))
	}
	out := entry{At: e.At, Kind: e.Kind, Words: ui.T(ctx, sentence), Said: said(e)}
	if strings.Contains(out.Words, "%[") {
		out.Words = fmt.Sprintf(out.Words, w.unit(ctx, e.ActorUnitID), whom)
	}
	out.Facts = w.facts(ctx, e, len(names) == 1)
	return out
}

// said are the words that whoever did it wrote.
func said(e routing.Event) string {
	for _, key := range []string{"reason", "note", "text", "basis", "how"} {
		if text := detail(e, key); text != "" {
			return text
		}
	}
	return ""
}

func detail(e routing.Event, key string) string {
	text, _ := e.Details[key].(string)
	return text
}

func instant(e routing.Event, key string) time.Time {
	t, err := time.Parse(time.RFC3339, detail(e, key))
	if err != nil {
		return time.Time{}
	}
	return t
}

// facts are what stands in an event beside its words.
func (w words) facts(ctx context.Context, e routing.Event, alone bool) (out []string) {
	add := func(sentence string, args ...any) { out = append(out, ui.T(ctx, sentence, args...)) }
	if e.Number > 0 {
		add("số đến %d/%d", e.Number, e.Year)
	}
	if name := detail(e, "name"); name != "" {
		out = append(out, name)
	}
	if to := detail(e, "toUnit"); to != "" {
		add("cho %s", w.unit(ctx, routing.ID(to)))
	}
	if role := routing.Role(detail(e, "role")); role != "" && alone {
		add(ui.RoleName(role))
	}
	if category := categoryOf(e); category != "" {
		add(category)
	}
	for _, x := range []struct{ key, sentence string }{{"due", "thời hạn %s"}, {"proposed", "đề nghị %s"}, {"to", "thời hạn mới %s"}} {
		if at := instant(e, x.key); !at.IsZero() && setsDue[e.Kind] && (alone || e.Kind != routing.ActDispatch) {
			add(x.sentence, ui.Moment(at))
		}
	}
	if agree, ok := e.Details["agree"].(bool); ok {
		add(map[bool]string{true: "trả lại văn bản", false: "không trả lại"}[agree])
	}
	if who := detail(e, "for"); who != "" {
		add("thay %s", who)
	}
	if late, _ := e.Details["late"].(bool); late {
		add("muộn")
	}
	return out
}

// setsDue are the acts whose deadline is news.
var setsDue = map[routing.Act]bool{routing.ActDispatch: true, routing.ActAskExtension: true, routing.ActExtend: true, routing.ActRefuseExtension: true,
	routing.ActReopen: true, routing.ActMove: true, routing.ActReroute: true}

func categoryOf(e routing.Event) string {
	switch e.Kind {
	case routing.ActHold:
		return routing.HoldCategory(detail(e, "category")).Vietnamese()
	case routing.ActCancel:
		return routing.CancelCategory(detail(e, "category")).Vietnamese()
	}
	return ""
}
