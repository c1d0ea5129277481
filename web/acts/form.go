package acts

import (
	"cmp"
	"net/http"
	"slices"
	"strconv"
	"unicode/utf8"

	"congvan/desk"
	"congvan/postgres"
	"congvan/routing"
	"congvan/web/ui"
	"congvan/web/visit"
)

// doing is one act under way: the request, and what it is about.
type doing struct {
	v       *visit.Visit
	on      On
	act     Act
	id      routing.ID
	version int // as the person had read it
	req     routing.Request

	loaded    bool
	view      desk.View
	share     *desk.AssignmentView // that it is done to, or that what is asked is about
	direction *postgres.GivenDirection
	decision  *routing.Decision
}

// errNotOffered answers who opens the form of an act that is not his, or that the
// state does not allow any more.
var errNotOffered = &routing.Error{Fault: routing.Conflict, Code: "not-offered",
	Message: "Bước này không còn thực hiện được, hoặc không thuộc thẩm quyền của bạn; hãy xem lại văn bản."}

func begin(v *visit.Visit, on On) (*doing, error) {
	act, ok := Find(on, routing.Act(v.Var("act")))
	if !ok || act.call == nil {
		return nil, routing.ErrNotFound
	}
	return &doing{v: v, on: on, act: act, id: v.ID("id")}, nil
}

// show is the form of an act, as a page or in a dialog.
func show(on On) func(*visit.Visit) error {
	return func(v *visit.Visit) error {
		d, err := begin(v, on)
		if err != nil {
			return err
		}
		if err := d.load(); err != nil {
			return err
		}
		if !d.offered() {
			return errNotOffered
		}
		d.version = d.present()
		return d.form(nil, http.StatusOK)
	}
}

// do carries an act out.
func do(on On) func(*visit.Visit) error {
	return func(v *visit.Visit) error {
		d, err := begin(v, on)
		if err != nil {
			return err
		}
		if d.req, err = v.Request(); err != nil {
			return err
		}
		d.version = v.Number("version")
		event, err := d.act.call(d)
		if err != nil {
			return d.again(err)
		}
		fallback := "/documents/" + string(event.DocumentID)
		return v.Go(v.Back(v.Value("back"), fallback), string(d.act.Act))
	}
}

// again shows the form with what was refused and what was typed. A refusal that a
// newer version has to be read for lets the person decide on that one.
func (d *doing) again(refused error) error {
	return d.v.Again(refused, func(fault *routing.Error, status int) error {
		if err := d.load(); err != nil {
			return refused // what was refused says more than that it cannot be shown
		}
		if fault.Fault == routing.Stale {
			d.version = d.present()
		}
		return d.form(fault, status)
	})
}

// load reads the document, and finds in it what the act is done to.
func (d *doing) load() (err error) {
	if d.loaded {
		return nil
	}
	ctx, actor := d.v.Context(), d.v.Actor
	switch d.on {
	case Share:
		d.view, err = d.v.Desk().DocumentOfShare(ctx, actor, d.id)
		d.share = shareOf(d.view, d.id)
	case Direction:
		d.view, err = d.v.Desk().DocumentOfDirection(ctx, actor, d.id)
		for i := range d.view.Directions {
			if d.view.Directions[i].ID == d.id {
				d.direction = &d.view.Directions[i]
			}
		}
	case Decision:
		d.view, err = d.v.Desk().DocumentOfDecision(ctx, actor, d.id)
		for i := range d.view.Decisions {
			if x := &d.view.Decisions[i]; x.ID == d.id {
				d.decision, d.share = x, shareOf(d.view, x.AssignmentID)
			}
		}
	default:
		d.view, err = d.v.Desk().Document(ctx, actor, d.id)
	}
	d.loaded = err == nil
	return err
}

func shareOf(v desk.View, id routing.ID) *desk.AssignmentView {
	for i := range v.Assignments {
		if v.Assignments[i].ID == id {
			return &v.Assignments[i]
		}
	}
	return nil
}

// offered says whether the desk offers the act to the reader now.
func (d *doing) offered() bool {
	switch d.on {
	case Share:
		return slices.Contains(d.share.May, d.act.Act)
	case Direction:
		return slices.Contains(d.view.MayOn[d.id], d.act.Act)
	case Decision:
		return slices.Contains(d.view.MayDecide[d.id], d.act.Act)
	}
	return slices.Contains(MayOnDocument(d.view), d.act.Act)
}

// MayOnDocument are the acts on a document itself: those that the desk lists, and
// to urge all that are late, where one of them may be urged.
func MayOnDocument(v desk.View) []routing.Act {
	may := v.May
	if slices.ContainsFunc(v.Assignments, func(a desk.AssignmentView) bool {
		return a.Cell == routing.CellLate && slices.Contains(a.May, routing.ActRemind)
	}) {
		may = append(slices.Clone(may), routing.ActRemind)
	}
	return may
}

