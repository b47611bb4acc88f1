package demos_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"strings"
	"sync"
	"testing"

	"go.uber.org/goleak"

	"meanwhile/demos"
	"meanwhile/internal/testneed"
)

// wrongVariable names, in the environment of a child, the wrong program that this test binary is to be.
const wrongVariable = "MEANWHILE_DEMOS_WRONG"

func TestMain(m *testing.M) {
	if name := os.Getenv(wrongVariable); name != "" {
		os.Exit(beWrong(name))
	}
	goleak.VerifyTestMain(m)
}

// beWrong is the main of a wrong program; it returns the exit code.
func beWrong(name string) int {
	for _, wrong := range demos.Wrongs() {
		if wrong.Name == name {
			if err := wrong.Main(context.Background(), os.Stdout); err != nil {
				fmt.Fprintln(os.Stderr, "error:", err)
				return 1
			}
			return 0
		}
	}
	fmt.Fprintln(os.Stderr, "there is no", name)
	return 2
}

// ending is how a child ended, and what it said.
type ending struct {
	stdout, stderr string
	code           int
}

// raceSeen tells whether the race detector reported a race, which it only can in a binary built with -race.
func (e ending) raceSeen() bool {
	return e.code == 66 && strings.Contains(e.stderr, "WARNING: DATA RACE")
}

// runWrong runs binary, a build of this test, as a wrong program.
func runWrong(ctx context.Context, binary string, wrong demos.Wrong) (ending, error) {
	child := exec.CommandContext(ctx, binary)
	// The race detector holds up an exit by a second by default, in which goroutines that nobody waits for go on.
	child.Env = append(os.Environ(), wrongVariable+"="+wrong.Name, "GORACE=atexit_sleep_ms=0")
	if wrong.OneProcessor {
		child.Env = append(child.Env, "GOMAXPROCS=1")
	}
	var stdout, stderr bytes.Buffer
	child.Stdout, child.Stderr = &stdout, &stderr
	err := child.Run()
	if _, exited := errors.AsType[*exec.ExitError](err); err != nil && !exited {
		return ending{}, err
	}
	return ending{stdout.String(), stderr.String(), child.ProcessState.ExitCode()}, nil
}

// wrongExits tells how each wrong program ends: most of them as if nothing were wrong.
var wrongExits = map[string]int{"wrong-no-wait": 0, "wrong-add-inside": 0, "wrong-counter": 0, "wrong-fanout": 1}

func TestWrongProgramsShowTheirSymptomEveryTime(t *testing.T) {
	const runs = 100
	binary, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	for _, wrong := range demos.Wrongs() {
		t.Run(wrong.Name, func(t *testing.T) {
			symptom := regexp.MustCompile(wrong.Symptom)
			if symptom.MatchString(wrong.Expected + "\n") {
				t.Fatalf("the symptom %q is found where all is well", symptom)
			}
			slots := make(chan struct{}, 4*runtime.GOMAXPROCS(0))
			var wg sync.WaitGroup
			for run := range runs {
				slots <- struct{}{}
				wg.Go(func() {
					defer func() { <-slots }()
					end, err := runWrong(t.Context(), binary, wrong)
					switch shown := symptom.MatchString(end.stdout) && end.code == wrongExits[wrong.Name]; {
					case err != nil:
						t.Errorf("run %d: %v", run, err)
					case !shown && !end.raceSeen():
						t.Errorf("run %d: no %q, exit code %d:\n%s%s", run, symptom, end.code, end.stdout, end.stderr)
					}
				})
			}
			wg.Wait()
		})
	}
}

func TestTheRaceDetectorReportsTheWrongCounter(t *testing.T) {
	settings, err := exec.Command("go", "env", "CGO_ENABLED", "CC").Output()
	if err != nil {
		testneed.Missing(t, "race", "the go command builds with -race: "+err.Error())
	}
	enabled, compiler, _ := strings.Cut(strings.TrimSpace(string(settings)), "\n")
	if _, err := exec.LookPath(strings.TrimSpace(compiler)); err != nil || strings.TrimSpace(enabled) != "1" {
		testneed.Missing(t, "race", "a build with -race needs cgo and a C compiler: install gcc, set CGO_ENABLED=1")
	}
	binary := filepath.Join(t.TempDir(), "raced.exe")
	build := exec.CommandContext(t.Context(), "go", "test", "-race", "-c", "-o", binary, ".")
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("go test -race -c: %v\n%s", err, out)
	}
	for _, wrong := range demos.Wrongs() {
		if wrong.Name != "wrong-counter" {
			continue
		}
		for range 10 {
			end, err := runWrong(t.Context(), binary, wrong)
			if err != nil {
				t.Fatal(err)
			}
			if !end.raceSeen() || !strings.Contains(end.stderr, "wrong_counter.go") {
				t.Errorf("no report of a race in wrong_counter.go, exit code %d:\n%s%s", end.code, end.stdout, end.stderr)
			}
		}
		return
	}
	t.Fatal("there is no wrong-counter")
}
