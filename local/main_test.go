package local

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"os"
	"os/signal"
	"path/filepath"
	"syscall"
	"testing"
)

// The test binary also plays the programs that an installation runs: itself as `congvan up` when a test wants to kill
// that, and congvan's own commands as small stand-ins.
const (
	playsCongvan = "LOCAL_TEST_PLAYS_CONGVAN"
	playsUp      = "LOCAL_TEST_PLAYS_UP"
)

func TestMain(m *testing.M) {
	switch {
	case os.Getenv(playsUp) != "":
		os.Exit(playUp(os.Getenv(playsUp)))
	case os.Getenv(playsCongvan) != "":
		os.Exit(playCongvan(os.Args[1]))
	default:
		os.Exit(m.Run())
	}
}

// playUp runs the installation in root until it is told to stop.
func playUp(root string) int {
	ctx, cancel := signal.NotifyContext(context.Background(), syscall.SIGTERM)
	defer cancel()
	ports, err := PortsFromEnv()
	if err != nil {
		fmt.Println(err)
		return 1
	}
	err = Up(ctx, Config{
		Root: root, Ports: ports, Temporal: temporalProgram(), Out: os.Stdout,
		Env:     []string{playsUp + "=", playsCongvan + "=yes"},
		OnReady: func(info Info) { fmt.Printf("READY in %v\n", info.StartDuration) },
	})
	if err != nil {
		fmt.Println(err)
		return 1
	}
	return 0
}

func temporalProgram() string { return filepath.Join("..", "bin", "temporal") }

// playCongvan answers /readyz where the environment says, as worker and serve have to.
func playCongvan(command string) int {
	var err error
	switch command {
	case "migrate", "seed":
		fmt.Println(command, "done")
		if os.Getenv("DATABASE_URL") == "" {
			err = errors.New("no DATABASE_URL")
		}
	case "worker":
		err = http.ListenAndServe(os.Getenv("WORKER_HEALTH_ADDRESS"), healthy())
	case "mail-sink":
		err = http.ListenAndServe(os.Getenv("MAIL_SINK_ADDRESS"), healthy())
	case "serve":
		err = http.ListenAndServe(os.Getenv("HTTP_ADDRESS"), healthy())
	default:
		err = fmt.Errorf("unknown command %q", command)
	}
	if err != nil {
		fmt.Println(err)
		return 1
	}
	return 0
}

func healthy() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /readyz", func(http.ResponseWriter, *http.Request) {})
	return mux
}
