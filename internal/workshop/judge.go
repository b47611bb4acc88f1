package workshop

import (
	"cmp"
	"fmt"
	"maps"
	"path"
	"regexp"
	"slices"
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
		said := strings.NewReplacer(locksPath, "sync", "practice/"+m.exercise.Name+".", "").Replace(parts[3])
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
// what the test calls. An error says why nothing can be built at all.
func (m *module) uncompiled(built printed) (*Outcome, error) {
	fit := ""
	for _, c := range m.complaints(built.text) {
		if m.own(c) {
			outcome := m.exercise.short(Compile, "it does not compile: "+c.said, mendCompile(c.said))
			outcome.Place, outcome.Log = fmt.Sprintf("%s:%d", c.file, c.line), built.text
			return outcome, nil
		}
		if fit == "" && strings.HasPrefix(c.file, m.exercise.Name+"/") {
			fit = c.said
		}
	}
	var outcome *Outcome
	switch {
	case fit != "":
		outcome = m.exercise.short(Signature, "the check does not fit your code: "+fit, fmt.Sprintf("leave names, parameters and "+
			"results as they were; 'meanwhile practice reset %s' puts them back, and sets your file aside", m.exercise.Short()))
	case built.flood:
		outcome = m.exercise.short(Compile, "it does not compile: the compiler complains without end", "undo your last change")
	default:
		return nil, fmt.Errorf("nothing can be built: %s; 'meanwhile practice doctor' looks at the machine", cmp.Or(gist(built.text), built.err.Error()))
	}
	outcome.Log = built.text
	return outcome, nil
}

// gist is the first line of what a tool has printed that is no heading.
func gist(text string) string {
	for line := range strings.Lines(text) {
		if line = strings.TrimSpace(line); line != "" && !strings.HasPrefix(line, "# ") {
			return line
		}
	}
	return ""
}

// undefinedPackage finds what an import is missing for.
var undefinedPackage = regexp.MustCompile(`^undefined: (atomic|cmp|context|errors|fmt|maps|rand|slices|sort|strings|sync|time)$`)

// mendCompile says what to do about what the compiler says.
func mendCompile(said string) string {
	parts := undefinedPackage.FindStringSubmatch(said)
	switch {
	case strings.HasPrefix(said, "syntax error"):
		return "mend that line, or the one before it"
	case parts == nil:
		return "mend that line"
	}
	path := cmp.Or(map[string]string{"atomic": "sync/atomic", "rand": "math/rand/v2"}[parts[1]], parts[1])
	return fmt.Sprintf("import %q, at the top of the file", path)
}

// vetted says what go vet has found in the learner's code; nil where that is nothing.
func (m *module) vetted(by printed) *Outcome {
	for _, c := range m.complaints(by.text) {
		if m.own(c) {
			outcome := m.exercise.short(Vet, "go vet has a word to say: "+c.said, mendVet(c.said))
			outcome.Place, outcome.Log = fmt.Sprintf("%s:%d", c.file, c.line), by.text
			return outcome
		}
	}
	return nil
}

// mendVet says what to do about what go vet has found.
func mendVet(said string) string {
	if strings.Contains(said, "copies lock value") || strings.Contains(said, "passes lock by value") {
		return "a copy counts or locks for itself alone: hand on a pointer, as &wg for a *sync.WaitGroup"
	}
	return "mend that line: what it says is nearly always so"
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
		outcome.Printed = printedIn(report.Case.Name, run.text)
		m.locate(outcome, finding.Stacks)
	case report.Done && run.err == nil:
		outcome.Printed = printedIn(report.Case.Name, strings.TrimSuffix(run.text, "PASS\n"))
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
			o.fell(check.Deadlock, check.Stuck, "")
		}
	case run.err == nil || strings.Contains(run.text, "os.Exit"):
		o.fell(Exit, "it ended the process before the check was through", "return, where you call os.Exit")
	case strings.Contains(run.err.Error(), "killed"):
		o.fell(Timeout, fmt.Sprintf("it did not end within %s of real time", check.Duration(runTime)), "")
	default:
		o.fell(Exit, "the process ended before the check was through: "+run.err.Error(), "")
	}
	m.locate(o, run.text)
}

// locate says where in the learner's file it fell short, by what the runtime has written; of goroutines that wait for ever, where
// each of them waits.
func (m *module) locate(o *Outcome, stacks string) {
	o.Place = m.place(stacks)
	if o.Reason != check.Deadlock && o.Reason != check.Leak {
		return
	}
	waiting := map[string]int{}
	for stack := range strings.SplitSeq(stacks, "\n\n") {
		if place := m.place(stack); place != "" {
			waiting[path.Base(place)]++
		}
	}
	if len(waiting) == 0 {
		return
	}
	var places []string
	for _, place := range slices.Sorted(maps.Keys(waiting)) {
		if n := waiting[place]; n > 1 {
			place += fmt.Sprintf(" (%d of them)", n)
		}
		places = append(places, place)
	}
	o.Said += "; waiting at " + strings.Join(places, ", ")
}

// place is the learner's line that stands first in what the runtime has written; empty where there is none.
func (m *module) place(text string) string {
	frame := regexp.MustCompile(`(?m)^\s+practice/(` + regexp.QuoteMeta(m.exercise.Name) + `/\S+?\.go):(\d+)`)
	for _, parts := range frame.FindAllStringSubmatch(text, -1) {
		line, err := strconv.Atoi(parts[2])
		switch {
		case err != nil || !m.own(complaint{file: parts[1]}):
		case line == 1: // an empty loop has no line of its own, and the runtime says 1
			return parts[1]
		default:
			return fmt.Sprintf("%s:%d", parts[1], line)
		}
	}
	return ""
}

// printedIn is the beginning of what the learner's code has printed in a case.
func printedIn(name, text string) string {
	_, text, _ = strings.Cut(text, check.CaseMark+name+"\n")
	text, _, _ = strings.Cut(text, check.CaseMark)
	if len(text) > mostPrinted {
		text = text[:mostPrinted]
	}
	return strings.ToValidUTF8(text, "")
}

// mostPrinted is how much of it an outcome holds beside the log, in bytes.
const mostPrinted = 2000

// figures takes over what was counted, as far as a process that may be anything can be believed.
func (o *Outcome) figures(f check.Figures) {
	o.Case = f.Name
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
	o.Elapsed = cmp.Or(o.Elapsed, t.Elapsed)                            // it fell short before it returned
	t.Elapsed = believable(max(t.Elapsed, o.Elapsed) + time.Nanosecond) // so that a call at the very end is in it, too
	o.Timeline = t
}

// believable is a time that a check can come to: none is negative, or longer than mostTime.
func believable(d time.Duration) time.Duration { return min(max(d, 0), mostTime) }

// What a timeline shows at most.
const (
	mostSpans = 1000
	mostTime  = 30 * 24 * time.Hour
)
