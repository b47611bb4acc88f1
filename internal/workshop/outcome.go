package workshop

import (
	"time"

	"meanwhile/internal/timeline"
	"meanwhile/internal/workshop/check"
)

// Schema is the format of an Outcome in JSON.
const Schema = "meanwhile/check/v1"

// Outcome is what a check came to.
type Outcome struct {
	Schema   string `json:"schema"`
	Exercise string `json:"exercise"`
	Passed   bool   `json:"passed"`

	// Reason is the kind of what fell short; empty where nothing did.
	Reason Reason `json:"reason,omitempty"`

	// Said is what was expected and what happened, a sentence; Place is the line of the learner's file that it is about, and
	// Next is what to do.
	Said  string `json:"said"`
	Place string `json:"place,omitempty"`
	Next  string `json:"next,omitempty"`

	// Case is the situation in which it fell short or, where it has passed, the first one; what follows was counted there.
	// Elapsed is in virtual time, as is the timeline.
	Case     string             `json:"case,omitempty"`
	Elapsed  time.Duration      `json:"elapsed_ns"`
	Calls    int                `json:"calls"`
	Most     int                `json:"most_in_flight"`
	Left     int                `json:"goroutines_left"`
	Timeline *timeline.Timeline `json:"timeline,omitempty"`

	// Seed repeats what was left to chance.
	Seed uint64 `json:"seed"`

	// Raced tells that the race detector was there, and WithoutRace why it cannot be.
	Raced       bool   `json:"raced"`
	WithoutRace string `json:"without_race,omitempty"`

	// Printed is the beginning of what the learner's code has printed, and Log all that the tools have.
	Printed string `json:"printed,omitempty"`
	Log     string `json:"log,omitempty"`
}

// Provisional tells that it has passed, and that the race detector has yet to see it.
func (o *Outcome) Provisional() bool { return o.Passed && !o.Raced && o.WithoutRace == "" }

// Reason is the kind of what fell short, in a word that scripts can rely on.
type Reason = check.Reason

// The reasons that are found from outside, besides those of package check.
const (
	Missing   Reason = "missing"   // the learner's file is not there
	Unread    Reason = "unread"    // it cannot be read, or is no text
	Refused   Reason = "refused"   // it uses what a check does not let it use
	Compile   Reason = "compile"   // it does not compile
	Signature Reason = "signature" // a function that the check calls has another name or other parameters
	Vet       Reason = "vet"       // go vet has found a fault
	Race      Reason = "race"      // the race detector has found one
	Fatal     Reason = "fatal"     // the runtime has ended the program, as for concurrent writes to a map
	Output    Reason = "output"    // it prints without end
	Exit      Reason = "exit"      // it has ended the process
	Timeout   Reason = "timeout"   // nothing of the above, and no end
)
