package report_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"regexp"
	"strings"
	"testing"
	"time"

	"meanwhile/internal/course"
	"meanwhile/internal/experiment"
	"meanwhile/internal/measure"
	"meanwhile/internal/progress"
	"meanwhile/internal/report"
	"meanwhile/internal/term"
	"meanwhile/internal/timeline"
)

// drawings are the ways in which a lesson may be drawn.
func drawings() map[string]report.Layout {
	made := map[string]report.Layout{}
	for _, width := range []int{60, 100} {
		for name, decide := range map[string]func(*term.Streams){
			"": func(s *term.Streams) { s.Decide(term.Never, false) }, "-ascii": func(s *term.Streams) { s.Decide(term.Never, true) },
			"-colour": func(s *term.Streams) { s.Decide(term.Always, false) },
		} {
			streams := &term.Streams{}
			decide(streams)
			made[fmt.Sprintf("lesson-%d%s.golden", width, name)] = report.Layout{Style: streams.Style, Width: width, Timelines: true}
		}
	}
	return made
}

// text is a span without a mark, and block is a paragraph.
func text(words string) course.Span { return course.Span{Text: words} }

func block(spans ...course.Span) course.Block { return course.Block{Spans: spans} }

func item(spans ...course.Span) course.Block { return course.Block{Item: true, Spans: spans} }

// measured is a span that stands for a number.
func measured(of course.Quantity) course.Span { return course.Span{Mark: course.Measured, Of: of} }

// prose has every mark, alone and in a word with others, and a list between paragraphs.
func prose() []course.Block {
	return []course.Block{
		block(
			text("A "), course.Span{Mark: course.Term, Text: "task"}, text(": a piece of work with a beginning and an end. It took "),
			measured(course.Quantity{Fact: "goroutines.elapsed"}), text(", after "),
			measured(course.Quantity{Fact: "elapsed", Before: true}),
			text(", which is "), measured(course.Quantity{Fact: "goroutines.elapsed", By: "sequential.elapsed"}), text(" as long, or "),
			measured(course.Quantity{Fact: "nothing"}), text(". "), course.Span{Mark: course.Strong, Text: "Nobody waits for nobody"},
			text(" – it "), course.Span{Mark: course.Term, Text: "park"}, text("s with "),
			course.Span{Mark: course.Code, Text: "<-time.After(delay)"},
			text(", and "), course.Span{Mark: course.Code, Text: "a long command with many words of which none may be lost"}, text("."),
		),
		block(text("Look at the lanes: "), course.Span{Mark: course.Code, Text: "█"}, text(" is running.")),
		item(text("one of them is much longer than all the others, and longer than a line of sixty columns")),
		item(course.Span{Mark: course.Strong, Text: "two"}, text(": short")),
		block(text("The end.")),
	}
}

// compareResult is what a comparison came to, which has lanes.
func compareResult() *experiment.Result {
	c := traced()
	c.Results[0].Tasks = 5
	for i := range c.Results[0].Rows {
		c.Results[0].Rows[i].Timeline = lanes(5, c.Results[0].Rows[i].Slots)
	}
	return experiment.Of(c)
}

// demoResult is what a demo came to, with charts and words.
func demoResult() *experiment.Result {
	return &experiment.Result{
		Schema: experiment.Schema, Name: "pool", Args: []string{"demo", "pool", "--pool", "1,8"}, Setting: "400 requests, 200 a second",
		Real:      "a database in this process, with a pool of connections of a size that is given",
		Simulated: "the round trip to it, 20 ms",
		Learned:   "Four connections were busy, on average: 200 a second × 20 ms.",
		Runs: []experiment.Run{
			{
				Name: "1 connection", Words: "the requests queue for it", Usage: measure.Usage{Elapsed: 8 * time.Second},
				Timeline: lanes(12, 1),
			},
			{
				Name: "8 connections", Words: "nobody queues, and four of the connections are not in use at any time at all",
				Usage: measure.Usage{Elapsed: 2 * time.Second},
			},
		},
		Facts: []experiment.Fact{{Name: "pool-8.busy", Words: "busy", Unit: experiment.Count, Value: 4}},
		Charts: []experiment.Chart{
			{
				Title: "connections that are busy", Unit: experiment.Count,
				Bars: []experiment.Bar{{Label: "1 connection", Value: 1}, {Label: "8 connections", Value: 4}},
			},
			{Title: "time of a request", Unit: experiment.Duration, Bars: []experiment.Bar{
				{Label: "1 → 1", Value: 3.2e9},
				{Label: "8 µs…", Value: 2.03e7},
				{Label: "none"},
			}},
		},
	}
}

