package tui

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode"
	"unicode/utf8"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"

	"meanwhile/internal/measure"
	"meanwhile/internal/report"
	"meanwhile/internal/term"
	"meanwhile/internal/timeline"
)

const ms = time.Millisecond

// aRecording is of sleeping tasks by some strategies. A task runs for 1 ms, sleeps for 8, and runs for another. The first
// strategy runs one after the other; in the second, and in any more, each queues for 1 ms longer than the one before.
func aRecording(strategies, tasks int) *measure.Comparison {
	r := measure.Result{
		Workload: "sleep", Task: "sleeps", Tasks: tasks, Procs: 2, Delays: []time.Duration{8 * ms},
		Sources: []measure.Source{
			{Name: "sleep", File: "tasks.go", Line: 16, Text: "" +
				"// Sleep waits.\nfunc Sleep() {\n\tselect {\n\tcase <-time.After(d):\n\t}\n}\n"},
			{Name: "sequential", File: "strategies.go", Line: 9, Text: "func Sequential() {\n\tfor {\n\t}\n}\n"},
			{Name: "goroutines", File: "strategies.go", Line: 23, Text: "func Goroutines() {\n\tgo func() {}()\n}\n"},
		},
	}
	names := []string{"sequential", "goroutines", "limited", "workers", "errgroup"}
	for i, name := range names[:strategies] {
		r.Rows = append(r.Rows, measure.Row{Strategy: name, Timeline: aPlayedRun(tasks, i > 0)})
	}
	return &measure.Comparison{Results: []measure.Result{r}}
}

func aPlayedRun(tasks int, together bool) *timeline.Timeline {
	t := &timeline.Timeline{
		Reasons: []string{"", "sleeping", "for a core"}, Places: []string{"", "tasks.go:19"}, Lanes: make([]timeline.Lane, tasks),
	}
	for i := range t.Lanes {
		start := time.Duration(i) * 10 * ms
		if together {
			start = time.Duration(i) * ms
		}
		if together && start > 0 {
			t.Lanes[i] = append(t.Lanes[i], timeline.Span{State: timeline.Queued, End: start, Why: 2})
		}
		t.Lanes[i] = append(t.Lanes[i],
			timeline.Span{State: timeline.Running, Start: start, End: start + 1*ms, Where: 1},
			timeline.Span{State: timeline.Waiting, Start: start + 1*ms, End: start + 9*ms, Why: 1, Where: 1},
			timeline.Span{State: timeline.Running, Start: start + 9*ms, End: start + 10*ms})
		t.Elapsed = start + 10*ms
	}
	return t
}

// style is a style of the kinds that there are.
func style(colour term.Colour, ascii bool) term.Style {
	streams := &term.Streams{}
	streams.Decide(colour, ascii)
	return streams.Style
}

// aPlayer plays a recording, plainly, on a screen of some size.
func aPlayer(t testing.TB, c *measure.Comparison, width, height int) player {
	t.Helper()
	p, err := newPlayer(style(term.Never, false), c)
	if err != nil {
		t.Fatal(err)
	}
	return sent(p, tea.WindowSizeMsg{Width: width, Height: height})
}

// sent is the player after messages.
func sent(p player, messages ...tea.Msg) player {
	for _, message := range messages {
		next, _ := p.Update(message)
		p = next.(player)
	}
	return p
}

// keyed is the player after keys, named as Bubble Tea names them.
func keyed(p player, keys ...string) player {
	for _, key := range keys {
		p = sent(p, keyOf(key))
	}
	return p
}

// keyOf is what a terminal sends.
func keyOf(name string) tea.KeyPressMsg {
	codes := map[string]rune{
		"space": tea.KeySpace, "left": tea.KeyLeft, "right": tea.KeyRight, "up": tea.KeyUp, "down": tea.KeyDown,
		"pgup": tea.KeyPgUp, "pgdown": tea.KeyPgDown, "home": tea.KeyHome, "end": tea.KeyEnd, "tab": tea.KeyTab,
		"enter": tea.KeyEnter, "esc": tea.KeyEscape, "backspace": tea.KeyBackspace,
	}
	var key tea.KeyPressMsg
	for part := range strings.SplitSeq(name, "+") {
		switch code, named := codes[part]; {
		case part == "shift":
			key.Mod |= tea.ModShift
		case part == "ctrl":
			key.Mod |= tea.ModCtrl
		case named:
			key.Code = code
		case part == "": // the key + itself
			key.Code, key.Text = '+', "+"
		default:
			key.Code, key.Text = []rune(part)[0], part
		}
	}
	if key.Mod == tea.ModCtrl {
		key.Text = ""
	}
	return key
}

