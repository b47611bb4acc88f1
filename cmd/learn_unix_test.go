//go:build unix

package cmd_test

import (
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/creack/pty"
	"github.com/hinshun/vt10x"
)

// fastLesson has every kind of step, and runs that are over at once.
const fastLesson = `---
title: A fast one
idea: Waits overlap.
minutes: 1
misconception:
  id: T1
  belief: waits add up
  truth: waits overlap
---

## Predict

Five tasks sleep, each in a *goroutine* of its own.

~~~question
id: total
ask: How long do they take together?
number: goroutines.elapsed
low: "Nobody wakes so soon."
high: "They sleep at the same time."
~~~

~~~notes
Ask the room.
~~~

## Run

~~~run
command: compare sleep --delay 5ms -n 5 --strategy sequential,goroutines --rounds 1
~~~

## Observe

~~~question
id: seen
ask: What did they do?
of: goroutines.waiting
choices:
  - text: They worked.
    below: 0.1
    because: "Sleeping is no work."
  - text: They waited.
    because: "They slept."
~~~

## Timeline

Two pictures.

## Explain

They took ~=goroutines.elapsed~ in all.

## Read

Here they start.

~~~source
examples: [goroutines]
~~~

## Change

They sleep longer, as many.

~~~question
id: rank
ask: Which takes longer?
rank:
  - text: goroutines
    by: goroutines.elapsed
  - text: sequential
    by: sequential.elapsed
because: "One after the other takes longer."
~~~

## Run

~~~run
command: compare sleep --delay 10ms -n 5 --strategy sequential,goroutines --rounds 1
~~~

## Explain

Before, they took ~=before goroutines.elapsed~.

## Quiz

~~~question
id: one
ask: Is one more than two?
choices:
  - text: It is.
    because: "Count again."
  - text: It is not.
    right: true
    because: "Two is more."
~~~

~~~question
id: two
ask: Is two more than one?
choices:
  - text: It is.
    right: true
    because: "By one."
  - text: It is not.
    because: "Count again."
~~~
`

