package course_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"meanwhile/internal/course"
	"meanwhile/internal/experiment"
	"meanwhile/internal/progress"
)

// noon is when everything here happens, and later is after it.
var (
	noon  = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	later = noon.Add(time.Hour)
)

const (
	ms     = float64(time.Millisecond)
	second = float64(time.Second)
)

// read is a lesson that has no fault.
func read(t testing.TB, text string) *course.Lesson {
	t.Helper()
	lesson, faults := course.Parse("small.md", []byte(text))
	if len(faults) > 0 {
		t.Fatal(faults)
	}
	lesson.Name, lesson.Key = "01-small", "01-small"
	return lesson
}

// begun is a session at the first step of the small lesson.
func begun(t testing.TB) *course.Session {
	t.Helper()
	return course.Begin(read(t, small(t)), progress.Lesson{}, noon)
}

// next goes on to the next step of a kind.
func next(t testing.TB, s *course.Session, kind course.Kind) {
	t.Helper()
	for range s.Steps() {
		s.Next(noon)
		if s.Step() != nil && s.Step().Kind == kind {
			return
		}
	}
	t.Fatalf("there is no %s any more", kind)
}

// say answers.
func say(t testing.TB, s *course.Session, text string, sure int) {
	t.Helper()
	if err := s.Answer(text, sure, noon); err != nil {
		t.Fatalf("%q: %v", text, err)
	}
}

// outcome is what a comparison could have come to, as far as the small lesson asks.
func outcome(sequential, cpu, goroutines, limited float64) *experiment.Result {
	fact := func(name string, value float64) experiment.Fact {
		return experiment.Fact{Name: name, Words: name, Unit: experiment.Duration, Value: value}
	}
	return &experiment.Result{
		Name: "compare", Args: []string{"compare", "sleep"},
		Facts: []experiment.Fact{
			fact("sequential.elapsed", sequential), fact("sequential.cpu", cpu),
			fact("goroutines.elapsed", goroutines), fact("limited.elapsed", limited),
		},
	}
}

// ran makes the run that the step asks for.
func ran(s *course.Session, result *experiment.Result, now time.Time) {
	result.Args = s.Command()
	s.Ran(result, now)
}

// verdicts are those of the step, in words.
func verdicts(s *course.Session) []string {
	var words []string
	for _, v := range s.Verdicts() {
		sign := "wrong"
		if v.Right {
			sign = "right"
		}
		words = append(words, fmt.Sprintf("%s %s: %s, %d sure; %s (%s)", v.Question.ID, sign, v.Given, v.Sure, v.Truth, v.Because))
	}
	return words
}

// see asserts what the step sets beside the truth.
func see(t testing.TB, s *course.Session, want ...string) {
	t.Helper()
	if got := verdicts(s); !slices.Equal(got, want) {
		t.Errorf("step %d, %s, has the verdicts\n%s\nwant\n%s", s.At(), s.Step().Kind, strings.Join(got, "\n"),
			strings.Join(want, "\n"))
	}
}

