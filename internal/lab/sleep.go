package lab

import (
	"context"

	"meanwhile/demos"
)

// openSleep needs nothing but timers.
func openSleep(_ context.Context, spec Spec) (*Lab, error) {
	delays := spec.delays()
	lab := &Lab{Tasks: make([]demos.Task, spec.Tasks), Delays: delays, Real: "timers of the Go runtime"}
	task := demos.Sleep(delays[0])
	for i, delay := range delays {
		if delay != delays[0] {
			task = demos.Sleep(delay)
		} else if i > 0 {
			task = lab.Tasks[0] // a million equal sleeps share one closure
		}
		lab.Tasks[i] = task
	}
	return lab, nil
}
