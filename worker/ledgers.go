package worker

import (
	"context"
	"log/slog"
	"time"

	"congvan/postgres"
)

// Ledgers keeps the ledgers of late documents as they stand, so that whoever asks
// where they lay need not wait until each is reckoned (docs/ledger.md). Any number
// may run on one record; one that stands still makes answers slower, not wrong.
type Ledgers struct {
	Record *postgres.Store
	Log    *slog.Logger
	Now    func() time.Time // nil: the machine's clock
}

// The measures of keeping ledgers: some milliseconds each.
const (
	ledgerBatch = 50
	ledgerLook  = time.Minute
)

// Run keeps ledgers until ctx ends.
func (l Ledgers) Run(ctx context.Context) {
	now := l.Now
	if now == nil {
		now = time.Now
	}
	for ctx.Err() == nil {
		kept, err := l.Record.KeepLedgers(ctx, now().UTC(), ledgerBatch)
		if err != nil && ctx.Err() == nil {
			l.Log.Warn("ledgers wait", "error", postgres.WithoutContent(err))
		}
		if err != nil || kept < ledgerBatch {
			sleep(ctx, ledgerLook)
		}
	}
}
