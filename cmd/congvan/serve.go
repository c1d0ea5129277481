package main

import (
	"context"
	"fmt"
	"net/http"
	neturl "net/url"

	"congvan/api"
	"congvan/attachments"
	"congvan/desk"
	"congvan/gate"
	"congvan/routing"
	"congvan/web"
	"congvan/worker"

	"github.com/spf13/cobra"
	"go.temporal.io/sdk/client"
)

func serveCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "serve",
		Short: "Serve the API (DATABASE_URL, TEMPORAL_ADDRESS, HTTP_ADDRESS, ATTACHMENTS_URL)",
		Args:  cobra.NoArgs,
		RunE:  func(cmd *cobra.Command, _ []string) error { return serve(cmd.Context()) },
	}
}

func serve(ctx context.Context) error {
	c, log, record, err := openRecord()
	if err != nil {
		return err
	}
	defer record.Close()
	if err := c.mustHoldItsAnchors(ctx, record, log); err != nil {
		return err
	}
	mayChangeHistory(ctx, record, log)
	files, err := c.attachments(ctx)
	if err != nil {
		return err
	}
	defer files.Close()
	fileOptions, err := c.fileOptions()
	if err != nil {
		return err
	}
	trust, err := attachments.LoadTrust(c.Trust)
	if err != nil {
		return fmt.Errorf("CONGVAN_TRUST: %w", err)
	}
	limits, err := gate.ParseLimits(c.RateLimits)
	if err != nil {
		return fmt.Errorf("RATE_LIMITS: %w", err)
	}
	provider, err := c.identityProvider()
	if err != nil {
		return err
	}
	proxies, err := c.proxies()
	if err != nil {
		return err
	}
	allowed, err := c.deskOptions()
	if err != nil {
		return err
	}
	options, err := c.temporalOptions(log)
	if err != nil {
		return err
	}
	// Lazy: people's acts do not need the engine, so the API starts without it.
	temporal, err := client.NewLazyClient(options)
	if err != nil {
		return err
	}
	defer temporal.Close()
	gates := gate.New(gate.Config{
		Desk:    desk.New(record, files, nil, append(append(allowed, fileOptions...), desk.Trusting(trust))...),
		Log:     log,
		Limits:  limits,
		Proxies: proxies,
		Origin:  origin(c.BaseURL),
	})
	runs := engine{worker.Engine{Temporal: temporal}, options.Namespace, c.TemporalUIURL}
	handler := api.New(api.Config{Gate: gates, Engine: runs, Version: version, Pages: c.BaseURL, OIDC: provider})
	pages, err := web.New(web.Config{Gate: gates, Settings: c.pages(provider != nil, runs)})
	if err != nil {
		return err
	}
	go warnOfLogs(ctx, record, log)
	log.Info("serving", "address", c.HTTPAddress)
	return listen(ctx, api.NewServer(c.HTTPAddress, faces{handler, pages}))
}

// faces are the two ways in: programs ask the API, browsers the pages.
type faces struct {
	*api.Handler
	pages http.Handler
}

func (f faces) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if api.Answers(r.URL.Path) {
		f.Handler.ServeHTTP(w, r)
		return
	}
	f.pages.ServeHTTP(w, r)
}

// engine lets the API ask the documents' workflows.
type engine struct {
	runs      worker.Engine
	namespace string
	ui        string // address of the Temporal pages; empty: none
}

// Situation describes the workflow of a document in the API's words.
func (e engine) Situation(ctx context.Context, document routing.ID) (api.Situation, error) {
	run, err := e.runs.Run(ctx, document)
	if err != nil {
		return api.Situation{}, err
	}
	s := api.Situation{
		WorkflowID: run.WorkflowID, RunID: run.RunID, Status: run.Status, WaitsFor: run.WaitsFor,
		NextAlarm: run.NextAlarm, Milestones: run.Seen, HistoryEvents: run.HistoryEvents,
	}
	if e.ui != "" {
		s.UIURL = e.ui + "/namespaces/" + e.namespace + "/workflows/" + neturl.PathEscape(run.WorkflowID) + "/" + run.RunID + "/history"
	}
	return s, nil
}
