// Package notices is what the reader's position was told, and what of it is read.
package notices

import (
	"context"
	"strconv"

	"congvan/postgres"
	"congvan/routing"
	"congvan/web/ui"
	"congvan/web/visit"
)

// Pages are the pages of this folder.
func Pages() []visit.Page {
	return []visit.Page{
		{Method: "GET", Path: "/notices", Handle: show},
		{Method: "POST", Path: "/notices", Handle: read},
	}
}

const pageSize = 50

type notice struct {
	postgres.Notice
	Unit, By string
}

type view struct {
	Notices []notice
	Newest  int64 // of those that are shown; 0: none
	Unread  int
	Before  string
	Next    string
	MayRead bool
}

func show(v *visit.Visit) error {
	before, _ := strconv.ParseInt(v.Query("before"), 10, 64)
	list, err := v.Desk().Notices(v.Context(), v.Actor, max(0, before), pageSize+1)
	if err != nil {
		return err
	}
	units, err := v.Units()
	if err != nil {
		return err
	}
	m := view{MayRead: v.Actor.Mandate.Kind == ""}
	if before > 0 {
		m.Before = strconv.FormatInt(before, 10)
	}
	if len(list) > pageSize {
		list = list[:pageSize]
		m.Next = "/notices?before=" + strconv.FormatInt(list[pageSize-1].ID, 10)
	}
	for _, n := range list {
		m.Notices = append(m.Notices, notice{n, units[n.UnitID].Name, units[n.By].Name})
		m.Newest = max(m.Newest, n.ID)
	}
	if m.Unread, err = v.Desk().UnreadNotices(v.Context(), v.Actor); err != nil {
		return err
	}
	return v.Show(ui.Page{Title: "Thông báo", Nav: "/notices"}, page(m))
}

// read marks as read what was shown; what came since stays unread.
func read(v *visit.Visit) error {
	if err := v.Form(); err != nil {
		return err
	}
	upTo, err := strconv.ParseInt(v.Value("upTo"), 10, 64)
	if err != nil || upTo < 1 {
		return routing.ErrField.With("fields", map[string]string{"upTo": "hãy mở lại trang thông báo"})
	}
	if err := v.Desk().ReadNotices(v.Context(), v.Actor, upTo); err != nil {
		return err
	}
	return v.Go("/notices", "")
}

// alarms are what rings, by what is awaited.
var alarms = map[routing.DeadlineKind]string{
	routing.AwaitDirection: "chờ ý kiến chỉ đạo", routing.AwaitReceipt: "chờ xác nhận đã nhận", routing.AwaitReport: "chờ báo cáo kết quả", routing.AwaitApproval: "chờ duyệt báo cáo",
	routing.AwaitNotice: "chờ báo nơi gửi đã nhận", routing.AwaitPresenting: "chờ trình lãnh đạo", routing.AwaitReturn: "chờ trả lời việc chuyển trả", routing.AwaitDecision: "chờ quyết định",
}

// Title says what happened, in a few words.
func (n notice) Title(ctx context.Context) string {
	if what, known := alarms[n.Kind]; known {
		return ui.T(ctx, "Đôn đốc: %s", ui.T(ctx, what))
	}
	return ui.T(ctx, ui.ActName(string(n.Kind)))
}

// Document is what the document is called.
func (n notice) Document() string {
	return routing.Document{Number: n.Number, BookYear: n.BookYear}.Title()
}
