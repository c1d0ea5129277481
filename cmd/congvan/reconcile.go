package main

import (
	"errors"
	"fmt"
	"io"
	"time"

	"congvan/calendar"
	"congvan/postgres"
	"congvan/routing"

	"github.com/spf13/cobra"
)

// errLagging ends `congvan reconcile` with 1: it has found something.
var errLagging = errors.New("some documents lag")

func reconcileCommand() *cobra.Command {
	var dry bool
	cmd := &cobra.Command{
		Use:   "reconcile",
		Short: "Wake the workflows of documents that lag or have none; exit code 1 if there were any (DATABASE_URL)",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			_, _, record, err := openRecord()
			if err != nil {
				return err
			}
			defer record.Close()
			find := record.WakeLagging
			if dry {
				find = record.Lagging
			}
			found, now := 0, time.Now()
			var after routing.ID
			for {
				lags, err := find(cmd.Context(), now, after, 500)
				if err != nil {
					return err
				}
				printLags(cmd.OutOrStdout(), lags)
				if found += len(lags); len(lags) < 500 {
					break
				}
				after = lags[len(lags)-1].DocumentID
			}
			switch {
			case found == 0:
				return nil
			case dry:
				return fmt.Errorf("%w: %d; nothing was done", errLagging, found)
			}
			return fmt.Errorf("%w: %d, all woken", errLagging, found)
		},
	}
	cmd.Flags().BoolVar(&dry, "dry-run", false, "only print what lags")
	return cmd
}

func printLags(out io.Writer, lags []postgres.Lag) {
	for _, x := range lags {
		fmt.Fprintf(out, "%s\t%s\t%s\t%s since %s\n", x.DocumentID, x.Title, x.Status, x.Missing, x.Since.In(calendar.Location).Format("02/01/2006 15:04"))
	}
}
