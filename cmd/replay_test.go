//go:build unix

package cmd_test

import (
	"bytes"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"testing"
)

// sleepRecording makes a recording of three sleeping tasks and returns its path.
func sleepRecording(t *testing.T, args ...string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "recorded.json")
	c := startChild(t, append(strings.Fields("compare sleep --delay 3ms --rounds 1 -n 3 --record "+path), args...)...)
	if code := c.exitCode(); code != 0 {
		t.Fatalf("exit code %d: %s", code, c.stderr)
	}
	return path
}

// The sequences with which a program takes the whole screen, and gives it back as it was.
const (
	takeScreen = "\x1b[?1049h"
	giveScreen = "\x1b[?1049l"
)

// leavesNothing fails unless the player took the screen and gave it back.
func (x *terminal) leavesNothing() {
	x.t.Helper()
	written := x.written.String()
	if strings.Count(written, takeScreen) != 1 || strings.Count(written, giveScreen) != 1 {
		x.t.Errorf("the screen is not taken and given back once")
	}
	if strings.LastIndex(written, "\x1b[?25h") < strings.LastIndex(written, "\x1b[?25l") {
		x.t.Error("the cursor is left hidden")
	}
	if _, after, _ := strings.Cut(written, giveScreen); strings.Contains(after, "sequential") {
		x.t.Errorf("this is written after the screen was given back: %q", after)
	}
}

func TestReplayOnATerminalPlays(t *testing.T) {
	t.Parallel()
	path := sleepRecording(t)
	for _, columns := range []int{120, 80, 60} {
		x := onTerminal(t, columns, nil, "replay", path)
		x.awaitScreen("playing")
		x.sees(`^sleep  3 tasks of 3 ms`, `^sequential  `, `^› 1 `, `^goroutines  `, `times slower`, `func Sleep\(`,
			`█ running  · waiting  ▒ queued`)
		x.typed("\x1b[F") // End
		x.awaitScreen("ended after")
		x.awaitScreen("ended  ")
		x.sees(`^› 1 [·█▒]+ `, `^task 1 of sequential  ended`)

		x.typed("\x1b[H") // Home
		x.awaitScreen("paused ")
		for range 3 {
			x.typed("\x1b[C") // right
		}
		x.awaitScreen("change ")
		x.typed("\t2g") // the second task of the second strategy
		x.awaitScreen("task 2 of goroutines")
		x.typed("7\r")
		x.awaitScreen("there is no task 7; the tasks are 1 to 3")
		x.typed("?")
		x.awaitScreen("any key goes back")
		x.typed("x")
		x.awaitScreen("task 2 of goroutines")
		x.typed(" ")
		x.awaitScreen("playing")
		x.typed("q")
		if code := x.exitCode(); code != 0 {
			t.Errorf("exit code %d", code)
		}
		x.leavesNothing()
		if screen := x.screen(); screen != "" {
			t.Errorf("this is left on the screen:\n%s", screen)
		}
	}
}

// The chosen task's line is marked while the playhead is in its sleep: the third event of the first task is behind it.
func TestReplayOnATerminalMarksTheLine(t *testing.T) {
	t.Parallel()
	x := onTerminal(t, 120, []string{"NO_COLOR=1"}, "replay", sleepRecording(t))
	x.awaitScreen("playing")
	x.typed("\x1b[H\x1b[1;2C\x1b[1;2C") // home, shift+right twice: where it runs from, and where it sleeps
	x.awaitScreen("task 1 of sequential  waiting: sleeping, at tasks.go:")
	marked := regexp.MustCompile(`│ › (\d+)  `).FindStringSubmatch(x.screen())
	place := regexp.MustCompile(`at tasks\.go:(\d+)`).FindStringSubmatch(x.screen())
	if marked == nil || place == nil || marked[1] != place[1] {
		t.Errorf("marked is %q, and the task is at %q:\n%s", marked, place, x.screen())
	}
	x.typed("s")
	x.awaitScreen("func Sequential(")
	x.typed("\x1b") // Esc
	if code := x.exitCode(); code != 0 {
		t.Errorf("exit code %d", code)
	}
	if found := regexp.MustCompile(`\x1b\[[0-9;]*[1-9][0-9;]*m`).FindString(x.written.String()); found != "" {
		t.Errorf("it sends %q where there is to be no colour", found)
	}
	x.leavesNothing()
}

