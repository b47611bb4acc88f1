package tui

import (
	"fmt"
	"regexp"
	"strings"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/colorprofile"

	"meanwhile/internal/report"
	"meanwhile/internal/term"
)

// A slide is small, so that it can be shown large: in columns and lines.
const (
	slideText   = 60
	slideWidth  = 72 // of code
	slideHeight = 20
)

// everything is more parts than a step has.
const everything = 1000

// notesKey is for the notes; so is t.
const notesKey = "N"

// clicked is the key that a presenter's clicker means.
func clicked(name string) string {
	switch name {
	case "space", "pgdown", "right":
		return "enter"
	case "pgup", "left":
		return "b"
	case "t":
		return notesKey
	}
	return name
}

// presents tells whether a key moves within the slides of a step.
func (m lesson) presents(name string) bool {
	return name == notesKey || name == "enter" && m.hides() || name == "b" && m.revealed > 1
}

// hides tells whether parts of the step are still to be shown.
func (m lesson) hides() bool { return m.uncovered() < len(m.shown.parts) }

// uncovered is how many parts are shown: all of them, where the learner or a run is at work.
func (m lesson) uncovered() int {
	all := len(m.shown.parts)
	busy := m.run.underWay || m.attempt.typing || m.attempt.answer != "" || m.attempt.refused != "" || m.attempt.failed != ""
	if busy || m.session.Step() != nil && m.engaged() {
		return all
	}
	return min(max(1, m.revealed), all)
}

// present shows a part more, or one less, or the notes.
func (m lesson) present(name string) lesson {
	switch name {
	case "enter":
		m.revealed = m.uncovered() + 1
	case "b":
		m.revealed = m.uncovered() - 1
	case notesKey:
		m.notes = !m.notes
	}
	return m
}

// slide is the page of the step's parts on which the last one stands that is shown.
func (m lesson) slide() body {
	parts, rows, last := m.shown.parts, m.shown.rows, m.uncovered()
	from := 0
	for _, to := range pages(parts, rows) {
		if to >= last {
			spaced := len(stack(parts[from:to], true).lines) <= rows
			return stack(parts[from:last], spaced)
		}
		from = to
	}
	return body{}
}

// pages divides parts into pages and returns where each ends. What is in focus stays together, if it fits a page.
func pages(parts []part, rows int) (ends []int) {
	fits := func(from, to int) bool { return len(stack(parts[from:to], false).lines) <= rows }
	from := 0
	for i := range parts {
		group := i + 1
		if parts[i].focus && (i == 0 || !parts[i-1].focus) {
			for group < len(parts) && parts[group].focus {
				group++
			}
		}
		if i > from && (!fits(from, i+1) || !fits(from, group) && fits(i, group)) {
			ends, from = append(ends, i), i
		}
	}
	return append(ends, len(parts))
}

// divided cuts parts that are longer than a page.
func divided(parts []part, rows int) []part {
	var short []part
	for _, whole := range parts {
		for len(whole.lines) > rows && whole.cursor == nil {
			piece := whole
			piece.lines, whole.lines = whole.lines[:rows], whole.lines[rows:]
			short = append(short, piece)
		}
		short = append(short, whole)
	}
	return short
}

// noteLines are what a speaker reads below the slide.
func (m lesson) noteLines() []report.Line {
	if !m.look.Present || !m.notes || m.page != stepPage {
		return nil
	}
	l := narrower(m.layout, 2*margin)
	lines := []report.Line{{}, l.Line(term.Strong, "notes, "+sinceStart(m.now.Sub(m.began)))}
	notes := ""
	if step := m.session.Step(); step != nil {
		notes = step.Notes
	}
	if notes == "" {
		notes = "There are none for this step."
	}
	for paragraph := range strings.SplitSeq(notes, "\n\n") {
		lines = append(lines, l.Text(term.Plain, paragraph, 0)...)
	}
	for i := range lines {
		lines[i] = join(spaces(margin), lines[i])
	}
	return lines
}

// sinceStart says how long the presentation has taken, as of the last key.
func sinceStart(elapsed time.Duration) string {
	return fmt.Sprintf("%d:%02d min since the start", int(elapsed.Minutes()), int(elapsed.Seconds())%60)
}

// options are what the look needs of the program.
func (look Look) options(style term.Style) []tea.ProgramOption {
	if look.Light && style.Coloured() {
		return []tea.ProgramOption{tea.WithColorProfile(colorprofile.ANSI256)} // more colours than the roles have
	}
	return nil
}

// colouring finds what sets colours, and dark are those of the roles in shades that can be read on a light background.
var colouring = regexp.MustCompile("\x1b\\[[0-9;]+m")

func onLight(content string) string {
	dark := strings.NewReplacer(
		"31", "38;5;124", "32", "38;5;22", "33", "38;5;94", "34", "38;5;19", "35", "38;5;90", "36", "38;5;24")
	return colouring.ReplaceAllStringFunc(content, dark.Replace)
}
