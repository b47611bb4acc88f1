package experiment

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"meanwhile/internal/measure"
)

// Of is what a comparison came to, as an experiment: its rows are the runs, and their numbers the facts.
func Of(c *measure.Comparison) *Result {
	result := &Result{
		Schema: Schema, Program: c.Program, Started: c.Started, Machine: c.Machine,
		Name: "compare", Args: c.Args, Learned: c.Learned,
	}
	for i := range c.Results {
		r := &c.Results[i]
		result.Setting = cmp.Or(result.Setting, compared(c, r))
		result.Real, result.Simulated = also(c, r, result.Real, r.Real), also(c, r, result.Simulated, r.Simulated)
		for j := range r.Rows {
			result.row(c, r, &r.Rows[j])
		}
	}
	if len(c.Results) == 1 {
		result.Learned = c.Results[0].Learned
	}
	result.Add("tasks", "the tasks were", Count, float64(c.Plan.Spec.Tasks))
	result.Add("cores", "the cores in use were", Count, float64(c.Machine.Procs))
	return result
}

// also adds what there is to say of a result to what was said of those before; of several, each is named.
func also(c *measure.Comparison, r *measure.Result, said, more string) string {
	if more == "" {
		return said
	}
	if len(c.Plan.Workloads) > 1 {
		more = r.Workload + ": " + more
	}
	switch {
	case said == "":
		return more
	case strings.Contains(said, more): // as of one workload on several cores
		return said
	}
	return said + "; " + more
}

// compared says what was compared.
func compared(c *measure.Comparison, r *measure.Result) string {
	if len(c.Plan.Workloads) > 1 {
		return fmt.Sprintf("%d workloads of %d tasks each", len(c.Plan.Workloads), r.Tasks)
	}
	return fmt.Sprintf("%d tasks; each %s", r.Tasks, r.Task)
}

// row makes a run and facts of a row.
func (r *Result) row(c *measure.Comparison, of *measure.Result, row *measure.Row) {
	names := prefixes(c, of)
	usage := measure.Usage{
		Elapsed: time.Duration(row.Elapsed.Median),
		CPU:     median(row.Rounds, func(round measure.Round) time.Duration { return round.CPU }),
	}
	r.Runs = append(r.Runs, Run{
		Name: names[0] + row.Strategy, Examples: []string{of.Workload, row.Strategy}, Usage: usage, Timeline: row.Timeline,
	})
	for _, name := range names {
		name += row.Strategy
		r.Add(name+".elapsed", name+" took", Duration, float64(usage.Elapsed))
		r.Add(name+".cpu", name+" used CPU time of", Duration, float64(usage.CPU))
		r.Add(name+".waiting", "the share of waiting of "+name+" was", Share, row.Waiting)
		if row.Speedup != nil {
			r.Add(name+".speedup", "the speed-up of "+name+" was", Ratio, row.Speedup.Median)
		}
	}
}

// prefixes are what the facts of a result begin with: its workload, where the comparison has several, and of cpu, which alone
// runs with several values of GOMAXPROCS, its cores.
func prefixes(c *measure.Comparison, of *measure.Result) []string {
	workload := ""
	if len(c.Plan.Workloads) > 1 {
		workload = of.Workload + "."
	}
	if len(c.Plan.Procs) == 0 || of.Workload != "cpu" {
		return []string{workload}
	}
	var names []string
	for _, cores := range coreNames(of.Procs, c.Machine.Procs) {
		names = append(names, workload+cores+".")
	}
	return names
}

// coreNames are those of a value of GOMAXPROCS. A lesson names them whatever the machine: where one core is all there is, both
// names are those of one run.
func coreNames(procs, all int) []string {
	var names []string
	if procs == 1 {
		names = append(names, "one-core")
	}
	if procs == all {
		names = append(names, "all-cores")
	}
	if names == nil {
		names = append(names, fmt.Sprintf("cores-%d", procs))
	}
	return names
}

// median is the middle one of the values' durations, the lower of two.
func median[T any](values []T, of func(T) time.Duration) time.Duration {
	var sorted []time.Duration
	for _, value := range values {
		sorted = append(sorted, of(value))
	}
	slices.Sort(sorted)
	if len(sorted) == 0 {
		return 0
	}
	return sorted[(len(sorted)-1)/2]
}
