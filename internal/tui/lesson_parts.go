package tui

import (
	"fmt"
	"slices"

	tea "charm.land/bubbletea/v2"

	"meanwhile/internal/course"
	"meanwhile/internal/experiment"
	"meanwhile/internal/report"
	"meanwhile/internal/term"
)

// part is a piece of a step that belongs together: a paragraph, a choice, a picture. A presentation shows one after the other.
type part struct {
	lines  []report.Line
	tight  bool          // it follows the part before without a blank line
	focus  bool          // it has to be seen to do what the step asks for
	cursor *tea.Position // where keys go, in its lines
}

// body is what stands between the head of the window and its keys.
type body struct {
	lines    []report.Line
	from, to int // the lines in focus
	cursor   *tea.Position
}

// stack puts parts below each other; spaced has a blank line between all of them, the choices and the items of a list, too.
func stack(parts []part, spaced bool) body {
	var b body
	for i, part := range parts {
		if i > 0 && (!part.tight || spaced) {
			b.lines = append(b.lines, report.Line{})
		}
		if part.focus && b.to == 0 {
			b.from = len(b.lines)
		}
		if part.cursor != nil {
			b.cursor = &tea.Position{X: part.cursor.X, Y: part.cursor.Y + len(b.lines)}
		}
		b.lines = append(b.lines, part.lines...)
		if part.focus {
			b.to = len(b.lines)
		}
	}
	return b
}

// parts are those of the step, or of the end.
func (m lesson) parts() []part {
	step := m.session.Step()
	var parts []part
	switch {
	case m.run.underWay:
		parts = m.runningParts()
		if whole := slices.Concat(m.prose(step), parts); step.Kind == course.Run && len(stack(whole, false).lines) <= m.rows() {
			parts = whole
		}
	case step == nil:
		parts = m.endParts()
	default:
		parts = m.stepParts(step)
	}
	if m.note != "" {
		parts = slices.Insert(parts, 0, part{lines: m.text().Text(term.Warn, m.note, 0)})
	}
	if m.look.Present {
		parts = divided(parts, m.rows())
	}
	return parts
}

// stepParts are those of a step at rest.
func (m lesson) stepParts(step *course.Step) []part {
	parts := m.missingParts()
	switch step.Kind {
	case course.Predict, course.Change, course.Quiz:
		return slices.Concat(parts, m.prose(step), m.questionParts(step))
	case course.Observe:
		return slices.Concat(parts, m.observeParts(step))
	case course.Run:
		return slices.Concat(m.prose(step), m.runParts())
	case course.Timeline:
		if m.bare(step) {
			return parts
		}
		return slices.Concat(parts, m.timelineParts(step))
	case course.Explain:
		if m.bare(step) {
			return parts
		}
		return slices.Concat(parts, m.explainParts(step))
	case course.Read:
		return slices.Concat(parts, m.prose(step), m.codeParts(step))
	}
	return nil
}

// bare tells that a step has nothing to show before its run is made.
func (m lesson) bare(step *course.Step) bool {
	return (step.Kind == course.Timeline || step.Kind == course.Explain) && m.session.Results().Last == nil
}

// missingParts tell that the step speaks of a run that there was not.
func (m lesson) missingParts() []part {
	if !m.session.Missing() {
		return nil
	}
	l := m.text()
	parts := []part{
		{lines: l.Text(term.Warn, "This speaks of a run that was not made in this session. r makes it now:", 0)},
		{lines: m.commandLines(m.session.Command()), tight: true},
	}
	if m.attempt.failed != "" {
		parts = append(parts, part{lines: l.Text(term.Bad, m.attempt.failed, 0)})
	}
	return parts
}

// prose is the step's text, a part a paragraph.
func (m lesson) prose(step *course.Step) []part {
	l, results := m.text(), m.session.Results()
	var parts []part
	for i, block := range step.Prose {
		parts = append(parts, part{
			lines: l.Prose(step.Prose[i:i+1], results), tight: i > 0 && block.Item && step.Prose[i-1].Item,
		})
	}
	return parts
}

// verdictParts set answers beside what came out.
func (m lesson) verdictParts() []part {
	var parts []part
	for _, verdict := range m.session.Verdicts() {
		parts = append(parts, part{lines: m.text().Verdict(verdict)})
	}
	return parts
}

// observeParts have before the question what there is to see: it is asked what the learner saw.
func (m lesson) observeParts(step *course.Step) []part {
	parts := m.prose(step)
	if result := m.session.Results().Last; result != nil {
		parts = append(parts, part{lines: m.text().Outcome(result)})
	}
	return append(parts, m.questionParts(step)...)
}

// timelineParts end in the lanes.
func (m lesson) timelineParts(step *course.Step) []part {
	parts := slices.Concat(m.verdictParts(), m.prose(step))
	return append(parts, m.lanes(m.session.Results().Last, parts)...)
}

// lanes are those of a result, if it has some, in as many rows as the window has room for beside other parts; where that is
// too little, they have a window of their own.
func (m lesson) lanes(result *experiment.Result, beside []part) []part {
	if !slices.ContainsFunc(result.Runs, func(run experiment.Run) bool { return run.Timeline != nil }) {
		return nil
	}
	height := func(rows int) int { return len(m.wide().Lanes(result, rows)) }
	room, low, high := m.rows(), fewestLanes, mostLanes
	if m.look.Present {
		low = fewestOnSlide
	} else if left := room - len(stack(beside, false).lines) - 1; height(low) <= left {
		room = left
	}
	for low < high {
		if middle := (low + high + 1) / 2; height(middle) <= room {
			low = middle
		} else {
			high = middle - 1
		}
	}
	return []part{{lines: m.wide().Lanes(result, low)}}
}

// How many rows the lanes of a run take: so few that they can still be read, even if that means to scroll, and no more than
// there is to tell apart. A slide cannot be scrolled.
const (
	fewestLanes   = 7
	fewestOnSlide = 4
	mostLanes     = 40
)

// explainParts set the guesses beside what was measured, and say why.
func (m lesson) explainParts(step *course.Step) []part {
	parts := slices.Concat(m.verdictParts(), m.prose(step))
	if m.session.FirstExplanation() {
		parts = append(parts, part{lines: m.text().Misconception(m.session.Lesson.Misconception)})
	}
	return parts
}

// codeParts are the code that ran.
func (m lesson) codeParts(step *course.Step) []part {
	var parts []part
	for _, name := range step.Examples {
		example, err := report.FindExample(name)
		if err != nil {
			parts = append(parts, part{lines: m.text().Text(term.Bad, err.Error(), 0)})
			continue
		}
		code := m.wide().ReadCode(example, m.session.Results().Last)
		parts = append(parts, part{lines: m.wide().Folded(code)})
	}
	return parts
}

// endParts are behind the last step.
func (m lesson) endParts() []part {
	l, lesson := m.text(), m.session.Lesson
	parts := []part{{lines: l.End(m.session)}}
	if _, answered := course.Score(lesson, m.session.Saved(), true); answered > 0 && !m.unkept {
		parts = append(parts, part{lines: l.Text(term.Plain, "The questions of the quiz come again: those that you had right from "+
			"tomorrow on, the others within the hour. '"+m.desk.Review+"' asks what is due.", 0)})
	}
	if !m.unkept {
		parts = append(parts, part{lines: l.Text(term.Plain, fmt.Sprintf("Lesson %d is done. '%s' goes on with the next.",
			lesson.Number, m.desk.Learn), 0)})
	}
	return parts
}
