// Package document is the page of one document: who has it, how far it is, what
// was directed and decided, what happened and what will ring; beside it what can
// be printed or read of it. What may be done to it are the buttons of package acts.
package document

import (
	"context"
	"encoding/hex"
	"slices"
	"strconv"
	"strings"
	"time"

	"congvan/desk"
	"congvan/postgres"
	"congvan/routing"
	"congvan/web/acts"
	"congvan/web/ui"
	"congvan/web/visit"
)

// Pages are the pages of this folder.
func Pages() []visit.Page {
	return []visit.Page{
		{Method: "GET", Path: "/documents/{id}", Handle: show},
		{Method: "GET", Path: "/documents/{id}/history", Handle: showHistory},
		{Method: "GET", Path: "/documents/{id}/alarms", Handle: showAlarms},
		{Method: "GET", Path: "/documents/{id}/ledger", Handle: showLedger},
		{Method: "GET", Path: "/documents/{id}/slip", Handle: showSlip},
		{Method: "GET", Path: "/documents/{id}/files/{sha256}/signature", Handle: showSignature},
		{Method: "GET", Path: "/shares/{id}/consent", Handle: showConsent},
	}
}

// How many events the page shows, and the history on a page of its own.
const (
	newest      = 20
	historyPage = 100
)

// page is what the page of a document shows.
type page struct {
	desk.Story
	words   words
	Now     time.Time
	Visitor *visit.Visit

	Shares    []share
	Mine      []share
	Strip     []ui.StripCell
	Offer     acts.Offer
	Given     []direction
	Questions []question
	Coming    []coming
	History   []entry
	Files     []file
	Preview   *file
	Replies   []routing.Outgoing // as far as they exist for the reader
}

func show(v *visit.Visit) error {
	story, err := v.Desk().Story(v.Context(), v.Actor, v.ID("id"), newest)
	if err != nil {
		return err
	}
	units, err := v.Units()
	if err != nil {
		return err
	}
	p := newPage(v, story, units)
	replies, err := v.Desk().Replies(v.Context(), v.Actor, []routing.ID{p.ID})
	if err != nil {
		return err
	}
	p.Replies = replies[p.ID]
	return v.Show(ui.Page{Title: p.Title(), Nav: "/documents", Wide: true}, body(p))
}

func newPage(v *visit.Visit, story desk.Story, units map[routing.ID]postgres.Unit) *page {
	ctx := v.Context()
	p := &page{Story: story, Now: v.Now(), Visitor: v, words: wordsOf(story.View, units)}
	p.Shares = p.tree(ctx)
	p.Mine, p.Strip = mine(p.Shares), strip(p.Shares)
	p.Offer = acts.Offer{On: acts.Document, ID: p.ID, Version: p.Version,
		May: slices.DeleteFunc(slices.Clone(acts.MayOnDocument(story.View)), func(a routing.Act) bool { return a == routing.ActDetach })}
	for _, g := range p.Directions {
		p.Given = append(p.Given, p.direction(ctx, g))
	}
	p.Questions = p.questions(ctx)
	p.Coming = p.words.upcoming(ctx, story.Coming)
	p.History = p.words.history(ctx, p.Events)
	p.Files, p.Preview = files(story.View, v.Query("file"))
	return p
}

func wordsOf(v desk.View, units map[routing.ID]postgres.Unit) words {
	w := words{units: units, shown: map[routing.ID]postgres.Unit{v.UnitID: v.Unit}}
	for _, a := range v.Assignments {
		if a.Unit.ID != "" {
			w.shown[a.UnitID] = a.Unit
		}
	}
	return w
}

// direction is a direction as the page shows it.
type direction struct {
	postgres.GivenDirection
	Unit       string
	Recipients []recipients
	Offer      acts.Offer
}

// recipients are those of one role in a direction.
type recipients struct {
	Role  routing.Role
	Names []string
	Dues  []time.Time
}

func (p *page) direction(ctx context.Context, g postgres.GivenDirection) direction {
	d := direction{GivenDirection: g, Unit: p.words.unit(ctx, g.UnitID), Offer: acts.Offer{On: acts.Direction, ID: g.ID, Name: g.GivenBy, May: p.MayOn[g.ID]}}
	for _, role := range routing.Roles {
		of := recipients{Role: role}
		for _, r := range g.Recipients {
			if r.Role != role {
				continue
			}
			name := p.Titles[r.PositionID]
			if name == "" {
				name = p.words.unit(ctx, r.UnitID)
			}
			of.Names = append(of.Names, name)
			if !r.Due.IsZero() && !slices.ContainsFunc(of.Dues, r.Due.Equal) {
				of.Dues = append(of.Dues, r.Due)
			}
		}
		if len(of.Names) > 0 {
			d.Recipients = append(d.Recipients, of)
		}
	}
	return d
}

