package cmd_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"

	"meanwhile/cmd"
	"meanwhile/internal/lab"
	"meanwhile/internal/workshop"
)

// TestMain lets the scripts call the test binary itself by the program's name.
func TestMain(m *testing.M) {
	if os.Getenv("GORACE") == "" {
		// A program under the race detector sleeps for a second when it ends, and hundreds end here.
		if err := os.Setenv("GORACE", "atexit_sleep_ms=10"); err != nil {
			panic(err)
		}
	}
	testscript.Main(m, map[string]func(){
		"meanwhile": func() { os.Exit(cmd.Main()) },
	})
}

// TestScripts runs the scenarios in testdata/script: one file a behaviour. None of them may leave a file behind.
func TestScripts(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir: "testdata/script", RequireUniqueNames: true,
		Setup: func(env *testscript.Env) error {
			for _, variable := range []string{"HOME", "XDG_CACHE_HOME", "LocalAppData"} {
				env.Setenv(variable, filepath.Join(env.WorkDir, "cache"))
			}
			env.Setenv("MEANWHILE_HOME", filepath.Join(env.WorkDir, "home"))
			env.Setenv("GOCACHE", goCache(t)) // or each check would build the standard library
			env.Setenv("ESCAPE", "\x1b[31mred\x1b]0;title\a\u202e")
			env.Defer(func() {
				if left := leftIn(env.WorkDir); len(left) > 0 {
					env.T().Fatal("left behind:", left)
				}
			})
			return nil
		},
		Condition: func(condition string) (bool, error) {
			switch condition {
			case "cores":
				return runtime.NumCPU() > 1, nil
			case "race":
				tools, err := workshop.FindToolchain(t.Context())
				return err == nil && tools.Races(), err
			}
			return false, fmt.Errorf("there is no condition %q", condition)
		},
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"exits": exits, "origin": origin, "comparison": comparison,
		},
	})
}

// goCache is where this machine keeps what Go has built.
func goCache(t *testing.T) string {
	t.Helper()
	out, err := exec.Command("go", "env", "GOCACHE").Output()
	if err != nil {
		t.Fatal(err)
	}
	return strings.TrimSpace(string(out))
}

// leftIn lists what the program makes for itself, and has to take away again, in a directory and those in it.
func leftIn(directory string) (left []string) {
	err := filepath.WalkDir(directory, func(path string, entry fs.DirEntry, err error) error {
		own := strings.HasPrefix(entry.Name(), "meanwhile-") || strings.HasPrefix(entry.Name(), ".meanwhile-")
		if own || filepath.Base(filepath.Dir(path)) == ".tmp" {
			left = append(left, path)
		}
		return err
	})
	if err != nil {
		left = append(left, err.Error())
	}
	return left
}

// exits runs a program, which has to end with an exit code: exits 2 meanwhile compare nonsense.
func exits(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: exits code program [args...]")
	}
	want, err := strconv.Atoi(args[0])
	ts.Check(err)
	got, err := 0, ts.Exec(args[1], args[2:]...)
	if exit, ok := errors.AsType[*exec.ExitError](err); ok {
		got = exit.ExitCode()
	} else {
		ts.Check(err)
	}
	if got != want {
		ts.Fatalf("exit code %d, want %d", got, want)
	}
}

// origin starts a web server, whose address is in ORIGIN from now on:
//
//	/?wait=2ms      answers after a while
//	/failing?after=3  answers so many requests, and fails from then on
//	/away           redirects to another host
func origin(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) > 0 {
		ts.Fatalf("usage: origin")
	}
	var answered atomic.Int64
	mux := http.NewServeMux()
	mux.Handle("/{$}", lab.Origin())
	mux.HandleFunc("/failing", func(w http.ResponseWriter, r *http.Request) {
		most, err := strconv.ParseInt(r.URL.Query().Get("after"), 10, 64)
		if err != nil || answered.Add(1) > most {
			http.Error(w, "not any more", http.StatusServiceUnavailable)
		}
	})
	mux.Handle("/away", http.RedirectHandler("http://elsewhere.invalid/", http.StatusFound))
	server := httptest.NewServer(mux)
	ts.Defer(server.Close)
	ts.Setenv("ORIGIN", server.URL)
}

// comparison checks that a file, or stdout, is a comparison in JSON with these results and no others:
//
//	comparison stdout 'sleep, 3 tasks: sequential 2, goroutines 2' partial
func comparison(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) == 0 {
		ts.Fatalf("usage: comparison file [result...] [partial]")
	}
	got, err := results([]byte(ts.ReadFile(args[0])))
	ts.Check(err)
	if !slices.Equal(got, args[1:]) {
		ts.Fatalf("the results are\n%q, want\n%q", got, args[1:])
	}
}

// results sums up a comparison in JSON: a line a result, with the number of rounds of each strategy, and the word partial
// where it is so. It is an error if the raw rounds are not those that the estimates were made from.
func results(document []byte) ([]string, error) {
	var c struct {
		Schema  string
		Partial bool
		Reason  string
		Results []struct {
			Workload   string
			Tasks      int
			Strategies []struct {
				Strategy string
				Rounds   []struct {
					Elapsed int64 `json:"elapsed_ns"`
				}
				Elapsed struct{ Median, Min, Max float64 } `json:"elapsed_ns"`
			}
		}
	}
	decoder := json.NewDecoder(bytes.NewReader(document))
	if err := decoder.Decode(&c); err != nil {
		return nil, fmt.Errorf("no JSON: %w\n%s", err, document)
	}
	if _, err := decoder.Token(); err != io.EOF {
		return nil, fmt.Errorf("something stands behind the JSON: %s", document)
	}
	if c.Schema != "meanwhile/comparison/v1" || c.Partial != (c.Reason != "") {
		return nil, fmt.Errorf("schema %q, partial %t by %q", c.Schema, c.Partial, c.Reason)
	}
	var lines []string
	for _, r := range c.Results {
		var rows []string
		for _, s := range r.Strategies {
			var elapsed []float64
			for _, round := range s.Rounds {
				elapsed = append(elapsed, float64(round.Elapsed))
			}
			slices.Sort(elapsed)
			n := len(elapsed)
			if n == 0 || elapsed[0] <= 0 || elapsed[0] != s.Elapsed.Min || elapsed[n-1] != s.Elapsed.Max ||
				s.Elapsed.Median < elapsed[(n-1)/2] || s.Elapsed.Median > elapsed[n/2] {
				return nil, fmt.Errorf("%s %s: rounds of %v give %+v", r.Workload, s.Strategy, elapsed, s.Elapsed)
			}
			rows = append(rows, fmt.Sprintf("%s %d", s.Strategy, n))
		}
		lines = append(lines, fmt.Sprintf("%s, %d tasks: %s", r.Workload, r.Tasks, strings.Join(rows, ", ")))
	}
	if c.Partial {
		lines = append(lines, "partial")
	}
	return lines, nil
}