// stands tells in a line what a player's keys have chosen.
func stands(p player) string {
	mode := "paused"
	if p.playing {
		mode = "playing"
	}
	return fmt.Sprintf("%s at %s, %s, %s %d of %s", mode, p.at, speedName(p.speed), p.chosen().name, p.task+1, p.now().name)
}

func TestKeysOfThePlayer(t *testing.T) {
	const five = "pgdown pgdown pgdown" // beyond the last of five lanes
	for _, c := range []struct{ keys, want string }{
		{"", "playing at 0s, 1×, sequential 1 of sleep"},
		{"space", "paused at 0s, 1×, sequential 1 of sleep"},
		{"space space", "playing at 0s, 1×, sequential 1 of sleep"},

		// by event: of the strategy, and of the lane
		{"right", "paused at 1ms, 1×, sequential 1 of sleep"},
		{"right right right", "paused at 10ms, 1×, sequential 1 of sleep"},
		{"right right right left", "paused at 9ms, 1×, sequential 1 of sleep"},
		{"left", "paused at 0s, 1×, sequential 1 of sleep"},
		{"down shift+right", "paused at 10ms, 1×, sequential 2 of sleep"},
		{"down shift+right shift+right shift+right shift+right shift+right", "paused at 50ms, 1×, sequential 2 of sleep"},
		{"down end shift+left", "paused at 20ms, 1×, sequential 2 of sleep"},
		{"down home shift+left", "paused at 0s, 1×, sequential 2 of sleep"},

		// to the ends
		{"end", "paused at 50ms, 1×, sequential 1 of sleep"},
		{"end right", "paused at 50ms, 1×, sequential 1 of sleep"},
		{"end space", "playing at 0s, 1×, sequential 1 of sleep"},
		{"end left", "paused at 49ms, 1×, sequential 1 of sleep"},
		{"tab end left", "paused at 14ms, 1×, goroutines 1 of sleep"},
		{"tab end left right", "paused at 50ms, 1×, goroutines 1 of sleep"},
		{"end home", "paused at 0s, 1×, sequential 1 of sleep"},

		// speed
		{"+ + +", "playing at 0s, 8×, sequential 1 of sleep"},
		{". =", "playing at 0s, 4×, sequential 1 of sleep"},
		{"+ + + + + + +", "playing at 0s, 16×, sequential 1 of sleep"},
		{"- ,", "playing at 0s, 1/4×, sequential 1 of sleep"},
		{"- - - - - - -", "playing at 0s, 1/16×, sequential 1 of sleep"},
		{"- - - - - - - +", "playing at 0s, 1/8×, sequential 1 of sleep"},

		// through the lanes of all strategies
		{"down", "playing at 0s, 1×, sequential 2 of sleep"},
		{"j j k", "playing at 0s, 1×, sequential 2 of sleep"},
		{"up", "playing at 0s, 1×, sequential 1 of sleep"},
		{"down down down down down", "playing at 0s, 1×, goroutines 1 of sleep"},
		{"down down down down down up", "playing at 0s, 1×, sequential 5 of sleep"},
		{five, "playing at 0s, 1×, sequential 5 of sleep"},
		{five + " tab " + five + " down", "playing at 0s, 1×, limited 1 of sleep"},
		{"tab tab " + five + " down", "playing at 0s, 1×, limited 5 of sleep"},
		{five + " pgup pgup pgup", "playing at 0s, 1×, sequential 1 of sleep"},
		{"down tab", "playing at 0s, 1×, goroutines 2 of sleep"},
		{"tab tab tab", "playing at 0s, 1×, sequential 1 of sleep"},
		{"shift+tab", "playing at 0s, 1×, limited 1 of sleep"},

		// by number
		{"4 enter", "playing at 0s, 1×, sequential 4 of sleep"},
		{"tab 5 g", "playing at 0s, 1×, goroutines 5 of sleep"},
		{"0 0 2 g", "playing at 0s, 1×, sequential 2 of sleep"},
		{"4 2 backspace enter", "playing at 0s, 1×, sequential 4 of sleep"},
		{"4 esc enter", "playing at 0s, 1×, sequential 1 of sleep"},
		{"4 down enter", "playing at 0s, 1×, sequential 2 of sleep"},
		{"6 enter", "playing at 0s, 1×, sequential 1 of sleep"},
		{"0 enter", "playing at 0s, 1×, sequential 1 of sleep"},
		{"9 9 9 9 9 9 9 9 9 enter", "playing at 0s, 1×, sequential 1 of sleep"},
		{"enter", "playing at 0s, 1×, sequential 1 of sleep"},
		{"backspace", "playing at 0s, 1×, sequential 1 of sleep"},

		// results
		{"right down ]", "paused at 0s, 1×, sequential 1 of cpu on 2 cores"},
		{"] [", "playing at 0s, 1×, sequential 1 of sleep"},
		{"[", "playing at 0s, 1×, sequential 1 of cpu on 2 cores"},

		// what is no key, and help, which the next key closes
		{"x F", "playing at 0s, 1×, sequential 1 of sleep"},
		{"?", "paused at 0s, 1×, sequential 1 of sleep"},
		{"? down", "paused at 0s, 1×, sequential 1 of sleep"},
		{"? down down", "paused at 0s, 1×, sequential 2 of sleep"},
		{"? esc space", "playing at 0s, 1×, sequential 1 of sleep"},
	} {
		recording := aRecording(3, 5)
		other := aRecording(2, 2).Results[0]
		other.Workload = "cpu"
		recording.Results = append(recording.Results, other)
		if got := stands(keyed(aPlayer(t, recording, 80, 24), strings.Fields(c.keys)...)); got != c.want {
			t.Errorf("after %q: %s, want %s", c.keys, got, c.want)
		}
	}
}

