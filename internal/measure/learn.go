package measure

import (
	"fmt"
	"slices"
	"strings"
	"time"
)

// mostlyWaits is the share of waiting from which a sentence calls a task one that waits.
const mostlyWaits = 0.5

// undecided is how far apart the ends of an interval around 1 may be for "no difference" to be a finding.
const undecided = 1.5

// learn says in one sentence what a result shows, from its numbers alone.
func learn(r *Result) string {
	base := r.Baseline()
	best := r.best()
	switch {
	case len(r.Rows) == 0:
		return "Nothing was measured."
	case base == nil || best == nil:
		row := &r.Rows[0]
		return fmt.Sprintf("%s took %s; to see what that gains, run it beside another: --strategy sequential,%s.",
			row.Strategy, median1(row), other(row.Strategy))
	case best.Speedup.Interval == nil:
		return fmt.Sprintf("%s was %s as fast as sequential here, but %d rounds are too few to be sure.",
			best.Strategy, Times(best.Speedup.Median), len(best.Rounds))
	case !best.Speedup.Differs() && best.Speedup.Interval.High > undecided*best.Speedup.Interval.Low:
		return fmt.Sprintf("The rounds differ too much to tell: %s is anything from %s to %s as fast as sequential.",
			best.Strategy, Times(best.Speedup.Interval.Low), Times(best.Speedup.Interval.High))
	case !best.Speedup.Differs():
		return fmt.Sprintf("Concurrency made no measurable difference: %s.", whyNot(base, r))
	case best.Speedup.Median < 1:
		return fmt.Sprintf("Together they were slower, %s as fast: the tasks got into each other's way.",
			Times(best.Speedup.Median))
	case base.Waiting >= mostlyWaits:
		return fmt.Sprintf("While one task waited, the others went on: %s instead of %s, %s as fast.",
			median1(best), median1(base), Times(best.Speedup.Median))
	case best.Speedup.Median > 1.1*float64(r.Procs):
		return fmt.Sprintf("%s as fast is more than %s and little waiting explain: something else changed, such as a cache.",
			Times(best.Speedup.Median), cores(r.Procs))
	}
	return fmt.Sprintf("Little to wait for: %s as fast is what %s give to work that computes.",
		Times(best.Speedup.Median), cores(r.Procs))
}

// best is the fastest row beside the baseline.
func (r *Result) best() *Row {
	var best *Row
	for i := range r.Rows {
		row := &r.Rows[i]
		if row.Speedup != nil && (best == nil || row.Speedup.Median > best.Speedup.Median) {
			best = row
		}
	}
	return best
}

// whyNot tells where a gain could have come from, and did not.
func whyNot(base *Row, r *Result) string {
	if base.Waiting >= mostlyWaits {
		return fmt.Sprintf("a task waits %s of its time, but the tasks cannot wait at the same time",
			Percent(base.Waiting))
	}
	if r.Procs == 1 {
		return "a task that computes needs the core, and there is one"
	}
	return fmt.Sprintf("a task computes %s of its time, and computing does not overlap on a core", Percent(1-base.Waiting))
}

// Learn says in one sentence what several results show together. Of one, it repeats what that says.
func Learn(results []Result) string {
	switch len(results) {
	case 0:
		return "Nothing was measured."
	case 1:
		return results[0].Learned
	}
	var gained, cored, slower, not []string
	for i := range results {
		r := &results[i]
		base, best := r.Baseline(), r.best()
		if base == nil || best == nil || best.Speedup.Interval == nil {
			continue
		}
		words := fmt.Sprintf("%s %s", r.label(results), Times(best.Speedup.Median))
		switch {
		case !best.Speedup.Differs():
			not = append(not, r.label(results))
		case best.Speedup.Median < 1:
			slower = append(slower, words)
		case base.Waiting >= mostlyWaits:
			gained = append(gained, words)
		default:
			cored = append(cored, words)
		}
	}
	var parts []string
	if len(gained) > 0 {
		parts = append(parts, "waiting overlaps ("+strings.Join(gained, ", ")+")")
	}
	if len(cored) > 0 {
		parts = append(parts, fmt.Sprintf("computing gains by the cores alone (%s)", strings.Join(cored, ", ")))
	}
	if len(slower) > 0 {
		parts = append(parts, "together can be slower ("+strings.Join(slower, ", ")+")")
	}
	if len(not) > 0 {
		parts = append(parts, "no measurable difference for "+strings.Join(not, " and "))
	}
	if len(parts) == 0 {
		return "Too few rounds, or no sequential run to compare with: nothing can be said for sure."
	}
	sentence := strings.Join(parts, "; ")
	return strings.ToUpper(sentence[:1]) + sentence[1:] + "."
}

// label names a result, and its GOMAXPROCS where several results have the same workload.
func (r *Result) label(among []Result) string {
	same := func(other Result) bool { return other.Workload == r.Workload && other.Procs != r.Procs }
	if slices.ContainsFunc(among, same) {
		return fmt.Sprintf("%s on %s", r.Workload, cores(r.Procs))
	}
	return r.Workload
}

func median1(row *Row) string { return Human(time.Duration(row.Elapsed.Median)) }

func cores(n int) string {
	if n == 1 {
		return "1 core"
	}
	return fmt.Sprintf("%d cores", n)
}

func other(strategy string) string {
	if strategy == Baseline {
		return "goroutines"
	}
	return strategy
}
