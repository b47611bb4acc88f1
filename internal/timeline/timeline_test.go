package timeline_test

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"meanwhile/internal/timeline"
)

// lane makes a lane of a picture: a sign a millisecond, from the beginning of the run.
func lane(picture string) timeline.Lane {
	states := map[rune]timeline.State{'#': timeline.Running, '.': timeline.Waiting, '+': timeline.Queued}
	var made timeline.Lane
	for i, sign := range picture {
		state, at := states[sign], time.Duration(i)*ms
		switch last := len(made) - 1; {
		case state == timeline.None:
		case last >= 0 && made[last].State == state && made[last].End == at:
			made[last].End += ms
		default:
			made = append(made, timeline.Span{State: state, Start: at, End: at + ms})
		}
	}
	return made
}

// picture is what columns look like.
func picture(columns []timeline.State) string {
	var b strings.Builder
	for _, state := range columns {
		b.WriteByte(" #.+"[state])
	}
	return b.String()
}

func TestColumnsShowWhatPrevails(t *testing.T) {
	const forever = time.Hour
	for _, c := range []struct {
		name        string
		lanes       []string
		columns     int
		axis, until time.Duration
		want        string
	}{
		{"a column a millisecond", []string{"++#..#  "}, 8, 8 * ms, forever, "++#..#  "},
		{"what has most of a column", []string{"#...##.#"}, 2, 8 * ms, forever, ".#"},
		{"finer than the spans", []string{"#."}, 8, 2 * ms, forever, "####...."},
		{"blank before its turn", []string{"    ##  "}, 4, 8 * ms, forever, "  # "},
		{"an axis longer than the run", []string{"#..#"}, 8, 8 * ms, forever, "#..#    "},
		{"an axis shorter than the run", []string{"#..#++++"}, 4, 4 * ms, forever, "#..#"},
		{"cut at a moment", []string{"#......#"}, 8, 8 * ms, 3 * ms, "#..     "},
		{"cut within a span", []string{"........"}, 4, 8 * ms, 5 * ms, "... "},
		{"cut before a lane begins", []string{"    ####"}, 8, 8 * ms, 4 * ms, "        "},
		{"less than half of a column is none", []string{"####### #       "}, 2, 16 * ms, forever, "# "},
		{"but a short lane leaves a sign", []string{"               ."}, 2, 16 * ms, forever, " ."},
		{"at the beginning, too", []string{"+               "}, 1, 16 * ms, forever, "+"},
		{"many lanes, what most do", []string{"#...", "+#..", "++#.", "+++#"}, 4, 4 * ms, forever, "++.."},
		{"many short lanes fill a column", []string{"#       ", " #      ", "  #     ", "   #    "}, 2, 8 * ms, forever, "# "},
		{"waiting before queued before running where they are even", []string{"#", ".", "+"}, 1, ms, forever, "."},
		{"no lanes", nil, 3, ms, forever, "   "},
		{"a lane with nothing in it", []string{""}, 3, ms, forever, "   "},
		{"no time", []string{""}, 3, 0, forever, "   "},
	} {
		t.Run(c.name, func(t *testing.T) {
			var lanes []timeline.Lane
			for _, drawn := range c.lanes {
				lanes = append(lanes, lane(drawn))
			}
			if got := picture(timeline.Columns(lanes, c.columns, c.axis, c.until)); got != c.want {
				t.Errorf("got %q, want %q", got, c.want)
			}
		})
	}
}

// A nanosecond in an hour is seen, and so is what takes no time at all.
func TestNoLaneIsTooShortToBeSeen(t *testing.T) {
	for _, takes := range []time.Duration{0, 1} {
		for _, at := range []time.Duration{0, time.Minute, time.Hour - 1} {
			short := timeline.Lane{{State: timeline.Waiting, Start: at, End: at + takes}}
			got := picture(timeline.Columns([]timeline.Lane{short}, 60, time.Hour, time.Hour))
			column := min(59, int(at/time.Minute))
			if want := strings.Repeat(" ", column) + "." + strings.Repeat(" ", 59-column); got != want {
				t.Errorf("at %v, for %v, it is drawn as %q", at, takes, got)
			}
		}
	}
}

