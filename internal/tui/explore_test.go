package tui

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"
	"unicode/utf8"

	tea "charm.land/bubbletea/v2"

	"meanwhile/internal/lab"
	"meanwhile/internal/measure"
	"meanwhile/internal/predict"
	"meanwhile/internal/report"
	"meanwhile/internal/term"
	"meanwhile/internal/timeline"
)

// aBench is a bench of a workload and a strategy, in a window of 120 columns and 40 lines. Nothing runs on it.
func aBench(workload, strategy string) explorer {
	plan := measure.DefaultPlan()
	plan.Workloads, plan.Strategies = []string{workload}, []string{strategy}
	m := newExplorer(report.Layout{Width: 120}, plan, nil)
	m.height = 40
	m.begin = func(int, measure.Plan) (stop func()) { return func() {} }
	return m
}

// pressed is the bench after keys.
func pressed(m explorer, keys ...string) explorer {
	for _, key := range keys {
		next, _ := m.key(key)
		m = next.(explorer)
	}
	return m
}

// told is the bench after messages.
func told(m explorer, messages ...tea.Msg) explorer {
	for _, message := range messages {
		next, _ := m.Update(message)
		m = next.(explorer)
	}
	return m
}

// chosen is the bench with a dial chosen, by its name.
func chosen(t *testing.T, m explorer, name string) explorer {
	t.Helper()
	m = pressed(m, "up", "up", "up", "up", "up", "up", "up", "up")
	for range m.dials {
		if m.dials[m.chosen].name == name {
			return m
		}
		m = pressed(m, "down")
	}
	t.Fatalf("the dial %s cannot be chosen for %s by %s", name, m.plan.Workloads[0], m.plan.Strategies[0])
	return m
}

// applying is a bench on which a dial applies.
func applying(t *testing.T, name string) explorer {
	t.Helper()
	workload, strategy := "network", "limited"
	switch name {
	case "GOMAXPROCS":
		workload = "cpu"
	case "pool":
		workload = "database"
	}
	return chosen(t, aBench(workload, strategy), name)
}

func dialNames() []string {
	var names []string
	for _, dial := range dials(1) {
		names = append(names, dial.name)
	}
	return names
}

func (m explorer) value() int64 { return m.dials[m.chosen].get(m.plan) }

func TestEveryDialTurnsBothWaysAndStopsAtItsEnds(t *testing.T) {
	for _, name := range dialNames() {
		t.Run(name, func(t *testing.T) {
			m := pressed(applying(t, name), "home")
			steps := m.dials[m.chosen].steps
			if !slices.IsSorted(steps) || len(slices.Compact(slices.Clone(steps))) != len(steps) {
				t.Fatalf("the steps do not ascend: %v", steps)
			}
			// A turn of the workload may take the limit away, and a turn back brings it again: only the dial's own value counts.
			up := []int64{m.value()}
			for range steps {
				m = pressed(m, "right")
				up = append(up, m.value())
			}
			down := []int64{m.value()}
			for range steps {
				m = pressed(m, "left")
				down = append(down, m.value())
			}
			if want := append(slices.Clone(steps), steps[len(steps)-1]); !slices.Equal(up, want) {
				t.Errorf("turned to the right it shows %v, want %v", up, want)
			}
			slices.Reverse(down)
			if want := append([]int64{steps[0]}, steps...); !slices.Equal(down, want) {
				t.Errorf("turned to the left it shows, from behind, %v, want %v", down, want)
			}
			if m = pressed(m, "end"); m.value() != steps[len(steps)-1] || m.dials[m.chosen].canTurn(m.plan, 1) {
				t.Errorf("its end is %d, want %d", m.value(), steps[len(steps)-1])
			}
			if m = pressed(m, "pgdown"); m.value() != steps[max(0, len(steps)-1-far)] {
				t.Errorf("a large step leads to %d", m.value())
			}
		})
	}
}

func TestAValueBetweenTwoStepsGoesToTheNextOne(t *testing.T) {
	plan := measure.DefaultPlan()
	plan.Workloads, plan.Strategies = []string{"sleep"}, []string{"limited"}
	plan.Spec.Tasks, plan.Spec.Delays, plan.Limit = 7, []time.Duration{0}, 9000
	m := newExplorer(report.Layout{Width: 80}, plan, nil)
	for _, c := range []struct {
		dial, key string
		want      int64
	}{
		{"tasks", "right", 8},
		{"tasks", "left", 5},
		{"delay", "left", 0}, // below its first step it can only go up
		{"delay", "right", int64(time.Millisecond)},
		{"limit", "right", 9000},
		{"limit", "left", 500},
		{"limit", "home", 1},
	} {
		if got := pressed(chosen(t, m, c.dial), c.key).value(); got != c.want {
			t.Errorf("%s, turned %s, shows %d, want %d", c.dial, c.key, got, c.want)
		}
	}
}

