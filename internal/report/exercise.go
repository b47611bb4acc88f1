package report

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

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
		if place = term.Printable(place, longestPlace); term.Width(place)+2 > l.Width {
			place = term.Printable(o.Place, longestPlace) // within the folder of exercises
		}
		lines = append(lines, l.Text(term.Number, place, 2)...)
	}
	if o.Calls > 0 {
		lines = append(lines, l.Text(term.Faint, counted(o), 2)...)
	}
	lines = append(lines, l.printed(o.Printed)...)
	if o.Timeline != nil && o.Timeline.Elapsed >= time.Microsecond {
		lines = append(append(lines, Line{}), l.virtual(o)...)
	}
	if o.WithoutRace != "" {
		lines = append(lines, l.Text(term.Faint, "checked without -race: "+o.WithoutRace, 2)...)
	}
	if next != "" {
		lines = append(lines, l.Text(term.Strong, "next: "+term.Printable(next, longestSaid), 2)...)
	}
	return lines
}

// counted says what was counted, and in which case.
func counted(o *workshop.Outcome) string {
	words := fmt.Sprintf("%s: %s of virtual time, %s, at most %d at once", term.Printable(o.Case, longestCase), check.Duration(o.Elapsed),
		Count(o.Calls, "call"), o.Most)
	if o.Left > 0 {
		words += ", " + Count(o.Left, "goroutine") + " left"
	}
	if !o.Passed {
		words += fmt.Sprintf(" (--seed %d)", o.Seed)
	}
	return words
}

// How many characters are shown of what comes from a learner's program, or has a learner's values in it.
const (
	longestSaid  = 600
	longestCase  = 60
	longestPlace = 400
)

// printed draws the first lines of what a learner's code has printed.
func (l Layout) printed(text string) []Line {
	if strings.TrimSpace(text) == "" {
		return nil
	}
	lines := slices.Collect(strings.Lines(text))
	drawn := l.Text(term.Faint, "Your code has printed:", 2)
	if len(lines) > mostPrinted {
		drawn = l.Text(term.Faint, "Your code has printed more than that (--verbose shows all):", 2)
	}
	return append(drawn, l.Log(strings.Join(lines[:min(len(lines), mostPrinted)], ""))...)
}

// mostPrinted is how many lines of it are shown unasked.
const mostPrinted = 5

// virtual draws the calls of a learner's code as lanes, each under its name, on the clock of the check.
func (l Layout) virtual(o *workshop.Outcome) []Line {
	p := &page{layout: l}
	t := *o.Timeline
	t.Lanes = slices.Clone(t.Lanes)
	slices.SortStableFunc(t.Lanes, func(a, b timeline.Lane) int { return cmp.Compare(a[0].Start, b[0].Start) })
	rows, label := Fold(&t, mostCalls, 0), 0
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

// How many rows calls take, which have to fit into a window with the sentence above them, and how many characters of a call's name
// stand before its lane.
const (
	mostCalls   = 8
	longestCall = 20
)

// Attempts draws a learner's code beside the solution, with what a check of each counted above it; one below the other where the
// page is too narrow for both.
func (l Layout) Attempts(e *workshop.Exercise, yours []byte, of, best *workshop.Outcome) []Line {
	bar := l.Line(term.Faint, " │ ")
	column := l
	if half := (l.Width - bar.Width) / 2; half >= leastCode {
		column.Width = half
	}
	head := func(whose string, o *workshop.Outcome) []Line {
		words := fmt.Sprintf("%s: %s, %d at once, %s", whose, check.Duration(o.Elapsed), o.Most, Count(o.Calls, "call"))
		if !o.Passed {
			words = fmt.Sprintf("%s falls short: %s", whose, term.Printable(o.Said, longestSaid))
		}
		return column.Text(term.Title, words, 0)
	}
	left, right := head("yours", of), head("the solution", best)
	if column.Width < l.Width { // the code of both begins on one line
		for len(left) < len(right) {
			left = append(left, Line{})
		}
		for len(right) < len(left) {
			right = append(right, Line{})
		}
		left[0] = Line{left[0].Padded(column.Width), column.Width} // and the bar stands in the middle
	}
	left = slices.Concat(left, []Line{{}}, column.attempt(yours))
	right = slices.Concat(right, []Line{{}}, column.attempt(e.Solution))
	if column.Width == l.Width {
		return slices.Concat(left, []Line{{}}, right)
	}
	return l.Beside(left, right)
}

// attempt draws code that somebody has written, whatever is in it.
func (l Layout) attempt(code []byte) []Line {
	text := strings.Split(ExpandTabs(strings.TrimSuffix(string(code), "\n")), "\n")
	for i, line := range text {
		text[i] = term.Printable(strings.TrimSuffix(line, "\r"), longestLog)
	}
	return l.Folded(l.GoText(strings.Join(text, "\n")))
}

// leastCode is how narrow a column of code may be.
const leastCode = 36

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