// bareResult is of a single run of which only its time is known.
func bareResult() *experiment.Result {
	return &experiment.Result{
		Name: "hello", Args: []string{"hello"}, Setting: "one task", Real: "the wait", Learned: "It waited.",
		Runs:  []experiment.Run{{Name: "coroutine", Usage: measure.Usage{Elapsed: time.Second}}},
		Facts: []experiment.Fact{{Name: "elapsed", Words: "it took", Unit: experiment.Duration, Value: 1e9}},
	}
}

// goCode and pythonCode are an example, and stands is a result of which lanes stood there.
const (
	goCode = "// Wait waits.\nfunc Wait(ctx context.Context) error {\n\tselect {\n\tcase <-time.After(delay):\n\t\treturn nil\n" +
		"\tcase <-ctx.Done():\n\t\treturn ctx.Err()\n\t}\n}\n"
	pythonCode = "async def wait():\n    await asyncio.sleep(1)\n"
)

func code() report.Example {
	return report.Example{
		Name: "wait", File: "demos/wait.go", Line: 11, First: 10, Go: goCode, Python: pythonCode,
		PythonFile: "demos/python/wait.py",
	}
}

func stands(places ...string) *experiment.Result {
	t := &timeline.Timeline{Elapsed: 100 * ms, Reasons: []string{"", "sleeping"}, Places: append([]string{""}, places...)}
	for i := range places {
		t.Lanes = append(t.Lanes, timeline.Lane{
			{State: timeline.Running, End: ms, Where: i + 1},
			{State: timeline.Waiting, Start: ms, End: time.Duration(100-i) * ms, Why: 1, Where: i + 1},
		})
	}
	return &experiment.Result{Runs: []experiment.Run{{Name: "untraced"}, {Name: "a", Timeline: t}}}
}

// numberQuestion, choiceQuestion, rankQuestion and quizQuestion are one of each kind.
func numberQuestion() *course.Question {
	return &course.Question{
		ID: "total", Ask: "How long will all three take together, a goroutine each, on this machine of yours?",
		Number: &course.Quantity{Fact: "goroutines.elapsed"},
		Unit:   experiment.Duration, Low: "That is shorter than the longest sleep. Nobody wakes before the time is over.",
		High: "Too high.",
	}
}

func choiceQuestion() *course.Question {
	return &course.Question{
		ID: "cpu", Ask: "How much does the CPU work?", Of: &course.Quantity{Fact: "goroutines.cpu", By: "goroutines.elapsed"},
		Choices: []course.Choice{
			{Text: "Nearly nothing.", Below: 0.1, Because: "The goroutine is parked."},
			{Text: "All of it.", Below: 1e9, Because: "A wait is not made of work."},
		},
	}
}

func rankQuestion() *course.Question {
	return &course.Question{
		ID: "rank", Ask: "Which takes longest?", Because: "What overlaps is short.",
		Rank: []course.Ranked{
			{Text: "goroutines", By: course.Quantity{Fact: "goroutines.elapsed"}},
			{Text: "sequential", By: course.Quantity{Fact: "sequential.elapsed"}},
			{Text: "limited", By: course.Quantity{Fact: "limited.elapsed"}},
		},
	}
}

