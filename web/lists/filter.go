package lists

import (
	"encoding/base64"
	"encoding/json"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"congvan/calendar"
	"congvan/gate"
	"congvan/postgres"
	"congvan/routing"
	"congvan/web/visit"
	"time"
)

// filter is what the address of a list says.
type filter struct {
	List    string // inbox, documents
	View    postgres.InboxView
	Status  routing.DocumentStatus
	Year    int
	Mine    bool
	Text    string
	Issuer  string
	Type    string
	Field   string
	Urgency routing.Urgency
	From    string // as typed
	To      string
	Role    routing.Role
	UnitID  routing.ID
	Sort    postgres.Sort
	Columns []string
	After   string
}

// column is something that a list can show; what is not named here it always shows.
type column struct{ Name, Title string }

var columns = []column{{"arrived", "Ngày đến"}, {"issuer", "Cơ quan ban hành"}, {"code", "Số, ký hiệu"}, {"dated", "Ngày văn bản"}, {"type", "Tên loại"},
	{"role", "Vai trò"}, {"state", "Trạng thái"}, {"due", "Hạn"}}

// usual are the columns of who has chosen none.
var usual = []string{"issuer", "code", "role", "state", "due"}

// order is an order that a list offers.
type order struct {
	Sort  postgres.Sort
	Title string
}

var (
	inboxOrders = []order{{postgres.SortDue, "Đến hạn trước"}, {postgres.SortArrival, "Mới nhận trước"}, {postgres.SortUrgency, "Khẩn trước"},
		{postgres.SortNumber, "Số đến lớn trước"}, {postgres.SortIssuer, "Theo cơ quan ban hành"}}
	bookOrders = []order{{postgres.SortNumber, "Số đến mới nhất trước"}, {postgres.SortNumberUp, "Số đến cũ nhất trước"}, {postgres.SortArrival, "Mới đến trước"},
		{postgres.SortUrgency, "Khẩn trước"}, {postgres.SortIssuer, "Theo cơ quan ban hành"}}
)

// columnsCookie keeps which columns the reader chose.
const columnsCookie = "__Host-congvan-columns"

const columnsKept = 400 * 24 * time.Hour

// filterOf reads an address. What it does not know it leaves out: a link may be old.
func filterOf(list string, in url.Values) filter {
	get := func(name string) string {
		return strings.TrimSpace(strings.ToValidUTF8(strings.ReplaceAll(in.Get(name), "\x00", ""), ""))
	}
	f := filter{
		List: list, View: postgres.InboxView(get("view")), Status: routing.DocumentStatus(get("status")), Mine: get("mine") == "1", Text: clip(get("q")),
		Issuer: clip(get("issuer")), Type: clip(get("type")), Field: clip(get("field")), Urgency: routing.Urgency(get("urgency")), From: get("from"), To: get("to"),
		Role: routing.Role(get("role")), UnitID: routing.ID(get("unit")), Sort: postgres.Sort(get("sort")), After: get("after"),
	}
	f.Year, _ = strconv.Atoi(get("year"))
	orders := bookOrders
	if list == "inbox" {
		orders = inboxOrders
		if !f.View.Known() {
			f.View = postgres.ViewOpen
		}
	}
	if !slices.ContainsFunc(orders, func(o order) bool { return o.Sort == f.Sort }) {
		f.Sort = ""
	}
	if f.Year < 1900 || f.Year > 2999 {
		f.Year = 0
	}
	return f
}

// readFilter reads the address of a request, and the columns that its reader chose.
func readFilter(v *visit.Visit, list string) filter {
	in := v.R.URL.Query()
	f := filterOf(list, in)
	chosen := in["cols"]
	if len(chosen) > 0 {
		v.SetCookie(gate.Cookie(columnsCookie, strings.Join(known(chosen), "."), columnsKept))
	} else if kept := gate.CookieOf(v.R, columnsCookie); kept != "" {
		chosen = strings.Split(kept, ".")
	}
	if f.Columns = known(chosen); len(f.Columns) == 0 {
		f.Columns = usual
	}
	return f
}

