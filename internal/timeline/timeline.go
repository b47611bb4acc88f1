// Package timeline tells of each task of a run when it ran, waited and queued, from the execution trace that the Go runtime
// writes of itself.
package timeline

import (
	"cmp"
	"slices"
	"time"
)

// State is what a task does at a moment.
type State uint8

// The states. None is before a task's turn and after its end.
const (
	None    State = iota
	Running       // it has a core
	Waiting       // for time to pass, for an answer, for a disk: no core would help
	Queued        // for something that others have: a core, a slot, a connection, a lock
	states
)

// String returns the word for the state.
func (s State) String() string {
	return [states]string{"not there", "running", "waiting", "queued"}[min(s, states-1)]
}

// Span is a stretch of time in which a task was in one state for one reason.
type Span struct {
	State State

	// Start and End count from the beginning of the run.
	Start, End time.Duration

	// Why and Where are places in the timeline's Reasons and Places; 0 is none.
	Why, Where int
}

// Lane is the spans of one task, in the order of time. They touch, and do not overlap.
type Lane []Span

// Timeline is a run of tasks by one strategy: a lane a task, in the tasks' order.
type Timeline struct {
	// Elapsed is what the run took.
	Elapsed time.Duration `json:"elapsed_ns"`

	// Reasons are in plain words, and Places are a demo's file and line; the first of each is empty.
	Reasons []string `json:"reasons"`
	Places  []string `json:"places"`

	Lanes []Lane `json:"lanes"`
}

// Reason is why a span is in its state, in plain words; empty where there is nothing to say.
func (t *Timeline) Reason(s Span) string { return at(t.Reasons, s.Why) }

// Place is the demo's file and line where the task stood, such as "tasks.go:19"; empty where it is not known.
func (t *Timeline) Place(s Span) string { return at(t.Places, s.Where) }

func at(list []string, i int) string {
	if i < 0 || i >= len(list) {
		return ""
	}
	return list[i]
}

// Spans is how many there are in all lanes.
func (t *Timeline) Spans() int {
	n := 0
	for _, lane := range t.Lanes {
		n += len(lane)
	}
	return n
}

// Start is when the task began, which is the end of its queueing for a slot or for its first core. ok is false for a task
// that never did.
func (l Lane) Start() (start time.Duration, ok bool) {
	for _, span := range l {
		if span.State != Queued {
			return span.Start, true
		}
	}
	return 0, false
}

// End is when the lane's last span ends.
func (l Lane) End() time.Duration {
	if len(l) == 0 {
		return 0
	}
	return l[len(l)-1].End
}

// In is how long the lane is in a state.
func (l Lane) In(state State) time.Duration {
	var sum time.Duration
	for _, span := range l {
		if span.State == state {
			sum += span.End - span.Start
		}
	}
	return sum
}

// Prevailing is the state in which the lane is longest.
func (l Lane) Prevailing() State {
	return prevailing([states]time.Duration{Running: l.In(Running), Waiting: l.In(Waiting), Queued: l.In(Queued)})
}

// At returns the span at a moment. ok is false before the first and after the last.
func (l Lane) At(moment time.Duration) (span Span, ok bool) {
	i, found := slices.BinarySearchFunc(l, moment, func(s Span, m time.Duration) int {
		switch {
		case s.End <= m:
			return -1
		case s.Start > m:
			return 1
		}
		return 0
	})
	if !found {
		return Span{}, false
	}
	return l[i], true
}

// Shares tells how the time from a task's start to its end divides.
type Shares struct{ Running, Waiting, Queued float64 }

// Shares of one task.
func (l Lane) Shares() Shares { return shares([]Lane{l}) }

// Shares of all tasks together.
func (t *Timeline) Shares() Shares { return shares(t.Lanes) }

func shares(lanes []Lane) Shares {
	var sums [states]time.Duration
	for _, lane := range lanes {
		start, ok := lane.Start()
		for _, span := range lane {
			if ok && span.Start >= start {
				sums[span.State] += span.End - span.Start
			}
		}
	}
	all := float64(max(1, sums[Running]+sums[Waiting]+sums[Queued]))
	return Shares{float64(sums[Running]) / all, float64(sums[Waiting]) / all, float64(sums[Queued]) / all}
}

// Step is a moment at which the number of tasks in flight changes, and what it is from then on.
type Step struct {
	At       time.Duration
	InFlight int
}

// InFlight is how many tasks had started and not ended, over time.
func (t *Timeline) InFlight() []Step {
	var changes []Step
	for _, lane := range t.Lanes {
		if start, ok := lane.Start(); ok {
			changes = append(changes, Step{start, 1}, Step{lane.End(), -1})
		}
	}
	// At the same moment ends go first: of two tasks in turn, no more than one is in flight.
	slices.SortFunc(changes, func(a, b Step) int {
		return cmp.Or(cmp.Compare(a.At, b.At), cmp.Compare(a.InFlight, b.InFlight))
	})
	var steps []Step
	now := 0
	for _, change := range changes {
		now += change.InFlight
		if last := len(steps) - 1; last >= 0 && steps[last].At == change.At {
			steps[last].InFlight = now
		} else {
			steps = append(steps, Step{change.At, now})
		}
	}
	return steps
}