func TestThePlayerAnswersWhatCannotBeDone(t *testing.T) {
	bare := aRecording(1, 3)
	bare.Results[0].Sources = nil
	for _, c := range []struct{ keys, want string }{
		{"1", "to the lane of task 1_"},
		{"1 2 backspace", "to the lane of task 1_"},
		{"7 enter", "there is no task 7; the tasks are 1 to 3"},
		{"0 g", "there is no task 0; the tasks are 1 to 3"},
		{"enter", "type the number of a task first, as 12 enter"},
		{"]", "this recording has one result"},
		{"[", "this recording has one result"},
		{"s", "this recording has no code"},
	} {
		p := keyed(aPlayer(t, bare, 80, 24), strings.Fields(c.keys)...)
		if screen := p.View().Content; !strings.Contains(screen, "\n"+c.want) {
			t.Errorf("no %q after %q:\n%s", c.want, c.keys, screen)
		}
		if screen := keyed(p, "esc", "space").View().Content; strings.Contains(screen, c.want) {
			t.Errorf("%q is still there after other keys:\n%s", c.want, screen)
		}
	}
}

func TestThePlayerQuits(t *testing.T) {
	for _, c := range []struct {
		keys              string
		quits, interrupts bool
	}{
		{"q", true, false},
		{"esc", true, false},
		{"ctrl+c", true, true},
		{"1 esc", false, false},
		{"1 esc esc", true, false},
		{"1 q", true, false},
		{"? esc", false, false},
		{"? esc esc", true, false},
		{"? q", true, false},
		{"? ctrl+c", true, true},
	} {
		p := aPlayer(t, aRecording(1, 1), 80, 24)
		keys := strings.Fields(c.keys)
		p = keyed(p, keys[:len(keys)-1]...)
		last, command := p.Update(keyOf(keys[len(keys)-1]))
		quits := false
		if command != nil {
			_, quits = command().(tea.QuitMsg)
		}
		if quits != c.quits || last.(player).interrupted != c.interrupts {
			t.Errorf("%q quits: %t, interrupts: %t, want %t and %t", c.keys, quits, last.(player).interrupted, c.quits, c.interrupts)
		}
	}
}

