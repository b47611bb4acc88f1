package course

import (
	"cmp"
	"slices"
	"time"

	"meanwhile/internal/progress"
)

// Questions of a quiz come again after 1, 3, 7 and 21 days: retrieval that is spaced out is what keeps (Roediger & Karpicke
// 2006; Kang 2014). One that was not answered right comes back within the hour, and begins anew.
var intervals = [...]time.Duration{24 * time.Hour, 3 * 24 * time.Hour, 7 * 24 * time.Hour, 21 * 24 * time.Hour}

const soon = time.Hour

// Schedule says when a question comes again that was answered just now. One that was answered right each time it came has a
// stage behind the last, and comes no more. An answer that is right before its time changes nothing: it was recalled too soon to
// tell.
func Schedule(review progress.Review, right bool, now time.Time) (next progress.Review) {
	if !right {
		return progress.Review{Due: now.Add(soon)}
	}
	if now.Before(review.Due) {
		return review
	}
	stage := min(review.Stage, len(intervals))
	return progress.Review{Stage: stage + 1, Due: now.Add(intervals[min(stage, len(intervals)-1)])}
}

// DueQuestion is a question that has come again.
type DueQuestion struct {
	Lesson   *Lesson
	Question *Question

	// Key is what its review is kept under.
	Key string

	Due time.Time
}

// ReviewKey is what the review of a question is kept under.
func ReviewKey(lesson *Lesson, q *Question) string { return lesson.Key + "/" + q.ID }

// Reviews lists the questions that are to come again, the one that is due first in front.
func Reviews(lessons []*Lesson, kept map[string]progress.Review) []DueQuestion {
	var reviews []DueQuestion
	for _, lesson := range lessons {
		for _, step := range lesson.Steps {
			if step.Kind != Quiz || step.Question == nil {
				continue
			}
			key := ReviewKey(lesson, step.Question)
			if review, ok := kept[key]; ok && review.Stage <= len(intervals) {
				reviews = append(reviews, DueQuestion{lesson, step.Question, key, review.Due})
			}
		}
	}
	slices.SortStableFunc(reviews, func(a, b DueQuestion) int { return cmp.Compare(a.Due.UnixNano(), b.Due.UnixNano()) })
	return reviews
}

// Due lists the questions that are due now.
func Due(lessons []*Lesson, kept map[string]progress.Review, now time.Time) []DueQuestion {
	return slices.DeleteFunc(Reviews(lessons, kept), func(d DueQuestion) bool { return d.Due.After(now) })
}
