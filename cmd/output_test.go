//go:build unix

package cmd_test

import (
	"os"
	"path/filepath"
	"testing"
)

// Who has the old file open, or another name for it, keeps it whole; the new one keeps its permissions.
func TestAResultReplacesAFileAtOnce(t *testing.T) {
	t.Parallel()
	child := newChild(t, "compare", "sleep", "--delay", "2ms", "--rounds", "1", "-n", "2", "-o", "result.json")
	path, other := filepath.Join(child.home, "result.json"), filepath.Join(child.home, "other")
	if err := os.WriteFile(path, []byte("before"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Link(path, other); err != nil {
		t.Fatal(err)
	}
	child.start()
	if code := child.exitCode(); code != 0 {
		t.Fatalf("exit code %d: %s", code, child.stderr)
	}
	if old, err := os.ReadFile(other); err != nil || string(old) != "before" {
		t.Errorf("the old file is now %d bytes, %v", len(old), err)
	}
	document, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := results(document); err != nil {
		t.Error(err)
	}
	if info, err := os.Stat(path); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("its permissions are now %v, %v", info.Mode(), err)
	}
	entries, err := os.ReadDir(child.home)
	if err != nil || len(entries) != 2 {
		t.Errorf("beside the two names there is more: %v, %v", entries, err)
	}
}
