package cmd_test

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"meanwhile/internal/experiment"
)

// ideas are the experiments at small scale, and facts that lessons ask of each.
var ideas = []struct {
	command string
	runs    int
	facts   []string
}{
	{"demo order --runs 5", 3, []string{"usual-first", "in-order", "first-5"}},
	{"demo one-slow --delay 50ms --tasks 3", 1, []string{"fast.median", "slow.elapsed"}},
	{"demo pool --tasks 20 --rate 500 --delay 2ms --pool 1,4", 2, []string{"pool-1.busy", "pool-4.latency", "offered"}},
	{"demo deadline --deadline 10ms --work 30ms", 2, []string{"good.elapsed", "bad.over"}},
	{"demo errors --tasks 3 --delay 30ms --fail-after 10ms", 2, []string{"errgroup.elapsed", "goroutines.finished"}},
}

func TestExperimentsTellScriptsTheirFacts(t *testing.T) {
	for _, idea := range ideas {
		t.Run(idea.command, func(t *testing.T) {
			var got experiment.Result
			page := run(t, append(strings.Fields(idea.command), "--format", "json")...)
			if err := json.Unmarshal([]byte(page), &got); err != nil {
				t.Fatalf("no JSON: %v\n%s", err, page)
			}
			if got.Schema != experiment.Schema || got.Learned == "" || !strings.HasPrefix(got.Program, "meanwhile ") {
				t.Errorf("schema %q, by %q, learned %q", got.Schema, got.Program, got.Learned)
			}
			if len(got.Runs) != idea.runs {
				t.Errorf("%d runs, want %d", len(got.Runs), idea.runs)
			}
			for _, run := range got.Runs {
				if run.Timeline == nil || run.Timeline.Check() != nil || len(run.Timeline.Lanes) == 0 {
					t.Errorf("run %s has no timeline that can be drawn", run.Name)
				}
			}
			for _, name := range idea.facts {
				if _, ok := got.Fact(name); !ok {
					t.Errorf("there is no fact %s", name)
				}
			}
			if again := strings.Fields(idea.command); !slices.Equal(sorted(got.Args), sorted(again)) {
				t.Errorf("it says that it is run again by %q, and it ran by %q", got.Args, again)
			}
		})
	}
}

// sorted is a command line in an order that does not depend on that of its flags.
func sorted(args []string) []string { return slices.Sorted(slices.Values(args)) }

func TestAnExperimentWithoutTimelinesHasNone(t *testing.T) {
	page := run(t, "demo", "deadline", "--deadline", "5ms", "--work", "10ms", "--format", "json", "--timeline", "never")
	if strings.Contains(page, "lanes") {
		t.Errorf("it has lanes: %s", page)
	}
}
