package workshop

import (
	"cmp"
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"time"

	"meanwhile/internal/timeline"
	"meanwhile/internal/workshop/check"
)

// position finds a place in a file and what the compiler, or go vet, says of it.
var position = regexp.MustCompile(`(?m)^(?:vet: )?(?:\./)?(\S+?\.go):(\d+)(?::\d+)?: (.+)$`)

// complaint is one of those.
type complaint struct {
	file string // as the module names it
	line int
	said string
}

// complaints are those in what a tool has printed. What was compiled in place of the learner's file is called by its name.
func (m *module) complaints(text string) []complaint {
	var found []complaint
	for _, parts := range position.FindAllStringSubmatch(text, -1) {
		line, err := strconv.Atoi(parts[2])
		if err != nil {
			continue
		}
		file := strings.ReplaceAll(parts[1], `\`, "/")
		if name, ok := strings.CutPrefix(file, overlayFolder+"/"); ok {
			file = m.exercise.path(name)
		}
		said := strings.NewReplacer(shimPath, "sync", "practice/"+m.exercise.Name+".", "").Replace(parts[3])
		found = append(found, complaint{file, line, said})
	}
	return found
}

// own tells whether a complaint is about the learner's code.
func (m *module) own(c complaint) bool {
	return strings.HasPrefix(c.file, m.exercise.Name+"/") && !strings.HasSuffix(c.file, "/"+testFile) &&
		!strings.HasSuffix(c.file, "/"+givenFile)
}

// uncompiled says why code does not compile: the compiler's first line about it or, where the hidden test is what does not fit,
// what the test calls.
func (m *module) uncompiled(built printed) *Outcome {
	found := m.complaints(built.text)
	for _, c := range found {
		if m.own(c) {
			outcome := m.exercise.short(Compile, "it does not compile: "+c.said, "mend that line, and save")
			outcome.Place = fmt.Sprintf("%s:%d", c.file, c.line)
			outcome.Log = built.text
			return outcome
		}
	}
	said := "it does not compile"
	if len(found) > 0 {
		said = "the check does not fit your code: " + found[0].said
	}
	outcome := m.exercise.short(Signature, said, fmt.Sprintf("leave names, parameters and results as they were: "+
		"'meanwhile practice diff %s' shows what has changed", m.exercise.Short()))
	if len(found) == 0 {
		outcome.Reason, outcome.Next = Compile, "look at the log: --verbose"
		if built.flood {
			outcome.Said += ": the compiler complains without end"
		}
	}
	outcome.Log = built.text
	return outcome
}

// vetted says what go vet has found in the learner's code; nil where that is nothing.
func (m *module) vetted(by printed) *Outcome {
	for _, c := range m.complaints(by.text) {
		if m.own(c) {
			outcome := m.exercise.short(Vet, "go vet has a word to say: "+c.said, "mend that line: what it says is nearly always so")
			outcome.Place, outcome.Log = fmt.Sprintf("%s:%d", c.file, c.line), by.text
			return outcome
		}
	}
	return nil
}

// judge says what came of a run.
func (m *module) judge(run printed, report check.Report, race bool) *Outcome {
	outcome := &Outcome{Log: run.text, Raced: race}
	outcome.figures(report.Case)
	switch finding := report.Finding; {
	case run.flood:
		outcome.fell(Output, "it prints without end", "print nothing, or little")
	case strings.Contains(run.text, "WARNING: DATA RACE"):
		outcome.fell(Race, "the race detector has found two goroutines at one variable, without an order between them",
			"guard what both use, or give each its own")
		outcome.Place = m.place(run.text)
	case finding != nil:
		outcome.fell(finding.Reason, finding.Said, finding.Next)
		outcome.Place = m.place(finding.Stacks)
	case report.Done && run.err == nil:
		outcome.Passed, outcome.Said = true, "it passes"
		if race {
			outcome.Said = "it passes, and so it does under the race detector"
		}
	default:
		m.ended(outcome, run)
	}
	return outcome
}

func (o *Outcome) fell(reason Reason, said, next string) {
	o.Reason, o.Said, o.Next = reason, said, next
}

// The runtime's own words for the end of a program.
var (
	panicked = regexp.MustCompile(`(?m)^panic: (.+)$`)
	fatal    = regexp.MustCompile(`(?m)^fatal error: (.+)$`)
)

// ended says why a run has ended without a report of its own.
func (m *module) ended(o *Outcome, run printed) {
	switch {
	case fatal.MatchString(run.text):
		said := fatal.FindStringSubmatch(run.text)[1]
		o.fell(Fatal, "the Go runtime has ended it: "+said, "")
		if strings.Contains(said, "out of memory") {
			o.Reason = check.Memory
		}
	case panicked.MatchString(run.text):
		said, _, _ := strings.Cut(panicked.FindStringSubmatch(run.text)[1], " [recovered")
		o.fell(check.Panic, "it panicked: "+said, "")
		if strings.Contains(said, "deadlock") {
			o.fell(check.Deadlock, "it never returns: every goroutine waits for another one", "")
		}
	case run.err == nil || strings.Contains(run.text, "os.Exit"):
		o.fell(Exit, "it ended the process before the check was through", "return, where you call os.Exit")
	case strings.Contains(run.err.Error(), "killed"):
		o.fell(Timeout, fmt.Sprintf("it did not end within %s of real time", check.Duration(runTime)), "")
	default:
		o.fell(Exit, "the process ended before the check was through: "+run.err.Error(), "")
	}
	o.Place = m.place(run.text)
}

// place is the learner's line that stands first in what the runtime has written; empty where there is none.
func (m *module) place(text string) string {
	frame := regexp.MustCompile(`(?m)^\s+practice/(` + regexp.QuoteMeta(m.exercise.Name) + `/\S+?\.go):(\d+)`)
	for _, parts := range frame.FindAllStringSubmatch(text, -1) {
		if line, err := strconv.Atoi(parts[2]); err == nil && m.own(complaint{file: parts[1]}) {
			return fmt.Sprintf("%s:%d", parts[1], line)
		}
	}
	return ""
}

// figures takes over what was counted, as far as a process that may be anything can be believed.
func (o *Outcome) figures(f check.Figures) {
	o.Elapsed, o.Calls, o.Most, o.Left = believable(f.Elapsed), max(f.Calls, 0), max(f.Most, 0), max(f.Left, 0)
	if len(f.Spans) == 0 {
		return
	}
	t := &timeline.Timeline{Reasons: []string{""}, Places: []string{""}}
	whys := map[string]int{}
	why := func(reason string) int {
		if whys[reason] == 0 {
			t.Reasons = append(t.Reasons, reason)
			whys[reason] = len(t.Reasons) - 1
		}
		return whys[reason]
	}
	for _, span := range f.Spans[:min(len(f.Spans), mostSpans)] {
		start := believable(span.Start)
		end := max(start, believable(span.End))
		t.Lanes = append(t.Lanes, timeline.Lane{{State: timeline.Waiting, Start: start, End: end, Why: why(span.Name)}})
		t.Elapsed = max(t.Elapsed, end)
	}
	o.Elapsed = cmp.Or(o.Elapsed, t.Elapsed) // it fell short before it returned
	t.Elapsed = max(t.Elapsed, o.Elapsed, time.Nanosecond)
	o.Timeline = t
}

// believable is a time that a check can come to: none is negative, or longer than mostTime.
func believable(d time.Duration) time.Duration { return min(max(d, 0), mostTime) }

// What a timeline shows at most.
const (
	mostSpans = 1000
	mostTime  = 30 * 24 * time.Hour
)
