// Command congvan is the whole product in one program: `congvan up` brings a
// complete installation to life on one machine, and each part also starts on
// its own against servers that exist. This package only wires; what a command
// does stands in the package it calls.
package main

import (
	"context"
	"fmt"
	"os"
	"os/signal"
	"syscall"

	"github.com/spf13/cobra"
)

// version is set at build time.
var version = "dev"

func main() {
	// Documents and keys are in memory: a crash leaves no copy of it on disk.
	_ = syscall.Setrlimit(syscall.RLIMIT_CORE, &syscall.Rlimit{})
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := root().ExecuteContext(ctx); err != nil {
		fmt.Fprintln(os.Stderr, "congvan:", err)
		os.Exit(1)
	}
}

func root() *cobra.Command {
	cmd := &cobra.Command{
		Use:           "congvan",
		Short:         "Công Văn routes official documents through a public authority",
		Version:       version,
		SilenceUsage:  true,
		SilenceErrors: true,
	}
	cmd.AddCommand(
		upCommand(), stopCommand(), resetCommand(), statusCommand(),
		serveCommand(), workerCommand(), migrateCommand(), seedCommand(), reconcileCommand(), verifyCommand(),
		mailSinkCommand(), postgresCommand(), codecKeyCommand(), historyCommand(), tokenCommand(), accountCommand(), demoCommand(),
	)
	return cmd
}
