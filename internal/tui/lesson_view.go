package tui

import (
	"fmt"
	"image/color"
	"slices"
	"strings"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"

	"meanwhile/internal/course"
	"meanwhile/internal/report"
	"meanwhile/internal/term"
)

// The sizes of a lesson, in columns and lines.
const (
	lessonLeastWidth  = 60
	lessonLeastHeight = 20
	lessonHead        = 2 // its lines
	lessonBar         = 12
)

// sheet is what there is to see, and how much of it at once.
type sheet struct {
	parts []part // of the step, where that is shown
	body  body
	rows  int
}

// lay brings what there is to see up to date.
func (m lesson) lay() lesson {
	m.shown = sheet{rows: m.rows()}
	switch {
	case m.cramped():
	case m.page == glossaryPage:
		m.shown.body.lines = m.glossary()
	case m.page == lessonHelpPage:
		m.shown.body.lines = m.help()
	default:
		m.shown.parts = m.parts()
		m.shown.body = stack(m.shown.parts, false)
		if m.look.Present {
			m.shown.body = m.slide()
		}
	}
	m.scroll = min(m.scroll, m.most())
	return m
}

// cramped tells that the window is too small.
func (m lesson) cramped() bool {
	return m.layout.Width < lessonLeastWidth || m.height < lessonLeastHeight
}

// text is the layout of words, wide that of pictures and code.
func (m lesson) text() report.Layout {
	l := m.wide()
	if m.look.Present {
		l.Width = min(l.Width, slideText)
	}
	return l
}

func (m lesson) wide() report.Layout {
	l := narrower(m.layout, 2*margin)
	if m.look.Present {
		l.Width = min(l.Width, slideWidth)
	}
	return l
}

// narrower is a layout with so many columns less.
func narrower(l report.Layout, columns int) report.Layout {
	l.Width = max(1, l.Width-columns)
	return l
}

// bottom is the number of lines from the head to the keys.
func (m lesson) bottom() int {
	if m.look.Present && m.page == stepPage {
		return min(slideHeight, m.height*2/3)
	}
	return m.height
}

// rows is how many lines of the body are seen at once.
func (m lesson) rows() int { return max(1, m.bottom()-lessonHead-len(m.answerLines())-1) }

// most is how far the body can be scrolled.
func (m lesson) most() int { return max(0, len(m.shown.body.lines)-m.shown.rows) }

// unread tells that there is more below.
func (m lesson) unread() bool { return m.scroll < m.most() }

// move scrolls.
func (m lesson) move(name string) lesson {
	page := max(1, m.shown.rows-1)
	by := map[string]int{
		"up": -1, "k": -1, "down": 1, "j": 1, "pgup": -page, "pgdown": page, "space": page,
		"home": -m.most(), "end": m.most(),
	}
	m.scroll = min(max(0, m.scroll+by[name]), m.most())
	return m
}

// toFocus scrolls as far as it takes to see what the learner is at.
func (m lesson) toFocus() lesson {
	m = m.lay()
	m.scroll = max(m.scroll, m.shown.body.to-m.shown.rows)
	if m.shown.body.to > 0 {
		m.scroll = min(m.scroll, m.shown.body.from)
	}
	return m
}

func (m lesson) View() tea.View {
	view := tea.NewView(within(m.lines(), m.layout.Width, m.height))
	view.AltScreen = true
	if at := m.shown.body.cursor; at != nil && m.page == stepPage && at.Y >= m.scroll && at.Y < m.scroll+m.shown.rows {
		view.Cursor = tea.NewCursor(margin+at.X, lessonHead+at.Y-m.scroll)
	}
	if m.layout.Style.Coloured() {
		m.look.paint(&view)
	}
	return view
}

// within is as much of lines as a window of that size holds.
func within(lines []report.Line, width, height int) string {
	painted := make([]string, min(len(lines), max(0, height)))
	for i := range painted {
		painted[i] = lines[i].Painted
		if ansi.StringWidth(painted[i]) > width {
			painted[i] = ansi.Truncate(painted[i], width, "")
		}
	}
	return strings.Join(painted, "\n")
}

// paint sets the background.
func (look Look) paint(view *tea.View) {
	switch {
	case look.Light:
		view.BackgroundColor, view.ForegroundColor = color.Gray{Y: 0xfc}, color.Gray{Y: 0x18}
		view.Content = onLight(view.Content)
	case look.Present:
		view.BackgroundColor, view.ForegroundColor = color.Gray{Y: 0x10}, color.Gray{Y: 0xf0}
	}
}

// lines are those of the window.
func (m lesson) lines() []report.Line {
	if m.cramped() {
		return narrower(m.layout, 0).Text(term.Plain, fmt.Sprintf("A lesson needs a window of %d columns and %d lines. Make this one "+
			"larger, or leave by q: 'meanwhile learn --plain' does without.", lessonLeastWidth, lessonLeastHeight), 0)
	}
	notes := m.noteLines()
	if len(notes) > m.height-m.bottom() { // they take the place of the slide
		lines := append([]report.Line{m.head()}, notes...)
		return append(lines[:min(len(lines), m.height-1)], m.keyLine())
	}
	lines := []report.Line{m.head(), {}}
	to := min(len(m.shown.body.lines), m.scroll+m.shown.rows)
	for _, line := range m.shown.body.lines[m.scroll:to] {
		lines = append(lines, join(spaces(margin), line))
	}
	keys := append(m.answerLines(), m.keyLine())
	if m.unread() || m.scroll > 0 {
		keys[0] = m.whereabouts(to)
	}
	for len(lines) < m.bottom()-len(keys) {
		lines = append(lines, report.Line{})
	}
	return append(append(lines, keys...), notes...)
}

