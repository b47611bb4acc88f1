package course_test

import (
	"testing"
	"time"

	"meanwhile/internal/course"
	"meanwhile/internal/progress"
)

const day = 24 * time.Hour

func TestAQuestionComesAgainFourTimes(t *testing.T) {
	lessons := []*course.Lesson{read(t, small(t))}
	key := course.ReviewKey(lessons[0], lessons[0].Question("first"))
	var review progress.Review
	now := noon
	for _, after := range []time.Duration{day, 3 * day, 7 * day, 21 * day} {
		review = course.Schedule(review, true, now)
		if !review.Due.Equal(now.Add(after)) {
			t.Errorf("it comes again after %v, want %v", review.Due.Sub(now), after)
		}
		kept := map[string]progress.Review{key: review}
		if due := course.Due(lessons, kept, review.Due.Add(-time.Second)); len(due) > 0 {
			t.Errorf("before its time, due is %v", due)
		}
		if due := course.Due(lessons, kept, review.Due); len(due) != 1 || due[0].Key != key || due[0].Question.ID != "first" ||
			due[0].Lesson != lessons[0] {
			t.Errorf("at its time, due is %v", due)
		}
		now = review.Due.Add(day) // a day late
	}
	for range 3 {
		review = course.Schedule(review, true, now)
		if left := course.Reviews(lessons, map[string]progress.Review{key: review}); len(left) > 0 {
			t.Errorf("answered four times, it comes again: %v", left)
		}
	}
}

func TestAQuestionThatWasAnsweredWrongBeginsAnew(t *testing.T) {
	for stage := range 7 {
		review := course.Schedule(progress.Review{Stage: stage, Due: noon}, false, noon)
		if wait := review.Due.Sub(noon); wait <= 0 || wait > 2*time.Hour {
			t.Errorf("from stage %d, it comes again after %v", stage, wait)
		}
		if review = course.Schedule(review, true, later); !review.Due.Equal(later.Add(day)) {
			t.Errorf("then answered right, it comes again after %v", review.Due.Sub(later))
		}
		if again := course.Schedule(review, true, later.Add(time.Minute)); again != review {
			t.Errorf("right once more, before its time, it comes at %v, stage %d", again.Due, again.Stage)
		}
	}
}

func TestReviewsAreInTheOrderInWhichTheyAreDue(t *testing.T) {
	one, two := read(t, small(t)), read(t, small(t))
	two.Name, two.Key = "02-small", "02-small"
	kept := map[string]progress.Review{
		"01-small/first": {Stage: 2, Due: later}, "01-small/second": {Stage: 1, Due: noon.Add(30 * day)},
		"02-small/second": {Due: noon},
		"01-small/total":  {Due: noon}, "01-small/gone": {Due: noon}, "99-gone/first": {Due: noon}, "nonsense": {Due: noon},
	}
	keys := func(due []course.DueQuestion) (keys string) {
		for _, question := range due {
			keys += question.Key + " "
		}
		return keys
	}
	lessons := []*course.Lesson{one, two}
	if got := keys(course.Reviews(lessons, kept)); got != "02-small/second 01-small/first 01-small/second " {
		t.Errorf("the reviews are %s", got)
	}
	if got := keys(course.Due(lessons, kept, later)); got != "02-small/second 01-small/first " {
		t.Errorf("due are %s", got)
	}
	if got := course.Reviews(lessons, nil); len(got) > 0 {
		t.Errorf("of nothing, the reviews are %v", got)
	}
}
