//go:build unix

package cmd_test

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"regexp"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/creack/pty"
	"github.com/hinshun/vt10x"

	"meanwhile/internal/testneed"
)

// screenRows is more than any page here has: nothing scrolls away.
const screenRows = 200

// terminal is a child on a pseudo-terminal, and all that it wrote there. A test looks at it as at a film: what it waits
// for, it sees on each screen that was drawn, however short, and there the film stands until it looks for more.
type terminal struct {
	*child
	columns int
	file    *os.File // the person's end
	written *watched
	read    chan struct{} // closed when all is read
	film    vt10x.Terminal
	shown   int // how much of what was written the film has shown
}

// onTerminal runs the program on a terminal of so many columns; settings are more of its environment.
func onTerminal(t *testing.T, columns int, settings []string, args ...string) *terminal {
	t.Helper()
	c := newChild(t, args...)
	c.Env = append(append(c.Env, "TERM=xterm-256color"), settings...)
	c.Stdout, c.Stderr = nil, nil // the terminal is all three streams
	file, err := pty.StartWithSize(c.Cmd, &pty.Winsize{Rows: screenRows, Cols: uint16(columns)})
	if err != nil {
		testneed.Missing(t, "terminals", err.Error())
	}
	x := &terminal{
		child: c, columns: columns, file: file, written: newWatched(), read: make(chan struct{}),
		film: vt10x.New(vt10x.WithSize(columns, screenRows)),
	}
	go func() {
		defer close(x.read)
		// Linux ends a terminal that nobody writes to any more with an error, macOS with the end of the file.
		_, _ = io.Copy(io.MultiWriter(x.written, markingScreens{file}), file)
	}()
	t.Cleanup(func() {
		if err := file.Close(); err != nil && !errors.Is(err, os.ErrClosed) {
			t.Error(err)
		}
		<-x.read
	})
	return x
}

// exitCode waits for the end of the program and of what it writes.
func (x *terminal) exitCode() int {
	x.t.Helper()
	code := x.child.exitCode()
	<-x.read
	x.playUntil(func(string) bool { return false })
	return code
}

// typed sends keys. What was written before them is in the past.
func (x *terminal) typed(keys string) {
	x.t.Helper()
	for x.playOne(x.written.String()) {
	}
	if _, err := io.WriteString(x.file, keys); err != nil {
		x.t.Fatal(err)
	}
}

// A program that draws whole screens asks whether the terminal can hold one back until it is drawn, and marks where each
// begins and ends if it can.
const (
	asksForMarks = "\x1b[?2026$p"
	hasMarks     = "\x1b[?2026;2$y"
	screenBegins = "\x1b[?2026h"
	screenEnds   = "\x1b[?2026l"
)

// markingScreens answers a program on a terminal that it can.
type markingScreens struct{ file *os.File }

func (m markingScreens) Write(p []byte) (int, error) {
	if bytes.Contains(p, []byte(asksForMarks)) {
		if _, err := io.WriteString(m.file, hasMarks); err != nil {
			return 0, err
		}
	}
	return len(p), nil
}

// goesBack is where a program that marks nothing goes back over what it has drawn, or begins to mark.
var goesBack = regexp.MustCompile(`\x1b\[(\d*(;\d+)?[AH]|\?2026h)`)

// playOne shows one screen more of what was written, and says whether there was one.
func (x *terminal) playOne(written string) bool {
	x.t.Helper()
	coming := written[x.shown:]
	if strings.HasPrefix(coming, screenBegins) {
		end := strings.Index(coming, screenEnds)
		if end < 0 {
			return false // it is not yet there as a whole
		}
		coming = coming[:end+len(screenEnds)]
	} else if coming != "" {
		if next := goesBack.FindStringIndex(coming[1:]); next != nil {
			coming = coming[:1+next[0]]
		}
	}
	for i := 1; i < utf8.UTFMax && i <= len(coming); i++ {
		if last := coming[len(coming)-i:]; utf8.RuneStart(last[0]) && !utf8.FullRuneInString(last) {
			coming = coming[:len(coming)-i]
		}
	}
	if _, err := io.WriteString(x.film, coming); err != nil {
		x.t.Fatal(err)
	}
	x.shown += len(coming)
	return coming != ""
}

// screen is what a person sees where the film stands, without the empty lines at its end.
func (x *terminal) screen() string {
	lines := strings.Split(x.film.String(), "\n")
	for i, line := range lines {
		lines[i] = strings.TrimRight(line, " \x00")
	}
	for len(lines) > 0 && lines[len(lines)-1] == "" {
		lines = lines[:len(lines)-1]
	}
	return strings.Join(lines, "\n")
}

