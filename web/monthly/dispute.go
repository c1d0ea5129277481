package monthly

import (
	"congvan/routing"
	"congvan/web/inputs"
	"congvan/web/ui"
	"congvan/web/visit"
)

func showObject(v *visit.Visit) error { return objectAs(v, 200, inputs.Form{}) }

func objectAs(v *visit.Visit, status int, f inputs.Form) error {
	sheet, line, late, err := v.Desk().Disputable(v.Context(), v.Actor, v.ID("id"), v.ID("line"))
	if err != nil {
		return err
	}
	return v.ShowAs(status, ui.Page{Title: "Có ý kiến về kết quả tháng", Nav: nav}, objectPage(f, sheet, line, late))
}

func object(v *visit.Visit) error {
	req, err := v.Request()
	if err != nil {
		return err
	}
	var shares []routing.ID
	for _, id := range v.Values("shares") {
		shares = append(shares, routing.ID(id))
	}
	sheet, err := v.Desk().ObjectToResults(v.Context(), v.Actor, v.ID("id"), v.ID("line"), v.Value("text"), shares, req)
	if err != nil {
		return v.Again(err, func(fault *routing.Error, status int) error { return objectAs(v, status, inputs.Typed(v, fault)) })
	}
	return v.Go(sheetPath(sheet)+"#"+lineID(v.ID("line")), "results-objected")
}

func showAnswer(v *visit.Visit) error { return answerAs(v, 200, inputs.Form{}) }

func answerAs(v *visit.Visit, status int, f inputs.Form) error {
	sheet, line, o, err := v.Desk().Objection(v.Context(), v.Actor, v.ID("id"), v.ID("objection"))
	switch {
	case err != nil:
		return err
	case !v.Actor.MayAnswer(sheet.OrganID, line, o):
		return routing.ErrNotAllowed
	}
	return v.ShowAs(status, ui.Page{Title: "Trả lời ý kiến", Nav: nav}, answerPage(f, sheet, line, o))
}

// counted is what the form calls the decisions of an answer: none is chosen for whom
// it concerns.
var counted = map[string]routing.Counts{"": "unchosen", "refused": routing.CountsAsBefore, "in-time": routing.CountsInTime, "left-out": routing.CountsNot}

func answer(v *visit.Visit) error {
	req, err := v.Request()
	if err != nil {
		return err
	}
	counts, known := counted[v.Value("counts")]
	if !known {
		counts = counted[""]
	}
	sheet, err := v.Desk().AnswerResults(v.Context(), v.Actor, v.ID("id"), v.ID("objection"), v.Value("text"), counts, req)
	if err != nil {
		return v.Again(err, func(fault *routing.Error, status int) error { return answerAs(v, status, inputs.Typed(v, fault)) })
	}
	return v.Go(sheetPath(sheet)+"#objection-"+string(v.ID("objection")), "results-answered")
}

func lineID(id routing.ID) string { return "line-" + string(id) }

// name is what a line is of.
func name(l routing.ResultLine) string {
	if l.PositionID != "" {
		return l.Title
	}
	return l.UnitName
}
