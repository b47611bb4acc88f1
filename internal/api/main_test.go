package api_test

import (
	"os"
	"testing"

	"go.uber.org/goleak"
)

// TestMain runs the tests, none of which may leave a goroutine behind. In a process that a benchmark has started, it is the
// server instead.
func TestMain(m *testing.M) {
	if kind := os.Getenv(serverVariable); kind != "" {
		os.Exit(beServer(kind))
	}
	goleak.VerifyTestMain(m)
}