func quizQuestion() *course.Question {
	return &course.Question{ID: "resume", Ask: "Where does it go on?", Choices: []course.Choice{
		{Text: "At its beginning.", Because: "Its stack was kept, and the next line with it."},
		{Text: "At the next line.", Right: true, Because: "Its stack was kept."},
	}}
}

// finished is a session at the end of a lesson that was answered in part.
func finished(t *testing.T) *course.Session {
	t.Helper()
	now := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	s := course.Begin(&course.Lesson{
		Idea: "A task can pause unfinished, and go on later where it stopped, as if nothing had happened in between.",
		Misconception: course.Misconception{
			ID: "M1", Belief: "a sleep blocks everything",
			Truth: "a sleep stops one task; the CPU is free meanwhile, and whoever is ready goes on",
		},
		Steps: []course.Step{{Kind: course.Predict, Question: choiceQuestion()}, {Kind: course.Quiz, Question: quizQuestion()}},
	}, progress.Lesson{}, now)
	for range s.Steps() {
		if err := s.Answer("2", 80, now); err != nil {
			t.Fatal(err)
		}
		s.Next(now)
	}
	return s
}

// verdict judges an answer by what the comparison came to.
func verdict(t *testing.T, q *course.Question, typed string, sure int) course.Verdict {
	t.Helper()
	answer, err := q.Read(typed)
	if err != nil {
		t.Fatal(err)
	}
	v, ok := q.Judge(answer, course.Results{Last: compareResult()})
	if !ok {
		t.Fatalf("%s is not judged", q.ID)
	}
	v.Sure = sure
	return v
}

// pieces draws all that a lesson is drawn of.
func pieces(t *testing.T, l report.Layout) map[string][]report.Line {
	t.Helper()
	return map[string][]report.Line{
		"01 prose":               l.Prose(prose(), course.Results{Last: compareResult(), Before: bareResult()}),
		"02 number, right":       l.Verdict(verdict(t, numberQuestion(), "30ms", 80)),
		"03 number, wrong":       l.Verdict(verdict(t, numberQuestion(), "1ms", 100)),
		"04 choice, right":       l.Verdict(verdict(t, choiceQuestion(), "1", -1)),
		"05 choice, wrong":       l.Verdict(verdict(t, choiceQuestion(), "2", 0)),
		"06 ranking, right":      l.Verdict(verdict(t, rankQuestion(), "3 2 1", 60)),
		"07 ranking, wrong":      l.Verdict(verdict(t, rankQuestion(), "1 2 3", 60)),
		"08 quiz, right":         l.Verdict(verdict(t, quizQuestion(), "2", -1)),
		"09 quiz, wrong":         l.Verdict(verdict(t, quizQuestion(), "1", -1)),
		"10 outcome, comparison": l.Outcome(compareResult()),
		"11 outcome, demo":       l.Outcome(demoResult()),
		"12 outcome, one run":    l.Outcome(bareResult()),
		"13 lanes, in 3 rows":    l.Lanes(compareResult(), 3),
		"14 lanes, in 1 row":     l.Lanes(demoResult(), 1),
		"15 code":                l.ReadCode(code(), stands("wait.go:12", "wait.go:13", "other.go:14")),
		"16 code, not run":       l.ReadCode(code(), nil),
		"17 page, comparison":    lines(l.Experiment(compareResult())),
		"18 page, demo":          lines(l.Experiment(demoResult())),
		"19 end":                 l.End(finished(t)),
	}
}

// lines cuts a page.
func lines(page string) []report.Line {
	var all []report.Line
	for line := range strings.Lines(page) {
		line = strings.TrimRight(line, "\n")
		all = append(all, report.Line{Painted: line, Width: term.Width(uncolour(line))})
	}
	return all
}

// uncolour takes the colours away.
func uncolour(text string) string {
	return regexp.MustCompile(`\x1b\[[0-9;]*m`).ReplaceAllString(text, "")
}

