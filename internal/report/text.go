package report

import (
	"fmt"
	"strings"

	"meanwhile/internal/measure"
	"meanwhile/internal/term"
)

// Layout is how text is drawn: in which style, and how wide.
type Layout struct {
	Style term.Style
	Width int

	// Timelines has them drawn, where there are some.
	Timelines bool
}

// The columns of the table, in signs.
const (
	strategyWidth  = 10
	timeWidth      = 14
	speedupWidth   = 8
	predictedWidth = 15 // 98.6 µs–1.18 ms
	markWidth      = 3
	waitingWidth   = 7
	gap            = 2
	leastBar       = 10
	mostBar        = 40
	narrow         = 76 // below it a row takes two lines
	mostText       = 100
)

// Comparison is all of a comparison, as text.
func (l Layout) Comparison(c *measure.Comparison) string {
	var b strings.Builder
	for i := range c.Results {
		b.WriteString(l.Result(&c.Results[i], len(c.Plan.Workloads) == 1))
	}
	b.WriteString(l.Footer(c))
	return b.String()
}

// Result is the part of the text that shows one result; detailed, for a closer look, adds the intervals behind each row.
func (l Layout) Result(r *measure.Result, detailed bool) string {
	p := &page{layout: l}
	p.title(heading(r), setting(r))
	p.remark(term.Faint, "real", realPart(r))
	if r.Simulated != "" {
		p.remark(term.Warn, "simulated", r.Simulated)
	}
	p.blank()
	p.table(r, detailed)
	p.blank()
	if l.Timelines {
		p.timelines(r.Rows, extraRun)
	}
	for _, row := range r.Rows {
		if outcome := row.Verdict.Outcome; outcome == measure.Slower || outcome == measure.Faster {
			p.remark(term.Warn, row.Strategy, row.Verdict.Words)
		}
	}
	for _, warning := range r.Warnings {
		if !detailed && warning.Kind == measure.OwnServer {
			continue // a fine point: left to the closer look
		}
		p.remark(term.Faint, "note", sentence(warning))
	}
	if r.Guess != nil {
		p.guess(r)
	}
	p.statement(term.Strong, r.Learned)
	p.blank()
	return p.String()
}

// Footer is what stands below all results.
func (l Layout) Footer(c *measure.Comparison) string {
	p := &page{layout: l}
	if len(c.Results) > 1 {
		p.statement(term.Title, c.Learned)
		p.blank()
	}
	if c.Partial {
		p.remark(term.Bad, "partial", c.Reason+"; "+measured(c))
	}
	if len(c.Results) > 0 {
		p.statement(term.Faint, "time: the median and how far its 95 % interval reaches. speed-up: how many times as fast as "+
			"sequential; ~ no measurable difference, (in brackets) too few rounds to be sure. predicted: from how long a task "+
			"took alone; ✓ the interval meets it, ! it does not. waiting: the share of the tasks' time "+evidence(c)+".")
	}
	p.statement(term.Faint, strings.Join(method(c), ". ")+".")
	p.command(c.Args)
	return p.String()
}

// evidence says what the shares of waiting were made from.
func evidence(c *measure.Comparison) string {
	for _, r := range c.Results {
		for _, row := range r.Rows {
			if row.WaitingFrom != measure.FromTrace {
				return "without CPU"
			}
		}
	}
	return "in which they waited, by the runtime's trace"
}

// page collects lines.
type page struct {
	strings.Builder
	layout Layout
	rows   int // how many a timeline has at most; 0 is mostLanes
}

func (p *page) blank() { p.WriteByte('\n') }

// title writes a name and what follows it.
func (p *page) title(name, rest string) {
	for i, line := range term.Wrap(p.text(rest), p.textWidth()-term.Width(name)-gap) {
		if i == 0 {
			p.write(p.paint(term.Title, name), strings.Repeat(" ", gap), line)
			continue
		}
		p.write(strings.Repeat(" ", term.Width(name)+gap), line)
	}
}

// statement writes text in one role, indented, broken between words.
func (p *page) statement(role term.Role, text string) { p.indented(role, text, 0) }

