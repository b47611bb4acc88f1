package term_test

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"strings"
	"sync"
	"testing"
	"unicode"
	"unicode/utf8"

	"meanwhile/internal/term"
)

// decided is the style of a stdout that is a terminal or not, in an environment.
func decided(t *testing.T, flag term.Colour, ascii, terminal bool, environment map[string]string) term.Style {
	for _, name := range []string{"NO_COLOR", "CLICOLOR_FORCE", "TERM"} {
		t.Setenv(name, environment[name])
	}
	streams := &term.Streams{OutTerminal: terminal}
	streams.Decide(flag, ascii)
	return streams.Style
}

func TestColourIsDecidedByFlagThenEnvironmentThenTerminal(t *testing.T) {
	cases := []struct {
		name        string
		flag        term.Colour
		terminal    bool
		environment map[string]string
		want        bool
	}{
		{"a terminal has colour", term.Auto, true, nil, true},
		{"a pipe has none", term.Auto, false, nil, false},
		{"NO_COLOR wins over the terminal", term.Auto, true, map[string]string{"NO_COLOR": "yes"}, false},
		{"NO_COLOR wins over CLICOLOR_FORCE", term.Auto, true, map[string]string{"NO_COLOR": "1", "CLICOLOR_FORCE": "1"}, false},
		{"CLICOLOR_FORCE wins over the pipe", term.Auto, false, map[string]string{"CLICOLOR_FORCE": "1"}, true},
		{"CLICOLOR_FORCE=0 forces nothing", term.Auto, false, map[string]string{"CLICOLOR_FORCE": "0"}, false},
		{"always wins over NO_COLOR", term.Always, false, map[string]string{"NO_COLOR": "1"}, true},
		{"never wins over all", term.Never, true, map[string]string{"CLICOLOR_FORCE": "1"}, false},
		{"a dumb terminal has none", term.Auto, true, map[string]string{"TERM": "dumb"}, false},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			style := decided(t, c.flag, false, c.terminal, c.environment)
			painted := style.Paint(term.Good, "yes")
			if got := painted != "yes"; got != c.want || style.Coloured() != c.want {
				t.Errorf("coloured %v (%q), want %v", got, painted, c.want)
			}
		})
	}
}

func TestASCIIReplacesEverySignOfOurs(t *testing.T) {
	const ours = "█▒·×±…–—→µ✓✗Σ≥≤≈“”’│─λ"
	for _, style := range []term.Style{
		decided(t, term.Auto, true, false, nil), decided(t, term.Auto, false, true, map[string]string{"TERM": "dumb"}),
	} {
		if text := style.Text(ours) + style.Bar(0.37, 20); strings.ContainsFunc(text, func(r rune) bool { return r > unicode.MaxASCII || r == '?' }) {
			t.Errorf("%q is not ASCII, or lacks a sign", text)
		}
		if got := style.Text("naïve 等"); got != "na?ve ?" {
			t.Errorf("letters of other languages are %q", got)
		}
	}
	if got := decided(t, term.Auto, false, true, nil).Text(ours); got != ours {
		t.Errorf("a terminal gets %q", got)
	}
}

func TestBarsAreAsLongAsTheirShare(t *testing.T) {
	plain := term.Style{}
	for _, c := range []struct {
		share float64
		want  string
	}{
		{0, ""}, {0.0001, "▏"}, {0.5, "█████"}, {0.55, "█████▌"}, {1, "██████████"}, {7, "██████████"}, {-1, ""},
	} {
		if got := plain.Bar(c.share, 10); got != c.want {
			t.Errorf("Bar(%v, 10) = %q, want %q", c.share, got, c.want)
		}
	}
}

func TestWrapBreaksBetweenWords(t *testing.T) {
	got := strings.Join(term.Wrap("a few words and averyveryverylongone", 10), "\n")
	if want := "a few\nwords and\naveryveryverylongone"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	got = strings.Join(term.Wrap("it took from 3.6 s to 7.2 ms, or about (50 %).", 21), "\n")
	if want := "it took from 3.6 s to\n7.2 ms, or about\n(50 %)."; got != want {
		t.Errorf("got %q, want %q: a number keeps its unit", got, want)
	}
	if got := term.Wrap("", 10); len(got) != 1 || got[0] != "" {
		t.Errorf("nothing wraps to %q, want one empty line", got)
	}
}

func FuzzPrintableTextControlsNothing(f *testing.F) {
	f.Add("plain", 80)
	f.Add("\x1b[31mred\x1b]0;title\a\r\n\u202eevil\x00\xff", 10)
	f.Fuzz(func(t *testing.T, text string, limit int) {
		limit = 1 + max(0, limit%1000)
		got := term.Printable(text, limit)
		if n := utf8.RuneCountInString(got); n > limit {
			t.Errorf("%q has %d characters, want at most %d", got, n, limit)
		}
		if i := strings.IndexFunc(got, func(r rune) bool { return !unicode.IsPrint(r) && r != utf8.RuneError }); i >= 0 {
			t.Errorf("%q has a character that is not printable at %d", got, i)
		}
	})
}

func TestSharedStreamsKeepWritesWhole(t *testing.T) {
	var out bytes.Buffer
	shared := term.Shared(&out)
	var writers sync.WaitGroup
	for i := range 50 {
		writers.Go(func() {
			for range 100 {
				if _, err := fmt.Fprintf(shared, "line of %d\n", i); err != nil {
					t.Error(err)
				}
			}
		})
	}
	writers.Wait()
	count := map[string]int{}
	for line := range strings.Lines(out.String()) {
		count[line]++
	}
	for i := range 50 {
		if line := fmt.Sprintf("line of %d\n", i); count[line] != 100 {
			t.Errorf("%q was written %d times, want 100", line, count[line])
		}
	}
	if len(count) != 50 {
		t.Errorf("%d different lines, want 50", len(count))
	}
}

func TestSharedStreamsWriteAtOnceAndKeepTheFirstError(t *testing.T) {
	near, far := io.Pipe()
	shared := term.Shared(far)
	var reader sync.WaitGroup
	reader.Go(func() {
		got := make([]byte, 5)
		if _, err := io.ReadFull(near, got); err != nil || string(got) != "Hello" {
			t.Errorf("read %q, %v", got, err)
		}
		near.CloseWithError(io.ErrClosedPipe)
	})
	if _, err := io.WriteString(shared, "Hello"); err != nil {
		t.Error(err)
	}
	reader.Wait()
	for range 2 {
		if _, err := io.WriteString(shared, "World"); !errors.Is(err, io.ErrClosedPipe) {
			t.Errorf("writing to a closed pipe: %v", err)
		}
	}
}
