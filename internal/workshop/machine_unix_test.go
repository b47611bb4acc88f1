//go:build unix

package workshop_test

import (
	"errors"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"meanwhile/internal/workshop"
)

// solved is the solution of the first exercise.
func solved(t *testing.T) workshop.Attempt {
	return workshop.Attempt{"fetch.go": fetchThree(t).Solution}
}

// The go command names files without symbolic links, and the locks that virtual time knows stand in by the name of a file.
func TestATemporaryFolderMayBeASymbolicLink(t *testing.T) {
	real, link := t.TempDir(), filepath.Join(t.TempDir(), "tmp")
	if err := os.Symlink(real, link); err != nil {
		t.Fatal(err)
	}
	t.Setenv("TMPDIR", link)
	twice := all("var mu sync.Mutex\n\tmu.Lock()\n\tmu.Lock()\n\treturn nil, nil", "sync")
	outcome, err := toolchain(t).Check(t.Context(), fetchThree(t), workshop.Attempt{"fetch.go": []byte(twice)}, workshop.Options{})
	if err != nil || outcome.Reason != "deadlock" {
		t.Errorf("%+v, %v", outcome, err)
	}
}

// What is wrong with the machine is no fault of the learner's code, and counts as no check of it.
func TestTheFaultsOfAMachineAreErrors(t *testing.T) {
	file := filepath.Join(t.TempDir(), "file")
	write(t, file, nil)
	for variable, want := range map[string]string{
		"TMPDIR":  "nowhere to build: ",
		"GOCACHE": "nothing can be built: ",
	} {
		t.Run(variable, func(t *testing.T) {
			tools := toolchain(t)
			t.Setenv(variable, file)
			outcome, err := tools.Check(t.Context(), fetchThree(t), solved(t), workshop.Options{})
			if err == nil || !strings.HasPrefix(err.Error(), want) {
				t.Errorf("%+v, %v; want %q", outcome, err, want)
			}
		})
	}
}

// A C compiler that does not compile costs the race detector, and no verdict.
func TestWhereTheRaceDetectorCannotBeBuiltTheCodeIsCheckedWithoutIt(t *testing.T) {
	tools := toolchain(t)
	if !tools.Races() {
		t.Skip(tools.Without)
	}
	broken := filepath.Join(t.TempDir(), "cc")
	if err := os.WriteFile(broken, []byte("#!/bin/sh\necho no headers here >&2\nexit 1\n"), 0o755); err != nil {
		t.Fatal(err)
	}
	t.Setenv("CC", broken)
	outcome, err := tools.Check(t.Context(), fetchThree(t), solved(t), workshop.Options{Race: true})
	if err != nil || !outcome.Passed || outcome.Raced || !strings.HasPrefix(outcome.WithoutRace, "nothing can be built: ") {
		t.Errorf("%+v, %v", outcome, err)
	}
	tools.Compiler = broken
	if err := tools.TryCompiler(t.Context()); err == nil || !strings.Contains(err.Error(), "does not compile: no headers here") {
		t.Errorf("the doctor's word is %v", err)
	}
}

// What a tool has started ends with it, and is not waited for.
func TestNoProcessIsLeft(t *testing.T) {
	tools, dir := toolchain(t), t.TempDir()
	pid := filepath.Join(dir, "pid")
	script := "#!/bin/sh\nif [ \"$1\" = test ]; then sleep 600 >/dev/null 2>&1 & echo $! >" + pid + "; fi\nexec " + tools.Command + " \"$@\"\n"
	tools.Command = filepath.Join(dir, "go")
	if err := os.WriteFile(tools.Command, []byte(script), 0o755); err != nil {
		t.Fatal(err)
	}
	if outcome, err := tools.Check(t.Context(), fetchThree(t), solved(t), workshop.Options{}); err != nil || !outcome.Passed {
		t.Fatalf("%+v, %v", outcome, err)
	}
	text, err := os.ReadFile(pid)
	if err != nil {
		t.Fatal(err)
	}
	process, err := strconv.Atoi(strings.TrimSpace(string(text)))
	if err != nil {
		t.Fatal(err)
	}
	for deadline := time.Now().Add(10 * time.Second); running(process); time.Sleep(10 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("process %d is still there", process)
		}
	}
}

// running tells whether a process is there, and is not only one that has ended and that nobody has asked for yet.
func running(process int) bool {
	if errors.Is(syscall.Kill(process, 0), syscall.ESRCH) {
		return false
	}
	stat, err := os.ReadFile("/proc/" + strconv.Itoa(process) + "/stat")
	return err != nil || !strings.Contains(string(stat), ") Z ")
}

// A folder that the code has made and closed is taken away, and the verdict is told.
func TestWhatTheCodeLeavesBehindIsRemoved(t *testing.T) {
	tools, scratch := toolchain(t), t.TempDir()
	t.Setenv("TMPDIR", scratch)
	code := strings.Replace(string(fetchThree(t).Solution), "([]string, error) {\n",
		"([]string, error) {\n\t_ = os.MkdirAll(os.TempDir()+\"/closed/inside\", 0o700)\n\t_ = os.Chmod(os.TempDir()+\"/closed\", 0)\n", 1)
	code = strings.Replace(code, "import (\n", "import (\n\t\"os\"\n", 1)
	outcome, err := tools.Check(t.Context(), fetchThree(t), workshop.Attempt{"fetch.go": []byte(code)}, workshop.Options{})
	if err != nil || !outcome.Passed {
		t.Errorf("%+v, %v", outcome, err)
	}
	if left, err := os.ReadDir(scratch); err != nil || len(left) > 0 {
		t.Errorf("left behind: %v, %v", left, err)
	}
}
