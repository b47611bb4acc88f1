package course_test

import (
	"fmt"
	"io/fs"
	"math"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode"

	"meanwhile/internal/course"
	"meanwhile/internal/experiment"
)

// FuzzParse reads anybody's file. A fault names one of its lines; a lesson without one is played to its end, whatever is
// answered on the way.
func FuzzParse(f *testing.F) {
	for _, text := range append(nasty(small(f), 200), whole(f)...) {
		f.Add(text, someAnswers)
	}
	f.Fuzz(parse)
}

// someAnswers are one a line, for the learner of a test.
const someAnswers = "1\n2 1 3\n300ms\n-1\nx"

// What is long, and made to take the square of its length or more, comes to an end all the same.
func TestNastyFilesAreRead(t *testing.T) {
	for _, text := range nasty(small(t), 12_000) {
		parse(t, text, someAnswers)
	}
}

// parse reads a lesson, and looks after its faults, or else plays it.
func parse(t *testing.T, text, answers string) {
	lesson, faults := course.Parse("fuzz.md", []byte(text))
	for i, fault := range faults {
		if !printable(fault.Error()) || fault.Problem == "" || fault.Next == "" {
			t.Errorf("the fault is %q", fault)
		}
		if fault.Line < 1 || fault.Line > 1+strings.Count(text, "\n") || i > 0 && fault.Line < faults[i-1].Line {
			t.Errorf("of %d lines, line %d is named", 1+strings.Count(text, "\n"), fault.Line)
		}
	}
	if len(faults) > 0 {
		return
	}
	inOrder(t, lesson)
	for _, text := range texts(lesson) {
		if !printable(text) || strings.TrimSpace(text) == "" {
			t.Errorf("a text is %q", text)
		}
	}
	play(t, lesson, strings.Split(answers, "\n"))
}

// whole are the lessons of the course.
func whole(t testing.TB) []string {
	t.Helper()
	names, err := fs.Glob(course.Files(), "*/lesson.md")
	if err != nil || len(names) == 0 {
		t.Fatal("there are no lessons", err)
	}
	var texts []string
	for _, name := range names {
		data, err := fs.ReadFile(course.Files(), name)
		if err != nil {
			t.Fatal(err)
		}
		texts = append(texts, string(data))
	}
	return texts
}

// nasty are files that want to be too much for a parser: most of them have a part that is repeated up to a length.
func nasty(small string, long int) []string {
	texts := []string{
		"", "---", "---\n---\n", "---\n\n---\n", "---\n{\n---\n## Predict", small,
		strings.ReplaceAll(small, "\n", "\r\n"),
	}
	head, body, _ := strings.Cut(small, "## Predict")
	fill := func(part string, long int) string { return strings.Repeat(part, 1+long/len(part)) }
	for _, part := range []string{
		"- ", "- a\n", "> ", ">", "1. ", "*a ", "**a", "_a_", "*a _b ", "[", "![", "[a](", "[a]: b\n", "[][a", "`", "`a``", "<",
		"<!--", "<a b=\"", "&",
		"\\", "# ", "## Predict\n", "```\n", "~~~a\n", "a\n\n", "a  \n", "`=a` ", "\n", "```question\nid: a\n```\n",
		"```run\ncommand: a\n```\n",
		"```source\nexamples: [a]\n```\n", "```question\nnumber: a\nid: a\nask: b\nlow: c\nhigh: d\n```\n",
	} {
		texts = append(texts, head+"## Predict\n\n"+fill(part, long)+"\n\n"+body)
	}
	for _, yaml := range []string{"[", "{", "a: ", "- ", "? ", "\"", "&a ", "*a,", "!", "%", "|", "a: [", "'", "#", "a\n", "<<: "} {
		yaml = fill(yaml, min(long, 8000))
		texts = append(texts,
			head+"## Predict\n\n```question\n"+yaml+"\n```\n"+body,
			head+"## Predict\n\n```question\nchoices: ["+yaml+"]\n```\n"+body,
			"---\n"+yaml+"\n---\n## Predict"+body)
	}
	return texts
}

// printable tells whether a text can be shown in a line.
func printable(text string) bool {
	return !strings.ContainsFunc(text, func(r rune) bool { return !unicode.IsPrint(r) })
}

// inOrder looks whether each step comes where docs/authoring.md has it, and holds what it is for.
func inOrder(t *testing.T, lesson *course.Lesson) {
	t.Helper()
	// What is behind the observation may be left out, but for a quiz; so each kind is behind one of those.
	behind := map[course.Kind][]course.Kind{
		course.Predict:  {"", course.Predict},
		course.Run:      {course.Predict, course.Change},
		course.Observe:  {course.Run},
		course.Timeline: {course.Observe},
		course.Explain:  {course.Timeline, course.Run},
		course.Read:     {course.Explain},
		course.Change:   {course.Explain, course.Read, course.Change},
		course.Quiz:     {course.Explain, course.Quiz},
	}
	before := course.Kind("")
	for _, step := range lesson.Steps {
		if !slices.Contains(behind[step.Kind], before) {
			t.Errorf("%s comes behind %q", step.Kind, before)
		}
		before = step.Kind
		asks := slices.Contains([]course.Kind{course.Predict, course.Observe, course.Change, course.Quiz}, step.Kind)
		if asks != (step.Question != nil) || (step.Kind == course.Run) != (len(step.Command) > 0) ||
			(step.Kind == course.Read) != (len(step.Examples) > 0) {
			t.Errorf("%s has something else: %+v", step.Kind, step)
		}
	}
	if before != course.Quiz {
		t.Errorf("the last step is %q", before)
	}
}

