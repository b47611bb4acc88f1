package report

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/aymanbagabas/go-udiff/lcs"

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

// Attempts draws a learner's code beside the solution, with what a check of each counted above it, and says between them where
// they differ; it draws one below the other where the page is too narrow for both.
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
		return append(column.Text(term.Title, words, 0), Line{})
	}
	left, right := head("yours", of), head("the solution", best)
	mine, reference := attempt(yours), attempt(e.Solution)
	if column.Width == l.Width {
		return slices.Concat(left, l.Folded(l.attempt(mine)), []Line{{}}, right, l.Folded(l.attempt(reference)))
	}
	return append(columns(left, right, column.Width, bar), column.aligned(mine, reference)...)
}

// attempt is code that somebody has written, line by line, whatever is in it.
func attempt(code []byte) []string {
	text := strings.Split(ExpandTabs(strings.TrimSuffix(string(code), "\n")), "\n")
	for i, line := range text {
		text[i] = term.Printable(strings.TrimSuffix(line, "\r"), longestLog)
	}
	return text
}

func (l Layout) attempt(text []string) []Line { return l.GoText(strings.Join(text, "\n")) }

// aligned draws two texts in two columns of the layout's width, with what both have in the same row.
func (l Layout) aligned(left, right []string) []Line {
	one, other := l.attempt(left), l.attempt(right)
	var page []Line
	// rows draws the next lines of both: so many on the left, and so many on the right.
	rows := func(n, m int, both Line) {
		for range max(n, m) {
			var a, b []Line
			between := both
			if n > 0 {
				a, one = l.Folded(one[:1]), one[1:]
			} else {
				between = l.Line(term.Warn, " > ")
			}
			if m > 0 {
				b, other = l.Folded(other[:1]), other[1:]
			} else {
				between = l.Line(term.Warn, " < ")
			}
			page = append(page, columns(a, b, l.Width, between)...)
			n, m = n-1, m-1
		}
	}
	same, differs := l.Line(term.Faint, " │ "), l.Line(term.Warn, " ≠ ")
	at, diffs := 0, lcs.DiffLines(left, right)
	for _, d := range diffs {
		rows(d.Start-at, d.Start-at, same)
		rows(d.End-d.Start, d.ReplEnd-d.ReplStart, differs)
		at = d.End
	}
	rows(len(left)-at, len(left)-at, same)
	if len(diffs) > 0 {
		page = append(page, Line{}, l.Line(term.Faint, "≠ differs   < only yours   > only the solution"))
	}
	return page
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
