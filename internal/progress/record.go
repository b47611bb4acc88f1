package progress

import "time"

// Version is the format of the file that this program writes.
const Version = 1

// Record is all that is kept.
type Record struct {
	Version int               `json:"version"`
	Lessons map[string]Lesson `json:"lessons"` // by the name of the lesson's folder, such as 02-two-at-once
	Reviews map[string]Review `json:"reviews"` // by lesson/question

	// Workshop is the folder into which the exercises were last written, and Exercises is how far the learner came with each, by
	// its name, such as 01-fetch-three.
	Workshop  string              `json:"workshop,omitempty"`
	Exercises map[string]Exercise `json:"exercises,omitempty"`
}

// Exercise is how far the learner came with one exercise.
type Exercise struct {
	Checks int       `json:"checks"`          // how often it was checked until it passed
	Hints  int       `json:"hints,omitempty"` // how many hints were looked at
	Passed time.Time `json:"passed,omitzero"` // zero: not yet
	Shown  time.Time `json:"shown,omitzero"`  // when the solution was first shown before it had passed; zero: it was not
	Due    time.Time `json:"due,omitzero"`    // when it is to be solved again, since it was shown and not solved
}

// Lesson is how far the learner came in one lesson.
type Lesson struct {
	Step     int               `json:"step"`              // where the learner is, from 0
	Answers  map[string]Answer `json:"answers,omitempty"` // by the question's id
	Results  map[string]Result `json:"results,omitempty"` // by the run's number in the lesson, from 1
	Started  time.Time         `json:"started,omitzero"`
	Changed  time.Time         `json:"changed,omitzero"`
	Finished time.Time         `json:"finished,omitzero"` // zero: not yet

	// Restarted is when a finished lesson was last begun anew; what is older than that is of the time before.
	Restarted time.Time `json:"restarted,omitzero"`
}

// Answer is what the learner said to one question, and what came of it.
type Answer struct {
	Text  string    `json:"text"`            // as typed: the number of a choice, an order, a duration
	Given string    `json:"given,omitempty"` // the same in words, once it is judged
	Sure  int       `json:"sure"`            // percent; -1 if the learner did not say
	Right *bool     `json:"right,omitempty"` // nil: not judged yet
	Truth string    `json:"truth,omitempty"` // what it was judged by, as shown
	At    time.Time `json:"at,omitzero"`
}

// Result is what a run in a lesson came to.
type Result struct {
	Command []string          `json:"command"`
	Facts   map[string]string `json:"facts,omitempty"` // by name, as shown
	At      time.Time         `json:"at,omitzero"`
}

// Review is when a question is to be asked again.
type Review struct {
	Stage int       `json:"stage"` // how often in a row it was answered right
	Due   time.Time `json:"due,omitzero"`
}
