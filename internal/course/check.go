package course

import (
	"fmt"
	"math"
	"regexp"
	"slices"
	"strings"

	"meanwhile/demos"
	"meanwhile/internal/experiment"
)

// followers are the steps that may come behind each; the first step is behind none.
var followers = map[Kind][]Kind{
	"":       {Predict},
	Predict:  {Predict, Run},
	Run:      {Observe, Explain},
	Observe:  {Timeline},
	Timeline: {Explain},
	Explain:  {Read, Change, Quiz},
	Read:     {Change},
	Change:   {Change, Run},
	Quiz:     {Quiz},
}

// quizzed is how many questions a quiz has.
const quizzed = 2

// check finds what a lesson lacks as a whole.
func (p *parser) check() {
	counts := map[Kind]int{}
	before := Kind("")
	ids := map[string]bool{}
	for _, step := range p.lesson.Steps {
		if !slices.Contains(followers[before], step.Kind) {
			p.fault(step.Line, fmt.Sprintf("%s does not come behind %s", step.Kind, orNothing(before)), "here comes "+words(followers[before]))
		}
		before = step.Kind
		counts[step.Kind]++
		p.checkStep(step)
		if q := step.Question; q != nil {
			if ids[q.ID] {
				p.fault(q.line, fmt.Sprintf("two questions have the id %q", q.ID), "give each an id of its own")
			}
			ids[q.ID] = true
		}
	}
	if len(p.lesson.Steps) > maxSteps {
		p.fault(1, fmt.Sprintf("the lesson has more than %d steps", maxSteps), "make two lessons of it")
	}
	for _, kind := range []Kind{Predict, Run, Observe, Timeline, Explain, Read, Change, Quiz} {
		switch {
		case counts[kind] == 0:
			p.fault(1, fmt.Sprintf("the lesson has no ## %s", kind), "every lesson has one: docs/authoring.md says what it is for")
		case kind == Quiz && counts[kind] != quizzed:
			p.fault(1, fmt.Sprintf("the quiz has %d questions", counts[kind]), fmt.Sprintf("give it %d", quizzed))
		}
	}
}

func orNothing(kind Kind) string {
	if kind == "" {
		return "the head"
	}
	return string(kind)
}

// checkStep finds what a step lacks.
func (p *parser) checkStep(step Step) {
	asks := slices.Contains([]Kind{Predict, Observe, Change, Quiz}, step.Kind)
	switch {
	case p.unread[step.Line]: // what it lacks may be there
	case asks && step.Question == nil:
		p.fault(step.Line, fmt.Sprintf("## %s asks nothing", step.Kind), "add a question")
	case step.Kind == Run && step.Command == nil:
		p.fault(step.Line, "## Run runs nothing", "add a run")
	case step.Kind == Read && len(step.Examples) == 0:
		p.fault(step.Line, "## Read shows nothing", "add a source with examples")
	case (step.Kind == Explain || step.Kind == Timeline) && len(step.Prose) == 0:
		p.fault(step.Line, fmt.Sprintf("## %s says nothing", step.Kind), "add some sentences")
	}
	for _, name := range step.Examples {
		known := slices.ContainsFunc(demos.Examples(), func(e demos.Example) bool { return e.Name == name })
		if _, err := demos.Files.Open("python/" + name + ".py"); !known || err != nil {
			p.fault(step.Line, fmt.Sprintf("there is no example %q", name), "'meanwhile source' lists those there are")
		}
	}
}

// questionID is how questions are named.
var questionID = regexp.MustCompile(`^[a-z][a-z0-9-]{0,30}$`)

// checkQuestion finds what a question lacks.
func (p *parser) checkQuestion(q *Question, kind Kind) {
	fault := func(problem, next string) { p.fault(q.line, problem, next) }
	forms := 0
	for _, has := range []bool{q.Number != nil, q.Choices != nil, q.Rank != nil} {
		if has {
			forms++
		}
	}
	switch {
	case !questionID.MatchString(q.ID):
		fault(fmt.Sprintf("%q is no id", q.ID), "write small letters, digits and hyphens")
	case q.Ask == "":
		fault("a question asks nothing", "add ask, a sentence or two")
	case forms != 1:
		fault("a question has to have one of number, choices and rank", "docs/authoring.md shows each")
	case kind == Quiz && q.Measured():
		fault("a question of a quiz is asked without a run", "mark one of its choices as right, and leave out of, number and rank")
	case kind != Quiz && !q.Measured():
		fault("no run decides the answer", "add of, number or rank: what a machine could contradict is no prediction")
	case q.Number != nil && (q.Low == "" || q.High == ""):
		fault("a question of a number does not say why", "add low and high")
	case q.Rank != nil && q.Because == "":
		fault("a ranking does not say why", "add because")
	case slices.ContainsFunc(q.Rank, func(r Ranked) bool { return r.Text == "" }):
		fault("something to rank has no text", "add text to each")
	case len(q.Options()) == 1 || len(q.Options()) > maxOptions:
		fault(fmt.Sprintf("there are %d answers to choose from", len(q.Options())), fmt.Sprintf("give two to %d", maxOptions))
	default:
		p.checkChoices(q)
	}
}

