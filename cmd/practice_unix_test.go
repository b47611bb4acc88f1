//go:build unix

package cmd_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"meanwhile/internal/progress"
	"meanwhile/internal/workshop"
)

// practising writes the exercises into a folder and watches over them; home is where progress is kept.
func practising(t *testing.T, columns int, settings ...string) (x *terminal, folder, home string) {
	t.Helper()
	folder, home = filepath.Join(t.TempDir(), "practice"), t.TempDir()
	exercises, err := workshop.Exercises()
	if err != nil {
		t.Fatal(err)
	}
	written, _, err := workshop.Init(folder, exercises)
	if err != nil {
		t.Fatal(err)
	}
	if err := written.Close(); err != nil {
		t.Fatal(err)
	}
	update := func(r *progress.Record) { r.Workshop = folder }
	if err := progress.Open(home).Update(t.Context(), update); err != nil {
		t.Fatal(err)
	}
	warm := exec.CommandContext(t.Context(), "meanwhile", "practice", "doctor", "--warm") // on a new machine that takes long
	if out, err := warm.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	return onTerminal(t, columns, append(settings, "MEANWHILE_HOME="+home, "GOCACHE="+goCache(t)), "practice"), folder, home
}

// save writes the learner's file.
func save(t *testing.T, folder, exercise, name string, code []byte) {
	t.Helper()
	if err := os.WriteFile(filepath.Join(folder, exercise, name), code, 0o644); err != nil {
		t.Fatal(err)
	}
}

func TestWhatIsSavedIsChecked(t *testing.T) {
	t.Parallel()
	x, folder, home := practising(t, 80)
	x.awaitScreen("save your file, and it is checked")
	x.sees(`^  1  Fetch three .* 0 of 26 passed$`, `^  lesson: Two at once; `)

	exercises, err := workshop.Exercises()
	if err != nil {
		t.Fatal(err)
	}
	first := exercises[0]
	save(t, folder, first.Name, first.File, append(first.Starter, "// a change\n"...))
	x.awaitScreen("one at a time")
	x.sees(`next: change your file and save it; h gives a hint$`)
	x.typed("h")
	x.awaitScreen("hint 1 of 3")
	x.typed("h")
	x.awaitScreen("hint 2 of 3")

	save(t, folder, first.Name, first.File, []byte("package fetch\n\nfunc {\n"))
	x.awaitScreen("it does not compile: ")
	x.sees(`01-fetch-three/fetch.go:3$`)

	save(t, folder, first.Name, first.File, first.Solution)
	x.awaitScreen("1 of 26 passed")
	x.awaitScreen("2  Greeters") // opens by itself, below what the first one came to
	x.sees(`01-fetch-three: it passes`, `^  The next one: Greeters`)
	x.typed("x")
	x.awaitScreen("Begin 02-greeters anew?")
	x.typed("n")
	x.awaitScreen("lesson: ")
	x.typed("q")
	if code := x.exitCode(); code != 0 {
		t.Errorf("exit code %d", code)
	}
	x.restored()

	record, err := progress.Open(home).Read(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if kept := record.Exercises[first.Name]; kept.Passed.IsZero() || kept.Hints != 2 || kept.Checks < 3 || !kept.Shown.IsZero() {
		t.Errorf("kept is %+v", kept)
	}
}

func TestAnInterruptEndsTheWatchAndItsCheck(t *testing.T) {
	t.Parallel()
	x, folder, _ := practising(t, 60, "NO_COLOR=1")
	x.awaitScreen("save your file, and it is checked")
	save(t, folder, "01-fetch-three", "fetch.go", []byte("package fetch\n\nimport \"context\"\n\n"+
		"func All(ctx context.Context, get Get, urls []string) ([]string, error) {\n\tfor {\n\t}\n}\n"))
	x.awaitScreen("checking")
	x.typed("\x03")
	if code := x.exitCode(); code != 130 {
		t.Errorf("exit code %d", code)
	}
	if written := x.written.String(); strings.Contains(written, "\x1b[3") {
		t.Errorf("without colour there is colour: %.200q", written)
	}
	x.restored()
}

// A doctor looks at all the rest, too, where something is broken, and then builds nothing.
func TestADoctorWhereAFolderCannotBeWritten(t *testing.T) {
	for format, want := range map[string][]string{
		"text": {`(?m)^✓ Go `, `(?m)^✗ scratch .*; set TMPDIR to a folder that can be written to$`, `(?m)^· exercises +none yet: `},
		"json": {`"what": "Go",\s+"state": "fine",`, `"what": "scratch",\s+"state": "broken",`, `"what": "exercises",\s+"state": "without",`},
	} {
		t.Run(format, func(t *testing.T) {
			t.Parallel()
			c := newChild(t, "practice", "doctor", "--warm", "--format", format)
			c.Env = append(c.Env, "TMPDIR="+filepath.Join(os.Args[0], "no folder"))
			c.start()
			if code := c.exitCode(); code != 1 {
				t.Errorf("exit code %d, want 1", code)
			}
			for _, pattern := range want {
				if !regexp.MustCompile(pattern).MatchString(c.stdout.String()) {
					t.Errorf("no %s in:\n%s", pattern, c.stdout)
				}
			}
			if strings.Contains(c.stdout.String(), "a check") {
				t.Errorf("it builds:\n%s", c.stdout)
			}
			c.stderr.awaitText(t, "error: checks cannot run yet; mend what is above, and look again")
		})
	}
}