// lessonFolder is a folder with one lesson, in which words are replaced.
func lessonFolder(t *testing.T, replace ...string) string {
	t.Helper()
	folder := t.TempDir()
	text := strings.NewReplacer("~~~", "```", "~", "`").Replace(strings.NewReplacer(replace...).Replace(fastLesson))
	if err := os.Mkdir(filepath.Join(folder, "01-fast"), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(folder, "01-fast", "lesson.md"), []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
	return folder
}

// endlessRun makes the run of a fast lesson one that lasts for hours.
var endlessRun = []string{
	"--delay 5ms -n 5 --strategy sequential,goroutines --rounds 1", "--delay 20ms -n 5 --strategy goroutines --rounds 10000",
}

// learning starts a lesson; home is where progress is kept.
func learning(t *testing.T, columns int, home string, settings []string, args ...string) *terminal {
	t.Helper()
	return onTerminal(t, columns, append(settings, "MEANWHILE_HOME="+home), append([]string{"learn"}, args...)...)
}

// resized changes the size of the window.
func (x *terminal) resized(columns, rows int) {
	x.t.Helper()
	x.columns = columns
	if err := pty.Setsize(x.file, &pty.Winsize{Rows: uint16(rows), Cols: uint16(columns)}); err != nil {
		x.t.Fatal(err)
	}
}

// restored fails unless the terminal is as it was before.
func (x *terminal) restored() {
	x.t.Helper()
	written := x.written.String()
	for on, off := range map[string]string{
		"\x1b[?1049h": "\x1b[?1049l", // the alternate screen
		"\x1b[?25l":   "\x1b[?25h",   // the cursor, hidden
		"\x1b[?2004h": "\x1b[?2004l", // bracketed paste
	} {
		if strings.LastIndex(written, on) > strings.LastIndex(written, off) {
			x.t.Errorf("%q is not followed by %q", on, off)
		}
	}
	if strings.Contains(x.screen(), "step ") {
		x.t.Errorf("the lesson is left on the screen:\n%s", x.screen())
	}
}

func TestALessonOnATerminalIsPlayedByKeys(t *testing.T) {
	t.Parallel()
	x := learning(t, 100, t.TempDir(), nil, "--lessons", lessonFolder(t), "1")
	x.awaitScreen("step 1 of 11")
	x.sees(`^  1  A fast one .* predict$`, `^  How long do they take together\?$`)
	x.typed("soon\r")
	x.awaitScreen("answer with a duration, like 300ms or 1.5s")
	x.typed("\x15" + "20ms\r") // ^U clears the field
	x.awaitScreen("How sure are you?")
	x.typed(keyRight + keyRight + "\r")
	x.awaitScreen("Enter runs it")
	x.typed("\r")
	x.awaitScreen("Enter next")
	x.sees(`^  sequential  █+`, `^  goroutines  [█▏▎▍▌▋▊▉]+`)
	x.typed("\r")
	x.awaitScreen("What did they do?")
	x.sees(`^  sequential  █+`, `^ +speed-up  waiting$`)
	x.typed(keyDown + keyDown + "\r")
	x.awaitScreen("Two pictures.")
	x.sees(`✓ it was: They waited `, `^ +5  [·▒█]+$`, `One more round, traced\.`)
	x.typed("\r")
	x.awaitScreen("Many think: waits add up.")
	x.sees(`you said: 20\.0 ms \(50 % sure\)$`, `They took \S+ m?s in all\.`)
	x.typed("\r")
	x.awaitScreen("func Goroutines(")
	x.sees(`import asyncio$`)
	x.typed("n")
	x.awaitScreen("Which takes longer?")
	x.typed("21\r\r") // and no word on how sure
	x.awaitScreen("--delay 10ms")
	x.typed("f" + "\x17" + "2\r") // ^W takes the last word
	x.awaitScreen("a run of your own")
	x.sees(`--rounds 2`)
	x.typed("\r") // the lesson's
	x.awaitScreen("Enter next")
	x.typed("\r")
	x.awaitScreen("Before, they took")
	x.sees(`you said: sequential, goroutines$`)
	x.typed("g")
	x.awaitScreen("In this lesson")
	x.typed("\x1b")
	x.awaitScreen("Before, they took")
	x.typed("\r")
	x.awaitScreen("Is one more than two?")
	x.typed("1\r")
	x.awaitScreen("Count again.")
	x.typed("\r")
	x.awaitScreen("Is two more than one?")
	x.typed("1\r")
	x.awaitScreen("By one.")
	x.typed("\r")
	x.awaitScreen("the end")
	x.sees(`Waits overlap\.`, `quiz: 1 of 2 right`)
	x.typed("\r")
	if code := x.exitCode(); code != 0 {
		t.Errorf("exit code %d", code)
	}
	x.restored()
}

func TestALessonOfTheCourseIsPlayedOnATerminal(t *testing.T) {
	t.Parallel()
	home := t.TempDir()
	x := learning(t, 100, home, nil, "two-at-once")
	x.awaitScreen("step 1 of")
	x.typed("300ms\r4\r")
	x.awaitScreen("Enter runs it")
	x.typed("\r")
	x.awaitScreen("Enter next")
	x.typed("\r")
	x.awaitScreen("what did you see?")
	x.typed("3\r")
	x.awaitScreen("timeline")
	x.typed("n")
	x.awaitScreen("explanation")
	x.sees(`you said: 300 ms \(95 % sure\)$`, `→ measured: \S+ ms$`)
	x.typed("q")
	if code := x.exitCode(); code != 0 {
		t.Errorf("exit code %d", code)
	}
	x.restored()

	x = learning(t, 100, home, nil) // goes on where it was left
	x.awaitScreen("step 5 of")
	x.sees(`r makes it now`)
	x.typed("q")
	if code := x.exitCode(); code != 0 {
		t.Errorf("exit code %d", code)
	}
}

func TestALessonIsResizedWhileItRuns(t *testing.T) {
	t.Parallel()
	x := learning(t, 100, t.TempDir(), nil, "--lessons", lessonFolder(t, endlessRun...), "1")
	x.awaitScreen("step 1 of 11")
	x.typed("\r")
	x.awaitScreen("Enter runs it")
	x.typed("\r")
	x.awaitScreen("━ under way: running or waiting   ▒ queued")
	x.resized(60, 20)
	x.awaitScreen("  ━ under way   ▒ queued   to")
	x.resized(40, 10)
	x.awaitScreen("A lesson needs a window of 60")
	x.resized(120, 40)
	x.awaitScreen("━ under way: running or waiting   ▒ queued")
	x.typed("\x1b")
	x.awaitScreen("Enter runs it")
	x.typed("q")
	if code := x.exitCode(); code != 0 {
		t.Errorf("exit code %d", code)
	}
	x.restored()
}

func TestAnInterruptOnATerminalEndsTheLessonAndKeepsThePlace(t *testing.T) {
	t.Parallel()
	home, folder := t.TempDir(), lessonFolder(t, endlessRun...)
	x := learning(t, 80, home, nil, "--lessons", folder, "1")
	x.awaitScreen("step 1 of 11")
	x.typed("20ms\r2\r")
	x.awaitScreen("Enter runs it")
	x.typed("\r")
	x.awaitScreen("━ under way")
	x.typed("\x03")
	if code := x.exitCode(); code != 130 {
		t.Errorf("exit code %d, want 130", code)
	}
	x.restored()
	x.sees(`^interrupted$`)

	x = learning(t, 80, home, nil, "--lessons", folder, "1")
	x.awaitScreen("step 2 of 11")
	x.typed("b")
	x.awaitScreen("› 20ms")
	x.typed("\x03")
	if code := x.exitCode(); code != 130 {
		t.Errorf("exit code %d, want 130", code)
	}
	x.restored()
}

// throughLesson plays a lesson without answers, to its end.
func throughLesson(x *terminal) {
	x.t.Helper()
	for step := 1; step <= 11; step++ {
		x.awaitScreen(fmt.Sprintf("step %d of 11", step))
		switch step {
		case 2, 8:
			x.typed("\r")
			x.awaitScreen("r again")
			x.typed("n")
		case 1:
			x.typed("\x1b")
			x.awaitScreen("digits answer")
			x.typed("?")
			x.awaitScreen("Going on")
			x.typed("?")
			x.awaitScreen("digits answer")
			x.typed("n")
		default:
			x.typed("n")
		}
	}
	x.awaitScreen("the end")
	x.typed("q")
	if code := x.exitCode(); code != 0 {
		x.t.Errorf("exit code %d", code)
	}
	x.restored()
}

func TestALessonWithoutColourHasNone(t *testing.T) {
	for _, args := range [][]string{{}, {"--present", "--theme", "light"}} {
		t.Run(strings.Join(args, " "), func(t *testing.T) {
			t.Parallel()
			x := learning(t, 80, t.TempDir(), []string{"NO_COLOR=1"}, append(args, "--lessons", lessonFolder(t), "1")...)
			if len(args) > 0 {
				x.awaitScreen("step 1 of 11")
				x.typed("N")
				x.awaitScreen("Ask the room.")
				x.typed("q")
				x.exitCode()
			} else {
				throughLesson(x)
			}
			written := x.written.String()
			if found := colourSequence.FindString(written); found != "" || strings.Contains(written, "\x1b]1") {
				t.Errorf("it writes %q, or sets a background: %q", found, written)
			}
		})
	}
}

func TestALessonFitsSixtyColumns(t *testing.T) {
	t.Parallel()
	x := learning(t, 60, t.TempDir(), nil, "--ascii", "--lessons", lessonFolder(t), "1")
	throughLesson(x)
	const wider = 100 // what is written beyond the window shows here, where the window breaks it
	screen := vt10x.New(vt10x.WithSize(wider, screenRows))
	written := x.written.String()
	for _, piece := range strings.SplitAfter(written, "\x1b[") {
		if _, err := screen.Write([]byte(piece)); err != nil {
			t.Fatal(err)
		}
		for line := range strings.SplitSeq(screen.String(), "\n") {
			if line = strings.TrimRight(line, " "); utf8.RuneCountInString(line) > 60 {
				t.Fatalf("this line is wider than the window: %q", line)
			}
		}
	}
	if i := strings.IndexFunc(written, func(sign rune) bool { return sign >= utf8.RuneSelf }); i >= 0 {
		t.Errorf("with --ascii it writes %q", written[i:min(len(written), i+20)])
	}
}

func TestAPresentationPutsTheBackgroundBack(t *testing.T) {
	t.Parallel()
	x := learning(t, 120, t.TempDir(), nil, "--present", "--theme", "light", "--lessons", lessonFolder(t), "1")
	x.awaitScreen("Five tasks sleep")
	x.typed(" ")
	x.awaitScreen("How long do they take together?")
	x.typed("q")
	if code := x.exitCode(); code != 0 {
		t.Errorf("exit code %d", code)
	}
	written := x.written.String()
	if set, reset := strings.LastIndex(written, "\x1b]11;"), strings.LastIndex(written, "\x1b]111"); set < 0 || reset < set {
		t.Errorf("the background is set at %d, and reset at %d", set, reset)
	}
	x.restored()
}

// A lesson that nobody touches leaves the machine to others.
func TestALessonThatWaitsForAKeyTakesNoCPU(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("the CPU time of another process is told by /proc, on Linux")
	}
	t.Parallel()
	x := learning(t, 80, t.TempDir(), nil, "--lessons", lessonFolder(t), "1")
	x.awaitScreen("step 1 of 11")
	x.typed("\r")
	x.awaitScreen("Enter runs it")
	x.typed("\r")
	x.awaitScreen("r again") // a run leaves nothing going on
	start, before := time.Now(), cpuTime(t, x.Process.Pid)
	time.Sleep(5 * time.Second)
	share := float64(cpuTime(t, x.Process.Pid)-before) / float64(time.Since(start))
	t.Logf("it takes %.1f %% of a core", 100*share)
	if share > 0.015 { // Bubble Tea's look for something to draw, twenty times a second, takes a third of that
		t.Errorf("it takes %.1f %% of a core", 100*share)
	}
	x.typed("q")
	x.exitCode()
}

// cpuTime is how long a process has had a core, so far.
func cpuTime(t *testing.T, pid int) time.Duration {
	t.Helper()
	stat, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil {
		t.Fatal(err)
	}
	_, rest, _ := strings.Cut(string(stat), ") ") // the name may have spaces
	fields := strings.Fields(rest)
	var ticks int
	for _, field := range fields[11:13] { // utime and stime
		n, err := strconv.Atoi(field)
		if err != nil {
			t.Fatal(err)
		}
		ticks += n
	}
	return time.Duration(ticks) * 10 * time.Millisecond // a hundred ticks a second, wherever Go runs
}
