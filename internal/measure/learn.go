package measure

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"meanwhile/internal/lab"
)

// The bounds between which a sentence chooses its words.
const (
	// mostlyWaits is the share of waiting from which a task is called one that waits.
	mostlyWaits = 0.5

	// undecided is how far apart the ends of an interval around 1 may be for "no difference" to be a finding.
	undecided = 1.5

	// worthwhile is the speed-up below which a difference is not called a gain, however sure it is.
	worthwhile = 1.05
)

// learn says in one sentence what a result shows, from its numbers alone.
func learn(r *Result) string {
	base := r.Baseline()
	if len(r.Rows) == 0 {
		return "Nothing was measured."
	}
	if base == nil && len(r.Rows) > 1 {
		var took []string
		for i := range r.Rows {
			took = append(took, r.Rows[i].Strategy+" took "+typical(&r.Rows[i]))
		}
		return strings.Join(took, ", ") + ". Sequential, which a speed-up is told by, was not measured."
	}
	if len(r.Rows) == 1 {
		row := &r.Rows[0]
		return fmt.Sprintf("%s took %s; to see what that gains, measure sequential beside it: --strategy sequential,%s.",
			row.Strategy, typical(row), other(row.Strategy))
	}
	faster, slower := r.fastest(), r.slowest()
	switch {
	case r.Tasks == 1:
		return "One task has no other to overlap with: ask for more --tasks."
	case faster != nil && slower != nil:
		return fmt.Sprintf("%s was %s as fast as sequential, but %s was %s: how many run at once decides.",
			faster.Strategy, Times(faster.Speedup.Median), slower.Strategy, Times(slower.Speedup.Median))
	case slower != nil:
		return fmt.Sprintf("By %s they were slower, %s as fast as sequential: the tasks got into each other's way.",
			slower.Strategy, Times(slower.Speedup.Median))
	case faster != nil:
		return gain(r, base, faster)
	}
	return noGain(r, base)
}

// gain tells where a speed-up comes from.
func gain(r *Result, base, faster *Row) string {
	speedup := Times(faster.Speedup.Median)
	switch {
	case base.Waiting >= mostlyWaits:
		return fmt.Sprintf("While one task waited, the others went on: %s by %s instead of %s%s.",
			typical(faster), faster.Strategy, typical(base), asFast(base, faster))
	case unexplained(r, faster):
		return fmt.Sprintf("%s as fast is more than %s and little waiting explain: something else changed, such as a cache.",
			speedup, lab.Cores(r.usable(faster)))
	case r.usable(faster) == 1:
		return fmt.Sprintf("Little to wait for, and one core: %s as fast is hardly more than none.", speedup)
	}
	return fmt.Sprintf("Little to wait for: work that computes gains by the cores alone, here %s as fast on %s.",
		speedup, lab.Cores(r.usable(faster)))
}

// unexplained tells whether work that computes gained more than its cores can give.
func unexplained(r *Result, faster *Row) bool {
	return faster.Speedup.Median > 1.1*float64(r.usable(faster))
}

// asFast tells the speed-up behind two times. It is paired by round, and so need not be their ratio.
func asFast(base, faster *Row) string {
	paired := faster.Speedup.Median
	if ratio := base.Elapsed.Median / faster.Elapsed.Median; ratio > 1.1*paired || paired > 1.1*ratio {
		return fmt.Sprintf("; in the same round it was typically %s as fast", Times(paired))
	}
	return fmt.Sprintf(", %s as fast", Times(paired))
}

// noGain tells why no difference is claimed.
func noGain(r *Result, base *Row) string {
	first := r.rowsBeside(base)[0]
	for _, row := range r.rowsBeside(base) {
		switch ci := row.Speedup.Interval; {
		case ci == nil:
			return fmt.Sprintf("%s was %s as fast as sequential here, but fewer than %d rounds are too few to be sure.",
				first.Strategy, Times(first.Speedup.Median), MinRounds)
		case ci.High > undecided*ci.Low:
			return fmt.Sprintf("The rounds differ too much to tell: %s is anything from %s to %s as fast as sequential.",
				row.Strategy, Times(ci.Low), Times(ci.High))
		}
	}
	why := "though a task computes most of its time, the other cores did not help"
	switch {
	case base.Waiting >= mostlyWaits:
		why = fmt.Sprintf("a task waits %s of its time, but together the tasks wait for each other", Percent(base.Waiting))
	case r.Procs == 1:
		why = "a task that computes needs the core, and there is one"
	}
	return fmt.Sprintf("Concurrency made no difference that counts: %s.", why)
}

