package tui

import (
	"fmt"
	"strings"

	tea "charm.land/bubbletea/v2"

	"meanwhile/internal/report"
	"meanwhile/internal/term"
)

// The sizes of the bench, in columns and lines.
const (
	exploreLeastWidth  = 54
	exploreLeastHeight = 14
	exploreRoomy       = 30  // from so many lines on, some are left blank
	exploreWords       = 14  // lines for all but the lanes, in a window that is not large
	exploreText        = 100 // wider text is hard to read
	margin             = 2

	dialRows  = 4
	dialName  = 10
	dialValue = 10
	dialTrack = 10
	dialWidth = 2 + dialName + 1 + 2 + dialValue + 2 // its mark, its name, its value between two signs
)

func (m explorer) View() tea.View {
	var lines []report.Line
	switch {
	case m.layout.Width < exploreLeastWidth || m.height < exploreLeastHeight:
		lines = m.wrapped(message{term.Plain, fmt.Sprintf("explore needs a window of %d columns and %d lines; q leaves",
			exploreLeastWidth, exploreLeastHeight)})
	case m.page == benchPage:
		lines = m.bench()
	default:
		lines = m.scrolled()
	}
	painted := make([]string, min(len(lines), max(0, m.height)))
	for i := range painted {
		painted[i] = lines[i].Painted
	}
	view := tea.NewView(strings.Join(painted, "\n"))
	view.AltScreen = true
	return view
}

// bench draws the dials, the picture below them, what it says, and the keys on the last line.
func (m explorer) bench() []report.Line {
	roomy := m.height >= exploreRoomy
	top := []report.Line{m.head()}
	if roomy {
		top = append(top, report.Line{})
	}
	top = append(append(top, m.dialLines()...), report.Line{})
	room := m.height - len(top) - 1 // the last line is for the keys
	picture := m.picture()
	words := m.words(room-picture.least(min(max(3, m.height-exploreWords), 16)), roomy)
	lines := append(append(top, picture.draw(room-len(words))...), words...)
	for len(lines) < m.height-1 {
		lines = append(lines, report.Line{})
	}
	return append(lines, m.keys("arrows turn", "Enter runs", "s source", "w write", "? help", "q quit"))
}

func (m explorer) head() report.Line {
	title := m.layout.Line(term.Title, "meanwhile explore")
	return join(title, m.fitting(term.Faint, "  every turn predicts, Enter measures",
		m.layout.Width-title.Width))
}

// dialLines draws the dials in two columns.
func (m explorer) dialLines() []report.Line {
	lines := make([]report.Line, dialRows)
	for i, dial := range m.dials {
		lines[i%dialRows] = join(lines[i%dialRows], m.dialLine(dial, i == m.chosen), m.track(dial))
	}
	return lines
}

// dialLine draws one: its name and what it says, between signs for the ways in which it can be turned.
func (m explorer) dialLine(d dial, chosen bool) report.Line {
	name := term.Pad(d.name, dialName) + " "
	if !d.applies(m.plan) {
		return m.layout.Line(term.Faint, "  "+name+"  "+term.Pad("–", dialValue)+"  ")
	}
	value := term.Pad(m.layout.Style.Text(d.show(d.get(m.plan))), dialValue)
	if !chosen {
		return join(m.layout.Line(term.Plain, "  "+name+"  "), m.layout.Line(term.Strong, value), spaces(2))
	}
	less, more := "  ", "  "
	if d.canTurn(m.plan, -1) {
		less = "< "
	}
	if d.canTurn(m.plan, 1) {
		more = " >"
	}
	return join(m.layout.Line(term.Strong, "› "+name), m.layout.Line(term.Selected, less+value+more))
}

// track draws how far a dial is turned, where there is room.
func (m explorer) track(d dial) report.Line {
	const gap = 1
	switch {
	case m.layout.Width < 2*(dialWidth+gap+dialTrack+gap):
		return report.Line{}
	case !d.applies(m.plan):
		return spaces(gap + dialTrack + gap)
	}
	before := int(d.share(m.plan)*float64(dialTrack-1) + 0.5)
	return join(spaces(gap), m.layout.Line(term.Faint, strings.Repeat("─", before)), m.layout.Line(term.Waiting, "█"),
		m.layout.Line(term.Faint, strings.Repeat("─", dialTrack-1-before)), spaces(gap))
}

// keys says what keys do, as many as fit.
func (m explorer) keys(keys ...string) report.Line {
	line := strings.Repeat(" ", margin)
	for _, key := range keys {
		if term.Width(line+key) <= m.layout.Width {
			line += key + "  "
		}
	}
	return m.layout.Line(term.Faint, strings.TrimRight(line, " "))
}

// words are the messages, as many as fit the room, set off where it is roomy. Of the first there is always something.
func (m explorer) words(room int, roomy bool) []report.Line {
	var lines []report.Line
	if roomy {
		lines = append(lines, report.Line{})
	}
	for i, message := range m.messages() {
		more := m.wrapped(message)
		if i == 0 && len(lines)+len(more) > room {
			more = more[:max(1, room-len(lines))]
		}
		if i == 0 || len(lines)+len(more) <= room {
			lines = append(lines, more...)
		}
	}
	return lines
}

// wrapped breaks a message into lines.
func (m explorer) wrapped(text message) []report.Line {
	var lines []report.Line
	for _, line := range term.Wrap(m.layout.Style.Text(text.text), min(exploreText, m.layout.Width-2*margin)) {
		lines = append(lines, m.fitting(text.role, strings.Repeat(" ", margin)+line, m.layout.Width))
	}
	return lines
}

// fitting is a line that is cut where it does not fit.
func (m explorer) fitting(role term.Role, text string, width int) report.Line {
	return m.layout.Line(role, cut(m.layout.Style.Text(text), width))
}

// join puts pieces of a line together.
func join(pieces ...report.Line) report.Line {
	var whole report.Line
	for _, piece := range pieces {
		whole.Painted += piece.Painted
		whole.Width += piece.Width
	}
	return whole
}

func spaces(n int) report.Line { return report.Line{Painted: strings.Repeat(" ", n), Width: n} }
