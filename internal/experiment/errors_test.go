package experiment_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"meanwhile/internal/experiment"
)

func TestAnErrorStopsTheSiblingsOfAnErrgroupThatLook(t *testing.T) {
	const delay, failAfter = 400 * time.Millisecond, 10 * time.Millisecond
	tests := []struct {
		name       string
		experiment experiment.Errors
		finished   float64 // of 3, under an errgroup
		sibling    string
		learned    string
	}{
		{
			"that look",
			experiment.Errors{Tasks: 4, Delay: delay, FailAfter: failAfter},
			0, "steps", "an error stops no sibling, but a cancelled context does",
		},
		{
			"that are deaf",
			experiment.Errors{Tasks: 4, Delay: delay, FailAfter: failAfter, Deaf: true},
			3, "deaf-steps", "cancelling stops nobody who does not look",
		},
		{
			"that were done before",
			experiment.Errors{Tasks: 4, Delay: failAfter, FailAfter: delay},
			3, "steps", "there was nobody left to stop",
		},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			e := test.experiment
			r, told := conducted(t, e)
			found := facts(t, r)
			if found["tasks"] != 4 || found["delay"] != float64(e.Delay) || found["fail-after"] != float64(e.FailAfter) {
				t.Errorf("other settings than asked for: %v", found)
			}
			if found["goroutines.finished"] != 3 || found["errgroup.finished"] != test.finished {
				t.Errorf("siblings came to their end that should not, or the other way round: %v", found)
			}
			if longest := float64(max(e.Delay, e.FailAfter)); found["goroutines.elapsed"] < longest ||
				test.finished == 3 && found["errgroup.elapsed"] < longest || found["errgroup.elapsed"] < float64(e.FailAfter) {
				t.Errorf("somebody did not wait for all: %v", found)
			}
			for _, run := range r.Runs {
				if !slices.Equal(run.Examples, []string{run.Name, "errors", test.sibling}) {
					t.Errorf("%s shows %v", run.Name, run.Examples)
				}
				if !strings.Contains(run.Words, `the caller got "no luck" after `) {
					t.Errorf("%s: %s", run.Name, run.Words)
				}
				if len(run.Timeline.Lanes) != 4 {
					t.Errorf("%s has %d lanes", run.Name, len(run.Timeline.Lanes))
				}
			}
			if want := []string{"goroutines 1/2", "errgroup 2/2"}; !slices.Equal(told, want) {
				t.Errorf("told %q, want %q", told, want)
			}
			if !strings.Contains(r.Learned, test.learned) {
				t.Errorf("learned %q, want %q", r.Learned, test.learned)
			}
		})
	}
}

func TestErrorsStopsWhenCancelled(t *testing.T) {
	stopsWhenCancelled(t, experiment.Errors{Tasks: 3, Delay: time.Hour, FailAfter: time.Hour}, 1)
	stopsWhenCancelled(t, experiment.Errors{Tasks: 3, Delay: time.Hour, FailAfter: time.Millisecond, Deaf: true}, 1)
	stopsWhenCancelled(t, experiment.Errors{Tasks: 3, Delay: 500 * time.Millisecond, FailAfter: 500 * time.Millisecond}, 2)
}

func TestErrorsRefusesWhatCannotBeRun(t *testing.T) {
	const second, minute = time.Second, time.Minute
	tests := []struct {
		tasks            int
		delay, failAfter time.Duration
		flag             string
	}{
		{5, second, second, ""},
		{1, second, second, "tasks"},
		{2, second, second, ""},
		{100, second, second, ""},
		{101, second, second, "tasks"},
		{5, 0, second, "delay"},
		{5, -second, second, "delay"},
		{5, 2*minute + 30*second, second, ""},
		{5, 2*minute + 31*second, second, "delay"},
		{5, second, 2*minute + 31*second, "fail-after"},
		{5, second, 0, "fail-after"},
		{5, second, 6 * minute, "fail-after"},
		{5, 1<<63 - 1, second, "delay"},
	}
	for _, test := range tests {
		refused(t, experiment.Errors{Tasks: test.tasks, Delay: test.delay, FailAfter: test.failAfter}, test.flag)
	}
}
