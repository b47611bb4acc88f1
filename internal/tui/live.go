package tui

import (
	"fmt"
	"io"
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
	flight  measure.Flight
	shown   bool // whether flight is that of a round

	drawing sync.WaitGroup
	done    chan struct{} // closed when there is nothing more to look at
	height  int           // of what stands on the screen at the end
}

// NewLive starts to draw. The caller closes it before it writes to the terminal itself.
func NewLive(streams *term.Streams) *Live {
	l := &Live{err: streams.Err, done: make(chan struct{})}
	model := liveModel{layout: report.Layout{Style: streams.ErrStyle}} // it is told the size before it draws
	// It does not end with a context: ^C ends the measuring, and the view must still be there to be taken back.
	l.program = newProgram(nil, streams.Err, streams.ErrStyle, model)
	l.drawing.Go(func() {
		last, err := l.program.Run()
		if model, ok := last.(liveModel); ok && err == nil { // what cannot be drawn is no reason to end the measuring
			l.height = len(model.lines())
		}
	})
	l.drawing.Go(l.look)
	return l
}

// looksPerSecond is how often the round is looked at: drawing takes CPU time, which is counted with that of the tasks.
const looksPerSecond = 10

// look has the view look at the round, again and again.
func (l *Live) look() {
	again := time.NewTicker(time.Second / looksPerSecond)
	defer again.Stop()
	for {
		select {
		case <-again.C:
			l.program.Send(liveLook{})
		case <-l.done:
			return
		}
	}
}

// Progress tells which round comes now.
func (l *Live) Progress(p measure.Progress) {
	l.keep()
	l.flight, l.shown = p.Flight, p.Flight.Tasks() <= timeline.MaxTasks
	l.program.Send(liveRound(p))
}

// keep has the view keep the round that has ended as it was: its slots are about to be used again.
func (l *Live) keep() {
	if l.shown {
		l.program.Send(liveLanes(lanes(l.flight)))
	}
}

// Close takes the view back and waits until it is gone.
func (l *Live) Close() {
	close(l.done)
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
// only the trace tells afterwards.
func lanes(flight measure.Flight) *timeline.Timeline {
	t := &timeline.Timeline{Elapsed: flight.Elapsed(), Lanes: make([]timeline.Lane, flight.Tasks())}
	for i := range t.Lanes {
		start, end, ok := flight.Task(i)
		switch {
		case !ok:
			start, end = t.Elapsed, 0
		case end == 0:
			end = t.Elapsed
		}
		if start > 0 {
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
	axis   time.Duration
}

// liveBlock is the last round of a strategy.
type liveBlock struct {
	strategy string
	queues   bool
	round    *timeline.Timeline
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
		if m.block(m.now.Strategy) >= 0 {
			m = m.draw(lanes(m.now.Flight))
		}
	case liveEnd:
		return m, tea.Quit
	}
	return m, nil
}

// begin makes room for a round.
func (m liveModel) begin(p measure.Progress) liveModel {
	m.now = p
	if m.block(p.Strategy) < 0 && p.Flight.Tasks() <= timeline.MaxTasks {
		queues := p.Slots > 0 && p.Strategy != measure.Baseline
		m.blocks = append(m.blocks[:len(m.blocks):len(m.blocks)], liveBlock{strategy: p.Strategy, queues: queues})
	}
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
	blocks := append([]liveBlock(nil), m.blocks...)
	blocks[i].round = round
	m.blocks = blocks
	for m.axis < round.Elapsed {
		m.axis = report.NextRound(round.Elapsed) // in steps: a picture that shrinks all the time cannot be read
	}
	return m
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
	mostLive     = 8  // lanes of a strategy
	leastColumns = 10
)

// lanes draws the last round of each strategy, on one axis.
func (m liveModel) lanes() []string {
	columns := m.layout.Width - 2 - liveLabel - 2 - 1
	room := m.height - 3
	if len(m.blocks) == 0 || columns < leastColumns || room < len(m.blocks) {
		return nil
	}
	rows := min(mostLive, room/len(m.blocks))
	style := m.layout.Style
	var lines []string
	for _, block := range m.blocks {
		if block.round == nil {
			continue
		}
		for i, row := range report.Fold(block.round, rows) {
			label := ""
			if i == 0 {
				label = block.strategy
			}
			lines = append(lines, "  "+style.Paint(term.Faint, term.Pad(label, liveLabel))+"  "+
				m.lane(block, timeline.Columns(row.Lanes, columns, m.axis, m.axis)))
		}
	}
	legend := "━ under way: running or waiting   ▒ queued"
	return append(lines, "  "+style.Paint(term.Faint, cut(style.Text(legend+"   to "+report.ShortTime(m.axis)), m.layout.Width-3)))
}

// lane draws one row. In a strategy without slots, a task that has not started is not queued.
func (m liveModel) lane(block liveBlock, columns []timeline.State) string {
	style := m.layout.Style
	signs := map[timeline.State]string{timeline.Running: style.Paint(term.Running, style.Text("━"))}
	if block.queues {
		signs[timeline.Queued] = style.Paint(term.Queued, style.Text("▒"))
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
