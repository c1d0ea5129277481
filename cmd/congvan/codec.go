package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"slices"
	"time"

	"congvan/postgres"
	"congvan/routing"
	"congvan/worker"
	"congvan/worker/sealed"
	"congvan/workflows"

	"github.com/spf13/cobra"
	"go.temporal.io/sdk/client"
	"google.golang.org/protobuf/encoding/protojson"
)

// codecKeys reads CONGVAN_CODEC_KEYS. Only an installation whose Temporal is on
// the same machine may do without: payloads in clear never leave it.
func (c config) codecKeys(temporal string) (*sealed.Keys, error) {
	if c.CodecKeys != "" {
		return sealed.ReadKeys(c.CodecKeys)
	}
	if !loopback(temporal) {
		return nil, errors.New("CONGVAN_CODEC_KEYS has to name the file of keys that seal what a Temporal server elsewhere keeps; `congvan codec-key FILE` makes one")
	}
	return &sealed.Keys{}, nil
}

// unverified says whether the administrator has allowed a kind of server on
// another machine to be spoken to without verified TLS.
func (c config) unverified(server string) bool { return slices.Contains(c.AllowUnverified, server) }

// loopback says whether host:port, or a host alone, is this machine. Empty is
// the default of every client: this machine.
func loopback(address string) bool {
	host, _, err := net.SplitHostPort(address)
	if err != nil {
		host = address
	}
	ip := net.ParseIP(host)
	return host == "" || host == "localhost" || ip != nil && ip.IsLoopback()
}

func codecKeyCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "codec-key FILE",
		Short: "Add a new key to the file that CONGVAN_CODEC_KEYS names; older ones go on reading",
		Args:  cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := sealed.AddKey(args[0]); err != nil {
				return err
			}
			keys, err := sealed.ReadKeys(args[0])
			if err != nil {
				return err
			}
			fmt.Fprintf(cmd.OutOrStdout(), "Added key %s. Copy the file to every machine that runs `congvan worker` or `congvan serve`, then start them anew, one after the other; keep a copy away from the backups of the database.\n", keys.Newest())
			return nil
		},
	}
}

// warnOfLogs tells the administrator once, when the database answers, by which
// of its settings text of documents would reach its log.
func warnOfLogs(ctx context.Context, record *postgres.Store, log *slog.Logger) {
	for ctx.Err() == nil {
		found, err := record.Talkative(ctx)
		if err == nil {
			for _, setting := range found {
				log.Warn("PostgreSQL may write text of documents to its log", "setting", setting, "see", "docs/secrets.md")
			}
			return
		}
		select {
		case <-ctx.Done():
		case <-time.After(5 * time.Second):
		}
	}
}

func historyCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "history DOCUMENT",
		Short: "Print the workflow history of a document with its payloads opened (TEMPORAL_ADDRESS, CONGVAN_CODEC_KEYS)",
		Args:  cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			c, log, err := readConfig()
			if err != nil {
				return err
			}
			options, err := c.temporalOptions(log)
			if err != nil {
				return err
			}
			keys, err := c.codecKeys(options.HostPort)
			if err != nil {
				return err
			}
			temporal, err := client.DialContext(cmd.Context(), options)
			if err != nil {
				return err
			}
			defer temporal.Close()
			history, err := worker.History(cmd.Context(), temporal, keys, workflows.WorkflowID(routing.ID(args[0])))
			if err != nil {
				return err
			}
			text, err := protojson.MarshalOptions{Multiline: true}.Marshal(history)
			if err != nil {
				return err
			}
			fmt.Fprintln(cmd.OutOrStdout(), string(text))
			return nil
		},
	}
}