// rowsBeside are the rows that are compared with the baseline.
func (r *Result) rowsBeside(base *Row) []*Row {
	var rows []*Row
	for i := range r.Rows {
		if row := &r.Rows[i]; row != base && row.Speedup != nil {
			rows = append(rows, row)
		}
	}
	return rows
}

// fastest is the row of which a gain is sure and largest, or nil.
func (r *Result) fastest() *Row {
	var best *Row
	for _, row := range r.rowsBeside(r.Baseline()) {
		if row.Speedup.Differs() && row.Speedup.Median >= worthwhile &&
			(best == nil || row.Speedup.Median > best.Speedup.Median) {
			best = row
		}
	}
	return best
}

// slowest is the row of which a loss is sure and largest, or nil.
func (r *Result) slowest() *Row {
	var worst *Row
	for _, row := range r.rowsBeside(r.Baseline()) {
		if row.Speedup.Differs() && row.Speedup.Median <= 1/worthwhile &&
			(worst == nil || row.Speedup.Median < worst.Speedup.Median) {
			worst = row
		}
	}
	return worst
}

// Learn says in one sentence what several results show together. Of one, it repeats what that says.
func Learn(results []Result) string {
	switch len(results) {
	case 0:
		return "Nothing was measured."
	case 1:
		return results[0].Learned
	}
	var waited, computed, odd, lost, same []string
	for i := range results {
		r := &results[i]
		base := r.Baseline()
		rows := r.rowsBeside(base)
		if base == nil || len(rows) == 0 || rows[0].Speedup.Interval == nil {
			continue
		}
		faster, slower := r.fastest(), r.slowest()
		if slower != nil {
			lost = append(lost, r.label(results)+" "+Times(slower.Speedup.Median))
		}
		switch {
		case faster != nil && base.Waiting >= mostlyWaits:
			waited = append(waited, r.label(results)+" "+Times(faster.Speedup.Median))
		case faster != nil && unexplained(r, faster):
			odd = append(odd, r.label(results)+" "+Times(faster.Speedup.Median))
		case faster != nil:
			computed = append(computed, r.label(results)+" "+Times(faster.Speedup.Median))
		case slower == nil:
			same = append(same, r.label(results))
		}
	}
	var parts []string
	add := func(words, labels []string) {
		if len(labels) > 0 {
			parts = append(parts, words[0]+strings.Join(labels, ", ")+words[1])
		}
	}
	add([]string{"waiting overlaps (", ")"}, waited)
	add([]string{"computing gains by the cores alone (", ")"}, computed)
	add([]string{"faster than waiting and cores explain (", ")"}, odd)
	add([]string{"together can be slower (", ")"}, lost)
	add([]string{"no difference that counts for ", ""}, same)
	if len(parts) == 0 {
		return "Too few rounds, or no sequential run to compare with: nothing can be said for sure."
	}
	sentence := strings.Join(parts, "; ")
	return strings.ToUpper(sentence[:1]) + sentence[1:] + "."
}

// label names a result, and its cores where several results have the same workload.
func (r *Result) label(among []Result) string {
	same := func(other Result) bool { return other.Workload == r.Workload && other.Procs != r.Procs }
	if slices.ContainsFunc(among, same) {
		return fmt.Sprintf("%s on %s", r.Workload, lab.Cores(r.Procs))
	}
	return r.Workload
}

// typical is the time that a row takes, in words.
func typical(row *Row) string { return Human(time.Duration(row.Elapsed.Median)) }

func other(strategy string) string {
	if strategy == Baseline {
		return "goroutines"
	}
	return strategy
}