func TestLessonsAreDrawn(t *testing.T) {
	for name, layout := range drawings() {
		t.Run(name, func(t *testing.T) {
			drawn := pieces(t, layout)
			var page bytes.Buffer
			for i := range len(drawn) {
				for title, lines := range drawn {
					if !strings.HasPrefix(title, fmt.Sprintf("%02d ", i+1)) {
						continue
					}
					fmt.Fprintf(&page, "== %s\n%s\n", title, report.Stack(lines))
					for _, line := range lines {
						seen := term.Width(uncolour(line.Painted))
						trimmed := strings.Contains(title, "code") // pages beside each other lose the spaces at their right
						if seen > layout.Width || seen > line.Width || seen < line.Width && !trimmed {
							t.Errorf("%s: of %d columns, a line that takes %d says %d: %q", title, layout.Width, seen, line.Width, line.Painted)
						}
					}
				}
			}
			coloured := strings.Contains(page.String(), "\x1b")
			if coloured != layout.Style.Coloured() {
				t.Errorf("coloured is %v", coloured)
			}
			if ascii := strings.Contains(name, "ascii"); ascii == strings.ContainsFunc(page.String(),
				func(r rune) bool { return r > 126 }) {
				t.Errorf("only ASCII is %v", ascii)
			}
			golden(t, name, page.Bytes())
		})
	}
}

// trailing finds the spaces at the ends of lines.
var trailing = regexp.MustCompile(`(?m) +$`)

// Colour adds nothing but colour; without it, code stands in quotes.
func TestColourIsNotNeededToRead(t *testing.T) {
	for _, width := range []string{"60", "100"} {
		plain, coloured := pieces(t, drawings()["lesson-"+width+".golden"]), pieces(t, drawings()["lesson-"+width+"-colour.golden"])
		for title := range plain {
			want := report.Stack(plain[title])
			got := trailing.ReplaceAllString(uncolour(report.Stack(coloured[title])), "")
			if title == "01 prose" {
				want, got = strings.Join(strings.Fields(strings.ReplaceAll(want, "'", "")), " "), strings.Join(strings.Fields(got), " ")
			}
			if want != got {
				t.Errorf("%s in colour is\n%s\nand without is\n%s", title, got, want)
			}
		}
	}
}

func TestLongNamesStayWithinTheWidth(t *testing.T) {
	r := compareResult()
	for i := range r.Runs {
		r.Runs[i].Name = "all-cores." + r.Runs[i].Name
	}
	for i := range r.Facts {
		r.Facts[i].Name = "all-cores." + r.Facts[i].Name
	}
	layout := drawings()["lesson-60.golden"]
	for _, line := range append(layout.Lanes(r, 3), lines(layout.Experiment(r))...) {
		if line.Width > layout.Width {
			t.Errorf("a line takes %d columns: %q", line.Width, line.Painted)
		}
	}
}

func TestProseOfNothingIsNothing(t *testing.T) {
	layout := report.Layout{Width: 60}
	if got := report.Stack(layout.Prose(nil, course.Results{})); got != "" {
		t.Errorf("drawn is %q", got)
	}
	if got := report.Stack(layout.Prose([]course.Block{block(), item(text("a"))}, course.Results{})); got != "\n\n- a\n" {
		t.Errorf("drawn is %q", got)
	}
}

// A word keeps its marks together: what stands against it is not torn off.
func TestAWordMayHaveSeveralMarks(t *testing.T) {
	blocks := []course.Block{block(text("two "), course.Span{Mark: course.Term, Text: "coroutine"}, text("s, and more of them"))}
	for width := 12; width < 30; width++ {
		for _, line := range (report.Layout{Width: width}).Prose(blocks, course.Results{}) {
			if strings.Contains(line.Painted, "coroutine") != strings.Contains(line.Painted, "coroutines,") || line.Width > width {
				t.Errorf("in %d columns there is the line %q", width, line.Painted)
			}
		}
	}
}