// givenWords say what a direction does to those before it.
var givenWords = map[routing.GivenKind]string{
	routing.GivenFirst: "Ý kiến chỉ đạo", routing.GivenFurther: "Phân công tiếp", routing.GivenAdded: "Thêm nơi nhận",
	routing.GivenRerouted: "Chuyển nơi khác", routing.GivenHandedOver: "Bàn giao",
}

// question is something that has to be decided.
type question struct {
	routing.Decision
	Words       string
	Asks, Owner string
	About       string // whose share it is about
	Offer       acts.Offer
}

var questionWords = map[routing.DecisionKind]string{
	routing.Extension: "Xin gia hạn", routing.Consent: "Lấy ý kiến về dự thảo báo cáo", routing.RecallAnswer: "Trả lời việc thu hồi",
}

// questions are the decisions that somebody still has to make.
func (p *page) questions(ctx context.Context) (out []question) {
	shares := map[routing.ID]desk.AssignmentView{}
	for _, a := range p.Assignments {
		shares[a.ID] = a
	}
	for _, x := range p.Decisions {
		a, known := shares[x.AssignmentID]
		if x.Status != routing.DecisionOpen || known && !x.Awaited(p.Document, a.Assignment) {
			continue
		}
		q := question{Decision: x, Words: questionWords[x.Kind], Owner: p.words.unit(ctx, x.OwnerUnitID),
			Offer: acts.Offer{On: acts.Decision, ID: x.ID, Name: p.words.unit(ctx, x.AskedUnitID), May: p.MayDecide[x.ID]}}
		if x.AskedUnitID != "" {
			q.Asks = p.words.unit(ctx, x.AskedUnitID)
		}
		if known {
			q.About = p.nameOf(ctx, a)
		}
		out = append(out, q)
	}
	slices.SortStableFunc(out, func(a, b question) int { return len(b.Offer.May) - len(a.Offer.May) })
	return out
}

// file is an attachment as the page shows it.
type file struct {
	postgres.Attachment
	Sum    string
	URL    string // to download it
	Inline bool   // it may be shown in the page
}

// files are those of a document, and the one to show beside it: the one that was
// chosen, else the first that can be shown.
func files(v desk.View, chosen string) (all []file, preview *file) {
	for _, a := range v.Attachments {
		f := file{Attachment: a, Sum: hex.EncodeToString(a.SHA256)}
		f.URL = ui.FilePath(v.ID, a.SHA256)
		f.Inline = desk.Inline(a) && a.RemovedAt.IsZero()
		all = append(all, f)
	}
	for i := range all {
		f := &all[i]
		if f.Inline && (f.Sum == chosen || preview == nil && len(f.ReplacedBy) == 0) {
			preview = f
		}
	}
	return all, preview
}

// Picture says whether a file is one.
func (f file) Picture() bool { return strings.HasPrefix(f.MediaType, "image/") }

// Gone says whether a file is no longer in use.
func (f file) Gone() bool { return !f.InUse() }

// live is the address from which the page is loaded anew.
func (p *page) live() string {
	at := "/documents/" + string(p.ID)
	if chosen := p.Visitor.Query("file"); chosen != "" {
		at += "?file=" + visit.Escape(chosen)
	}
	return at
}

// receipt is the address of the proof that a share was received.
func (s share) receipt() string {
	return "/api/v1/documents/" + string(s.DocumentID) + "/receipts/" + string(s.ID) + "?format=pdf"
}

func showHistory(v *visit.Visit) error {
	view, err := v.Desk().Document(v.Context(), v.Actor, v.ID("id"))
	if err != nil {
		return err
	}
	before, err := strconv.ParseInt(v.Query("before"), 10, 64)
	if err != nil || before <= 0 {
		before = 1<<63 - 1
	}
	events, older, err := v.Desk().History(v.Context(), v.Actor, view.ID, before, historyPage)
	if err != nil {
		return err
	}
	units, err := v.Units()
	if err != nil {
		return err
	}
	h := historyView{View: view, Entries: wordsOf(view, units).history(v.Context(), events)}
	if older {
		h.Before = events[len(events)-1].ID
	}
	return v.Show(ui.Page{Title: "Nhật ký văn bản", Nav: "/documents"}, historyBody(h))
}

// historyView is what the page of the whole history shows.
type historyView struct {
	desk.View
	Entries []entry
	Before  int64 // older ones begin before it; 0: there are none
}
