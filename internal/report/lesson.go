package report

import (
	"fmt"
	"io"
	"maps"
	"math"
	"regexp"
	"slices"
	"strings"
	"time"

	"meanwhile/internal/course"
	"meanwhile/internal/experiment"
	"meanwhile/internal/measure"
	"meanwhile/internal/term"
	"meanwhile/internal/timeline"
)

// Prose draws the text of a lesson, a blank line between two paragraphs. Numbers in it are those of the results.
func (l Layout) Prose(blocks []course.Block, results course.Results) []Line {
	var lines []Line
	for i, block := range blocks {
		if i > 0 && (!block.Item || !blocks[i-1].Item) {
			lines = append(lines, Line{})
		}
		indent := ""
		if block.Item {
			indent = "  "
		}
		for j, line := range l.wrapSpans(block.Spans, results, min(l.Width, mostText)-len(indent)) {
			lead := indent
			if block.Item && j == 0 {
				lead = "- "
			}
			lines = append(lines, Line{lead + line.Painted, len(lead) + line.Width})
		}
	}
	return lines
}

// piece is part of a word, in one role.
type piece struct {
	role term.Role
	text string
}

// word is what stands between two spaces; it may have several marks.
type word []piece

func (w word) String() string {
	var text strings.Builder
	for _, piece := range w {
		text.WriteString(piece.text)
	}
	return text.String()
}

// wrapSpans breaks marked text into lines between words.
func (l Layout) wrapSpans(spans []course.Span, results course.Results, width int) []Line {
	var lines []Line
	var line Line
	words := l.words(spans, results)
	for len(words) > 0 {
		drawn, n := l.word(words[0]), 1
		for n < len(words) && !term.Breaks(words[n-1].String(), words[n].String()) {
			next := l.word(words[n])
			drawn = Line{drawn.Painted + " " + next.Painted, drawn.Width + 1 + next.Width}
			n++
		}
		words = words[n:]
		switch {
		case line.Width == 0:
			line = drawn
		case line.Width+1+drawn.Width <= width:
			line = Line{line.Painted + " " + drawn.Painted, line.Width + 1 + drawn.Width}
		default:
			lines, line = append(lines, line), drawn
		}
	}
	return append(lines, line)
}

// word draws one.
func (l Layout) word(w word) Line {
	var drawn Line
	for _, piece := range w {
		part := l.Line(piece.role, piece.text)
		drawn = Line{drawn.Painted + part.Painted, drawn.Width + part.Width}
	}
	return drawn
}

// words cuts spans at their spaces.
func (l Layout) words(spans []course.Span, results course.Results) []word {
	roles := map[course.Mark]term.Role{
		course.Term: term.Title, course.Strong: term.Strong, course.Code: term.Number, course.Measured: term.Strong,
	}
	var words []word
	open := false // whether the last word goes on
	for _, span := range spans {
		text := results.Text(span)
		if span.Mark == course.Code && !l.Style.Coloured() {
			text = "'" + text + "'" // no colour tells it from the words around it
		}
		for i, part := range strings.Split(text, " ") {
			if i > 0 {
				open = false
			}
			if part == "" {
				continue
			}
			if !open {
				words = append(words, nil)
			}
			last := len(words) - 1
			words[last], open = append(words[last], piece{roles[span.Mark], part}), true
		}
	}
	return words
}

// Text draws text of our own in one role, broken between words and set in by indent columns.
func (l Layout) Text(role term.Role, text string, indent int) []Line {
	var lines []Line
	for _, line := range term.Wrap(l.Style.Text(text), min(l.Width, mostText)-indent) {
		drawn := l.Line(role, line)
		lines = append(lines, Line{strings.Repeat(" ", indent) + drawn.Painted, indent + drawn.Width})
	}
	return lines
}

// Misconception draws the belief that a lesson is against, and what is true instead.
func (l Layout) Misconception(m course.Misconception) []Line {
	return append(l.Text(term.Warn, "Many think: "+m.Belief+".", 0), l.Text(term.Good, "In truth: "+m.Truth+".", 0)...)
}

// Verdict draws an answer beside the truth, and why.
func (l Layout) Verdict(v course.Verdict) []Line {
	given := "you said: " + v.Given
	if v.Sure >= 0 {
		given += fmt.Sprintf(" (%d %% sure)", v.Sure)
	}
	truth := "measured: "
	if !v.Question.Measured() {
		truth = "answer: "
	} else if v.Question.Of != nil {
		truth = "it was: "
	}
	sign, role := "✓ ", term.Good
	if !v.Right {
		sign, role = "→ ", term.Warn
	}
	lines := l.Text(term.Faint, v.Question.Ask, 0)
	lines = append(lines, l.Text(term.Plain, given, 2)...)
	if !v.Right || v.Question.Measured() {
		lines = append(lines, l.Text(role, sign+truth+v.Truth, 2)...)
	} else {
		lines = append(lines, l.Text(role, sign+"yes", 2)...)
	}
	if v.Because != "" {
		lines = append(lines, l.Text(term.Plain, v.Because, 2)...)
	}
	return lines
}

