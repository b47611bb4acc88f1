package course

import (
	"maps"
	"time"

	"meanwhile/internal/progress"
)

// Over tells whether a lesson was finished, and not begun anew since.
func Over(saved progress.Lesson) bool {
	return !saved.Finished.IsZero() && !saved.Finished.Before(saved.Restarted)
}

// Merge puts together what was kept of a lesson and what a session has come to: another session may have kept something
// meanwhile. Of each answer and each result the newer one stays, and nothing of before the lesson was begun anew.
func Merge(kept, session progress.Lesson) progress.Lesson {
	merged := session
	if kept.Changed.After(session.Changed) {
		merged.Step, merged.Changed = kept.Step, kept.Changed
	}
	merged.Restarted, merged.Finished = later(kept.Restarted, session.Restarted), later(kept.Finished, session.Finished)
	merged.Answers, merged.Results = map[string]progress.Answer{}, map[string]progress.Result{}
	for _, side := range []progress.Lesson{kept, session} {
		for id, answer := range side.Answers {
			other, known := merged.Answers[id]
			judged := answer.Right != nil || other.Right == nil
			if !answer.At.Before(merged.Restarted) && (!known || answer.At.After(other.At) || answer.At.Equal(other.At) && judged) {
				merged.Answers[id] = answer
			}
		}
		for n, result := range side.Results {
			other, known := merged.Results[n]
			if !result.At.Before(merged.Restarted) && (!known || !result.At.Before(other.At)) {
				merged.Results[n] = result
			}
		}
	}
	return merged
}

func later(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}

// Score is how many of the questions that were answered and decided were answered right: those of the quiz, or all others.
func Score(lesson *Lesson, saved progress.Lesson, quiz bool) (right, of int) {
	for _, step := range lesson.Steps {
		if step.Question == nil || (step.Kind == Quiz) != quiz {
			continue
		}
		if answer, ok := saved.Answers[step.Question.ID]; ok && answer.Right != nil {
			of++
			if *answer.Right {
				right++
			}
		}
	}
	return right, of
}

// copied is a lesson whose answers and results are its own.
func copied(saved progress.Lesson) progress.Lesson {
	saved.Answers, saved.Results = maps.Clone(saved.Answers), maps.Clone(saved.Results)
	if saved.Answers == nil {
		saved.Answers = map[string]progress.Answer{}
	}
	if saved.Results == nil {
		saved.Results = map[string]progress.Result{}
	}
	return saved
}