// playUntil shows one screen after the other until the person sees what is wanted. It says whether they do: not if the
// last screen was shown, or no other comes.
func (x *terminal) playUntil(wanted func(screen string) bool) bool {
	x.t.Helper()
	late := time.After(patience)
	for {
		written, grown := x.written.now()
		if wanted(x.screen()) {
			return true
		}
		if x.playOne(written) {
			continue
		}
		select {
		case <-grown:
		case <-x.read:
			if x.written.String() == written {
				return false
			}
		case <-late:
			return false
		}
	}
}

// awaitScreen waits until the person sees text.
func (x *terminal) awaitScreen(text string) {
	x.t.Helper()
	if !x.playUntil(func(screen string) bool { return strings.Contains(screen, text) }) {
		x.t.Fatalf("still no %s on the screen:\n%s", text, x.screen())
	}
}

// awaitPrompt waits until the last thing that the person sees is a question.
func (x *terminal) awaitPrompt(question string) {
	x.t.Helper()
	if !x.playUntil(func(screen string) bool { return strings.HasSuffix(strings.TrimSpace(screen), question) }) {
		x.t.Fatalf("%s is not asked:\n%s", question, x.screen())
	}
}

// sees fails unless the person sees each pattern, whose ^ and $ are ends of a line: on the screen where the film stands,
// or on one that comes.
func (x *terminal) sees(patterns ...string) {
	x.t.Helper()
	for _, pattern := range patterns {
		was := x.screen()
		if !x.playUntil(regexp.MustCompile("(?m)" + pattern).MatchString) {
			x.t.Fatalf("no %s on the screen, nor later; it was:\n%s\nand is:\n%s", pattern, was, x.screen())
		}
	}
}

// The sequences that colour text, and those that do anything else.
var (
	colourSequence = regexp.MustCompile(`\x1b\[[0-9;]*m`)
	otherSequence  = regexp.MustCompile(`\x1b(\[[0-9;?]*[^0-9;?m]|[^\[])`)
	bareReturn     = regexp.MustCompile(`\r+([^\r\n]|$)`)
)

// redrawn is what a view that moves writes, from hiding the cursor to taking itself back.
var redrawn = regexp.MustCompile(`(?s)\x1b\[\?25l.*?\x1b\[\?25h(\r\x1b\[\d+A\x1b\[J)?`)

// lines are those that were written to stay, without colours.
func (x *terminal) lines() []string {
	text := colourSequence.ReplaceAllString(redrawn.ReplaceAllString(x.written.String(), ""), "")
	return regexp.MustCompile(`\r?\n`).Split(text, -1)
}

// fits fails if the terminal had to break a line.
func (x *terminal) fits() {
	x.t.Helper()
	for _, line := range x.lines() {
		if strings.HasPrefix(strings.TrimSpace(line), x.home) {
			continue // a path is not broken, and this one may be long
		}
		if utf8.RuneCountInString(line) > x.columns {
			x.t.Errorf("at %d columns, this line is too wide: %q", x.columns, line)
		}
	}
}

func TestHelloOnATerminalShowsThatThePauseWasAWait(t *testing.T) {
	t.Parallel()
	for _, columns := range []int{80, 40} { // one line where it fits
		x := onTerminal(t, columns, nil, "hello", "--delay", "100ms")
		if code := x.exitCode(); code != 0 {
			t.Errorf("exit code %d", code)
		}
		evidence := `\S+ m?s in all, \S+ m?s of it waiting \(\d+ %\); the CPU worked for \S+ [nµm]?s`
		if columns < 80 {
			evidence = strings.ReplaceAll(evidence, " ", `\s`)
		}
		x.sees(`\AHello\nWorld\n` + evidence + `\z`)
		x.fits()
	}
}

func TestHelloOnATerminalShowsATableOfTheStrategies(t *testing.T) {
	t.Parallel()
	x := onTerminal(t, 60, nil, "hello", "--delay", "20ms", "-n", "3")
	if code := x.exitCode(); code != 0 {
		t.Errorf("exit code %d", code)
	}
	x.sees(`\Asequential\nHello 1\nWorld 1\n`, `^strategy +elapsed +ideal +ratio +CPU$`, `^coroutine +\S+ m?s +20\.0 ms `)
	x.fits()
}

