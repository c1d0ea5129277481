package api

import (
	"net/http"
	"slices"
	"strings"

	"congvan/api/internal/contract"
	"congvan/gate"

	"github.com/gorilla/mux"
)

const base = "/api/v1"

// route is one thing that can be asked for.
type route struct {
	method, path string
	handle       http.HandlerFunc
}

// routes is the map of what people ask for; all of it needs a token. Those of g
// are generated and lead to the method of the same name of server.
func (s *server) routes(g contract.ServerInterfaceWrapper) []route {
	return []route{
		{"GET", base + "/documents", g.ListDocuments},
		{"POST", base + "/documents", g.RegisterDocument},
		{"GET", base + "/documents/{id}", g.GetDocument},
		{"POST", base + "/documents/{id}/attachments", s.attachFile},
		{"GET", base + "/documents/{id}/attachments/{sha256}", s.getFile},
		{"POST", base + "/documents/{id}/attachments/{sha256}/remove", g.RemoveFile},
		{"OPTIONS", base + "/uploads", s.describeUploads},
		{"POST", base + "/uploads", s.createUpload},
		{"GET", base + "/uploads/{id}", s.getUpload},
		{"PATCH", base + "/uploads/{id}", s.appendUpload},
		{"DELETE", base + "/uploads/{id}", s.dropUpload},
		{"POST", base + "/uploads/{id}/attach", g.AttachUpload},
		{"POST", base + "/documents/{id}/directions", g.DirectDocument},
		{"POST", base + "/documents/{id}/recall", g.RecallDocument},
		{"POST", base + "/documents/{id}/present", g.PresentDocument},
		{"GET", base + "/documents/{id}/presentable", g.ListPresentable},
		{"POST", base + "/documents/{id}/notify", g.NotifySender},
		{"POST", base + "/documents/{id}/file", g.FileDocument},
		{"POST", base + "/documents/{id}/cancel", g.CancelDocument},
		{"POST", base + "/documents/{id}/hold", g.HoldDocument},
		{"POST", base + "/documents/{id}/resume", g.ResumeDocument},
		{"POST", base + "/documents/{id}/reopen", g.ReopenDocument},
		{"POST", base + "/documents/{id}/ladder", g.ChangeDocumentLadder},
		{"POST", base + "/documents/{id}/remind", g.RemindLate},
		{"POST", base + "/documents/{id}/what-if", g.WhatIfDocument},
		{"GET", base + "/documents/{id}/receipts/{assignment}", s.getReceipt},
		{"GET", base + "/documents/{id}/ledger", g.GetLedger},
		{"GET", base + "/documents/{id}/suggestions", g.SuggestTemplates},
		{"GET", base + "/documents/{id}/events", g.ListEvents},
		{"GET", base + "/documents/{id}/alarms", g.ListAlarms},
		{"GET", base + "/documents/{id}/workflow", g.GetWorkflow},

		{"GET", base + "/assignments", g.ListAssignments},
		{"GET", base + "/assignments/{id}", g.GetAssignment},
		{"POST", base + "/assignments/{id}/acknowledge", g.Acknowledge},
		{"POST", base + "/assignments/{id}/start", g.Start},
		{"POST", base + "/assignments/{id}/progress", g.Progress},
		{"GET", base + "/assignments/{id}/enclosures", g.ListEnclosures},
		{"POST", base + "/assignments/{id}/enclosures", s.encloseFile},
		{"GET", base + "/assignments/{id}/enclosures/{sha256}", s.getEnclosure},
		{"POST", base + "/assignments/{id}/report", g.Report},
		{"POST", base + "/assignments/{id}/approve", g.Approve},
		{"POST", base + "/assignments/{id}/send-back", g.SendBack},
		{"POST", base + "/assignments/{id}/directions", g.DirectAssignment},
		{"POST", base + "/assignments/{id}/what-if", g.WhatIfAssignment},
		{"POST", base + "/assignments/{id}/return", g.ReturnAssignment},
		{"POST", base + "/assignments/{id}/insist", g.Insist},
		{"POST", base + "/assignments/{id}/drop", g.Drop},
		{"POST", base + "/assignments/{id}/reroute", g.Reroute},
		{"POST", base + "/assignments/{id}/hand-over", g.HandOver},
		{"POST", base + "/assignments/{id}/hold", g.Hold},
		{"POST", base + "/assignments/{id}/resume", g.Resume},
		{"POST", base + "/assignments/{id}/reopen", g.Reopen},
		{"POST", base + "/assignments/{id}/extension", g.AskExtension},
		{"POST", base + "/assignments/{id}/extend", g.Extend},
		{"GET", base + "/assignments/{id}/extensions", g.ListExtensions},
		{"POST", base + "/assignments/{id}/consent", g.SubmitForConsent},
		{"POST", base + "/assignments/{id}/withdraw-draft", g.WithdrawDraft},
		{"GET", base + "/assignments/{id}/circuit", g.GetCircuit},
		{"POST", base + "/assignments/{id}/remind", g.Remind},

		{"POST", base + "/directions/{id}/recipients", g.AddRecipients},
		{"POST", base + "/directions/{id}/withdraw", g.WithdrawDirection},
		{"GET", base + "/decisions", g.ListDecisions},
		{"POST", base + "/decisions/{id}/decide", g.Decide},

		{"GET", base + "/delegations", g.ListDelegations},
		{"POST", base + "/delegations", g.Delegate},
		{"POST", base + "/delegations/{id}/revoke", g.RevokeDelegation},
		{"GET", base + "/absences", g.ListAbsences},
		{"POST", base + "/absences", g.TellAbsence},
		{"POST", base + "/absences/{id}/end", g.EndAbsence},
		{"POST", base + "/positions/{id}/on-paper", g.SetOnPaper},
		{"POST", base + "/positions/{id}/hand-over", g.HandOverPosition},
		{"POST", base + "/units/{id}/hand-over", g.HandOverUnit},

		{"GET", base + "/alarms", g.ListUpcomingAlarms},
		{"GET", base + "/lateness", g.ListLateness},
		{"GET", base + "/search", g.Search},
		{"GET", base + "/oversight/stuck", g.ShowStuck},
		{"GET", base + "/oversight/stuck/list", g.ListStuck},
		{"GET", base + "/oversight/forecast", g.ShowForecast},
		{"GET", base + "/overdue", g.CountOverdue},
		{"GET", base + "/statistics", g.ListLayouts},
		{"GET", base + "/statistics/{code}", g.GetStatistics},
		{"GET", base + "/statistics/{code}/export", s.exportStatistics},
		{"GET", base + "/subscriptions", g.ListSubscriptions},
		{"POST", base + "/subscriptions", g.Subscribe},
		{"POST", base + "/subscriptions/{id}/end", g.EndSubscription},
		{"GET", base + "/oversight", g.GetOversight},
		{"GET", base + "/oversight/assignments", g.ListFigure},
		{"GET", base + "/oversight/units", g.ListUnitFigures},
		{"GET", base + "/oversight/units/{id}", g.GetUnitSheet},
		{"GET", base + "/notices", g.ListNotices},
		{"POST", base + "/notices/read", g.ReadNotices},
		{"GET", base + "/notice-settings", g.GetNoticeSettings},
		{"POST", base + "/notice-settings", g.ChangeNoticeSettings},
		{"GET", base + "/units", g.ListUnits},
		{"GET", base + "/officers", g.ListOfficers},
		{"GET", base + "/me", g.GetMe},

		{"GET", base + "/ladders", g.ListLadders},
		{"GET", base + "/ladders/{code}/versions", g.ListLadderVersions},
		{"POST", base + "/ladders/{code}/versions", g.ChangeLadder},

		{"GET", base + "/calendar", g.GetCalendar},
		{"GET", base + "/calendar/versions", g.ListCalendarVersions},
		{"POST", base + "/calendar/preview", g.PreviewCalendar},
		{"POST", base + "/calendar/changes", g.ChangeCalendar},

		{"GET", base + "/outgoing", g.ListOutgoing},
		{"POST", base + "/outgoing", g.IssueOutgoing},
		{"GET", base + "/outgoing/{id}", g.GetOutgoing},
		{"POST", base + "/outgoing/{id}/cancel", g.CancelOutgoing},

		{"GET", base + "/templates", g.ListTemplates},
		{"POST", base + "/templates", g.AddTemplate},
		{"POST", base + "/templates/{id}", g.ChangeTemplate},
		{"POST", base + "/templates/{id}/archive", g.ArchiveTemplate},
		{"GET", base + "/monthly-results", g.ListMonthlyResults},
		{"POST", base + "/monthly-results", g.PublishMonthlyResults},
		{"GET", base + "/monthly-results/{id}", g.GetMonthlyResults},
		{"POST", base + "/monthly-results/{id}/objections", g.ObjectToMonthlyResults},
		{"POST", base + "/monthly-results/{id}/answers", g.AnswerMonthlyResults},
		{"POST", base + "/batches", g.RunBatch},
		{"POST", base + "/batches/check", g.CheckBatch},
		{"GET", base + "/batches/{id}", g.GetBatch},
		{"POST", base + "/batches/{id}/undo", g.UndoBatch},

		{"GET", base + "/trail", g.ListTrail},
		{"GET", base + "/trail/export", s.exportTrail},
		{"GET", eventLogPath, s.exportEvents},
		{"GET", base + "/tokens", g.ListTokens},
		{"POST", base + "/tokens", g.MakeToken},
		{"POST", base + "/tokens/{id}/revoke", g.RevokeToken},
		{"GET", base + "/deadline-feeds", g.ListDeadlineFeeds},
		{"POST", base + "/deadline-feeds", g.MakeDeadlineFeed},
		{"POST", base + "/deadline-feeds/{id}/revoke", g.RevokeDeadlineFeed},
		{"GET", base + "/webhooks", g.ListWebhooks},
		{"POST", base + "/webhooks", g.MakeWebhook},
		{"GET", base + "/webhooks/{id}", g.GetWebhook},
		{"POST", base + "/webhooks/{id}/test", g.TestWebhook},
		{"POST", base + "/webhooks/{id}/resume", g.ResumeWebhook},
		{"POST", base + "/webhooks/{id}/revoke", g.RevokeWebhook},
		{"GET", base + "/accounts", g.ListAccounts},
		{"GET", base + "/accounts/{id}/tokens", g.ListTokensOfAccount},
		{"POST", base + "/accounts/{id}/password-link", g.OfferPassword},
		{"POST", base + "/accounts/{id}/disable", g.DisableAccount},
		{"POST", base + "/accounts/{id}/enable", g.EnableAccount},
		{"POST", base + "/accounts/{id}/identity", g.LinkIdentity},
		{"POST", base + "/accounts/{id}/identity/remove", g.UnlinkIdentity},

		{"GET", base + "/sessions", g.ListSessions},
		{"POST", base + "/sessions/others/end", g.EndOtherSessions},
		{"POST", base + "/sessions/{id}/end", g.EndSession},
		{"POST", base + "/accounts/{id}/end-sessions", g.EndSessionsOfAccount},
		{"POST", base + "/accounts/{id}/reset-second-factor", g.ResetSecondFactor},
		{"POST", base + "/password", g.ChangePassword},
		{"GET", base + "/second-factor", g.GetSecondFactor},
		{"POST", base + "/second-factor", g.BeginSecondFactor},
		{"POST", base + "/second-factor/confirm", g.ConfirmSecondFactor},
		{"POST", base + "/second-factor/remove", g.RemoveSecondFactor},

		{"GET", base + "/organisation", g.GetOrganisation},
		{"POST", base + "/organisation/units", g.FoundUnit},
		{"GET", base + "/organisation/units.csv", s.exportUnits},
		{"POST", base + "/organisation/units/{id}/versions", g.ChangeUnit},
		{"POST", base + "/organisation/units/{id}/end", g.EndUnit},
		{"POST", base + "/organisation/positions", g.CreatePosition},
		{"GET", base + "/organisation/positions.csv", s.exportPositions},
		{"POST", base + "/organisation/positions/{id}/versions", g.ChangePosition},
		{"POST", base + "/organisation/positions/{id}/end", g.EndPosition},
		{"POST", base + "/organisation/appointments", g.Appoint},
		{"GET", base + "/organisation/books", g.ListBooks},
		{"GET", base + "/organisation/export", g.ExportOrganisation},
		{"POST", base + "/organisation/import", g.ImportOrganisation},
		{"POST", base + "/organisation/import/check", g.CheckImport},

		{"GET", streamPath, s.followEvents},
	}
}

