package experiment_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"meanwhile/internal/experiment"
	"meanwhile/internal/measure"
	"meanwhile/internal/timeline"
)

const ms = time.Millisecond

// compared is what a comparison on a machine of so many cores could have come to: a result for each "workload on procs", which
// took a second one after the other, and half as long for each of the results before.
func compared(cores int, procs []int, results ...string) *measure.Comparison {
	plan := measure.DefaultPlan()
	plan.Workloads, plan.Procs, plan.Spec.Tasks = nil, procs, 7
	c := &measure.Comparison{
		Schema: measure.Schema, Program: "meanwhile v1", Machine: measure.Machine{Cores: 64, Procs: cores},
		Args:    []string{"compare", "--rounds", "3"},
		Learned: "All of it.",
	}
	for i, text := range results {
		r := measure.Result{Task: "sleeps", Real: "real " + text, Tasks: 7, Learned: "Learned from " + text + "."}
		if _, err := fmt.Sscanf(text, "%s on %d", &r.Workload, &r.Procs); err != nil {
			panic(err)
		}
		if i > 0 {
			r.Simulated = "simulated " + text
		}
		if !slices.Contains(plan.Workloads, r.Workload) {
			plan.Workloads = append(plan.Workloads, r.Workload)
		}
		elapsed := time.Second >> i
		r.Rows = []measure.Row{
			{
				Strategy: "sequential", Waiting: 0.9, Elapsed: measure.Estimate{Median: float64(elapsed)},
				Timeline: &timeline.Timeline{Elapsed: elapsed},
				Rounds:   []measure.Round{cpu(9 * ms), cpu(5 * ms), cpu(7 * ms)},
			},
			{
				Strategy: "goroutines", Waiting: 0.8, Elapsed: measure.Estimate{Median: float64(elapsed / 10)},
				Speedup: &measure.Estimate{Median: 9.5},
				Rounds:  []measure.Round{cpu(4 * ms), cpu(2 * ms)},
			},
		}
		c.Results = append(c.Results, r)
	}
	c.Plan = plan
	return c
}

// cpu is a round that used so much CPU time.
func cpu(time time.Duration) measure.Round { return measure.Round{Usage: measure.Usage{CPU: time}} }

// said are the facts of a result, a line each.
func said(t *testing.T, r *experiment.Result) []string {
	t.Helper()
	facts(t, r) // looks after their words, and that none stands there twice
	var said []string
	for _, fact := range r.Facts {
		said = append(said, fmt.Sprintf("%s %s", fact.Name, fact))
	}
	return said
}

func TestAComparisonIsAnExperiment(t *testing.T) {
	c := compared(2, nil, "sleep on 2")
	r := experiment.Of(c)
	if diff := cmp.Diff([]string{
		"sequential.elapsed 1.00 s", "sequential.cpu 7.00 ms", "sequential.waiting 90 %",
		"goroutines.elapsed 100 ms", "goroutines.cpu 2.00 ms", "goroutines.waiting 80 %", "goroutines.speedup 9.50×",
		"tasks 7", "cores 2",
	}, said(t, r)); diff != "" {
		t.Errorf("the facts (-want +got):\n%s", diff)
	}
	if r.Schema != experiment.Schema || r.Name != "compare" || !slices.Equal(r.Args, c.Args) || r.Program != c.Program ||
		r.Machine != c.Machine {
		t.Errorf("the result begins with %+v", r)
	}
	if r.Setting != "7 tasks; each sleeps" || r.Real != "real sleep on 2" || r.Simulated != "" ||
		r.Learned != "Learned from sleep on 2." {
		t.Errorf("it says %q, %q, %q and %q", r.Setting, r.Real, r.Simulated, r.Learned)
	}
	one := r.Run("sequential")
	if one == nil || one.Elapsed != time.Second || one.CPU != 7*ms || one.Timeline != c.Results[0].Rows[0].Timeline {
		t.Errorf("the run is %+v", one)
	}
	if two := r.Run("goroutines"); two == nil || two.Timeline != nil ||
		!slices.Equal(two.Examples, []string{"sleep", "goroutines"}) {
		t.Errorf("the run is %+v", two)
	}
	if len(r.Runs) != 2 || r.Run("limited") != nil {
		t.Errorf("%d runs", len(r.Runs))
	}
}