// texts are all that a lesson has to say.
func texts(lesson *course.Lesson) []string {
	m := lesson.Misconception
	texts := []string{lesson.Title, lesson.Idea, m.ID, m.Belief, m.Truth}
	for _, step := range lesson.Steps {
		texts = slices.Concat(texts, step.Command, step.Quick, step.Examples)
		for line := range strings.SplitSeq(step.Notes, "\n") {
			texts = append(texts, "notes "+line)
		}
		for _, block := range step.Prose {
			var words strings.Builder
			for _, span := range block.Spans {
				words.WriteString(span.Text + span.Of.String())
			}
			texts = append(texts, words.String())
		}
		if q := step.Question; q != nil {
			texts = append(texts, q.ID, q.Ask)
			switch {
			case q.Number != nil:
				texts = append(texts, q.Low, q.High)
			case q.Rank != nil:
				texts = append(texts, q.Because)
			}
			for _, choice := range q.Choices {
				texts = append(texts, choice.Because)
			}
			texts = append(texts, q.Options()...)
		}
	}
	return texts
}

// told is a made-up result with every fact that a lesson asks for; the n-th of the values, from anywhere, is the n-th fact's.
func told(lesson *course.Lesson, values ...float64) *experiment.Result {
	r := &experiment.Result{Name: "compare", Args: []string{"compare"}}
	add := func(of course.Quantity) {
		for _, name := range []string{of.Fact, of.By} {
			if _, known := r.Fact(name); name != "" && !known {
				unit := []experiment.Unit{experiment.Duration, experiment.Count, experiment.Ratio, experiment.Share}[len(r.Facts)%4]
				r.Facts = append(r.Facts, experiment.Fact{Name: name, Words: name, Unit: unit, Value: values[len(r.Facts)%len(values)]})
			}
		}
	}
	for _, step := range lesson.Steps {
		for _, block := range step.Prose {
			for _, span := range block.Spans {
				if span.Mark == course.Measured {
					add(span.Of)
				}
			}
		}
		if q := step.Question; q != nil {
			for _, of := range []*course.Quantity{q.Number, q.Of} {
				if of != nil {
					add(*of)
				}
			}
			for _, ranked := range q.Rank {
				add(ranked.By)
			}
		}
	}
	return r
}

// play goes through a lesson, forth and at times back, giving all answers to each of its questions, and looks after what is
// shown on the way.
func play(t *testing.T, lesson *course.Lesson, answers []string) {
	t.Helper()
	now := time.Unix(1_800_000_000, 0)
	s := course.Begin(lesson, course.Begin(lesson, (&course.Session{Lesson: lesson}).Saved(), now).Saved(), now)
	results := []*experiment.Result{
		told(lesson, 3e8, 2, 1e8), told(lesson, 0), told(lesson, 1e9, math.NaN(), math.Inf(1), 0.5), told(lesson, -1, 1e300, 1e-300, 1),
	}
	for turn := 0; s.Step() != nil; turn++ {
		if turn > 10*s.Steps() {
			t.Fatal("the lesson does not end")
		}
		step := s.Step()
		if step.Kind == course.Run {
			s.Ran(results[turn%len(results)], now)
		}
		if step.Question != nil {
			answer(t, s, answers)
		}
		for _, v := range s.Verdicts() {
			if !printable(v.Given+v.Truth+v.Because) || v.Given == "" || v.Truth == "" || !v.Right && v.Because == "" {
				t.Errorf("the verdict is %+v", v)
			}
		}
		for _, block := range step.Prose {
			for _, span := range block.Spans {
				if text := s.Results().Text(span); !printable(text) {
					t.Errorf("a number is shown as %q", text)
				}
			}
		}
		if turn%5 == 3 {
			s.Back(now)
		}
		if turn%7 == 5 {
			s = course.Begin(lesson, s.Saved(), now)
		}
		s.Next(now)
		if turn%11 == 9 {
			s.Next(now)
		}
	}
	if saved := s.Saved(); saved.Finished.IsZero() || saved.Step != len(lesson.Steps) {
		t.Errorf("at the end, kept is %+v", saved)
	}
	for _, quiz := range []bool{true, false} {
		if right, of := course.Score(lesson, s.Saved(), quiz); right > of || of > len(lesson.Steps) {
			t.Errorf("%d of %d are right", right, of)
		}
	}
}

// answer gives answers to the question of a step, and at last one that it takes: unless it is decided, the first that can be
// read is taken, and each that cannot says how to answer.
func answer(t *testing.T, s *course.Session, answers []string) {
	t.Helper()
	q := s.Step().Question
	var order []string
	for i := range q.Rank {
		order = append(order, fmt.Sprint(len(q.Rank)-i))
	}
	sure := strings.Join(order, " ")
	switch {
	case sure != "":
	case q.Number != nil && q.Unit == experiment.Duration:
		sure = "1ms"
	default:
		sure = "1"
	}
	for _, text := range append(answers[:len(answers):len(answers)], sure) {
		decided := s.Decided()
		_, unread := q.Read(text)
		err := s.Answer(text, len(text), s.Saved().Started)
		if (err == nil) != (!decided && unread == nil) {
			t.Errorf("%q is answered by %q, and the error is %v", q.ID, text, err)
		}
		if given, _, ok := s.Answered(); err == nil && (!ok || given != strings.TrimSpace(text)) {
			t.Errorf("%q was answered, and %q is there", text, given)
		}
	}
	if _, _, ok := s.Answered(); !ok && !s.Decided() {
		t.Errorf("%q has no answer that can be given; it asks for %s", q.ID, q.How())
	}
}
