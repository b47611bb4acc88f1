package course

import (
	"cmp"
	"errors"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"meanwhile/internal/experiment"
	"meanwhile/internal/progress"
)

// Session is a learner's way through one lesson. It is a plain state: whoever shows it asks for the step, passes on what the
// learner does, and keeps what Saved returns.
type Session struct {
	Lesson *Lesson

	at    int // the step; behind the last one is the end
	saved progress.Lesson

	// results are of the runs made in this session, by their number. Those of before are not shown again: what is on the
	// screen was measured in the session in which it is read.
	results map[int]*experiment.Result

	// explored is a run of the learner's own, with other flags than the lesson's, at the step where it was made.
	explored *experiment.Result

	quizzed map[string]bool // whether questions of the quiz were answered right that are not scheduled yet
}

// Desk is what a session needs around it.
type Desk struct {
	Glossary []Entry

	// Prepare makes a command of a lesson ready to run, or tells what is wrong with it.
	Prepare func(command []string) (experiment.Runner, error)

	// Keep keeps what the learner has done. It is called after every step; an error says that nothing is kept.
	Keep func(*Session) error

	// Learn and Review are the commands that go on with the lessons, and that ask what is due.
	Learn, Review string
}

// Begin goes on where the learner was, or starts a lesson that was finished anew.
func Begin(lesson *Lesson, saved progress.Lesson, now time.Time) *Session {
	s := &Session{Lesson: lesson, saved: copied(saved), results: map[int]*experiment.Result{}, quizzed: map[string]bool{}}
	s.at = saved.Step
	if Over(saved) || s.at >= len(lesson.Steps) {
		s.at, s.saved.Restarted = 0, now
		clear(s.saved.Answers)
		clear(s.saved.Results)
	}
	if s.saved.Started.IsZero() {
		s.saved.Started = now
	}
	s.touch(now) // it is the lesson to go on with
	return s
}

// At is the number of the step, from 0, and Steps how many there are; at the end, both are equal.
func (s *Session) At() int { return s.at }

// Steps is how many steps there are.
func (s *Session) Steps() int { return len(s.Lesson.Steps) }

// Step is the step under the learner's eyes, or nil at the end.
func (s *Session) Step() *Step {
	if s.at >= len(s.Lesson.Steps) {
		return nil
	}
	return &s.Lesson.Steps[s.at]
}

// Next goes one step on, whether or not the step was answered or run.
func (s *Session) Next(now time.Time) {
	if s.at < len(s.Lesson.Steps) {
		s.at++
		s.touch(now)
	}
	if s.at == len(s.Lesson.Steps) {
		s.saved.Finished = now
	}
}

// Back goes one step back.
func (s *Session) Back(now time.Time) {
	if s.at > 0 {
		s.at--
		s.touch(now)
	}
}

func (s *Session) touch(now time.Time) {
	s.saved.Step, s.saved.Changed = s.at, now
	s.explored = nil
}

// Answered is the learner's answer to the step's question, as it was typed; ok is false where there is none yet.
func (s *Session) Answered() (text string, sure int, ok bool) {
	step := s.Step()
	if step == nil || step.Question == nil {
		return "", 0, false
	}
	answer, ok := s.saved.Answers[step.Question.ID]
	return answer.Text, answer.Sure, ok
}

// Predicts tells whether the step asks for a prediction, and so for how sure the learner is.
func (s *Step) Predicts() bool { return s.Kind == Predict || s.Kind == Change }

// Said is what became of a question that can be answered no more, a sentence.
func (s *Session) Said() string {
	if text, _, ok := s.Answered(); ok {
		return "You answered: " + s.Step().Question.Words(text)
	}
	return "You skipped it; the run has decided it meanwhile."
}

// Decided tells whether the question of the step can be answered no more: a prediction once its run was made, in this session
// or in one before, any other once it was answered. An answer that the question does not know any more, since it was changed,
// does not count.
func (s *Session) Decided() bool {
	step := s.Step()
	if step == nil || step.Question == nil {
		return false
	}
	answer, answered := s.saved.Answers[step.Question.ID]
	_, err := step.Question.Read(answer.Text)
	answered = answered && err == nil
	if step.Predicts() {
		return s.results[s.Lesson.decidedBy(s.at)] != nil || answered && answer.Right != nil
	}
	return answered
}

// ErrDecided tells that an answer comes too late.
var ErrDecided = errors.New("this is decided already; go on")

// Answer takes the learner's answer to the step's question, and how sure they are, in percent, or less than 0 where that is
// not asked.
func (s *Session) Answer(text string, sure int, now time.Time) error {
	step := s.Step()
	if step == nil || step.Question == nil {
		return errors.New("nothing is asked here; go on")
	}
	if s.Decided() {
		return ErrDecided
	}
	if _, err := step.Question.Read(text); err != nil {
		return err
	}
	s.saved.Answers[step.Question.ID] = progress.Answer{Text: strings.TrimSpace(text), Sure: min(max(sure, -1), 100), At: now}
	s.judge(s.at)
	if v, ok := s.verdict(s.at); ok && step.Kind == Quiz {
		s.quizzed[ReviewKey(s.Lesson, v.Question)] = v.Right
	}
	s.saved.Changed = now
	return nil
}