// Steps stop at every event, and each is taken back by a step back: what is on the screen then is what was there before.
func TestStepsBackUndoSteps(t *testing.T) {
	for _, keys := range [][2]string{{"right", "left"}, {"shift+right", "shift+left"}} {
		for _, choice := range []string{"", "down", "tab down down", "tab tab 7 g"} {
			p := keyed(aPlayer(t, aRecording(3, 7), 100, 40), append(strings.Fields(choice), "home")...)
			moments := p.chosen().moments
			if keys[0] != "right" {
				moments = p.laneMoments()
			}
			want := slices.Compact(slices.Sorted(slices.Values(slices.Concat(moments, []time.Duration{0, p.now().axis}))))
			var seen []player
			for _, moment := range want {
				if p.at != moment {
					t.Fatalf("after %q: %q leads to %s, want %s", choice, keys[0], p.at, moment)
				}
				seen = append(seen, p)
				p = keyed(p, keys[0])
			}
			for _, before := range slices.Backward(seen[:len(seen)-1]) {
				p = keyed(p, keys[1])
				if p.at != before.at || p.View().Content != before.View().Content {
					t.Errorf("after %q: %q leads to %s, want %s, where it was\n%s", choice, keys[1], p.at, before.at, before.View().Content)
				}
			}
		}
	}
}

// ticks are ticks of a clock, so long after the first.
func ticks(after ...time.Duration) (messages []tea.Msg) {
	start := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	messages = append(messages, playerTick(start))
	for _, d := range after {
		messages = append(messages, playerTick(start.Add(d)))
	}
	return messages
}

func TestThePlayheadMovesWithTheClock(t *testing.T) {
	// A run of 50 ms plays 200 times slower than it was: in 10 s.
	for _, c := range []struct {
		name  string
		keys  string
		after []time.Duration
		want  time.Duration
	}{
		{"the first tick only starts the clock", "", nil, 0},
		{"a fiftieth of 50 ms in 200 ms", "", []time.Duration{200 * ms}, 1 * ms},
		{"tick by tick", "", []time.Duration{50 * ms, 100 * ms, 150 * ms, 200 * ms}, 1 * ms},
		{"twice as fast", "+", []time.Duration{200 * ms}, 2 * ms},
		{"16 times as fast", "+ + + + +", []time.Duration{200 * ms}, 16 * ms},
		{"half as fast", "-", []time.Duration{200 * ms}, 500 * time.Microsecond},
		{"16 times slower", "- - - - -", []time.Duration{160 * ms}, 50 * time.Microsecond},
		{"paused", "space", []time.Duration{200 * ms}, 0},
		{"it stops at the end", "+ + + +", []time.Duration{200 * ms, 400 * ms, 600 * ms, 800 * ms, 1000 * ms}, 50 * ms},
		{"a program that was stopped goes on where it was", "", []time.Duration{time.Hour, time.Hour + 200*ms}, 2250 * time.Microsecond},
		{"a clock that is put back moves nothing back", "", []time.Duration{200 * ms, -time.Hour}, 1*ms + 1},
	} {
		p := sent(keyed(aPlayer(t, aRecording(2, 5), 80, 24), strings.Fields(c.keys)...), ticks(c.after...)...)
		if p.at != c.want {
			t.Errorf("%s: the playhead is at %s, want %s", c.name, p.at, c.want)
		}
		if p.playing == (p.at == p.now().axis || c.keys == "space") {
			t.Errorf("%s: playing is %t at %s", c.name, p.playing, p.at)
		}
	}
}

// A pause is no time that passes, and whoever presses space often gets no second clock.
func TestThePlayerHasOneClock(t *testing.T) {
	p := sent(aPlayer(t, aRecording(2, 5), 80, 24), ticks(200*ms)...)
	for range 3 {
		next, command := p.Update(keyOf("space"))
		if p = next.(player); command != nil {
			t.Error("another clock was started while one runs")
		}
	}
	p = sent(p, ticks()...) // the clock finds the player paused, and stops
	if p.ticking || p.at != 1*ms {
		t.Errorf("ticking: %t, at %s", p.ticking, p.at)
	}
	next, command := p.Update(keyOf("space"))
	if command == nil {
		t.Error("no clock was started")
	}
	late := sent(next.(player), playerTick(time.Now().Add(time.Hour)))
	if late.at != 1*ms {
		t.Errorf("the time of the pause has been played: the playhead is at %s", late.at)
	}
}

