package admin

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"congvan/postgres"
	"congvan/routing"
	"congvan/web/inputs"
	"congvan/web/ui"
	"congvan/web/visit"
)

const navLadders = "/admin/ladders"

// term is one of the default deadlines of a ladder; a ladder may be without some.
type ladderTerm struct {
	Field, Name string
	Span        *routing.Span
	Needed      bool
}

// termsOf are the default deadlines of a ladder in the order of the work.
func termsOf(l *routing.Ladder) []ladderTerm {
	return []ladderTerm{
		{"registering", "Vào sổ", l.Registering, false}, {"notice", "Báo nơi gửi đã nhận", l.Notice, false}, {"presenting", "Trình", l.Presenting, false},
		{"direction", "Cho ý kiến chỉ đạo", &l.Direction, true}, {"receipt", "Xác nhận đã nhận", &l.Receipt, true}, {"approval", "Duyệt báo cáo", &l.Approval, true},
		{"return", "Trả lời chuyển trả", l.Return, false}, {"decision", "Quyết định việc được hỏi", l.Decision, false},
	}
}

func showLadders(v *visit.Visit) error {
	list, err := v.Desk().Ladders(v.Context())
	if err != nil {
		return err
	}
	slices.SortStableFunc(list, func(a, b postgres.LadderVersion) int { return ladderRank(a.Code) - ladderRank(b.Code) })
	return v.Show(ui.Page{Title: "Thang đôn đốc", Nav: navLadders}, ladders(list, v.Actor.MayChangeLadders()))
}

// ladderRank is the order in which ladders are read: by urgency, then the house's
// own, that for showing last.
func ladderRank(code string) int {
	if code == routing.DemoLadder {
		return 99
	}
	if i := slices.Index([]string{string(routing.Normal), string(routing.Urgent), string(routing.VeryUrgent), string(routing.Express)}, code); i >= 0 {
		return i
	}
	return 50
}

func showLadder(v *visit.Visit) error {
	versions, err := v.Desk().LadderVersions(v.Context(), v.Var("code"))
	if err != nil {
		return err
	}
	return v.Show(ui.Page{Title: "Thang đôn đốc", Nav: navLadders}, ladderVersions(versions, v.Actor.MayChangeLadders()))
}

// spareRungs are the empty rows at the end of the form.
const spareRungs = 4

// ladderForm is the form of a new version; rows are how many rungs it has room for.
type ladderForm struct {
	inputs.Form
	Code    string // empty: a new ladder
	Version int
	Rows    int
}

func showLadderForm(v *visit.Visit, status int, f ladderForm) error {
	if !v.Actor.MayChangeLadders() {
		return routing.ErrNotAllowed
	}
	return v.ShowAs(status, ui.Page{Title: "Thang đôn đốc", Nav: navLadders, Wide: true}, ladderEdit(f))
}

func showNewLadder(v *visit.Visit) error {
	l := routing.Ladder{Direction: routing.Span{Days: 1}, Approval: routing.Span{Days: 1}}
	if list, err := v.Desk().Ladders(v.Context()); err != nil {
		return err
	} else if i := strings.TrimSpace(v.Query("like")); i != "" {
		for _, x := range list {
			if x.Code == i {
				l = x.Ladder
			}
		}
	}
	f := formOfLadder(l)
	return showLadderForm(v, 200, ladderForm{Form: f, Rows: len(l.Rungs) + spareRungs})
}

func showChangeLadder(v *visit.Visit) error {
	versions, err := v.Desk().LadderVersions(v.Context(), v.Var("code"))
	if err != nil {
		return err
	}
	newest := versions[0]
	return showLadderForm(v, 200, ladderForm{formOfLadder(newest.Ladder), newest.Code, newest.Version, len(newest.Rungs) + spareRungs})
}

// formOfLadder is what stands in the form of a ladder.
func formOfLadder(l routing.Ladder) inputs.Form {
	pairs := []string{"name", l.Name}
	for _, t := range termsOf(&l) {
		if t.Span != nil {
			amount, m := splitSpan(*t.Span)
			pairs = append(pairs, t.Field, strconv.Itoa(amount), t.Field+".in", m.code)
		}
	}
	row := 0
	for _, kind := range kinds {
		for _, r := range l.Rungs {
			if r.Kind != kind {
				continue
			}
			at := "rungs." + strconv.Itoa(row)
			amount, m := splitSpan(r.When)
			side := "after"
			if amount < 0 {
				amount, side = -amount, "before"
			}
			pairs = append(pairs, at, string(kind), at+".amount", strconv.Itoa(amount), at+".in", m.code, at+".side", side)
			for _, a := range r.Tell {
				pairs = append(pairs, at+".tell", string(a))
			}
			for _, c := range r.Channels {
				pairs = append(pairs, at+".channels", string(c))
			}
			row++
		}
	}
	return inputs.New(pairs...)
}