func TestAnOutcomeWithoutRunsIsNothing(t *testing.T) {
	layout := report.Layout{Width: 60}
	for _, r := range []*experiment.Result{{}, {Charts: []experiment.Chart{{Title: ""}}}} {
		if got := strings.TrimSpace(report.Stack(layout.Outcome(r))); got != "" {
			t.Errorf("drawn is %q", got)
		}
		if got := layout.Lanes(r, 3); len(got) > 0 {
			t.Errorf("of no lanes, drawn is %v", got)
		}
	}
}

// A lane is marked at the line of the code where it stood, and told with the line's number in the file.
func TestCodeIsMarkedWhereLanesStood(t *testing.T) {
	layout := report.Layout{Width: 100}
	for _, c := range []struct {
		places []string
		marked string // what stands in the marked lines
		words  []string
	}{
		{[]string{"wait.go:12"}, "select {", []string{"line 12: waiting (sleeping) for 99.0 ms"}},
		{[]string{"wait.go:13", "wait.go:12"}, "select {case <-time.After(delay):", []string{
			"line 12: waiting (sleeping) for 98.0 ms", "line 13: waiting (sleeping) for 99.0 ms",
		}},
		{[]string{"wait.go:11"}, "", []string{"line 11: waiting (sleeping) for 99.0 ms"}}, // no room in front of func
		{[]string{"wait.go:10"}, "", []string{"line 10: waiting (sleeping) for 99.0 ms"}},
		{[]string{"wait.go:18"}, "", []string{"line 18: waiting (sleeping) for 99.0 ms"}},
		{[]string{"wait.go:9"}, "", nil},
		{[]string{"wait.go:19"}, "", nil}, // behind the last line
		{[]string{"wait.go:20", "wait.go:-1", "wait.go:x", "wait.go", "", "other.go:12", "demos/wait.go:12"}, "", nil},
	} {
		marked, words := "", []string{}
		for _, line := range layout.ReadCode(code(), stands(c.places...)) {
			left, _, _ := strings.Cut(line.Painted, "│")
			rest, ok := strings.CutPrefix(strings.TrimSpace(left), "› ")
			switch {
			case strings.HasPrefix(rest, "line "):
				words = append(words, rest)
			case ok:
				marked += strings.TrimSpace(rest)
			}
		}
		if marked != c.marked || strings.Join(words, "|") != strings.Join(c.words, "|") {
			t.Errorf("%v: marked is %q, and the words are %q", c.places, marked, words)
		}
	}
	if got := report.Stood(code(), nil); len(got) > 0 {
		t.Errorf("without a result, it stood in %v", got)
	}
}

func TestAnExperimentComesBackFromJSON(t *testing.T) {
	var written bytes.Buffer
	if err := report.WriteExperiment(&written, report.FormatJSON, compareResult(), report.Layout{}); err != nil {
		t.Fatal(err)
	}
	var got experiment.Result
	decoder := json.NewDecoder(&written)
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(&got); err != nil {
		t.Fatal(err)
	}
	var again bytes.Buffer
	if err := report.WriteExperiment(&again, report.FormatText, &got, report.Layout{Width: 80, Timelines: true}); err != nil {
		t.Fatal(err)
	}
	if want := (report.Layout{Width: 80, Timelines: true}).Experiment(compareResult()); again.String() != want {
		t.Errorf("it came back as\n%s\nand was\n%s", again.String(), want)
	}
}

func TestWhenIsInWordsOfTheRightSize(t *testing.T) {
	now := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	for left, want := range map[time.Duration]string{
		-time.Hour: "now", 0: "now", time.Second: "in 1 minute", time.Hour: "in 60 minutes", 24 * time.Hour: "in 24 hours",
		21 * 24 * time.Hour: "in 21 days",
	} {
		if got := report.When(now.Add(left), now); got != want {
			t.Errorf("%v from now is %q, want %q", left, got, want)
		}
	}
}
