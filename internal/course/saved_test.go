package course_test

import (
	"testing"
	"time"

	"meanwhile/internal/course"
	"meanwhile/internal/progress"
)

// kept is a lesson of which so much is kept.
func kept(at time.Time, step int, answers map[string]progress.Answer) progress.Lesson {
	return progress.Lesson{Step: step, Changed: at, Started: noon, Answers: answers}
}

func TestTwoSessionsOfALessonLoseNothing(t *testing.T) {
	right := true
	judged := progress.Answer{Text: "3", Sure: 95, Right: &right, At: later}
	for _, c := range []struct {
		name    string
		kept    progress.Lesson
		session progress.Lesson
		step    int
		total   progress.Answer
		answers int
	}{
		{
			"an old copy", kept(later, 3, map[string]progress.Answer{"total": judged, "seen": {Text: "1", At: later}}),
			kept(later.Add(time.Minute), 0, map[string]progress.Answer{"total": {Text: "1", Sure: 50, At: noon}}), 0, judged, 2,
		},
		{
			"a copy that is not judged yet", kept(noon, 3, map[string]progress.Answer{"total": judged}),
			kept(later, 4, map[string]progress.Answer{"total": {Text: "3", At: later}}), 4, judged, 1,
		},
		{
			"a newer answer", kept(noon, 3, map[string]progress.Answer{"total": {Text: "1", At: noon}}),
			kept(later, 1, map[string]progress.Answer{"total": judged, "order": {Text: "1 2", At: later}}), 1, judged, 2,
		},
		{
			"a session that went on elsewhere", kept(later, 7, nil), kept(noon, 1, map[string]progress.Answer{"total": judged}), 7, judged, 1,
		},
	} {
		merged := course.Merge(c.kept, c.session)
		got := merged.Answers["total"]
		if merged.Step != c.step || got.Text != c.total.Text || got.Sure != c.total.Sure || got.Right != c.total.Right ||
			len(merged.Answers) != c.answers || !merged.Started.Equal(noon) {
			t.Errorf("%s: %+v", c.name, merged)
		}
	}
}

func TestWhatIsOfBeforeALessonWasBegunAnewIsGone(t *testing.T) {
	old := kept(noon, 11, map[string]progress.Answer{"total": {Text: "1", At: noon}})
	old.Results, old.Finished = map[string]progress.Result{"1": {At: noon}}, noon
	lesson := read(t, small(t))
	s := course.Begin(lesson, old, later)
	if err := s.Answer("100ms", 80, later); err != nil {
		t.Fatal(err)
	}
	s.Next(later.Add(time.Second))
	merged := course.Merge(old, s.Saved())
	if merged.Answers["total"].Text != "100ms" || len(merged.Answers) != 1 || len(merged.Results) > 0 || !merged.Finished.Equal(noon) ||
		course.Over(merged) {
		t.Errorf("begun anew, there is %+v", merged)
	}
	if again := course.Begin(lesson, merged, later.Add(time.Minute)); again.At() != 1 {
		t.Errorf("it goes on at step %d", again.At())
	}
}

// A lesson to which an update has added steps was finished all the same.
func TestALessonThatWasFinishedIsOverWhateverItsSteps(t *testing.T) {
	finished := progress.Lesson{Step: 10, Finished: noon}
	if s := course.Begin(read(t, small(t)), finished, later); !course.Over(finished) || s.At() != 0 {
		t.Errorf("over is %v, and it begins at step %d", course.Over(finished), s.At())
	}
}
