package desk

import (
	"context"
	"encoding/hex"
	"errors"
	"time"

	"congvan/attachments/blobs"
	"congvan/attachments/clamd"
	"congvan/routing"
)

// orphanAfter is how long a file without a row is left alone: whoever wrote it
// may be about to write the row.
const orphanAfter = 24 * time.Hour

// Scrubbed is what a look at the next stored files came to.
type Scrubbed struct {
	Looked  int
	More    bool
	Damaged int // of them
	Scanned int // by the antivirus, because they had not been
	Found   int // by it
}

// ErrFilesAway says that the files of documents are not where this process looks for
// them.
var ErrFilesAway = errors.New("desk: the store of files is empty, and documents have files: ATTACHMENTS_URL is another folder than the API's, or its disk is not mounted")

// Scrub reads stored files to their end that were not looked at since an instant,
// up to so many of them or bytes (at least one), and writes down which are not
// whole any more; those that the antivirus has not seen it sees now. What is
// damaged is never mended here: restore it from a backup and the next look finds
// it whole. ErrFilesAway, and nothing written, if there is no file at all.
func (d *Desk) Scrub(ctx context.Context, before time.Time, limit int, bytes int64) (page Scrubbed, err error) {
	files, err := d.record.StoredFiles(ctx, before, limit)
	if err != nil {
		return page, err
	}
	page.More = len(files) == limit
	now := d.now()
	if now.Before(before) { // this machine's clock is behind: each is looked at once a night
		now = before
	}
	for _, file := range files {
		if bytes <= 0 {
			page.More = true
			return page, nil
		}
		bytes -= file.Size
		page.Looked++
		content, err := d.verified(ctx, blobs.Sum(file.SHA256), file.Size)
		if err != nil && !errors.Is(err, ErrFileDamaged) {
			return page, err
		}
		if err != nil {
			if empty, lookErr := d.files.Empty(ctx); lookErr != nil || empty {
				return page, errors.Join(ErrFilesAway, lookErr)
			}
		}
		entry := routing.Entry{At: now, Outcome: routing.OutcomeRefused,
			Subject: routing.Subject{Kind: routing.SubjectFile, ID: hex.EncodeToString(file.SHA256)}}
		if err != nil {
			page.Damaged++
			entry.Kind = "file-damaged"
			if err := d.noteDamage(ctx, file.SHA256, entry); err != nil {
				return page, err
			}
			continue
		}
		if _, err = d.record.NoteChecked(ctx, file.SHA256, now, true); err == nil && file.Scan == string(clamd.NotScanned) {
			err = d.scanStored(ctx, file.SHA256, content, entry, &page)
		}
		_ = content.Close()
		if err != nil {
			return page, err
		}
	}
	return page, nil
}

// The size of a page of the nightly look: a second or two of reading.
const (
	scrubFiles = 200
	scrubBytes = 128 << 20
)

// ScrubPage is Scrub in pages for the nightly upkeep.
func (d *Desk) ScrubPage(ctx context.Context, before time.Time) (more bool, err error) {
	page, err := d.Scrub(ctx, before, scrubFiles, scrubBytes)
	return page.More, err
}

func (d *Desk) scanStored(ctx context.Context, sum []byte, content *blobs.Verified, entry routing.Entry, page *Scrubbed) error {
	if d.antivirus == nil {
		return nil
	}
	result, err := d.antivirus.Scan(ctx, readAt{content})
	if err != nil {
		return nil // the next night
	}
	page.Scanned++
	if err := d.record.NoteScan(ctx, sum, stateOf(result)); err != nil || result.State != clamd.Found {
		return err
	}
	page.Found++
	entry.Kind, entry.Code = "file-refused", ErrFileVirus.Code
	return d.record.Note(ctx, entry)
}

// SweepFiles removes stored contents that no document has, a day after they were
// written: what a crash left between file and row, and what was taken out.
func (d *Desk) SweepFiles(ctx context.Context) (swept int, err error) {
	return d.files.Sweep(ctx, time.Now().Add(-orphanAfter), func(ctx context.Context, sum blobs.Sum) (bool, error) {
		return d.record.WantsFile(ctx, sum[:])
	})
}

// DamagedFiles counts the contents that are not whole any more.
func (d *Desk) DamagedFiles(ctx context.Context) (int, error) { return d.record.DamagedFiles(ctx) }

// UploadsUnderWay counts the uploads of this process and their bytes.
func (d *Desk) UploadsUnderWay() (uploads int, bytes int64) { return d.staged.Used() }
