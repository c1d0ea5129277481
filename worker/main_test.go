package worker_test

import (
	"os"
	"testing"

	"congvan/local/localtest"
)

func TestMain(m *testing.M) { os.Exit(localtest.Main(m)) }