func TestAMomentHasAtMostOneSpan(t *testing.T) {
	l := lane(" ++#..# #")
	for i, want := range " ++#..# # " {
		for _, within := range []time.Duration{0, 1, ms / 2, ms - 1} {
			at := time.Duration(i)*ms + within
			span, ok := l.At(at)
			if got := picture([]timeline.State{span.State}); got != string(want) || ok != (want != ' ') {
				t.Errorf("at %v it is %q (%v), want %q", at, got, ok, want)
			}
			if ok && (at < span.Start || at >= span.End) {
				t.Errorf("at %v the span is from %v to %v", at, span.Start, span.End)
			}
		}
	}
	if _, ok := l.At(-1); ok {
		t.Error("there is a span before the run")
	}
	if _, ok := timeline.Lane(nil).At(0); ok {
		t.Error("a lane without spans has one")
	}
}

func TestATaskStartsAfterItsQueueAndSharesCountFromThere(t *testing.T) {
	line := &timeline.Timeline{Elapsed: 20 * ms, Lanes: []timeline.Lane{
		lane("++++#..+#..."), // started at 4: of 8 it ran 2, waited 5, queued 1
		lane("    ..#."),     // started at 4: of 4 it ran 1, waited 3
		lane("++++"),         // never started
		nil,                  // never had a turn
	}}
	for i, want := range []struct {
		start  time.Duration
		ok     bool
		end    time.Duration
		shares timeline.Shares
	}{
		{4 * ms, true, 12 * ms, timeline.Shares{Running: 2. / 8, Waiting: 5. / 8, Queued: 1. / 8}},
		{4 * ms, true, 8 * ms, timeline.Shares{Running: 1. / 4, Waiting: 3. / 4}},
		{0, false, 4 * ms, timeline.Shares{}},
		{0, false, 0, timeline.Shares{}},
	} {
		l := line.Lanes[i]
		if start, ok := l.Start(); start != want.start || ok != want.ok {
			t.Errorf("lane %d starts at %v (%v), want %v (%v)", i, start, ok, want.start, want.ok)
		}
		if l.End() != want.end {
			t.Errorf("lane %d ends at %v, want %v", i, l.End(), want.end)
		}
		if got := l.Shares(); got != want.shares {
			t.Errorf("lane %d has the shares %v, want %v", i, got, want.shares)
		}
	}
	if got, want := line.Shares(), (timeline.Shares{Running: 3. / 12, Waiting: 8. / 12, Queued: 1. / 12}); got != want {
		t.Errorf("all have the shares %v, want %v", got, want)
	}
}

func TestTasksInFlightAreCountedOverTime(t *testing.T) {
	line := &timeline.Timeline{Elapsed: 8 * ms, Lanes: []timeline.Lane{
		lane("#..."), lane("+#.."), lane("++++#.."), lane("++++"), nil, lane("     #"),
	}}
	want := []timeline.Step{
		{At: 0, InFlight: 1},
		{At: ms, InFlight: 2},
		{At: 4 * ms, InFlight: 1}, // two end as the third starts
		{At: 5 * ms, InFlight: 2},
		{At: 6 * ms, InFlight: 1},
		{At: 7 * ms, InFlight: 0},
	}
	if diff := cmp.Diff(want, line.InFlight()); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
	if most := line.MostInFlight(); most != 2 {
		t.Errorf("%d at most, want 2", most)
	}
	inTurn := &timeline.Timeline{Lanes: []timeline.Lane{lane("##"), lane("  ##"), lane("    ##")}}
	if most := inTurn.MostInFlight(); most != 1 {
		t.Errorf("of tasks in turn %d are in flight, want 1", most)
	}
	if most := new(timeline.Timeline).MostInFlight(); most != 0 {
		t.Errorf("of no tasks %d are in flight", most)
	}
}

