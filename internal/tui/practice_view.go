package tui

import (
	"fmt"
	"strings"

	tea "charm.land/bubbletea/v2"

	"meanwhile/internal/report"
	"meanwhile/internal/term"
)

// practiceFrame is how many lines are not the page: the head and the line under it, what goes on, the keys.
const practiceFrame = 5

func (m practice) View() tea.View {
	view := tea.NewView(within(m.lines(), m.layout.Width, m.height))
	view.AltScreen = true
	view.DisableBracketedPasteMode = true
	return view
}

// rows is how many lines of the page are seen at once, and most how far it can be scrolled.
func (m practice) rows() int { return max(1, m.height-practiceFrame) }

func (m practice) most() int { return max(0, len(m.body())-m.rows()) }

// How small the window may be.
const (
	practiceLeastWidth  = 40
	practiceLeastHeight = 10
)

// lines are those of the window.
func (m practice) lines() []report.Line {
	if m.layout.Width < practiceLeastWidth || m.height < practiceLeastHeight {
		return narrower(m.layout, 0).Text(term.Plain, fmt.Sprintf("The exercises need a window of %d columns and %d lines. Make this one "+
			"larger, or leave by q: 'meanwhile practice check' does without.", practiceLeastWidth, practiceLeastHeight), 0)
	}
	body := m.body()
	from := min(m.scroll, m.most())
	to := min(len(body), from+m.rows())
	lines := []report.Line{m.practiceHead(), {}}
	for _, line := range body[from:to] {
		lines = append(lines, join(spaces(margin), line))
	}
	for len(lines) < m.height-practiceFrame+2 {
		lines = append(lines, report.Line{})
	}
	state := m.going()
	if to < len(body) && !m.checking && m.Note == "" {
		state = m.layout.Line(term.Warn, cut(fmt.Sprintf("  lines %d–%d of %d; there is more: PgDn", from+1, to, len(body)), m.layout.Width))
	}
	return append(lines, state, keyLine(m.layout, m.practiceKeys()))
}

// practiceHead says which exercise this is, and how many have passed.
func (m practice) practiceHead() report.Line {
	l, e := m.layout, m.exercise()
	passed := 0
	for _, other := range m.Exercises {
		if m.Passed(other) {
			passed++
		}
	}
	bar := term.Pad(l.Style.Bar(float64(passed)/float64(len(m.Exercises)), lessonBar), lessonBar)
	right := join(l.Line(term.Waiting, strings.ReplaceAll(bar, " ", l.Style.Text("─"))), spaces(2),
		l.Line(term.Faint, fmt.Sprintf("%d of %d passed", passed, len(m.Exercises))))
	return between(l.Line(term.Title, fmt.Sprintf("  %d  %s", e.Number, e.Title)), right, l.Width-margin)
}

// going says what goes on.
func (m practice) going() report.Line {
	text, role := "save your file, and it is checked", term.Faint
	switch {
	case m.checking && m.raced:
		text = "checking with the race detector…"
	case m.checking:
		text = "checking…"
	}
	switch {
	case m.Note != "" && m.checking:
		text, role = text+"  "+m.Note, term.Warn
	case m.Note != "":
		text, role = m.Note, term.Warn
	}
	return m.layout.Line(role, cut(m.layout.Style.Text("  "+text), m.layout.Width))
}

// practiceKeys are those that do something now, what matters most first.
func (m practice) practiceKeys() []string {
	switch m.page {
	case resetPage:
		return []string{"y begins anew", "any other key goes back"}
	case showMePage:
		return []string{"y shows it", "any other key goes back"}
	case listPage:
		return []string{"Enter opens", "up/down choose", "Esc back", "q quit"}
	case keysPage:
		return []string{"Esc back", "q quit"}
	}
	keys := []string{"Enter check", "n next"}
	if m.goesOn() {
		keys = []string{"Enter next"}
	}
	return append(keys, "h hint", "s solution", "l list", "r race", "x reset", "p back", "t task", "? keys", "q quit")
}

// body is the page, no wider than the window.
func (m practice) body() []report.Line {
	l := narrower(m.layout, 2*margin)
	return l.Folded(m.content(l))
}