func TestWhichDialsApply(t *testing.T) {
	for _, c := range []struct{ workload, strategy, want string }{
		{"sleep", "sequential", "workload strategy tasks delay"},
		{"sleep", "goroutines", "workload strategy tasks delay"},
		{"sleep", "limited", "workload strategy tasks delay limit"},
		{"file", "workers", "workload strategy tasks limit"},
		{"network", "errgroup", "workload strategy tasks delay jitter limit"},
		{"database", "goroutines", "workload strategy tasks delay pool"},
		{"cpu", "limited", "workload strategy tasks delay limit GOMAXPROCS"},
	} {
		m := aBench(c.workload, c.strategy)
		reached := []string{m.dials[m.chosen].name}
		for range m.dials {
			if m = pressed(m, "down"); reached[len(reached)-1] != m.dials[m.chosen].name {
				reached = append(reached, m.dials[m.chosen].name)
			}
		}
		if got := strings.Join(reached, " "); got != c.want {
			t.Errorf("%s by %s has %s, want %s", c.workload, c.strategy, got, c.want)
		}
		if got := strings.Count(screenOf(m), "–\n") + strings.Count(screenOf(m), "–  "); got != len(m.dials)-len(reached) {
			t.Errorf("%s by %s shows %d dials that do not apply, want %d:\n%s",
				c.workload, c.strategy, got, len(m.dials)-len(reached), screenOf(m))
		}
	}
}

// screenOf is what the bench shows.
func screenOf(m explorer) string {
	lines := strings.Split(m.View().Content, "\n")
	for i, line := range lines {
		lines[i] = strings.TrimRight(line, " ")
	}
	return strings.Join(lines, "\n")
}

// sees fails unless each pattern is on the screen.
func sees(t *testing.T, m explorer, patterns ...string) {
	t.Helper()
	for _, pattern := range patterns {
		if !regexp.MustCompile("(?m)" + pattern).MatchString(screenOf(m)) {
			t.Errorf("no %s on the screen:\n%s", pattern, screenOf(m))
		}
	}
}

func TestEveryTurnRedrawsThePrediction(t *testing.T) {
	for _, name := range dialNames() {
		if name == "GOMAXPROCS" && runtime.NumCPU() == 1 {
			continue // there is nothing to turn
		}
		m := pressed(applying(t, name), "home")
		before := m.picture().draw(30)
		m = pressed(m, "right")
		if slices.Equal(before, m.picture().draw(30)) {
			t.Errorf("a turn of %s changes nothing in the picture:\n%s", name, screenOf(m))
		}
	}
}

func TestThePredictionIsDrawnAsItIsPredicted(t *testing.T) {
	m := aBench("sleep", "limited")
	sees(t, m, `^  predicted  limited  90\.0 ms · 4 at once`,
		`^    1  ·{30,35}$`, `^    5  ▒{30,35}·{30,35}$`, `^   10  ▒{60,70}·{30,35}$`, `^  end +│─+│$`,
		`^  predicted: 85\.5–95\.5 ms \(4 at a time: 3 turns of 30\.0 ms\), from the delays alone$`,
		`^  one after the other would take 300 ms: this is 3\.33× as fast$`, `^  Enter runs it for real, in about 570 ms$`)
	sees(t, aBench("sleep", "sequential"), `^    2   +·+$`, `300 ms · 1 at once · 100 % waiting$`)
	two := aBench("cpu", "goroutines")
	two.plan.Procs = []int{2} // whatever this machine has
	sees(t, two.predict(), `^    1  █+$`, ` 100 % running · 60\.0 ms queued before its start, on average$`)
	sees(t, pressed(chosen(t, aBench("database", "goroutines"), "pool"), "home"), `^   10  ▒+·+$`)
	sees(t, aBench("file", "goroutines"), `^  nothing is known of a disk before it is asked: Enter runs it$`)
}

