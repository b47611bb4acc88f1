package demos_test

import (
	"context"
	"errors"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"meanwhile/demos"
)

// every returns n moments, one an interval.
func every(interval time.Duration, n int) []time.Duration {
	moments := make([]time.Duration, n)
	for i := range moments {
		moments[i] = time.Duration(i) * interval
	}
	return moments
}

func TestTasksStartAtTheirRateHoweverLongTheyTake(t *testing.T) {
	for _, test := range []struct {
		name     string
		interval time.Duration
		delays   []time.Duration
		took     time.Duration
		most     int
	}{
		{"each ends before the next", 100 * ms, equal(10, 30*ms), 930 * ms, 1},
		{"each outlasts the next three", 10 * ms, equal(10, 35*ms), 125 * ms, 4},
		{"the first ends last", 10 * ms, []time.Duration{time.Second, 5 * ms, 5 * ms}, time.Second, 2},
		{"all at once", 0, equal(10, 30*ms), 30 * ms, 10},
		{"a day of them", time.Minute, equal(1440, 59*time.Minute+30*time.Second), 1498*time.Minute + 30*time.Second, 60},
		{"no task", time.Second, nil, 0, 0},
	} {
		t.Run(test.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				var record record
				if err := demos.AtRate(test.interval)(t.Context(), record.tasks(test.delays)); err != nil {
					t.Fatal(err)
				}
				record.check(t, test.took, len(test.delays))
				if !slices.Equal(record.starts, every(test.interval, len(test.delays))) {
					t.Errorf("tasks were started at %v, want one every %v", record.starts, test.interval)
				}
				if record.most != test.most {
					t.Errorf("%d tasks were in flight at the most, want %d", record.most, test.most)
				}
			})
		})
	}
}

func TestErrorsDoNotStopWhatComesAtARate(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		first, second := errors.New("first"), errors.New("second")
		var record record
		err := demos.AtRate(10*ms)(t.Context(), record.tasks([]time.Duration{50 * ms, 5 * ms, 5 * ms}, first, second))
		if !errors.Is(err, first) || !errors.Is(err, second) || err.Error() != "first\nsecond" {
			t.Errorf("error %q, want both, in the order of the tasks", err)
		}
		record.check(t, 50*ms, 3)
	})
}

func TestNothingComesOnceTheContextHasEnded(t *testing.T) {
	for after, started := range map[time.Duration]int{0: 0, 35 * ms: 4} {
		synctest.Test(t, func(t *testing.T) {
			ctx, cancel := context.WithCancel(t.Context())
			defer cancel()
			if after == 0 {
				cancel()
			}
			time.AfterFunc(after, cancel)
			var record record
			err := demos.AtRate(10*ms)(ctx, record.tasks(equal(10, time.Hour)))
			if !errors.Is(err, context.Canceled) {
				t.Errorf("error %v, want the context's", err)
			}
			record.check(t, after, started)
		})
	}
}
