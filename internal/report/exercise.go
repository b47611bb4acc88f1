package report

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"meanwhile/internal/source"
	"meanwhile/internal/term"
	"meanwhile/internal/timeline"
	"meanwhile/internal/workshop"
	"meanwhile/internal/workshop/check"
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
		lines = append(lines, l.Text(term.Faint, fmt.Sprintf("%s of virtual time; %s", check.Duration(o.Elapsed), counted), 2)...)
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

// virtual draws the calls of a learner's code as lanes, each under its name, on the clock of the check.
func (l Layout) virtual(o *workshop.Outcome) []Line {
	p := &page{layout: l}
	t := *o.Timeline
	t.Lanes = slices.Clone(t.Lanes)
	slices.SortStableFunc(t.Lanes, func(a, b timeline.Lane) int { return cmp.Compare(a[0].Start, b[0].Start) })
	rows, label := Fold(&t, mostLanes, 0), 0
	for i, row := range rows {
		if len(row.Lanes) == 1 {
			rows[i].Label = l.Style.Text(term.Printable(t.Reason(row.Lanes[0][0]), longestCall))
		}
		label = max(label, term.Width(rows[i].Label))
	}
	words := "The calls of your code, in virtual time. A column is %s."
	if len(rows) < len(t.Lanes) {
		label = max(label, term.Width(inFlightLabel))
		words = "The calls of your code, in virtual time: the first ones each in a row, the others in one. A column is %s."
	}
	columns := p.columns(label)
	p.lanes(&t, rows, label, columns, t.Elapsed)
	p.axis(label, columns, t.Elapsed)
	p.statement(term.Faint, fmt.Sprintf(words, human(float64(t.Elapsed)/float64(columns))))
	return split(p.String())
}

// longestCall is how many characters of a call's name stand before its lane.
const longestCall = 20

// Attempts draws a learner's code beside the solution, with what a check of each counted above it.
func (l Layout) Attempts(e *workshop.Exercise, yours []byte, of, best *workshop.Outcome) []Line {
	head := func(whose string, o *workshop.Outcome) []Line {
		words := fmt.Sprintf("%s: %s, %d at once, %s", whose, check.Duration(o.Elapsed), o.Most, Count(o.Calls, "call"))
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
