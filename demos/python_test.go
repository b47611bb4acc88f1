package demos_test

import (
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

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
	"order":            `second third first\n`,
	"order-slot":       `first second third\n`,
	"deadline":         `done\nstopped\n`,
	"steps":            `stopped before its end: True\n`,
	"deaf-steps":       `steps in spite of the deadline: 10\n`,
	"errors":           `gather: 2 came to their end\nTaskGroup: 0 came to their end\n`,
	"one-slow":         `sleep: / is answered\nsleep: /slow is answered\nblock: /slow is answered\nblock: / is answered\n`,
	"limit-handler":    `(in\nout\n){3}`,
	"at-rate":          `21 tasks of 100 ms, one every 10 ms: \d+\.\d\d s\n`,
	"query":            `visits: 7 7 7 7 7\n`,
	"api-hello":        `{"Hello":"World"}\n`,
	"api-item":         `{"item_id":5,"q":"somequery"}\n{"item_id":5,"q":null}\n422\n`,
	"api-slow":         `20 requests of 100 ms: \d+\.\d\d s\n`,
	"api-fanout":       `1 at once: \d+ ms\n3 at once: \d+ ms\n10 at once: \d+ ms\n`,
	"api-cpu":          `1 at once: \d+\.\d\d s\n4 at once: \d+\.\d\d s\n`,
	"wrong-no-wait":    `the end\n(Hello\n)?`,
	"wrong-add-inside": `all three have greeted\n(Hello\n)*`,
	"wrong-counter":    `visits: 1\n`,
	"wrong-fanout":     `answers: [1-4]?\d\n`,
}

func TestEveryExampleIsToldInPython(t *testing.T) {
	pythonOf := pythons(t)
	for _, example := range demos.Examples() {
		t.Run(example.Name, func(t *testing.T) {
			t.Parallel()
			says, ok := pythonSays[example.Name]
			if !ok {
				t.Fatal("nothing tells what it should print")
			}
			said := runPython(t, pythonOf(t, example.Name), example.Name)
			if !regexp.MustCompile(`\A(` + says + `)\z`).MatchString(said) {
				t.Errorf("printed\n%s\nwant %s", said, says)
			}
		})
	}
}

// pythons looks for the interpreters that the programs need, and returns a function that gives an example's. It ends a
// test whose interpreter is missing.
func pythons(t *testing.T) func(t *testing.T, example string) string {
	plain, plainError := findPython(t, "asyncio, sqlite3")
	fastAPI, fastAPIError := findPython(t, "fastapi.testclient")
	return func(t *testing.T, example string) string {
		t.Helper()
		if strings.HasPrefix(example, "api-") {
			if fastAPIError != nil {
				testneed.Missing(t, "fastapi", "no python3 on the path has FastAPI and httpx, "+
					"in Debian python3-fastapi and python3-httpx: "+fastAPIError.Error())
			}
			return fastAPI
		}
		if plainError != nil {
			testneed.Missing(t, "python3", "the Python programs need Python 3.11 or later: "+plainError.Error())
		}
		return plain
	}
}

// findPython returns the first python3 on the path that is new enough and can import these modules. There may be several:
// one may stand in front of the system's, without what that has installed.
func findPython(t *testing.T, modules string) (python string, err error) {
	t.Helper()
	err = exec.ErrNotFound
	for _, folder := range filepath.SplitList(os.Getenv("PATH")) {
		candidate, missing := exec.LookPath(filepath.Join(folder, "python3"))
		if missing != nil {
			continue
		}
		// On Windows, and without a version chosen, python3 can be a program that only tells how to get it.
		check := "import sys, " + modules + "; assert sys.version_info >= (3, 11)"
		out, failed := exec.CommandContext(t.Context(), candidate, "-B", "-c", check).CombinedOutput()
		if failed == nil {
			return candidate, nil
		}
		said := strings.Split(strings.TrimSpace(string(out)), "\n")
		err = fmt.Errorf("%s: %w: %s", candidate, failed, said[len(said)-1]) // a traceback's last line says what it was
	}
	return "", err
}

// runPython returns what an example's program prints. It must end well, and without a warning.
func runPython(t *testing.T, python, example string) string {
	t.Helper()
	program := exec.CommandContext(t.Context(), python, "-W", "error", filepath.Join("python", example+".py"))
	// Compiled files would be left behind in the source, and a proxy cannot reach this machine's own servers.
	program.Env = append(os.Environ(), "PYTHONDONTWRITEBYTECODE=1", "PYTHONWARNINGS=error", "no_proxy=*")
	var complaints strings.Builder
	program.Stderr = &complaints
	out, err := program.Output()
	if err != nil || complaints.Len() > 0 {
		t.Errorf("%v\n%s", err, complaints.String())
	}
	return strings.ReplaceAll(string(out), "\r\n", "\n")
}

func TestFastAPIAnswersAsTheHandlersDo(t *testing.T) {
	pythonOf := pythons(t)
	for example, ours := range map[string][]string{
		"api-hello": {ask(t, demos.SayHello, nil)},
		"api-item": {
			ask(t, demos.ReadItem, &demos.ItemQuery{ItemID: 5, Q: "somequery"}),
			ask(t, demos.ReadItem, &demos.ItemQuery{ItemID: 5}),
		},
	} {
		t.Run(example, func(t *testing.T) {
			t.Parallel()
			theirs := strings.Split(runPython(t, pythonOf(t, example), example), "\n")
			for i, answer := range ours {
				if diff := cmp.Diff(decoded(t, answer), decoded(t, theirs[i])); diff != "" {
					t.Errorf("answer %d: the handler's (-) is not FastAPI's (+):\n%s", i+1, diff)
				}
			}
		})
	}
}

// decoded returns what JSON says, whatever the spaces in it.
func decoded(t *testing.T, text string) (value any) {
	t.Helper()
	if err := json.Unmarshal([]byte(text), &value); err != nil {
		t.Fatalf("%q is no JSON: %v", text, err)
	}
	return value
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
