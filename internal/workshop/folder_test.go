package workshop_test

import (
	"bytes"
	"context"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"meanwhile/internal/workshop"
)

// begun is a folder of the exercises.
func begun(t *testing.T) *workshop.Folder {
	t.Helper()
	folder, _, err := workshop.Init(filepath.Join(t.TempDir(), "practice"), exercises(t))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := folder.Close(); err != nil {
			t.Error(err)
		}
	})
	return folder
}

func file(folder *workshop.Folder, e *workshop.Exercise) string {
	return filepath.Join(folder.Dir, e.Name, e.File)
}

func write(t *testing.T, name string, text []byte) {
	t.Helper()
	if err := os.WriteFile(name, text, 0o644); err != nil {
		t.Fatal(err)
	}
}

func TestInitLeavesWhatIsThere(t *testing.T) {
	folder, e := begun(t), fetchThree(t)
	mine := []byte("package fetch // mine\n")
	write(t, file(folder, e), mine)
	if err := os.Remove(filepath.Join(folder.Dir, e.Name, "given.go")); err != nil {
		t.Fatal(err)
	}
	again, written, err := workshop.Init(folder.Dir, exercises(t))
	if err != nil {
		t.Fatal(err)
	}
	defer again.Close()
	if !slices.Equal(written, []string{"01-fetch-three/given.go"}) {
		t.Errorf("written anew are %q", written)
	}
	if text, err := os.ReadFile(file(folder, e)); err != nil || !bytes.Equal(text, mine) {
		t.Errorf("the learner's file is %q, %v", text, err)
	}
}

func TestTheFolderIsFoundFromWithinAndFromTheLastInit(t *testing.T) {
	folder := begun(t)
	for _, from := range []string{folder.Dir, filepath.Join(folder.Dir, "01-fetch-three")} {
		found, err := workshop.OpenFolder(from, "")
		if err != nil || found.Dir != folder.Dir {
			t.Fatalf("from %s: %v", from, err)
		}
		found.Close()
	}
	elsewhere := t.TempDir()
	found, err := workshop.OpenFolder(elsewhere, folder.Dir)
	if err != nil || found.Dir != folder.Dir {
		t.Fatalf("the last one: %v", err)
	}
	found.Close()
	if _, err := workshop.OpenFolder(elsewhere, filepath.Join(elsewhere, "gone")); err == nil || !strings.Contains(err.Error(), "practice init") {
		t.Errorf("where there is none: %v", err)
	}
}

func TestResetSetsTheLearnersFileAside(t *testing.T) {
	folder, e := begun(t), fetchThree(t)
	if aside, err := folder.Reset(e); err != nil || aside != "" {
		t.Errorf("of the starter, %q is set aside, %v", aside, err)
	}
	for i, want := range []string{"01-fetch-three/fetch.go.before-1", "01-fetch-three/fetch.go.before-2"} {
		mine := []byte(strings.Repeat("// mine\n", i+1))
		write(t, file(folder, e), mine)
		write(t, filepath.Join(folder.Dir, e.Name, "given.go"), []byte("changed"))
		aside, err := folder.Reset(e)
		if err != nil || aside != want {
			t.Fatalf("set aside is %q, %v, want %s", aside, err, want)
		}
		for name, text := range map[string][]byte{aside: mine, "01-fetch-three/fetch.go": e.Starter, "01-fetch-three/given.go": e.Given} {
			if got, err := os.ReadFile(folder.Place(name)); err != nil || !bytes.Equal(got, text) {
				t.Errorf("%s is %q, %v", name, got, err)
			}
		}
	}
}

