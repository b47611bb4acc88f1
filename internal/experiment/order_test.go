package experiment_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"go.uber.org/goleak"

	"meanwhile/demos"
	"meanwhile/internal/experiment"
	"meanwhile/internal/lab"
	"meanwhile/internal/measure"
	"meanwhile/internal/timeline"
)

// conducted runs an experiment, looks after what holds of each, and returns its result and the rounds that were told.
func conducted(t *testing.T, e experiment.Experiment) (r *experiment.Result, told []string) {
	t.Helper()
	r, err := e.Run(t.Context(), func(p measure.Progress) {
		told = append(told, fmt.Sprintf("%s %d/%d", p.Strategy, p.Round, p.Rounds))
	})
	if err != nil {
		t.Fatal(err)
	}
	if r.Name != e.Name() || !slices.Equal(r.Args, e.Args()) || r.Setting == "" || r.Real == "" || r.Learned == "" {
		t.Errorf("something is not said: %+v", r)
	}
	for _, run := range r.Runs {
		if run.Name == "" || run.Elapsed <= 0 || run.Timeline == nil {
			t.Errorf("a run without name, time or timeline: %+v", run)
		}
		for _, name := range run.Examples {
			if !slices.ContainsFunc(demos.Examples(), func(e demos.Example) bool { return e.Name == name }) {
				t.Errorf("%s names %q, which is no example", run.Name, name)
			}
		}
	}
	return r, told
}

// facts are the values of a result's facts by their names, each of which has words.
func facts(t *testing.T, r *experiment.Result) map[string]float64 {
	t.Helper()
	values := map[string]float64{}
	for _, fact := range r.Facts {
		if _, twice := values[fact.Name]; twice || fact.Words == "" || fact.Unit == "" {
			t.Errorf("a fact that stands there twice, or says too little: %+v", fact)
		}
		values[fact.Name] = fact.Value
	}
	return values
}

// stopsWhenCancelled asserts that an experiment which would take long ends with the cause once a task of the given round is
// under way, and leaves neither a goroutine nor a trace.
func stopsWhenCancelled(t *testing.T, e experiment.Experiment, round int) {
	t.Helper()
	cause := errors.New("enough")
	ctx, cancel := context.WithCancelCause(t.Context())
	defer cancel(nil)
	var watch sync.WaitGroup
	r, err := e.Run(ctx, func(p measure.Progress) {
		if p.Round != round {
			return
		}
		watch.Go(func() {
			for started := false; !started; _, _, started = p.Flight.Task(0) {
				time.Sleep(time.Millisecond)
			}
			cancel(cause)
		})
	})
	watch.Wait()
	if !errors.Is(err, cause) || r != nil {
		t.Errorf("got %v and the error %v, want nothing but the cause", r, err)
	}
	if timeline.Busy() {
		t.Error("the trace goes on")
	}
	goleak.VerifyNone(t)
}

// refused asserts what Check says to settings: an error that names the flag, or nothing where flag is empty.
func refused(t *testing.T, e experiment.Experiment, flag string) {
	t.Helper()
	err := e.Check()
	if flag == "" {
		if err != nil {
			t.Errorf("%+v: %v", e, err)
		}
		return
	}
	problem, ok := errors.AsType[lab.SpecError](err)
	if !ok || !strings.Contains(problem.Error(), "--"+flag) || problem.Problem == "" || problem.Next == "" {
		t.Errorf("%+v: got %v, want a SpecError that names --%s", e, err, flag)
	}
}

func TestOrderCountsWhoseAnswerWasFirst(t *testing.T) {
	for _, collect := range []string{experiment.ByArrival, experiment.BySlot} {
		t.Run(collect, func(t *testing.T) {
			const tasks, runs = 4, 6
			r, told := conducted(t, experiment.Order{Tasks: tasks, Runs: runs, Collect: collect})
			found := facts(t, r)
			if found["tasks"] != tasks || found["runs"] != runs || found["delay"] != 0 {
				t.Errorf("other settings than asked for: %v", found)
			}
			sum, bars := 0.0, r.Charts[0].Bars
			for i := range tasks {
				name := fmt.Sprint("first-", i+1)
				if bars[i].Value != found[name] || bars[i].Label != fmt.Sprint("task ", i+1) {
					t.Errorf("the bar %v is not %s, %v", bars[i], name, found[name])
				}
				if most := found[fmt.Sprint("first-", found["usual-first"])]; found[name] > most {
					t.Errorf("%s is more than that of the usual first: %v", name, found)
				}
				sum += found[name]
			}
			if sum != runs || len(bars) != tasks {
				t.Errorf("%v of %d runs have a first answer, and there are %d bars", sum, runs, len(bars))
			}
			if found["orders"] < 1 || found["orders"] > runs || found["in-order"] > runs || found["ends-in-order"] > runs {
				t.Errorf("more than there were runs: %v", found)
			}
			if want := []string{"run 1 1/6", "run 2 2/6", "run 3 3/6", "run 4 4/6", "run 5 5/6", "run 6 6/6"}; !slices.Equal(told, want) {
				t.Errorf("told %q, want %q", told, want)
			}
		})
	}
}

