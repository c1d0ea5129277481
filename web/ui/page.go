// Package ui is what all pages look alike in: the frame around them, and the
// parts that they are put together from. It knows how things are shown and
// nothing of requests.
package ui

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"strings"
	"time"

	"congvan/routing"
	"congvan/web/texts"

	"github.com/google/uuid"
)

// Page is what the frame needs to know of a page.
type Page struct {
	Title   string // in Vietnamese; the frame says it in the reader's language
	Nav     string // address of the entry of the menu that it belongs to
	Reader  Reader
	Done    string   // what was just done, a sentence; empty: nothing
	Wide    bool     // uses all of a wide screen
	Plain   bool     // without the menu: logging in, printing
	Scripts []string // assets beside app.js: "ward.page.js"
}

// leads says whether it is one of the leaders' pages, which have a style sheet of
// their own.
func (p Page) leads() bool {
	return strings.HasPrefix(p.Nav, "/oversight") || strings.HasPrefix(p.Nav, "/statistics")
}

// Reader is who reads a page.
type Reader struct {
	Known    bool // somebody is logged in
	Account  string
	Title    string // of the position
	Unit     string // name of the unit
	Office   routing.Office
	Ward     bool   // the unit has nothing below it and something above
	ActsFor  string // the position that he acts for; empty: his own
	Unread   int    // notices
	Language texts.Language
	Theme    string // light, dark; empty: as the machine
	At       string // address of the page, to come back to
	Now      time.Time
}

// Entry is one of the menu.
type Entry struct {
	Path, Title, Icon string
}

// Group is a part of the menu with a title of its own; empty: none.
type Group struct {
	Title   string
	Entries []Entry
}

// T is texts.T, for the pages.
func T(ctx context.Context, sentence string, args ...any) string {
	return texts.T(ctx, sentence, args...)
}

// NewKey names one sending of a form: sent twice, it is done once. It also says
// whose form it is, so that one that somebody opened is not sent by who came after
// him at the same machine: see [IsFor].
func NewKey(ctx context.Context) string {
	mark, _ := ctx.Value(readerKey{}).(string)
	return uuid.NewString() + markSign + mark
}

// IsFor says whether a key may be used by the reader of a context. Keys that are
// not of a page say nothing about it.
func IsFor(ctx context.Context, key string) bool {
	_, mark, marked := strings.Cut(key, markSign)
	reader, _ := ctx.Value(readerKey{}).(string)
	return !marked || mark == reader
}

// markSign stands in a key between what names it and whose it is; no UUID has it.
const markSign = "-r"

type readerKey struct{}

// ReadBy is a context of what somebody reads, himself or in the position of another.
func ReadBy(ctx context.Context, account, actingFor routing.ID) context.Context {
	sum := sha256.Sum256([]byte(string(account) + " for " + string(actingFor)))
	return context.WithValue(ctx, readerKey{}, hex.EncodeToString(sum[:6]))
}

// Menu is the menu of a reader: what his office has to do with.
func Menu(r Reader) []Group {
	is := func(offices ...routing.Office) bool {
		for _, o := range offices {
			if r.Office == o {
				return true
			}
		}
		return false
	}
	works := !is(routing.Admin, routing.Inspector)
	leads := r.Office.Leads()
	var groups []Group
	first := Group{Entries: []Entry{{"/", "Trang chủ", "home"}}}
	if leads {
		first.Entries = append(first.Entries, Entry{"/queue", "Chờ tôi quyết định", "writing-sign"})
	}
	if leads || is(routing.Clerk, routing.Inspector) {
		first.Entries = append(first.Entries, Entry{"/oversight", "Điều hành", "chart-bar"})
	}
	if r.Ward && works {
		first.Entries = append(first.Entries, Entry{"/ward", "Việc của phường", "building-community"})
	}
	if !is(routing.Admin) {
		first.Entries = append(first.Entries, Entry{"/search", "Tìm kiếm", "search"})
	}
	groups = append(groups, first)
	if !is(routing.Admin) {
		g := Group{Title: "Văn bản đến"}
		if is(routing.Clerk) {
			g.Entries = append(g.Entries, Entry{"/register", "Vào sổ", "pencil-plus"})
		}
		g.Entries = append(g.Entries, Entry{"/inbox", "Việc của đơn vị", "inbox"}, Entry{"/documents", "Sổ văn bản đến", "book-2"})
		out := Group{Title: "Văn bản đi"}
		if is(routing.Clerk) {
			out.Entries = append(out.Entries, Entry{"/outgoing/new", "Cấp số, phát hành", "send"})
		}
		out.Entries = append(out.Entries, Entry{"/outgoing", "Sổ văn bản đi", "book-upload"})
		told := Group{Title: "Báo cáo"}
		if leads || is(routing.Clerk, routing.Inspector) {
			told.Entries = append(told.Entries, Entry{"/statistics", "Báo cáo, thống kê", "report-analytics"})
		}
		told.Entries = append(told.Entries, Entry{"/statistics/monthly", "Kết quả tháng", "calendar-stats"}, Entry{"/data-out", "Dữ liệu ra", "database-export"})
		groups = append(groups, g, out, told)
	}
	work := Group{Title: "Tiện ích", Entries: []Entry{{"/notices", "Thông báo", "bell"}}}
	if works {
		work.Entries = append(work.Entries, Entry{"/mandates", "Uỷ quyền, vắng mặt", "user-share"})
	}
	if leads || is(routing.Clerk) {
		work.Entries = append(work.Entries, Entry{"/templates", "Mẫu chỉ đạo", "template"})
	}
	work.Entries = append(work.Entries, Entry{"/trail", "Nhật ký", "history"})
	groups = append(groups, work)
	if is(routing.Admin) {
		groups = append(groups, Group{Title: "Quản trị", Entries: []Entry{
			{"/admin/organisation", "Tổ chức", "sitemap"}, {"/admin/accounts", "Tài khoản", "users"}, {"/mandates", "Uỷ quyền, nhập thay", "user-share"}, {"/admin/books", "Sổ văn bản", "books"},
			{"/admin/ladders", "Thang đôn đốc", "stairs-up"}, {"/admin/calendar", "Lịch làm việc", "calendar-cog"}, {"/admin/webhooks", "Báo tin cho chương trình khác", "webhook"}, {"/admin/system", "Tình trạng hệ thống", "heart-rate-monitor"},
		}})
	}
	return append(groups, Group{Entries: []Entry{{"/account", "Tài khoản của tôi", "user-circle"}, {"/help", "Trợ giúp", "help"}}})
}
