package main

import (
	"context"
	"errors"
	"fmt"

	"congvan/desk"
	"congvan/routing"

	"github.com/spf13/cobra"
)

// accountCommand is for who runs the machines: the first administrator of an
// installation is invited so, and one who has shut himself out comes back in. What
// it does stands in the journal, with the command as its origin.
func accountCommand() *cobra.Command {
	cmd := &cobra.Command{Use: "account", Short: "Invite, reset, disable or enable an account from the machine itself (DATABASE_URL)"}
	cmd.AddCommand(
		accountVerb("invite USERNAME", "Print a link by which the first password of an account is set, once, within 72 hours", link(routing.Invitation)),
		accountVerb("reset USERNAME", "Print a link by which a new password of an account is set, once, within 15 minutes", link(routing.Reset)),
		accountVerb("disable USERNAME", "Close an account and end its sessions", disabled(true)),
		accountVerb("enable USERNAME", "Open a closed account again", disabled(false)),
	)
	return cmd
}

type onAccount func(ctx context.Context, c config, d *desk.Desk, username string) (string, error)

func accountVerb(use, short string, do onAccount) *cobra.Command {
	return &cobra.Command{
		Use: use, Short: short, Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			c, _, record, err := openRecord()
			if err != nil {
				return err
			}
			defer record.Close()
			said, err := do(cmd.Context(), c, desk.New(record, nil, nil), args[0])
			if errors.Is(err, routing.ErrNotFound) {
				return fmt.Errorf("no account is called %q", args[0])
			}
			if err == nil {
				fmt.Fprintln(cmd.OutOrStdout(), said)
			}
			return err
		},
	}
}

func link(purpose routing.LinkPurpose) onAccount {
	return func(ctx context.Context, c config, d *desk.Desk, username string) (string, error) {
		_, secret, err := d.OfferPasswordByCommand(ctx, username, purpose)
		return c.BaseURL + routing.LinkPath + "#" + secret, err
	}
}

func disabled(yes bool) onAccount {
	return func(ctx context.Context, _ config, d *desk.Desk, username string) (string, error) {
		said := username + " is open."
		if yes {
			said = username + " is closed; its sessions have ended."
		}
		return said, d.SetDisabledByCommand(ctx, username, yes)
	}
}