func TestTheLastRunsHaveLanes(t *testing.T) {
	for runs, want := range map[int][]string{1: {"run 1"}, 3: {"run 1", "run 2", "run 3"}, 5: {"run 3", "run 4", "run 5"}} {
		r, _ := conducted(t, experiment.Order{Tasks: 3, Runs: runs, Collect: experiment.ByArrival})
		var names []string
		for _, run := range r.Runs {
			names = append(names, run.Name)
			if len(run.Timeline.Lanes) != 3 {
				t.Errorf("%s has %d lanes", run.Name, len(run.Timeline.Lanes))
			}
		}
		if diff := cmp.Diff(want, names); diff != "" {
			t.Errorf("of %d runs (-want +got):\n%s", runs, diff)
		}
	}
}

func TestSlotsKeepTheOrderInEveryRun(t *testing.T) {
	r, _ := conducted(t, experiment.Order{Tasks: 5, Delay: time.Millisecond, Runs: 8, Collect: experiment.BySlot})
	found := facts(t, r)
	if found["in-order"] != 8 || found["orders"] != 1 || found["usual-first"] != 1 || found["first-1"] != 8 {
		t.Errorf("answers out of order: %v", found)
	}
	for _, run := range r.Runs {
		if run.Words != "answers in the order 1 2 3 4 5" || run.Examples[0] != "order-slot" {
			t.Errorf("%s: %s, by %v", run.Name, run.Words, run.Examples)
		}
	}
	if !strings.Contains(r.Learned, "a slot each makes the order") {
		t.Errorf("learned %q", r.Learned)
	}
}

func TestALongOrderIsCutShort(t *testing.T) {
	r, _ := conducted(t, experiment.Order{Tasks: 100, Runs: 1, Collect: experiment.BySlot})
	if words := r.Runs[0].Words; words != "answers in the order 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 …" {
		t.Error(words)
	}
}

func TestOrderStopsWhenCancelled(t *testing.T) {
	untraced := experiment.Order{Tasks: 3, Delay: 10 * time.Millisecond, Runs: 1000, Collect: experiment.ByArrival}
	stopsWhenCancelled(t, untraced, 2)
	stopsWhenCancelled(t, experiment.Order{Tasks: 3, Delay: time.Hour, Runs: 2, Collect: experiment.BySlot}, 1)
}

func TestOrderRefusesWhatCannotBeRun(t *testing.T) {
	tests := []struct {
		change func(o *experiment.Order)
		flag   string
	}{
		{func(*experiment.Order) {}, ""},
		{func(o *experiment.Order) { o.Tasks = 1 }, "tasks"},
		{func(o *experiment.Order) { o.Tasks = 2 }, ""},
		{func(o *experiment.Order) { o.Tasks = 100 }, ""},
		{func(o *experiment.Order) { o.Tasks = 101 }, "tasks"},
		{func(o *experiment.Order) { o.Runs = 0 }, "runs"},
		{func(o *experiment.Order) { o.Runs = 1000 }, ""},
		{func(o *experiment.Order) { o.Runs = 1001 }, "runs"},
		{func(o *experiment.Order) { o.Delay = -1 }, "delay"},
		{func(o *experiment.Order) { o.Delay, o.Runs = 5*time.Minute, 1 }, ""},
		{func(o *experiment.Order) { o.Delay, o.Runs = 5*time.Minute+1, 1 }, "delay"},
		{func(o *experiment.Order) { o.Delay = 15 * time.Second }, ""},
		{func(o *experiment.Order) { o.Delay = 16 * time.Second }, "delay"},
		{func(o *experiment.Order) { o.Delay = 1<<63 - 1 }, "delay"},
		{func(o *experiment.Order) { o.Collect = experiment.BySlot }, ""},
		{func(o *experiment.Order) { o.Collect = "luck" }, "collect"},
		{func(o *experiment.Order) { o.Collect = "" }, "collect"},
	}
	for _, test := range tests {
		o := experiment.DefaultOrder()
		test.change(&o)
		refused(t, o, test.flag)
	}
}

func TestAnExperimentTellsHowToRunItAgain(t *testing.T) {
	tests := []struct {
		experiment experiment.Experiment
		want       string
	}{
		{experiment.DefaultOrder(), "demo order"},
		{
			experiment.Order{Tasks: 7, Delay: time.Second, Runs: 3, Collect: experiment.BySlot},
			"demo order --tasks 7 --runs 3 --delay 1s --collect slot",
		},
		{experiment.DefaultDeadline(), "demo deadline"},
		{experiment.Deadline{Deadline: 2 * time.Second, Work: time.Minute}, "demo deadline --deadline 2s --work 1m0s"},
		{experiment.DefaultErrors(), "demo errors"},
		{
			experiment.Errors{Tasks: 2, Delay: 2 * time.Second, FailAfter: time.Second, Deaf: true},
			"demo errors --tasks 2 --delay 2s --fail-after 1s --deaf",
		},
	}
	for _, test := range tests {
		if got := strings.Join(test.experiment.Args(), " "); got != test.want {
			t.Errorf("got %q, want %q", got, test.want)
		}
	}
}
