package document

import (
	"time"

	"congvan/desk"
	"congvan/postgres"
	"congvan/routing"
	"congvan/web/ui"
	"congvan/web/visit"
)

// slip is the Phiếu giải quyết văn bản đến: NĐ 30/2020, Phụ lục IV.
type slip struct {
	*page
	Leaders, Heads []direction // of the organ; of the units below it
	Reports        []share
}

func showSlip(v *visit.Visit) error {
	story, err := v.Desk().Story(v.Context(), v.Actor, v.ID("id"), 1)
	if err != nil {
		return err
	}
	units, err := v.Units()
	if err != nil {
		return err
	}
	s := slip{page: newPage(v, story, units)}
	for _, g := range s.Given {
		switch {
		case !g.VoidedAt.IsZero():
		case g.ParentID == "":
			s.Leaders = append(s.Leaders, g)
		default:
			s.Heads = append(s.Heads, g)
		}
	}
	s.Reports = reports(s.Shares)
	return v.Show(ui.Page{Title: "Phiếu giải quyết văn bản đến", Plain: true}, slipBody(s))
}

// reports are the shares that were reported.
func reports(all []share) (out []share) {
	for _, s := range all {
		if s.Report != "" {
			out = append(out, s)
		}
		out = append(out, reports(s.Children)...)
	}
	return out
}

// stay is one stretch of time in which somebody had the document.
type stay struct {
	postgres.Holding
	Who, Stage string
	Now        time.Time
}

// ledgerView is who had a document from when to when.
type ledgerView struct {
	desk.View
	Stays []stay
}

func showLedger(v *visit.Visit) error {
	view, err := v.Desk().Document(v.Context(), v.Actor, v.ID("id"))
	if err != nil {
		return err
	}
	rows, err := v.Desk().Ledger(v.Context(), v.Actor, view.ID)
	if err != nil {
		return err
	}
	units, err := v.Units()
	if err != nil {
		return err
	}
	l, names := ledgerView{View: view}, wordsOf(view, units)
	for _, h := range rows {
		l.Stays = append(l.Stays, stay{h, names.unit(v.Context(), h.UnitID), ui.StageName(h.Stage), v.Now()})
	}
	return v.Show(ui.Page{Title: "Văn bản ở đâu, bao lâu", Nav: "/documents"}, ledgerBody(l))
}

// consentView is the way of a draft through the offices that are asked about it.
type consentView struct {
	desk.CircuitView
	DocumentID routing.ID
	Now        time.Time
}

func showConsent(v *visit.Visit) error {
	circuit, err := v.Desk().Circuit(v.Context(), v.Actor, v.ID("id"))
	if err != nil {
		return err
	}
	c := consentView{CircuitView: circuit, Now: v.Now()}
	for _, a := range circuit.Answers {
		c.DocumentID = a.DocumentID
	}
	return v.Show(ui.Page{Title: "Lấy ý kiến về dự thảo báo cáo", Nav: "/documents"}, consentBody(c))
}

// answerWords say what became of a question.
var answerWords = map[routing.DecisionStatus]string{
	routing.DecisionOpen: "chưa trả lời", routing.DecisionGranted: "đồng ý", routing.DecisionRefused: "không đồng ý", routing.DecisionVoid: "không phải trả lời nữa",
}

// signatureView is what the digital signatures of a file say.
type signatureView struct {
	desk.View
	File     postgres.Attachment
	Sentence string
	Signers  []signer
}

// signer is one of those who signed a file.
type signer struct {
	Name, Issuer, Sentence string
	At                     time.Time
	ValidThen, Weak        bool
}

func showSignature(v *visit.Visit) error {
	view, err := v.Desk().Document(v.Context(), v.Actor, v.ID("id"))
	if err != nil {
		return err
	}
	file, found, err := v.Desk().Signature(v.Context(), v.Actor, view.ID, v.Var("sha256"))
	if err != nil {
		return err
	}
	s := signatureView{View: view, File: file, Sentence: found.State.Sentence()}
	for _, by := range found.Signers {
		s.Signers = append(s.Signers, signer{by.Name, by.Issuer, by.State.Sentence(), by.SignedAt, by.ValidThen, by.Weak})
	}
	return v.Show(ui.Page{Title: "Chữ ký số", Nav: "/documents"}, signatureBody(s))
}