func TestALessonGoesFromPredictionToQuiz(t *testing.T) {
	s := begun(t)
	say(t, s, " 300ms ", 80)
	see(t, s)
	if text, sure, ok := s.Answered(); text != "300ms" || sure != 80 || !ok || s.Decided() || s.Missing() {
		t.Errorf("answered is %q, %d, %v; decided %v, missing %v", text, sure, ok, s.Decided(), s.Missing())
	}
	next(t, s, course.Run)
	if s.Results().Last != nil || s.Missing() || s.Command()[1] != "sleep" {
		t.Errorf("before the run there is %+v", s.Results())
	}
	first := outcome(second, 10*ms, 100*ms, 500*ms)
	s.Ran(first, noon)
	next(t, s, course.Observe)
	see(t, s)
	say(t, s, "1", -1)
	next(t, s, course.Timeline)
	see(t, s, "seen right: Little., -1 sure; Little (measured: sequential.cpu 10.0 ms, sequential.elapsed 1.00 s) (Of little.)")
	next(t, s, course.Explain)
	see(t, s, "total wrong: 300 ms, 80 sure; 100 ms (Too high.)")
	if !s.FirstExplanation() || s.Results().Text(s.Step().Prose[0].Spans[1]) != "100 ms" {
		t.Errorf("the first explanation says %v", s.Step().Prose)
	}
	next(t, s, course.Change)
	see(t, s)
	say(t, s, "2 1 3", 20)
	next(t, s, course.Run)
	ran(s, outcome(second, 10*ms, 50*ms, 200*ms), noon)
	next(t, s, course.Explain)
	see(t, s, "order wrong: goroutines, sequential, limited, 20 sure; "+
		"sequential 1.00 s, limited 200 ms, goroutines 50.0 ms (Of the order.)")
	numbers := s.Step().Prose[0].Spans
	now, before := s.Results().Text(numbers[1]), s.Results().Text(numbers[3])
	if s.FirstExplanation() || s.Results().Before != first || now != "50.0 ms" || before != "100 ms" {
		t.Errorf("the second explanation says %s and %s of %+v", now, before, s.Results())
	}
	next(t, s, course.Quiz)
	see(t, s)
	say(t, s, "1.", -1)
	see(t, s, "first right: Not working., -1 sure; Not working. (Of waiting.)")
	s.Next(noon)
	say(t, s, "1", -1)
	see(t, s, "second wrong: Nobody., -1 sure; The others. (Of nobody.)")
	s.Next(later)
	saved := s.Saved()
	if s.Step() != nil || s.At() != s.Steps() || len(s.Verdicts()) > 0 || s.Missing() || s.Decided() || s.Results().Last == nil {
		t.Errorf("the end is step %d of %d", s.At(), s.Steps())
	}
	if saved.Step != s.Steps() || !saved.Started.Equal(noon) || !saved.Finished.Equal(later) || !saved.Changed.Equal(later) {
		t.Errorf("kept is %+v", saved)
	}
	for quiz, want := range map[bool]string{true: "1 of 2", false: "1 of 3"} {
		right, of := course.Score(s.Lesson, saved, quiz)
		if got := fmt.Sprintf("%d of %d", right, of); got != want {
			t.Errorf("the score is %s, want %s", got, want)
		}
	}
	if run := saved.Results["1"]; run.Facts["goroutines.elapsed"] != "100 ms" || !slices.Equal(run.Command, first.Args) ||
		len(saved.Results) != 2 {
		t.Errorf("the runs that are kept: %+v", saved.Results)
	}
}

// What a learner tries with other flags decides nothing that was asked about the lesson's own run.
func TestARunWithOtherFlagsDecidesNothing(t *testing.T) {
	s := begun(t)
	say(t, s, "100ms", 80)
	next(t, s, course.Run)
	own := outcome(second, ms, 300*ms, second)
	own.Args = append(slices.Clone(s.Command()), "--limit", "1")
	if s.Ran(own, noon) || s.Explored() != own || s.Results().Last != nil || len(s.Saved().Results) > 0 {
		t.Errorf("it counts: %+v", s.Saved())
	}
	if answer := s.Saved().Answers["total"]; answer.Right != nil {
		t.Errorf("it has judged %+v", answer)
	}
	ran(s, outcome(second, ms, 100*ms, second), noon)
	if !*s.Saved().Answers["total"].Right || s.Explored() != nil {
		t.Errorf("the lesson's run has not judged %+v", s.Saved().Answers["total"])
	}
	s.Ran(own, later)
	if s.Results().Last == own || s.Explored() != own {
		t.Error("after the lesson's run, one with other flags is in its place")
	}
	if next(t, s, course.Observe); s.Explored() != nil {
		t.Error("it is still there at the next step")
	}
}

