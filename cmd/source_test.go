package cmd_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"regexp"
	"runtime"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/creack/pty"

	"meanwhile/demos"
	"meanwhile/internal/source"
	"meanwhile/internal/testneed"
)

// sourceOnTerminal runs the command on a terminal of so many columns and returns what it writes there.
func sourceOnTerminal(t *testing.T, columns uint16, args ...string) string {
	t.Helper()
	command := exec.CommandContext(t.Context(), "meanwhile", append([]string{"source"}, args...)...)
	command.Env = append(os.Environ(), "TERM=xterm-256color", "NO_COLOR=", "CLICOLOR_FORCE=",
		"GORACE=atexit_sleep_ms=0") // the race detector would hold up each exit by a second
	terminal, err := pty.StartWithSize(command, &pty.Winsize{Rows: 24, Cols: columns})
	if errors.Is(err, pty.ErrUnsupported) {
		testneed.Missing(t, "terminals", err.Error())
	}
	if err != nil {
		t.Fatal(err)
	}
	defer terminal.Close()
	var screen bytes.Buffer
	// Linux ends a terminal that nobody writes to any more with an error, macOS with the end of the file.
	_, _ = io.Copy(&screen, terminal)
	if err := command.Wait(); err != nil {
		t.Fatalf("%v\n%s", err, &screen)
	}
	return strings.ReplaceAll(screen.String(), "\r\n", "\n")
}

// withoutColours returns what a screen says.
func withoutColours(screen string) string {
	return regexp.MustCompile(`\x1b\[[0-9;]*m`).ReplaceAllString(screen, "")
}

func TestSourceOnATerminalIsHighlightedAndIndentedBySpaces(t *testing.T) {
	screen := sourceOnTerminal(t, 80, "goroutines")
	for _, want := range []string{
		"\x1b[35mfunc\x1b[0m Goroutines(",
		"\n    \x1b[35mvar\x1b[0m wg sync.WaitGroup\n",
		"\x1b[2m// a slot each needs no lock\x1b[22m\n",
	} {
		if !strings.Contains(screen, want) {
			t.Errorf("no %q in\n%q", want, screen)
		}
	}
	if strings.Contains(screen, "\t") {
		t.Error("a tab is left")
	}
}

func TestSourceSetsPythonBesideGoInStraightColumns(t *testing.T) {
	for _, example := range demos.Examples() {
		t.Run(example.Name, func(t *testing.T) {
			snippet, err := source.Of(demos.Files, example.Func)
			if err != nil {
				t.Fatal(err)
			}
			// 68 columns each and what is between them: the demos keep to that.
			coloured := sourceOnTerminal(t, 68+3+68, example.Name, "--python")
			if !strings.Contains(coloured, "\x1b[35m") {
				t.Error("there is no colour")
			}
			lines := strings.Split(strings.TrimSuffix(withoutColours(coloured), "\n"), "\n")
			bar := column(lines[0], '│')
			if bar < 0 {
				t.Fatalf("Python is not beside Go:\n%s", withoutColours(coloured))
			}
			var left []string
			for _, line := range lines {
				if column(line, '│') != bar {
					t.Errorf("the bar is not in column %d: %s", bar, line)
				}
				if utf8.RuneCountInString(line) > 68+3+68 {
					t.Errorf("this line is too wide: %s", line)
				}
				before, _, _ := strings.Cut(line, "│")
				left = append(left, strings.TrimRight(before, " "))
			}
			shown := strings.TrimRight(strings.Join(left[1:], "\n"), "\n") + "\n"
			if want := strings.ReplaceAll(snippet.Text, "\t", "    "); shown != want {
				t.Errorf("the left column is\n%s, want\n%s", shown, want)
			}
		})
	}
}

// column tells which column of the line a sign is in, or -1.
func column(line string, sign rune) int {
	before, _, found := strings.Cut(line, string(sign))
	if !found {
		return -1
	}
	return utf8.RuneCountInString(before)
}

func TestSourceSetsPythonBelowGoWhereThereIsNoRoom(t *testing.T) {
	for _, example := range demos.Examples() {
		screen := withoutColours(sourceOnTerminal(t, 80, example.Name, "--python"))
		if strings.Contains(screen, "│") || !strings.Contains(screen, "\n}\n\ndemos/python/"+example.Name+".py\n") {
			t.Errorf("%s is not one below the other:\n%s", example.Name, screen)
		}
	}
}

