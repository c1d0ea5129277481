// Package admin is what administrators look after: the organisation from day to
// day, accounts, books, ladders, the calendar, and how the system stands.
package admin

import (
	"congvan/gate"
	"congvan/web/visit"
)

// Pages are the pages of this folder.
func Pages() []visit.Page {
	pages := []visit.Page{
		{Method: "GET", Path: "/admin/organisation", Handle: showOrganisation},
		{Method: "GET", Path: "/admin/organisation/import", Handle: showImport},
		{Method: "POST", Path: "/admin/organisation/import/check", Handle: checkImport},
		{Method: "POST", Path: "/admin/organisation/import", Handle: importOrganisation},

		{Method: "GET", Path: "/admin/accounts", Handle: showAccounts},
		{Method: "GET", Path: "/admin/accounts/{id}", Handle: showAccount},
		{Method: "POST", Path: "/admin/accounts/{id}/link", Handle: offerPassword, Class: gate.ClassLogin},
		{Method: "GET", Path: "/admin/accounts/{id}/disabled", Handle: showDisabled},
		{Method: "POST", Path: "/admin/accounts/{id}/disabled", Handle: setDisabled},
		{Method: "POST", Path: "/admin/accounts/{id}/end-sessions", Handle: endSessions},
		{Method: "POST", Path: "/admin/accounts/{id}/reset-second-factor", Handle: resetFactor},
		{Method: "GET", Path: "/admin/accounts/{id}/identity", Handle: showIdentity},
		{Method: "POST", Path: "/admin/accounts/{id}/identity", Handle: linkIdentity},
		{Method: "POST", Path: "/admin/accounts/{id}/identity/remove", Handle: unlinkIdentity},
		{Method: "POST", Path: "/admin/accounts/{id}/tokens/{token}/revoke", Handle: revokeToken},

		{Method: "GET", Path: "/admin/books", Handle: showBooks},

		{Method: "GET", Path: "/admin/ladders", Handle: showLadders},
		{Method: "GET", Path: "/admin/ladders/new", Handle: showNewLadder},
		{Method: "POST", Path: "/admin/ladders/new", Handle: changeLadder},
		{Method: "GET", Path: "/admin/ladders/{code}", Handle: showLadder},
		{Method: "GET", Path: "/admin/ladders/{code}/change", Handle: showChangeLadder},
		{Method: "POST", Path: "/admin/ladders/{code}/change", Handle: changeLadder},

		{Method: "GET", Path: "/admin/calendar", Handle: showCalendar},
		{Method: "GET", Path: "/admin/calendar/change", Handle: showDays},
		{Method: "POST", Path: "/admin/calendar/edit", Handle: editDays},
		{Method: "POST", Path: "/admin/calendar/preview", Handle: previewDays},
		{Method: "POST", Path: "/admin/calendar/change", Handle: changeDays},

		{Method: "GET", Path: "/admin/system", Handle: showSystem},
	}
	for _, a := range acts {
		pages = append(pages, visit.Page{Method: "GET", Path: a.path, Handle: a.show}, visit.Page{Method: "POST", Path: a.path, Handle: a.do})
	}
	return append(pages,
		visit.Page{Method: "GET", Path: "/admin/organisation/units/{id}", Handle: showUnit},
		visit.Page{Method: "GET", Path: "/admin/organisation/positions/{id}", Handle: showPosition})
}

// act is a change of the organisation: a form, and what it does.
type act struct {
	path     string
	show, do func(*visit.Visit) error
}

// acts come before the pages that show one unit or one position.
var acts = []act{
	{"/admin/organisation/units/new", showFound, found},
	{"/admin/organisation/units/{id}/change", showChangeUnit, changeUnit},
	{"/admin/organisation/units/{id}/end", showEndUnit, endUnit},
	{"/admin/organisation/units/{id}/hand-over", showHandOverUnit, handOverUnit},
	{"/admin/organisation/units/{id}/position", showCreatePosition, createPosition},
	{"/admin/organisation/positions/{id}/change", showChangePosition, changePosition},
	{"/admin/organisation/positions/{id}/end", showEndPosition, endPosition},
	{"/admin/organisation/positions/{id}/appoint", showAppoint, appoint},
	{"/admin/organisation/positions/{id}/hand-over", showHandOverPosition, handOverPosition},
}