func TestThePlayerSaysHowItsTimeRelatesToRealTime(t *testing.T) {
	for _, c := range []struct {
		elapsed time.Duration
		keys    string
		want    string
	}{
		{30 * ms, "", "speed 1×: 200 times slower than real time"},
		{10 * ms, "", "speed 1×: 1000 times slower than real time"},
		{300 * ms, "", "speed 1×: 20 times slower than real time"},
		{300 * ms, "- - - -", "speed 1/16×: 320 times slower than real time"},
		{300 * ms, "+ + + +", "speed 16×: 1.25 times slower than real time"},
		{time.Second, "", "speed 1×: 10 times slower than real time"},
		{10 * time.Second, "", "speed 1×: real time"},
		{10 * time.Second, "+", "speed 2×: 2 times faster than real time"},
		{time.Minute, "", "speed 1×: 10 times faster than real time"},
		{25 * time.Microsecond, "", "speed 1×: 200000 times slower than real time"},
	} {
		recording := aRecording(1, 1)
		recording.Results[0].Rows[0].Timeline.Elapsed = c.elapsed
		p := keyed(aPlayer(t, recording, 120, 24), strings.Fields(c.keys)...)
		if screen := p.View().Content; !strings.Contains(screen, c.want+"\n") {
			t.Errorf("no %q for a run of %s after %q:\n%s", c.want, c.elapsed, c.keys, screen)
		}
		if shown := time.Duration(float64(c.elapsed) * p.now().base()); shown > longestShow || shown < longestShow/10*4 {
			t.Errorf("a run of %s is shown in %s", c.elapsed, shown)
		}
	}
}

// playerScreen is a screen without what is at the ends of its lines.
func playerScreen(p player) string {
	lines := strings.Split(p.View().Content, "\n")
	for i, line := range lines {
		lines[i] = strings.TrimRight(line, " ")
	}
	return strings.Join(lines, "\n")
}

func TestLanesGrowUpToThePlayhead(t *testing.T) {
	p := aPlayer(t, aRecording(2, 3), 60, 15)
	p = keyed(p, "s", "s", "right", "right", "right", "right")
	want := `
sleep  3 tasks of 8 ms; each sleeps
paused   11.000 of 30.000 ms  1×: 200 times slower
sequential  1 ended, 1 waiting, 1 not started
› 1 ██···············██ │
  2                    ██
  3                     │

goroutines  2 ended, 1 running
  1 ██···············██ │
  2 ▒▒██···············██
  3 ▒▒▒▒██···············
    │0                │10 ms             │20 ms
task 1 of sequential  ended
change 6 of 12, at 11.000 ms: task 2 running → waiting
█ running  · waiting  ▒ queued   q quit  ? keys`
	if got := playerScreen(p); got != want[1:] {
		t.Errorf("the screen is\n%s\nwant\n%s", got, want[1:])
	}
}

func TestThePlayerShowsTheLineOnWhichTheTaskStands(t *testing.T) {
	for _, width := range []int{80, 120} { // below the lanes, and beside them
		p := keyed(aPlayer(t, aRecording(2, 3), width, 30), "home", "right")
		for _, c := range []struct{ keys, mark, state string }{
			{"", "› 19      case <-time.After(d):", "task 1 of sequential  waiting: sleeping, at tasks.go:19"},
			{"right", "", "task 1 of sequential  running"},
			{"end", "", "task 1 of sequential  ended"},
			{"down", "", "task 2 of sequential  not started"},
			{"tab down", "", "task 2 of goroutines  running: near tasks.go:19"},
			{"tab down down", "", "task 3 of goroutines  queued: for a core"},
			{"s", "", "task 1 of sequential  waiting: sleeping, at tasks.go:19"},
		} {
			got := keyed(p, strings.Fields(c.keys)...)
			screen := playerScreen(got)
			if !strings.Contains(screen, c.state) {
				t.Errorf("%d columns, after %q: no %q in\n%s", width, c.keys, c.state, screen)
			}
			if c.mark != "" && !strings.Contains(screen, c.mark) {
				t.Errorf("%d columns, after %q: no %q in\n%s", width, c.keys, c.mark, screen)
			}
			_, mark := got.open()
			if c.keys != "s" && (mark == 19) != strings.Contains(c.state, "tasks.go:19") {
				t.Errorf("%d columns, after %q: line %d is marked", width, c.keys, mark)
			}
		}
	}
}

