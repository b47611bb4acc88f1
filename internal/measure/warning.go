package measure

import (
	"fmt"
	"slices"
	"time"

	"meanwhile/internal/lab"
	"meanwhile/internal/timeline"
)

// Kind names a warning, so that programs can tell one from another.
type Kind string

// The warnings.
const (
	FewRounds     Kind = "few-rounds"
	NoWarmup      Kind = "no-warmup"
	Noisy         Kind = "noisy"
	MemoryDisk    Kind = "memory-disk"
	NotSynced     Kind = "not-synced"
	ShortDelay    Kind = "short-delay"
	FullPool      Kind = "full-pool"
	NeverAll      Kind = "never-all-in-flight"
	OwnServer     Kind = "own-server"
	WaitsForCores Kind = "waits-for-cores"
	NoTimeline    Kind = "no-timeline"
)

// Warning tells what happened that a reader of the numbers should know, the likely cause, and what to try next.
type Warning struct {
	Kind  Kind   `json:"kind"`
	What  string `json:"what"`
	Cause string `json:"cause"`
	Next  string `json:"next,omitempty"`
}

// noisyRatio is how many times longer than the shortest the longest round is before the machine counts as noisy.
const noisyRatio = 1.5

// shortDelay is the wait below which waking up late shows in the result.
const shortDelay = 10 * time.Millisecond

// warnings looks through a result.
func (b *bench) warnings(r *Result) []Warning {
	warnings := []Warning{}
	add := func(applies bool, kind Kind, what, cause, next string) {
		if applies {
			warnings = append(warnings, Warning{kind, what, cause, next})
		}
	}
	few := slices.ContainsFunc(r.Rows, func(row Row) bool { return row.Elapsed.Interval == nil })
	add(few, FewRounds,
		fmt.Sprintf("fewer than %d rounds give no interval, so no difference can be claimed", MinRounds),
		"the middle of so few values may be anywhere",
		fmt.Sprintf("--rounds %d", MinRounds))
	add(b.plan.Warmup == 0, NoWarmup,
		"nothing is predicted, and the first round may be slow", "predictions are made from a warm-up", "--warmup 1")
	strategy, spread := r.noisiest()
	add(spread > noisyRatio, Noisy,
		fmt.Sprintf("the slowest round of %s took %s as long as its fastest", strategy, Times(spread)),
		"something else used the machine, or the first rounds filled a cache",
		fmt.Sprintf("--rounds %d with other programs closed", min(max(20, 2*b.plan.Rounds), MaxRounds)))
	shortest := slices.Min(b.lab.Delays)
	add(r.Workload != "cpu" && shortest > 0 && shortest < shortDelay, ShortDelay,
		fmt.Sprintf("a delay of %s is short", Human(shortest)),
		"a sleeper wakes up to a millisecond late, which is a large part of it", "--delay 30ms")
	add(b.lab.MemoryDisk, MemoryDisk,
		"the files are in memory, not on a disk", "the directory is of a file system that keeps everything in memory",
		"--dir with a directory on a disk")
	add(r.Workload == "file" && !b.plan.Spec.Sync, NotSynced,
		"the disk is not waited for", "--sync=false leaves the files in memory, and a copy there is CPU work", "--sync")
	if unbounded := r.unbounded(); unbounded != nil {
		add(b.lab.Slots > 0 && b.lab.Slots < r.Tasks, FullPool,
			fmt.Sprintf("%d tasks share %d connections", r.Tasks, b.lab.Slots),
			"those that find the pool empty wait for a connection", fmt.Sprintf("--pool %d", min(r.Tasks, lab.MaxPool)))
		inFlight := unbounded.middle().MostInFlight
		add(r.Workload == "sleep" && inFlight < r.Tasks, NeverAll,
			fmt.Sprintf("never more than %d of %d tasks were in flight", inFlight, r.Tasks),
			"the first ended before the last had started", "a longer --delay")
	}
	guessed := b.timelines == nil // the share of waiting is made from CPU time, which tells less
	add(r.OwnServer && guessed, OwnServer,
		"the share of waiting is in truth a little higher", "the CPU time includes what our own server used", "")
	add(guessed && r.Workload == "cpu" && r.Tasks > r.Procs && len(r.Rows) > 1, WaitsForCores,
		"the waiting of a task that computes is for a core", "tasks at once take turns on the cores", "")
	add(b.plan.Traced && !b.traceable(), NoTimeline,
		fmt.Sprintf("no timeline of %d tasks", r.Tasks), fmt.Sprintf("it is drawn for up to %d", timeline.MaxTasks),
		fmt.Sprintf("--tasks %d", timeline.MaxTasks))
	if b.untraced != nil {
		add(true, NoTimeline, "no timeline", b.untraced.Error(), "fewer --tasks, or less work in each")
	}
	return warnings
}

// noisiest is the strategy whose rounds are furthest apart, and how many times; differences of less than a millisecond do not
// count.
func (r *Result) noisiest() (strategy string, spread float64) {
	for _, row := range r.Rows {
		apart := row.Elapsed.Max / max(1, row.Elapsed.Min)
		if apart > spread && row.Elapsed.Max-row.Elapsed.Min > float64(time.Millisecond) {
			strategy, spread = row.Strategy, apart
		}
	}
	return strategy, spread
}

// unbounded is the row that has all tasks in flight at once, or nil.
func (r *Result) unbounded() *Row {
	for i := range r.Rows {
		if r.Rows[i].Slots == 0 {
			return &r.Rows[i]
		}
	}
	return nil
}
