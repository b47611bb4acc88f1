package demos_test

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"meanwhile/demos"
)

func TestAnErrorStopsSiblingsOnlyThroughTheirContext(t *testing.T) {
	tests := []struct {
		name     string
		strategy demos.Strategy
		sibling  func(n int, step demos.Task) demos.Task
		took     time.Duration
	}{
		{"goroutines", demos.Goroutines, demos.Steps, 1000 * ms},
		{"errgroup", demos.ErrGroup(5), demos.Steps, 400 * ms},
		{"errgroup with deaf siblings", demos.ErrGroup(5), demos.DeafSteps, 1000 * ms},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				sibling := test.sibling(10, demos.Sleep(100*ms))
				tasks := []demos.Task{sibling, demos.Fail(400 * ms), sibling, sibling, sibling}
				began := time.Now()
				err := test.strategy(t.Context(), tasks)
				if took := time.Since(began); took != test.took || err == nil || err.Error() != "no luck" {
					t.Errorf("back after %v with the error %v, want %v and what failed", took, err, test.took)
				}
			})
		})
	}
}

func TestFailCanBeCutShort(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithTimeout(t.Context(), 100*ms)
		defer cancel()
		began := time.Now()
		err := demos.Fail(time.Hour).Run(ctx)
		if took := time.Since(began); took != 100*ms || !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("back after %v with the error %v", took, err)
		}
	})
}
