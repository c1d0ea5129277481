package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"time"

	"congvan/audit"
	"congvan/desk"
	"congvan/gate"
	"congvan/migrations"
	"congvan/postgres"
	"congvan/worker"
	"congvan/worker/sealed"

	"github.com/caarlos0/env/v11"
	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/contrib/envconfig"
	"gocloud.dev/blob"
	_ "gocloud.dev/blob/fileblob" // attachments in a folder: file:///…
)

// config is what the single parts read from the environment. `congvan up` sets
// it for the processes that it starts; docs/operations.md has the table.
type config struct {
	DatabaseURL         string   `env:"DATABASE_URL"`
	AppRole             string   `env:"APP_ROLE"`       // what migrate grants the record to: the role that serve and worker log in with
	ReportingRole       string   `env:"REPORTING_ROLE"` // what migrate grants the views for reports to
	WebhookAllow        string   `env:"WEBHOOK_ALLOW"`  // receivers inside the house's own network that the worker may call
	DatabaseConnections int      `env:"DATABASE_CONNECTIONS"`
	HTTPAddress         string   `env:"HTTP_ADDRESS" envDefault:"127.0.0.1:8480"`
	AttachmentsURL      string   `env:"ATTACHMENTS_URL" envDefault:".local/attachments"`
	TokensFile          string   `env:"TOKENS_FILE" envDefault:".local/tokens.json"`
	WorkerHealthAddress string   `env:"WORKER_HEALTH_ADDRESS" envDefault:"127.0.0.1:8481"`
	TemporalUIURL       string   `env:"TEMPORAL_UI_URL"`
	DemoLadder          bool     `env:"DEMO_LADDER"`                                     // documents may climb the ladder that rings in seconds
	SMTP                string   `env:"CONGVAN_SMTP" envDefault:"smtp://127.0.0.1:8483"` // the sink of `congvan up`
	MailFrom            string   `env:"CONGVAN_MAIL_FROM" envDefault:"congvan@congvan.local"`
	BaseURL             string   `env:"CONGVAN_BASE_URL" envDefault:"http://127.0.0.1:8480"`
	MailSinkAddress     string   `env:"MAIL_SINK_ADDRESS" envDefault:"127.0.0.1:8482"`
	MailSinkSMTPAddress string   `env:"MAIL_SINK_SMTP_ADDRESS" envDefault:"127.0.0.1:8483"`
	AuditKey            string   `env:"AUDIT_KEY" envDefault:".local/audit.key"`  // what heads of the log are signed with; the public key lies beside it
	AuditAnchor         string   `env:"AUDIT_ANCHOR" envDefault:".local/anchors"` // the folder of the anchors
	BackupStamp         string   `env:"CONGVAN_BACKUP_STAMP"`                     // file that is written after each backup; empty: nobody says so
	Trust               string   `env:"CONGVAN_TRUST"`                            // folder of certificates of issuers whose signatures are trusted; empty: none
	CodecKeys           string   `env:"CONGVAN_CODEC_KEYS"`                       // file; empty: payloads in clear, to a Temporal on this machine only
	AllowUnverified     []string `env:"CONGVAN_ALLOW_UNVERIFIED"`                 // servers elsewhere that need no verified TLS: postgres, temporal
	Files
	LogLevel slog.Level `env:"LOG_LEVEL" envDefault:"INFO"`
	Access
	Login
}

func readConfig() (config, *slog.Logger, error) {
	var c config
	if err := env.Parse(&c); err != nil {
		return c, nil, err
	}
	log := slog.New(slog.NewTextHandler(os.Stderr, &slog.HandlerOptions{Level: c.LogLevel}))
	return c, log, nil
}

// openRecord reads the configuration and opens the record: what every part
// begins with.
func openRecord() (config, *slog.Logger, *postgres.Store, error) {
	c, log, err := readConfig()
	if err != nil {
		return c, nil, nil, err
	}
	record, err := c.record()
	return c, log, record, err
}

// record opens the database that DATABASE_URL names.
func (c config) record() (*postgres.Store, error) {
	if c.DatabaseURL == "" {
		return nil, errors.New("DATABASE_URL has to name a PostgreSQL database, for example postgres://congvan@127.0.0.1:5432/congvan; `make run` brings its own")
	}
	if err := postgres.CheckAddress(c.DatabaseURL, c.unverified("postgres")); err != nil {
		return nil, fmt.Errorf("DATABASE_URL: %w", err)
	}
	return postgres.Open(c.DatabaseURL, c.DatabaseConnections), nil
}