// What cannot be read has an answer that says what to do.
func TestAFileThatCannotBeReadIsToldSo(t *testing.T) {
	e := fetchThree(t)
	for _, c := range []struct {
		name   string
		spoil  func(folder *workshop.Folder) error
		reason workshop.Reason
		said   string
	}{
		{"deleted", func(f *workshop.Folder) error { return os.Remove(file(f, e)) }, workshop.Missing, "fetch.go is not there"},
		{"its folder deleted", func(f *workshop.Folder) error { return os.RemoveAll(filepath.Dir(file(f, e))) }, workshop.Missing, "01-fetch-three is not there"},
		{"no text", func(f *workshop.Folder) error { return os.WriteFile(file(f, e), []byte("package \xff\xfe"), 0o644) }, workshop.Unread, "no UTF-8"},
		{"too long", func(f *workshop.Folder) error { return os.WriteFile(file(f, e), make([]byte, 65<<10), 0o644) }, workshop.Unread, "more than 64 kB"},
		{"a folder", func(f *workshop.Folder) error {
			if err := os.Remove(file(f, e)); err != nil {
				return err
			}
			return os.Mkdir(file(f, e), 0o755)
		}, workshop.Unread, "no ordinary file"},
	} {
		t.Run(c.name, func(t *testing.T) {
			folder := begun(t)
			if err := c.spoil(folder); err != nil {
				t.Fatal(err)
			}
			_, outcome, err := folder.Attempt(e)
			if err != nil || outcome == nil || outcome.Passed || outcome.Reason != c.reason || !strings.Contains(outcome.Said, c.said) {
				t.Errorf("%+v, %v", outcome, err)
			}
		})
	}
}

// A learner's own tests and copies are not part of the solution, and files beside it are.
func TestAnAttemptIsTheGoFilesOfTheLearner(t *testing.T) {
	folder, e := begun(t), fetchThree(t)
	for _, name := range []string{"mine_test.go", "fetch.go.before-1", "notes.txt", "helper.go", ".hidden.go"} {
		write(t, filepath.Join(folder.Dir, e.Name, name), []byte("package fetch\n"))
	}
	attempt, outcome, err := folder.Attempt(e)
	if err != nil || outcome != nil || len(attempt) != 2 || attempt["fetch.go"] == nil || attempt["helper.go"] == nil {
		t.Errorf("%v, %+v, %v", attempt, outcome, err)
	}
}

func TestAFolderThatCannotBeWrittenToIsToldSo(t *testing.T) {
	file := filepath.Join(t.TempDir(), "file") // in which nobody can write a folder, not even root
	write(t, file, nil)
	if _, _, err := workshop.Init(filepath.Join(file, "practice"), exercises(t)); err == nil || !strings.Contains(err.Error(), "can be written to") {
		t.Errorf("the error is %v", err)
	}
}

func TestAnotherModuleIsNotWrittenInto(t *testing.T) {
	dir := t.TempDir()
	write(t, filepath.Join(dir, "go.mod"), []byte("module mine\n"))
	if _, _, err := workshop.Init(dir, exercises(t)); err == nil || !strings.Contains(err.Error(), "another Go module") {
		t.Errorf("the error is %v", err)
	}
	if names, err := fs.Glob(os.DirFS(dir), "*"); err != nil || len(names) != 1 {
		t.Errorf("it holds %q, %v", names, err)
	}
}

func TestAnotherModuleOfThatNameIsNoFolderOfExercises(t *testing.T) {
	dir := t.TempDir()
	write(t, filepath.Join(dir, "go.mod"), []byte("module practice\n\ngo 1.25\n"))
	if _, err := workshop.OpenFolder(dir, ""); err == nil {
		t.Error("it was opened")
	}
	if _, _, err := workshop.Init(dir, exercises(t)); err == nil {
		t.Error("the exercises were written into it")
	}
}

func TestExercisesAreNotWrittenIntoExercises(t *testing.T) {
	folder := begun(t)
	_, _, err := workshop.Init(folder.Place("01-fetch-three/practice"), exercises(t))
	if err == nil || !strings.Contains(err.Error(), "has the exercises already") {
		t.Errorf("the error is %v", err)
	}
}