func (p *parser) checkChoices(q *Question) {
	fault := func(problem, next string) { p.fault(q.line, problem, next) }
	right, below := 0, math.Inf(-1)
	for i, choice := range q.Choices {
		last := i == len(q.Choices)-1
		if choice.Text == "" || choice.Because == "" {
			fault(fmt.Sprintf("choice %d lacks its text or its because", i+1), "a learner who chose it wants to know why")
		}
		if choice.Right {
			right++
		}
		switch {
		case q.Of == nil && !math.IsInf(choice.Below, 1):
			fault(fmt.Sprintf("choice %d has a bound, and nothing is measured", i+1), "add of, or leave out below")
		case q.Of != nil && choice.Right:
			fault(fmt.Sprintf("choice %d is said to be right, and a run decides", i+1), "leave out right")
		case q.Of != nil && last != math.IsInf(choice.Below, 1), q.Of != nil && choice.Below <= below:
			fault(fmt.Sprintf("the bound of choice %d is not in order", i+1), "let the bounds grow, and leave out that of the last")
		}
		below = choice.Below
	}
	if q.Of == nil && len(q.Choices) > 0 && right != 1 {
		fault(fmt.Sprintf("%d choices are right", right), "mark one with right: true")
	}
}

// CheckResult finds what a lesson asks of its n-th run, from 1, that the run does not tell.
func (l *Lesson) CheckResult(n int, results Results) []Fault {
	var faults []Fault
	need := func(line int, of *Quantity) {
		if of == nil {
			return
		}
		if _, _, ok := results.Value(*of); !ok {
			faults = append(faults, Fault{l.File, line, fmt.Sprintf("the run does not tell %s", of), "its facts are " + factNames(results.Last)})
		}
	}
	for i, step := range l.Steps {
		if l.lastRun(i) == n {
			for _, block := range step.Prose {
				for _, span := range block.Spans {
					if span.Mark == Measured {
						need(step.Line, &span.Of)
					}
				}
			}
		}
		if q := step.Question; q != nil && l.decidedBy(i) == n {
			need(q.line, q.Number)
			if fault, ok := l.wrongUnit(q, results); ok {
				faults = append(faults, fault)
			}
			need(q.line, q.Of)
			for _, ranked := range q.Rank {
				need(q.line, &ranked.By)
			}
		}
	}
	return faults
}

// CheckTerms finds the terms of a lesson that a glossary does not explain.
func (l *Lesson) CheckTerms(glossary []Entry) []Fault {
	var faults []Fault
	for _, step := range l.Steps {
		for _, block := range step.Prose {
			for _, span := range block.Spans {
				if _, ok := Define(glossary, span.Text); span.Mark == Term && !ok {
					faults = append(faults, Fault{
						l.File, step.Line, fmt.Sprintf("the glossary does not explain %q", span.Text),
						"write it without emphasis, and say what it means",
					})
				}
			}
		}
	}
	return faults
}

// wrongUnit tells that a number is asked for, or bounded, in another unit than that in which the run tells it.
func (l *Lesson) wrongUnit(q *Question, results Results) (Fault, bool) {
	if q.Of != nil {
		_, unit, ok := results.Value(*q.Of)
		timed := slices.ContainsFunc(q.Choices, func(c Choice) bool { return c.timed })
		plain := slices.ContainsFunc(q.Choices, func(c Choice) bool { return !c.timed && !math.IsInf(c.Below, 1) })
		switch {
		case ok && timed && unit != experiment.Duration:
			return Fault{l.File, q.line, fmt.Sprintf("%s is no duration, and a bound is one", q.Of), "give numbers"}, true
		case ok && plain && unit == experiment.Duration:
			return Fault{l.File, q.line, fmt.Sprintf("%s is a duration, and a bound is none", q.Of), "give durations, such as 30ms"}, true
		}
	}
	if q.Number == nil {
		return Fault{}, false
	}
	_, unit, ok := results.Value(*q.Number)
	return Fault{
		l.File, q.line, fmt.Sprintf("%s is no %s", q.Number, unitWords[q.Unit]), "write unit: " + unitWords[unit],
	}, ok && unit != q.Unit
}

func factNames(result *experiment.Result) string {
	if result == nil {
		return "none"
	}
	var names []string
	for _, fact := range result.Facts {
		names = append(names, fact.Name)
	}
	return strings.Join(names, ", ")
}
