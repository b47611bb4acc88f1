package cmd

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"syscall"
	"testing"

	"meanwhile/demos"
	"meanwhile/internal/term"
)

// These hold what a script cannot bring about: a child that does not do what its program always does.

// explained returns what demo says of an ending, and the error that it ends with.
func explained(t *testing.T, name string, end ending) (string, error) {
	t.Helper()
	var screen bytes.Buffer
	o := demoOptions{name: name, streams: &term.Streams{Out: &screen, Width: term.DefaultWidth}}
	wrong, err := o.find()
	if err != nil {
		t.Fatal(err)
	}
	err = o.explain(wrong, end)
	return screen.String(), err
}

func TestAFaultThatDoesNotShowIsAFailure(t *testing.T) {
	for _, wrong := range demos.Wrongs() {
		for _, printed := range []string{wrong.Expected + "\n", "", "panic: something else\n"} {
			screen, err := explained(t, wrong.Name, ending{stdout: printed})
			if err == nil || !strings.Contains(err.Error(), wrong.Name+" did not show its fault") {
				t.Errorf("%s printed %q, and demo ended with %v", wrong.Name, printed, err)
			}
			if strings.Contains(screen, "\nwhy\n") {
				t.Errorf("%s printed %q, and demo explains what did not happen:\n%s", wrong.Name, printed, screen)
			}
		}
	}
}

func TestARaceThatIsReportedIsAFaultThatShows(t *testing.T) {
	const report = "==================\nWARNING: DATA RACE\nWrite at 0x00c00001"
	screen, err := explained(t, "wrong-counter", ending{"visits: 100\n", report, 66})
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"  WARNING: DATA RACE\n", "  exit code 66: the race detector saw it\n", "\nwhy\n"} {
		if !strings.Contains(screen, want) {
			t.Errorf("demo does not say %q:\n%s", want, screen)
		}
	}
	if _, err := explained(t, "wrong-counter", ending{"visits: 100\n", "", 66}); err == nil {
		t.Error("an exit code alone passes for a race")
	}
}

func TestWhatAChildPrintsIsBoundedAndHarmless(t *testing.T) {
	var flood head
	for i := range 100_000 {
		if _, err := fmt.Fprintf(&flood, "\x1b[2Jline %d%s\r\n", i, strings.Repeat(" long", i%100)); err != nil {
			t.Fatal(err)
		}
	}
	if flood.kept.Len() != 64<<10 {
		t.Errorf("kept %d bytes of a flood", flood.kept.Len())
	}
	screen, err := explained(t, "wrong-counter", ending{"visits: 1\n", flood.kept.String(), 0})
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(screen, "�[2Jline 0\n") || strings.ContainsAny(screen, "\x1b\r") {
		t.Errorf("a control character reaches the terminal:\n%q", screen)
	}
	if !strings.Contains(screen, " more lines\n") || strings.Count(screen, "\n") > 50 || len(screen) > 20*250 {
		t.Errorf("shows %d lines, %d bytes:\n%s", strings.Count(screen, "\n"), len(screen), screen)
	}
}

func TestAnInterruptedDemoSaysSo(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	o := demoOptions{name: "wrong-fanout", streams: &term.Streams{Out: io.Discard, Width: term.DefaultWidth}}
	if err := o.run(ctx); !errors.Is(err, context.Canceled) {
		t.Errorf("ended with %v, want %v", err, context.Canceled)
	}
}

// closed is stdout once its reader has gone.
type closed struct{}

func (closed) Write([]byte) (int, error) { return 0, syscall.EPIPE }

func TestADemoWithoutAReaderEnds(t *testing.T) {
	for _, name := range []string{"", "wrong-counter"} {
		o := demoOptions{name: name, streams: &term.Streams{Out: closed{}, Width: term.DefaultWidth}}
		if err := o.run(t.Context()); !errors.Is(err, syscall.EPIPE) {
			t.Errorf("demo %s ended with %v, want %v", name, err, syscall.EPIPE)
		}
	}
}
