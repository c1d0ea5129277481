package main

import (
	"context"
	"log/slog"
	"time"

	"congvan/audit"
	"congvan/postgres"
	"congvan/routing"
)

// onceRecordAnswers asks again as long as the database is away.
func onceRecordAnswers(ctx context.Context, log *slog.Logger, ask func() error) error {
	for {
		err := ask()
		if routing.FaultOf(err) != routing.Unavailable || err == nil {
			return err
		}
		log.Warn("waiting for the record", "error", postgres.WithoutContent(err))
		select {
		case <-ctx.Done():
			return err
		case <-time.After(2 * time.Second):
		}
	}
}

// sealer prepares what seals the log; the record has to be what its anchors say.
// The key is made where nothing was ever sealed.
func (c config) sealer(ctx context.Context, record *postgres.Store, log *slog.Logger) (*audit.Sealer, error) {
	if err := c.mustHoldItsAnchors(ctx, record, log); err != nil {
		return nil, err
	}
	last, err := record.LogLast(ctx)
	if err != nil {
		return nil, err
	}
	anchors := &audit.Anchors{Dir: c.AuditAnchor}
	known, err := anchors.Exist()
	if err != nil {
		return nil, err
	}
	key, _, err := audit.OpenKey(c.AuditKey, last.Size == 0 && !known)
	if err != nil {
		return nil, err
	}
	keys, public, err := audit.ReadPublic(audit.PublicPath(c.AuditKey))
	if err != nil {
		return nil, err
	}
	anchors.Keys = keys
	log.Info("sealing the log", "public key", public, "anchors", c.AuditAnchor)
	return &audit.Sealer{Record: record, Key: key, Anchors: anchors, Log: log}, nil
}

// mustHoldItsAnchors refuses a record that is behind its anchors, where they can
// be read.
func (c config) mustHoldItsAnchors(ctx context.Context, record *postgres.Store, log *slog.Logger) error {
	return onceRecordAnswers(ctx, log, func() error { return (&audit.Anchors{Dir: c.AuditAnchor}).Check(ctx, record) })
}