func TestFactsOfSeveralResultsAreToldApart(t *testing.T) {
	for _, c := range []struct {
		name       string
		comparison *measure.Comparison
		runs       string
		facts      []string // some of them
	}{
		{
			"several workloads", compared(2, nil, "network on 2", "file on 2"),
			"network.sequential network.goroutines file.sequential file.goroutines",
			[]string{"network.sequential.elapsed 1.00 s", "file.sequential.elapsed 500 ms", "file.goroutines.speedup 9.50×", "cores 2"},
		},
		{
			"one core and all", compared(2, []int{1, 2}, "cpu on 1", "cpu on 2"),
			"one-core.sequential one-core.goroutines all-cores.sequential all-cores.goroutines",
			[]string{
				"one-core.sequential.elapsed 1.00 s", "all-cores.sequential.elapsed 500 ms", "all-cores.goroutines.cpu 2.00 ms",
				"cores 2",
			},
		},
		{
			"some cores", compared(8, []int{2, 4, 8}, "cpu on 2", "cpu on 4", "cpu on 8"),
			"cores-2.sequential cores-2.goroutines cores-4.sequential cores-4.goroutines all-cores.sequential all-cores.goroutines",
			[]string{"cores-4.sequential.elapsed 500 ms", "all-cores.goroutines.elapsed 25.0 ms", "cores 8"},
		},
		{
			// 1 and all are one value, and one result, there. Its facts have both names.
			"all is one core", compared(1, []int{1}, "cpu on 1"), "one-core.sequential one-core.goroutines",
			[]string{
				"one-core.sequential.elapsed 1.00 s", "all-cores.sequential.elapsed 1.00 s", "all-cores.goroutines.speedup 9.50×",
				"cores 1",
			},
		},
		{
			"one of several workloads on one core and on all", compared(2, []int{1, 2}, "network on 2", "cpu on 1", "cpu on 2"),
			"network.sequential network.goroutines cpu.one-core.sequential cpu.one-core.goroutines " +
				"cpu.all-cores.sequential cpu.all-cores.goroutines",
			[]string{"network.sequential.elapsed 1.00 s", "cpu.one-core.sequential.elapsed 500 ms", "cpu.all-cores.goroutines.elapsed 25.0 ms"},
		},
		{
			"one workload, in which cores are not counted", compared(1, nil, "cpu on 1"), "sequential goroutines",
			[]string{"sequential.elapsed 1.00 s"},
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := experiment.Of(c.comparison)
			var runs []string
			for _, run := range r.Runs {
				runs = append(runs, run.Name)
			}
			if got := strings.Join(runs, " "); got != c.runs {
				t.Errorf("the runs are %s, want %s", got, c.runs)
			}
			all := said(t, r)
			for _, want := range c.facts {
				if !slices.Contains(all, want) {
					t.Errorf("%s is not among %q", want, all)
				}
			}
			if len(c.comparison.Results) > 1 && (r.Learned != "All of it." || !strings.Contains(r.Simulated, ": simulated ") && !strings.HasPrefix(r.Simulated, "simulated ")) {
				t.Errorf("it says %q and %q", r.Learned, r.Simulated)
			}
		})
	}
	if got := experiment.Of(compared(2, nil, "network on 2", "file on 2")).Setting; got != "2 workloads of 7 tasks each" {
		t.Errorf("the setting is %q", got)
	}
}

// A comparison that was ended early may have no result, or a row without rounds.
func TestAPartialComparisonIsAnExperimentToo(t *testing.T) {
	c := compared(2, nil, "sleep on 2")
	c.Results[0].Rows = c.Results[0].Rows[:1]
	c.Results[0].Rows[0].Rounds = nil
	if r := experiment.Of(c); len(r.Runs) != 1 || r.Runs[0].CPU != 0 {
		t.Errorf("the runs are %+v", r.Runs)
	}
	c.Results = nil
	if got := strings.Join(said(t, experiment.Of(c)), ", "); got != "tasks 7, cores 2" {
		t.Errorf("of nothing, the facts are %s", got)
	}
}