// What is predicted before anything is set up is about what will be set up.
func TestAPredictionKnowsWhatTheLabWillSay(t *testing.T) {
	for _, workload := range lab.Workloads() {
		for _, spec := range []lab.Spec{
			{Tasks: 3, Jitter: time.Millisecond, Seed: 7, Size: 1, Pool: 2, Dir: t.TempDir(), Work: 1},
			{Tasks: 2, Delays: []time.Duration{time.Millisecond, 2 * time.Millisecond}, Size: 1, Pool: 9, Dir: t.TempDir(), Work: 1},
		} {
			opened, err := workload.Open(context.Background(), spec)
			if err != nil {
				t.Fatal(err)
			}
			got := spec.Model(workload.Name, runtime.GOMAXPROCS(0))
			want := predict.Model{Delays: opened.Delays, Slots: opened.Slots, Shared: opened.Shared}
			if fmt.Sprint(got) != fmt.Sprint(want) {
				t.Errorf("%s: known is %v, and the lab says %v", workload.Name, got, want)
			}
			if err := opened.Close(); err != nil {
				t.Error(err)
			}
		}
	}
}

// ran is the bench after a run of what its dials say, in which each task waited for so long, beside a prediction.
func ran(t *testing.T, m explorer, each time.Duration, outcome measure.Outcome) explorer {
	t.Helper()
	m = pressed(m, "enter")
	if !m.run.underWay {
		t.Fatalf("nothing runs:\n%s", screenOf(m))
	}
	lanes := make([]timeline.Lane, m.run.plan.Spec.Tasks)
	for i := range lanes {
		lanes[i] = timeline.Lane{{State: timeline.Waiting, End: each, Why: 1}}
	}
	result := measure.Result{
		Workload: m.run.plan.Workloads[0], Tasks: len(lanes), Procs: m.procs, Real: "a test", Delays: []time.Duration{each},
		Alone: slices.Repeat([]time.Duration{each}, len(lanes)),
		Rows: []measure.Row{{
			Strategy: m.run.plan.Strategies[0], Elapsed: measure.Estimate{Median: float64(each)},
			Predicted: &predict.Interval{Low: 28 * time.Millisecond, High: 33 * time.Millisecond}, Why: "as long as one",
			Verdict:  measure.Verdict{Outcome: outcome, Words: string(outcome) + " by a test"},
			Timeline: &timeline.Timeline{Elapsed: each, Lanes: lanes, Reasons: []string{"", "sleeping"}, Places: []string{""}},
		}},
	}
	comparison := measure.New(m.run.plan, "a test")
	comparison.Results = []measure.Result{result}
	return told(m, exploreEnd{number: m.run.number, comparison: comparison})
}

func TestWhatWasMeasuredIsLaidOverWhatWasPredicted(t *testing.T) {
	m := ran(t, aBench("sleep", "goroutines"), 31*time.Millisecond, measure.Inside)
	sees(t, m, `^  measured over predicted  goroutines  31\.0 ms under the tracer · 10 at once · 100 % waiting \(sleeping\)$`,
		`^    1  ·+$`, `^  end +│─*×─*│$`, `^  predicted 28\.0–33\.0 ms, measured 31\.0 ms: inside by a test$`, `░ only predicted`)

	// What came beside the delays counts from now on; the lanes of the run belong to what the dials said then.
	m = pressed(chosen(t, m, "delay"), "right")
	sees(t, m, `^  predicted  goroutines  51\.0 ms `, `from the delays, and what tasks took beside them`)
	if m.row() != nil {
		t.Error("the measured lanes are still there")
	}
	if m = pressed(m, "home", "left"); m.row() != nil {
		t.Error("the measured lanes are back")
	}
	if m.last == nil {
		t.Error("what was measured cannot be written any more")
	}
}

func TestAShadowStandsWhereSomethingWasPredictedAndDidNotCome(t *testing.T) {
	for _, c := range []struct {
		style term.Style
		sign  string
	}{{term.Style{}, "░"}, {asciiStyle(), ":"}} {
		m := aBench("sleep", "goroutines")
		m.layout.Style = c.style
		// The run teaches what a task takes alone. Here that is set back, so that the prediction stays.
		m = ran(t, m, 10*time.Millisecond, measure.Faster)
		m.prediction = m.before
		m = m.rescale()
		sees(t, m, `^    1  [·.]{27,32}`+c.sign+`{55,65}$`,
			`^  predicted 28\.0[–-]33\.0 ms, measured 10\.0 ms, 18\.0 ms less; faster by a test$`)
	}
	m := ran(t, aBench("sleep", "goroutines"), 66*time.Millisecond, measure.Slower)
	sees(t, m, `measured 66\.0 ms, 33\.0 ms more; slower by a test$`, `^  end +│─*│ *×$|^  end +│─*×─*│$`,
		`; from the delays alone, it was$`, `^  28\.5–32\.5 ms$`)
}