func TestTheCodeOfTheTaskOrOfTheStrategyIsShownOrNone(t *testing.T) {
	p := keyed(aPlayer(t, aRecording(2, 3), 80, 30), "tab")
	for _, want := range []string{"sleep  tasks.go:16–21", "goroutines  strategies.go:23–25", "", "sleep  tasks.go:16–21"} {
		screen := playerScreen(p)
		if want != "" && !strings.Contains(screen, "\n"+want+"\n") {
			t.Errorf("no %q in\n%s", want, screen)
		}
		if want == "" && strings.Contains(screen, ".go:16–") {
			t.Errorf("there is code on the screen:\n%s", screen)
		}
		p = keyed(p, "s")
	}
	// A strategy without code of its own leaves that of the task.
	p = keyed(aPlayer(t, aRecording(3, 3), 80, 30), "tab", "tab", "s")
	if screen := playerScreen(p); !strings.Contains(screen, "tasks.go:16–21") {
		t.Errorf("no code on\n%s", screen)
	}
}

// Wherever the chosen lane is, it is on the screen, and the screen says which lanes it shows.
func TestTheWindowFollowsTheChosenLane(t *testing.T) {
	said := regexp.MustCompile(`lanes? (\d+)(?:–(\d+))? of 2000`)
	p := aPlayer(t, aRecording(3, 2000), 80, 24)
	for _, height := range []int{1, 2, 4, 8, 10, 12, 20, 24, 40, 200} {
		p = sent(p, tea.WindowSizeMsg{Width: 80, Height: height})
		for _, keys := range []string{"1 g", "down", "1 0 0 0 g", "pgdown", "pgdown", "pgup", "up", "2 0 0 0 g", "down", "tab", "pgup"} {
			p = keyed(p, strings.Fields(keys)...)
			screen := playerScreen(p)
			label := fmt.Sprintf("(?m)^› +%d ", p.task+1)
			if !regexp.MustCompile(label).MatchString(screen + " ") {
				t.Fatalf("height %d, after %q: no lane %d on\n%s", height, keys, p.task+1, screen)
			}
			if height < 10 {
				continue
			}
			match := said.FindStringSubmatch(screen)
			if match == nil {
				t.Fatalf("height %d, after %q: it is not said which lanes these are:\n%s", height, keys, screen)
			}
			for _, number := range match[1:] {
				if number != "" && !regexp.MustCompile(`(?m)^[› ] +`+number+`\b`).MatchString(screen) {
					t.Errorf("height %d: lane %s is not on\n%s", height, number, screen)
				}
			}
		}
	}
}

func TestStrategiesThatDoNotFitAreTold(t *testing.T) {
	p := aPlayer(t, aRecording(5, 10), 80, 12)
	if screen := playerScreen(p); !strings.Contains(screen, "strategies 1–3 of 5, lane 1 of 10") {
		t.Errorf("it is not said what is left out:\n%s", screen)
	}
	if screen := playerScreen(keyed(p, "shift+tab")); !strings.Contains(screen, "strategies 3–5 of 5, lane 1 of 10") ||
		!strings.Contains(screen, "\nerrgroup  ") {
		t.Errorf("the chosen strategy is left out:\n%s", screen)
	}
}

// hostile is a recording whose texts would do harm on a terminal, and some of whose signs take two columns.
func hostile() *measure.Comparison {
	const text = "\x1b[2J\x1b]0;title\a\u202e\tevil\r\n並行性並行性並行性🙂 \u0085 end"
	c := aRecording(3, 12)
	r := &c.Results[0]
	r.Workload, r.Task = text, strings.Repeat(text, 20)
	for i := range r.Sources {
		r.Sources[i] = measure.Source{Name: text, File: text, Line: 1 << 30, Text: measure.Code(strings.Repeat(text, 9))}
	}
	for i := range r.Rows {
		run := r.Rows[i].Timeline
		r.Rows[i].Strategy, run.Reasons, run.Places = text, []string{"", text, text}, []string{"", text + ":7"}
	}
	c.Results = append(c.Results, aRecording(5, 3).Results...)
	return c
}

