package experiment_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"meanwhile/internal/experiment"
	"meanwhile/internal/timeline"
)

func TestOneSlowRequestHoldsUpTheOthersWhereOneIsServedAtATime(t *testing.T) {
	const delay = 600 * time.Millisecond
	tests := []struct {
		limit         int
		name, learned string
		examples      []string
		fast          bool
	}{
		{0, "no limit", "holds up nobody but itself", []string{"one-slow", "network", "at-rate"}, true},
		{2, "limit 2", "there was room", []string{"one-slow", "limit-handler", "network", "at-rate"}, true},
		{1, "limit 1", "the slow one held up all", []string{"one-slow", "limit-handler", "network", "at-rate"}, false},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			r, told := conducted(t, experiment.OneSlow{Tasks: 6, Delay: delay, Limit: test.limit})
			found := facts(t, r)
			if found["tasks"] != 6 || found["delay"] != float64(delay) || found["limit"] != float64(test.limit) || len(found) != 6 {
				t.Errorf("other settings than asked for: %v", found)
			}
			if found["slow.elapsed"] < float64(delay) || found["fast.slowest"] < found["fast.median"] || found["fast.median"] <= 0 {
				t.Errorf("what cannot be: %v", found)
			}
			// The median of the fast ones starts before a half of the slow one's time is over.
			if fast := found["fast.median"] < found["slow.elapsed"]/3; fast != test.fast {
				t.Errorf("the fast requests took %v", found)
			}
			if !strings.Contains(r.Learned, test.learned) {
				t.Errorf("it learned %q, want something of %q", r.Learned, test.learned)
			}
			if want := []string{test.name + " 1/1"}; !slices.Equal(told, want) {
				t.Errorf("told %v, want %v", told, want)
			}
			run := r.Run(test.name)
			if run == nil || !slices.Equal(run.Examples, test.examples) {
				t.Fatalf("the run %+v, want %q with %v", run, test.name, test.examples)
			}
			checkArrivals(t, run.Timeline, delay/2/6)
			bars := r.Charts[0].Bars
			if len(bars) != 3 || bars[0].Value != found["slow.elapsed"] || bars[2].Value != found["fast.slowest"] {
				t.Errorf("the bars %v", bars)
			}
		})
	}
}

// checkArrivals asserts that lanes begin when their request arrives, and not before.
func checkArrivals(t *testing.T, line *timeline.Timeline, interval time.Duration) {
	t.Helper()
	for i, lane := range line.Lanes {
		if len(lane) == 0 || lane[0].Start < time.Duration(i)*interval {
			t.Errorf("request %d arrived before its time: %v", i, lane)
		}
	}
}

func TestOneSlowRefusesWhatItCannotRun(t *testing.T) {
	usual := experiment.DefaultOneSlow()
	for flag, change := range map[string]func(*experiment.OneSlow){
		"":      func(*experiment.OneSlow) {},
		"tasks": func(o *experiment.OneSlow) { o.Tasks = 0 },
		"delay": func(o *experiment.OneSlow) { o.Delay = 5*time.Minute + 1 },
		"limit": func(o *experiment.OneSlow) { o.Limit = -1 },
	} {
		changed := usual
		change(&changed)
		refused(t, changed, flag)
	}
	refused(t, experiment.OneSlow{Tasks: 2000, Delay: time.Minute}, "tasks")
	refused(t, experiment.OneSlow{Tasks: 20, Delay: 0}, "delay")
	refused(t, experiment.OneSlow{Tasks: 20, Delay: 39 * time.Millisecond}, "delay") // they would overtake the slow one
	refused(t, experiment.OneSlow{Tasks: 20, Delay: 40 * time.Millisecond, Limit: 2000}, "")
	refused(t, experiment.OneSlow{Tasks: 20, Delay: time.Second, Limit: 2001}, "limit")
}

func TestOneSlowTellsTheCommandLineThatRunsItAgain(t *testing.T) {
	for want, e := range map[string]experiment.OneSlow{
		"demo one-slow":                                  experiment.DefaultOneSlow(),
		"demo one-slow --limit 1":                        {Tasks: 20, Delay: 3 * time.Second, Limit: 1},
		"demo one-slow --tasks 5 --delay 1.5s --limit 2": {Tasks: 5, Delay: 1500 * time.Millisecond, Limit: 2},
	} {
		if got := strings.Join(e.Args(), " "); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}

func TestOneSlowStopsWhenCancelled(t *testing.T) {
	for _, limit := range []int{0, 1} {
		stopsWhenCancelled(t, experiment.OneSlow{Tasks: 20, Delay: time.Minute, Limit: limit}, 1)
	}
}
