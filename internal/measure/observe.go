package measure

import (
	"context"
	"slices"
	"sync/atomic"
	"time"

	"meanwhile/demos"
)

// Usage is what a run took of the clock and of the process's CPU time.
type Usage struct {
	Elapsed time.Duration `json:"elapsed_ns"`
	CPU     time.Duration `json:"cpu_ns"`
}

// Watch runs f and tells what it took.
func Watch(f func() error) (Usage, error) {
	cpu, start := CPUTime(), time.Now()
	err := f()
	return Usage{Elapsed: time.Since(start), CPU: CPUTime() - cpu}, err
}

// observation notes when each task of a round starts and ends. Each task writes to slots of its own, which may be read
// meanwhile: no lock is needed, and little time.
type observation struct {
	epoch      time.Time // what the times below count from, in nanoseconds
	began      atomic.Int64
	start, end []atomic.Int64 // 0 is not yet
}

// Flight tells which tasks of the round under way have started and ended, while it goes on.
type Flight struct{ seen *observation }

// Observe returns the same tasks, for one round, and the flight that tells of it. The round begins when begin is called.
func Observe(tasks []demos.Task) (observed []demos.Task, flight Flight, begin func()) {
	observed, seen := observe(tasks)
	return observed, Flight{seen}, seen.begin
}

// Times is how long each task took, once the round is over.
func (f Flight) Times() []time.Duration { return f.seen.times() }

// Tasks is how many tasks the round has.
func (f Flight) Tasks() int { return len(f.seen.start) }

// Elapsed is for how long the round has gone on; 0 before it begins.
func (f Flight) Elapsed() time.Duration {
	began := f.seen.began.Load()
	if began == 0 {
		return 0
	}
	return f.seen.now() - time.Duration(began)
}

// Task tells when a task started and when it ended, from the beginning of the round; an end of 0 is one that is still under
// way. ok is false for one that has not started.
func (f Flight) Task(i int) (start, end time.Duration, ok bool) {
	began, started, ended := f.seen.began.Load(), f.seen.start[i].Load(), f.seen.end[i].Load()
	if started == 0 || began == 0 {
		return 0, 0, false
	}
	return time.Duration(started - began), max(0, time.Duration(ended-began)), true
}

// observe returns the same tasks, noted.
func observe(tasks []demos.Task) ([]demos.Task, *observation) {
	o := &observation{epoch: time.Now(), start: make([]atomic.Int64, len(tasks)), end: make([]atomic.Int64, len(tasks))}
	observed := make([]demos.Task, len(tasks))
	for i, task := range tasks {
		observed[i] = demos.Task{Name: task.Name, Run: func(ctx context.Context) error {
			o.start[i].Store(int64(o.now()))
			err := task.Run(ctx)
			o.end[i].Store(int64(o.now()))
			return err
		}}
	}
	return observed, o
}

// forget makes room for another round.
func (o *observation) forget() {
	o.began.Store(0)
	for i := range o.start {
		o.start[i].Store(0)
		o.end[i].Store(0)
	}
}

// begin starts the clock.
func (o *observation) begin() { o.began.Store(int64(o.now())) }

// now is never 0, which stands for what has not happened.
func (o *observation) now() time.Duration { return 1 + time.Since(o.epoch) }

// noted are the moments in slots, from the beginning of the round; what did not happen is at 0.
func (o *observation) noted(slots []atomic.Int64) []time.Duration {
	moments := make([]time.Duration, len(slots))
	for i := range slots {
		moments[i] = max(0, time.Duration(slots[i].Load()-o.began.Load()))
	}
	return moments
}

// times is how long each task took.
func (o *observation) times() []time.Duration {
	times := o.noted(o.end)
	for i, start := range o.noted(o.start) {
		times[i] -= start
	}
	return times
}

// round sums up what was noted.
func (o *observation) round(usage Usage) Round {
	starts, ends := o.noted(o.start), o.noted(o.end)
	r := Round{Usage: usage, Launched: slices.Max(starts)}
	for i := range starts {
		r.InTasks += ends[i] - starts[i]
	}
	r.MostInFlight = mostInFlight(starts, ends)
	return r
}

// mostInFlight counts starts up and ends down, in the order in which they happened.
func mostInFlight(starts, ends []time.Duration) int {
	slices.Sort(starts)
	slices.Sort(ends)
	most, ended := 0, 0
	for started, at := range starts {
		for ends[ended] <= at && ended < started {
			ended++
		}
		most = max(most, started+1-ended)
	}
	return most
}
