package report_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"meanwhile/internal/measure"
	"meanwhile/internal/report"
	"meanwhile/internal/timeline"
)

// traceEvents are events as a viewer reads them.
type traceEvents struct {
	DisplayTimeUnit string            `json:"displayTimeUnit"`
	OtherData       map[string]string `json:"otherData"`
	TraceEvents     []traceEvent      `json:"traceEvents"`
}

type traceEvent struct {
	Phase    string         `json:"ph"`
	Process  int            `json:"pid"`
	Thread   int            `json:"tid"`
	At       json.Number    `json:"ts"`
	Duration json.Number    `json:"dur"`
	Name     string         `json:"name"`
	Category string         `json:"cat"`
	Args     map[string]any `json:"args"`
}

func perfettoOf(t *testing.T, c *measure.Comparison) traceEvents {
	t.Helper()
	var written bytes.Buffer
	if err := report.Write(&written, report.FormatPerfetto, c, report.Layout{}); err != nil {
		t.Fatal(err)
	}
	var read traceEvents
	decoder := json.NewDecoder(&written)
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(&read); err != nil {
		t.Fatal(err)
	}
	return read
}

// short is a comparison of two strategies with a timeline each, of two tasks.
func short() *measure.Comparison {
	c := traced()
	c.Results[0].Rows = c.Results[0].Rows[:2]
	c.Results[0].Rows[0].Timeline = &timeline.Timeline{
		Elapsed: 3_000_007,
		Reasons: []string{"", "sleeping"}, Places: []string{"", "tasks.go:19"},
		Lanes: []timeline.Lane{
			{{State: timeline.Running, Start: 1, End: 2001}, {State: timeline.Waiting, Start: 2001, End: 1_000_003, Why: 1, Where: 1}},
			{{State: timeline.Queued, Start: 0, End: 1_000_003}, {State: timeline.Running, Start: 1_000_003, End: 3_000_007, Where: 1}},
		},
	}
	c.Results[0].Rows[1].Timeline = lanes(2, 0)
	return c
}

func TestTraceEventsAreTheSpansToTheNanosecond(t *testing.T) {
	read := perfettoOf(t, short())
	first := read.TraceEvents[0].Process
	named := func(name string, args map[string]any) traceEvent {
		return traceEvent{Phase: "M", Process: first, Name: name, Args: args}
	}
	thread := func(event traceEvent, number int) traceEvent { event.Thread = number; return event }
	span := func(number int, at, duration json.Number, category, name, place string) traceEvent {
		return traceEvent{"X", first, number, at, duration, name, category, map[string]any{"place": place}}
	}
	flight := func(at json.Number, tasks float64) traceEvent {
		return traceEvent{Phase: "C", Process: first, At: at, Name: "tasks in flight", Args: map[string]any{"tasks": tasks}}
	}
	want := []traceEvent{
		named("process_name", map[string]any{"name": "network: sequential"}),
		named("process_sort_index", map[string]any{"sort_index": 1.0}),
		thread(named("thread_name", map[string]any{"name": "task 1"}), 1),
		thread(named("thread_sort_index", map[string]any{"sort_index": 1.0}), 1),
		span(1, "0.001", "2.000", "running", "running", ""),
		span(1, "2.001", "998.002", "waiting", "sleeping", "tasks.go:19"),
		thread(named("thread_name", map[string]any{"name": "task 2"}), 2),
		thread(named("thread_sort_index", map[string]any{"sort_index": 2.0}), 2),
		span(2, "0.000", "1000.003", "queued", "queued", ""),
		span(2, "1000.003", "2000.004", "running", "running", "tasks.go:19"),
		flight("0.001", 1), flight("1000.003", 1), flight("3000.007", 0),
	}
	got := slices.DeleteFunc(slices.Clone(read.TraceEvents), func(e traceEvent) bool { return e.Process != first })
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("the events of the first strategy differ:\n%s", diff)
	}
	if read.DisplayTimeUnit != "ms" {
		t.Errorf("shown in %q, want ms", read.DisplayTimeUnit)
	}
}

// A viewer shows processes and threads by their names; a thread with the number of a process would count as its main one.
func TestEveryStrategyIsAProcess(t *testing.T) {
	read := perfettoOf(t, traced())
	processes, threads := map[int]string{}, map[int]int{}
	for _, event := range read.TraceEvents {
		switch name, _ := event.Args["name"].(string); event.Name {
		case "process_name":
			processes[event.Process] = name
		case "thread_name":
			threads[event.Process]++
		}
	}
	names := []string{}
	for process, name := range processes {
		names = append(names, name)
		if threads[process] != 100 {
			t.Errorf("%s has %d threads, want one for each of 100 tasks", name, threads[process])
		}
	}
	slices.Sort(names)
	if diff := cmp.Diff([]string{"network: goroutines", "network: limited", "network: sequential"}, names); diff != "" {
		t.Error(diff)
	}
	for _, event := range read.TraceEvents {
		if processes[event.Process] == "" || processes[event.Thread] != "" {
			t.Fatalf("process %d, thread %d: not told apart", event.Process, event.Thread)
		}
	}
	if got := read.OtherData["network, simulated"]; !strings.Contains(got, "a server of our own waits") {
		t.Errorf("what is simulated is told as %q", got)
	}
}

func TestWithoutTimelinesThereAreNoTraceEvents(t *testing.T) {
	var written bytes.Buffer
	err := report.Write(&written, report.FormatPerfetto, sample(), report.Layout{})
	if !errors.Is(err, report.ErrNoTimelines) || written.Len() > 0 {
		t.Errorf("got %v and %d bytes, want %v and none", err, written.Len(), report.ErrNoTimelines)
	}
}

func TestTraceEventsControlNoTerminal(t *testing.T) {
	c := short()
	t0 := c.Results[0].Rows[0].Timeline
	t0.Reasons[1], t0.Places[1], c.Results[0].Rows[0].Strategy, c.Learned = hostile, hostile, hostile, hostile
	var written bytes.Buffer
	if err := report.Write(&written, report.FormatPerfetto, c, report.Layout{}); err != nil {
		t.Fatal(err)
	}
	if i := bytes.IndexAny(written.Bytes(), "\x00\x1b\u202e<"); i >= 0 {
		t.Errorf("a control character or markup is in it, at byte %d", i)
	}
	perfettoOf(t, c)
}
