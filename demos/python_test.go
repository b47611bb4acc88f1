package demos_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"meanwhile/demos"
	"meanwhile/internal/testneed"
)

const maxPythonLines = 35

// pythonSays tells, as regular expressions, all that each program prints.
var pythonSays = map[string]string{
	"hello":            `Hello 1\nHello 2\nHello 3\nWorld 1\nWorld 2\nWorld 3\n`,
	"coroutine":        `Hello\nWorld\n`,
	"eventloop":        `Hello 1\nHello 2\nHello 3\nWorld 2\nWorld 3\nWorld 1\n`,
	"sequential":       `3 tasks of 50 ms: \d+\.\d\d s\n`,
	"goroutines":       `100 tasks of 100 ms: \d+\.\d\d s\n`,
	"limited":          `9 tasks of 50 ms, 3 at once: \d+\.\d\d s\n`,
	"workers":          `(done\n){6}`,
	"errgroup":         `stopped by: no luck\n`,
	"sleep":            `slept\nwoken early\n`,
	"file":             `4 files written and read back\n`,
	"network":          `5 answers\n`,
	"database":         `visits: 5\n`,
	"cpu":              `66687aad\n2b32db6c\n`,
	"wrong-no-wait":    `the end\n(Hello\n)?`,
	"wrong-add-inside": `all three have greeted\n(Hello\n)*`,
	"wrong-counter":    `visits: 1\n`,
	"wrong-fanout":     `answers: [1-4]?\d\n`,
}

func TestEveryExampleIsToldInPython(t *testing.T) {
	python, err := exec.LookPath("python3")
	if err == nil {
		// On Windows, and without a version chosen, python3 can be a program that only tells how to get it.
		err = exec.Command(python, "-c", "import asyncio, sqlite3, sys; assert sys.version_info >= (3, 11)").Run()
	}
	if err != nil {
		testneed.Missing(t, "python3", "the Python programs need Python 3.11 or later: "+err.Error())
	}
	for _, example := range demos.Examples() {
		t.Run(example.Name, func(t *testing.T) {
			t.Parallel()
			says, ok := pythonSays[example.Name]
			if !ok {
				t.Fatal("nothing tells what it should print")
			}
			program := exec.CommandContext(t.Context(), python, "-W", "error", filepath.Join("python", example.Name+".py"))
			// Compiled files would be left behind in the source, and a proxy cannot reach this machine's own servers.
			program.Env = append(os.Environ(), "PYTHONDONTWRITEBYTECODE=1", "PYTHONWARNINGS=error", "no_proxy=*")
			var complaints strings.Builder
			program.Stderr = &complaints
			out, err := program.Output()
			if err != nil || complaints.Len() > 0 {
				t.Errorf("%v\n%s", err, complaints.String())
			}
			said := strings.ReplaceAll(string(out), "\r\n", "\n")
			if !regexp.MustCompile(`\A(` + says + `)\z`).MatchString(said) {
				t.Errorf("printed\n%s\nwant %s", said, says)
			}
		})
	}
}

func TestPythonFitsBesideProse(t *testing.T) {
	files, err := demos.Files.ReadDir("python")
	if err != nil {
		t.Fatal(err)
	}
	if examples := demos.Examples(); len(files) != len(examples) {
		t.Errorf("%d Python programs for %d examples", len(files), len(examples))
	}
	for _, example := range demos.Examples() {
		t.Run(example.Name, func(t *testing.T) {
			text, err := demos.Files.ReadFile("python/" + example.Name + ".py")
			if err != nil {
				t.Fatal(err)
			}
			lines := strings.Split(strings.TrimSuffix(string(text), "\n"), "\n")
			if len(lines) > maxPythonLines {
				t.Errorf("has %d lines, more than %d", len(lines), maxPythonLines)
			}
			checkColumns(t, lines)
			if wrong := strings.HasPrefix(example.Name, "wrong-"); wrong != strings.HasPrefix(lines[0], `"""WRONG: `) {
				t.Errorf("begins with %q: what is wrong, and nothing else, begins with WRONG", lines[0])
			}
		})
	}
}
