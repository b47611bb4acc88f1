package tui

import (
	"os"
	"testing"
)

// What is drawn here does not depend on the terminal that the tests are started from.
func TestMain(m *testing.M) {
	if err := os.Unsetenv("TERM"); err != nil {
		panic(err)
	}
	os.Exit(m.Run())
}
