package progress_test

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"slices"
	"strconv"
	"strings"
	"testing"

	"meanwhile/internal/progress"
)

// The test binary runs itself again as another program: the variable says what it does, and in which folder.
const (
	childVariable = "PROGRESS_CHILD"
	childFolder   = "PROGRESS_FOLDER"

	childUpdates = 50
	heavyAnswers = 50
)

func beChild(task string) {
	store := progress.Open(os.Getenv(childFolder))
	change, times := count(task), childUpdates
	if task == "heavy" {
		change, times = heavy, 10_000 // or it would outlive a test that breaks off
	}
	for i := range times {
		if err := persist(context.Background(), store, change); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		if i == 0 {
			fmt.Println("begun")
		}
	}
}

// heavy makes a record that takes a while to write: every text in it is the same, and the next one in every update.
func heavy(r *progress.Record) {
	answers := map[string]progress.Answer{}
	number, _ := strconv.Atoi(r.Lessons["heavy"].Answers["0"].Given)
	for i := range heavyAnswers {
		answers[strconv.Itoa(i)] = progress.Answer{Text: strings.Repeat("x", 4000), Given: strconv.Itoa(number + 1)}
	}
	r.Lessons["heavy"] = progress.Lesson{Answers: answers}
}

func child(t *testing.T, dir, task string) *exec.Cmd {
	t.Helper()
	program, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	command := exec.CommandContext(t.Context(), program)
	command.Env = append(os.Environ(), childVariable+"="+task, childFolder+"="+dir)
	command.Stderr = os.Stderr
	return command
}

func TestProgramsLoseNoUpdate(t *testing.T) {
	dir := t.TempDir()
	const programs = 4
	var running []*exec.Cmd
	for i := range programs {
		command := child(t, dir, strconv.Itoa(i))
		if err := command.Start(); err != nil {
			t.Fatal(err)
		}
		running = append(running, command)
	}
	for _, command := range running {
		if err := command.Wait(); err != nil {
			t.Error(err)
		}
	}
	counted(t, progress.Open(dir), programs, childUpdates)
	if got, want := files(t, dir), []string{file, file + ".lock"}; !slices.Equal(got, want) {
		t.Errorf("left %v", got)
	}
}

// A program that is killed frees the lock, and whenever that is, the old record is there or the new one.
func TestAKilledProgramLeavesAWholeFile(t *testing.T) {
	dir := t.TempDir()
	root, err := os.OpenRoot(dir)
	if err != nil {
		t.Fatal(err)
	}
	defer root.Close()
	for range 5 {
		command := child(t, dir, "heavy")
		out, err := command.StdoutPipe()
		if err != nil {
			t.Fatal(err)
		}
		if err := command.Start(); err != nil {
			t.Fatal(err)
		}
		if line, err := bufio.NewReader(out).ReadString('\n'); err != nil {
			t.Errorf("%q, %v", line, err)
		}
		for range 100 { // while it writes
			isWhole(t, root)
		}
		if err := command.Process.Kill(); err != nil {
			t.Error(err)
		}
		_ = command.Wait() // says that it was killed
		isWhole(t, root)
	}
	store := progress.Open(dir)
	update(t, store, setStep(1))
	answers := read(t, store).Lessons["heavy"].Answers
	for _, answer := range answers {
		if answer.Given != answers["0"].Given || len(answers) != heavyAnswers {
			t.Fatalf("of %d answers, %v and %v are not of one update", len(answers), answer.Given, answers["0"].Given)
		}
	}
	if got, want := files(t, dir), []string{file, file + ".lock"}; !slices.Equal(got, want) {
		t.Errorf("left %v", got)
	}
}

// isWhole looks at the file itself: a Store reads again before it calls a file damaged.
func isWhole(t *testing.T, root *os.Root) {
	t.Helper()
	if data, err := root.ReadFile(file); err != nil || !json.Valid(data) {
		t.Fatalf("%d bytes of the file are no JSON; %v", len(data), err)
	}
}
