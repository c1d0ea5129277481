// Package home is the first page: what waits for its reader, counted and grouped
// as people here think of their work. Each number leads to the list of that name.
package home

import (
	"time"

	"congvan/desk"
	"congvan/postgres"
	"congvan/routing"
	"congvan/web/ui"
	"congvan/web/visit"
)

// Pages are the pages of this folder.
func Pages() []visit.Page {
	return []visit.Page{{Method: "GET", Path: "/", Handle: show}}
}

// group is one number of the page.
type group struct {
	Title, Path, Icon string
	Count             int
	Loud              bool // wants to be seen before the others
}

// view is what the page shows.
type view struct {
	Groups  []group
	Next    []postgres.InboxEntry // the shares that fall due first
	Running []running             // for whom gives work and holds none: the documents that do
	Visitor *visit.Visit
}

// running is a document on its way, with all its recipients.
type running struct {
	routing.Document
	Strip []ui.StripCell
	Due   time.Time // the first of its open shares
}

// shown is how many shares, or documents, stand below the numbers.
const shown = 10

func show(v *visit.Visit) error {
	if v.Actor.Office == routing.Admin {
		return v.Show(ui.Page{Title: "Trang chủ", Nav: "/"}, administrator())
	}
	waits, err := v.Desk().Waits(v.Context(), v.Actor)
	if err != nil {
		return err
	}
	all := view{Groups: groupsOf(v.Actor, waits), Visitor: v}
	if v.Actor.AboveID == "" {
		all.Running, err = underWay(v)
	} else {
		all.Next, err = v.Desk().Inbox(v.Context(), v.Actor, postgres.ViewOpen, v.Actor.Office == routing.Officer, desk.Cursor{}, shown)
	}
	if err != nil {
		return err
	}
	return v.Show(ui.Page{Title: "Trang chủ", Nav: "/"}, page(all))
}

// underWay are the documents that are due first, each with its strip.
func underWay(v *visit.Visit) ([]running, error) {
	documents, err := v.Desk().DueFirst(v.Context(), v.Actor, shown)
	if err != nil {
		return nil, err
	}
	strips, err := v.Desk().Strips(v.Context(), v.Actor, documents)
	if err != nil {
		return nil, err
	}
	units, err := v.Units()
	if err != nil {
		return nil, err
	}
	out := make([]running, len(documents))
	for i, d := range documents {
		out[i] = running{Document: d, Strip: ui.StripOf(strips[d.ID], units, v.Now())}
		for _, a := range strips[d.ID] {
			if a.Open() && !a.Due.IsZero() && (out[i].Due.IsZero() || a.Due.Before(out[i].Due)) {
				out[i].Due = a.Due
			}
		}
	}
	return out, nil
}

// groupsOf are the numbers that an office looks at, in the order of its work.
func groupsOf(actor routing.Actor, w postgres.Waits) []group {
	inbox := func(title, icon string, view postgres.InboxView, loud bool) group {
		return group{title, "/inbox?view=" + string(view), icon, w.Inbox[view], loud}
	}
	leads := actor.Office == routing.Chairman || actor.Office == routing.Deputy || actor.Office == routing.Chief || actor.Office == routing.Head
	clerk := actor.Office == routing.Clerk
	var out []group
	if actor.AboveID != "" { // whoever gets documents from above takes them into his own book
		out = append(out, inbox("Chờ vào sổ", "inbox", postgres.ViewSent, true))
	}
	if clerk || leads {
		out = append(out, group{"Chờ trình", "/documents?status=registered", "file-arrow-right", w.Unopened, clerk})
		out = append(out, group{"Chờ cho ý kiến", "/documents?status=presented", "writing-sign", w.Undecided, leads})
	}
	if leads {
		out = append(out, inbox("Chờ phân công", "arrows-split-2", postgres.ViewAssign, true),
			inbox("Chờ duyệt", "clipboard-check", postgres.ViewJudge, true), group{"Chờ quyết định", "/queue", "gavel", w.Decisions, true})
	}
	working, soon, overdue := postgres.ViewWorking, postgres.ViewSoon, postgres.ViewOverdue
	if actor.AboveID == "" { // the organ at the top holds nothing: its work is what it gave
		working, soon, overdue = postgres.ViewGivenWorking, postgres.ViewGivenSoon, postgres.ViewGivenOverdue
	}
	out = append(out, inbox("Đang xử lý", "progress", working, false), inbox("Sắp đến hạn", "clock-exclamation", soon, true),
		inbox("Quá hạn", "alert-triangle", overdue, true))
	if clerk || leads {
		confirm := "Chờ nơi nhận xác nhận"
		if actor.AboveID == "" {
			confirm = "Chờ phường xác nhận"
		}
		out = append(out, inbox(confirm, "send", postgres.ViewUnconfirmed, false), inbox("Bị trả lại", "arrow-back-up", postgres.ViewReturned, true))
	}
	return out
}
