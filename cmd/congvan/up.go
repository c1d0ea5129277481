package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"text/tabwriter"
	"time"

	"congvan/local"
	"congvan/seed"

	"github.com/spf13/cobra"
)

// stopWithin is how long `congvan stop` waits for an installation to end.
const stopWithin = 60 * time.Second

func upCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "up",
		Short: "Run a complete installation on this machine until Ctrl-C; its data is in .local",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return up(cmd.Context(), cmd.OutOrStdout(), func(info local.Info) { welcome(cmd.OutOrStdout(), info) })
		},
	}
}

// up runs the installation in .local beside the program's Temporal server.
func up(ctx context.Context, out io.Writer, ready func(local.Info)) error {
	ports, err := local.PortsFromEnv()
	if err != nil {
		return err
	}
	program, err := os.Executable()
	if err != nil {
		return err
	}
	return local.Up(ctx, local.Config{
		Ports: ports, Temporal: filepath.Join(filepath.Dir(program), "temporal"), Out: out, OnReady: ready,
		Env: []string{fmt.Sprintf("TEMPORAL_UI_URL=http://127.0.0.1:%d", ports.TemporalUI), "DEMO_LADDER=true", "SECOND_FACTOR=offered"},
	})
}

func welcome(out io.Writer, info local.Info) {
	password, err := seed.ReadPassword(info.PasswordFile)
	if err != nil {
		password = "in " + info.PasswordFile
	}
	fmt.Fprintf(out, `
Công Văn is running (started in %.1f s). Ctrl-C stops it; the data stays in .local.

  The pages                   %s
  API and its documentation   %s/api/v1/docs
  Temporal's own pages        %s
  Mails (none leaves)         %s
  Logs                        %s

Log in: the demo accounts are named after their posts, and have one password, drawn for this installation:
  vanthu.quan (clerk), chutich.quan (chairman), truong.qldt (head of an office), chutich.molao (a ward) …
  password: %s

Programs come with a token instead:
  curl -H "Authorization: Bearer $(bin/congvan token vanthu.quan)" %s/api/v1/me

See a document travel to 17 wards, in another terminal: make demo
`, info.StartDuration.Seconds(), info.URL, info.URL, info.TemporalUI, info.Mails, info.Logs, password, info.URL)
}

func stopCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "stop",
		Short: "Stop the installation that `congvan up` runs in .local",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			ctx, cancel := context.WithTimeout(cmd.Context(), stopWithin)
			defer cancel()
			was, err := local.Stop(ctx, "")
			switch {
			case errors.Is(err, context.DeadlineExceeded):
				return fmt.Errorf("it has not ended within %s; look at .local/logs", stopWithin)
			case err != nil:
				return err
			case was:
				fmt.Fprintln(cmd.OutOrStdout(), "Stopped.")
			default:
				fmt.Fprintln(cmd.OutOrStdout(), "Nothing was running.")
			}
			return nil
		},
	}
}

func resetCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "reset",
		Short: "Remove the installation in .local with all its data",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if err := local.Reset(""); err != nil {
				return err
			}
			fmt.Fprintln(cmd.OutOrStdout(), "Removed. The next `make run` begins anew.")
			return nil
		},
	}
}

func statusCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "status",
		Short: "Say what runs of the installation in .local",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			status, err := local.StatusOf("")
			if err != nil {
				return err
			}
			if status.PID == 0 {
				fmt.Fprintln(cmd.OutOrStdout(), "Not running.")
				return nil
			}
			table := tabwriter.NewWriter(cmd.OutOrStdout(), 0, 8, 2, ' ', 0)
			fmt.Fprintf(table, "congvan up\t%d\t\n", status.PID)
			for _, child := range status.Children {
				fmt.Fprintf(table, "%s\t%d\t%s\n", child.Name, child.PID, child.Log)
			}
			ports, err := local.PortsFromEnv()
			if err != nil {
				return err
			}
			fmt.Fprintf(table, "mails (none leaves)\t\thttp://127.0.0.1:%d\n", ports.Mails)
			return table.Flush()
		},
	}
}

func postgresCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "postgres",
		Short: "Find PostgreSQL, or install it, and print where its programs are",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			say := func(format string, args ...any) { fmt.Fprintf(cmd.ErrOrStderr(), format+"\n", args...) }
			dir, err := local.EnsurePostgres(cmd.Context(), "", say)
			if err != nil {
				return err
			}
			fmt.Fprintln(cmd.OutOrStdout(), dir)
			return nil
		},
	}
}