func TestWhateverIsPlayedFitsWhateverTerminal(t *testing.T) {
	colours := regexp.MustCompile(`\x1b\[[0-9;]*m`)
	for _, c := range []struct {
		style term.Style
		ascii bool
	}{
		{style(term.Never, false), false}, {style(term.Never, true), true}, {style(term.Always, false), false},
	} {
		for _, recording := range []*measure.Comparison{aRecording(5, 50), aRecording(1, 2000), hostile()} {
			p, err := newPlayer(c.style, recording)
			if err != nil {
				t.Fatal(err)
			}
			clean := recording.Results[0].Workload == "sleep"
			for _, width := range []int{1, 2, 3, 7, 20, 40, 60, 80, 99, 100, 120, 250} {
				for _, height := range []int{1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 12, 16, 20, 24, 60} {
					p = sent(p, tea.WindowSizeMsg{Width: width, Height: height})
					for _, keys := range []string{"home", "right right", "down s", "end s", "? ", "x 1 2", "] s", "tab right"} {
						p = keyed(p, strings.Fields(keys)...)
						lines := strings.Split(p.View().Content, "\n")
						if len(lines) > height {
							t.Fatalf("%d lines on a screen of %d", len(lines), height)
						}
						for _, line := range lines {
							bare := colours.ReplaceAllString(line, "")
							if ansi.StringWidth(bare) > width {
								t.Fatalf("a line takes %d of %d columns: %q", ansi.StringWidth(bare), width, line)
							}
							for _, sign := range bare {
								if !unicode.IsPrint(sign) && sign != utf8.RuneError || c.ascii && clean && sign >= utf8.RuneSelf {
									t.Fatalf("%q is in %q, at %d×%d", sign, line, width, height)
								}
							}
						}
					}
				}
			}
		}
	}
}

// Colour only repeats what signs and words say: without it, the screen is the same.
func TestThePlayerSaysTheSameWithoutColour(t *testing.T) {
	coloured, err := newPlayer(style(term.Always, false), aRecording(3, 10))
	if err != nil {
		t.Fatal(err)
	}
	plain := aPlayer(t, aRecording(3, 10), 120, 40)
	coloured = sent(coloured, tea.WindowSizeMsg{Width: 120, Height: 40})
	for range 12 {
		coloured, plain = keyed(coloured, "right"), keyed(plain, "right")
		painted := coloured.View().Content
		if got, want := ansi.Strip(painted), plain.View().Content; got != want || got == painted {
			t.Fatalf("with colour it is\n%s\nwithout\n%s", got, want)
		}
	}
}

func TestRecordingsThatTellLittle(t *testing.T) {
	if _, err := newPlayer(term.Style{}, &measure.Comparison{}); err != report.ErrNoTimelines {
		t.Errorf("nothing at all: %v", err)
	}
	for name, run := range map[string]*timeline.Timeline{"none": nil, "no lanes": {Elapsed: ms}} {
		c := aRecording(1, 1)
		c.Results[0].Rows[0].Timeline = run
		if _, err := newPlayer(term.Style{}, c); err != report.ErrNoTimelines {
			t.Errorf("a timeline with %s: %v", name, err)
		}
		c = aRecording(2, 3)
		c.Results[0].Rows[0].Timeline = run
		screen := playerScreen(aPlayer(t, c, 120, 30))
		if !strings.Contains(screen, "of sequential there is no timeline") || !strings.Contains(screen, "\ngoroutines  ") {
			t.Errorf("a timeline with %s beside another:\n%s", name, screen)
		}
	}
	// Lanes without spans, runs of no time, strategies of different numbers of tasks: all keys work.
	c := aRecording(3, 8)
	rows := c.Results[0].Rows
	rows[0].Timeline = &timeline.Timeline{Lanes: make([]timeline.Lane, 3)}
	rows[1].Timeline.Lanes = rows[1].Timeline.Lanes[:1]
	rows[1].Timeline.Lanes[0] = slices.Delete(rows[1].Timeline.Lanes[0], 1, 2) // a hole
	still := &measure.Comparison{Results: []measure.Result{{Rows: rows[:1], Delays: []time.Duration{0}, Workload: "x"}}}
	for _, c := range []*measure.Comparison{c, still} {
		p := sent(aPlayer(t, c, 70, 20), ticks(50*ms, 100*ms)...)
		for _, action := range actions() {
			for range 4 {
				if p = keyed(p, action.keys[0]); p.View().Content == "" {
					t.Fatalf("an empty screen after %q", action.keys[0])
				}
			}
		}
	}
}

func TestHelpTellsEveryKey(t *testing.T) {
	screen := playerScreen(keyed(aPlayer(t, aRecording(1, 1), 80, 24), "?"))
	for _, action := range actions() {
		if action.name != "" && !strings.Contains(screen, "\n  "+action.name+" ") {
			t.Errorf("no %q in\n%s", action.name, screen)
		}
		for _, key := range action.keys {
			if got := keyOf(key).String(); got != key {
				t.Errorf("the key %q is called %q", key, got)
			}
		}
	}
	if strings.Contains(screen, "…") {
		t.Errorf("help is cut:\n%s", screen)
	}
}
