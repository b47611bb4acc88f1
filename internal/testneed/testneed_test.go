package testneed_test

import (
	"os"
	"os/exec"
	"strings"
	"testing"

	"meanwhile/internal/testneed"
)

// TestMissing runs this test binary again, since a test that fails would fail this one too.
func TestMissing(t *testing.T) {
	if os.Getenv("MISSING_CHILD") != "" {
		testneed.Missing(t, "flux", "install flux-capacitor")
		t.Fatal("went on without flux")
	}
	tests := []struct{ name, require, outcome, says string }{
		{"nothing is required", "", "--- SKIP:", "flux is missing: install flux-capacitor"},
		{"another part is required", "fluxes, influx", "--- SKIP:", "flux is missing: install flux-capacitor"},
		{"it is required", "flux", "--- FAIL:", "MEANWHILE_REQUIRE asks for it: install flux-capacitor"},
		{"it is among others, with spaces", "a flux b", "--- FAIL:", "MEANWHILE_REQUIRE asks for it"},
		{"it is among others, with commas", "a,flux,b", "--- FAIL:", "MEANWHILE_REQUIRE asks for it"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			child := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^TestMissing$", "-test.v")
			child.Env = append(os.Environ(), "MISSING_CHILD=1", "MEANWHILE_REQUIRE="+test.require)
			out, err := child.CombinedOutput()
			if failed := err != nil; failed != (test.outcome == "--- FAIL:") {
				t.Errorf("the child ended with %v, want %s", err, test.outcome)
			}
			for _, want := range []string{test.outcome, test.says} {
				if !strings.Contains(string(out), want) {
					t.Errorf("the child's output lacks %q:\n%s", want, out)
				}
			}
		})
	}
}
