package tui

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"

	"meanwhile/internal/report"
	"meanwhile/internal/term"
	"meanwhile/internal/timeline"
)

func (p player) View() tea.View {
	view := tea.NewView(strings.Join(p.lines(), "\n"))
	view.AltScreen = true
	return view
}

// lines are those of the screen: no more than it has, and none wider.
func (p player) lines() []string {
	var lines []string
	switch {
	case p.width < 1 || p.height < 1:
		return nil // before the terminal has told its size
	case p.helping:
		lines = p.helpLines()
	default:
		lines = p.picture()
	}
	if len(lines) > p.height {
		lines = append(lines[:p.height-1], p.text("…"))
	}
	for i, line := range lines {
		lines[i] = p.cut(line, p.width)
	}
	return lines
}

// text and paint draw text in the signs and the colours of the style.
func (p player) text(s string) string { return p.layout.Style.Text(s) }

func (p player) paint(role term.Role, s string) string { return p.layout.Style.Paint(role, p.text(s)) }

// cut shortens a line that may be painted, and shows that it did.
func (p player) cut(line string, width int) string {
	if len(line) <= width {
		return line // no sign takes more columns than bytes
	}
	return ansi.Truncate(line, width, p.text("…"))
}

// fit makes a line exactly as wide.
func (p player) fit(line string, width int) string {
	line = p.cut(line, width)
	return line + strings.Repeat(" ", max(0, width-ansi.StringWidth(line)))
}

// room is how the screen is divided.
type room struct {
	title, status, axis, state, event bool // the lines that there is room for, beside the lanes
	keys                              []string

	rows    int // for lanes and their headings
	tracks  int // strategies that are shown
	lanes   int // lanes of each
	heading bool
	curve   bool // below the lanes, how many tasks are in flight
	spaced  bool // an empty line between strategies

	label, columns int // of a lane

	beside int // columns for code beside the lanes
	below  int // rows for code below the lanes
}

// What stands in front of the chosen lane and of the line of code on which its task is, and of any other.
const (
	marked   = "› "
	unmarked = "  "
)

// Where there is less room than this, code is shown below the lanes, or not at all.
const (
	wideForCode = 100
	highForCode = 16
)

// room divides the screen. The lanes come first: the lower the screen, the less stands around them.
func (p player) room() room {
	h := p.height
	r := room{title: h >= 10, status: h >= 3, axis: h >= 7, state: h >= 4, event: h >= 9}
	if h >= 6 {
		r.keys = p.keys()
	}
	r.rows = max(1, h-len(r.keys)-count(r.title, r.status, r.axis, r.state, r.event))
	if listings := p.now().sources; p.code != codeOfNone && len(listings) > 0 {
		widest, longest := 0, 0
		for _, listing := range listings {
			widest, longest = max(widest, listing.width()), max(longest, len(listing.lines))
		}
		switch {
		case p.width >= wideForCode:
			r.beside = min(widest, p.width*11/20-len(" | "))
		case h >= highForCode:
			r.below = min(longest+1, r.rows/3)
		}
	}
	r.rows -= r.below
	r.divide(len(p.now().tracks), p.now().tasks)
	r.label = len(strconv.Itoa(p.now().tasks))
	if r.curve {
		r.label = max(r.label, term.Width(peak(p.now().tasks)))
	}
	r.columns = p.width - len(unmarked) - r.label - len(" ")
	if r.beside > 0 {
		r.columns -= r.beside + len(" | ")
	}
	r.columns = max(1, r.columns)
	return r
}

// divide gives each strategy the same rows, so that the same tasks stand below each other in each.
func (r *room) divide(tracks, tasks int) {
	r.tracks, r.lanes, r.heading = tracks, tasks, true
	each := 1 + tasks
	if each*tracks > r.rows {
		each = r.rows / tracks
		switch {
		case each >= 3:
			r.lanes, r.curve = each-2, true
		case each == 2:
			r.lanes = 1
		case r.rows >= 2:
			each, r.tracks, r.lanes = 2, r.rows/2, 1
		default:
			each, r.tracks, r.lanes, r.heading = 1, 1, 1, false
		}
	}
	r.spaced = r.rows >= (each+1)*r.tracks-1
}

func count(conditions ...bool) int {
	n := 0
	for _, condition := range conditions {
		if condition {
			n++
		}
	}
	return n
}

// window is which of n things are shown where there is room for some: those around the chosen one.
func window(chosen, room, n int) (from, to int) {
	from = min(max(0, chosen-room/2), max(0, n-room))
	return from, min(n, from+room)
}