func TestEverythingMayBeSkippedAndGoneBackTo(t *testing.T) {
	s := begun(t)
	s.Back(noon)
	if s.At() != 0 {
		t.Errorf("before the first step there is step %d", s.At())
	}
	for s.Step() != nil {
		if len(s.Verdicts()) > 0 || s.Results().Last != nil {
			t.Errorf("step %d knows what was not measured", s.At())
		}
		for _, block := range s.Step().Prose {
			for _, span := range block.Spans {
				if text := s.Results().Text(span); span.Mark == course.Measured && text != "(not measured yet)" {
					t.Errorf("without a run there is the number %q", text)
				}
			}
		}
		s.Next(noon)
	}
	s.Next(noon)
	if s.At() != s.Steps() || s.Saved().Finished.IsZero() {
		t.Errorf("behind the end is step %d, kept is %+v", s.At(), s.Saved())
	}
	if s.Answer("1", -1, noon) == nil {
		t.Error("at the end an answer is taken")
	}
	for want := s.Steps() - 1; want >= 0; want-- {
		if s.Back(later); s.At() != want || s.Saved().Step != want || !s.Saved().Changed.Equal(later) {
			t.Fatalf("back from the end, the step is %d, want %d", s.At(), want)
		}
	}
}

func TestAnAnswerMayChangeUntilItIsDecided(t *testing.T) {
	s := begun(t)
	for _, text := range []string{"soon", "", "-1", "1e30", "NaN", "300"} {
		if err := s.Answer(text, 50, noon); err == nil || !strings.Contains(err.Error(), "300ms") {
			t.Errorf("%q is taken for a duration: %v", text, err)
		}
	}
	if _, _, ok := s.Answered(); ok {
		t.Error("what cannot be read is an answer")
	}
	say(t, s, "1s", 50)
	say(t, s, "100ms", 1000)
	if text, sure, _ := s.Answered(); text != "100ms" || sure != 100 {
		t.Errorf("answered is %q, %d %% sure", text, sure)
	}
	next(t, s, course.Run)
	if s.Answer("1", -1, noon) == nil {
		t.Error("where nothing is asked, an answer is taken")
	}
	ran(s, outcome(second, ms, 100*ms, second), noon)
	s.Back(noon)
	if err := s.Answer("100ms", 100, noon); !errors.Is(err, course.ErrDecided) || !s.Decided() {
		t.Errorf("behind the run, the prediction is taken: %v", err)
	}
	for _, kind := range []course.Kind{course.Observe, course.Quiz} {
		next(t, s, kind)
		if err := s.Answer("4", -1, noon); err == nil || errors.Is(err, course.ErrDecided) || s.Decided() {
			t.Errorf("%s: the fourth choice of three: %v", kind, err)
		}
		say(t, s, "2", -3)
		if err := s.Answer("1", -1, noon); !errors.Is(err, course.ErrDecided) {
			t.Errorf("%s is answered twice: %v", kind, err)
		}
		if text, sure, ok := s.Answered(); text != "2" || sure != -1 || !ok {
			t.Errorf("%s: answered is %q, %d, %v", kind, text, sure, ok)
		}
	}
}

func TestAnotherRunJudgesAnew(t *testing.T) {
	s := begun(t)
	say(t, s, "300ms", 80)
	next(t, s, course.Run)
	ran(s, outcome(second, ms, 100*ms, second), noon)
	if answer := s.Saved().Answers["total"]; answer.Right == nil || *answer.Right || answer.Truth != "100 ms" ||
		answer.Given != "300 ms" {
		t.Errorf("judged is %+v", answer)
	}
	next(t, s, course.Observe)
	say(t, s, "1", -1)
	ran(s, outcome(second, 700*ms, 290*ms, second), later) // made again, from where the question is
	next(t, s, course.Timeline)
	see(t, s, "seen wrong: Little., -1 sure; Much (measured: sequential.cpu 700 ms, sequential.elapsed 1.00 s) (Of little.)")
	next(t, s, course.Explain)
	see(t, s, "total right: 300 ms, 80 sure; 290 ms ()")
	saved := s.Saved()
	if answer := saved.Answers["total"]; !*answer.Right || answer.Truth != "290 ms" || len(saved.Results) != 1 ||
		saved.Results["1"].Facts["goroutines.elapsed"] != "290 ms" {
		t.Errorf("judged anew is %+v, and the runs are %+v", answer, saved.Results)
	}

	// A run with other facts decides nothing, and what was judged before stays.
	ran(s, &experiment.Result{Facts: []experiment.Fact{{Name: "elapsed", Value: 1}}}, later)
	see(t, s)
	if answer := s.Saved().Answers["total"]; !*answer.Right || answer.Truth != "290 ms" {
		t.Errorf("after another command there is %+v", answer)
	}
}

