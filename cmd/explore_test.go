//go:build unix

package cmd_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

const (
	keyDown  = "\x1b[B"
	keyRight = "\x1b[C"
)

func TestExploreOnATerminal(t *testing.T) {
	t.Parallel()
	x := onTerminal(t, 80, nil, "explore", "sleep", "--delay", "5ms", "-n", "8")
	x.awaitScreen("predicted: 4.75–6.25 ms (as long as one, 5.00 ms), from the delays alone")
	x.typed(keyDown)
	x.awaitScreen("› strategy   < goroutines >")
	x.typed(keyRight)
	x.awaitScreen("predicted  limited  10.0 ms · 4 at once")
	x.typed(keyDown + keyRight)
	x.awaitScreen("› tasks      < 10         >")
	x.typed("\r")
	x.awaitScreen("measured over predicted  limited")
	x.sees(`^  predicted \S+.* ms, measured \S+ m?s[:;,]`, `^    1  [·▒█]+░*$`, `^   10  ▒+[·▒█]+`)
	x.typed("s")
	x.awaitScreen("func Limited(limit int) Strategy {")
	x.typed("sw")
	x.awaitScreen("wrote meanwhile-sleep.json, for 'meanwhile replay'")
	x.typed("w")
	x.awaitScreen("wrote meanwhile-sleep-2.json, for 'meanwhile replay'")
	for _, name := range []string{"meanwhile-sleep.json", "meanwhile-sleep-2.json"} {
		text, err := os.ReadFile(filepath.Join(x.Dir, name))
		if err != nil {
			t.Fatal(err)
		}
		if err := os.Remove(filepath.Join(x.Dir, name)); err != nil {
			t.Fatal(err)
		}
		got, err := results(text)
		if want := "sleep, 10 tasks: limited 1"; err != nil || strings.Join(got, "; ") != want {
			t.Errorf("%s has %q (%v), want %q", name, got, err, want)
		}
	}
	x.typed("q")
	if code := x.exitCode(); code != 0 {
		t.Errorf("exit code %d", code)
	}
	// The bench has gone, and the command that does the same is left.
	x.sees(`\Ameanwhile compare sleep --strategy sequential,limited --delay 5ms\z`)
}

func TestAnInterruptOnATerminalEndsExplore(t *testing.T) {
	t.Parallel()
	x := onTerminal(t, 100, nil, "explore", "network", "--delay", "1h", "-n", "3")
	x.awaitScreen("from the delays alone")
	x.typed("\r")
	x.awaitScreen("running: warming up… (")
	x.typed("\x03")
	if code := x.exitCode(); code != 130 {
		t.Errorf("exit code %d, want 130", code)
	}
	x.sees(`^meanwhile compare network --strategy sequential,goroutines --tasks 3 --delay 1h0m0s$`, `^interrupted$`)
}

func TestExploreIsASCIIOnATerminalWithoutMore(t *testing.T) {
	t.Parallel()
	x := onTerminal(t, 60, []string{"NO_COLOR=1"}, "explore", "cpu", "--delay", "1ms", "-n", "2", "--ascii")
	x.awaitScreen("predicted  goroutines")
	x.typed("\r")
	x.awaitScreen("measured over predicted")
	x.typed("q")
	if code := x.exitCode(); code != 0 {
		t.Errorf("exit code %d", code)
	}
	if colourSequence.MatchString(x.written.String()) {
		t.Errorf("there is colour in %q", x.written)
	}
	if i := strings.IndexFunc(x.written.String(), func(sign rune) bool { return sign > '~' }); i >= 0 {
		t.Errorf("it writes %q", x.written.String()[i:min(i+20, len(x.written.String()))])
	}
}

func TestExploreThatMayNotRedrawSaysWhatToUseInstead(t *testing.T) {
	for _, setting := range []string{"TERM=dumb", "ACCESSIBLE=1"} {
		t.Run(setting, func(t *testing.T) {
			t.Parallel()
			x := onTerminal(t, 200, []string{setting}, "explore", "cpu")
			if code := x.exitCode(); code != 2 {
				t.Errorf("exit code %d, want 2", code)
			}
			x.sees(`\Aerror: explore needs a terminal that it can redraw; 'meanwhile compare cpu --timeline always' shows the same without one$`)
		})
	}
}
