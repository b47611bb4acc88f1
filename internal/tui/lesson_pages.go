package tui

import (
	"slices"

	"meanwhile/internal/course"
	"meanwhile/internal/report"
	"meanwhile/internal/term"
)

// glossary explains the terms, those of this lesson first.
func (m lesson) glossary() []report.Line {
	own, others := m.terms()
	lines := m.entries("In this lesson", own)
	return append(lines, m.entries("All others", others)...)
}

// terms are the entries of the glossary: those that the lesson's text names, in its order, and the others.
func (m lesson) terms() (own, others []course.Entry) {
	named := map[string]bool{}
	for _, step := range m.session.Lesson.Steps {
		for _, block := range step.Prose {
			for _, span := range block.Spans {
				entry, ok := course.Define(m.desk.Glossary, span.Text)
				if ok && span.Mark == course.Term && !named[entry.Term] {
					own, named[entry.Term] = append(own, entry), true
				}
			}
		}
	}
	others = slices.DeleteFunc(slices.Clone(m.desk.Glossary), func(e course.Entry) bool { return named[e.Term] })
	return own, others
}

func (m lesson) entries(title string, entries []course.Entry) []report.Line {
	l := narrower(m.layout, 2*margin)
	if len(entries) == 0 {
		return nil
	}
	lines := []report.Line{l.Line(term.Faint, title), {}}
	for _, entry := range entries {
		lines = append(lines, l.Line(term.Title, entry.Term))
		for _, line := range narrower(l, margin).Prose(entry.Prose, course.Results{}) {
			lines = append(lines, join(spaces(margin), line))
		}
		lines = append(lines, report.Line{})
	}
	return lines
}

// help says what all keys are for.
func (m lesson) help() []report.Line {
	l := narrower(m.layout, 2*margin)
	texts := []message{
		{term.Strong, "Going on"},
		{term.Plain, "Enter: does what the step is for: it reads on, answers, runs, goes on; a question without an answer it skips"},
		{term.Plain, "n, right: the next step; s: the same, without answering or running"},
		{term.Plain, "b, left: the step before"},
		{term.Plain, "q: leave; your place and your answers are kept, and 'meanwhile learn' goes on from there"},
		{},
		{term.Strong, "Answering"},
		{term.Plain, "a choice: its digit, or up and down, and Enter"},
		{term.Plain, "a number: type it, and Enter; Esc leaves the field, and a digit goes back to it"},
		{term.Plain, "an order: the digits, one after the other, the highest first; Backspace takes one back; Enter"},
		{term.Plain, "how sure you are: left and right or a digit, and Enter"},
		{},
		{term.Strong, "Running"},
		{term.Plain, "Enter: run the command, here and for real; Esc: stop it"},
		{term.Plain, "r: run it again; f: type other flags"},
		{},
		{term.Strong, "Looking"},
		{term.Plain, "up, down (or k, j), PgUp, PgDn (or Space), Home, End: scroll"},
		{term.Plain, "g: the glossary, with the terms of this lesson first"},
		{term.Plain, "^C: stop everything, and leave"},
	}
	if m.look.Present {
		texts = append(texts, message{}, message{term.Strong, "Presenting"},
			message{term.Plain, "Enter, Space, right, PgDn: the next part; b, left, PgUp: the one before"},
			message{term.Plain, "N or t: what to say, and the time since the start, as of the last key"})
	}
	var lines []report.Line
	for _, text := range texts {
		if text.text == "" {
			lines = append(lines, report.Line{})
			continue
		}
		lines = append(lines, l.Text(text.role, text.text, 0)...)
	}
	return append(lines, report.Line{}, measured(m.layout.Legend()))
}