func TestBothRunsDecideTheirOwnQuestions(t *testing.T) {
	s := begun(t)
	say(t, s, "100ms", 80)
	next(t, s, course.Change)
	say(t, s, "1 2 3", 80)
	next(t, s, course.Run)
	ran(s, outcome(second, 2*ms, 200*ms, 500*ms), noon)
	if saved := s.Saved(); saved.Answers["total"].Right != nil || *saved.Answers["order"].Right ||
		saved.Results["2"].Command == nil {
		t.Errorf("the second run decided %+v", saved.Answers)
	}
	next(t, s, course.Explain)
	if !s.Missing() || s.Results().Before != nil {
		t.Error("the first run is there, or does not miss where the text compares the two")
	}
	for s.Step().Kind != course.Timeline {
		s.Back(noon)
	}
	if !s.Missing() {
		t.Error("the first run is not missing")
	}
	for s.Step().Kind != course.Run {
		s.Back(noon)
	}
	ran(s, outcome(500*ms, 2*ms, 100*ms, 90*ms), noon)
	if saved := s.Saved(); !*saved.Answers["total"].Right || *saved.Answers["order"].Right || len(saved.Results) != 2 {
		t.Errorf("the first run decided %+v", saved.Answers)
	}
}

func TestALessonGoesOnWhereItWasLeft(t *testing.T) {
	s := begun(t)
	say(t, s, "100ms", 80)
	next(t, s, course.Run)
	ran(s, outcome(second, ms, 100*ms, second), noon)
	next(t, s, course.Observe)
	say(t, s, "1", -1)
	next(t, s, course.Explain)

	kept := s.Saved()
	s = course.Begin(s.Lesson, kept, later)
	if s.Step().Kind != course.Explain || !s.Missing() || s.Results().Last != nil || !s.Saved().Started.Equal(noon) {
		t.Errorf("come back, the step is %s, missing %v", s.Step().Kind, s.Missing())
	}
	see(t, s) // what is on the screen was measured in the session in which it is read
	if right, of := course.Score(s.Lesson, s.Saved(), false); right != 2 || of != 2 {
		t.Errorf("%d of %d are right", right, of)
	}
	for s.Step().Kind != course.Run {
		s.Back(noon)
		if missing := s.Step().Kind != course.Run; s.Missing() != missing {
			t.Errorf("%s: missing is %v", s.Step().Kind, s.Missing())
		}
	}
	ran(s, outcome(second, ms, 200*ms, second), noon)
	next(t, s, course.Explain)
	see(t, s, "total wrong: 100 ms, 80 sure; 200 ms (Too low.)")
	if *kept.Answers["total"].Right != true || kept.Results["1"].Facts["goroutines.elapsed"] != "100 ms" {
		t.Errorf("what was kept before has changed: %+v", kept)
	}
}

func TestAFinishedLessonBeginsAnew(t *testing.T) {
	s := begun(t)
	say(t, s, "100ms", 80)
	next(t, s, course.Quiz)
	say(t, s, "1", -1)
	for s.Step() != nil {
		s.Next(noon)
	}
	finished := s.Saved()
	again := course.Begin(s.Lesson, finished, later)
	if again.At() != 0 || len(again.Saved().Answers) > 0 || len(finished.Answers) != 2 {
		t.Errorf("begun anew, the step is %d, and the answers are %v", again.At(), again.Saved().Answers)
	}
	say(t, again, "200ms", 80)
	again = course.Begin(s.Lesson, again.Saved(), later)
	if text, _, _ := again.Answered(); text != "200ms" || again.Saved().Finished.IsZero() {
		t.Errorf("left in the first step and begun once more, the answer is %q, and kept is %+v", text, again.Saved())
	}
}

