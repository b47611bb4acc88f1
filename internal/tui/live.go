package tui

import (
	"fmt"
	"io"
	"slices"
	"strings"
	"sync"
	"time"

	tea "charm.land/bubbletea/v2"

	"meanwhile/internal/measure"
	"meanwhile/internal/report"
	"meanwhile/internal/term"
	"meanwhile/internal/timeline"
)

// Live shows rounds while they run: what has come so far in a line, and below it a lane for each task, which grows. It draws
// on stderr, in place, and leaves nothing behind.
type Live struct {
	program *tea.Program
	err     io.Writer
	rounds  *rounds
	drawing sync.WaitGroup
	height  int // of what stands on the screen at the end
}

// NewLive starts to draw. The caller closes it before it writes to the terminal itself.
func NewLive(streams *term.Streams) *Live {
	l := &Live{err: streams.Err}
	model := liveModel{layout: report.Layout{Style: streams.ErrStyle}} // it is told the size before it draws
	// It does not end with a context: ^C ends the measuring, and the view must still be there to be taken back.
	l.program = newProgram(nil, streams.Err, streams.ErrStyle, model)
	l.drawing.Go(func() {
		last, err := l.program.Run()
		if model, ok := last.(liveModel); ok && err == nil { // what cannot be drawn is no reason to end the measuring
			l.height = len(model.lines())
		}
	})
	l.rounds = follow(l.program.Send)
	return l
}

// Progress tells which round comes now.
func (l *Live) Progress(p measure.Progress) { l.rounds.progress(p) }

// rounds tell a view of what runs: each when it begins, and again and again that it is time to look.
type rounds struct {
	tell    func(tea.Msg)
	now     measure.Progress // the round under way
	looking sync.WaitGroup
	done    chan struct{} // closed when there is nothing more to look at
}

// follow begins to tell; whoever calls it calls stop.
func follow(tell func(tea.Msg)) *rounds {
	r := &rounds{tell: tell, done: make(chan struct{})}
	r.looking.Go(r.look)
	return r
}

// looksPerSecond is how often the round is looked at: drawing takes CPU time, which is counted with that of the tasks.
const looksPerSecond = 10

// look has the view look at the round, again and again.
func (r *rounds) look() {
	again := time.NewTicker(time.Second / looksPerSecond)
	defer again.Stop()
	for {
		select {
		case <-again.C:
			r.tell(liveLook{})
		case <-r.done:
			return
		}
	}
}

// progress tells which round comes now.
func (r *rounds) progress(p measure.Progress) {
	if drawable(r.now) { // the round that has ended stays as it was: its slots are about to be used again
		r.tell(liveLanes(lanes(r.now)))
	}
	r.now = p
	r.tell(liveRound(p))
}

func (r *rounds) stop() {
	close(r.done)
	r.looking.Wait()
}

// drawable tells whether there is a round, of not too many tasks.
func drawable(p measure.Progress) bool {
	return p.Workload != "" && p.Flight.Tasks() <= timeline.MaxTasks
}

// Close takes the view back and waits until it is gone.
func (l *Live) Close() {
	l.rounds.stop()
	l.program.Send(liveEnd{})
	l.drawing.Wait()
	if l.height > 1 {
		// The program leaves its last view, with the cursor in the last line: up to where it began, and erase from there.
		fmt.Fprintf(l.err, "\r\x1b[%dA\x1b[J", l.height-1)
	}
}

// The messages: a round that begins, the lanes of one that has ended, the time to look again, the end.
type (
	liveRound measure.Progress
	liveLanes *timeline.Timeline
	liveLook  struct{}
	liveEnd   struct{}
)

// lanes makes a timeline of what is known while a round goes on: when each task started and ended. Whether it runs or waits,
// only the trace tells afterwards. A task that has not started is queued where it waits for a slot.
func lanes(p measure.Progress) *timeline.Timeline {
	queues := p.Slots > 0 && p.Strategy != measure.Baseline
	t := &timeline.Timeline{Elapsed: p.Flight.Elapsed(), Lanes: make([]timeline.Lane, p.Flight.Tasks())}
	for i := range t.Lanes {
		start, end, ok := p.Flight.Task(i)
		switch {
		case !ok:
			start, end = t.Elapsed, 0
		case end == 0:
			end = t.Elapsed
		}
		if queues && start > 0 {
			t.Lanes[i] = append(t.Lanes[i], timeline.Span{State: timeline.Queued, End: start})
		}
		if end > start {
			t.Lanes[i] = append(t.Lanes[i], timeline.Span{State: timeline.Running, Start: start, End: end})
		}
	}
	return t
}

// liveModel is what the view shows.
type liveModel struct {
	layout report.Layout
	height int
	now    measure.Progress
	blocks []liveBlock
}

// liveBlock is the last round of a strategy, and what the one before took.
type liveBlock struct {
	strategy string
	round    *timeline.Timeline
	before   time.Duration
}

func (m liveModel) Init() tea.Cmd { return nil }