// remark is a statement that begins with a label, under which its lines hang.
func (p *page) remark(role term.Role, label, text string) { p.indented(role, label+": "+text, gap) }

func (p *page) indented(role term.Role, text string, hang int) {
	for i, line := range term.Wrap(p.text(term.Printable(text, 4000)), p.textWidth()-2*gap) {
		indent := gap
		if i > 0 {
			indent += hang
		}
		p.write(strings.Repeat(" ", indent), p.paint(role, line))
	}
}

// command says how to do it again.
func (p *page) command(args []string) {
	for _, line := range p.layout.Command(term.Faint, "  again: ", args) {
		p.write(line.Painted)
	}
}

func (p *page) textWidth() int { return min(p.layout.Width, mostText) }

func (p *page) write(parts ...string) {
	p.WriteString(strings.TrimRight(strings.Join(parts, ""), " "))
	p.WriteByte('\n')
}

func (p *page) text(s string) string { return p.layout.Style.Text(s) }

func (p *page) paint(role term.Role, s string) string {
	return p.layout.Style.Paint(role, p.text(s))
}

// table writes a row a strategy: its bar first, since that is what the eye compares.
func (p *page) table(r *measure.Result, detailed bool) {
	longest := 0.0
	for _, row := range r.Rows {
		longest = max(longest, row.Elapsed.Median)
	}
	if p.layout.Width < narrow {
		for i := range r.Rows {
			p.narrowRow(&r.Rows[i], longest, detailed)
		}
		return
	}
	bar := min(mostBar, p.layout.Width-gap-strategyWidth-timeWidth-speedupWidth-predictedWidth-markWidth-waitingWidth-5*gap)
	p.cells(bar, term.Faint, "", "strategy", "", "time", "speed-up", "predicted", "waiting")
	for i := range r.Rows {
		row := &r.Rows[i]
		p.cells(bar, term.Plain, mark(row), row.Strategy, p.layout.Style.Bar(row.Elapsed.Median/longest, bar),
			clock(row.Elapsed), speedup(row, false), predicted(row), measure.Percent(row.Waiting))
		if detailed {
			p.below(details(row))
		}
	}
}

// cells writes the columns of one row.
func (p *page) cells(bar int, role term.Role, mark, strategy, drawn, time, speedup, predicted, waiting string) {
	space := strings.Repeat(" ", gap)
	p.write(space, p.cell(role, term.Pad(p.text(strategy), strategyWidth)), space,
		p.layout.Style.Paint(term.Waiting, term.Pad(drawn, bar)), space,
		p.cell(orRole(role, term.Strong), term.PadLeft(p.text(time), timeWidth)), space,
		p.cell(orRole(role, term.Good), term.PadLeft(p.text(speedup), speedupWidth)), space,
		p.cell(role, term.PadLeft(p.text(predicted), predictedWidth)), p.mark(mark), space,
		p.cell(role, term.PadLeft(p.text(waiting), waitingWidth)))
}

func (p *page) cell(role term.Role, padded string) string { return p.layout.Style.Paint(role, padded) }

func orRole(role, otherwise term.Role) term.Role {
	if role != term.Plain {
		return role
	}
	return otherwise
}

// mark writes the sign behind a prediction.
func (p *page) mark(sign string) string {
	role := term.Warn
	if sign == inside {
		role = term.Good
	}
	return p.cell(role, term.Pad(" "+p.text(sign), markWidth))
}

// The marks: a prediction that held, and one that did not.
const (
	inside  = "✓"
	outside = "!"
)

// mark tells whether a row is inside its prediction.
func mark(row *measure.Row) string {
	switch row.Verdict.Outcome {
	case measure.Inside:
		return inside
	case measure.Unknown:
		return ""
	}
	return outside
}