// The lesson of a later version may ask something else.
func TestAnswersSurviveQuestionsThatChange(t *testing.T) {
	s := begun(t)
	say(t, s, "100ms", 80)
	next(t, s, course.Run)
	ran(s, outcome(second, ms, 100*ms, second), noon)
	next(t, s, course.Observe)
	say(t, s, "3", -1)
	next(t, s, course.Quiz)
	s.Next(noon)
	say(t, s, "2", -1)
	kept := s.Saved()

	text := strings.Replace(small(t), "id: total", "id: whole", 1)
	text = strings.Replace(text, "    below: 0.5\n    because: \"Of some.\"\n  - text: Much.\n", "", 1)
	const quiz = "  - text: Nobody.\n    because: \"Of nobody.\"\n  - text: The others.\n    right: true\n"
	text = strings.Replace(text, quiz, "  - text: The others.\n    right: true\n    because: a\n  - text: Nobody.\n", 1)
	s = course.Begin(read(t, text), kept, later)
	if s.Step().Question.ID != "second" || !s.Decided() {
		t.Errorf("the step is %+v", s.Step())
	}
	see(t, s, "second wrong: Nobody., -1 sure; The others. (Of the others.)")
	for s.Step().Kind != course.Observe {
		s.Back(noon)
	}
	if text, _, ok := s.Answered(); text != "3" || !ok || s.Decided() {
		t.Errorf("to a question that has two choices now, the answer is %q, decided %v", text, s.Decided())
	}
	for s.At() > 0 {
		s.Back(noon)
	}
	if _, _, ok := s.Answered(); ok {
		t.Error("a question of another id is answered")
	}
	next(t, s, course.Run)
	ran(s, outcome(second, ms, 100*ms, second), later)
	next(t, s, course.Timeline)
	see(t, s)
	saved := s.Saved()
	if saved.Answers["total"].Text != "100ms" || !*saved.Answers["total"].Right || saved.Answers["seen"].Text != "3" ||
		len(saved.Answers) != 3 {
		t.Errorf("kept is %+v", saved.Answers)
	}
	s.Back(noon)
	say(t, s, "2", -1)
	next(t, s, course.Timeline)
	see(t, s, "seen wrong: Some., -1 sure; Little (measured: sequential.cpu 1.00 ms, sequential.elapsed 1.00 s) (Of much.)")
}

func TestALessonMayHaveBecomeShorter(t *testing.T) {
	lesson := read(t, small(t))
	for _, step := range []int{len(lesson.Steps), len(lesson.Steps) + 1, 999} {
		if s := course.Begin(lesson, progress.Lesson{Step: step}, noon); s.At() != 0 || s.Step() == nil {
			t.Errorf("of %d steps, it begins at %d", len(lesson.Steps), s.At())
		}
	}
}

func TestWhatIsKeptIsACopy(t *testing.T) {
	s := begun(t)
	say(t, s, "100ms", 80)
	kept := s.Saved()
	delete(kept.Answers, "total")
	kept.Results["1"] = progress.Result{}
	if saved := s.Saved(); saved.Answers["total"].Text != "100ms" || len(saved.Results) > 0 {
		t.Errorf("kept is %+v", saved)
	}
}

func TestTheQuizIsHandedOverUntilItIsScheduled(t *testing.T) {
	s := begun(t)
	say(t, s, "100ms", 80)
	next(t, s, course.Quiz)
	say(t, s, "1", -1)
	s.Next(noon)
	say(t, s, "1", -1)
	if got := s.Quizzed(); len(got) != 2 || !got["01-small/first"] || got["01-small/second"] {
		t.Errorf("answered is %v", got)
	}
	s.Scheduled()
	if got := s.Quizzed(); len(got) > 0 {
		t.Errorf("answered is %v again", got)
	}
	if got := course.Begin(s.Lesson, s.Saved(), later).Quizzed(); len(got) > 0 {
		t.Errorf("come back, answered is %v", got)
	}
}

