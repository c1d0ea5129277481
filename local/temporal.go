package local

import (
	"fmt"
	"os"
)

// TemporalConfig says how the Temporal server of an installation runs.
type TemporalConfig struct {
	Program   string // built from tools/temporal
	Port      int    // of the frontend, on 127.0.0.1
	UIPort    int    // of the pages; 0: none
	Namespace string
}

// TemporalChild is the Temporal server on the cluster. Its databases are there ([Cluster.EnsureTemporal]); it is ready when work can start
// in the namespace.
func TemporalChild(c *Cluster, cfg TemporalConfig) Child {
	return Child{
		Name: "temporal",
		Path: cfg.Program,
		Args: []string{
			"--postgres", c.Address(), "--postgres-user", temporalRole, "--namespace", cfg.Namespace,
			"--port", fmt.Sprint(cfg.Port), "--ui-port", fmt.Sprint(cfg.UIPort),
		},
		Env:       append(os.Environ(), "TEMPORAL_POSTGRES_PASSWORD="+c.temporalPassword),
		ReadyLine: "temporal: ready on",
	}
}