// narrowRow writes a row on two lines.
func (p *page) narrowRow(row *measure.Row, longest float64, detailed bool) {
	bar := max(leastBar, p.layout.Width-gap-strategyWidth-timeWidth-2*gap)
	p.write("  ", term.Pad(row.Strategy, strategyWidth), "  ",
		p.layout.Style.Paint(term.Waiting, term.Pad(p.layout.Style.Bar(row.Elapsed.Median/longest, bar), bar)), "  ",
		p.paint(term.Strong, term.PadLeft(p.text(clock(row.Elapsed)), timeWidth)))
	parts := []string{}
	if s := speedup(row, false); s != "" {
		parts = append(parts, "speed-up "+s)
	}
	if row.Predicted != nil {
		parts = append(parts, "predicted "+predicted(row)+" "+mark(row))
	}
	parts = append(parts, "waiting "+measure.Percent(row.Waiting))
	if detailed {
		parts = append(parts, details(row)...)
	}
	p.below(parts)
}

// below writes what belongs to a row under it, as many parts on a line as fit.
func (p *page) below(parts []string) { p.behind("", parts) }

// behind writes parts behind a name that is set like a strategy's, and under each other where they do not fit on its line.
func (p *page) behind(name string, parts []string) {
	dot, indent := p.text(" · "), strings.Repeat(" ", gap+strategyWidth+gap)
	width := min(p.layout.Width, mostText) - term.Width(indent)
	first, room := indent, width
	if name != "" {
		first = "  " + p.layout.Style.Paint(term.Strong, term.Pad(p.text(name), strategyWidth)) + "  "
		room -= max(0, term.Width(p.text(name))-strategyWidth)
	}
	write := func(line string) {
		p.write(first, p.paint(term.Faint, line))
		first, room = indent, width
	}
	line := ""
	for _, part := range parts {
		for i, piece := range term.Wrap(p.text(part), width) { // more than one where a part is longer than a line
			switch {
			case line == "":
				line = piece
			case i == 0 && term.Width(line+dot+piece) <= room:
				line += dot + piece
			default:
				write(line)
				line = piece
			}
		}
	}
	write(line)
}

// clock is the median, and how far its interval reaches.
func clock(e measure.Estimate) string {
	if e.Interval == nil {
		return human(e.Median)
	}
	if e.Median == 0 {
		return human(0) // nothing can be a share of it
	}
	reach := max(e.Interval.High-e.Median, e.Median-e.Interval.Low) / e.Median
	if reach > 0.99 {
		return human(e.Median) + " ±>99 %" // how far exactly means nothing any more
	}
	return fmt.Sprintf("%s ±%s", human(e.Median), measure.Percent(reach))
}

// measured tells how much of a partial comparison there is.
func measured(c *measure.Comparison) string {
	if len(c.Results) == 0 {
		return "nothing was measured"
	}
	return "only what is shown was measured"
}

// details are the intervals behind a row.
func details(row *measure.Row) []string {
	parts := []string{}
	if row.Why != "" {
		parts = append(parts, "predicted: "+row.Why)
	}
	switch {
	case row.Elapsed.Interval == nil:
		parts = append(parts, "rounds "+spread(row.Elapsed))
	case interval(row.Elapsed) == between(row.Elapsed.Min, row.Elapsed.Max, "–"):
		// Of few rounds the interval takes in all.
		parts = append(parts, fmt.Sprintf("all %d rounds %s (95 %% sure)", len(row.Rounds), spread(row.Elapsed)))
	default:
		parts = append(parts, "95 % sure "+interval(row.Elapsed), "rounds "+spread(row.Elapsed))
	}
	if row.Speedup != nil && row.Speedup.Interval != nil {
		parts = append(parts, "speed-up "+ratios(row.Speedup.Interval))
	}
	return parts
}

// guess puts what the learner expected beside what came.
func (p *page) guess(r *measure.Result) {
	g := r.Guess
	role, words := term.Warn, "not near"
	if g.Right {
		role, words = term.Good, "near enough"
	}
	p.remark(role, "your guess", fmt.Sprintf("%s for %s, %d %% sure: %s", measure.Human(g.Elapsed), g.Strategy, g.Sure, words))
	if m := g.Misconception; m != nil {
		p.statement(term.Plain, fmt.Sprintf("Many think that %s. But %s.", m.Belief, m.Truth))
	}
}