// recordToMigrate is the same for changing its tables.
func (c config) recordToMigrate() (*postgres.Store, error) {
	record, err := c.record()
	if err != nil {
		return nil, err
	}
	_ = record.Close() // its address is good
	return postgres.OpenToMigrate(c.DatabaseURL), nil
}

// mayChangeHistory warns of an installation whose programs own the record.
func mayChangeHistory(ctx context.Context, record *postgres.Store, log *slog.Logger) {
	if owns, err := migrations.Owns(ctx, record.DB()); err == nil && owns {
		log.Warn("this program logs in as the owner of the record and could change what happened; give it a role of its own (APP_ROLE, docs/operations.md)")
	}
}

// attachments opens the store of files: a folder, or a file:// URL of
// gocloud.dev/blob.
func (c config) attachments(ctx context.Context) (*blob.Bucket, error) {
	address := c.AttachmentsURL
	if !strings.Contains(address, "://") {
		folder, err := filepath.Abs(address)
		if err != nil {
			return nil, err
		}
		// Written beside its place and moved there; no second file with what the record knows.
		address = (&url.URL{Scheme: "file", Path: folder, RawQuery: "create_dir=true&metadata=skip&dir_file_mode=0700&no_tmp_dir=true"}).String()
	}
	bucket, err := blob.OpenBucket(ctx, address)
	if err != nil {
		return nil, fmt.Errorf("ATTACHMENTS_URL: %w", err)
	}
	return bucket, nil
}

// deskOptions are what this installation lets its desk allow.
func (c config) deskOptions() ([]desk.Option, error) {
	rules, err := c.Login.rules()
	if err != nil {
		return nil, err
	}
	_, keys, _ := audit.ReadPublic(audit.PublicPath(c.AuditKey)) // a machine without the key names none on its receipts
	options := []desk.Option{desk.WithLogin(rules), desk.WithLog(desk.SealWait, keys...)}
	if c.DemoLadder {
		options = append(options, desk.AllowDemoLadder())
	}
	return options, nil
}

// temporalOptions reads TEMPORAL_ADDRESS, TEMPORAL_NAMESPACE, TEMPORAL_TLS… as
// every Temporal program does, and CONGVAN_CODEC_KEYS.
func (c config) temporalOptions(log *slog.Logger) (client.Options, error) {
	options, err := envconfig.LoadDefaultClientOptions()
	if err != nil {
		return options, fmt.Errorf("TEMPORAL_…: %w", err)
	}
	if !loopback(options.HostPort) && options.ConnectionOptions.TLS == nil && options.Credentials == nil && !c.unverified("temporal") {
		return options, errors.New("a Temporal server on another machine needs TEMPORAL_TLS=true (TEMPORAL_TLS_SERVER_CA_CERT_PATH for an authority of your own)")
	}
	keys, err := c.codecKeys(options.HostPort)
	if err != nil {
		return options, err
	}
	options.Logger = worker.Logger(log)
	return sealed.Seal(options, keys), nil
}

// dialTemporal waits until the Temporal server answers.
func (c config) dialTemporal(ctx context.Context, log *slog.Logger) (client.Client, error) {
	options, err := c.temporalOptions(log)
	if err != nil {
		return nil, err
	}
	for {
		c, err := client.DialContext(ctx, options)
		if err == nil || ctx.Err() != nil {
			return c, err
		}
		log.Warn("waiting for the Temporal server", "address", options.HostPort, "error", err)
		select {
		case <-ctx.Done():
		case <-time.After(2 * time.Second):
		}
	}
}

// listen serves until ctx ends and then lets running requests finish.
func listen(ctx context.Context, server *http.Server) error {
	failed := make(chan error, 1)
	listener, err := (&net.ListenConfig{}).Listen(ctx, "tcp", server.Addr)
	if err != nil {
		return err
	}
	go func() { failed <- server.Serve(gate.Listen(listener)) }()
	select {
	case err := <-failed:
		return err
	case <-ctx.Done():
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), 10*time.Second)
	defer cancel()
	if err := server.Shutdown(ctx); err != nil {
		return server.Close() // streams do not end by themselves
	}
	return nil
}