// End draws what a lesson came to: its idea, and how many of the learner's answers were right.
func (l Layout) End(s *course.Session) []Line {
	lines := l.Text(term.Title, s.Lesson.Idea, 0)
	saved := s.Saved()
	for _, score := range []struct {
		words string
		quiz  bool
	}{{"predicted and seen", false}, {"answered in the quiz", true}} {
		if right, of := course.Score(s.Lesson, saved, score.quiz); of > 0 {
			lines = append(lines, l.Text(term.Plain, fmt.Sprintf("%s: %d of %d right", score.words, right, of), 0)...)
		}
	}
	return append(lines, l.Misconception(s.Lesson.Misconception)...)
}

// Outcome draws what a result came to: a bar for each run's time, and its charts.
func (l Layout) Outcome(r *experiment.Result) []Line {
	var lines []Line
	if len(r.Runs) > 0 && len(r.Charts) == 0 {
		lines = l.runBars(r)
	}
	for _, run := range r.Runs {
		if run.Words != "" {
			lines = append(lines, l.Text(term.Faint, run.Name+": "+run.Words, 0)...)
		}
	}
	for _, chart := range r.Charts {
		if len(lines) > 0 {
			lines = append(lines, Line{})
		}
		lines = append(lines, l.Text(term.Strong, chart.Title, 0)...)
		lines = append(lines, l.chart(chart)...)
	}
	return lines
}

// runBars draws a bar for each run's time and, where a comparison tells them, its speed-up and its share of waiting.
func (l Layout) runBars(r *experiment.Result) []Line {
	chart := experiment.Chart{Unit: experiment.Duration}
	for _, run := range r.Runs {
		chart.Bars = append(chart.Bars, experiment.Bar{Label: run.Name, Value: float64(run.Elapsed)})
	}
	bars, columns := l, []column{}
	for _, c := range []column{newColumn(r, "speed-up", ".speedup", term.Good), newColumn(r, "waiting", ".waiting", term.Plain)} {
		if c.known {
			columns = append(columns, c)
			bars.Width -= gap + c.width
		}
	}
	lines := bars.chart(chart)
	if len(columns) == 0 {
		return lines
	}
	head := Line{strings.Repeat(" ", lines[0].Width), lines[0].Width}
	for _, c := range columns {
		head = l.behind(head, term.Faint, term.PadLeft(c.head, c.width))
		for i := range lines {
			lines[i] = l.behind(lines[i], c.role, term.PadLeft(c.cells[i], c.width))
		}
	}
	return append([]Line{head}, lines...)
}

// behind puts text behind a line.
func (l Layout) behind(line Line, role term.Role, text string) Line {
	more := l.Line(role, strings.Repeat(" ", gap)+text)
	return Line{line.Painted + more.Painted, line.Width + more.Width}
}

// column is a fact of each run beside its bar.
type column struct {
	head  string
	cells []string
	role  term.Role
	width int
	known bool // of one run at least
}

func newColumn(r *experiment.Result, head, fact string, role term.Role) column {
	c := column{head: head, role: role, width: term.Width(head)}
	for _, run := range r.Runs {
		cell := ""
		if fact, ok := r.Fact(run.Name + fact); ok {
			cell, c.known = fact.String(), true
		}
		c.cells, c.width = append(c.cells, cell), max(c.width, term.Width(cell))
	}
	return c
}

// chart draws a bar a line: what it is of, the bar, the number.
func (l Layout) chart(c experiment.Chart) []Line {
	label, number, most := 0, 0, 0.0
	for _, bar := range c.Bars {
		label = max(label, term.Width(l.Style.Text(bar.Label)))
		number = max(number, term.Width(c.Unit.Format(bar.Value)))
		most = max(most, bar.Value)
	}
	width := max(1, min(mostBar, l.Width-label-number-2*gap))
	var lines []Line
	for _, bar := range c.Bars {
		drawn := l.Line(term.Plain, term.Pad(l.Style.Text(bar.Label), label+gap))
		share := 0.0
		if most > 0 && !math.IsInf(most, 0) {
			share = bar.Value / most
		}
		graph := l.Line(term.Waiting, term.Pad(l.Style.Bar(share, width), width+gap))
		value := l.Line(term.Strong, term.PadLeft(l.Style.Text(c.Unit.Format(bar.Value)), number))
		lines = append(lines, Line{drawn.Painted + graph.Painted + value.Painted, drawn.Width + graph.Width + value.Width})
	}
	return lines
}

// Lanes draws the timelines of a result, one under the other on one axis, each in at most so many rows.
func (l Layout) Lanes(r *experiment.Result, rows int) []Line {
	p := &page{layout: l, rows: rows}
	p.timelines(experimentRows(r), tracedRun(r))
	return split(p.String())
}

