package measure

import (
	"math"
	"strings"
	"testing"
	"time"

	"meanwhile/internal/lab"
	"meanwhile/internal/predict"
)

// made is a result as a workload would give it: how long each strategy took in milliseconds, round by round.
func made(workload string, waiting float64, sequential, goroutines []float64) *Result {
	rounds := func(ms []float64) []Round {
		var rounds []Round
		for _, x := range ms {
			elapsed := time.Duration(x * float64(time.Millisecond))
			rounds = append(rounds, Round{Usage: Usage{Elapsed: elapsed, CPU: elapsed}, InTasks: elapsed})
		}
		return rounds
	}
	r := &Result{Workload: workload, Procs: 2, Tasks: 10, Delays: []time.Duration{0}, Alone: []time.Duration{30 * time.Millisecond}}
	base, fast := rounds(sequential), rounds(goroutines)
	speedup := estimate(ratios(base, fast))
	r.Rows = []Row{
		{Strategy: Baseline, Slots: 1, Rounds: base, Elapsed: estimate(nanoseconds(base)), Waiting: waiting},
		{Strategy: "goroutines", Rounds: fast, Elapsed: estimate(nanoseconds(fast)), Waiting: waiting, Speedup: &speedup},
	}
	return r
}

func six(x float64) []float64 { return []float64{x, x, x, x, x, x} }

func TestTheSentenceFollowsFromTheNumbers(t *testing.T) {
	mixed := made("network", 0.99, six(30), six(1800))
	limited := made("network", 0.99, six(30), six(15)).Rows[1]
	limited.Strategy = "limited"
	mixed.Rows = append(mixed.Rows, limited)
	unpaired := made("file", 0.9, []float64{10, 10, 10, 40, 40, 40}, []float64{5, 5, 5, 20, 20, 5})
	alone := made("sleep", 0.99, six(300), six(30))
	alone.Rows = alone.Rows[1:]
	without := made("sleep", 0.99, six(500), six(300))
	without.Rows[0].Strategy, without.Rows[1].Speedup = "limited", nil
	oneCore := made("cpu", 0.01, six(300), six(280))
	oneCore.Procs = 1
	cases := []struct {
		name   string
		result *Result
		want   string
	}{
		{"waiting overlapped", made("sleep", 0.99, six(300), six(30)), "the others went on: 30.0 ms by goroutines instead of 300 ms, 10.0× as fast."},
		{"the times are not the ratio's", unpaired, "in the same round it was typically 2.00× as fast"},
		{"one strategy alone", alone, "goroutines took 30.0 ms; to see what that gains, measure sequential beside it: --strategy sequential,goroutines."},
		{"two without sequential", without, "limited took 500 ms, goroutines took 300 ms. Sequential, which a speed-up is told by, was not measured."},
		{"the same work did not gain", made("sleep", 0.99, six(300), six(300)), "together the tasks wait for each other"},
		{"a gain of one percent is none", made("sleep", 0.99, six(300), six(297)), "no difference that counts"},
		{"the same work was slower", made("sleep", 0.99, six(300), six(600)), "By goroutines they were slower, 0.50×"},
		{"one strategy gained and another lost", mixed, "limited was 2.00× as fast as sequential, but goroutines was 0.02×"},
		{"computing gained by the cores", made("cpu", 0.01, six(300), six(150)), "here 2.00× as fast on 2 cores"},
		{"computing did not gain", made("cpu", 0.01, six(300), six(300)), "the other cores did not help"},
		{"computing on one core", oneCore, "hardly more than none"},
		{"computing gained more than can be", made("cpu", 0.01, six(300), six(30)), "more than 2 cores and little waiting explain"},
		{"the rounds contradict each other", made("sleep", 0.99, six(300), []float64{30, 600, 30, 600, 30, 600}), "differ too much to tell"},
		{"too few rounds", made("sleep", 0.99, six(300)[:3], six(30)[:3]), "fewer than 6 rounds are too few to be sure"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			if got := learn(c.result); !strings.Contains(got, c.want) {
				t.Errorf("got  %q\nwant one with %q", got, c.want)
			}
		})
	}
}

func TestTheSentenceOfAllFollowsFromTheirNumbers(t *testing.T) {
	gained, cored := made("network", 0.99, six(300), six(30)), made("cpu", 0.01, six(300), six(150))
	same, slower := made("file", 0.4, six(300), six(300)), made("database", 0.4, six(300), six(600))
	got := Learn([]Result{*gained, *cored, *same, *slower})
	want := "Waiting overlaps (network 10.0×); computing gains by the cores alone (cpu 2.00×); " +
		"together can be slower (database 0.50×); no difference that counts for file."
	if got != want {
		t.Errorf("got  %q\nwant %q", got, want)
	}
	unclear := made("sleep", 0.99, six(300)[:2], six(30)[:2])
	if got := Learn([]Result{*unclear, *unclear}); !strings.Contains(got, "nothing can be said for sure") {
		t.Errorf("of two rounds each it says %q", got)
	}
}

