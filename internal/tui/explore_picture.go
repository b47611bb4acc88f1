package tui

import (
	"strings"
	"time"

	"meanwhile/internal/measure"
	"meanwhile/internal/predict"
	"meanwhile/internal/report"
	"meanwhile/internal/term"
	"meanwhile/internal/timeline"
)

// overlay is a picture of what was predicted and, laid over it, of what was measured.
type overlay struct {
	layout   report.Layout
	strategy string
	axis     time.Duration

	// predicted is nil where nothing is known.
	predicted *timeline.Timeline
	interval  predict.Interval

	// measured is nil before the run, and took is how long the measured round was, which is not the one with the lanes.
	measured *timeline.Timeline
	took     time.Duration
	right    bool // it took as long as predicted
}

func (m explorer) picture() overlay {
	o := overlay{
		layout: m.layout, strategy: m.plan.Strategies[0], axis: m.axis,
		predicted: m.prediction.timeline, interval: m.prediction.interval,
	}
	if row := m.row(); row != nil {
		o.measured, o.took = row.Timeline, time.Duration(row.Elapsed.Median)
		o.right = row.Verdict.Outcome == measure.Inside
	}
	return o
}

// overlayFrame is how many lines of the picture are no lanes: its heading, where it ends, the axis, and the legend.
const overlayFrame = 4

// front is the timeline that is on top.
func (o overlay) front() *timeline.Timeline {
	if o.measured != nil {
		return o.measured
	}
	return o.predicted
}

// least is how many lines it takes at least, of which so many are for lanes, if there are as many.
func (o overlay) least(lanes int) int {
	if o.front() == nil {
		return len(o.nothing())
	}
	return overlayFrame + min(lanes, len(o.front().Lanes))
}

// nothing stands where there is nothing to draw.
func (o overlay) nothing() []report.Line {
	var lines []report.Line
	for _, line := range term.Wrap("nothing is known of a disk before it is asked: Enter runs it", o.layout.Width-2*margin) {
		lines = append(lines, o.layout.Line(term.Plain, strings.Repeat(" ", margin)+line))
	}
	return lines
}

// draw draws it in at most so many lines.
func (o overlay) draw(lines int) []report.Line {
	if o.front() == nil {
		return o.nothing()
	}
	room := max(1, lines-overlayFrame)
	rows := report.Fold(o.front(), room, room/3)
	label := term.Width(endLabel)
	for _, row := range rows {
		label = max(label, term.Width(row.Label))
	}
	columns := max(leastColumns, o.layout.Width-margin-label-2-margin)
	line := func(name string, drawn report.Line) report.Line {
		name = strings.Repeat(" ", margin) + term.PadLeft(name, label) + "  "
		return join(o.layout.Line(term.Faint, name), drawn)
	}
	drawn := []report.Line{o.heading()}
	beneath := o.beneath(rows)
	for i, row := range rows {
		drawn = append(drawn, line(row.Label, o.lane(row.Lanes, beneath[i], columns)))
	}
	axis := o.layout.Line(term.Faint, cut(o.layout.Axis(columns, o.axis), columns+margin))
	return append(drawn, line(endLabel, o.ends(columns)), line("", axis), o.legend())
}

// endLabel stands before the mark of where a run ends.
const endLabel = "end"

// heading says whose lanes these are, and what their time goes to, as far as it fits.
func (o overlay) heading() report.Line {
	line := join(spaces(margin), o.layout.Line(term.Title, o.what()), o.layout.Line(term.Strong, "  "+o.strategy), spaces(2))
	for i, part := range o.parts() {
		if i > 0 {
			part = " · " + part
		}
		next := o.layout.Line(term.Faint, part)
		if line.Width+next.Width > o.layout.Width {
			break
		}
		line = join(line, next)
	}
	return line
}

func (o overlay) what() string {
	switch {
	case o.measured == nil:
		return "predicted"
	case o.predicted == nil:
		return "measured"
	}
	return "measured over predicted"
}

// parts are what there is to say of the timeline on top. What was measured is seen in a round of its own, under the tracer.
func (o overlay) parts() []string {
	t := o.front()
	parts := []string{measure.Human(t.Elapsed)}
	if o.measured != nil {
		parts[0] += " under the tracer"
	}
	return append(parts, report.Spent(t)...)
}

// beneath are the predicted lanes of the same tasks, row by row.
func (o overlay) beneath(rows []report.LaneRow) [][]timeline.Lane {
	beneath := make([][]timeline.Lane, len(rows))
	if o.predicted == nil || o.measured == nil {
		return beneath
	}
	alone := map[int]bool{} // the tasks with a row of their own; the band has the others
	for _, row := range rows {
		if len(row.Lanes) == 1 {
			alone[row.Task] = true
		}
	}
	for i, row := range rows {
		if len(row.Lanes) == 1 {
			beneath[i] = o.predicted.Lanes[row.Task : row.Task+1]
			continue
		}
		for task, lane := range o.predicted.Lanes {
			if !alone[task] {
				beneath[i] = append(beneath[i], lane)
			}
		}
	}
	return beneath
}

// lane draws a row. Where something was predicted and nothing came, there is a shadow.
func (o overlay) lane(lanes, beneath []timeline.Lane, columns int) report.Line {
	states := timeline.Columns(lanes, columns, o.axis, o.axis)
	shadows := timeline.Columns(beneath, columns, o.axis, o.axis)
	var pieces []report.Line
	for i := 0; i < columns; {
		shadow := states[i] == timeline.None && shadows[i] != timeline.None
		j := i
		for j < columns && shadow == (states[j] == timeline.None && shadows[j] != timeline.None) {
			j++
		}
		if shadow {
			pieces = append(pieces, o.layout.Line(term.Faint, strings.Repeat(shadowSign, j-i)))
		} else {
			pieces = append(pieces, report.Line{Painted: o.layout.Lane(states[i:j]), Width: j - i})
		}
		i = j
	}
	return join(pieces...)
}

// shadowSign stands where something was predicted that did not come.
const shadowSign = "░"

// ends marks the range in which the run should end, and where it did.
func (o overlay) ends(columns int) report.Line {
	column := func(t time.Duration) int {
		return min(columns-1, int(float64(t)/float64(max(1, o.axis))*float64(columns)))
	}
	signs := make([]string, columns)
	for i := range signs {
		signs[i] = " "
	}
	if o.predicted != nil {
		low, high := column(o.interval.Low), column(o.interval.High)
		for i := low; i <= high; i++ {
			signs[i] = o.layout.Line(term.Faint, "─").Painted
		}
		signs[low], signs[high] = o.layout.Line(term.Faint, "│").Painted, o.layout.Line(term.Faint, "│").Painted
	}
	if o.measured != nil {
		role := term.Warn
		if o.right {
			role = term.Good
		}
		signs[column(o.took)] = o.layout.Line(role, "×").Painted
	}
	return report.Line{Painted: strings.Join(signs, ""), Width: columns}
}

// legend explains the signs, as many as fit.
func (o overlay) legend() report.Line {
	const states = "█ running  · waiting  ▒ queued"
	line := join(spaces(margin), report.Line{Painted: o.layout.Legend(), Width: term.Width(states)})
	others := []string{"│─│ should end"}
	if o.measured != nil {
		others = []string{shadowSign + " only predicted", "│─│ should end", "× ended"}
	}
	for _, other := range others {
		if next := o.layout.Line(term.Faint, "  "+other); line.Width+next.Width <= o.layout.Width {
			line = join(line, next)
		}
	}
	return line
}