func TestCompareOnATerminalShowsProgressAndTakesItBack(t *testing.T) {
	t.Parallel()
	x := onTerminal(t, 80, nil, "compare", "sleep", "--delay", "200ms", "--rounds", "2", "-n", "3")
	for _, step := range []string{"warming up  sequential", "round 1 of 2", "round 2 of 2", "one more round, traced"} {
		x.awaitScreen("sleep  " + step)
	}
	x.sees("^  goroutines +1  ━", "^  limited +1  ━", "^  ━ under way: running or waiting ")
	if code := x.exitCode(); code != 0 {
		t.Errorf("exit code %d", code)
	}
	x.sees(`\Asleep  3 tasks of 200 ms; `, `^  strategy +time +speed-up +predicted +waiting$`,
		`^  sequential  [█▏▎▍▌▋▊▉]+ +\S+ m?s `, `^  goroutines  [█▏▎▍▌▋▊▉]+ +\S+ m?s `, `^  again: meanwhile compare sleep `)
	if screen := x.screen(); strings.Contains(screen, "warming up") || strings.Contains(screen, "━") {
		t.Errorf("progress is left on the screen:\n%s", screen)
	}
	if !colourSequence.MatchString(x.written.String()) {
		t.Error("there is no colour")
	}
	x.fits()
}

func TestCompareFitsTheTerminal(t *testing.T) {
	for _, signs := range []string{"", "--ascii"} {
		for _, columns := range []int{60, 80, 120, 200} {
			for _, workload := range []string{"", "sleep", "file", "database", "cpu"} { // none is all, with less about each
				t.Run(fmt.Sprint(columns, signs, workload), func(t *testing.T) {
					t.Parallel()
					args := strings.Fields("compare " + workload + " --rounds 2 -n 2 " + signs)
					if workload != "file" {
						args = append(args, "--delay", "2ms")
					}
					x := onTerminal(t, columns, nil, args...)
					if code := x.exitCode(); code != 0 {
						t.Errorf("exit code %d", code)
					}
					want := 1
					if workload == "" {
						want = 5
					}
					bars := regexp.MustCompile(`(?m)^  sequential  [█▏▎▍▌▋▊▉#]`).FindAllString(x.screen(), -1)
					if len(bars) != want {
						t.Errorf("%d bars of sequential on the screen, want %d:\n%s", len(bars), want, x.screen())
					}
					x.fits()
				})
			}
		}
	}
}

func TestColourIsDecidedByTheFlagThenTheEnvironmentThenTheTerminal(t *testing.T) {
	for _, c := range []struct {
		name     string
		settings []string
		flags    []string
		coloured bool
	}{
		{"on a terminal", nil, nil, true},
		{"never", nil, []string{"--color", "never"}, false},
		{"NO_COLOR", []string{"NO_COLOR=1"}, nil, false},
		{"NO_COLOR, in any words", []string{"NO_COLOR=no"}, nil, false},
		{"an empty NO_COLOR is none", []string{"NO_COLOR="}, nil, true},
		{"NO_COLOR over CLICOLOR_FORCE", []string{"NO_COLOR=1", "CLICOLOR_FORCE=1"}, nil, false},
		{"always over NO_COLOR", []string{"NO_COLOR=1"}, []string{"--color", "always"}, true},
		{"never over CLICOLOR_FORCE", []string{"CLICOLOR_FORCE=1"}, []string{"--color=never"}, false},
		{"a dumb terminal", []string{"TERM=dumb"}, nil, false},
		{"CLICOLOR_FORCE on a dumb terminal", []string{"TERM=dumb", "CLICOLOR_FORCE=1"}, nil, true},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			args := append([]string{"compare", "sleep", "--delay", "2ms", "--rounds", "1", "-n", "2"}, c.flags...)
			x := onTerminal(t, 80, c.settings, args...)
			if code := x.exitCode(); code != 0 {
				t.Errorf("exit code %d", code)
			}
			if got := colourSequence.MatchString(x.written.String()); got != c.coloured {
				t.Errorf("coloured: %t, want %t, in %q", got, c.coloured, x.written)
			}
		})
	}
}

// Those who read with a screen reader, or on a terminal that cannot redraw, get lines that stay.
func TestWhereNothingCanBeRedrawnLinesAreOnlyAppended(t *testing.T) {
	for _, setting := range []string{"TERM=dumb", "ACCESSIBLE=1"} {
		t.Run(setting, func(t *testing.T) {
			t.Parallel()
			x := onTerminal(t, 80, []string{setting}, "compare", "sleep", "network", "--delay", "2ms", "--rounds", "2", "-n", "2")
			if code := x.exitCode(); code != 0 {
				t.Errorf("exit code %d", code)
			}
			if found := otherSequence.FindString(x.written.String()); found != "" {
				t.Errorf("it sends %q", found)
			}
			if found := bareReturn.FindString(x.written.String()); found != "" {
				t.Errorf("it goes back to the beginning of a line: %q", x.written)
			}
			x.sees(`^sleep: measuring`, `^network: measuring`, `^  sequential  [█▏▎▍▌▋▊▉#]`)
			x.fits()
		})
	}
}