// picture is the screen without help.
func (p player) picture() []string {
	r := p.room()
	var lines []string
	add := func(there bool, line func(room) string) {
		if there {
			lines = append(lines, line(r))
		}
	}
	add(r.title, p.title)
	add(r.status, p.status)
	lines = append(lines, p.body(r)...)
	add(r.state, p.state)
	add(r.event, p.event)
	return append(lines, r.keys...)
}

// title says what ran, and at its right which part of it is on the screen.
func (p player) title(r room) string {
	var parts []string
	part := func(one, several string, from, to, n int) {
		switch {
		case to-from >= n: // all
		case to-from == 1:
			parts = append(parts, fmt.Sprintf("%s %d of %d", one, to, n))
		default:
			parts = append(parts, fmt.Sprintf("%s %d–%d of %d", several, from+1, to, n))
		}
	}
	part("result", "results", p.scene, p.scene+1, len(p.scenes))
	from, to := window(p.track, r.tracks, len(p.now().tracks))
	part("strategy", "strategies", from, to, len(p.now().tracks))
	from, to = window(p.task, r.lanes, len(p.chosen().run.Lanes))
	part("lane", "lanes", from, to, len(p.chosen().run.Lanes))
	shown := p.text(strings.Join(parts, ", "))
	about := p.paint(term.Title, p.now().name) + "  " + p.text(p.now().about)
	if shown == "" {
		return about
	}
	return p.fit(about, max(0, p.width-len("  ")-term.Width(shown))) + "  " + shown
}

// status says where the playhead stands and how fast it moves.
func (p player) status(room) string {
	word := "paused "
	switch {
	case p.playing:
		word = "playing"
	case p.at >= p.now().axis:
		word = "ended  "
	}
	end := report.Moment(p.now().axis)
	clock, _, _ := strings.Cut(report.Moment(p.at), " ") // the unit stands once, at the end
	where := word + "  " + term.PadLeft(clock, term.Width(end)-len(" ms")) + " of " + end
	speed := speedName(p.speed) + ": "
	full, short := pace(p.slowdown())
	line := ""
	for _, words := range []string{"speed " + speed + full, speed + full, speed + short} {
		if line = p.text(where + "  " + words); term.Width(line) <= p.width {
			break
		}
	}
	return p.paint(term.Strong, line)
}

func speedName(speed int) string {
	if speed < 0 {
		return fmt.Sprintf("1/%d×", 1<<-speed)
	}
	return fmt.Sprintf("%d×", 1<<speed)
}

// pace says how a slowdown compares with real time, in full and in short.
func pace(slowdown float64) (full, short string) {
	number := func(x float64) string { return strconv.FormatFloat(math.Round(x*100)/100, 'f', -1, 64) }
	switch {
	case slowdown > 1:
		short = number(slowdown) + " times slower"
	case slowdown < 1:
		short = number(1/slowdown) + " times faster"
	default:
		return "real time", "real time"
	}
	return short + " than real time", short
}

// body is the lanes, and the code beside or below them.
func (p player) body(r room) []string {
	lanes := p.tracks(r)
	if r.axis {
		indent := strings.Repeat(" ", len(unmarked)+r.label+len(" "))
		lanes = append(lanes, indent+p.paint(term.Faint, p.layout.Axis(r.columns, p.now().axis)))
	}
	switch {
	case r.beside > 0:
		code := p.listing(r.beside, r.rows+count(r.axis))
		width := p.width - r.beside - len(" | ")
		lines := make([]string, max(len(lanes), len(code)))
		for i := range lines {
			lines[i] = p.fit(at(lanes, i), width) + " " + p.paint(term.Faint, "│") + " " + at(code, i)
		}
		return lines
	case r.below > 0:
		return append(lanes, p.listing(p.width, r.below)...)
	}
	return lanes
}

// at is a line, or an empty one behind the last.
func at(lines []string, i int) string {
	if i < len(lines) {
		return lines[i]
	}
	return ""
}

// tracks draws the strategies, one under the other.
func (p player) tracks(r room) []string {
	var lines []string
	from, to := window(p.track, r.tracks, len(p.now().tracks))
	for i := from; i < to; i++ {
		if i > from && r.spaced {
			lines = append(lines, "")
		}
		lines = append(lines, p.drawn(r, i)...)
	}
	return lines
}

// peak is the label of a curve: how many tasks its highest sign stands for.
func peak(tasks int) string { return fmt.Sprintf("%d at once", tasks) }

