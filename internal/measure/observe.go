package measure

import (
	"context"
	"slices"
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
	cpu, start := cpuTime(), time.Now()
	err := f()
	return Usage{Elapsed: time.Since(start), CPU: cpuTime() - cpu}, err
}

// observation notes when each task of a round starts and ends. Each task writes to slots of its own, which are read once
// the strategy has returned: no lock is needed, and little time.
type observation struct {
	began      time.Time
	start, end []time.Duration // since began; an end of 0 is a task that did not run
}

// observe returns the same tasks, noted.
func observe(tasks []demos.Task) ([]demos.Task, *observation) {
	o := &observation{start: make([]time.Duration, len(tasks)), end: make([]time.Duration, len(tasks))}
	observed := make([]demos.Task, len(tasks))
	for i, task := range tasks {
		observed[i] = demos.Task{Name: task.Name, Run: func(ctx context.Context) error {
			o.start[i] = time.Since(o.began)
			err := task.Run(ctx)
			o.end[i] = time.Since(o.began)
			return err
		}}
	}
	return observed, o
}

// begin forgets the round before and starts the clock.
func (o *observation) begin() {
	clear(o.start)
	clear(o.end)
	o.began = time.Now()
}

// times is how long each task took.
func (o *observation) times() []time.Duration {
	times := make([]time.Duration, len(o.start))
	for i := range times {
		times[i] = o.end[i] - o.start[i]
	}
	return times
}

// round sums up what was noted.
func (o *observation) round(usage Usage) Round {
	r := Round{Usage: usage, Launched: slices.Max(o.start)}
	for i := range o.start {
		r.InTasks += o.end[i] - o.start[i]
	}
	r.MostInFlight = o.mostInFlight()
	return r
}

// mostInFlight counts starts up and ends down, in the order in which they happened.
func (o *observation) mostInFlight() int {
	starts, ends := slices.Clone(o.start), slices.Clone(o.end)
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