func TestASCIIIsASCIIOnATerminal(t *testing.T) {
	for _, c := range []struct {
		settings []string
		args     string
	}{
		{nil, "compare --ascii --delay 2ms --rounds 1 -n 2"},
		{[]string{"TERM=dumb"}, "compare sleep --delay 2ms --rounds 1 -n 2"},
		{nil, "hello --ascii --delay 2ms"},
		{nil, "hello --ascii --delay 2ms -n 2"},
		{nil, "compare --ascii nonsense"},
	} {
		t.Run(c.args, func(t *testing.T) {
			t.Parallel()
			x := onTerminal(t, 60, c.settings, strings.Fields(c.args)...)
			x.exitCode()
			for _, sign := range x.written.String() {
				if sign >= utf8.RuneSelf {
					t.Errorf("it writes %q:\n%s", sign, x.screen())
					break
				}
			}
		})
	}
}

func TestAnInterruptOnATerminalShowsWhatWasMeasured(t *testing.T) {
	t.Parallel()
	x := onTerminal(t, 80, nil, "compare", "sleep", "--delay", "20ms", "--rounds", "10000", "-n", "3")
	x.sees(`round ([4-9]|\d\d+) of 10000`)
	x.typed("\x03") // ^C
	if code := x.exitCode(); code != 130 {
		t.Errorf("exit code %d, want 130", code)
	}
	// The terminal itself writes ^C where the cursor stood.
	x.sees(`^  sequential  [█▏▎▍▌▋▊▉]`, `^  goroutines  [█▏▎▍▌▋▊▉]`, `^  partial: interrupted`, `^interrupted$`)
	if screen := x.screen(); strings.Contains(screen, "of 10000") {
		t.Errorf("progress is left on the screen:\n%s", screen)
	}
}

func TestAnInterruptOnATerminalEndsHello(t *testing.T) {
	t.Parallel()
	x := onTerminal(t, 80, nil, "hello", "--delay", "1h")
	x.written.awaitText(t, "Hello\r\n") // a terminal drops at ^C what it has not yet passed on
	x.typed("\x03")
	if code := x.exitCode(); code != 130 {
		t.Errorf("exit code %d, want 130", code)
	}
	x.sees(`\AHello\n(\^C)?interrupted\z`)
}

func TestQuestionsOnATerminalAreAskedUntilTheyAreAnswered(t *testing.T) {
	t.Parallel()
	x := onTerminal(t, 80, nil, "compare", "sleep", "network", "--ask", "--delay", "2ms", "--rounds", "1", "-n", "2")
	x.awaitScreen("sleep: 2 tasks; each sleeps.")
	x.awaitScreen("How long will they take by goroutines?")
	x.typed("soon\r")
	x.awaitScreen(`"soon" is no duration; write it like 30ms, 1.5s or 2m`)
	x.awaitPrompt("How long will they take by goroutines? (like 300ms; empty skips)")
	x.typed("20 s\r")
	x.awaitPrompt("How sure are you, from 0 to 100 %?")
	x.typed("very\r")
	x.awaitScreen(`"very" is no number from 0 to 100`)
	x.awaitPrompt("How sure are you, from 0 to 100 %?")
	x.typed("99 %\r")
	x.awaitScreen("network: 2 tasks; ")
	x.typed("\r") // skips
	if code := x.exitCode(); code != 0 {
		t.Errorf("exit code %d", code)
	}
	x.sees(`^  your guess: 20\.0 s for goroutines, 99 % sure: not near$`)
	if got := strings.Count(x.screen(), "your guess"); got != 1 {
		t.Errorf("%d guesses on the screen, want 1:\n%s", got, x.screen())
	}
}

func TestAnInterruptOnATerminalEndsAQuestion(t *testing.T) {
	t.Parallel()
	x := onTerminal(t, 80, nil, "compare", "sleep", "--ask")
	x.awaitScreen("How long will they take by goroutines?")
	x.typed("\x03")
	if code := x.exitCode(); code != 130 {
		t.Errorf("exit code %d, want 130", code)
	}
	x.sees(`^interrupted$`)
}

// Progress is for a person at the terminal, wherever the result goes.
func TestProgressIsShownWhileTheResultGoesToAFile(t *testing.T) {
	t.Parallel()
	x := onTerminal(t, 80, nil, "compare", "sleep", "--delay", "2ms", "--rounds", "1", "-n", "2", "-o", "result.json")
	if code := x.exitCode(); code != 0 {
		t.Errorf("exit code %d", code)
	}
	if !strings.Contains(x.written.String(), "round 1 of 1") {
		t.Errorf("no progress in %q", x.written)
	}
	x.sees(`\Awrote result\.json\z`)
}
