package lists

import (
	"slices"
	"strings"

	"congvan/desk"
	"congvan/postgres"
	"congvan/routing"
	"congvan/web/ui"
	"congvan/web/visit"
)

// tabs of an inbox, in the order in which a document passes through them.
var (
	heldTabs = []order{{"open", "Tất cả"}, {"sent", "Chờ vào sổ"}, {"assign", "Chờ phân công"}, {"working", "Đang xử lý"}, {"soon", "Sắp đến hạn"}, {"overdue", "Quá hạn"}}
	gaveTabs = []order{{"unconfirmed", "Chờ nơi nhận xác nhận"}, {"given-working", "Nơi nhận đang xử lý"}, {"judge", "Chờ duyệt"}, {"returned", "Bị trả lại"},
		{"given-soon", "Nơi nhận sắp đến hạn"}, {"given-overdue", "Nơi nhận quá hạn"}}
	topTabs = []order{{"unconfirmed", "Chờ xác nhận"}, {"given-working", "Đang xử lý"}, {"judge", "Chờ duyệt"}, {"returned", "Bị trả lại"},
		{"given-soon", "Sắp đến hạn"}, {"given-overdue", "Quá hạn"}}
)

// doable are the acts of each tab on many at once.
var doable = map[postgres.InboxView][]act{
	postgres.ViewSent:         {{Act: routing.ActAcknowledge, Title: "Xác nhận đã nhận"}},
	postgres.ViewOpen:         {{Act: routing.ActAcknowledge, Title: "Xác nhận đã nhận"}},
	postgres.ViewOverdue:      {{Act: routing.ActAcknowledge, Title: "Xác nhận đã nhận"}},
	postgres.ViewJudge:        {{Act: routing.ActApprove, Title: "Duyệt"}},
	postgres.ViewUnconfirmed:  {{Act: routing.ActRemind, Title: "Nhắc việc"}},
	postgres.ViewGivenWorking: {{Act: routing.ActRemind, Title: "Nhắc việc"}},
	postgres.ViewGivenSoon:    {{Act: routing.ActRemind, Title: "Nhắc việc"}},
	postgres.ViewGivenOverdue: {{Act: routing.ActRemind, Title: "Nhắc việc"}},
}

// empties say what to do where there is nothing.
var empties = map[postgres.InboxView]string{
	postgres.ViewOpen:         "Đơn vị không còn việc nào đang mở.",
	postgres.ViewSent:         "Không có văn bản nào chờ vào sổ. Văn bản cấp trên chuyển đến sẽ hiện ở đây.",
	postgres.ViewAssign:       "Không có văn bản nào chờ phân công.",
	postgres.ViewWorking:      "Không có việc nào đang xử lý.",
	postgres.ViewSoon:         "Không có việc nào đến hạn trong 24 giờ tới.",
	postgres.ViewOverdue:      "Không có việc nào quá hạn.",
	postgres.ViewUnconfirmed:  "Mọi nơi nhận đều đã xác nhận.",
	postgres.ViewReturned:     "Không có phần việc nào bị chuyển trả.",
	postgres.ViewJudge:        "Không có báo cáo nào chờ duyệt.",
	postgres.ViewGivenWorking: "Không có việc nào đang được nơi nhận xử lý.",
	postgres.ViewGivenSoon:    "Không có việc đã giao nào đến hạn trong 24 giờ tới.",
	postgres.ViewGivenOverdue: "Không có việc đã giao nào quá hạn.",
}

func inbox(v *visit.Visit) error {
	f := readFilter(v, "inbox")
	if f.View == postgres.ViewOpen && v.Actor.AboveID == "" && v.Query("view") == "" {
		f.View = postgres.ViewGivenWorking // the organ at the top holds nothing
	}
	m := view{filter: f, Title: "Việc của đơn vị", Empty: empties[f.View], Acts: doable[f.View], Now: v.Now(), HasMine: true}
	m.Given = slices.ContainsFunc(gaveTabs, func(o order) bool { return string(o.Sort) == string(f.View) })
	find, err := f.find(m.Now)
	if err != nil {
		return v.Again(err, func(fault *routing.Error, status int) error {
			m.Fault = fault
			return m.show(v, status)
		})
	}
	q := desk.InboxQuery{View: f.View, Mine: f.Mine, Find: find, Limit: pageSize + 1}
	readPlace(f.After, &q.After)
	entries, err := v.Desk().FindInbox(v.Context(), v.Actor, q)
	if err != nil {
		return err
	}
	if len(entries) > pageSize {
		entries = entries[:pageSize]
		last := entries[pageSize-1]
		m.Next = f.page(writePlace(desk.InboxPlace{Due: last.Due, Key: last.Key, ID: last.ID}))
	}
	units, err := v.Units()
	if err != nil {
		return err
	}
	for i, e := range entries {
		r := entryRow(e, m.Now, units, m.Given)
		r.Same = m.Given && i > 0 && m.Rows[i-1].Path == r.Path
		m.Rows = append(m.Rows, r)
	}
	if m.Given {
		m.Unit, m.Units = "Nơi nhận", below(units, v.Actor.UnitID)
	}
	waits, err := v.Desk().Waits(v.Context(), v.Actor)
	if err != nil {
		return err
	}
	m.Tabs = inboxTabs(f, waits, v.Actor.AboveID != "")
	if f.Mine || f.Narrowed() {
		m.Count, err = m.counted(v, len(entries), func() (int, error) { return v.Desk().CountInbox(v.Context(), v.Actor, q) })
	} else {
		m.Count = ui.Count(v.Context(), waits.Inbox[f.View])
	}
	if err != nil {
		return err
	}
	return m.show(v, 200)
}

// inboxTabs are the tabs that the unit can have something in. Of an officer the
// counts are of his own shares.
func inboxTabs(f filter, waits postgres.Waits, holds bool) (tabs []tab) {
	all := topTabs
	if holds {
		all = slices.Concat(heldTabs, gaveTabs)
	}
	for _, o := range all {
		view := postgres.InboxView(o.Sort)
		n := waits.Inbox[view]
		if holds && n == 0 && view != f.View && slices.Contains(gaveTabs, o) {
			continue // most wards give nothing
		}
		tabs = append(tabs, tab{Title: o.Title, Path: f.tab(view, ""), Count: n, Here: view == f.View, Loud: strings.HasSuffix(string(view), "overdue") && n > 0})
	}
	return tabs
}

// counted says how many there are in all: exactly on a last page, else as far as
// lists are counted. Words are not counted: who searches reads the first page.
func (m view) counted(v *visit.Visit, here int, count func() (int, error)) (string, error) {
	switch {
	case m.After != "" || m.Next != "" && m.Text != "":
		return "", nil
	case m.Next == "":
		return ui.Number(here), nil
	}
	n, err := count()
	return ui.Count(v.Context(), n), err
}

// below are the units right below one and those below these, by name.
func below(units map[routing.ID]postgres.Unit, top routing.ID) (out []postgres.Unit) {
	for _, u := range units {
		if u.ParentID == top || u.ParentID != "" && units[u.ParentID].ParentID == top {
			out = append(out, u)
		}
	}
	slices.SortFunc(out, func(a, b postgres.Unit) int { return strings.Compare(a.Name, b.Name) })
	return out
}
