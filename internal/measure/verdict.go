package measure

import (
	"fmt"
	"time"

	"meanwhile/internal/lab"
)

// Outcome is how a measurement stands to its prediction.
type Outcome string

// The outcomes.
const (
	Inside  Outcome = "inside"
	Slower  Outcome = "slower"
	Faster  Outcome = "faster"
	Unknown Outcome = "unknown" // nothing was predicted
)

// Assumption is what a prediction takes for granted, and what a run may prove wrong.
type Assumption string

// The assumptions.
const (
	FreeLaunch  Assumption = "starting a task takes no time"
	IdleCores   Assumption = "there is always a core free"
	Independent Assumption = "tasks do not get into each other's way"
	SameMachine Assumption = "the machine is as it was in the warm-up"
)

// Verdict tells whether a row is inside its prediction or, if not, which assumption broke.
type Verdict struct {
	Outcome    Outcome    `json:"outcome"`
	Assumption Assumption `json:"broken_assumption,omitempty"`
	Words      string     `json:"words"`
}

// crowded is how many times as long as alone a task takes, at least, where the others are in its way.
const crowded = 1.1

// judge sets a row beside its prediction.
func judge(r *Result, row *Row, workload lab.Workload) Verdict {
	if row.Predicted == nil {
		return Verdict{Outcome: Unknown, Words: "no prediction: it is made from the warm-up"}
	}
	low, high := row.Elapsed.Min, row.Elapsed.Max
	if ci := row.Elapsed.Interval; ci != nil {
		low, high = ci.Low, ci.High
	}
	switch {
	case low > float64(row.Predicted.High):
		return whySlower(r, row, workload)
	case high < float64(row.Predicted.Low):
		return whyFaster(row, workload.Shares)
	}
	return Verdict{Outcome: Inside, Words: "as predicted"}
}

// whySlower looks for the assumption that broke, in the order in which the evidence is plain.
func whySlower(r *Result, row *Row, workload lab.Workload) Verdict {
	excess := time.Duration(row.Elapsed.Median) - row.Predicted.High
	round := row.middle()
	verdict := Verdict{Outcome: Slower}
	crowding := float64(row.mean(r.Tasks)) / float64(max(1, r.alone()))
	switch {
	case r.Workload == "cpu" && busy(round, r.usable(row)) < 0.8:
		verdict.Assumption = SameMachine
		verdict.Words = fmt.Sprintf("slower than predicted: the machine gave %s of %s, so something else ran",
			Percent(busy(round, r.usable(row))), lab.Cores(r.usable(row)))
	case row.Slots == 0 && round.MostInFlight < r.Tasks && round.Launched > excess/2:
		verdict.Assumption = FreeLaunch
		verdict.Words = fmt.Sprintf("slower than predicted: starting %d tasks took %s, so no more than %d were under way at once",
			r.Tasks, Human(round.Launched), round.MostInFlight)
		if workload.Blocks {
			verdict.Words += ": a task in a system call keeps a core for a while"
		}
	case r.Workload != "cpu" && busy(round, r.Procs) > 0.8:
		verdict.Assumption = IdleCores
		verdict.Words = fmt.Sprintf("slower than predicted: the cores were busy for %s of it", Percent(busy(round, r.Procs)))
	case row.Slots == 1:
		verdict.Assumption = SameMachine
		verdict.Words = fmt.Sprintf("slower than predicted: a task took %s as long as in the warm-up", Times(crowding))
	case crowding < crowded:
		verdict.Assumption = FreeLaunch
		verdict.Words = fmt.Sprintf("slower than predicted by %s, though a task took no longer than alone: starting and ending them took more than allowed for",
			Human(excess))
	default:
		verdict.Assumption = Independent
		verdict.Words = fmt.Sprintf("slower than predicted: a task took %s as long as alone; they share %s",
			Times(crowding), workload.Shares)
	}
	return verdict
}

func whyFaster(row *Row, shares string) Verdict {
	if row.Slots == 1 {
		return Verdict{
			Outcome: Faster, Assumption: SameMachine,
			Words: "faster than predicted: something was cached, or the machine was busier in the warm-up",
		}
	}
	return Verdict{
		Outcome: Faster, Assumption: Independent,
		Words: fmt.Sprintf("faster than predicted: together they used %s better than one by one", shares),
	}
}

// middle is the round that took the median time, or the one just above.
func (r *Row) middle() Round {
	middle := r.Rounds[0]
	for _, round := range r.Rounds {
		if abs(float64(round.Elapsed)-r.Elapsed.Median) < abs(float64(middle.Elapsed)-r.Elapsed.Median) {
			middle = round
		}
	}
	return middle
}

// usable is how many cores a row's tasks can keep busy.
func (r *Result) usable(row *Row) int {
	if row.Slots == 0 {
		return min(r.Procs, r.Tasks)
	}
	return min(r.Procs, r.Tasks, row.Slots)
}

// busy is the share of the cores' time that the process used.
func busy(round Round, procs int) float64 {
	return float64(round.CPU) / (float64(max(1, round.Elapsed)) * float64(procs))
}

// alone is how long a task takes by itself, on average over all tasks, of which only the first were timed so.
func (r *Result) alone() time.Duration {
	timed := r.Delays[:min(len(r.Alone), len(r.Delays))]
	return meanOf(r.Alone) - meanOf(timed) + meanOf(r.Delays)
}

func meanOf(times []time.Duration) time.Duration {
	var sum time.Duration
	for _, t := range times {
		sum += t
	}
	return sum / time.Duration(max(1, len(times)))
}

func abs(x float64) float64 { return max(x, -x) }