// MostInFlight is the most tasks in flight at a moment.
func (t *Timeline) MostInFlight() int {
	most := 0
	for _, step := range t.InFlight() {
		most = max(most, step.InFlight)
	}
	return most
}

// Part is what tasks spent time on: a state, its reason and its place.
type Part struct {
	State  State
	Reason string
	Place  string

	// Share is of the time of all tasks, each from its start; 0 for what came before.
	Share float64

	// Mean is how long a task spent on it, on average; Each is that of the tasks alone that spent any time on it.
	Mean, Each time.Duration
}

// Parts says what tasks spent their time on, from their start to their end: the largest share first.
func (t *Timeline) Parts() []Part { return t.parts(true) }

// Queues says what tasks spent their time on before they started, which is queueing: the longest first.
func (t *Timeline) Queues() []Part { return t.parts(false) }

func (t *Timeline) parts(started bool) []Part {
	type key struct {
		state      State
		why, where int
	}
	sums, lanes := map[key]time.Duration{}, map[key]map[int]bool{}
	var all time.Duration
	for task, lane := range t.Lanes {
		start, ok := lane.Start()
		for _, span := range lane {
			if started != (ok && span.Start >= start) {
				continue
			}
			k := key{span.State, span.Why, span.Where}
			if span.State == Running || t.Reason(span) == forCore {
				k.where = 0 // a task runs through many lines, and may lose its core in each
			}
			sums[k] += span.End - span.Start
			if lanes[k] == nil {
				lanes[k] = map[int]bool{}
			}
			lanes[k][task] = true
			all += span.End - span.Start
		}
	}
	var parts []Part
	for k, sum := range sums {
		part := Part{
			State: k.state, Reason: at(t.Reasons, k.why), Place: at(t.Places, k.where),
			Mean: sum / time.Duration(len(t.Lanes)), Each: sum / time.Duration(len(lanes[k])),
		}
		if started {
			part.Share = float64(sum) / float64(max(1, all))
		}
		parts = append(parts, part)
	}
	slices.SortFunc(parts, func(a, b Part) int {
		return cmp.Or(cmp.Compare(b.Mean, a.Mean), cmp.Compare(a.Reason, b.Reason), cmp.Compare(a.Place, b.Place),
			cmp.Compare(a.State, b.State))
	})
	return parts
}

// Columns cuts the time from 0 to axis into columns, and tells which state prevails in each, over all the lanes. What is
// later than until is left out. A lane leaves a sign in at least one column, however short it is.
func Columns(lanes []Lane, columns int, axis, until time.Duration) []State {
	sums := make([][states]time.Duration, columns)
	axis = max(axis, 1)
	for _, lane := range lanes {
		for _, span := range lane {
			if span.Start >= until {
				break
			}
			fill(sums, span, axis, until)
		}
	}
	least := axis / time.Duration(2*columns) // below half a column it is nothing, unless it is all there is
	drawn := make([]State, columns)
	empty := true
	for i, sum := range sums {
		best := prevailing(sum)
		if sum[Running]+sum[Waiting]+sum[Queued] >= least && best != None {
			drawn[i], empty = best, false
		}
	}
	if empty {
		mark(drawn, sums, lanes, axis, until)
	}
	return drawn
}

// mark marks the first column that has anything in it or, where nothing has taken any time, the one in which the first span begins.
func mark(drawn []State, sums [][states]time.Duration, lanes []Lane, axis, until time.Duration) {
	for i, sum := range sums {
		if best := prevailing(sum); best != None {
			drawn[i] = best
			return
		}
	}
	for _, lane := range lanes {
		for _, span := range lane {
			if span.Start < until && span.State != None {
				drawn[columnAt(span.Start, axis, len(drawn))] = span.State
				return
			}
		}
	}
}

// columnAt is the column that a moment lies in.
func columnAt(moment, axis time.Duration, columns int) int {
	return min(columns-1, max(0, int(float64(moment)/float64(axis)*float64(columns))))
}

// fill adds a span's time to the columns that it touches.
func fill(sums [][states]time.Duration, span Span, axis, until time.Duration) {
	end := min(span.End, until, axis)
	edge := func(column int) time.Duration {
		return time.Duration(float64(axis) * float64(column) / float64(len(sums)))
	}
	for i := columnAt(span.Start, axis, len(sums)); i < len(sums); i++ {
		from, to := max(span.Start, edge(i)), min(end, edge(i+1))
		if to > from {
			sums[i][span.State] += to - from
		}
		if edge(i+1) >= end {
			return
		}
	}
}

// prevailing is the state with the most time.
func prevailing(sums [states]time.Duration) State {
	best := None
	for _, state := range []State{Waiting, Queued, Running} {
		if sums[state] > sums[best] || best == None && sums[state] > 0 {
			best = state
		}
	}
	return best
}