func TestABandHasTheShadowOfItsOwnTasks(t *testing.T) {
	m := aBench("sleep", "goroutines")
	m = ran(t, pressed(chosen(t, m, "tasks"), "end"), 31*time.Millisecond, measure.Inside)
	o := m.picture()
	rows := report.Fold(o.front(), 9, 3)
	beneath := o.beneath(rows)
	tasks := 0
	for i, row := range rows {
		if len(beneath[i]) != len(row.Lanes) {
			t.Errorf("%q has %d lanes over %d", row.Label, len(row.Lanes), len(beneath[i]))
		}
		tasks += len(beneath[i])
	}
	if tasks != MostExplored {
		t.Errorf("%d tasks are beneath, want %d", tasks, MostExplored)
	}
}

func TestALongerDelayOfTheCPUIsMoreOfTheSameWork(t *testing.T) {
	m := aBench("cpu", "sequential")
	sees(t, m, `^  predicted  sequential  300 ms `)
	m = ran(t, m, 33*time.Millisecond, measure.Inside)
	if m = pressed(chosen(t, m, "delay"), "right", "right"); m.prediction.timeline.Elapsed != 1100*time.Millisecond {
		t.Errorf("ten tasks of 33 ms where 30 were asked for should take 1.1 s where 100 are, not %v", m.prediction.timeline.Elapsed)
	}
}

// runsOn lets a bench run for real. Its messages come through the channel, and all runs have ended when the test has.
func runsOn(t *testing.T, m explorer) (explorer, chan tea.Msg) {
	t.Helper()
	messages := make(chan tea.Msg, 1000)
	var runs sync.WaitGroup
	ctx, cancel := context.WithCancel(context.Background())
	m.begin = func(number int, plan measure.Plan) (stop func()) {
		ctx, stop := context.WithCancel(ctx)
		tell := func(message tea.Msg) { messages <- message }
		runs.Go(func() { tell(try(ctx, number, plan, "a test", tell)) })
		return stop
	}
	t.Cleanup(func() { cancel(); runs.Wait() })
	return m, messages
}

// finished is the bench once its run has ended.
func finished(m explorer, messages chan tea.Msg) explorer {
	for m.run.underWay {
		m = told(m, <-messages)
	}
	return m
}

func TestEnterRunsItForReal(t *testing.T) {
	for _, c := range []struct{ workload, strategy string }{
		{"sleep", "goroutines"},
		{"sleep", "sequential"},
		{"network", "limited"},
		{"database", "workers"},
		{"file", "errgroup"},
		{"cpu", "limited"},
	} {
		t.Run(c.workload, func(t *testing.T) {
			m := aBench(c.workload, c.strategy)
			m.plan.Spec.Tasks, m.plan.Spec.Delays, m.plan.Spec.Dir = 5, []time.Duration{2 * time.Millisecond}, t.TempDir()
			if c.workload == "file" {
				m.plan.Spec.Delays = nil
			}
			if c.workload == "cpu" {
				m.plan.Procs = []int{1}
			}
			m, messages := runsOn(t, m.predict())
			procs := runtime.GOMAXPROCS(0)
			m = pressed(m, "enter")
			sees(t, m, `^  running: setting up…$`)
			m = finished(m, messages)
			row := m.row()
			if row == nil {
				t.Fatalf("nothing was measured:\n%s", screenOf(m))
			}
			sees(t, m, `^  measured over predicted  `+c.strategy, `^  predicted \S+.*, measured \S+ [mµ]?s[:,;]`)
			if m.prediction.interval != *row.Predicted {
				t.Errorf("drawn is %v, and measure predicted %v", m.prediction.interval, *row.Predicted)
			}
			if got := len(row.Timeline.Lanes); got != 5 {
				t.Errorf("%d lanes, want 5", got)
			}
			if got := runtime.GOMAXPROCS(0); got != procs {
				t.Errorf("GOMAXPROCS is %d now, and was %d", got, procs)
			}
		})
	}
}

