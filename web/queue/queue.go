// Package queue is "Chờ tôi quyết định": everything that waits for one leader, one
// thing after the other, decided without leaving the page.
package queue

import (
	"net/http"
	"slices"

	"congvan/desk"
	"congvan/postgres"
	"congvan/routing"
	"congvan/web/ui"
	"congvan/web/visit"
)

// Pages are the pages of this folder.
func Pages() []visit.Page {
	return []visit.Page{
		{Method: "GET", Path: "/queue", Handle: show},
		{Method: "POST", Path: "/queue/direct", Handle: directByTemplate},
		{Method: "POST", Path: "/queue/check", Handle: check},
		{Method: "POST", Path: "/queue/run", Handle: run},
		{Method: "GET", Path: "/queue/batches/{id}", Handle: showBatch},
		{Method: "POST", Path: "/queue/batches/{id}/undo", Handle: undo},
	}
}

// kind is one of the things that wait, as it is called.
type kind struct {
	Kind  postgres.QueueKind
	Title string
	Icon  string
	Count int
}

// kinds are all, in the order in which leaders think of them.
var kinds = []kind{
	{Kind: postgres.QueueDirect, Title: "Chờ cho ý kiến", Icon: "writing-sign"},
	{Kind: postgres.QueueAssign, Title: "Chờ phân công", Icon: "arrows-split-2"},
	{Kind: postgres.QueueApprove, Title: "Chờ duyệt", Icon: "clipboard-check"},
	{Kind: postgres.QueueExtension, Title: "Xin gia hạn", Icon: "calendar-plus"},
	{Kind: postgres.QueueConsent, Title: "Lấy ý kiến", Icon: "messages"},
	{Kind: postgres.QueueReturned, Title: "Bị trả lại", Icon: "arrow-back-up"},
	{Kind: postgres.QueueRecall, Title: "Trả lời thu hồi", Icon: "rotate-2"},
}

func kindOf(k postgres.QueueKind) kind {
	return kinds[slices.IndexFunc(kinds, func(x kind) bool { return x.Kind == k })]
}

// view is what the page shows.
type view struct {
	Kinds     []kind // that something waits in, with how much
	Kind      postgres.QueueKind
	All       int
	Entries   []postgres.QueueEntry
	At        int // of the entry that is shown; -1: none
	Detail    *detail
	List      bool               // a narrow screen shows the list
	Templates []routing.Template // for many at once
	Undo      string             // a batch that can be taken back
	Fault     *routing.Error
	Visitor   *visit.Visit
	Units     map[routing.ID]postgres.Unit
}

// itemKey names an entry in an address.
func itemKey(e postgres.QueueEntry) string { return string(e.Kind) + "." + string(e.ID) }

// address is the page with an entry shown, within the same kind.
func (v view) address(at int) string {
	path := "/queue"
	separator := "?"
	if v.Kind != "" {
		path, separator = path+"?kind="+string(v.Kind), "&"
	}
	if at >= 0 && at < len(v.Entries) {
		path += separator + "item=" + itemKey(v.Entries[at])
	}
	return path
}

// after is where to go when the entry that is shown is settled: the next one.
func (v view) after() string {
	if v.At+1 < len(v.Entries) {
		return v.address(v.At + 1)
	}
	return v.address(v.At - 1)
}

func show(v *visit.Visit) error { return showQueue(v, nil, http.StatusOK) }

func showQueue(v *visit.Visit, fault *routing.Error, status int) error {
	item := v.Query("item")
	if v.R.Method == http.MethodPost { // a form of ours, refused
		item = v.Value("item")
	}
	q, err := load(v, item)
	if err != nil {
		return err
	}
	q.Fault = fault
	return v.ShowAs(status, ui.Page{Title: "Chờ tôi quyết định", Nav: "/queue", Wide: true, Scripts: []string{"queue.page.js"}}, page(q))
}

// load reads the queue, and the one thing that is shown of it.
func load(v *visit.Visit, item string) (view, error) {
	all, err := v.Desk().Queue(v.Context(), v.Actor)
	if err != nil {
		return view{}, err
	}
	q := view{All: len(all), At: -1, List: v.Query("list") == "1", Visitor: v, Undo: v.Query("undo")}
	if q.Units, err = v.Units(); err != nil {
		return q, err
	}
	for _, k := range kinds {
		for _, e := range all {
			if e.Kind == k.Kind {
				k.Count++
			}
		}
		if k.Count > 0 {
			q.Kinds = append(q.Kinds, k)
		}
		if string(k.Kind) == v.Query("kind") && k.Count > 0 { // when a kind is done with, all others are shown
			q.Kind = k.Kind
		}
	}
	for _, e := range all {
		if q.Kind != "" && e.Kind != q.Kind {
			continue
		}
		if itemKey(e) == item {
			q.At = len(q.Entries)
		}
		q.Entries = append(q.Entries, e)
	}
	if len(q.Entries) > 0 {
		q.At = max(q.At, 0)
		if q.Detail, err = loadDetail(v, q); err != nil {
			return q, err
		}
	}
	if slices.ContainsFunc(q.Entries, func(e postgres.QueueEntry) bool { return e.Kind == postgres.QueueDirect }) {
		q.Templates, err = v.Desk().Templates(v.Context(), v.Actor)
	}
	return q, err
}

// directByTemplate gives the direction of a template on one document, as a batch
// of one: so it can be taken back for a while.
func directByTemplate(v *visit.Visit) error {
	req, err := v.Request()
	if err != nil {
		return err
	}
	b := desk.Batch{Act: routing.ActDirect, Template: routing.ID(v.Value("template")),
		Subjects: []desk.Subject{{ID: routing.ID(v.Value("document")), IfVersion: v.Number("version")}}}
	r, err := v.Desk().RunBatch(v.Context(), v.Actor, b, req)
	if err == nil && r.Done == 0 {
		err = &routing.Error{Fault: routing.Conflict, Code: r.Outcomes[0].Code, Message: r.Outcomes[0].Message}
	}
	if err != nil {
		return v.Again(err, func(fault *routing.Error, status int) error { return showQueue(v, fault, status) })
	}
	return v.Go(withUndo(v.Back(v.Value("back"), "/queue"), r.ID), string(routing.ActDirect))
}

// item names the entry that is shown.
func (v view) item() string {
	if v.At < 0 {
		return ""
	}
	return itemKey(v.Entries[v.At])
}

// has says whether something of a kind is in the list.
func (v view) has(k postgres.QueueKind) bool {
	return slices.ContainsFunc(v.Entries, func(e postgres.QueueEntry) bool { return e.Kind == k })
}

// batchable says whether things of a kind can be settled many at once.
func batchable(k postgres.QueueKind) bool {
	for _, b := range batchOf {
		if b == k {
			return true
		}
	}
	return false
}

// chipAddress is the list of a kind.
func (v view) chipAddress() string {
	path := v.address(-1)
	switch {
	case v.List && v.Kind != "":
		path += "&list=1"
	case v.List:
		path += "?list=1"
	}
	return path
}

// listAddress shows the list where there is no room for both.
func (v view) listAddress() string {
	v.List = true
	return v.chipAddress()
}