func (m liveModel) Update(msg tea.Msg) (tea.Model, tea.Cmd) {
	switch msg := msg.(type) {
	case tea.WindowSizeMsg:
		m.layout.Width, m.height = msg.Width, msg.Height
	case liveRound:
		m = m.begin(measure.Progress(msg))
	case liveLanes:
		m = m.draw(msg)
	case liveLook:
		if drawable(m.now) {
			m = m.draw(lanes(m.now))
		}
	case liveEnd:
		return m, tea.Quit
	}
	return m, nil
}

// begin makes room for a round.
func (m liveModel) begin(p measure.Progress) liveModel {
	m.now = p
	if !drawable(p) {
		return m
	}
	blocks := slices.Clone(m.blocks)
	if i := m.block(p.Strategy); i < 0 {
		blocks = append(blocks, liveBlock{strategy: p.Strategy, round: &timeline.Timeline{}})
	} else {
		blocks[i].before = blocks[i].round.Elapsed
	}
	m.blocks = blocks
	return m
}

func (m liveModel) block(strategy string) int {
	for i, block := range m.blocks {
		if block.strategy == strategy {
			return i
		}
	}
	return -1
}

// draw takes over what the round under way looks like now.
func (m liveModel) draw(round *timeline.Timeline) liveModel {
	i := m.block(m.now.Strategy)
	if i < 0 {
		return m
	}
	m.blocks = slices.Clone(m.blocks)
	m.blocks[i].round = round
	return m
}

// axis is what the lanes are drawn to: the longest round, those before included, since the one under way has only begun. It
// grows in steps, as a picture that shrinks all the time cannot be read.
func (m liveModel) axis() time.Duration {
	longest := time.Duration(1)
	for _, block := range m.blocks {
		longest = max(longest, block.before, block.round.Elapsed)
	}
	return report.NextRound(longest)
}

func (m liveModel) View() tea.View {
	view := tea.NewView(strings.Join(m.lines(), "\n"))
	view.DisableBracketedPasteMode = true // nothing is read
	return view
}

// lines are those of the view.
func (m liveModel) lines() []string {
	if m.now.Workload == "" {
		return []string{""}
	}
	return append([]string{m.head()}, m.lanes()...)
}

// head says which round runs, and how long it still takes.
func (m liveModel) head() string {
	p := m.now
	text := p.Workload
	if p.Workload == "cpu" {
		text = fmt.Sprintf("cpu, GOMAXPROCS=%d", p.Procs)
	}
	switch {
	case p.Traced:
		text += "  one more round, traced  " + p.Strategy
	case p.Round <= p.Warmup:
		text += "  warming up  " + p.Strategy
	default:
		text += fmt.Sprintf("  round %d of %d  %s", p.Round-p.Warmup, p.Rounds-p.Warmup, p.Strategy)
	}
	if p.Left > 0 {
		text += fmt.Sprintf("  about %s left", max(time.Second, p.Left).Round(time.Second))
	}
	style := m.layout.Style
	return style.Paint(term.Faint, cut(style.Text(text), m.layout.Width-1))
}

// The room that lanes take.
const (
	liveLabel    = 10 // of a strategy's name
	liveNumber   = 7  // of a task's number, or of how many share a lane
	mostLive     = 20 // lanes of a strategy
	leastColumns = 10
)

// lanes draws the last round of each strategy, on one axis.
func (m liveModel) lanes() []string {
	columns := m.layout.Width - 2 - liveLabel - liveNumber - 2 - 1
	room := m.height - 3
	if len(m.blocks) == 0 || columns < leastColumns || room < len(m.blocks) {
		return nil
	}
	rows, axis := min(mostLive, room/len(m.blocks)), m.axis()
	style := m.layout.Style
	var lines []string
	for _, block := range m.blocks {
		label := block.strategy
		for _, row := range report.Fold(block.round, rows, 0) {
			lines = append(lines, "  "+style.Paint(term.Faint, term.Pad(label, liveLabel)+term.PadLeft(row.Label, liveNumber))+"  "+
				m.lane(timeline.Columns(row.Lanes, columns, axis, axis)))
			label = ""
		}
	}
	to := ""
	if axis > 1 { // else nothing has taken any time yet
		to = "   to " + report.ShortTime(axis)
	}
	legend := "━ under way: running or waiting   ▒ queued" + to
	if term.Width(legend) > m.layout.Width-3 {
		legend = "━ under way   ▒ queued" + to
	}
	return append(lines, "  "+style.Paint(term.Faint, cut(style.Text(legend), m.layout.Width-3)))
}

// lane draws one row.
func (m liveModel) lane(columns []timeline.State) string {
	style := m.layout.Style
	signs := map[timeline.State]string{
		timeline.Running: style.Paint(term.Running, style.Text("━")),
		timeline.Queued:  style.Paint(term.Queued, style.Text("▒")),
	}
	var b strings.Builder
	for _, state := range columns {
		if sign, ok := signs[state]; ok {
			b.WriteString(sign)
		} else {
			b.WriteByte(' ')
		}
	}
	return b.String()
}

// cut keeps a line from being wrapped by the terminal.
func cut(text string, width int) string {
	if runes := []rune(text); len(runes) > width {
		return string(runes[:max(0, width)])
	}
	return text
}