// drawn draws one strategy up to the playhead.
func (p player) drawn(r room, i int) []string {
	track := p.now().tracks[i]
	var lines []string
	if r.heading {
		role := term.Strong
		if i == p.track {
			role = term.Title
		}
		lines = append(lines, p.paint(role, track.name)+"  "+p.paint(term.Faint, track.tally(p.at)))
	}
	from, to := window(p.task, r.lanes, len(track.run.Lanes))
	for task := from; task < to; task++ {
		label := term.PadLeft(strconv.Itoa(task+1), r.label)
		if i == p.track && task == p.task {
			label = p.paint(term.Selected, marked+label)
		} else {
			label = unmarked + p.paint(term.Faint, label)
		}
		lines = append(lines, label+" "+p.grown(r, track.run.Lanes[task:task+1]))
	}
	if r.curve {
		curve := p.curves.drawn[i]
		shown := string(curve[:min(len(curve), p.column(r)+1)])
		lines = append(lines, unmarked+p.paint(term.Faint, term.PadLeft(peak(track.most), r.label)+" "+shown))
	}
	return lines
}

// column is the one in which the playhead stands.
func (p player) column(r room) int {
	return min(r.columns-1, int(float64(p.at)/float64(max(1, p.now().axis))*float64(r.columns)))
}

// grown draws lanes up to the playhead, which shows where there is nothing of theirs.
func (p player) grown(r room, lanes []timeline.Lane) string {
	states := timeline.Columns(lanes, r.columns, p.now().axis, p.at)
	head := p.column(r)
	if states[head] != timeline.None {
		return p.layout.Lane(states[:head+1])
	}
	return p.layout.Lane(states[:head]) + p.paint(term.Faint, "│")
}

// tally counts the tasks by what they do at a moment.
func (t track) tally(moment time.Duration) string {
	if moment >= t.run.Elapsed {
		return "ended after " + report.Moment(t.run.Elapsed)
	}
	counts := map[string]int{}
	for _, lane := range t.run.Lanes {
		counts[doing(lane, moment)]++
	}
	var parts []string
	words := []string{report.Ended}
	for _, state := range []timeline.State{timeline.Running, timeline.Waiting, timeline.Queued, timeline.None} {
		words = append(words, state.String())
	}
	for _, word := range append(words, report.NotStarted) {
		if counts[word] > 0 {
			parts = append(parts, fmt.Sprintf("%d %s", counts[word], word))
		}
	}
	return strings.Join(parts, ", ")
}

// doing is what a task does at a moment, in a word or two.
func doing(lane timeline.Lane, moment time.Duration) string {
	if span, ok := lane.At(moment); ok {
		return span.State.String()
	}
	switch {
	case len(lane) == 0 || moment < lane[0].Start:
		return report.NotStarted
	case moment >= lane.End():
		return report.Ended
	}
	return timeline.None.String() // a hole, which no timeline of ours has
}

// state says what the chosen task does, why and where.
func (p player) state(room) string {
	what := doing(p.lane(), p.at)
	role, rest := term.Plain, ""
	if span, ok := p.lane().At(p.at); ok {
		role = map[timeline.State]term.Role{
			timeline.Running: term.Running, timeline.Waiting: term.Waiting, timeline.Queued: term.Queued,
		}[span.State]
		if detail := report.Detail(p.chosen().run, span); detail != "" {
			rest = ": " + detail
		}
		if times := fmt.Sprintf("  (%s to %s)", report.Moment(span.Start), report.Moment(span.End)); p.width >= wideForCode {
			rest += times
		}
	}
	return p.paint(term.Strong, fmt.Sprintf("task %d", p.task+1)) + p.text(" of "+p.chosen().name) + "  " +
		p.paint(role, what) + p.text(rest)
}

// event answers the last key, or tells the last event before the playhead.
func (p player) event(room) string {
	switch {
	case p.typed != "":
		return p.paint(term.Strong, "to the lane of task "+p.typed+"_") + "  enter goes, esc does not"
	case p.said != "":
		return p.paint(term.Warn, p.said)
	case p.playing:
		return ""
	}
	events, moments := p.chosen().events, p.chosen().moments
	n, _ := slices.BinarySearch(moments, p.at+1)
	if n == 0 {
		return p.paint(term.Faint, fmt.Sprintf("before the first of %d changes", len(events)))
	}
	last := events[n-1]
	first, _ := slices.BinarySearch(moments, last.At)
	line := fmt.Sprintf("change %d of %d, at %s: task %d %s → %s",
		n, len(events), report.Moment(last.At), last.Task+1, last.From, last.To)
	if more := n - 1 - first; more > 0 {
		line += fmt.Sprintf(", and %d more", more)
	}
	if detail := " (" + report.Detail(p.chosen().run, last.Span) + ")"; detail != " ()" && term.Width(p.text(line+detail)) <= p.width {
		line += detail
	}
	return p.paint(term.Faint, line)
}