func TestPartsSayWhatTheTimeWentTo(t *testing.T) {
	line := &timeline.Timeline{
		Elapsed: 10 * ms, Reasons: []string{"", "sleeping", "for a core"}, Places: []string{"", "a.go:1", "b.go:2"},
		Lanes: []timeline.Lane{
			{
				{State: timeline.Queued, Start: 0, End: 2 * ms, Why: 2},
				{State: timeline.Running, Start: 2 * ms, End: 3 * ms, Where: 1},
				{State: timeline.Waiting, Start: 3 * ms, End: 7 * ms, Why: 1, Where: 1},
				{State: timeline.Queued, Start: 7 * ms, End: 8 * ms, Why: 2, Where: 1},
				{State: timeline.Running, Start: 8 * ms, End: 9 * ms, Where: 2},
			},
			{{State: timeline.Waiting, Start: 0, End: ms, Why: 1, Where: 2}},
			{{State: timeline.Queued, Start: 0, End: 10 * ms, Why: 2}}, // never started
			nil,
		},
	}
	started := []timeline.Part{
		{State: timeline.Waiting, Reason: "sleeping", Place: "a.go:1", Share: 4. / 8, Mean: ms, Each: 4 * ms},
		{State: timeline.Running, Share: 2. / 8, Mean: ms / 2, Each: 2 * ms}, // through both lines
		{State: timeline.Queued, Reason: "for a core", Share: 1. / 8, Mean: ms / 4, Each: ms},
		{State: timeline.Waiting, Reason: "sleeping", Place: "b.go:2", Share: 1. / 8, Mean: ms / 4, Each: ms},
	}
	if diff := cmp.Diff(started, line.Parts()); diff != "" {
		t.Errorf("parts (-want +got)\n%s", diff)
	}
	before := []timeline.Part{{State: timeline.Queued, Reason: "for a core", Mean: 3 * ms, Each: 6 * ms}}
	if diff := cmp.Diff(before, line.Queues()); diff != "" {
		t.Errorf("queues (-want +got)\n%s", diff)
	}
	if none := new(timeline.Timeline); len(none.Parts()) != 0 || len(none.Queues()) != 0 {
		t.Errorf("no tasks have the parts %v and %v", none.Parts(), none.Queues())
	}
}

func TestStatesHaveWords(t *testing.T) {
	for state, want := range []string{"not there", "running", "waiting", "queued"} {
		if got := timeline.State(state).String(); got != want {
			t.Errorf("state %d is %q, want %q", state, got, want)
		}
	}
}

func TestReasonsAndPlacesThatAreNotThereAreEmpty(t *testing.T) {
	line := &timeline.Timeline{}
	for _, i := range []int{-1, 0, 1} {
		if s := (timeline.Span{Why: i, Where: i}); line.Reason(s) != "" || line.Place(s) != "" {
			t.Errorf("number %d of none is %q, %q", i, line.Reason(s), line.Place(s))
		}
	}
}

func TestASpanIsFiveNumbers(t *testing.T) {
	for text, want := range map[string]timeline.Span{
		"[1,0,1,0,0]":                    {State: timeline.Running, End: 1},
		"[2, 5 ,\t7,\n1,2]":              {State: timeline.Waiting, Start: 5, End: 7, Why: 1, Where: 2},
		"[3,-1,9223372036854775807,0,0]": {State: timeline.Queued, Start: -1, End: 1<<63 - 1},

		// as far as numbers go
		"[0,0,0,-9223372036854775808,9223372036854775807]": {Why: -1 << 63, Where: 1<<63 - 1},
	} {
		var got timeline.Span
		if err := json.Unmarshal([]byte(text), &got); err != nil || got != want {
			t.Errorf("%s is %v (%v), want %v", text, got, err, want)
		}
		if written, err := json.Marshal(got); err != nil || string(written) != strings.Join(strings.Fields(text), "") {
			t.Errorf("%v is written as %s (%v), want %s", got, written, err, text)
		}
	}
	for _, text := range []string{
		`null`, `true`, `"[1,2,3,4,5]"`, `{}`, `[]`, `[1]`, `[1,2,3,4]`, `[1,2,3,4,5,6]`, `[1,2,3,4,null]`, `[1,2,3,4,"5"]`, `[1,2,3,4,5.5]`,
		`[1,2,3,4,1e3]`, `[1,2,3,4,[5]]`, `[1,2,3,[4,5]]`, `[4,2,3,4,5]`, `[-1,2,3,4,5]`, `[256,2,3,4,5]`, `[1,9223372036854775808,3,4,5]`,
	} {
		var got timeline.Span
		if err := json.Unmarshal([]byte(text), &got); err == nil {
			t.Errorf("%s is taken for the span %v", text, got)
		} else if !strings.Contains(err.Error(), "a span is five whole numbers") {
			t.Errorf("%s: %v", text, err)
		}
	}
}

