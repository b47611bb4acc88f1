package cmd_test

import (
	"bytes"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"meanwhile/internal/pgtest"
)

// elsewhere are the README's commands that this test leaves to others, and to whom.
var elsewhere = map[string]string{
	"go test ./...":                "this is it",
	"go build .":                   "every test builds the program",
	"./meanwhile compare sleep":    "it runs what the line before built",
	"go run . compare":             "TestREADMEShowsAScreenOfThisProgram",
	"go run . compare sleep --ask": "the scripts on ask, which have answers",
	"go run . explore":             "the tests on a terminal, without which it does not run",
	"go run . learn 2 --present":   "the tests on a terminal, without which it does not run",

	"go run . serve":                             serves,
	"curl http://127.0.0.1:8000/":                serves,
	"curl 'http://127.0.0.1:8000/slow?delay=1s'": serves,
	"curl 'http://127.0.0.1:8000/fanout?tasks=10&delay=100ms&strategy=sequential'": serves,

	"go run . practice init":              practises,
	"go run . practice check fetch-three": practises,
	"go run . practice hint fetch-three":  practises,

	"go run . replay network.json":                                            recorded,
	"go run . replay network.json -o network.html":                            recorded,
	"go run . replay network.json --format perfetto -o network.perfetto.json": recorded,
}

const (
	recorded = "TestREADMEReplaysWhatItRecorded"
	serves   = "TestREADMEsServerAnswersItsCommands"

	practises = "the script on practice, which checks in a folder of its own"
)

// Every command of the README works as it stands there.
func TestREADMECommandsRun(t *testing.T) {
	commands := readmeBlocks(t, "sh")
	if len(commands) < 15 {
		t.Fatalf("only %d commands found: %q", len(commands), commands)
	}
	for command, why := range elsewhere {
		if !slices.Contains(commands, command) {
			t.Errorf("%q is left to %s, and is not in the README", command, why)
		}
	}
	server := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {}))
	t.Cleanup(server.Close)
	for _, command := range commands {
		if elsewhere[command] != "" {
			continue
		}
		t.Run(command, func(t *testing.T) {
			t.Parallel() // most of it is waiting
			args, ok := strings.CutPrefix(command, "go run . ")
			if !ok {
				t.Fatalf("the README has a command that no test runs: %s", command)
			}
			args = strings.ReplaceAll(strings.Replace(args, "http://127.0.0.1:8000", server.URL, 1), "'", "")
			if strings.Contains(args, "postgres://") {
				args = regexp.MustCompile(`postgres://\S+`).ReplaceAllLiteralString(args, pgtest.DSN(t))
			}
			run(t, strings.Fields(args)...)
		})
	}
}

func TestREADMEReplaysWhatItRecorded(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	runIn(t, dir, strings.Fields("compare network --record network.json")...)
	for command, why := range elsewhere {
		if why == recorded {
			runIn(t, dir, strings.Fields(strings.TrimPrefix(command, "go run . "))...)
		}
	}
}

// The screen in the README has the structure of a real one. Numbers, and what follows from them, differ from run to run.
func TestREADMEShowsAScreenOfThisProgram(t *testing.T) {
	screen, _, _ := strings.Cut(strings.Join(readmeBlocks(t, "text"), "\n"), timelineHead)
	want := structure(screen)
	got := structure(run(t, "compare"))
	if len(want) < 25 {
		t.Fatalf("the README shows only %d lines of structure: %q", len(want), want)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("the README's screen is not what compare prints now:\n%s", diff)
	}
}

// timelineHead is what the README's timeline begins with, and no other screen there has.
const timelineHead = "  sequential  309 ms · 1 at once"

// The timeline in the README is one that the program draws: the same tasks, and all of them wait. How long, and whether they
// queue for a core, differs from run to run.
func TestREADMEShowsATimelineOfThisProgram(t *testing.T) {
	_, shown, found := strings.Cut(strings.Join(readmeBlocks(t, "text"), "\n"), timelineHead)
	if !found {
		t.Fatalf("the README has no timeline that begins %q", timelineHead)
	}
	want := picture(timelineHead + shown)
	if len(want) < 30 {
		t.Fatalf("the README's timeline has only %d lines: %q", len(want), want)
	}
	got := picture(run(t, "compare", "sleep", "--timeline", "always"))
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("the README's timeline is not what compare draws now:\n%s", diff)
	}
}

// A line of a timeline: whose lane it is and what it is drawn in, or what a strategy's time went to.
var (
	laneLine  = regexp.MustCompile(`^ +(\d+)  ([ █·▒]+)$`)
	headLine  = regexp.MustCompile(`^  (sequential|goroutines|limited) .*at once`)
	wordsLine = regexp.MustCompile(`█ running  · waiting  ▒ queued`)
)

// picture keeps the lines of a timeline, and of them what every run has alike.
func picture(screen string) (kept []string) {
	for line := range strings.Lines(screen) {
		line = strings.TrimRight(line, "\n")
		switch {
		case laneLine.MatchString(line):
			lane := laneLine.FindStringSubmatch(line)
			kept = append(kept, fmt.Sprintf("%s waits: %t", lane[1], strings.Contains(lane[2], "·")))
		case headLine.MatchString(line):
			kept = append(kept, strings.Fields(line)[0])
		case wordsLine.MatchString(line):
			kept = append(kept, wordsLine.FindString(line))
		}
	}
	return kept
}

// readmeBlocks returns the lines of the README's code blocks in a language.
func readmeBlocks(t *testing.T, language string) (lines []string) {
	t.Helper()
	text, err := os.ReadFile("../README.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, block := range regexp.MustCompile("(?ms)^```"+language+"\n(.*?)^```").FindAllStringSubmatch(string(text), -1) {
		lines = append(lines, strings.Split(strings.TrimRight(block[1], "\n"), "\n")...)
	}
	return lines
}

// run runs the program in a directory of its own and returns what it prints on stdout.
func run(t *testing.T, args ...string) string {
	t.Helper()
	return runIn(t, t.TempDir(), args...)
}

func runIn(t *testing.T, dir string, args ...string) string {
	t.Helper()
	command := exec.CommandContext(t.Context(), "meanwhile", args...)
	command.Dir = dir
	command.Env = append(os.Environ(), "XDG_CACHE_HOME="+command.Dir, "MEANWHILE_HOME="+command.Dir, "COLUMNS=80",
		"TERM=xterm-256color", "NO_COLOR=", "CLICOLOR_FORCE=")
	var stdout, stderr bytes.Buffer
	command.Stdout, command.Stderr = &stdout, &stderr
	if err := command.Run(); err != nil {
		t.Fatalf("meanwhile %s: %v\n%s", strings.Join(args, " "), err, &stderr)
	}
	return stdout.String()
}

var (
	number = regexp.MustCompile(`[0-9]+(\.[0-9]+)?`)
	titled = regexp.MustCompile(`^(sleep|file|network|database|cpu)\b`)
	rowed  = regexp.MustCompile(`^  (sequential |goroutines |real:|simulated:|time:|again:)`)
)

// structure keeps the lines that every run prints, and of them what does not depend on the numbers.
func structure(screen string) (kept []string) {
	for line := range strings.Lines(screen) {
		line = strings.TrimRight(line, "\n")
		switch {
		case titled.MatchString(line), strings.HasPrefix(line, "  strategy"):
			kept = append(kept, number.ReplaceAllString(strings.Replace(line, "cores", "core", 1), "N"))
		case rowed.MatchString(line):
			words := strings.Fields(line)
			kept = append(kept, fmt.Sprintf("  %s", words[0]))
		}
	}
	return kept
}
