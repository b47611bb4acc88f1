package report

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"time"

	"meanwhile/internal/measure"
	"meanwhile/internal/term"
	"meanwhile/internal/timeline"
)

// writePerfetto writes the timelines as trace events, which ui.perfetto.dev and chrome://tracing open: a strategy is a process,
// and a task is a thread of it.
func writePerfetto(w io.Writer, c *measure.Comparison) error {
	if !hasTimeline(c) {
		return ErrNoTimelines
	}
	events := &traceEvents{out: bufio.NewWriter(w)}
	fmt.Fprint(events.out, `{"displayTimeUnit":"ms","otherData":{`)
	for i, known := range conditions(c) {
		fmt.Fprintf(events.out, "%s\n%s:%s", ","[:min(i, 1)], quoted(known[0]), quoted(known[1]))
	}
	fmt.Fprint(events.out, "},\n\"traceEvents\":[")
	for i := range c.Results {
		r := &c.Results[i]
		for j := range r.Rows {
			if r.Rows[j].Timeline != nil {
				events.strategy(heading(r)+": "+r.Rows[j].Strategy, r.Rows[j].Timeline)
			}
		}
	}
	fmt.Fprint(events.out, "\n]}\n")
	return events.out.Flush() // it also tells what went wrong before
}

// hasTimeline tells whether any of the comparison was traced.
func hasTimeline(c *measure.Comparison) bool {
	for i := range c.Results {
		for j := range c.Results[i].Rows {
			if c.Results[i].Rows[j].Timeline != nil {
				return true
			}
		}
	}
	return false
}

// conditions are what belongs to the events without being one: where they come from, and what of it is simulated.
func conditions(c *measure.Comparison) [][2]string {
	known := [][2]string{
		{"program", c.Program},
		{"started", c.Started.Format(time.RFC3339)},
		{"measured", strings.Join(method(c), "; ")},
		{"learned", c.Learned},
	}
	if c.Partial {
		known = append(known, [2]string{"partial", c.Reason})
	}
	for i := range c.Results {
		r := &c.Results[i]
		known = append(known, [2]string{heading(r), setting(r)}, [2]string{heading(r) + ", real", realPart(r)})
		if r.Simulated != "" {
			known = append(known, [2]string{heading(r) + ", simulated", r.Simulated})
		}
	}
	return known
}

// firstProcess numbers the processes from beyond all tasks: a thread with the number of its process would count as its main
// one, and be shown before the others.
const firstProcess = 10_000

// traceEvents writes trace events one by one, so that a long timeline is never held twice.
type traceEvents struct {
	out       *bufio.Writer
	written   int
	processes int
}

// strategy writes a process, its threads, what they did and how many were in flight.
func (e *traceEvents) strategy(name string, t *timeline.Timeline) {
	process := firstProcess + e.processes
	e.processes++
	e.event(`"M","pid":%d,"name":"process_name","args":{"name":%s}`, process, quoted(name))
	e.event(`"M","pid":%d,"name":"process_sort_index","args":{"sort_index":%d}`, process, e.processes)
	for i, lane := range t.Lanes {
		if len(lane) == 0 {
			continue // it was never there
		}
		thread := i + 1 // 0 has a meaning of its own
		e.event(`"M","pid":%d,"tid":%d,"name":"thread_name","args":{"name":"task %d"}`, process, thread, thread)
		e.event(`"M","pid":%d,"tid":%d,"name":"thread_sort_index","args":{"sort_index":%d}`, process, thread, thread)
		for _, span := range lane {
			name := t.Reason(span)
			if name == "" {
				name = span.State.String()
			}
			e.event(`"X","pid":%d,"tid":%d,"ts":%s,"dur":%s,"cat":"%s","name":%s,"args":{"place":%s}`, process, thread,
				microseconds(span.Start), microseconds(span.End-span.Start), span.State, quoted(name), quoted(t.Place(span)))
		}
	}
	for _, step := range t.InFlight() {
		e.event(`"C","pid":%d,"ts":%s,"name":"tasks in flight","args":{"tasks":%d}`, process, microseconds(step.At), step.InFlight)
	}
}

// event writes one event, which begins with its kind.
func (e *traceEvents) event(format string, args ...any) {
	separator := ",\n{\"ph\":"
	if e.written == 0 {
		separator = separator[1:]
	}
	e.written++
	fmt.Fprint(e.out, separator)
	fmt.Fprintf(e.out, format+"}", args...)
}

// microseconds writes a time exactly, in the unit of trace events.
func microseconds(t time.Duration) string {
	return fmt.Sprintf("%d.%03d", t/time.Microsecond, t%time.Microsecond)
}

// quoted writes a text as JSON, with nothing in it that would control a terminal or reorder a line.
func quoted(text string) []byte {
	encoded, err := json.Marshal(term.Printable(text, longestWord))
	if err != nil {
		return []byte(`""`) // a text always encodes
	}
	return encoded
}