// Whatever is taken for a span is written as it was read.
func FuzzSpan(f *testing.F) {
	for _, seed := range []string{"[1,0,1,0,0]", "[2, 5 ,\t7,1,2]", "null", "[1,2,3,4,5.5]", "[[1,2,3,4,5]]", "[1,,,,]", "[", "]", "[1,2,3,4,5"} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		var span, back timeline.Span
		if span.UnmarshalJSON(data) != nil {
			if span != (timeline.Span{}) {
				t.Errorf("%q is refused, and left %v", data, span)
			}
			return
		}
		_ = span.State.String()
		written, err := json.Marshal(span)
		if err != nil {
			t.Fatal(err)
		}
		if err := json.Unmarshal(written, &back); err != nil || back != span {
			t.Errorf("%q is %v, written as %s, and read as %v (%v)", data, span, written, back, err)
		}
	})
}

func TestATimelineFromOutsideIsChecked(t *testing.T) {
	sound := func() *timeline.Timeline {
		return &timeline.Timeline{
			Elapsed: 10, Reasons: []string{"", "sleeping"}, Places: []string{"", "tasks.go:19"},
			Lanes: []timeline.Lane{{{State: timeline.Running, End: 1}, {State: timeline.Waiting, Start: 1, End: 10, Why: 1, Where: 1}}},
		}
	}
	if err := sound().Check(); err != nil {
		t.Error(err)
	}
	if err := new(timeline.Timeline).Check(); err != nil {
		t.Errorf("no tasks at all: %v", err)
	}
	last := func(line *timeline.Timeline) *timeline.Span { return &line.Lanes[0][1] }
	for name, spoil := range map[string]func(*timeline.Timeline){
		"negative time":           func(l *timeline.Timeline) { l.Elapsed = -1 },
		"a year":                  func(l *timeline.Timeline) { l.Elapsed = 365 * 24 * time.Hour },
		"too many lanes":          func(l *timeline.Timeline) { l.Lanes = make([]timeline.Lane, timeline.MaxTasks+1) },
		"too many reasons":        func(l *timeline.Timeline) { l.Reasons = make([]string, 1001) },
		"too many places":         func(l *timeline.Timeline) { l.Places = make([]string, 1001) },
		"too many spans":          func(l *timeline.Timeline) { l.Lanes[0] = make(timeline.Lane, 300_001) },
		"no state":                func(l *timeline.Timeline) { last(l).State = timeline.None },
		"a state of the future":   func(l *timeline.Timeline) { last(l).State = 4 },
		"a start before 0":        func(l *timeline.Timeline) { l.Lanes[0][0].Start = -1 },
		"an end before its start": func(l *timeline.Timeline) { last(l).End = 0 },
		"a span without length":   func(l *timeline.Timeline) { last(l).End = 1 },
		"an overlap":              func(l *timeline.Timeline) { l.Lanes[0][0].End = 2 },
		"an end behind the run":   func(l *timeline.Timeline) { last(l).End = 11 },
		"a reason below 0":        func(l *timeline.Timeline) { last(l).Why = -1 },
		"a reason out of range":   func(l *timeline.Timeline) { last(l).Why = 2 },
		"a place below 0":         func(l *timeline.Timeline) { last(l).Where = -1 },
		"a place out of range":    func(l *timeline.Timeline) { last(l).Where = 2 },
		"reasons without any":     func(l *timeline.Timeline) { l.Reasons = nil },
	} {
		t.Run(name, func(t *testing.T) {
			line := sound()
			spoil(line)
			if err := line.Check(); err == nil {
				t.Error("it passes")
			} else if text := err.Error(); strings.Contains(text, "\n") || len(text) > 200 {
				t.Errorf("it is refused with %q", text)
			}
		})
	}
}
