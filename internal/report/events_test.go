package report_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"meanwhile/internal/measure"
	"meanwhile/internal/report"
	"meanwhile/internal/timeline"
)

// twoTasks is a run of two tasks, the second of which has a hole that no run of ours has.
func twoTasks() *timeline.Timeline {
	return &timeline.Timeline{
		Elapsed: 31 * ms, Reasons: []string{"", "for a slot of the limit", "sleeping"}, Places: []string{"", "tasks.go:19"},
		Lanes: []timeline.Lane{
			{
				{State: timeline.Running, Start: 0, End: ms, Where: 1},
				{State: timeline.Waiting, Start: ms, End: 30 * ms, Why: 2, Where: 1},
				{State: timeline.Running, Start: 30 * ms, End: 30*ms + 20*time.Microsecond},
			},
			{
				{State: timeline.Queued, Start: 0, End: ms, Why: 1},
				{State: timeline.Running, Start: 2 * ms, End: 31 * ms},
			},
			{},
		},
	}
}

func TestEventsAreInTheOrderOfTime(t *testing.T) {
	var got []string
	for _, event := range report.Events(twoTasks()) {
		got = append(got, strings.Join([]string{event.At.String(), string(rune('1' + event.Task)), event.From, event.To}, ", "))
	}
	want := []string{
		"0s, 1, not started, running",
		"0s, 2, not started, queued",
		"1ms, 1, running, waiting",
		"1ms, 2, queued, not there",
		"2ms, 2, not there, running",
		"30ms, 1, waiting, running",
		"30.02ms, 1, running, ended",
		"31ms, 2, running, ended",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("events (-want +got):\n%s", diff)
	}
}

func TestStepsAreALineAnEvent(t *testing.T) {
	c := &measure.Comparison{Results: []measure.Result{{Workload: "sleep", Rows: []measure.Row{
		{Strategy: "limited", Timeline: twoTasks()}, {Strategy: "untraced"},
	}}}}
	for _, want := range []struct {
		layout report.Layout
		text   string
	}{
		{report.Layout{}, `
   0.000 ms  limited     task 1  not started → running  (near tasks.go:19)
   0.000 ms  limited     task 2  not started → queued   (for a slot of the limit)
   1.000 ms  limited     task 1  running → waiting      (sleeping, at tasks.go:19)
   1.000 ms  limited     task 2  queued → not there
   2.000 ms  limited     task 2  not there → running
  30.000 ms  limited     task 1  waiting → running
  30.020 ms  limited     task 1  running → ended
  31.000 ms  limited     task 2  running → ended
`},
		{report.Layout{Width: 60}, `
   0.000 ms  limited     task 1  not started → running
             (near tasks.go:19)
   0.000 ms  limited     task 2  not started → queued
             (for a slot of the limit)
   1.000 ms  limited     task 1  running → waiting
             (sleeping, at tasks.go:19)
   1.000 ms  limited     task 2  queued → not there
   2.000 ms  limited     task 2  not there → running
  30.000 ms  limited     task 1  waiting → running
  30.020 ms  limited     task 1  running → ended
  31.000 ms  limited     task 2  running → ended
`},
	} {
		var got strings.Builder
		if err := report.WriteSteps(&got, c, want.layout); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want.text[1:], got.String()); diff != "" {
			t.Errorf("width %d (-want +got):\n%s", want.layout.Width, diff)
		}
	}
}

func TestStepsOfSeveralResultsAreHeaded(t *testing.T) {
	c := sample()
	for i := range c.Results {
		c.Results[i].Rows[0].Timeline = twoTasks()
	}
	var got strings.Builder
	if err := report.WriteSteps(&got, c, report.Layout{}); err != nil {
		t.Fatal(err)
	}
	text := got.String()
	for _, want := range []string{"network  simulated in part; 10 tasks of ", "\n  simulated: the latency: a server of our own waits", "\ncpu on 1 core  10 tasks; each computes"} {
		if strings.Count(text, want) != 1 {
			t.Errorf("no %q in\n%s", want, text)
		}
	}
	if lines := strings.Count(text, "\n"); lines != 2*(1+8)+1 {
		t.Errorf("%d lines in\n%s", lines, text)
	}
}

func TestStepsOfNothingAreAnError(t *testing.T) {
	var got strings.Builder
	if err := report.WriteSteps(&got, sample(), report.Layout{}); !errors.Is(err, report.ErrNoTimelines) || got.Len() > 0 {
		t.Errorf("%v, and %q is written", err, got.String())
	}
}

func TestStepsKeepControlCharactersBack(t *testing.T) {
	const evil = "a\x1b[2J\u202e\nb"
	run := twoTasks()
	run.Reasons, run.Places = []string{"", evil, evil}, []string{"", evil}
	c := &measure.Comparison{Results: []measure.Result{{Workload: "sleep", Rows: []measure.Row{{Strategy: evil, Timeline: run}}}}}
	var got strings.Builder
	if err := report.WriteSteps(&got, c, report.Layout{}); err != nil {
		t.Fatal(err)
	}
	if strings.ContainsAny(got.String(), "\x1b\u202e") || strings.Count(got.String(), "\n") != 8 {
		t.Errorf("written is %q", got.String())
	}
}
