package tui

import (
	"context"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"

	tea "charm.land/bubbletea/v2"

	"meanwhile/internal/measure"
	"meanwhile/internal/report"
	"meanwhile/internal/source"
	"meanwhile/internal/term"
	"meanwhile/internal/timeline"
)

// Replay plays a recorded comparison on the terminal until the person quits. It is report.ErrNoTimelines where there is nothing
// to play.
func Replay(ctx context.Context, streams *term.Streams, c *measure.Comparison) error {
	p, err := newPlayer(streams.Style, c)
	if err != nil {
		return err
	}
	last, err := run(ctx, newProgram(streams.In, streams.Out, streams.Style, p))
	if p, ok := last.(player); err == nil && ok && p.interrupted {
		return context.Canceled
	}
	return err
}

// player is what the player knows at a moment. It is a value: a message makes another one of it, and only messages tell it
// the time.
type player struct {
	layout report.Layout
	scenes []scene
	scene  int // the one that plays

	// The chosen lane: a strategy of the scene, and a task of that, from 0.
	track, task int

	at      time.Duration // where the playhead stands
	playing bool
	speed   int       // as a power of two
	ticking bool      // a tick is under way
	ticked  time.Time // when the last one came, while playing

	code    codeChoice
	typed   string // the digits of a task's number
	said    string // an answer to the last key
	helping bool

	curves curves

	width, height int
	interrupted   bool
}

// scene is a result that has timelines.
type scene struct {
	name, about string
	workload    string
	tracks      []track
	tasks       int           // the most that a track has
	axis        time.Duration // the longest run
	sources     []listing
}

// track is the run of one strategy.
type track struct {
	name    string
	run     *timeline.Timeline
	events  []report.Event
	moments []time.Duration // when the events happened
	most    int             // tasks in flight at once
}

// listing is code as it is shown.
type listing struct {
	name, file string
	first      int // the number of its first line
	lines      []report.Line
}

// codeChoice is whose code is shown.
type codeChoice int

const (
	codeOfTask codeChoice = iota
	codeOfStrategy
	codeOfNone
	codeChoices
)

// newPlayer makes a player that begins to play as soon as it runs.
func newPlayer(style term.Style, c *measure.Comparison) (player, error) {
	p := player{layout: report.Layout{Style: style}, playing: true, ticking: true}
	for i := range c.Results {
		if scene := p.newScene(&c.Results[i]); len(scene.tracks) > 0 {
			p.scenes = append(p.scenes, scene)
		}
	}
	if len(p.scenes) == 0 {
		return p, report.ErrNoTimelines
	}
	return p, nil
}

func (p player) newScene(r *measure.Result) scene {
	s := scene{workload: printable(r.Workload)}
	s.name, s.about = report.Title(r)
	for _, row := range r.Rows {
		run := row.Timeline
		if run == nil || len(run.Lanes) == 0 {
			s.about += "; of " + printable(row.Strategy) + " there is no timeline"
			continue
		}
		s.tracks = append(s.tracks, newTrack(printable(row.Strategy), run))
		s.axis, s.tasks = max(s.axis, run.Elapsed), max(s.tasks, len(run.Lanes))
	}
	for _, code := range r.Sources {
		s.sources = append(s.sources, listing{
			printable(code.Name), printable(code.File), code.Line,
			p.layout.Code(printableCode(string(code.Text)), source.Go),
		})
	}
	return s
}

func newTrack(name string, run *timeline.Timeline) track {
	t := track{name: name, run: run, events: report.Events(run), most: run.MostInFlight()}
	for _, event := range t.events {
		t.moments = append(t.moments, event.At)
	}
	return t
}

// longestName is how much of a name in a recording is shown.
const longestName = 200

func printable(text string) string { return term.Printable(text, longestName) }

// printableCode is code whose every line can be shown.
func printableCode(code string) string {
	lines := strings.Split(report.ExpandTabs(code), "\n")
	for i, line := range lines {
		lines[i] = printable(line)
	}
	return strings.Join(lines, "\n")
}

// now is the scene that plays, chosen the strategy that is chosen in it, and lane the task that is chosen in that.
func (p player) now() scene          { return p.scenes[p.scene] }
func (p player) chosen() track       { return p.now().tracks[p.track] }
func (p player) lane() timeline.Lane { return p.chosen().run.Lanes[p.task] }

// playerTick tells the time.
type playerTick time.Time

func playerFrame() tea.Cmd {
	return tea.Tick(time.Second/framesPerSecond, func(now time.Time) tea.Msg { return playerTick(now) })
}

func (p player) Init() tea.Cmd { return playerFrame() }