// Quizzed are the questions of the quiz that were answered and are not scheduled yet, by the keys of their reviews, and whether
// they were answered right.
func (s *Session) Quizzed() map[string]bool { return maps.Clone(s.quizzed) }

// Scheduled tells that the reviews of the questions in Quizzed are kept.
func (s *Session) Scheduled() { clear(s.quizzed) }

// Ran takes what the run of Command came to: it decides what was asked about it. A run with other flags is the learner's own,
// and decides nothing: counts is false.
func (s *Session) Ran(result *experiment.Result, now time.Time) (counts bool) {
	if !slices.Equal(result.Args, s.Command()) {
		s.explored = result
		return false
	}
	n := s.wanted()
	s.results[n], s.explored = result, nil
	kept := progress.Result{Command: slices.Clone(result.Args), Facts: map[string]string{}, At: now}
	for _, fact := range result.Facts {
		kept.Facts[fact.Name] = fact.String()
	}
	s.saved.Results[strconv.Itoa(n)] = kept
	for i := range s.Lesson.Steps {
		s.judge(i)
	}
	s.saved.Changed = now
	return true
}

// Explored is the run that the learner has made at this step with flags of their own, since the lesson's; nil where there is none.
func (s *Session) Explored() *experiment.Result { return s.explored }

// judge notes what came of the answer to a step's question, as far as it is known.
func (s *Session) judge(at int) {
	if v, ok := s.verdict(at); ok {
		answer := s.saved.Answers[v.Question.ID]
		answer.Given, answer.Truth, answer.Right = v.Given, v.Truth, &v.Right
		s.saved.Answers[v.Question.ID] = answer
	}
}

// verdict sets the answer to a step's question beside the truth; ok is false where either is missing.
func (s *Session) verdict(at int) (v Verdict, ok bool) {
	q := s.Lesson.Steps[at].Question
	if q == nil {
		return Verdict{}, false
	}
	given, ok := s.saved.Answers[q.ID]
	if !ok {
		return Verdict{}, false
	}
	answer, err := q.Read(given.Text)
	if err != nil { // the question has changed since
		return Verdict{}, false
	}
	v, ok = q.Judge(answer, s.outcomes(s.Lesson.decidedBy(at)))
	v.Sure = given.Sure
	return v, ok
}

func (s *Session) outcomes(n int) Results { return Results{s.results[n], s.results[n-1]} }

// Results are the outcomes that the step speaks of.
func (s *Session) Results() Results { return s.outcomes(s.Lesson.lastRun(s.at)) }

// Missing tells that the step speaks of a run that was not made in this session; Command is that run's.
func (s *Session) Missing() bool { return s.missing() > 0 }

// missing is the number of the run that the step speaks of, and that was not made in this session; 0 where there is none.
func (s *Session) missing() int {
	step, n := s.Step(), s.Lesson.lastRun(s.at)
	switch {
	case step == nil || n == 0 || step.Kind == Run || step.Kind == Quiz || step.Kind == Predict:
		return 0
	case s.results[n] == nil:
		return n
	case n > 1 && s.results[n-1] == nil && step.comparesRuns():
		return n - 1
	}
	return 0
}

// wanted is the number of the run that can be made at the step: one that is missing, or the last one.
func (s *Session) wanted() int { return cmp.Or(s.missing(), s.Lesson.lastRun(s.at)) }

// Command is the command of the run that can be made at the step, since the step speaks of it; nil before the first.
func (s *Session) Command() []string {
	for i, step := range s.Lesson.Steps {
		if step.Kind == Run && s.Lesson.lastRun(i) == s.wanted() {
			return step.Command
		}
	}
	return nil
}

// FirstExplanation tells whether the step is the explanation that names the misconception.
func (s *Session) FirstExplanation() bool {
	step := s.Step()
	return step != nil && step.Kind == Explain && s.Lesson.lastRun(s.at) == 1
}

// Verdicts are the answers that the step sets beside the truth: the timeline, what was observed; an explanation, what was
// predicted; the quiz, the answer to its own question.
func (s *Session) Verdicts() []Verdict {
	step := s.Step()
	if step == nil {
		return nil
	}
	var verdicts []Verdict
	for i, other := range s.Lesson.Steps {
		asked := false
		switch step.Kind {
		case Timeline:
			asked = other.Kind == Observe && s.Lesson.lastRun(i) == s.Lesson.lastRun(s.at)
		case Explain:
			asked = other.Predicts() && s.Lesson.decidedBy(i) == s.Lesson.lastRun(s.at)
		case Quiz:
			asked = i == s.at
		}
		if v, ok := s.verdict(i); asked && ok {
			verdicts = append(verdicts, v)
		}
	}
	return verdicts
}

// Saved is what there is to keep.
func (s *Session) Saved() progress.Lesson { return copied(s.saved) }