// experimentRows are the runs as rows of a comparison, which is what timelines are drawn of.
func experimentRows(r *experiment.Result) []measure.Row {
	var rows []measure.Row
	for _, run := range r.Runs {
		rows = append(rows, measure.Row{Strategy: run.Name, Timeline: run.Timeline})
	}
	return rows
}

// tracedRun says which runs the timelines are of.
func tracedRun(r *experiment.Result) string {
	if r.Name == "compare" {
		return extraRun
	}
	return "These runs, traced."
}

// split makes lines of text that is drawn already.
func split(text string) []Line {
	var lines []Line
	for line := range strings.Lines(text) {
		line = strings.TrimRight(line, "\n")
		lines = append(lines, Line{line, term.Width(uncoloured.ReplaceAllString(line, ""))})
	}
	for len(lines) > 0 && lines[len(lines)-1].Width == 0 {
		lines = lines[:len(lines)-1]
	}
	return lines
}

// Stood tells where in an example's code the lanes of a result stood, and for how long: the line in Go, from 0, and words.
func Stood(e Example, r *experiment.Result) map[int]string {
	type share struct {
		words string
		each  time.Duration
	}
	longest := map[int]share{}
	if r == nil {
		return nil
	}
	for _, run := range r.Runs {
		if run.Timeline == nil {
			continue
		}
		for _, part := range slices.Concat(run.Timeline.Parts(), run.Timeline.Queues()) {
			line, ok := lineOf(e, part)
			if ok && part.Each > longest[line].each {
				longest[line] = share{fmt.Sprintf("%s for %s", partState(part), measure.Human(part.Each)), part.Each}
			}
		}
	}
	words := map[int]string{}
	for line, share := range longest {
		words[line] = share.words
	}
	return words
}

// partState is a part's state and its reason, without its place.
func partState(part timeline.Part) string {
	if part.Reason == "" {
		return part.State.String()
	}
	return fmt.Sprintf("%s (%s)", part.State, term.Printable(part.Reason, longestDetail))
}

// lineOf is the line of an example's code in which a part of a timeline was spent.
func lineOf(e Example, part timeline.Part) (line int, ok bool) {
	file, number, ok := strings.Cut(part.Place, ":")
	if !ok || "demos/"+file != e.File {
		return 0, false
	}
	var n int
	if _, err := fmt.Sscanf(number, "%d", &n); err != nil {
		return 0, false
	}
	line = n - e.First
	return line, line >= 0 && line <= strings.Count(strings.TrimSuffix(e.Go, "\n"), "\n")
}

// ReadCode draws an example, Go beside Python, and under the Go code where its lanes stood.
func (l Layout) ReadCode(e Example, r *experiment.Result) []Line {
	stood := Stood(e, r)
	e.Go = ExpandTabs(e.Go)
	code := l.GoCode(e)
	for line := range stood {
		at := line + 1 // the place stands above
		if rest, indented := strings.CutPrefix(code[at].Painted, " "); indented {
			code[at].Painted = l.Line(term.Waiting, "›").Painted + rest
		}
	}
	below := l
	below.Width = max(leastPlace, Widest(code)) // no wider than the code makes the column
	for _, line := range slices.Sorted(maps.Keys(stood)) {
		code = append(code, below.Text(term.Waiting, fmt.Sprintf("› line %d: %s", e.First+line, stood[line]), 0)...)
	}
	return l.Beside(code, l.PythonCode(e))
}

// leastPlace is how narrow the words about a line of code become.
const leastPlace = 50

// Experiment draws a result as a page of its own.
func (l Layout) Experiment(r *experiment.Result) string {
	p := &page{layout: l}
	p.title(r.Name, r.Setting)
	if r.Real != "" {
		p.remark(term.Faint, "real", r.Real)
	}
	if r.Simulated != "" {
		p.remark(term.Warn, "simulated", r.Simulated)
	}
	p.blank()
	inner := l
	inner.Width = p.textWidth() - 2*gap
	for _, line := range inner.Outcome(r) {
		p.write(strings.Repeat(" ", gap), line.Painted)
	}
	p.blank()
	if l.Timelines {
		p.timelines(experimentRows(r), tracedRun(r))
	}
	p.statement(term.Strong, r.Learned)
	p.blank()
	p.command(r.Args)
	return p.String()
}

// uncoloured finds what colours text.
var uncoloured = regexp.MustCompile("\x1b\\[[0-9;]*m")

// WriteExperiment writes a result as text or JSON.
func WriteExperiment(w io.Writer, format Format, r *experiment.Result, layout Layout) error {
	if format == FormatJSON {
		return JSON(w, r)
	}
	_, err := io.WriteString(w, layout.Experiment(r))
	return err
}

// When says when something comes, seen from now.
func When(at, now time.Time) string {
	switch left := at.Sub(now); {
	case left <= 0:
		return "now"
	case left < 2*time.Hour:
		return "in " + Count(max(1, int(left.Minutes()+0.5)), "minute")
	case left < 48*time.Hour:
		return "in " + Count(int(left.Hours()+0.5), "hour")
	default:
		return "in " + Count(int(left.Hours()/24+0.5), "day")
	}
}