func (p player) Update(msg tea.Msg) (tea.Model, tea.Cmd) {
	switch msg := msg.(type) {
	case tea.WindowSizeMsg:
		p.width, p.height = msg.Width, msg.Height
	case playerTick:
		p = p.advance(time.Time(msg))
	case tea.KeyPressMsg:
		key := msg.String()
		p.interrupted = key == "ctrl+c"
		if p.interrupted || p.quits(key) {
			return p, tea.Quit
		}
		p = p.press(key)
	}
	p.curves = p.curves.of(p)
	if p.playing && !p.ticking {
		p.ticking = true
		return p, playerFrame()
	}
	return p, nil
}

// quits tells whether a key ends the player: Esc ends first what else is under way.
func (p player) quits(key string) bool {
	return key == "q" || key == "esc" && p.typed == "" && !p.helping
}

// longestFrame is for how long a frame may count: whoever stops the program and lets it go on finds the playhead where it
// was.
const longestFrame = time.Second / 4

// advance moves the playhead by the time since the tick before.
func (p player) advance(now time.Time) player {
	p.ticking = false
	if !p.playing {
		return p
	}
	if !p.ticked.IsZero() {
		shown := min(max(0, now.Sub(p.ticked)), longestFrame)
		p.at += max(1, time.Duration(float64(shown)/p.slowdown()))
	}
	p.ticked = now
	if p.at >= p.now().axis {
		return p.end()
	}
	return p
}

// longestShow is how long the longest run takes on the screen at speed 1, at most.
const longestShow = 10 * time.Second

// base is how many times slower than it was the scene plays at speed 1: a round number, so that it can be grasped.
func (s scene) base() float64 {
	exact := float64(longestShow) / float64(max(1, s.axis))
	scale := 1.0
	for scale*10 <= exact {
		scale *= 10
	}
	for scale > exact {
		scale /= 10
	}
	for _, factor := range []float64{5, 2} {
		if factor*scale <= exact {
			return factor * scale
		}
	}
	return scale
}

// slowdown is how many times slower than it was the scene plays now.
func (p player) slowdown() float64 { return p.now().base() / math.Pow(2, float64(p.speed)) }

// mostSpeed is the highest speed as a power of two, and its opposite the lowest.
const mostSpeed = 4

// action is what keys do.
type action struct {
	keys []string // as Bubble Tea calls them
	name string   // as a person does
	does string
	do   func(player) player
}

// actions lists them all, in the order in which the help tells them. One without a name is told with the one before it.
func actions() []action {
	return []action{
		{[]string{"space"}, "space", "play, pause; at the end, play again", player.toggle},
		{[]string{"right"}, "right, left", "to the next, the previous change in this strategy", player.forward},
		{[]string{"left"}, "", "", player.back},
		{[]string{"shift+right"}, "shift+right, left", "the same, in the chosen lane alone", player.laneForward},
		{[]string{"shift+left"}, "", "", player.laneBack},
		{[]string{"+", "=", "."}, "+ -  or  . ,", "twice as fast, half as fast", player.faster},
		{[]string{"-", ","}, "", "", player.slower},
		{[]string{"home"}, "home, end", "to the beginning, to the end", player.begin},
		{[]string{"end"}, "", "", player.end},
		{[]string{"down", "j"}, "down, up  or  j, k", "the next, the previous lane", player.down},
		{[]string{"up", "k"}, "", "", player.up},
		{[]string{"pgdown"}, "pgdown, pgup", "a page of lanes further, back", player.pageDown},
		{[]string{"pgup"}, "", "", player.pageUp},
		{[]string{"tab"}, "tab, shift+tab", "the next, the previous strategy", player.nextTrack},
		{[]string{"shift+tab"}, "", "", player.previousTrack},
		{[]string{"enter", "g"}, "12 enter  or  12 g", "to the lane of task 12", player.jump},
		{[]string{"backspace"}, "", "", player.erase},
		{[]string{"]"}, "], [", "the next, the previous result", player.nextScene},
		{[]string{"["}, "", "", player.previousScene},
		{[]string{"s"}, "s", "the code of the task, of the strategy, or none", player.turnCode},
		{[]string{"?"}, "?", "these keys", player.help},
	}
}

// press does what a key is for.
func (p player) press(key string) player {
	p.said = ""
	if p.helping {
		p.helping = false
		return p
	}
	if len(key) == 1 && key >= "0" && key <= "9" {
		return p.digit(key)
	}
	if key == "esc" {
		p.typed = ""
		return p
	}
	for _, action := range actions() {
		if slices.Contains(action.keys, key) {
			if p = action.do(p); key != "backspace" {
				p.typed = ""
			}
			return p
		}
	}
	return p
}

func (p player) help() player {
	p.helping = true
	return p.pause()
}

