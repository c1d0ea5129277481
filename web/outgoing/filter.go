package outgoing

import (
	"net/url"
	"strconv"
	"strings"
	"time"

	"congvan/postgres"
	"congvan/routing"
	"congvan/web/visit"
)

// filter is what the address of the list says. What it does not know it leaves out:
// a link may be old.
type filter struct {
	Unit            routing.ID // whose book; empty: one's own
	Text, Type      string
	Signer, Drafter string
	From, To        string // as typed
	Year            int
	Status          routing.OutgoingStatus
	After           string
}

func readFilter(v *visit.Visit) filter {
	get := func(name string) string {
		text := []rune(strings.TrimSpace(strings.ToValidUTF8(strings.ReplaceAll(v.Query(name), "\x00", ""), "")))
		return string(text[:min(len(text), 200)])
	}
	f := filter{Unit: routing.ID(get("unit")), Text: get("q"), Type: get("type"), Signer: get("signer"), Drafter: get("drafter"), From: get("from"), To: get("to"),
		Status: routing.OutgoingStatus(get("status")), After: get("after")}
	if f.Year, _ = strconv.Atoi(get("year")); f.Year < 1900 || f.Year > 2999 {
		f.Year = 0
	}
	if f.Status != routing.OutgoingIssued && f.Status != routing.OutgoingCancelled {
		f.Status = ""
	}
	return f
}

// find is the filter as the desk takes it. What is no day is refused, by name.
func (f filter) find(now time.Time) (postgres.OutgoingFind, error) {
	out := postgres.OutgoingFind{Year: f.Year, Status: f.Status, Text: f.Text, TypeName: f.Type, Signer: f.Signer, Drafter: f.Drafter}
	wrong := map[string]string{}
	for name, day := range map[string]struct {
		typed string
		into  *string
	}{"fromDay": {f.From, &out.From}, "toDay": {f.To, &out.To}} {
		var ok bool
		if *day.into, ok = visit.ParseDay(day.typed, now); !ok {
			wrong[name] = visit.NoDay
		}
	}
	if len(wrong) > 0 {
		return out, routing.ErrField.With("fields", wrong)
	}
	return out, nil
}

// Narrowed says whether the list shows less than the whole book.
func (f filter) Narrowed() bool {
	f.Unit, f.After = "", ""
	return f != filter{}
}

// More says whether something narrows the list beside the words.
func (f filter) More() bool {
	f.Text = ""
	return f.Narrowed()
}

// page is the address of the list from a place on.
func (f filter) page(after postgres.OutgoingPlace) string {
	q := url.Values{}
	set := func(name, value string) {
		if value != "" {
			q.Set(name, value)
		}
	}
	set("unit", string(f.Unit))
	set("q", f.Text)
	set("type", f.Type)
	set("signer", f.Signer)
	set("drafter", f.Drafter)
	set("from", f.From)
	set("to", f.To)
	set("status", string(f.Status))
	if f.Year > 0 {
		set("year", strconv.Itoa(f.Year))
	}
	if after.Year > 0 {
		set("after", strconv.Itoa(after.Year)+"."+strconv.Itoa(after.Number))
	}
	if len(q) == 0 {
		return nav
	}
	return nav + "?" + q.Encode()
}

// bare is the address of the whole book.
func (f filter) bare() string { return filter{Unit: f.Unit}.page(postgres.OutgoingPlace{}) }

// place is the place that the address names; the list begins anew if it is none.
func (f filter) place() postgres.OutgoingPlace {
	year, number, _ := strings.Cut(f.After, ".")
	y, badYear := strconv.ParseInt(year, 10, 16)
	n, badNumber := strconv.ParseInt(number, 10, 32)
	if badYear != nil || badNumber != nil || y < 1 {
		return postgres.OutgoingPlace{}
	}
	return postgres.OutgoingPlace{Year: int(y), Number: int(n)}
}