// whereabouts says which lines are seen.
func (m lesson) whereabouts(to int) report.Line {
	text := fmt.Sprintf("  lines %d–%d of %d", m.scroll+1, to, len(m.shown.body.lines))
	if m.unread() {
		text += "; there is more: PgDn"
	}
	return m.layout.Line(term.Warn, text)
}

// answerLines answer the last key; there is at least one.
func (m lesson) answerLines() []report.Line {
	lines := []report.Line{{}}
	if m.told.text != "" {
		for _, line := range m.text().Text(m.told.role, m.told.text, 0) {
			lines = append(lines, join(spaces(margin), line))
		}
	}
	return lines[:min(len(lines), mostAnswer)]
}

// mostAnswer is how many lines an answer to a key may take.
const mostAnswer = 4

// head says which lesson this is, and how far it has come; what does not fit is left out.
func (m lesson) head() report.Line {
	l := m.layout
	title := l.Line(term.Title, fmt.Sprintf("  %d  %s", m.session.Lesson.Number, m.session.Lesson.Title))
	step := m.session.Step()
	if m.page != stepPage || step == nil {
		words := map[lessonPage]string{stepPage: "the end", glossaryPage: "glossary", lessonHelpPage: "keys"}[m.page]
		return between(title, l.Line(term.Faint, words), l.Width-margin)
	}
	where := l.Line(term.Faint, fmt.Sprintf("step %d of %d", m.session.At()+1, m.session.Steps()))
	kind := join(spaces(2), l.Line(term.Strong, step.Kind.Words()))
	share := float64(m.session.At()) / float64(m.session.Steps())
	bar := term.Pad(l.Style.Bar(share, lessonBar), lessonBar)
	bar = strings.ReplaceAll(bar, " ", l.Style.Text("─"))
	right := join(l.Line(term.Waiting, bar), spaces(2), where, kind)
	if title.Width+2+right.Width > l.Width-margin {
		right = join(where, kind)
	}
	return between(title, right, l.Width-margin)
}

// between puts one line at the left and one at the right; the left one is cut where both do not fit.
func between(left, right report.Line, width int) report.Line {
	if room := width - right.Width - 2; left.Width > room {
		left = measured(ansi.Truncate(left.Painted, max(0, room), ""))
	}
	return join(left, spaces(max(0, width-left.Width-right.Width)), right)
}

// measured is a line that is painted already.
func measured(painted string) report.Line {
	return report.Line{Painted: painted, Width: ansi.StringWidth(painted)}
}

// keyLine says what keys do now. Where not all fit, those in the middle are left out first.
func (m lesson) keyLine() report.Line {
	return keyLine(m.layout, m.keys())
}

// keyLine says what keys do. Where not all fit, those in front of the last two are left out first.
func keyLine(l report.Layout, keys []string) report.Line {
	text := func() string { return l.Style.Text(strings.Repeat(" ", margin) + strings.Join(keys, "  ")) }
	for len(keys) > 3 && term.Width(text()) > l.Width {
		keys = append(keys[:len(keys)-3:len(keys)-3], keys[len(keys)-2:]...)
	}
	return l.Line(term.Faint, cut(text(), l.Width))
}

// keys are those that do something now, what matters most first; the last two are always told.
func (m lesson) keys() []string {
	step := m.session.Step()
	switch {
	case m.page != stepPage:
		return []string{"up/down scroll", "Esc back", "q leave"}
	case m.run.underWay:
		return []string{"Esc stops the run", "? help", "q leave"}
	case m.attempt.editing:
		return []string{"Enter runs it", "Esc back", "^C leave"}
	case m.attempt.typing:
		return []string{m.verb(), "Esc leaves the field", "^C leave"}
	case m.attempt.answer != "":
		return []string{"Enter goes on", "left/right choose", "Esc back", "? help", "q leave"}
	case step == nil:
		return []string{m.verb(), "b back", "? help", "q leave"}
	}
	keys := []string{m.verb()}
	switch {
	case step.Kind == course.Run && m.session.Results().Last != nil:
		keys = append(keys, "r again", "f other flags", "b back")
	case step.Kind == course.Run:
		keys = append(keys, "f other flags", "s skip", "b back")
	case m.asks():
		keys = append(keys, m.ways(step.Question), "s skip", "b back")
	default:
		keys = append(keys, "b back")
	}
	switch {
	case m.bare(step):
		keys = slices.Insert(keys, 1, "n goes on without")
	case m.session.Missing():
		keys = slices.Insert(keys, 1, "r runs it")
	}
	if m.look.Present {
		return append(slices.Insert(keys, 1, notesKey+" notes"), "? help", "q leave")
	}
	return append(keys, "g glossary", "? help", "q leave")
}

// verb says what Enter does.
func (m lesson) verb() string {
	step := m.session.Step()
	switch {
	case m.look.Present && m.hides(), m.unread() && !m.engaged():
		return "Enter more"
	case step == nil:
		return "Enter leaves"
	case m.bare(step), step.Kind == course.Run && m.session.Results().Last == nil:
		return "Enter runs it"
	case m.asks() && m.engaged():
		return "Enter answers"
	case m.asks():
		return "Enter skips"
	}
	return "Enter next"
}

// ways says how the question is answered.
func (m lesson) ways(q *course.Question) string {
	switch {
	case q.Number != nil:
		return "digits answer"
	case q.Rank != nil:
		return "digits order"
	}
	return fmt.Sprintf("up/down or 1–%d choose", len(q.Choices))
}