func TestATurnStopsARunAndEnterStartsTheNext(t *testing.T) {
	m := aBench("sleep", "goroutines")
	m.plan.Spec.Tasks, m.plan.Spec.Delays = 2, []time.Duration{time.Hour}
	m, messages := runsOn(t, m.predict())
	m = chosen(t, m, "delay")
	m = told(pressed(m, "enter"), <-messages)
	sees(t, m, `^  running: warming up… \(about 5h0m0s in all; a turn of a dial stops it\)$`)
	m = pressed(m, "home", "enter", "enter")
	sees(t, m, `^  stopping the run…$`)
	m = finished(m, messages)
	if row := m.row(); row == nil || row.Timeline.Elapsed > time.Hour/2 || m.run.number != 2 {
		t.Errorf("run %d gave %+v", m.run.number, row)
	}
	// The end of a run that nobody waits for changes nothing.
	if after := told(m, exploreEnd{number: 1, err: errors.New("late")}); screenOf(after) != screenOf(m) {
		t.Errorf("it shows now\n%s", screenOf(after))
	}
}

func TestARunThatFailsIsToldInALine(t *testing.T) {
	m := pressed(aBench("network", "goroutines"), "enter")
	m = told(m, exploreEnd{number: 1, err: errors.New("the server \x1b[31mwent away")})
	sees(t, m, `^  the server \x{fffd}\[31mwent away$`, `^  predicted  goroutines `)
	if m.run.underWay || m.row() != nil {
		t.Error("it is not as before the run")
	}
	if m = pressed(m, "right"); strings.Contains(screenOf(m), "went away") {
		t.Errorf("it is still told:\n%s", screenOf(m))
	}
}

func TestWhatCannotBeRunIsRefusedAtTheTurn(t *testing.T) {
	m := aBench("sleep", "limited")
	m.plan.Spec.Size = 0 // out of range, whatever the machine has
	m = pressed(chosen(t, m, "tasks"), "right")
	m.begin = func(int, measure.Plan) func() { t.Error("it runs"); return func() {} }
	m = pressed(m, "enter")
	sees(t, m, `^  a file of 0 bytes is out of range; give --size from 1B to 1GiB$`, `^  predicted  limited `)
}

func TestARecordingOfTheLastRunIsWritten(t *testing.T) {
	m := aBench("sleep", "goroutines")
	m.save = func(*measure.Comparison) (string, error) { t.Error("it saves"); return "", nil }
	m = pressed(m, "w")
	sees(t, m, `^  nothing to write yet: Enter runs what the dials say$`)
	m = ran(t, m, 31*time.Millisecond, measure.Inside)
	var saved *measure.Comparison
	m.save = func(c *measure.Comparison) (string, error) { saved = c; return "here\x1b.json", nil }
	m = pressed(m, "right", "w")
	sees(t, m, `^  wrote here\x{fffd}\.json, for 'meanwhile replay'$`)
	if saved == nil || saved.Results[0].Workload != "sleep" || !slices.Equal(saved.Plan.Strategies, []string{"goroutines"}) {
		t.Errorf("saved is %+v", saved)
	}
	m.save = func(*measure.Comparison) (string, error) { return "", errors.New("the disk is full") }
	sees(t, pressed(m, "w"), `^  the disk is full$`)
}

func TestLeavingTellsTheComparisonThatDoesTheSame(t *testing.T) {
	for _, c := range []struct {
		workload, strategy string
		change             func(*measure.Plan)
		want               string
	}{
		{"sleep", "goroutines", func(*measure.Plan) {}, "compare sleep --strategy sequential,goroutines"},
		{"sleep", "sequential", func(*measure.Plan) {}, "compare sleep --strategy sequential"},
		{"network", "limited", func(p *measure.Plan) {
			p.Spec.Tasks, p.Spec.Delays, p.Spec.Jitter, p.Limit = 20, []time.Duration{50 * time.Millisecond}, 0, 8
		}, "compare network --strategy sequential,limited --tasks 20 --delay 50ms --jitter 0s --limit 8"},
		// What does not apply is left out: compare would refuse it.
		{"file", "goroutines", func(p *measure.Plan) {
			p.Spec.Delays, p.Spec.Jitter, p.Spec.Pool, p.Procs, p.Limit = []time.Duration{time.Second}, 0, 2, []int{1}, 8
		}, "compare file --strategy sequential,goroutines"},
		{"database", "workers", func(p *measure.Plan) { p.Spec.Pool, p.Spec.Jitter = 2, 0 }, "compare database --strategy sequential,workers --pool 2"},
	} {
		m := aBench(c.workload, c.strategy)
		c.change(&m.plan)
		if got := strings.Join(m.comparison().Args(), " "); got != c.want {
			t.Errorf("got  %s\nwant %s", got, c.want)
		}
	}
}