func TestSourceListsWhatThereIsWithinTheTerminal(t *testing.T) {
	for _, columns := range []uint16{60, 80, 100, 160} {
		screen := withoutColours(sourceOnTerminal(t, columns))
		for line := range strings.Lines(screen) {
			line = strings.TrimSuffix(line, "\n")
			if utf8.RuneCountInString(line) > int(columns) || strings.HasSuffix(line, " ") {
				t.Errorf("at %d columns, this line is too wide or ends in spaces: %q", columns, line)
			}
		}
		for _, example := range demos.Examples() {
			if !strings.Contains("\n"+screen, "\n"+example.Name+" ") {
				t.Errorf("at %d columns, %s is missing", columns, example.Name)
			}
		}
	}
}

func TestSourceShowsEveryExampleInGoAndPython(t *testing.T) {
	output, err := exec.CommandContext(t.Context(), "meanwhile", "source", "--format", "json").Output()
	if err != nil {
		t.Fatal(err)
	}
	var shown []struct {
		Name, File, Go, Python string
		Line                   int
	}
	if err := json.Unmarshal(output, &shown); err != nil {
		t.Fatal(err)
	}
	examples := demos.Examples()
	if len(shown) != len(examples) {
		t.Fatalf("%d are shown, want %d", len(shown), len(examples))
	}
	for i, example := range examples {
		got := shown[i]
		// The linker's name is a second way to the function; source goes by its file and line.
		linked := runtime.FuncForPC(reflect.ValueOf(example.Func).Pointer()).Name()
		declaration := "func " + linked[strings.LastIndex(linked, ".")+1:] + "("
		if got.Name != example.Name || !strings.Contains("\n"+got.Go, "\n"+declaration) {
			t.Errorf("%s is shown as %s, without %q:\n%s", example.Name, got.Name, declaration, got.Go)
		}
		if !strings.HasPrefix(got.Go, "// ") {
			t.Errorf("%s has no comment", example.Name)
		}
		file, err := os.ReadFile(filepath.Join("..", filepath.FromSlash(got.File)))
		if err != nil {
			t.Fatal(err)
		}
		lines := strings.Split(string(file), "\n")
		if got.Line > len(lines) || !strings.HasPrefix(lines[got.Line-1], declaration) {
			t.Errorf("%s is not at %s:%d", example.Name, got.File, got.Line)
		}
		if strings.TrimSpace(got.Python) == "" {
			t.Errorf("%s has no Python", example.Name)
		}
	}
}

func TestSourceIsFoundInAStrippedBinary(t *testing.T) {
	if testing.Short() {
		t.Skip("builds the program")
	}
	binary := filepath.Join(t.TempDir(), "meanwhile.exe")
	build := exec.CommandContext(t.Context(), "go", "build", "-trimpath", "-ldflags=-s -w", "-o", binary, "meanwhile")
	if output, err := build.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, output)
	}
	for _, example := range demos.Examples() {
		want, err := source.Of(demos.Files, example.Func)
		if err != nil {
			t.Fatal(err)
		}
		output, err := exec.CommandContext(t.Context(), binary, "source", example.Name).Output()
		if err != nil {
			t.Fatal(err)
		}
		if !strings.HasSuffix(string(output), "\n"+want.Text) {
			t.Errorf("%s shows\n%s, want\n%s", example.Name, output, want.Text)
		}
	}
}

func TestSourceEndsSilentlyWhenItsReaderHasGone(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("Windows has another error for it")
	}
	reader, writer, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	reader.Close()
	defer writer.Close()
	for _, args := range [][]string{{"goroutines"}, {"--format", "json"}, {"--diff", "sequential", "goroutines"}, nil} {
		var stderr bytes.Buffer
		command := exec.CommandContext(t.Context(), "meanwhile", append([]string{"source"}, args...)...)
		command.Stdout, command.Stderr = writer, &stderr
		err = command.Run()
		if command.ProcessState.ExitCode() != 1 || stderr.Len() > 0 {
			t.Errorf("source %q ends with %v and says %q", args, err, &stderr)
		}
	}
}