func TestAnInterruptEndsReplay(t *testing.T) {
	t.Parallel()
	path := sleepRecording(t)
	for name, interrupt := range map[string]func(*terminal){
		"^C":      func(x *terminal) { x.typed("\x03") },
		"SIGTERM": func(x *terminal) { x.signal(syscall.SIGTERM) },
	} {
		x := onTerminal(t, 80, nil, "replay", path)
		x.awaitScreen("playing")
		interrupt(x)
		if code := x.exitCode(); code != 130 {
			t.Errorf("%s: exit code %d, want 130", name, code)
		}
		x.sees(`\Ainterrupted\z`)
		x.leavesNothing()
	}
}

// Where it would be in the way, or cannot be drawn, the recording is printed.
func TestReplayPrintsWhereItDoesNotPlay(t *testing.T) {
	t.Parallel()
	path := sleepRecording(t)
	for _, c := range []struct {
		setting, flags string
		sees           string
	}{
		{"TERM=dumb", "", `^    # running  \. waiting  \+ queued$`},
		{"ACCESSIBLE=1", "", `^    █ running  · waiting  ▒ queued$`},
		{"LANG=C", "--no-animation", `^    █ running  · waiting  ▒ queued$`},
		{"LANG=C", "--format text", `^    █ running  · waiting  ▒ queued$`},
		{"LANG=C", "-o -", `^    █ running  · waiting  ▒ queued$`},
		{"LANG=C", "--step", `^ +\d+\.\d{3} ms  sequential  task 1  not started → running`},
	} {
		x := onTerminal(t, 60, []string{c.setting}, append([]string{"replay", path}, strings.Fields(c.flags)...)...)
		if code := x.exitCode(); code != 0 {
			t.Errorf("%s %s: exit code %d", c.setting, c.flags, code)
		}
		x.sees(c.sees)
		if c.flags != "-o -" {
			x.fits()
		}
		if found := otherSequence.FindString(x.written.String()); found != "" {
			t.Errorf("%s %s: it sends %q", c.setting, c.flags, found)
		}
	}
}

func TestReplayOfARecordingWithoutTimelinesSaysWhatToDo(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "plain.json")
	c := startChild(t, strings.Fields("compare sleep network --delay 2ms --rounds 1 -n 2 -o "+path)...)
	if code := c.exitCode(); code != 0 {
		t.Fatalf("exit code %d: %s", code, c.stderr)
	}
	x := onTerminal(t, 80, nil, "replay", path)
	if code := x.exitCode(); code != 0 {
		t.Errorf("exit code %d", code)
	}
	x.sees(`^nothing to play: this recording has no timelines, which are of one workload and$`, `compare sleep --record`,
		`^sleep  2 tasks`, `^network  2 tasks`)
	x.fits()
}

func TestReplayRefusesATerminalAsItsRecording(t *testing.T) {
	t.Parallel()
	x := onTerminal(t, 80, nil, "replay", "-")
	if code := x.exitCode(); code != 2 {
		t.Errorf("exit code %d, want 2", code)
	}
	x.sees(`^error: - reads a recording from stdin, which is a terminal; name a file`)
}

// Whoever waits for a recording that never comes can end it.
func TestAnInterruptEndsReplayWhileItReads(t *testing.T) {
	t.Parallel()
	c := newChild(t, "replay", "-")
	stdin, err := c.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	c.start()
	// A pipe holds less than this: once all is written, the program is reading.
	if _, err := stdin.Write(bytes.Repeat([]byte(" "), 1<<20)); err != nil {
		t.Fatal(err)
	}
	c.signal(os.Interrupt)
	if code := c.exitCode(); code != 130 {
		t.Errorf("exit code %d, want 130; %s", code, c.stderr)
	}
}
