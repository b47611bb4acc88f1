package tui

import (
	"fmt"
	"path"
	"strings"

	"meanwhile/demos"
	"meanwhile/internal/report"
	"meanwhile/internal/source"
	"meanwhile/internal/term"
)

// scrolled draws a page of text that may be longer than the window.
func (m explorer) scrolled() []report.Line {
	text := m.pageText()
	rows := m.height - 1
	from := min(m.scroll, max(0, len(text)-rows))
	lines := text[from:min(len(text), from+rows)]
	for len(lines) < rows {
		lines = append(lines, report.Line{})
	}
	if len(text) <= rows {
		return append(lines, m.keys("Esc back", "q quit"))
	}
	return append(lines, m.keys(fmt.Sprintf("lines %d–%d of %d", from+1, min(len(text), from+rows), len(text)),
		"up and down scroll", "Esc back", "q quit"))
}

// move scrolls the page.
func (m explorer) move(key string) explorer {
	page := max(1, m.height-2)
	most := max(0, len(m.pageText())-(m.height-1))
	by := map[string]int{
		"up": -1, "k": -1, "down": 1, "j": 1, "enter": 1, "pgup": -page, "pgdown": page, "space": page,
		"home": -most, "end": most,
	}
	m.scroll = min(max(0, m.scroll+by[key]), most)
	return m
}

func (m explorer) pageText() []report.Line {
	if m.page == sourcePage {
		return m.source()
	}
	return m.help()
}

// source is the code of the strategy and that of the task.
func (m explorer) source() []report.Line {
	var lines []report.Line
	for _, name := range []string{m.plan.Strategies[0], m.plan.Workloads[0]} {
		for _, example := range demos.Examples() {
			if example.Name == name {
				lines = append(lines, m.example(example)...)
			}
		}
	}
	return lines
}

// example is the code of one, below the place where it stands.
func (m explorer) example(example demos.Example) []report.Line {
	code, err := source.Of(demos.Files, example.Func)
	if err != nil {
		return m.wrapped(message{term.Bad, term.Printable(err.Error(), longestMessage)})
	}
	lines := []report.Line{join(spaces(margin), m.layout.Line(term.Title, example.Name),
		m.layout.Line(term.Faint, fmt.Sprintf("  %s:%d", path.Join("demos", code.File), code.Line))), {}}
	for _, line := range m.layout.Code(m.narrowed(report.ExpandTabs(code.Text)), source.Go) {
		lines = append(lines, join(spaces(margin), line))
	}
	return append(lines, report.Line{})
}

// narrowed cuts the lines of code that are wider than the window, before they are coloured.
func (m explorer) narrowed(code string) string {
	lines := strings.Split(m.layout.Style.Text(code), "\n")
	more := m.layout.Style.Text("…")
	for i, line := range lines {
		if room := m.layout.Width - margin; term.Width(line) > room {
			lines[i] = cut(line, room-term.Width(more)) + more
		}
	}
	return strings.Join(lines, "\n")
}

// help says what the keys, the dials and the signs are for.
func (m explorer) help() []report.Line {
	lines := []report.Line{m.layout.Line(term.Title, "meanwhile explore"), {}}
	for _, text := range []message{
		{term.Plain, "A bench for questions. What the dials say is predicted at once, by the same formulas as compare's, and drawn: " +
			"a lane a task. Enter runs it for real, three times: to warm up, to measure, and under the runtime's tracer. The lanes " +
			"of that last round are laid over those that were predicted."},
		{},
		{term.Strong, "Keys"},
		{term.Plain, "up, down (or k, j): choose a dial"},
		{term.Plain, "left, right (or h, l): turn it; PgDn, PgUp: by four steps; Home, End: to its ends"},
		{term.Plain, "Enter: run what the dials say; a turn of a dial stops it"},
		{term.Plain, "s: the code of the strategy and of the task"},
		{term.Plain, "w: write a recording of what was measured last, for 'meanwhile replay'"},
		{term.Plain, "q, Esc: leave; the compare command that does the same is printed then"},
		{},
		{term.Strong, "Signs"},
		{term.Plain, "█ running: it has a core"},
		{term.Plain, "· waiting: for time to pass, an answer, a disk; no core would help"},
		{term.Plain, "▒ queued: for a slot of the limit, a core, a connection, a lock"},
		{term.Plain, shadowSign + " something was predicted here, and nothing came"},
		{term.Plain, "│─│ the run should end in this range; × it ended here"},
		{},
		{term.Strong, "What a prediction leaves out"},
		{term.Plain, "Starting and waking tasks takes no time in it, but for the 5 % and 1 ms that the range allows. Who queues for " +
			"a core is drawn as if each kept it to its end; in truth they take turns."},
		{term.Plain, "What a task takes beside its delay is known only after a run; from then on it counts for that workload."},
	} {
		if text.text == "" {
			lines = append(lines, report.Line{})
		} else {
			lines = append(lines, m.wrapped(text)...)
		}
	}
	return lines
}
