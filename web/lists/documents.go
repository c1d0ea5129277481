package lists

import (
	"congvan/calendar"
	"congvan/desk"
	"congvan/postgres"
	"congvan/routing"
	"congvan/web/ui"
	"congvan/web/visit"
)

// statuses are the tabs of the book.
var statuses = []struct {
	Status routing.DocumentStatus
	Title  string
}{
	{"", "Tất cả"}, {routing.Registered, "Chờ trình"}, {routing.Presented, "Chờ cho ý kiến"}, {routing.Directed, "Đang xử lý"}, {routing.Concluded, "Đã hoàn thành"},
	{routing.Recalling, "Đang thu hồi"}, {routing.Recalled, "Đã thu hồi"}, {routing.Cancelled, "Đã huỷ"},
}

func documents(v *visit.Visit) error {
	f := readFilter(v, "documents")
	year, _, _ := calendar.DateOf(v.Now()).Civil()
	m := view{filter: f, Title: "Sổ văn bản đến", Now: v.Now(), Unit: "Đã giao cho", Print: v.Actor.SpeaksFor(), Years: []int{year, year - 1, year - 2, year - 3, year - 4}}
	m.Empty = "Sổ chưa có văn bản nào. Văn thư vào sổ văn bản đến thì số đến hiện ở đây."
	if f.Status != "" {
		m.Empty = "Không có văn bản nào ở trạng thái này."
	}
	find, err := f.find(m.Now)
	if err != nil {
		return v.Again(err, func(fault *routing.Error, status int) error {
			m.Fault = fault
			return m.show(v, status)
		})
	}
	units, err := v.Units()
	if err != nil {
		return err
	}
	m.Units = below(units, v.Actor.UnitID)
	q := desk.BookQuery{Status: f.Status, Year: f.Year, Find: find, Limit: pageSize + 1}
	readPlace(f.After, &q.After)
	lines, err := v.Desk().FindBook(v.Context(), v.Actor, q)
	if err != nil {
		return err
	}
	if len(lines) > pageSize {
		lines = lines[:pageSize]
		m.Next = f.page(writePlace(lines[pageSize-1].Place))
	}
	strips, err := stripsOf(v, lines)
	if err != nil {
		return err
	}
	for _, l := range lines {
		r := lineRow(l, m.Now)
		r.Strip = ui.StripOf(strips[l.Document.ID], units, m.Now)
		m.Rows = append(m.Rows, r)
	}
	if m.Count, err = m.counted(v, len(lines), func() (int, error) { return v.Desk().CountBook(v.Context(), v.Actor, q) }); err != nil {
		return err
	}
	if m.Acts, err = directions(v, f.Status); err != nil {
		return err
	}
	waits, err := v.Desk().Waits(v.Context(), v.Actor)
	if err != nil {
		return err
	}
	m.Tabs = bookTabs(f, waits)
	return m.show(v, 200)
}

// stripsOf are the recipients of the documents that the unit registered itself and
// that are on their way, by document.
func stripsOf(v *visit.Visit, lines []postgres.BookLine) (map[routing.ID][]routing.Assignment, error) {
	var own []routing.Document
	for _, l := range lines {
		if l.Share.ID == "" && l.Document.Status == routing.Directed {
			own = append(own, l.Document)
		}
	}
	return v.Desk().Strips(v.Context(), v.Actor, own)
}

// directions are offered where there is something to direct, to who directs.
func directions(v *visit.Visit, status routing.DocumentStatus) ([]act, error) {
	if status != routing.Registered && status != routing.Presented || !v.Actor.MayDirect(routing.Document{UnitID: v.Actor.UnitID, Status: status, PresentedTo: v.Actor.PositionID}) {
		return nil, nil
	}
	templates, err := v.Desk().Templates(v.Context(), v.Actor)
	if err != nil || len(templates) == 0 {
		return nil, err
	}
	return []act{{Act: routing.ActDirect, Title: "Chỉ đạo theo mẫu", Templates: templates}}, nil
}

func bookTabs(f filter, waits postgres.Waits) (tabs []tab) {
	for _, s := range statuses {
		t := tab{Title: s.Title, Path: f.tab("", s.Status), Count: -1, Here: s.Status == f.Status}
		switch s.Status {
		case routing.Registered:
			t.Count = waits.Unopened
		case routing.Presented:
			t.Count = waits.Undecided
		}
		tabs = append(tabs, t)
	}
	return tabs
}

// show answers with the list.
func (m view) show(v *visit.Visit, status int) (err error) {
	if m.Kept, err = v.Desk().SavedFilters(v.Context(), v.Actor, m.List); err != nil {
		return err
	}
	m.Key = ui.NewKey(v.Context())
	return v.ShowAs(status, ui.Page{Title: m.Title, Nav: "/" + m.List, Wide: true, Scripts: []string{"lists.page.js"}}, page(m))
}

// save keeps a filter under a name.
func save(v *visit.Visit) error {
	if err := v.Form(); err != nil {
		return err
	}
	kept := postgres.SavedFilter{List: v.Value("list"), Name: v.Value("name"), Query: v.Value("query")}
	if kept.List != "documents" && kept.List != "search" {
		kept.List = "inbox"
	}
	back := "/" + kept.List + "?" + kept.Query
	if err := v.Desk().SaveFilter(v.Context(), v.Actor, kept); err != nil {
		return v.Again(err, func(fault *routing.Error, status int) error {
			return v.ShowAs(status, ui.Page{Title: "Lưu bộ lọc", Nav: "/" + kept.List}, keepForm(kept, v.Back(back, "/"+kept.List), fault))
		})
	}
	return v.Go(v.Back(back, "/"+kept.List), "saved")
}

func forget(v *visit.Visit) error {
	if err := v.Form(); err != nil {
		return err
	}
	if err := v.Desk().DropFilter(v.Context(), v.Actor, v.ID("id")); err != nil {
		return err
	}
	return v.Go(v.Back(v.Value("back"), "/inbox"), "saved")
}