// loginRoutes need nobody who is known: they make him known, or forget him.
func (s *server) loginRoutes(g contract.ServerInterfaceWrapper) []route {
	return []route{
		{"POST", base + "/sessions", g.LogIn},
		{"POST", base + "/sessions/second-factor", g.ProveSecondFactor},
		{"POST", base + "/sessions/current/end", g.LogOut},
		{"POST", base + "/password-links/ask", g.ForgotPassword},
		{"POST", base + "/password-links/redeem", g.RedeemLink},
		{"GET", base + "/oidc/login", s.beginIdentityLogin},
	}
}

const streamPath = base + "/events"

const eventLogPath = base + "/exports/events"

// publicRoutes need no token.
func (s *server) publicRoutes() []route {
	docs, contractJSON := docsPage(s.spec), s.spec.json()
	return []route{
		{"GET", base + "/openapi.yaml", document("application/yaml", "", s.spec.yaml)},
		{"GET", base + "/openapi.json", document("application/json", "", contractJSON)},
		{"GET", base + "/docs", document("text/html; charset=utf-8", docsPolicy, docs)},
		{"GET", "/healthz", s.getHealth},
		{"GET", "/readyz", s.getReadiness},
		{"GET", "/metrics", s.getMetrics},
	}
}

func (s *server) router() *mux.Router {
	g := contract.ServerInterfaceWrapper{
		Handler: contract.NewStrictHandlerWithOptions(s, nil, contract.StrictHTTPServerOptions{
			RequestErrorHandlerFunc: s.refuseInput, ResponseErrorHandlerFunc: s.Refuse,
		}),
		ErrorHandlerFunc: s.refuseInput,
	}
	r := mux.NewRouter().SkipClean(true) // a strange path is no route, not a redirect
	for _, x := range s.publicRoutes() {
		r.Handle(x.path, gate.Named(x.path, x.handle)).Methods(x.method)
	}
	for _, x := range s.loginRoutes(g) {
		op := s.spec.operation(x.method, x.path)
		r.Handle(x.path, gate.Named(x.path, s.FromNetwork(gate.ClassLogin, s.stranger(s.input(op, x.handle))))).Methods(x.method)
	}
	back := base + "/oidc/callback"
	r.Handle(back, gate.Named(back, s.FromNetwork(gate.ClassLogin, s.stranger(http.HandlerFunc(s.endIdentityLogin))))).Methods("GET")
	// Its class is that of secrets: an address is one.
	r.Handle(feedPath, gate.Named(feedPath, s.FromNetwork(gate.ClassLogin, s.byFeed(s.FromAccount(gate.ClassExport, http.HandlerFunc(s.getFeed)))))).Methods("GET")
	for _, x := range s.routes(g) {
		op := s.spec.operation(x.method, x.path)
		r.Handle(x.path, gate.Named(x.path, s.limited(classOf(x.method, x.path), s.input(op, x.handle)))).Methods(x.method)
	}
	r.NotFoundHandler = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { s.Refuse(w, r, errNoRoute) })
	r.MethodNotAllowedHandler = s.methodNotAllowed(r)
	return r
}

