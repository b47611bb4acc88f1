package report

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"meanwhile/internal/measure"
	"meanwhile/internal/term"
	"meanwhile/internal/timeline"
)

// How many rows a timeline takes in text, and how many of them are for the slowest where there are more.
const (
	mostLanes = 10
	mostSlow  = 3
)

// extraRun is the run that timelines of a comparison are of.
const extraRun = "One more round, traced."

// leastColumns is how narrow a lane may become.
const leastColumns = 10

// LaneRow is a row of a timeline: one task, or those that are folded into a band.
type LaneRow struct {
	Label string

	// Task is the task's number, from 0; of a band, that of the first in it.
	Task  int
	Lanes []timeline.Lane
}

// Fold makes rows of a timeline's lanes. Where they are more than the rows and one more, which a curve of all would take, the
// first have a row each, and so have the slowest, of which there are slow; those between them share a band.
func Fold(t *timeline.Timeline, rows, slow int) []LaneRow {
	n := len(t.Lanes)
	single := func(task int, label string) LaneRow {
		return LaneRow{label + strconv.Itoa(task+1), task, t.Lanes[task : task+1]}
	}
	var folded []LaneRow
	if n <= rows+1 { // the curve below folded rows takes one, too
		for task := range n {
			folded = append(folded, single(task, ""))
		}
		return folded
	}
	first := max(0, rows-slow-1)
	rest := make([]int, 0, n)
	for task := first; task < n; task++ {
		rest = append(rest, task)
	}
	slices.SortStableFunc(rest, func(a, b int) int { return cmp.Compare(duration(t.Lanes[b]), duration(t.Lanes[a])) })
	slowest, between := rest[:slow], rest[slow:]
	slices.Sort(slowest)
	slices.Sort(between)
	for task := range first {
		folded = append(folded, single(task, ""))
	}
	band := LaneRow{Label: fmt.Sprintf("%d more", len(between)), Task: between[0]}
	for _, task := range between {
		band.Lanes = append(band.Lanes, t.Lanes[task])
	}
	folded = append(folded, band)
	for _, task := range slowest {
		folded = append(folded, single(task, "slow "))
	}
	return folded
}

// duration is how long a task took from its start; nothing where it never started.
func duration(lane timeline.Lane) time.Duration {
	if start, ok := lane.Start(); ok {
		return lane.End() - start
	}
	return 0
}

// glyphs are the one notation for lanes, and its roles.
var glyphs = map[timeline.State]struct {
	sign string
	role term.Role
}{
	timeline.None:    {" ", term.Plain},
	timeline.Running: {"█", term.Running},
	timeline.Waiting: {"·", term.Waiting},
	timeline.Queued:  {"▒", term.Queued},
}

// Lane draws the states of a row's columns.
func (l Layout) Lane(columns []timeline.State) string {
	var b strings.Builder
	for i := 0; i < len(columns); {
		j := i
		for j < len(columns) && columns[j] == columns[i] {
			j++
		}
		glyph := glyphs[columns[i]]
		b.WriteString(l.Style.Paint(glyph.role, strings.Repeat(l.Style.Text(glyph.sign), j-i)))
		i = j
	}
	return b.String()
}

// Legend explains the notation.
func (l Layout) Legend() string {
	var words []string
	for _, state := range []timeline.State{timeline.Running, timeline.Waiting, timeline.Queued} {
		glyph := glyphs[state]
		words = append(words, l.Style.Paint(glyph.role, l.Style.Text(glyph.sign))+" "+state.String())
	}
	return strings.Join(words, "  ")
}

// Curve draws the most tasks in flight in each column, as a share of the most of all.
func (l Layout) Curve(t *timeline.Timeline, columns int, axis time.Duration) string {
	shares := make([]float64, columns)
	steps, most := t.InFlight(), max(1, t.MostInFlight())
	for i, step := range steps {
		end := t.Elapsed
		if i+1 < len(steps) {
			end = steps[i+1].At
		}
		width := float64(max(axis, 1)) / float64(columns)
		for c := int(float64(step.At) / width); c < columns && float64(c)*width < float64(end); c++ {
			shares[c] = max(shares[c], float64(step.InFlight)/float64(most))
		}
	}
	return l.Style.Curve(shares)
}

// Axis draws the ticks of a time axis below its lanes.
func (l Layout) Axis(columns int, axis time.Duration) string {
	line := ""
	for _, tick := range Ticks(axis, columns/12) {
		at := int(float64(tick) / float64(max(axis, 1)) * float64(columns))
		label := "│" + ShortTime(tick)
		switch pad := at - term.Width(line); {
		case pad < 0 || at >= columns:
		case at+term.Width(label) <= columns:
			line += strings.Repeat(" ", pad) + label
		case pad > term.Width(label):
			line += strings.Repeat(" ", pad-term.Width(label)+1) + strings.TrimPrefix(label, "│") + "│"
		default:
			line += strings.Repeat(" ", pad) + "│"
		}
	}
	return l.Style.Text(line)
}

// Ticks are round moments on a time axis, from 0, at most most of them beside that.
func Ticks(axis time.Duration, most int) []time.Duration {
	step := NextRound(axis / time.Duration(max(1, most)))
	var ticks []time.Duration
	for at := time.Duration(0); at <= axis; at += step {
		ticks = append(ticks, at)
	}
	return ticks
}

