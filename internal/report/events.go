package report

import (
	"cmp"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"meanwhile/internal/measure"
	"meanwhile/internal/term"
	"meanwhile/internal/timeline"
)

// ErrNoTimelines tells that a comparison has nothing to play or to step through.
var ErrNoTimelines = fmt.Errorf("this recording has no timelines, which are of one workload and at most %d tasks; "+
	"make one that has, as with 'meanwhile compare sleep --record FILE'", timeline.MaxTasks)

// Event is a task going from one state into another.
type Event struct {
	// At counts from the beginning of the run.
	At time.Duration

	// Task is the task's number, from 0.
	Task int

	// From and To are the states in words: before its first a task has not started, and after its last it has ended.
	From, To string

	// Span is what begins; of a task that ends, it is in state None.
	Span timeline.Span
}

// The words for a task before its first span and after its last.
const (
	NotStarted = "not started"
	Ended      = "ended"
)

// Events are all changes of state in a timeline, in the order of time; at the same moment, in the order of the tasks.
func Events(t *timeline.Timeline) []Event {
	events := make([]Event, 0, t.Spans()+len(t.Lanes))
	for task, lane := range t.Lanes {
		from, at := NotStarted, time.Duration(0)
		for i, span := range lane {
			if i > 0 && span.Start > at { // a hole, which no timeline of ours has
				gone := timeline.None.String()
				events = append(events, Event{at, task, from, gone, timeline.Span{}})
				from = gone
			}
			events = append(events, Event{span.Start, task, from, span.State.String(), span})
			from, at = span.State.String(), span.End
		}
		if len(lane) > 0 {
			events = append(events, Event{at, task, from, Ended, timeline.Span{}})
		}
	}
	slices.SortStableFunc(events, func(a, b Event) int { return cmp.Compare(a.At, b.At) })
	return events
}

// Detail says why a task is in a span, and where it stands: "sleeping, at tasks.go:19"; empty where neither is known.
func Detail(t *timeline.Timeline, span timeline.Span) string {
	reason, place := term.Printable(t.Reason(span), longestDetail), term.Printable(t.Place(span), longestDetail)
	switch {
	case place == "":
		return reason
	case reason != "":
		return reason + ", at " + place
	case span.State == timeline.Running:
		return "near " + place // a task runs through many lines: the place is where it stopped next, or last
	}
	return "at " + place
}

// longestDetail is how much of a reason or a place is shown: it fits what this program records.
const longestDetail = 200

// Moment writes a moment of a run in one unit, so that moments stand below each other and every one has its own.
func Moment(at time.Duration) string {
	return fmt.Sprintf("%.3f ms", float64(at)/float64(time.Millisecond))
}

// Title says in one line what ran, and whether all of it was real.
func Title(r *measure.Result) (name, rest string) {
	rest = setting(r)
	if r.Simulated != "" {
		rest = "simulated in part; " + rest
	}
	return term.Printable(heading(r), longestDetail), term.Printable(rest, longestWord)
}

// WriteSteps writes the events of each strategy, one strategy after the other, a line an event. A layout without a width
// breaks no line.
func WriteSteps(w io.Writer, c *measure.Comparison, layout Layout) error {
	p := &page{layout: layout}
	found := false
	for i := range c.Results {
		r := &c.Results[i]
		if len(c.Results) > 1 {
			name, rest := Title(r)
			p.write(p.paint(term.Title, name), strings.Repeat(" ", gap), p.text(rest))
		}
		switch simulated := "simulated: " + term.Printable(r.Simulated, longestWord); {
		case r.Simulated == "":
		case p.layout.Width == 0:
			p.write("  ", p.paint(term.Warn, simulated))
		default:
			p.statement(term.Warn, simulated)
		}
		for _, row := range r.Rows {
			if row.Timeline != nil {
				found = true
				p.steps(row.Strategy, row.Timeline)
			}
		}
	}
	if !found {
		return ErrNoTimelines
	}
	_, err := io.WriteString(w, p.String())
	return err
}

// steps writes the events of one strategy.
func (p *page) steps(strategy string, t *timeline.Timeline) {
	moment := term.Width(Moment(t.Elapsed))
	task := len(fmt.Sprint(len(t.Lanes)))
	states := term.Width(p.text(NotStarted + " → " + timeline.Running.String()))
	name := term.Pad(p.text(term.Printable(strategy, longestDetail)), strategyWidth)
	for _, event := range Events(t) {
		line := fmt.Sprintf("  %s  %s  task %-*d  ", term.PadLeft(Moment(event.At), moment), name, task, event.Task+1)
		change, detail := p.text(event.From+" → "+event.To), p.text(Detail(t, event.Span))
		role := glyphs[event.Span.State].role
		switch {
		case detail == "":
			p.write(line, p.layout.Style.Paint(role, change))
		case p.layout.Width == 0 || term.Width(line)+states+gap+term.Width("()"+detail) <= p.layout.Width:
			p.write(line, p.layout.Style.Paint(role, term.Pad(change, states)), strings.Repeat(" ", gap), "(", detail, ")")
		default:
			p.write(line, p.layout.Style.Paint(role, change))
			p.write(strings.Repeat(" ", gap+moment+gap), p.paint(term.Faint, "("+detail+")"))
		}
	}
}
