//go:build unix

package tui

import (
	"fmt"
	"io"
	"strings"
	"testing"

	"github.com/creack/pty"
	"github.com/hinshun/vt10x"
	"go.uber.org/goleak"

	"meanwhile/internal/term"
	"meanwhile/internal/testneed"
)

func TestNothingIsLeftOfTheView(t *testing.T) {
	defer goleak.VerifyNone(t)
	person, terminal, err := pty.Open()
	if err == nil {
		err = pty.Setsize(terminal, &pty.Winsize{Rows: 24, Cols: 80})
	}
	if err != nil {
		testneed.Missing(t, "terminals", err.Error())
	}
	shown := make(chan string)
	go func() {
		// Linux ends a terminal that nobody writes to any more with an error, macOS with the end of the file.
		written, _ := io.ReadAll(person)
		shown <- string(written)
	}()
	fmt.Fprintln(terminal, "$ meanwhile compare")
	live := NewLive(&term.Streams{Err: terminal})
	for _, p := range during(t, "sequential", "goroutines") {
		live.Progress(p)
	}
	live.Close()
	if err := terminal.Close(); err != nil {
		t.Error(err)
	}
	written := <-shown
	if err := person.Close(); err != nil {
		t.Error(err)
	}
	screen := vt10x.New(vt10x.WithSize(80, 24))
	if _, err := io.WriteString(screen, written); err != nil {
		t.Fatal(err)
	}
	if got := strings.TrimSpace(screen.String()); got != "$ meanwhile compare" {
		t.Errorf("this is left on the screen:\n%s\nof %q", got, written)
	}
	if !strings.Contains(written, "sleep  round 1 of 1") {
		t.Errorf("nothing was shown: %q", written)
	}
}