func (m practice) content(l report.Layout) []report.Line {
	e := m.exercise()
	switch m.page {
	case outcomePage:
		if m.failed != "" {
			return l.Text(term.Bad, m.failed, 0)
		}
		place := ""
		if m.outcome.Place != "" {
			place = m.Folder.Place(m.outcome.Place)
		}
		return l.Checked(m.outcome, place, m.after())
	case hintPage:
		var lines []report.Line
		for i, hint := range e.Hints[:m.hints] {
			lines = append(append(lines, l.Line(term.Faint, fmt.Sprintf("hint %d of %d", i+1, len(e.Hints)))), l.Hint(hint)...)
			lines = append(lines, report.Line{})
		}
		if m.hints < len(e.Hints) {
			return append(lines, l.Line(term.Faint, "h gives the next one"))
		}
		lines = append(lines, l.Line(term.Faint, "that was the last one"))
		return lines
	case solutionPage:
		lines := l.Text(term.Faint, "This is a way to solve it. One that was seen and not solved comes back after three days.", 0)
		if m.Passed(e) {
			lines = l.Text(term.Faint, "The reference. 'meanwhile practice diff "+e.Short()+"' sets yours beside it.", 0)
		}
		return append(append(lines, report.Line{}), l.GoText(report.ExpandTabs(string(e.Solution)))...)
	case listPage:
		return m.list(l)
	case resetPage:
		return l.Text(term.Strong, "Begin "+e.Name+" anew? Your file is set aside under another name.", 0)
	case keysPage:
		return m.help(l)
	case showMePage:
		return l.Text(term.Strong, "Show the solution of "+e.Name+"? An exercise that was seen and not solved comes back after three days.", 0)
	}
	if m.solved != nil {
		lines := append(l.Checked(m.solved, "", "this one below; or p goes back, and s shows the reference there"), report.Line{})
		lines = append(lines, l.Text(term.Title, "The next one: "+e.Title, 0)...)
		return append(lines, m.task(l)...)
	}
	return m.task(l)
}

// after says what to do next.
func (m practice) after() string {
	switch {
	case m.outcome.Next != "":
		return m.outcome.Next
	case !m.outcome.Passed:
		return "change your file and save it; h gives a hint"
	case m.checking:
		return ""
	}
	if m.Passed(m.Exercises[m.upNext(m.at+1)]) {
		return "nothing, all have passed"
	}
	return "Enter goes to the next exercise"
}

// task is what there is to do, and where.
func (m practice) task(l report.Layout) []report.Line {
	e := m.exercise()
	lesson := e.Lesson
	if m.Coming(e) {
		lesson += " (coming)"
	}
	lines := l.Text(term.Faint, fmt.Sprintf("lesson: %s; about %d minutes", lesson, e.Minutes), 0)
	lines = append(lines, l.Text(term.Number, term.Printable(m.Folder.Place(e.Name+"/"+e.File), 400), 0)...)
	for paragraph := range strings.SplitSeq(e.Story, "\n\n") {
		lines = append(lines, report.Line{})
		for i, item := range strings.Split("\n"+paragraph, "\n- ") { // a list has an item a line
			if i > 0 {
				item = "- " + item
			}
			if strings.TrimSpace(item) != "" {
				lines = append(lines, l.Text(term.Plain, item, 0)...)
			}
		}
	}
	return lines
}

// list is all exercises.
func (m practice) list(l report.Layout) []report.Line {
	var lines []report.Line
	for i, e := range m.Exercises {
		cursor, sign, role := "  ", "  ", term.Plain
		if m.Passed(e) {
			sign, role = "✓ ", term.Good
		}
		if i == m.chosen {
			cursor, role = "> ", term.Title
		}
		text := l.Style.Text(fmt.Sprintf("%s%s%2d  %s %s", cursor, sign, e.Number, term.Pad(e.Short(), 21), e.Title))
		lines = append(lines, l.Line(role, cut(text, l.Width)))
	}
	return lines
}

// help says what each key does.
func (m practice) help(l report.Layout) []report.Line {
	var lines []report.Line
	for _, key := range [][2]string{
		{"Enter", "checks your file, or goes on behind one that has passed"},
		{"n, p", "the next exercise, the one before"},
		{"l", "all exercises, to choose one"},
		{"t", "the task"},
		{"h", "a hint, a step further each time"},
		{"s", "the solution; where yours has not passed, it asks first"},
		{"r", "checks with the race detector at once"},
		{"x", "begins anew, with your file set aside, if you answer y"},
		{"up, down", "scroll, as do PgUp, PgDn, Home and End"},
		{"q", "leaves"},
	} {
		lines = append(lines, join(l.Line(term.Strong, term.Pad(key[0], 10)), l.Line(term.Plain, key[1])))
	}
	return append(lines, report.Line{}, l.Line(term.Faint, "What you save is checked by itself, whichever exercise it is of."))
}