func TestSourceAndHelpAreShownAndLeft(t *testing.T) {
	m := pressed(aBench("network", "limited"), "s")
	sees(t, m, `^  limited  demos/strategies\.go:\d+$`, `^  func Limited\(limit int\) Strategy \{$`, `^  network  demos/tasks\.go:\d+$`)
	if m = pressed(m, "s"); m.page != benchPage {
		t.Error("s does not lead back")
	}
	m.height = 16
	m = pressed(m, "?", "end", "down")
	sees(t, m, `^  lines \d+–(\d+) of \d+  `, `from then on it counts`)
	m = pressed(m, "home", "up")
	sees(t, m, `^meanwhile explore$`)
	next, command := m.key("esc")
	if next.(explorer).page != benchPage || command != nil {
		t.Error("Esc does not lead back to the bench")
	}
	if _, command = next.(explorer).key("esc"); command == nil {
		t.Error("Esc does not leave the bench")
	}
}

// styled is a style as flags ask for it.
func styled(colour term.Colour, ascii bool) term.Style {
	streams := &term.Streams{}
	streams.Decide(colour, ascii)
	return streams.Style
}

func asciiStyle() term.Style { return styled(term.Never, true) }

var colours = regexp.MustCompile(`\x1b\[[0-9;]*m`)

func TestTheBenchFitsTheWindow(t *testing.T) {
	benches := map[string]explorer{
		"file":     aBench("file", "limited"),
		"database": ran(t, aBench("database", "goroutines"), 90*time.Millisecond, measure.Slower),
		"many":     ran(t, pressed(chosen(t, aBench("network", "workers"), "tasks"), "end"), 29*time.Millisecond, measure.Inside),
		"one":      ran(t, pressed(chosen(t, aBench("cpu", "sequential"), "tasks"), "home"), 29*time.Millisecond, measure.Faster),
		"running":  pressed(aBench("network", "errgroup"), "enter"),
		"source":   pressed(aBench("network", "workers"), "s"),
		"help":     pressed(aBench("sleep", "limited"), "?"),
	}
	for name, bench := range benches {
		for _, style := range []term.Style{{}, asciiStyle(), styled(term.Always, false)} {
			for _, size := range [][2]int{{120, 40}, {80, 24}, {60, 20}, {54, 14}, {200, 60}, {53, 13}, {10, 3}, {1, 1}, {0, 0}} {
				bench.layout.Style = style
				m := told(bench, tea.WindowSizeMsg{Width: size[0], Height: size[1]})
				plain := colours.ReplaceAllString(m.View().Content, "")
				lines := strings.Split(plain, "\n")
				if len(lines) > max(1, size[1]) {
					t.Errorf("%s has %d lines in a window of %v", name, len(lines), size)
				}
				for _, line := range lines {
					if utf8.RuneCountInString(line) > size[0] {
						t.Errorf("%s, in a window of %v, has the line %q", name, size, line)
					}
				}
				if size[1] >= 20 && bench.page == benchPage && !strings.Contains(plain, "q quit") {
					t.Errorf("%s, in a window of %v, does not say how to leave:\n%s", name, size, plain)
				}
				if i := strings.IndexFunc(plain, func(r rune) bool { return r >= utf8.RuneSelf }); style == asciiStyle() && i >= 0 {
					t.Errorf("%s is not ASCII: %q", name, plain[i:min(len(plain), i+20)])
				}
			}
		}
	}
}

func TestAUsualWindowShowsTheUsualTasksOneByOne(t *testing.T) {
	for _, workload := range []string{"sleep", "network", "database", "cpu"} {
		m := aBench(workload, "goroutines")
		for _, m := range []explorer{m, ran(t, m, 31*time.Millisecond, measure.Inside)} {
			m = told(m, tea.WindowSizeMsg{Width: 80, Height: 24})
			sees(t, m, `^    9  `, `^   10  `, `^  predicted:? `)
		}
	}
}
