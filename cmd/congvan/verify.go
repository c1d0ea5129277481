package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"time"

	"congvan/audit"
	"congvan/calendar"
	"congvan/postgres"

	"github.com/spf13/cobra"
)

// errFindings ends `congvan verify` with 1: something is not as it was written.
var errFindings = errors.New("the record is not what was sealed")

type verifyFlags struct {
	sinceAnchor, skipFiles, skipStates, acceptLoss, asJSON bool
	key                                                    string
}

func verifyCommand() *cobra.Command {
	var f verifyFlags
	cmd := &cobra.Command{
		Use:   "verify",
		Short: "Check the sealed log against the record and its anchors; exit code 1 if anything differs (DATABASE_URL, AUDIT_KEY, AUDIT_ANCHOR, ATTACHMENTS_URL)",
		Args:  cobra.NoArgs,
		RunE:  func(cmd *cobra.Command, _ []string) error { return verify(cmd.Context(), cmd.OutOrStdout(), f) },
	}
	cmd.Flags().BoolVar(&f.sinceAnchor, "since-anchor", false, "only what was sealed since the newest anchor that is a day old")
	cmd.Flags().BoolVar(&f.skipFiles, "skip-files", false, "do not read the attachments")
	cmd.Flags().BoolVar(&f.skipStates, "skip-states", false, "do not replay the events of every document")
	cmd.Flags().BoolVar(&f.acceptLoss, "accept-loss", false, "write down that what the anchors know and the record does not is given up")
	cmd.Flags().BoolVar(&f.asJSON, "json", false, "print the report as JSON")
	cmd.Flags().StringVar(&f.key, "key", "", "public key instead of the one beside AUDIT_KEY")
	cmd.AddCommand(verifyReceiptCommand(), publicKeyCommand())
	return cmd
}

// anchorsWith are the anchors with the keys of a flag, or those beside AUDIT_KEY.
func (c config) anchorsWith(key string) (*audit.Anchors, error) {
	keys, _, err := audit.ReadPublic(audit.PublicPath(c.AuditKey))
	if key != "" {
		keys, err = audit.ReadKeys(key)
	}
	return &audit.Anchors{Dir: c.AuditAnchor, Keys: keys}, err
}

func verify(ctx context.Context, out io.Writer, f verifyFlags) error {
	c, _, err := readConfig()
	if err != nil {
		return err
	}
	if c.DatabaseConnections > 0 {
		c.DatabaseConnections = max(c.DatabaseConnections, 6) // it reads side by side
	}
	record, err := c.record()
	if err != nil {
		return err
	}
	defer record.Close()
	anchors, err := c.anchorsWith(f.key)
	if err != nil {
		return err
	}
	if f.acceptLoss {
		return acceptLoss(ctx, out, c, record, anchors)
	}
	v := audit.Verifier{Record: record, Anchors: anchors, SinceAnchor: f.sinceAnchor, SkipStates: f.skipStates}
	if !f.skipFiles && !f.sinceAnchor {
		files, err := c.attachments(ctx)
		if err != nil {
			return err
		}
		defer files.Close()
		v.Files = audit.Bucket{Bucket: files}
	}
	report, err := v.Verify(ctx)
	if err != nil {
		return err
	}
	if f.asJSON {
		err = json.NewEncoder(out).Encode(report)
	} else {
		_, err = io.WriteString(out, report.Text())
	}
	if err == nil && !report.OK() {
		err = errFindings
	}
	return err
}

func acceptLoss(ctx context.Context, out io.Writer, c config, record *postgres.Store, anchors *audit.Anchors) error {
	key, _, err := audit.OpenKey(c.AuditKey, false)
	if err != nil {
		return err
	}
	loss, err := anchors.AcceptLoss(ctx, record, key, time.Now())
	if errors.Is(err, audit.ErrNoLoss) {
		fmt.Fprintln(out, "Nothing is lost; nothing was written.")
		return nil
	}
	if err != nil {
		return err
	}
	fmt.Fprintf(out, "Written down in the journal and in the anchors: %d entries were anchored, the log has %d. Numbers that were given are not given again.\n",
		loss.Anchored.Size, loss.Size)
	return nil
}

func publicKeyCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "key",
		Short: "Print the public key that heads of the log are signed with (AUDIT_KEY)",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			c, _, err := readConfig()
			if err != nil {
				return err
			}
			_, public, err := audit.ReadPublic(audit.PublicPath(c.AuditKey))
			for _, key := range public {
				fmt.Fprintln(cmd.OutOrStdout(), key)
			}
			return err
		},
	}
}

func verifyReceiptCommand() *cobra.Command {
	var key string
	var online bool
	cmd := &cobra.Command{
		Use:   "receipt FILE",
		Short: "Check a receipt, without the server; exit code 1 if it proves nothing",
		Args:  cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return verifyReceipt(cmd.Context(), cmd.OutOrStdout(), args[0], key, online)
		},
	}
	cmd.Flags().StringVar(&key, "key", "", "public key of the installation (congvan verify key); else the one beside AUDIT_KEY")
	cmd.Flags().BoolVar(&online, "online", false, "also compare it with the record (DATABASE_URL)")
	return cmd
}

func verifyReceipt(ctx context.Context, out io.Writer, name, key string, online bool) error {
	data, err := os.ReadFile(name)
	if err != nil {
		return err
	}
	receipt, err := audit.ReadReceipt(data)
	if err != nil {
		return err
	}
	c, _, err := readConfig()
	if err != nil {
		return err
	}
	anchors, err := c.anchorsWith(key)
	if err != nil {
		return fmt.Errorf("%w; name the installation's public key with --key", err)
	}
	head, err := receipt.Check(anchors.Keys)
	if err != nil {
		return err
	}
	if online {
		record, err := c.record()
		if err != nil {
			return err
		}
		defer record.Close()
		if err := receipt.CheckOnline(ctx, record, head); err != nil {
			return err
		}
	}
	f := receipt.Facts
	fmt.Fprintf(out, "The receipt is good: %s (%s) received %s/%s of %s at %s, as %s; sealed before %s, in a log of %d entries.\n",
		f.Unit.Name, f.Unit.Code, f.Document.CodeNumber, f.Document.CodeNotation, f.Document.Issuer, f.ReceivedAt.In(calendar.Location).Format(time.RFC3339),
		f.Account.Name, head.At.In(calendar.Location).Format(time.RFC3339), head.Size)
	return nil
}