// keys are the lines at the bottom: the notation, and the keys that matter most.
func (p player) keys() []string {
	verb := "play"
	if p.playing {
		verb = "pause"
	}
	legend := p.layout.Legend()
	keys := "q quit  ? keys  space " + verb + "  right/left step  up/down lane  +/- speed  s code"
	switch width := ansi.StringWidth(legend) + len("   "); {
	case width+len(keys) <= p.width:
		return []string{legend + "   " + p.paint(term.Faint, keys)}
	case p.height >= 22:
		return []string{legend, p.paint(term.Faint, keys)}
	}
	return []string{legend + "   " + p.paint(term.Faint, "q quit  ? keys")}
}

// helpLines tell all keys.
func (p player) helpLines() []string {
	lines := []string{p.paint(term.Title, "Keys")}
	names := 0
	for _, action := range actions() {
		names = max(names, term.Width(action.name))
	}
	for _, action := range actions() {
		if action.name == "" {
			continue
		}
		for i, line := range term.Wrap(action.does, p.width-2-names-2) {
			name := ""
			if i == 0 {
				name = action.name
			}
			lines = append(lines, "  "+p.paint(term.Strong, term.Pad(name, names))+"  "+p.text(line))
		}
	}
	lines = append(lines, "  "+p.paint(term.Strong, term.Pad("q, esc", names))+"  quit", "", p.layout.Legend(), "any key goes back")
	return lines
}

// width is how many columns a listing takes.
func (l listing) width() int {
	widest := 0
	for _, line := range l.lines {
		widest = max(widest, line.Width)
	}
	return widest + len(unmarked) + l.digits() + len("  ")
}

// digits is how many the numbers of a listing's lines have.
func (l listing) digits() int { return len(strconv.Itoa(l.first + len(l.lines) - 1)) }

// holds tells whether a line of a file is in the listing.
func (l listing) holds(file string, line int) bool {
	return l.file == file && line >= l.first && line < l.first+len(l.lines)
}

// open is the code to show, and the number of the line on which the chosen task stands in it, or 0.
func (p player) open() (shown listing, mark int) {
	sources := p.now().sources
	wanted := p.now().workload
	if p.code == codeOfStrategy {
		wanted = p.chosen().name
	}
	shown = sources[max(0, slices.IndexFunc(sources, func(l listing) bool { return l.name == wanted }))]
	span, _ := p.lane().At(p.at)
	file, number, _ := strings.Cut(p.chosen().run.Place(span), ":")
	line, err := strconv.Atoi(number)
	if err != nil {
		return shown, 0
	}
	for _, listing := range sources {
		if listing.holds(file, line) && (p.code == codeOfTask || listing.name == wanted) {
			return listing, line
		}
	}
	return shown, 0
}

// listing draws the code in so many rows, the first of which says what it is.
func (p player) listing(width, rows int) []string {
	code, mark := p.open()
	last := code.first + len(code.lines) - 1
	chosen := 0
	if mark > 0 {
		chosen = mark - code.first
	}
	from, to := window(chosen, rows-1, len(code.lines))
	head := fmt.Sprintf("%s:%d–%d", code.file, code.first, last)
	if to-from < len(code.lines) {
		head = fmt.Sprintf("%s:%d–%d of %d–%d", code.file, code.first+from, code.first+to-1, code.first, last)
	}
	lines := []string{p.paint(term.Strong, code.name) + "  " + p.paint(term.Faint, head)}
	for i := from; i < to; i++ {
		number := term.PadLeft(strconv.Itoa(code.first+i), code.digits())
		if code.first+i == mark {
			number = p.paint(term.Selected, marked+number)
		} else {
			number = unmarked + p.paint(term.Faint, number)
		}
		lines = append(lines, p.cut(number+"  "+code.lines[i].Painted, width))
	}
	return lines
}

// curves are how many tasks were in flight in each column, for each strategy. They are kept until the room changes: to count
// takes longer than to draw.
type curves struct {
	scene, columns int
	drawn          [][]rune
}

// of returns the curves that fit the player's screen.
func (c curves) of(p player) curves {
	r := p.room()
	if !r.curve || len(c.drawn) > 0 && c.scene == p.scene && c.columns == r.columns {
		return c
	}
	fitting := curves{scene: p.scene, columns: r.columns}
	for _, track := range p.now().tracks {
		fitting.drawn = append(fitting.drawn, []rune(p.layout.Curve(track.run, r.columns, p.now().axis)))
	}
	return fitting
}