func (p player) toggle() player {
	if p.playing {
		return p.pause()
	}
	if p.at >= p.now().axis {
		p.at = 0
	}
	p.playing, p.ticked = true, time.Time{}
	return p
}

func (p player) pause() player {
	p.playing, p.ticked = false, time.Time{}
	return p
}

// to stops at a moment.
func (p player) to(moment time.Duration) player {
	p = p.pause()
	p.at = min(max(0, moment), p.now().axis)
	return p
}

func (p player) begin() player { return p.to(0) }
func (p player) end() player   { return p.to(p.now().axis) }

// forward and back go to the nearest event of the chosen strategy, and where there is none to the end or to the beginning.
func (p player) forward() player { return p.to(after(p.chosen().moments, p.at, p.now().axis)) }
func (p player) back() player    { return p.to(before(p.chosen().moments, p.at)) }

// laneForward and laneBack do the same among the events of the chosen lane.
func (p player) laneForward() player { return p.to(after(p.laneMoments(), p.at, p.now().axis)) }
func (p player) laneBack() player    { return p.to(before(p.laneMoments(), p.at)) }

// laneMoments is when the chosen task goes from one state into another.
func (p player) laneMoments() []time.Duration {
	var moments []time.Duration
	for _, span := range p.lane() {
		moments = append(moments, span.Start)
	}
	return append(moments, p.lane().End())
}

// after is the first of some moments after one, or else the end.
func after(moments []time.Duration, moment, end time.Duration) time.Duration {
	if i, _ := slices.BinarySearch(moments, moment+1); i < len(moments) {
		return moments[i]
	}
	return end
}

// before is the last of some moments before one, or else the beginning.
func before(moments []time.Duration, moment time.Duration) time.Duration {
	if i, _ := slices.BinarySearch(moments, moment); i > 0 {
		return moments[i-1]
	}
	return 0
}

func (p player) faster() player {
	p.speed = min(p.speed+1, mostSpeed)
	return p
}

func (p player) slower() player {
	p.speed = max(p.speed-1, -mostSpeed)
	return p
}

// down and up walk through the lanes of all strategies.
func (p player) down() player {
	switch {
	case p.task+1 < len(p.chosen().run.Lanes):
		p.task++
	case p.track+1 < len(p.now().tracks):
		p.track, p.task = p.track+1, 0
	}
	return p
}

func (p player) up() player {
	switch {
	case p.task > 0:
		p.task--
	case p.track > 0:
		p.track--
		p.task = len(p.chosen().run.Lanes) - 1
	}
	return p
}

// pageDown and pageUp go as far as there are lanes of a strategy on the screen.
func (p player) pageDown() player { return p.choose(p.task + p.room().lanes) }
func (p player) pageUp() player   { return p.choose(p.task - p.room().lanes) }

// choose chooses a task of the chosen strategy, or the nearest that there is.
func (p player) choose(task int) player {
	p.task = min(max(0, task), len(p.chosen().run.Lanes)-1)
	return p
}

// nextTrack and previousTrack go around, and keep to the task.
func (p player) nextTrack() player     { return p.turnTrack(1) }
func (p player) previousTrack() player { return p.turnTrack(-1) }

func (p player) turnTrack(by int) player {
	p.track = around(p.track+by, len(p.now().tracks))
	return p.choose(p.task)
}

// around brings what went over an end back at the other.
func around(i, n int) int { return (i + n) % n }

// mostDigits is as long as the number of a task can be.
const mostDigits = 4

func (p player) digit(digit string) player {
	if len(p.typed) < mostDigits {
		p.typed += digit
	}
	return p
}

func (p player) erase() player {
	p.typed = p.typed[:max(0, len(p.typed)-1)]
	return p
}

// jump chooses the task whose number was typed.
func (p player) jump() player {
	number, err := strconv.Atoi(p.typed)
	if err != nil {
		p.said = "type the number of a task first, as 12 enter"
		return p
	}
	if n := len(p.chosen().run.Lanes); number < 1 || number > n {
		p.said = fmt.Sprintf("there is no task %d; the tasks are 1 to %d", number, n)
		return p
	}
	return p.choose(number - 1)
}

// nextScene and previousScene go around; what plays begins anew.
func (p player) nextScene() player     { return p.turnScene(1) }
func (p player) previousScene() player { return p.turnScene(-1) }

func (p player) turnScene(by int) player {
	if len(p.scenes) == 1 {
		p.said = "this recording has one result"
		return p
	}
	p.scene = around(p.scene+by, len(p.scenes))
	p.track, p.task, p.at = 0, 0, 0
	return p
}

func (p player) turnCode() player {
	if len(p.now().sources) == 0 {
		p.said = "this recording has no code"
		return p
	}
	p.code = codeChoice(around(int(p.code)+1, int(codeChoices)))
	return p
}
