package tui

import (
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"

	"meanwhile/internal/measure"
	"meanwhile/internal/predict"
	"meanwhile/internal/term"
	"meanwhile/internal/timeline"
)

// BenchmarkExploreFrame draws a frame of 50 measured lanes over as many predicted ones.
func BenchmarkExploreFrame(b *testing.B) {
	m := aBench("network", "limited")
	m.plan.Spec.Tasks = 50
	m.layout.Style = styled(term.Always, false)
	m = told(m.predict(), tea.WindowSizeMsg{Width: 120, Height: 70})
	m = told(pressed(m, "enter"), exploreEnd{number: 1, comparison: aRun(m.trial())})
	if rows := len(m.prediction.timeline.Lanes); rows != 50 || m.row() == nil {
		b.Fatalf("%d lanes, measured: %t", rows, m.row() != nil)
	}
	for b.Loop() {
		m.View()
	}
}

// BenchmarkExploreTurn turns a dial of as many tasks as there can be, and draws what that gives.
func BenchmarkExploreTurn(b *testing.B) {
	m := aBench("network", "limited")
	m.plan.Spec.Tasks, m.chosen = MostExplored, 3
	m = told(m.predict(), tea.WindowSizeMsg{Width: 120, Height: 60})
	for b.Loop() {
		pressed(m, "right").View()
	}
}

// aRun is what a run of a plan could give, with two spans a lane.
func aRun(plan measure.Plan) *measure.Comparison {
	run := &timeline.Timeline{Reasons: []string{"", "for a slot", "for the network"}, Places: []string{""}}
	var alone []time.Duration
	for i, delay := range plan.Spec.Model(plan.Workloads[0], 1).Delays {
		start := time.Duration(i/4) * 31 * time.Millisecond
		lane := timeline.Lane{{State: timeline.Waiting, Start: start, End: start + delay, Why: 2}}
		if start > 0 {
			lane = append(timeline.Lane{{State: timeline.Queued, End: start, Why: 1}}, lane...)
		}
		run.Lanes, run.Elapsed, alone = append(run.Lanes, lane), max(run.Elapsed, start+delay), append(alone, delay)
	}
	row := measure.Row{
		Strategy: plan.Strategies[0], Elapsed: measure.Estimate{Median: float64(run.Elapsed)}, Timeline: run,
		Predicted: &predict.Interval{Low: run.Elapsed / 2, High: run.Elapsed * 2},
		Verdict:   measure.Verdict{Outcome: measure.Inside, Words: "as predicted"},
	}
	c := measure.New(plan, "a benchmark")
	c.Results = []measure.Result{{
		Workload: plan.Workloads[0], Tasks: plan.Spec.Tasks, Procs: 1, Alone: alone[:10], Rows: []measure.Row{row},
	}}
	return c
}
