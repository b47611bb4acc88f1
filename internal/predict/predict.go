// Package predict says what a run of tasks should take, before it runs: pure formulas, each with its source.
package predict

import (
	"container/heap"
	"fmt"
	"math"
	"slices"
	"time"
)

// Sequential is what tasks take one after the other: T₁ = Σ tᵢ.
func Sequential(times []time.Duration) time.Duration {
	var sum time.Duration
	for _, t := range times {
		sum += t
	}
	return sum
}

// Bounded is what tasks take when at most slots of them are in flight and each starts, in order, as soon as a slot is
// free: the list schedule (Graham 1966). With no bound (slots < 1) it is the longest task.
func Bounded(times []time.Duration, slots int) time.Duration {
	if slots < 1 || slots >= len(times) {
		return longest(times)
	}
	free := make(ends, slots) // when each slot is next free
	for _, t := range times {
		free[0] += t
		heap.Fix(&free, 0)
	}
	return slices.Max(free)
}

// ends is a heap of moments: the earliest stands first.
type ends []time.Duration

func (e ends) Len() int           { return len(e) }
func (e ends) Less(i, j int) bool { return e[i] < e[j] }
func (e ends) Swap(i, j int)      { e[i], e[j] = e[j], e[i] }
func (e *ends) Push(x any)        { *e = append(*e, x.(time.Duration)) }

func (e *ends) Pop() any {
	last := len(*e) - 1
	popped := (*e)[last]
	*e = (*e)[:last]
	return popped
}

// Resource is something that tasks share and that serves a bounded number of them at a time.
type Resource struct {
	// Name is what a sentence calls it: "the cores".
	Name string

	// Capacity is how many tasks it serves at once.
	Capacity int

	// AfterDelay tells that a task needs the resource only once its known delay is over, not for all of its time.
	AfterDelay bool
}

// Model is what is assumed of a run.
type Model struct {
	// Delays is the part of each task's time that is known beforehand, and may be zero.
	Delays []time.Duration

	// Slots is how many tasks may be in flight at once: 0 is all of them.
	Slots int

	// Shared is what the tasks share. Where it is empty they are assumed to be independent.
	Shared []Resource
}

// Elapsed is what the run takes if each task takes its delay and rest: the longer of the list schedule and of what each
// shared resource needs to serve them all, Σ demand / capacity.
func (m Model) Elapsed(rest time.Duration) time.Duration {
	times := make([]time.Duration, len(m.Delays))
	for i, delay := range m.Delays {
		times[i] = max(0, delay+rest)
	}
	elapsed := Bounded(times, m.Slots)
	for _, resource := range m.Shared {
		demand := Sequential(times)
		if resource.AfterDelay {
			demand -= Sequential(m.Delays)
		}
		elapsed = max(elapsed, demand/time.Duration(resource.Capacity))
	}
	return elapsed
}

// atMost is what the run takes if a shared resource is used as badly as it can be without standing idle while a task wants
// it: Σ demand / capacity + (1 − 1/capacity)·max demand (Graham 1966), behind the delays where it is needed only then.
func (m Model) atMost(rest time.Duration) time.Duration {
	elapsed := m.Elapsed(rest)
	for _, resource := range m.Shared {
		demand, most := Sequential(m.Delays)+time.Duration(len(m.Delays))*rest, longest(m.Delays)+rest
		before := time.Duration(0)
		if resource.AfterDelay {
			demand, most, before = time.Duration(len(m.Delays))*rest, rest, Bounded(m.Delays, m.Slots)
		}
		capacity := time.Duration(resource.Capacity)
		elapsed = max(elapsed, before+demand/capacity+most-most/capacity)
	}
	return elapsed
}

// Why tells, in a few words, what the prediction rests on: the part of the model that decides, and how long a task takes
// alone.
func (m Model) Why(alone []time.Duration, human func(time.Duration) string) string {
	n, slots := len(m.Delays), m.Slots
	rest := m.rest(alone)
	middle := Percentile(rest, 0.5)
	typical := human(middle + Sequential(m.Delays)/time.Duration(n))
	for _, resource := range m.Shared {
		free := Model{Delays: m.Delays, Slots: slots}
		if slots != 1 && m.Elapsed(middle) > free.Elapsed(middle) {
			if resource.AfterDelay {
				typical = human(middle)
			}
			return fmt.Sprintf("%d × %s for %s", n, typical, resource.Name)
		}
	}
	switch {
	case slots == 1:
		return fmt.Sprintf("%d × %s", n, typical)
	case slots < 1 || slots >= n:
		return fmt.Sprintf("as long as one, %s", human(middle+longest(m.Delays)))
	}
	return fmt.Sprintf("%d at a time: %d turns of %s", slots, (n+slots-1)/slots, typical)
}

// Interval is a range of durations that a measurement is expected to fall into.
type Interval struct {
	Low  time.Duration `json:"low_ns"`
	High time.Duration `json:"high_ns"`
}

// What a prediction allows for starting and waking tasks, which the formulas leave out, and for a machine that is never
// quite idle.
const (
	Tolerance = 0.05
	Overhead  = time.Millisecond
)

// Interval is the range in which the run should end, from the times that the first tasks took alone: the formula at their
// 10th and 90th percentiles, with Tolerance on either side and Overhead above.
func (m Model) Interval(alone []time.Duration) Interval {
	rest := m.rest(alone)
	low, high := m.Elapsed(Percentile(rest, 0.1)), m.atMost(Percentile(rest, 0.9))
	return Interval{
		Low:  time.Duration(float64(low) * (1 - Tolerance)),
		High: time.Duration(float64(high)*(1+Tolerance)) + Overhead,
	}
}

// rest is what the first tasks took alone beside their delays, in ascending order.
func (m Model) rest(alone []time.Duration) []time.Duration {
	rest := make([]time.Duration, len(alone))
	for i, t := range alone {
		rest[i] = t - m.Delays[i]
	}
	slices.Sort(rest)
	return rest
}

// Percentile is the value below which the share p of sorted values lies, interpolated between neighbours (Hyndman and Fan
// 1996, definition 7). It is zero for no values.
func Percentile(sorted []time.Duration, p float64) time.Duration {
	if len(sorted) == 0 {
		return 0
	}
	at := p * float64(len(sorted)-1)
	below := int(math.Floor(at))
	above := min(below+1, len(sorted)-1)
	step := float64(sorted[above] - sorted[below])
	return sorted[below] + time.Duration(step*(at-float64(below)))
}

func longest(times []time.Duration) time.Duration {
	var most time.Duration
	for _, t := range times {
		most = max(most, t)
	}
	return most
}