// No file that was set aside is written over, and nothing is said to be set aside that is not.
func TestResetStopsWhereNoNameIsFree(t *testing.T) {
	folder, e := begun(t), fetchThree(t)
	for n := range 100 {
		write(t, file(folder, e)+fmt.Sprintf(".before-%d", n+1), []byte("kept"))
	}
	write(t, file(folder, e), []byte("package fetch // mine\n"))
	aside, err := folder.Reset(e)
	if err == nil || aside != "" || !strings.Contains(err.Error(), "remove some named fetch.go.before-") {
		t.Errorf("%q, %v", aside, err)
	}
	for _, name := range []string{file(folder, e) + ".before-100", file(folder, e)} {
		if text, err := os.ReadFile(name); err != nil || string(text) != "kept" && string(text) != "package fetch // mine\n" {
			t.Errorf("%s is %q, %v", name, text, err)
		}
	}
}

func TestResetSetsAsideWhatIsNoFile(t *testing.T) {
	folder, e := begun(t), fetchThree(t)
	if err := os.Remove(file(folder, e)); err != nil {
		t.Fatal(err)
	}
	if err := os.Mkdir(file(folder, e), 0o755); err != nil {
		t.Fatal(err)
	}
	if aside, err := folder.Reset(e); err != nil || aside != "01-fetch-three/fetch.go.before-1" {
		t.Errorf("%q, %v", aside, err)
	}
	if text, err := os.ReadFile(file(folder, e)); err != nil || !bytes.Equal(text, e.Starter) {
		t.Errorf("it begins with %q, %v", text, err)
	}
}

// A folder that was away, as in a checkout of another branch, is watched when it is back.
func TestAFolderThatWasAwayIsWatchedAgain(t *testing.T) {
	folder, all := begun(t), exercises(t)
	first := all[0]
	changes, ended := make(chan bool, 100), make(chan struct{}) // whether the learner's file is theirs, as a change is told
	ctx, cancel := context.WithCancel(t.Context())
	now := folder.Versions(all)
	go func() {
		defer close(ended)
		folder.Watch(ctx, all, now, func(e *workshop.Exercise) {
			if e != first {
				t.Errorf("a change of %s was told", e.Name)
			}
			changes <- folder.Begun(e)
		})
	}()
	told := func() (begun bool) {
		t.Helper()
		select {
		case begun = <-changes:
		case <-time.After(20 * time.Second):
			t.Fatal("no change was told")
		}
		return begun
	}
	if err := os.RemoveAll(filepath.Dir(file(folder, first))); err != nil {
		t.Fatal(err)
	}
	told()
	if _, err := folder.Reset(first); err != nil {
		t.Fatal(err)
	}
	told()
	write(t, file(folder, first), []byte("package fetch // mine\n"))
	for !told() { // what Reset has written may be told of more than once
	}
	cancel()
	<-ended
}

// A change is told with the exercise that it is of, also one that came before the watch had begun.
func TestChangesAreTold(t *testing.T) {
	folder, all := begun(t), exercises(t)
	first, sixth := all[0], all[5]
	now := folder.Versions(all)
	write(t, file(folder, first), []byte("package fetch // before the watch\n"))
	ctx, cancel := context.WithCancel(t.Context())
	changes, ended := make(chan *workshop.Exercise, 10), make(chan struct{})
	go func() {
		defer close(ended)
		folder.Watch(ctx, all, now, func(e *workshop.Exercise) { changes <- e })
	}()
	await := func(want *workshop.Exercise) {
		t.Helper()
		select {
		case e := <-changes:
			if e != want {
				t.Errorf("a change of %s was told, want %s", e.Name, want.Name)
			}
		case <-time.After(20 * time.Second):
			t.Fatalf("no change of %s was told", want.Name)
		}
	}
	await(first)
	write(t, file(folder, sixth), []byte("package bank // saved\n"))
	await(sixth)
	write(t, folder.Place(first.Name+"/more.go"), []byte("package fetch // another file\n"))
	await(first)
	cancel()
	<-ended
}