func known(chosen []string) (out []string) {
	for _, c := range columns {
		if slices.Contains(chosen, c.Name) {
			out = append(out, c.Name)
		}
	}
	return out
}

// clip cuts what nobody types.
func clip(text string) string {
	if r := []rune(text); len(r) > 200 {
		return string(r[:200])
	}
	return text
}

// Shows says whether a column is shown.
func (f filter) Shows(name string) bool { return slices.Contains(f.Columns, name) }

// Narrowed says whether the list shows less than all of its tab.
func (f filter) Narrowed() bool {
	return f.Text != "" || f.Issuer != "" || f.Type != "" || f.Field != "" || f.Urgency != "" || f.From != "" || f.To != "" || f.Role != "" || f.UnitID != ""
}

// find is the filter as the desk takes it. What is no day is refused, by name.
func (f filter) find(now time.Time) (postgres.Find, error) {
	out := postgres.Find{Text: f.Text, Issuer: f.Issuer, TypeName: f.Type, Field: f.Field, Urgency: f.Urgency, Role: f.Role, Unit: f.UnitID, Sort: f.Sort}
	bad := map[string]string{}
	day := func(name, typed string) calendar.Date {
		text, ok := visit.ParseDay(typed, now)
		d, err := calendar.Parse(text)
		if typed != "" && (!ok || err != nil) {
			bad[name] = "ngày ghi theo dạng 05/02/2026"
		}
		return d
	}
	if d := day("fromDay", f.From); f.From != "" {
		out.From = d.Begins().UTC()
	}
	if d := day("toDay", f.To); f.To != "" {
		out.To = d.Plus(1).Begins().UTC()
	}
	if len(bad) > 0 {
		return postgres.Find{}, routing.ErrField.With("fields", bad)
	}
	return out, nil
}

// values are the filter as a query, without the place of the page and the columns.
func (f filter) values() url.Values {
	out := url.Values{}
	set := func(name, value string) {
		if value != "" {
			out.Set(name, value)
		}
	}
	if f.List == "inbox" {
		set("view", string(f.View))
	}
	set("status", string(f.Status))
	if f.Year > 0 {
		set("year", strconv.Itoa(f.Year))
	}
	if f.Mine {
		set("mine", "1")
	}
	set("q", f.Text)
	set("issuer", f.Issuer)
	set("type", f.Type)
	set("field", f.Field)
	set("urgency", string(f.Urgency))
	set("from", f.From)
	set("to", f.To)
	set("role", string(f.Role))
	set("unit", string(f.UnitID))
	set("sort", string(f.Sort))
	return out
}

// Query is the filter as it stands in an address.
func (f filter) Query() string { return f.values().Encode() }

// At is the address of the page that is shown.
func (f filter) At() string { return f.page(f.After) }

// page is the address of the list from a place on.
func (f filter) page(after string) string {
	q := f.values()
	if after != "" {
		q.Set("after", after)
	}
	return "/" + f.List + "?" + q.Encode()
}

// Tab is the address of another tab: of a list that is narrowed in the same way.
func (f filter) tab(view postgres.InboxView, status routing.DocumentStatus) string {
	f.View, f.Status, f.After = view, status, ""
	return f.page("")
}

// Bare is the address of the tab without what narrows it.
func (f filter) Bare() string {
	return filter{List: f.List, View: f.View, Status: f.Status, Year: f.Year, Mine: f.Mine}.page("")
}

// writePlace and readPlace make a place in a list a word of an address.
func writePlace(place any) string {
	text, _ := json.Marshal(place)
	return base64.RawURLEncoding.EncodeToString(text)
}

// readPlace begins the list anew if it is none.
func readPlace(word string, into any) {
	if text, err := base64.RawURLEncoding.DecodeString(word); err == nil {
		_ = json.Unmarshal(text, into)
	}
}

func itoa(n int) string { return strconv.Itoa(n) }

func numberOf(number, year int) string {
	if number == 0 {
		return ""
	}
	return strconv.Itoa(number) + "/" + strconv.Itoa(year)
}
