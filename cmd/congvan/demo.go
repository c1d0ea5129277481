package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	"congvan/demo"
	"congvan/local"
	"congvan/seed"

	"github.com/spf13/cobra"
)

func demoCommand() *cobra.Command {
	var file, story string
	var pace time.Duration
	cmd := &cobra.Command{
		Use:   "demo",
		Short: "Send one document to 3 offices and 17 wards through the API, one of them late",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return showDemo(cmd.Context(), cmd.OutOrStdout(), demo.Config{File: file, Pace: pace}, stories[story])
		},
	}
	cmd.Flags().StringVar(&story, "story", "road", "road: the straight road to 17 wards; turns: everything that may happen beside it; morning: work on every desk, to look at")
	cmd.Flags().StringVar(&file, "file", "", "send this file instead of the generated letter")
	cmd.Flags().DurationVar(&pace, "pace", 100*time.Millisecond, "pause between two acts")
	return cmd
}

// stories are what the demo can show.
var stories = map[string]func(context.Context, demo.Config) error{
	"road":    func(ctx context.Context, cfg demo.Config) error { _, err := demo.Run(ctx, cfg); return err },
	"morning": func(ctx context.Context, cfg demo.Config) error { _, err := demo.RunMorning(ctx, cfg); return err },
	"turns":   func(ctx context.Context, cfg demo.Config) error { _, err := demo.RunTurns(ctx, cfg); return err },
}

// showDemo uses the installation that runs in .local, or starts it and stops it again.
func showDemo(ctx context.Context, out io.Writer, cfg demo.Config, story func(context.Context, demo.Config) error) error {
	if story == nil {
		return errors.New("--story is road, turns or morning")
	}
	cfg.Out = out
	info, stop, err := installation(ctx, out)
	if err != nil {
		return err
	}
	defer stop()
	cfg.URL = info.URL
	if cfg.Tokens, err = seed.ReadTokens(info.TokensFile); err != nil {
		return err
	}
	return story(ctx, cfg)
}

// installation finds the running installation, or starts one; stop ends only
// what was started here.
func installation(ctx context.Context, out io.Writer) (info local.Info, stop func(), err error) {
	status, err := local.StatusOf("")
	if err != nil {
		return info, nil, err
	}
	if status.PID != 0 {
		ports, err := local.PortsFromEnv()
		return local.Info{URL: fmt.Sprintf("http://127.0.0.1:%d", ports.API), TokensFile: ".local/tokens.json"}, func() {}, err
	}
	fmt.Fprintln(out, "Nothing is running; starting an installation for the demo.")
	ctx, cancel := context.WithCancel(ctx)
	ready, ended := make(chan local.Info, 1), make(chan error, 1)
	go func() { ended <- up(ctx, out, func(i local.Info) { ready <- i }) }()
	select {
	case info = <-ready:
		return info, func() { cancel(); <-ended }, nil
	case err = <-ended:
		cancel()
		if err == nil {
			err = ctx.Err()
		}
		return info, nil, err
	}
}
