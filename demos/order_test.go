package demos_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"meanwhile/demos"
)

// collectors are the two ways to put answers together.
func collectors() map[string]func(context.Context, []demos.Task) ([]string, error) {
	return map[string]func(context.Context, []demos.Task) ([]string, error){"arrival": demos.ByArrival, "slot": demos.BySlot}
}

func TestAnswersStandAsTheyComeOrAsTheyWereAskedFor(t *testing.T) {
	delays := []time.Duration{300 * ms, 100 * ms, 400 * ms, 200 * ms}
	want := map[string][]string{
		"arrival": {"task 1", "task 3", "task 0", "task 2"},
		"slot":    {"task 0", "task 1", "task 2", "task 3"},
	}
	for name, collect := range collectors() {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				var record record
				answers, err := collect(t.Context(), record.tasks(delays))
				if err != nil {
					t.Fatal(err)
				}
				record.check(t, 400*ms, len(delays))
				if !slices.Equal(answers, want[name]) {
					t.Errorf("answers %q, want %q", answers, want[name])
				}
			})
		})
	}
}

func TestNoAnswerIsLost(t *testing.T) {
	for name, collect := range collectors() {
		t.Run(name, func(t *testing.T) {
			var record record
			tasks := record.tasks(equal(1000, 0))
			var want []string
			for _, task := range tasks {
				want = append(want, task.Name)
			}
			answers, err := collect(t.Context(), tasks)
			if err != nil {
				t.Fatal(err)
			}
			if name == "arrival" { // in whatever order
				slices.Sort(answers)
				slices.Sort(want)
			}
			if !slices.Equal(answers, want) {
				t.Errorf("answers %q, want %q", answers, want)
			}
		})
	}
}

func TestACollectorJoinsTheErrorsInTheOrderOfTheTasks(t *testing.T) {
	first, second := errors.New("first"), errors.New("second")
	for name, collect := range collectors() {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				var record record
				_, err := collect(t.Context(), record.tasks([]time.Duration{200 * ms, 100 * ms, 300 * ms}, first, second))
				if err == nil || err.Error() != "first\nsecond" {
					t.Errorf("error %q, want both", fmt.Sprint(err))
				}
				record.check(t, 300*ms, 3)
			})
		})
	}
}

func TestACollectorReturnsWhenItsTasksAreCancelled(t *testing.T) {
	for name, collect := range collectors() {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				ctx, cancel := context.WithTimeout(t.Context(), 50*ms)
				defer cancel()
				var record record
				if _, err := collect(ctx, record.tasks(equal(5, time.Hour))); !errors.Is(err, context.DeadlineExceeded) {
					t.Errorf("error %v, want the context's", err)
				}
				record.check(t, 50*ms, 5)
			})
		})
	}
}
