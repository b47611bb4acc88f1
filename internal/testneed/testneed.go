// Package testneed keeps tests honest about parts that a machine may lack: a test without its part skips with a word,
// and where MEANWHILE_REQUIRE names the part it fails instead, so that nothing is skipped unseen where all must run.
package testneed

import (
	"os"
	"slices"
	"strings"
	"testing"
	"unicode"
)

// Missing ends the test because the named part is not there; how tells how to get it. The test skips, or fails where
// MEANWHILE_REQUIRE, a list of names with spaces or commas between them, has the name.
func Missing(tb testing.TB, name, how string) {
	tb.Helper()
	required := strings.FieldsFunc(os.Getenv("MEANWHILE_REQUIRE"), func(r rune) bool {
		return r == ',' || unicode.IsSpace(r)
	})
	if slices.Contains(required, name) {
		tb.Fatalf("%s is missing, and MEANWHILE_REQUIRE asks for it: %s", name, how)
	}
	tb.Skipf("%s is missing: %s", name, how)
}
