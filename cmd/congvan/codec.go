package main

import (
	"errors"
	"fmt"
	"net"

	"congvan/worker/sealed"

	"github.com/spf13/cobra"
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
