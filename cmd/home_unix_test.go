//go:build unix

package cmd_test

import (
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/creack/pty"
)

// atHome waits for the home screen.
func atHome(t *testing.T, columns int, settings []string, args ...string) *terminal {
	t.Helper()
	x := onTerminal(t, columns, settings, args...)
	x.awaitScreen("Enter goes")
	return x
}

func TestTheProgramAloneOnATerminalIsTheHomeScreen(t *testing.T) {
	t.Parallel()
	x := atHome(t, 80, nil)
	x.sees(`^  meanwhile  learn concurrency by watching it happen$`, `^›   Begin     lesson 1, Hello, sleep, World`,
		`^    Lessons   0 of 10 done$`, `^    Practice  exercises`, `^  \$ meanwhile learn$`)
	x.typed("q")
	if code := x.exitCode(); code != 0 {
		t.Errorf("exit code %d", code)
	}
	if last := x.written.String(); !strings.Contains(last, "\x1b[?1049l") || !strings.Contains(last, "\x1b[?25h") {
		t.Errorf("the terminal is not as it was: %q", last)
	}
}

func TestTheHomeScreenRunsWhatIsChosen(t *testing.T) {
	t.Parallel()
	x := atHome(t, 80, nil)
	x.typed("\x1b[B\r") // down, Enter
	x.awaitScreen("2 Two at once")
	x.sees(`^    11 Races +coming$`, `^  \$ meanwhile learn 1$`)
	x.typed("\x1b[D") // left: back
	x.awaitScreen("Practice")
	x.typed("j\r") // over Review, of which there is nothing yet
	x.awaitScreen("wrong-counter")
	x.typed("jjj")
	x.awaitScreen("$ meanwhile demo deadline")
	x.typed("\r")
	if code := x.exitCode(); code != 0 {
		t.Errorf("exit code %d", code)
	}
	x.sees(`^\$ meanwhile demo deadline$`, `^deadline  work for 3`, `^  again: meanwhile demo deadline$`)
}

func TestTheHomeScreenFits(t *testing.T) {
	for _, settings := range [][]string{{"NO_COLOR=1"}, nil} {
		t.Run(strings.Join(settings, " "), func(t *testing.T) {
			t.Parallel()
			x := atHome(t, 60, settings, "--ascii")
			for line := range strings.SplitSeq(x.screen(), "\n") {
				if len([]rune(line)) > 60 {
					t.Errorf("too wide: %q", line)
				}
				for _, sign := range line {
					if sign > 127 {
						t.Errorf("%q is not ASCII in %q", sign, line)
					}
				}
			}
			if coloured := colourSequence.MatchString(x.written.String()); coloured == (settings != nil) {
				t.Errorf("coloured: %t with %q", coloured, settings)
			}
			x.typed("\x03")
			if code := x.exitCode(); code != 130 {
				t.Errorf("exit code %d, want 130", code)
			}
		})
	}
}

// What it takes from starting the program, as a process on a terminal, to the home screen.
func BenchmarkHome(b *testing.B) {
	program := filepath.Join(b.TempDir(), "meanwhile")
	build := exec.CommandContext(b.Context(), "go", "build", "-trimpath", "-ldflags=-s -w", "-o", program, "..")
	if output, err := build.CombinedOutput(); err != nil {
		b.Fatalf("%v\n%s", err, output)
	}
	for b.Loop() {
		command := exec.CommandContext(b.Context(), program)
		command.Env = append(command.Environ(), "MEANWHILE_HOME="+b.TempDir(), "TERM=xterm-256color")
		file, err := pty.StartWithSize(command, &pty.Winsize{Rows: 24, Cols: 80})
		if err != nil {
			b.Fatal(err)
		}
		seen, chunk := "", make([]byte, 4096)
		for !strings.Contains(seen, "q leaves") {
			n, err := file.Read(chunk)
			if err != nil {
				b.Fatal(err)
			}
			seen += string(chunk[:n])
		}
		b.StopTimer()
		if _, err := file.WriteString("q"); err != nil {
			b.Fatal(err)
		}
		for err == nil {
			_, err = file.Read(chunk)
		}
		if err := command.Wait(); err != nil {
			b.Fatal(err)
		}
		b.StartTimer()
	}
}