func (s *server) methodNotAllowed(router *mux.Router) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		probe := *r
		for _, method := range []string{"GET", "POST", "PATCH", "DELETE", "OPTIONS"} {
			var match mux.RouteMatch
			probe.Method = method
			if router.Match(&probe, &match) && match.MatchErr == nil {
				w.Header().Add("Allow", method)
			}
		}
		s.Refuse(w, r, errMethod)
	})
}

// limited is the gate of who asks, with the counts before and behind it.
func (s *server) limited(class gate.Class, next http.Handler) http.Handler {
	return s.FromNetwork(class, s.authenticate(s.FromAccount(class, s.KeepSteady(class, next))))
}

// takesSecrets are the collections whose POSTs take a password or a code. Those
// that need nobody who is known are of the class as well: see router.
var takesSecrets = []string{"sessions", "password", "password-links", "second-factor", "tokens"}

// classOf is the class of a route. It goes by the template: however a path is
// written, it is the same route or none.
func classOf(method, route string) gate.Class {
	rest := strings.TrimPrefix(route, base+"/")
	collection, _, below := strings.Cut(rest, "/")
	switch {
	case strings.HasSuffix(rest, "/export"), collection == "exports", rest == "statistics/{code}":
		return gate.ClassExport
	case method != http.MethodGet && (strings.Contains(rest, "/attachments") || strings.HasSuffix(rest, "/enclosures") || collection == "uploads"), method == http.MethodPatch:
		return gate.ClassUpload
	case method == http.MethodPost && slices.Contains(takesSecrets, collection):
		return gate.ClassLogin
	case method == http.MethodGet && (!below || collection == "oversight") && route != streamPath && collection != "me":
		return gate.ClassSearch
	default:
		return gate.ClassOther
	}
}
