package workshop_test

import (
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"meanwhile/internal/workshop"
)

// goThat puts a go command on the path that answers as a script says.
func goThat(t *testing.T, script string) {
	t.Helper()
	if runtime.GOOS == "windows" {
		t.Skip("a command of a few lines is a shell script here")
	}
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "go"), []byte("#!/bin/sh\n"+script), 0o755); err != nil {
		t.Fatal(err)
	}
	t.Setenv("PATH", dir+string(filepath.ListSeparator)+"/usr/bin:/bin")
}

func TestAGoThatIsTooOldOrBrokenIsToldSo(t *testing.T) {
	env := func(version string) string {
		return `echo '{"GOVERSION":"` + version + `","GOCACHE":"/c","CC":"gcc","CGO_ENABLED":"1","GOOS":"linux","GOARCH":"amd64"}'` + "\n"
	}
	for script, want := range map[string]string{
		env("go1.24.9"):            "is go1.24.9, and a check needs go1.25 or later; install it from https://go.dev/dl/",
		env("go1.9"):               "is go1.9, and a check needs go1.25",
		"echo oh no >&2; exit 3\n": "does not run: oh no; install Go anew",
		"echo no json\n":           "does not say what it is",
	} {
		goThat(t, script)
		if _, err := workshop.FindToolchain(t.Context()); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("the error is %v, want %q", err, want)
		}
	}
	for _, version := range []string{"go1.25", "go1.25.0", "go1.26rc1", "go1.30.2", "devel go1.27-abc"} {
		goThat(t, env(version))
		if found, err := workshop.FindToolchain(t.Context()); err != nil || found.Version != version {
			t.Errorf("%s: %+v, %v", version, found, err)
		}
	}
}

func TestWithoutACompilerThereIsNoRaceDetector(t *testing.T) {
	goThat(t, `echo '{"GOVERSION":"go1.26.0","GOCACHE":"/c","CC":"no-such-compiler","CGO_ENABLED":"1","GOOS":"linux","GOARCH":"amd64"}'`+"\n")
	found, err := workshop.FindToolchain(t.Context())
	if err != nil || found.Races() || !strings.Contains(found.Without, "there is no no-such-compiler") {
		t.Errorf("%+v, %v", found, err)
	}
	goThat(t, `echo '{"GOVERSION":"go1.26.0","GOCACHE":"/c","CC":"cc","CGO_ENABLED":"1","GOOS":"linux","GOARCH":"mips"}'`+"\n")
	if found, err := workshop.FindToolchain(t.Context()); err != nil || !strings.Contains(found.Without, "not made for linux/mips") {
		t.Errorf("%+v, %v", found, err)
	}
}