func TestAVerdictNamesTheAssumptionThatBroke(t *testing.T) {
	const ms = time.Millisecond
	interval := &predict.Interval{Low: 28 * ms, High: 32 * ms}
	cases := []struct {
		name       string
		workload   string
		slots      int
		tasks      int
		round      Round
		outcome    Outcome
		assumption Assumption
		words      string
	}{
		{"inside", "sleep", 0, 10, Round{Usage: Usage{Elapsed: 30 * ms}}, Inside, "", "as predicted"},
		{
			"starting them took the time", "sleep", 0, 100_000,
			Round{Usage: Usage{Elapsed: 100 * ms}, Launched: 65 * ms, MostInFlight: 48_000},
			Slower, FreeLaunch, "starting 100000 tasks took 65.0 ms, so no more than 48000 were under way",
		},
		{
			"system calls kept the cores", "file", 0, 10,
			Round{Usage: Usage{Elapsed: 100 * ms}, Launched: 65 * ms, MostInFlight: 2},
			Slower, FreeLaunch, "no more than 2 were under way at once: a task in a system call keeps a core",
		},
		{
			"the cores were busy", "network", 0, 10,
			Round{Usage: Usage{Elapsed: 100 * ms, CPU: 190 * ms}, InTasks: 900 * ms, MostInFlight: 10},
			Slower, IdleCores, "busy for 95 %",
		},
		{
			"somebody else had the cores", "cpu", 0, 10,
			Round{Usage: Usage{Elapsed: 100 * ms, CPU: 60 * ms}, InTasks: 900 * ms},
			Slower, SameMachine, "gave 30 % of 2 cores",
		},
		{
			"one core was kept busy, and is all that one task needs", "cpu", 1, 10,
			Round{Usage: Usage{Elapsed: 100 * ms, CPU: 100 * ms}, InTasks: 900 * ms},
			Slower, SameMachine, "3.00× as long as in the warm-up",
		},
		{
			"the tasks hindered each other", "file", 0, 10,
			Round{Usage: Usage{Elapsed: 100 * ms}, InTasks: 900 * ms},
			Slower, Independent, "3.00× as long as alone; they share the disk",
		},
		{
			"the tasks did not hinder each other", "file", 4, 10,
			Round{Usage: Usage{Elapsed: 100 * ms}, InTasks: 300 * ms},
			Slower, FreeLaunch, "by 68.0 ms, though a task took no longer",
		},
		{
			"one after the other was slower than in the warm-up", "sleep", 1, 10,
			Round{Usage: Usage{Elapsed: 100 * ms}, InTasks: 900 * ms},
			Slower, SameMachine, "3.00× as long as in the warm-up",
		},
		{"together was faster", "file", 0, 10, Round{Usage: Usage{Elapsed: 10 * ms}}, Faster, Independent, "better than one by one"},
		{"one after the other was faster", "file", 1, 10, Round{Usage: Usage{Elapsed: 10 * ms}}, Faster, SameMachine, "cached"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			rounds := []Round{c.round, c.round, c.round, c.round, c.round, c.round}
			row := &Row{Slots: c.slots, Rounds: rounds, Elapsed: estimate(nanoseconds(rounds)), Predicted: interval}
			r := &Result{Workload: c.workload, Procs: 2, Tasks: c.tasks, Alone: []time.Duration{30 * ms}}
			got := judge(r, row, lab.Workload{Shares: "the disk", Blocks: c.workload == "file"})
			if got.Outcome != c.outcome || got.Assumption != c.assumption || !strings.Contains(got.Words, c.words) {
				t.Errorf("got %+v, want %s, %q, with %q", got, c.outcome, c.assumption, c.words)
			}
		})
	}
}

func TestAGuessShowsTheBeliefBehindIt(t *testing.T) {
	const ms = time.Millisecond
	sleep, cpu := made("sleep", 0.99, six(300), six(30)), made("cpu", 0.01, six(300), six(150))
	limited, pool := made("sleep", 0.99, six(300), six(150)), made("database", 0.99, six(300), six(90))
	limited.Rows[1].Slots = 2
	noisy := made("cpu", 0.01, six(300), six(450))
	noisy.Rows[1].Predicted = &predict.Interval{Low: 140 * ms, High: 160 * ms}
	cases := []struct {
		name   string
		result *Result
		guess  time.Duration
		right  bool
		want   string
	}{
		{"a good guess shows none", sleep, 32 * ms, true, ""},
		{"a guess inside the prediction is good, whatever the machine did", noisy, 150 * ms, true, ""},
		{"the sum: waiting is thought to block", sleep, 300 * ms, false, "M1"},
		{"far off shows none", sleep, 5 * time.Second, false, ""},
		{"one task's time for work that computes", cpu, 30 * ms, false, "M3"},
		{"less than no gain for work that computes shows none", noisy, 300 * ms, false, ""},
		{"one task's time in spite of a limit of our own", limited, 30 * ms, false, ""},
		{"one task's time in spite of a pool", pool, 30 * ms, false, "M6"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			got := c.result.Judge(Guess{Elapsed: c.guess, Strategy: "goroutines"})
			id := ""
			if got.Misconception != nil {
				id = got.Misconception.ID
			}
			if got.Right != c.right || id != c.want {
				t.Errorf("right %v, misconception %q; want %v, %q", got.Right, id, c.right, c.want)
			}
		})
	}
}

func TestNumbersAreWrittenInThreeDigits(t *testing.T) {
	for d, want := range map[time.Duration]string{
		0: "0 ns", 999: "999 ns", 1500: "1.50 µs", 30_500_000: "30.5 ms", 312_400_000: "312 ms", 999_960_000: "1.00 s",
		1_200_000_000: "1.20 s", 125 * time.Second: "2m5s", 59_996 * time.Millisecond: "1m0s", -1500: "-1.50 µs",
		math.MinInt64: "-2562047h47m16.854775807s",
	} {
		if got := Human(d); got != want {
			t.Errorf("Human(%d) = %q, want %q", d, got, want)
		}
	}
	for share, want := range map[float64]string{0: "0 %", 0.004: "0.4 %", 0.5: "50 %", 1: "100 %"} {
		if got := Percent(share); got != want {
			t.Errorf("Percent(%v) = %q, want %q", share, got, want)
		}
	}
}