// readLadder reads the form. A row without a kind is no rung; the steps of a kind
// are counted in the order of the rows.
func readLadder(v *visit.Visit, code string, rows int) (routing.Ladder, error) {
	faults := map[string]string{}
	read := func(field string) routing.Span {
		amount, err := strconv.Atoi(v.Value(field))
		s, ok := joinSpan(amount, v.Value(field+".in"))
		if err != nil || !ok {
			faults[field] = "hãy ghi một số"
		}
		return s
	}
	maybe := func(field string) *routing.Span {
		if v.Value(field) == "" {
			return nil
		}
		s := read(field)
		return &s
	}
	l := routing.Ladder{Code: code, Name: v.Value("name"), Registering: maybe("registering"), Notice: maybe("notice"), Presenting: maybe("presenting"),
		Direction: read("direction"), Receipt: read("receipt"), Approval: read("approval"), Return: maybe("return"), Decision: maybe("decision"), Rungs: []routing.Rung{}}
	steps := map[routing.DeadlineKind]int{}
	for i := range rows {
		at := "rungs." + strconv.Itoa(i)
		kind := routing.DeadlineKind(v.Value(at))
		if kind == "" {
			continue
		}
		amount, err := strconv.Atoi(v.Value(at + ".amount"))
		if v.Value(at+".side") == "before" {
			amount = -amount
		}
		when, ok := joinSpan(amount, v.Value(at+".in"))
		if err != nil || !ok {
			faults[at] = "hãy ghi một số"
		}
		steps[kind]++
		r := routing.Rung{Kind: kind, Step: steps[kind], When: when}
		for _, a := range v.Values(at + ".tell") {
			r.Tell = append(r.Tell, routing.Audience(a))
		}
		for _, c := range v.Values(at + ".channels") {
			r.Channels = append(r.Channels, routing.Medium(c))
		}
		l.Rungs = append(l.Rungs, r)
	}
	if len(faults) > 0 {
		return l, routing.ErrField.With("fields", faults)
	}
	return l, nil
}

// rowsOf are the rows of the form that hold a rung, in order: the rung's number
// leads to its row.
func rowsOf(v *visit.Visit, rows int) (out []int) {
	for i := range rows {
		if v.Value("rungs."+strconv.Itoa(i)) != "" {
			out = append(out, i)
		}
	}
	return out
}

// maxRows is more than any ladder has rungs.
const maxRows = 80

func changeLadder(v *visit.Visit) error {
	if err := v.Form(); err != nil {
		return err
	}
	f := ladderForm{Code: v.Var("code"), Version: v.Number("version"), Rows: min(max(v.Number("rows"), spareRungs), maxRows)}
	code := f.Code
	if code == "" {
		code = v.Value("code")
	}
	l, err := readLadder(v, code, f.Rows)
	if err == nil {
		if _, err = v.Desk().ChangeLadder(v.Context(), v.Actor, l, v.Value("reason"), f.Version); err != nil {
			err = faultsOnRows(err, rowsOf(v, f.Rows))
		}
	}
	if err != nil {
		return v.Again(err, func(fault *routing.Error, status int) error {
			f.Form = inputs.Typed(v, fault)
			return showLadderForm(v, status, f)
		})
	}
	return v.Go(navLadders+"/"+code, "saved")
}

// faultsOnRows names the rows of the form in the place of the rungs.
func faultsOnRows(err error, rows []int) error {
	return inputs.Rename(err, func(field string) string {
		var i int
		if n, _ := fmt.Sscanf(field, "rungs.%d", &i); n == 1 && i < len(rows) {
			return "rungs." + strconv.Itoa(rows[i])
		}
		return field
	})
}

// rungsOf are the rungs of one kind.
func rungsOf(l routing.Ladder, kind routing.DeadlineKind) (out []routing.Rung) {
	for _, r := range l.Rungs {
		if r.Kind == kind {
			out = append(out, r)
		}
	}
	return out
}
