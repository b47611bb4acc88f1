package demos_test

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"meanwhile/demos"
)

func TestOnlyWhoLooksAtItsContextIsBackInTime(t *testing.T) {
	tests := []struct {
		name     string
		work     func(n int, step demos.Task) demos.Task
		deadline time.Duration
		took     time.Duration
		want     error
	}{
		{"within a step", demos.Steps, 1000 * ms, 1000 * ms, context.DeadlineExceeded},
		{"in the first step", demos.Steps, 1 * ms, 1 * ms, context.DeadlineExceeded},
		{"later than the work", demos.Steps, 3001 * ms, 3000 * ms, nil},
		{"passed before", demos.Steps, 0, 0, context.DeadlineExceeded},
		{"deaf, within a step", demos.DeafSteps, 1000 * ms, 3000 * ms, nil},
		{"deaf, passed before", demos.DeafSteps, 0, 3000 * ms, nil},
		{"deaf, later than the work", demos.DeafSteps, 3001 * ms, 3000 * ms, nil},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				began := time.Now()
				err := demos.Within(t.Context(), test.deadline, test.work(10, demos.Sleep(300*ms)))
				if took := time.Since(began); took != test.took || !errors.Is(err, test.want) {
					t.Errorf("back after %v with the error %v, want %v and %v", took, err, test.took, test.want)
				}
			})
		})
	}
}

func TestACancelledCallerStopsTheStepsToo(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		time.AfterFunc(500*ms, cancel)
		began := time.Now()
		err := demos.Within(ctx, time.Hour, demos.Steps(10, demos.Sleep(300*ms)))
		if took := time.Since(began); took != 500*ms || !errors.Is(err, context.Canceled) {
			t.Errorf("back after %v with the error %v", took, err)
		}
	})
}

func TestTheContextOfACallEndsWithIt(t *testing.T) {
	var kept context.Context
	task := demos.Task{Name: "quick", Run: func(ctx context.Context) error {
		kept = ctx
		return ctx.Err()
	}}
	if err := demos.Within(t.Context(), time.Hour, task); err != nil {
		t.Fatal(err)
	}
	if kept.Err() == nil {
		t.Error("the context was not cancelled: its timer goes on for an hour")
	}
}

func TestAStepThatFailsIsTheLast(t *testing.T) {
	failure := errors.New("failure")
	for name, work := range map[string]func(int, demos.Task) demos.Task{"steps": demos.Steps, "deaf": demos.DeafSteps} {
		done := 0
		step := demos.Task{Name: "step", Run: func(context.Context) error {
			if done++; done == 3 {
				return failure
			}
			return nil
		}}
		if err := work(10, step).Run(t.Context()); err != failure || done != 3 {
			t.Errorf("%s ended in step %d with the error %v", name, done, err)
		}
	}
}
