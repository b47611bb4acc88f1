package cmd_test

import (
	"os"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"

	"meanwhile/cmd"
)

// TestMain lets the scripts call the test binary itself by the program's name.
func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){
		"meanwhile": func() { os.Exit(cmd.Main()) },
	})
}

// TestScripts runs the scenarios in testdata/script: one file a behaviour.
func TestScripts(t *testing.T) {
	testscript.Run(t, testscript.Params{Dir: "testdata/script", RequireUniqueNames: true})
}
