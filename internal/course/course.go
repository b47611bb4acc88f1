// Package course is the lessons: Markdown files and what they mean, the learner's way through one of them, and the questions
// that come again. It knows no terminal.
package course

import (
	"slices"
	"strings"
)

// Lesson is one idea, in steps.
type Lesson struct {
	// Name is the lesson's folder, such as 02-two-at-once.
	Name string

	// Key is what the learner's progress is kept under: the name, of a lesson of the program's own.
	Key string

	// File is where it was read, as it is shown.
	File string

	// Number counts from 1, in the order of the names.
	Number int

	Title string

	// Idea is the sentence to take home.
	Idea string

	// Minutes is about how long it takes.
	Minutes int

	Misconception Misconception
	Steps         []Step
}

// Misconception is a belief that many hold, and that the lesson's runs disprove.
type Misconception struct {
	ID     string `yaml:"id"`
	Belief string `yaml:"belief"`
	Truth  string `yaml:"truth"`
}

// Kind is what a step is for.
type Kind string

// The kinds, in the order in which a lesson has them.
const (
	Predict  Kind = "Predict"
	Run      Kind = "Run"
	Observe  Kind = "Observe"
	Timeline Kind = "Timeline"
	Explain  Kind = "Explain"
	Read     Kind = "Read"
	Change   Kind = "Change"
	Quiz     Kind = "Quiz"
)

// Words say what a step of the kind is for.
func (k Kind) Words() string {
	return map[Kind]string{
		Predict: "predict", Run: "run", Observe: "what did you see?", Timeline: "timeline", Explain: "explanation",
		Read: "the code that ran", Change: "change one flag", Quiz: "quiz",
	}[k]
}

// Step is what a learner has before them at once.
type Step struct {
	Kind  Kind
	Prose []Block

	// Question is of Predict, Observe, Change and Quiz.
	Question *Question

	// Command is what Run runs, without the program's name; with Quick behind it, it is small.
	Command, Quick []string

	// Examples are the names of the code that Read shows.
	Examples []string

	// Notes are for a speaker.
	Notes string

	// Line is where it begins in the lesson's file.
	Line int
}

// Block is a paragraph, or an item of a list.
type Block struct {
	Item  bool
	Spans []Span
}

// Span is a piece of text in one meaning.
type Span struct {
	Mark Mark
	Text string

	// Of is the number that a Measured span stands for.
	Of Quantity
}

// Mark is what a span means.
type Mark int

// The marks. A Term is emphasised, and stands in the glossary.
const (
	Plain Mark = iota
	Term
	Strong
	Code
	Measured
)

// Quantity is a fact of a run, or the ratio of two.
type Quantity struct {
	Fact, By string

	// Before tells that it is of the run before the last.
	Before bool
}

func (q Quantity) String() string {
	text := q.Fact
	if q.By != "" {
		text += " / " + q.By
	}
	if q.Before {
		text = "before " + text
	}
	return text
}

// comparesRuns tells whether the step's text has numbers of the run before the last.
func (s *Step) comparesRuns() bool {
	return slices.ContainsFunc(s.Prose, func(block Block) bool {
		return slices.ContainsFunc(block.Spans, func(span Span) bool { return span.Of.Before })
	})
}

// lastRun is the number of the run that a step speaks of, from 1; 0 before the first. The end speaks of the last.
func (l *Lesson) lastRun(at int) int {
	n := 0
	for _, step := range l.Steps[:min(at+1, len(l.Steps))] {
		if step.Kind == Run {
			n++
		}
	}
	return n
}

// decidedBy is the number of the run that decides a step's question: of a prediction, the next one.
func (l *Lesson) decidedBy(at int) int {
	n := l.lastRun(at)
	if kind := l.Steps[at].Kind; kind == Predict || kind == Change {
		n++
	}
	return n
}

// Question returns the question of that id, or nil.
func (l *Lesson) Question(id string) *Question {
	for _, step := range l.Steps {
		if step.Question != nil && step.Question.ID == id {
			return step.Question
		}
	}
	return nil
}

// Find returns the lesson that somebody means: by its number, its folder, or the part of that behind the number.
func Find(lessons []*Lesson, named string) *Lesson {
	i := slices.IndexFunc(lessons, func(l *Lesson) bool {
		number, name, _ := strings.Cut(l.Name, "-")
		return named == l.Name || named == name || strings.TrimLeft(named, "0") == strings.TrimLeft(number, "0")
	})
	if i < 0 {
		return nil
	}
	return lessons[i]
}