// NextRound is the next of the times 1, 2, 5, 10, 20, 50, … ns that is no shorter.
func NextRound(t time.Duration) time.Duration {
	for scale := time.Duration(1); ; scale *= 10 {
		for _, factor := range []time.Duration{1, 2, 5} {
			if scale*factor >= t {
				return scale * factor
			}
		}
	}
}

// ShortTime writes a round moment.
func ShortTime(t time.Duration) string {
	if t == 0 {
		return "0"
	}
	number, unit, _ := strings.Cut(measure.Human(t), " ")
	if strings.Contains(number, ".") {
		number = strings.TrimRight(strings.TrimRight(number, "0"), ".")
	}
	return strings.TrimSpace(number + " " + unit)
}

// Picture draws the timelines of rows, one under the other, on one axis; run says which run they are of.
func (l Layout) Picture(rows []measure.Row, run string) string {
	p := &page{layout: l}
	p.timelines(rows, run)
	return p.String()
}

func (p *page) timelines(rows []measure.Row, run string) {
	axis, label, folded := time.Duration(0), 0, false
	for _, row := range rows {
		if row.Timeline != nil {
			axis = max(axis, row.Timeline.Elapsed)
			lanes := p.fold(row.Timeline)
			folded = folded || len(lanes) < len(row.Timeline.Lanes)
			for _, lane := range lanes {
				label = max(label, term.Width(lane.Label))
			}
		}
	}
	if axis == 0 {
		return
	}
	columns := p.columns(label)
	for i := range rows {
		if t := rows[i].Timeline; t != nil {
			p.timelineHead(&rows[i])
			p.lanes(t, p.fold(t), label, columns, axis)
		}
	}
	p.axis(label, columns, axis)
	p.write(strings.Repeat(" ", 2*gap), p.layout.Legend())
	words := fmt.Sprintf("%s A column is %s.", run, human(float64(axis)/float64(columns)))
	if folded {
		words += " Of many tasks, the first have lanes and the slow ones, which took longest from their start; the others share one."
	}
	p.statement(term.Faint, words)
	p.blank()
}

// columns is how many there are for lanes beside labels that are so wide.
func (p *page) columns(label int) int { return max(leastColumns, p.textWidth()-2*gap-label-2*gap) }

// axis writes the time axis below lanes.
func (p *page) axis(label, columns int, axis time.Duration) {
	p.write(strings.Repeat(" ", 2*gap+label+gap), p.paint(term.Faint, p.layout.Axis(columns, axis)))
}

// lanesEach is how many rows a timeline has at most.
func (p *page) lanesEach() int { return cmp.Or(p.rows, mostLanes) }

// fold makes rows of a timeline's lanes.
func (p *page) fold(t *timeline.Timeline) []LaneRow {
	return Fold(t, p.lanesEach(), min(mostSlow, p.lanesEach()/3))
}

// timelineHead says whose lanes follow, and what their time went to.
func (p *page) timelineHead(row *measure.Row) {
	p.behind(row.Strategy, append([]string{measure.Human(row.Timeline.Elapsed)}, Spent(row.Timeline)...))
}

// leastShare is the share of the time below which a part of it is not worth a word, and mostParts how many are told.
const (
	leastShare = 0.01
	mostParts  = 3
)

// Spent says how many tasks were in flight at once, and what their time went to.
func Spent(t *timeline.Timeline) []string {
	words := []string{fmt.Sprintf("%d at once", t.MostInFlight())}
	for i, part := range t.Parts() {
		if i < mostParts && part.Share >= leastShare {
			words = append(words, measure.Percent(part.Share)+" "+partWords(part))
		}
	}
	for _, part := range t.Queues() {
		if float64(part.Mean) >= leastShare*float64(t.Elapsed) {
			words = append(words, fmt.Sprintf("%s %s before its start, on average", measure.Human(part.Mean), partWords(part)))
		}
	}
	return words
}

// partWords names a part: "waiting (sleeping, tasks.go:19)".
func partWords(part timeline.Part) string {
	reason, place := term.Printable(part.Reason, longestDetail), term.Printable(part.Place, longestDetail)
	switch {
	case reason != "" && place != "":
		return fmt.Sprintf("%s (%s, %s)", part.State, reason, place)
	case reason != "":
		return fmt.Sprintf("%s (%s)", part.State, reason)
	}
	return part.State.String()
}

// lanes draws the rows of one timeline.
// inFlightLabel stands before the curve of how many were in flight.
const inFlightLabel = "at once"

// lanes writes rows of a timeline below each other and, where they do not show all, how many were in flight.
func (p *page) lanes(t *timeline.Timeline, rows []LaneRow, label, columns int, axis time.Duration) {
	indent := strings.Repeat(" ", 2*gap)
	for _, row := range rows {
		p.write(indent, p.paint(term.Faint, term.PadLeft(row.Label, label)), "  ",
			p.layout.Lane(timeline.Columns(row.Lanes, columns, axis, axis)))
	}
	if len(rows) < len(t.Lanes) {
		p.write(indent, p.paint(term.Faint, term.PadLeft(inFlightLabel, label)), "  ",
			p.paint(term.Faint, p.layout.Curve(t, columns, axis)))
	}
}
