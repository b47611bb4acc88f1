package experiment_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"meanwhile/internal/experiment"
)

func TestADeadlineStopsOnlyWhoLooks(t *testing.T) {
	const deadline, work = 10 * time.Millisecond, 400 * time.Millisecond
	r, told := conducted(t, experiment.Deadline{Deadline: deadline, Work: work})
	found := facts(t, r)
	if found["deadline"] != float64(deadline) || found["work"] != float64(work) {
		t.Errorf("other settings than asked for: %v", found)
	}
	if good, bad := r.Run("good").Elapsed, r.Run("bad").Elapsed; good < deadline || bad < work {
		t.Errorf("the one that looks took %v, and the other %v", good, bad)
	}
	if found["good.steps"] >= 10 || found["bad.steps"] != 10 {
		t.Errorf("they did %v and %v steps of 10", found["good.steps"], found["bad.steps"])
	}
	for _, name := range []string{"good", "bad"} {
		run := r.Run(name)
		if found[name+".over"] != float64(run.Elapsed)/float64(deadline) || found[name+".elapsed"] != float64(run.Elapsed) {
			t.Errorf("the numbers of %s do not fit: %v", name, found)
		}
		if lanes := run.Timeline.Lanes; len(lanes) != 1 || lanes[0].End() > run.Timeline.Elapsed {
			t.Errorf("%s has the lanes %v", name, lanes)
		}
	}
	if good, bad := r.Run("good").Timeline.Lanes[0], r.Run("bad").Timeline.Lanes[0]; good.End() >= bad.End() {
		t.Errorf("a lane cut at %v, and one that runs on until %v", good.End(), bad.End())
	}
	if words := r.Run("good").Words; !strings.Contains(words, `got the error "context deadline exceeded" after `) {
		t.Errorf("good: %s", words)
	}
	if words := r.Run("bad").Words; !strings.Contains(words, "got a result, ") || !strings.HasSuffix(words, " late") {
		t.Errorf("bad: %s", words)
	}
	if want := []string{"good 1/2", "bad 2/2"}; !slices.Equal(told, want) {
		t.Errorf("told %q, want %q", told, want)
	}
	if !strings.Contains(r.Learned, "a context asks and cannot force") {
		t.Errorf("learned %q", r.Learned)
	}
}

func TestADeadlineThatNeverComesStopsNobody(t *testing.T) {
	r, _ := conducted(t, experiment.Deadline{Deadline: time.Minute, Work: 10 * time.Millisecond})
	found := facts(t, r)
	if found["good.steps"] != 10 || found["bad.steps"] != 10 || found["good.over"] > 1 {
		t.Errorf("somebody was stopped: %v", found)
	}
	for _, run := range r.Runs {
		if !strings.Contains(run.Words, "got a result after ") {
			t.Errorf("%s: %s", run.Name, run.Words)
		}
	}
	if !strings.Contains(r.Learned, "never came") {
		t.Errorf("learned %q", r.Learned)
	}
}

// The deaf one too: who is deaf to a deadline has to hear of the end of the program.
func TestDeadlineStopsWhenCancelled(t *testing.T) {
	stopsWhenCancelled(t, experiment.Deadline{Deadline: time.Hour, Work: time.Hour}, 1)
	stopsWhenCancelled(t, experiment.Deadline{Deadline: time.Millisecond, Work: time.Hour}, 2)
}

func TestDeadlineRefusesWhatCannotBeRun(t *testing.T) {
	const second, minute = time.Second, time.Minute
	tests := []struct {
		deadline, work time.Duration
		flag           string
	}{
		{second, 3 * second, ""},
		{0, second, "deadline"},
		{-second, second, "deadline"},
		{time.Millisecond, time.Millisecond, ""},
		{5*minute + 1, second, "deadline"},
		{second, 0, "work"},
		{second, 5*minute + 1, "work"},
		{second, 5*minute - second, ""},
		{second, 5 * minute, "work"},
		{5 * minute, 2*minute + 30*second, ""},
		{5 * minute, 2*minute + 31*second, "work"},
		{1<<63 - 1, 1<<63 - 1, "deadline"},
	}
	for _, test := range tests {
		refused(t, experiment.Deadline{Deadline: test.deadline, Work: test.work}, test.flag)
	}
}