func TestWhatARunDoesNotTellIsAFault(t *testing.T) {
	text := small(t)
	lesson := read(t, text)
	full, bare := outcome(1, 2, 3, 4), &experiment.Result{Facts: []experiment.Fact{{Name: "elapsed"}, {Name: "cpu"}}}
	for _, c := range []struct {
		run     int
		results course.Results
		want    []string
	}{
		{1, course.Results{Last: full}, nil},
		{2, course.Results{Last: full, Before: full}, nil},
		{1, course.Results{Last: bare}, []string{
			"```question\nid: total|goroutines.elapsed", "```question\nid: seen|sequential.cpu / sequential.elapsed",
			"## Explain|goroutines.elapsed",
		}},
		{2, course.Results{Last: full, Before: bare}, []string{"## Explain\n\nNow|before goroutines.elapsed"}},
		{2, course.Results{Last: full}, []string{"## Explain\n\nNow|before goroutines.elapsed"}},
		{2, course.Results{Last: bare, Before: full}, []string{
			"```question\nid: order|sequential.elapsed", "```question\nid: order|goroutines.elapsed",
			"```question\nid: order|limited.elapsed",
			"## Explain\n\nNow|goroutines.elapsed",
		}},
	} {
		var got, want []string
		for _, fault := range lesson.CheckResult(c.run, c.results) {
			got = append(got, fmt.Sprintf("%d: %s", fault.Line, fault.Problem))
			if c.results.Last == bare && !strings.HasSuffix(fault.Next, "elapsed, cpu") {
				t.Errorf("the next step is %q", fault.Next)
			}
		}
		for _, fault := range c.want {
			at, of, _ := strings.Cut(fault, "|")
			want = append(want, fmt.Sprintf("%d: the run does not tell %s", lineOf(t, text, at), of))
		}
		if slices.Sort(got); !slices.Equal(got, slices.Sorted(slices.Values(want))) {
			t.Errorf("run %d: %q, want %q", c.run, got, want)
		}
	}
}

func TestANumberIsAskedForInTheUnitOfItsFact(t *testing.T) {
	lesson := read(t, edited(t, "number: goroutines.elapsed\n", "number: goroutines.elapsed / sequential.elapsed\n"))
	faults := lesson.CheckResult(1, course.Results{Last: outcome(1, 2, 3, 4)})
	if len(faults) != 1 || faults[0].Problem != "goroutines.elapsed / sequential.elapsed is no duration" || faults[0].Next != "write unit: ratio" {
		t.Errorf("the faults are %v", faults)
	}
}

func TestABoundIsInTheUnitOfItsFact(t *testing.T) {
	for from, c := range map[string][2]string{
		"below: 0.5":                          {"below: 50us", "sequential.cpu / sequential.elapsed is no duration"},
		"sequential.cpu / sequential.elapsed": {"sequential.cpu", "sequential.cpu is a duration"},
	} {
		lesson := read(t, edited(t, from, c[0]))
		faults := lesson.CheckResult(1, course.Results{Last: outcome(1, 2, 3, 4)})
		if len(faults) != 1 || !strings.HasPrefix(faults[0].Problem, c[1]) {
			t.Errorf("%s: the faults are %v", c[0], faults)
		}
	}
}

func TestATermIsExplained(t *testing.T) {
	lesson := read(t, edited(t, "Look at the lanes:", "Look at the *lanes* and the *flurbl*:"))
	faults := lesson.CheckTerms([]course.Entry{{Term: "lane"}, {Term: "task"}})
	if len(faults) != 1 || faults[0].Problem != `the glossary does not explain "flurbl"` {
		t.Errorf("the faults are %v", faults)
	}
}

// A text that compares two runs needs both in one session: they are made one after the other, where one comes back to it.
func TestAComparisonOfTwoRunsNeedsBoth(t *testing.T) {
	s := begun(t)
	next(t, s, course.Change)
	next(t, s, course.Explain)
	for _, want := range []string{"--limit", "sleep"} { // the second run, and then the first
		if command := s.Command(); !s.Missing() || !strings.HasPrefix(command[len(command)-1], want) && command[len(command)-2] != want {
			t.Errorf("missing is %v, and the command %q, want %s", s.Missing(), command, want)
		}
		ran(s, outcome(second, ms, 100*ms, second), noon)
	}
	if s.Missing() || s.Results().Last == nil || s.Results().Before == nil || len(s.Saved().Results) != 2 {
		t.Errorf("missing is %v, of %+v", s.Missing(), s.Results())
	}
}
