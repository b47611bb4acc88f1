package tui

import (
	"context"
	"fmt"
	"slices"
	"strings"

	tea "charm.land/bubbletea/v2"

	"meanwhile/internal/report"
	"meanwhile/internal/term"
)

// Choice is a line of a menu: a command that it stands for, or a menu of its own.
type Choice struct {
	Name  string
	About string

	// Args is the command line that it runs, without the program's name; Choices are those of the menu behind it. One that has
	// neither cannot be chosen.
	Args    []string
	Choices []Choice

	// Done marks what the learner has done.
	Done bool
}

// Home shows a menu until something is chosen, and returns its command line; none where the person leaves. note is a line that
// stands below, where there is something to say.
func Home(ctx context.Context, streams *term.Streams, choices []Choice, note string) ([]string, error) {
	layout := report.Layout{Style: streams.Style, Width: streams.Width}
	model := home{layout: layout, height: 24, menus: []menu{newMenu("meanwhile", choices)}, note: note}
	last, err := run(ctx, newProgram(streams.In, streams.Out, streams.Style, model, tea.WithFPS(promptFrames)))
	if err != nil {
		return nil, err
	}
	left := last.(home)
	if left.interrupted {
		return nil, context.Canceled
	}
	return left.chosen, nil
}

// home is what the menu shows.
type home struct {
	layout report.Layout
	height int
	menus  []menu // the last one is shown; those before it are the way back
	note   string

	chosen      []string
	interrupted bool
}

// menu is one list, and the line that is chosen in it.
type menu struct {
	title   string
	choices []Choice
	at      int
}

// newMenu is a menu at its first line that can be chosen.
func newMenu(title string, choices []Choice) menu {
	return menu{title: title, choices: choices}.first()
}

// first chooses the first line that can be chosen.
func (m menu) first() menu {
	m.at = max(0, slices.IndexFunc(m.choices, func(c Choice) bool { return !c.idle() }))
	return m
}

func (m menu) choice() Choice { return m.choices[m.at] }

// idle tells that nothing can be chosen.
func (c Choice) idle() bool { return c.Args == nil && c.Choices == nil }

// moved chooses another line, beyond those that cannot be chosen.
func (m menu) moved(by int) menu {
	for at := m.at + by; at >= 0 && at < len(m.choices); at += by {
		if !m.choices[at].idle() {
			m.at = at
			break
		}
	}
	return m
}

func (m home) Init() tea.Cmd { return nil }

func (m home) Update(msg tea.Msg) (tea.Model, tea.Cmd) {
	switch msg := msg.(type) {
	case tea.WindowSizeMsg:
		m.layout.Width, m.height = msg.Width, msg.Height
	case tea.KeyPressMsg:
		return m.press(msg.String())
	}
	return m, nil
}

func (m home) press(key string) (tea.Model, tea.Cmd) {
	top := len(m.menus) - 1
	now := m.menus[top]
	switch key {
	case "ctrl+c":
		m.interrupted = true
		return m, tea.Quit
	case "q":
		return m, tea.Quit
	case "esc", "left", "h", "backspace":
		if top == 0 && key == "esc" {
			return m, tea.Quit
		}
		m.menus = m.menus[:max(1, top)]
		return m, nil
	case "up", "k":
		now = now.moved(-1)
	case "down", "j":
		now = now.moved(1)
	case "home":
		now = now.first()
	case "end":
		now.at = len(now.choices)
		now = now.moved(-1)
	case "enter", "right", "l", "space":
		if choice := now.choice(); choice.Choices != nil {
			m.menus = append(m.menus[:top:top], now, newMenu(choice.Name, choice.Choices))
			return m, nil
		} else if choice.Args != nil && key != "right" && key != "l" {
			m.chosen = choice.Args
			return m, tea.Quit
		}
	}
	m.menus = append(m.menus[:top:top], now)
	return m, nil
}

func (m home) View() tea.View {
	view := tea.NewView(strings.TrimRight(report.Stack(m.lines()), "\n"))
	view.AltScreen = true
	view.DisableBracketedPasteMode = true
	return view
}

// homeFrame is how many lines are neither choices nor the note: the title and the line under it, the command, the keys, and the
// blank ones between.
const homeFrame = 7

// lines draw the menu: as many of its choices as fit, around the chosen one.
func (m home) lines() []report.Line {
	now := m.menus[len(m.menus)-1]
	l := m.layout
	lines := []report.Line{m.head(now.title), {}}
	room := max(1, m.height-homeFrame-len(m.noteLines()))
	from := max(0, min(now.at-room/2, len(now.choices)-room))
	column := 0
	for _, choice := range now.choices {
		column = max(column, term.Width(choice.Name))
	}
	for i := from; i < min(len(now.choices), from+room); i++ {
		lines = append(lines, m.choice(now.choices[i], i == now.at, column))
	}
	for len(lines) < min(room, len(now.choices))+2 {
		lines = append(lines, report.Line{})
	}
	lines = append(lines, report.Line{})
	if args := now.choice().Args; args != nil {
		lines = append(lines, m.fitting(term.Number, "  $ "+report.Command(args)))
	} else {
		lines = append(lines, report.Line{})
	}
	lines = append(lines, m.noteLines()...)
	keys := "  up and down choose   Enter goes   q leaves"
	if len(m.menus) > 1 {
		keys = "  up and down choose   Enter goes   Esc back   q leaves"
	}
	if len(now.choices) > room {
		keys = fmt.Sprintf("  %d–%d of %d%s", from+1, min(len(now.choices), from+room), len(now.choices), keys[1:])
	}
	return append(lines, report.Line{}, l.Line(term.Faint, cut(l.Style.Text(keys), l.Width)))
}

// noteLines say what is the matter with what is kept.
func (m home) noteLines() []report.Line {
	if m.note == "" {
		return nil
	}
	return m.layout.Text(term.Warn, m.note, margin)
}

func (m home) head(title string) report.Line {
	about := "  learn concurrency by watching it happen"
	if len(m.menus) > 1 {
		title, about = "meanwhile", "  "+strings.ToLower(title)
	}
	line := m.layout.Line(term.Title, "  "+title)
	return join(line, m.layout.Line(term.Faint, cut(about, m.layout.Width-line.Width)))
}

// choice draws one line.
func (m home) choice(c Choice, chosen bool, column int) report.Line {
	sign, name, about := "  ", term.Strong, term.Plain
	switch {
	case chosen:
		sign, name = "› ", term.Selected
	case c.idle():
		name, about = term.Faint, term.Faint
	}
	done := "  "
	if c.Done {
		done = "✓ "
	}
	line := join(m.layout.Line(term.Strong, sign), m.layout.Line(term.Good, done),
		m.layout.Line(name, cut(term.Pad(c.Name, column), m.layout.Width-8)), spaces(2))
	return join(line, m.layout.Line(about, cut(m.layout.Style.Text(c.About), m.layout.Width-line.Width-1)))
}

func (m home) fitting(role term.Role, text string) report.Line {
	return m.layout.Line(role, cut(m.layout.Style.Text(text), m.layout.Width))
}
