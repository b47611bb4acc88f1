package report

import (
	"fmt"
	"slices"
	"strings"

	"meanwhile/internal/measure"
	"meanwhile/internal/source"
	"meanwhile/internal/term"
	"meanwhile/internal/timeline"
	"meanwhile/internal/workshop"
)

// Checked draws what a check came to: a sentence first, then what was counted and the picture of the run, and one thing to do
// next. place is where the learner's line stands, as an editor follows it.
func (l Layout) Checked(o *workshop.Outcome, place, next string) []Line {
	sign, role := "✓ ", term.Good
	if !o.Passed {
		sign, role = "→ ", term.Warn
	}
	lines := l.Text(role, sign+o.Exercise+": "+term.Printable(o.Said, longestSaid), 0)
	if place != "" {
		if term.Width(place)+2 > l.Width {
			place = o.Place // within the folder of exercises
		}
		lines = append(lines, l.Text(term.Number, place, 2)...)
	}
	if o.Calls > 0 {
		counted := fmt.Sprintf("%s, %d at once at most", Count(o.Calls, "call"), o.Most)
		if o.Left > 0 {
			counted += ", " + Count(o.Left, "goroutine") + " left"
		}
		lines = append(lines, l.Text(term.Faint, fmt.Sprintf("%s of virtual time; %s", measure.Human(o.Elapsed), counted), 2)...)
	}
	if o.Timeline != nil {
		lines = append(append(lines, Line{}), l.virtual(o)...)
	}
	if o.WithoutRace != "" {
		lines = append(lines, l.Text(term.Faint, "checked without -race: "+o.WithoutRace, 2)...)
	}
	if next != "" {
		lines = append(lines, l.Text(term.Strong, "next: "+next, 2)...)
	}
	return lines
}

// longestSaid is how many characters of a sentence are shown: a learner's values may be in it.
const longestSaid = 600

// virtual draws the calls of a learner's code as lanes, on the clock of the check.
func (l Layout) virtual(o *workshop.Outcome) []Line {
	p := &page{layout: l}
	t := *o.Timeline
	t.Lanes = slices.Clone(t.Lanes)
	slices.SortStableFunc(t.Lanes, func(a, b timeline.Lane) int { return int(a[0].Start - b[0].Start) })
	p.timelines([]measure.Row{{Strategy: "calls", Timeline: &t}}, "Your code's calls, one a lane, in virtual time.")
	return split(p.String())
}

// Attempts draws a learner's code beside the solution, with what a check of each counted above it.
func (l Layout) Attempts(e *workshop.Exercise, yours []byte, of, best *workshop.Outcome) []Line {
	head := func(whose string, o *workshop.Outcome) []Line {
		words := fmt.Sprintf("%s: %s, %d at once, %s", whose, measure.Human(o.Elapsed), o.Most, Count(o.Calls, "call"))
		if o.Calls == 0 && !o.Passed {
			words = fmt.Sprintf("%s: %s", whose, o.Reason)
		}
		return []Line{l.Line(term.Title, words)}
	}
	left := append(head("yours", of), l.GoText(ExpandTabs(string(yours)))...)
	right := append(head("the solution", best), l.GoText(ExpandTabs(string(e.Solution)))...)
	return l.Beside(left, right)
}

// Hint draws a hint: a sentence or two, or code, which has several lines.
func (l Layout) Hint(hint string) []Line {
	if hint = strings.TrimRight(hint, "\n"); strings.Contains(hint, "\n") {
		return l.GoText(hint)
	}
	return l.Text(term.Plain, hint, 0)
}

// GoText draws Go code.
func (l Layout) GoText(text string) []Line { return l.Code(text, source.Go) }

// Log draws what tools have printed.
func (l Layout) Log(text string) []Line {
	var lines []Line
	for line := range strings.Lines(text) {
		lines = append(lines, l.Line(term.Faint, "  | "+term.Printable(strings.TrimRight(line, "\n"), longestLog)))
	}
	return lines
}

// longestLog is how many characters of a line are shown.
const longestLog = 500
