package main

import (
	"context"
	"net/http"
	"sync"
	"sync/atomic"
	"time"

	"congvan/activities"
	"congvan/desk"
	"congvan/mail"
	"congvan/routing"
	"congvan/webhooks"
	"congvan/worker"

	"github.com/spf13/cobra"
)

func workerCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "worker",
		Short: "Run the workflows, the outbox relay, the mailer and the sealer of the log (DATABASE_URL, TEMPORAL_ADDRESS, WORKER_HEALTH_ADDRESS, CONGVAN_SMTP, WEBHOOK_ALLOW, AUDIT_KEY, AUDIT_ANCHOR)",
		Args:  cobra.NoArgs,
		RunE:  func(cmd *cobra.Command, _ []string) error { return runWorker(cmd.Context()) },
	}
}

func runWorker(ctx context.Context) error {
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	c, log, record, err := openRecord()
	if err != nil {
		return err
	}
	defer record.Close()
	mayChangeHistory(ctx, record, log)
	post, err := mail.New(c.SMTP, c.MailFrom)
	if err != nil {
		return err
	}
	allow, err := webhooks.ParseAllowed(c.WebhookAllow)
	if err != nil {
		return err
	}
	sealer, err := c.sealer(ctx, record, log)
	if err != nil {
		return err
	}

	stored, err := c.storedFiles()
	if err != nil {
		return err
	}
	files, err := c.attachments(ctx)
	if err != nil {
		return err
	}
	defer files.Close()
	keeper := desk.New(record, files, nil, stored...)

	var working atomic.Bool
	health := &http.Server{Addr: c.WorkerHealthAddress, ReadHeaderTimeout: 5 * time.Second,
		Handler: workerHealth(func(ctx context.Context) bool { return working.Load() && record.Ping(ctx) == nil })}
	failed := make(chan error, 2) // the health server and the worker end once each
	go func() { failed <- listen(ctx, health); stop() }()

	temporal, err := c.dialTemporal(ctx, log)
	if err != nil {
		if ctx.Err() == nil {
			return err // a setting is wrong
		}
		return <-failed // asked to stop before the server answered, or the health port is taken
	}
	defer temporal.Close()
	w := worker.New(temporal, activities.New(record, nil).WithFiles(keeper), func(err error) { failed <- err; stop() })
	if err := w.Start(); err != nil {
		return err
	}
	defer w.Stop()
	working.Store(true)
	log.Info("working")
	var beside sync.WaitGroup
	beside.Go(func() { worker.KeepSchedules(ctx, temporal, log) })
	beside.Go(func() { worker.Ledgers{Record: record, Log: log}.Run(ctx) })
	beside.Go(func() { worker.Mailer{Record: record, Post: post, Base: c.BaseURL, Log: log}.Run(ctx) })
	hooks := &worker.Hooks{Record: record, Caller: webhooks.Caller{Allow: allow}, Log: log, Secret: c.webhookSecret}
	beside.Go(func() { hooks.Run(ctx) })
	beside.Go(func() { sealer.Run(ctx) })
	worker.NewRelay(record, temporal, log).Run(ctx) // until ctx ends
	beside.Wait()
	working.Store(false)
	return <-failed // the health server ends with ctx, too
}

// webhookSecret opens the secret of a webhook. The key is read when it is needed: an
// installation without webhooks needs none here.
func (c config) webhookSecret(id routing.ID, sealed []byte) (string, error) {
	seal, err := readSeal(c.AccountsKeyFile)
	if err != nil {
		return "", err
	}
	return desk.OpenWebhook(seal, id, sealed)
}

// workerHealth answers /healthz while the process lives and /readyz while it works.
func workerHealth(ready func(context.Context) bool) http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /healthz", func(http.ResponseWriter, *http.Request) {})
	mux.HandleFunc("GET /readyz", func(w http.ResponseWriter, r *http.Request) {
		ctx, cancel := context.WithTimeout(r.Context(), 2*time.Second)
		defer cancel()
		if !ready(ctx) {
			w.WriteHeader(http.StatusServiceUnavailable)
		}
	})
	return mux
}
