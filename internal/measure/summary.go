package measure

import (
	"slices"
	"time"

	"golang.org/x/perf/benchmath"

	"meanwhile/internal/predict"
)

// Confidence is how sure an interval is, at least. MinRounds is how many values a median needs for one.
const (
	Confidence = 0.95
	MinRounds  = 6
)

// estimate sums up values by their median and its confidence interval, which assumes nothing of their distribution: the
// interval runs between two of the values (benchmath.AssumeNothing).
func estimate(values []float64) Estimate {
	values = slices.Clone(values) // benchmath sorts in place
	sample := benchmath.NewSample(values, &benchmath.DefaultThresholds)
	summary := benchmath.AssumeNothing.Summary(sample, Confidence)
	e := Estimate{Median: summary.Center, Min: slices.Min(values), Max: slices.Max(values)}
	if len(summary.Warnings) == 0 {
		e.Interval = &Range{Low: summary.Lo, High: summary.Hi, Confidence: summary.Confidence}
	}
	return e
}

// nanoseconds are the elapsed times of rounds.
func nanoseconds(rounds []Round) []float64 {
	values := make([]float64, len(rounds))
	for i, round := range rounds {
		values[i] = float64(round.Elapsed)
	}
	return values
}

// ratios pairs the rounds: how many times faster than the baseline each was, in the same round.
func ratios(base, rounds []Round) []float64 {
	n := min(len(base), len(rounds)) // an interrupted round may lack one of the two
	values := make([]float64, n)
	for i := range n {
		values[i] = float64(base[i].Elapsed) / float64(max(1, rounds[i].Elapsed))
	}
	return values
}

// waiting is the median share of the tasks' time in which the process used no CPU: 1 − CPU time / Σ task time.
func waiting(rounds []Round) float64 {
	shares := make([]float64, len(rounds))
	for i, round := range rounds {
		shares[i] = min(max(1-float64(round.CPU)/float64(max(1, round.InTasks)), 0), 1)
	}
	return median(shares)
}

func median(values []float64) float64 { return estimate(values).Median }

// model is what the plan assumes of a strategy with so many slots.
func (b *bench) model(slots int) predict.Model {
	if pool := b.lab.Slots; pool > 0 && (slots == 0 || pool < slots) {
		slots = pool
	}
	return predict.Model{Delays: b.lab.Delays, Slots: slots, Shared: b.lab.Shared}
}

// Differs tells whether the speed-up can be told from none: its interval leaves 1 out.
func (e Estimate) Differs() bool {
	return e.Interval != nil && (e.Interval.Low > 1 || e.Interval.High < 1)
}

// mean is what a task took on average in a round, in the middle round.
func (r *Row) mean(tasks int) time.Duration {
	times := make([]float64, len(r.Rounds))
	for i, round := range r.Rounds {
		times[i] = float64(round.InTasks) / float64(tasks)
	}
	return time.Duration(median(times))
}