// present is the version of what the act is done to, as it is now.
func (d *doing) present() int {
	switch d.on {
	case Share:
		return d.share.Version
	case Document:
		return d.view.Version
	}
	return 0
}

// formView is what a form shows.
type formView struct {
	Act      Act
	Path     string
	Back     string
	Version  int
	Fields   []fieldView
	Fault    *routing.Error
	Offered  bool // it can be sent (again)
	Dialog   bool
	Document desk.View
	Share    *desk.AssignmentView
	Decision *routing.Decision
	Given    *postgres.GivenDirection
	Visitor  *visit.Visit
}

// fieldView is a field with what stands in it.
type fieldView struct {
	field
	Value   string
	Values  []string
	Options []option
	Stages  []stageView
	Fault   string
}

func (f fieldView) chosen(value string) bool { return slices.Contains(f.Values, value) }

func (d *doing) form(fault *routing.Error, status int) error {
	view := formView{Act: d.act, Path: "/" + string(d.on) + "/" + string(d.id) + "/do/" + string(d.act.Act), Version: d.version, Fault: fault,
		Offered: d.offered(), Dialog: d.v.Fragment(), Document: d.view, Share: d.share, Decision: d.decision, Given: d.direction, Visitor: d.v,
		Back: d.v.Back(cmp.Or(d.v.Value("back"), d.v.Query("back")), "")}
	for _, f := range d.act.Fields {
		shown, err := d.fieldView(f, fault)
		if err != nil {
			return err
		}
		view.Fields = append(view.Fields, shown)
	}
	return d.v.ShowAs(status, ui.Page{Title: d.act.Word, Nav: "/documents"}, form(view))
}

func (d *doing) fieldView(f field, fault *routing.Error) (out fieldView, err error) {
	out = fieldView{field: f, Value: d.v.Value(f.Name), Values: d.v.Values(f.Name), Fault: cmp.Or(ui.FaultOf(fault, f.Name), d.faultHere(f, fault))}
	if fault != nil && fault.Code == routing.ErrReason.Code && f.Min > 0 {
		out.Fault = d.v.T("đã ghi %d ký tự; cần từ %d đến %d", utf8.RuneCountInString(out.Value), f.Min, f.Max)
	}
	if f.given != nil && fault == nil {
		out.Value = f.given(d)
	}
	if f.options != nil {
		if out.Options, err = f.options(d); err != nil {
			return out, err
		}
	}
	if f.Kind == aStages {
		out.Stages = d.stageViews()
	}
	if f.Kind == aChoice && len(out.Options) == 1 && len(out.Values) == 0 {
		out.Values = []string{out.Options[0].Value}
	}
	return out, nil
}

// faultHere finds the field that a refusal is about whose code, and no field,
// says so.
func (d *doing) faultHere(f field, fault *routing.Error) string {
	if fault == nil {
		return ""
	}
	at := map[string]string{
		routing.ErrReason.Code: "reason", routing.ErrDueMissing.Code: "dueOn", routing.ErrDuePast.Code: "dueOn", routing.ErrDueFar.Code: "dueOn",
		routing.ErrDueDayOff.Code: "dueOn", routing.ErrDueBeforeReceipt.Code: "dueOn", routing.ErrDueNotLater.Code: "dueOn", routing.ErrStages.Code: "stages",
	}[fault.Code]
	switch {
	case at != f.Name:
		return ""
	case fault.Details["nextWorkday"] != nil:
		day, _ := fault.Details["nextWorkday"].(string)
		return d.v.T("ngày nghỉ; ngày làm việc kế tiếp là %s", ui.PlainDay(day))
	}
	return fault.Message
}

// stageView is one step of a consent on the form.
type stageView struct {
	N      int
	Rule   string
	Chosen []string
}

// formStages is how many steps the form has room for.
const formStages = 3

func (d *doing) stageViews() (out []stageView) {
	for n := 1; n <= formStages; n++ {
		place := strconv.Itoa(n)
		out = append(out, stageView{n, cmp.Or(d.v.Value("rule"+place), string(routing.EachMust)), d.v.Values("stage" + place)})
	}
	return out
}

// stages reads the steps that somebody was chosen for.
func (d *doing) stages() (out []routing.Stage) {
	for _, s := range d.stageViews() {
		var units []routing.ID
		for _, chosen := range s.Chosen {
			units = append(units, d.place(chosen).UnitID)
		}
		if len(units) > 0 {
			out = append(out, routing.Stage{Rule: routing.StageRule(s.Rule), Units: units})
		}
	}
	return out
}
