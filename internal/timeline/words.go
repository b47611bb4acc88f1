package timeline

import (
	"path"
	"reflect"
	"runtime"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/exp/trace"

	"meanwhile/demos"
)

// The reasons, in plain words, complete. Each completes "waiting: …" or "queued: …".
const (
	forSlot       = "for a slot of the limit"
	forCore       = "for a core"
	forConnection = "for a connection of the pool"
	forLock       = "for a lock"
	forWriter     = "for SQLite's write lock"
	sleeping      = "sleeping"
	roundTrip     = "for the simulated round trip"
	dialling      = "for a connection to the server"
	forAnswer     = "for the network: the answer"
	forNetwork    = "for the network"
	forOthers     = "for other goroutines to end"
	forSignal     = "for a signal of another goroutine"
	forChannel    = "for a channel"
	forSelect     = "for the first of several channels"
	forCollector  = "for the garbage collector"
	inSystemCall  = "in a system call"
	paused        = "paused: the event loop resumes it"
	elsewhere     = "for something else"
)

// rule says what it means that a goroutine stopped where it did. The first that fits counts.
type rule struct {
	// reason is what the runtime calls it, or systemCall; empty fits every reason.
	reason string

	// at is the function that stopped, and within is it or one that called it; empty fits every function. The runtime's own
	// functions are passed over, but for allocate.
	at, within string

	state State
	words string
}

// systemCall is our word for a reason that the runtime has none for.
const systemCall = "system call"

// allocate is the runtime's function for memory. A goroutine stops in it where the garbage collector cannot keep up.
const allocate = "runtime.mallocgc"

// rules tells states apart that are the same to the runtime: a goroutine that is parked, or in a system call.
func rules() []rule {
	return []rule{
		{within: allocate, state: Waiting, words: forCollector}, // by whatever lock of the runtime
		{reason: "GC mark assist wait for work", state: Waiting, words: forCollector},
		{reason: "GC weak to strong wait", state: Waiting, words: forCollector},
		{reason: "wait until GC ends", state: Waiting, words: forCollector},
		{reason: "preempted", state: Waiting, words: forCollector},
		{at: "sql.(*DB).conn", state: Queued, words: forConnection},
		{at: "http.(*Transport).getConn", state: Waiting, words: dialling},
		{at: "http.(*persistConn).roundTrip", state: Waiting, words: forAnswer},
		{within: "http.(*bodyEOFSignal).Read", state: Waiting, words: forAnswer},
		{within: "lib._sqliteDefaultBusyCallback", state: Queued, words: forWriter},
		{within: "lab.distantConn.travel", at: "Sleep", state: Waiting, words: roundTrip},
		{at: "Sleep", state: Waiting, words: sleeping},
		{reason: "sleep", state: Waiting, words: sleeping},
		{reason: "network", state: Waiting, words: forNetwork},
		{reason: "sync", at: "sync.(*WaitGroup).Wait", state: Waiting, words: forOthers},
		{reason: "sync", state: Queued, words: forLock},
		{reason: "sync.(*Cond).Wait", state: Waiting, words: forSignal},
		{reason: "chan send", state: Waiting, words: forChannel},
		{reason: "chan receive", state: Waiting, words: forChannel},
		{reason: "select", state: Waiting, words: forSelect},
		{reason: systemCall, state: Waiting, words: inSystemCall},
		{reason: "", state: Waiting, words: elsewhere},
	}
}

// frame is what of a stack matters, from the function that stopped to the task.
type frame struct {
	function string // the last part of its import path and its name: "sql.(*DB).conn"
	file     string
	line     int
}

// frames are those of the task: below them are this package, the strategy and the runtime.
func frames(stack trace.Stack) []frame {
	var found []frame
	for f := range stack.Frames() {
		if isMark(f) {
			break
		}
		if f.Func == allocate || !strings.HasPrefix(f.Func, "runtime.") {
			found = append(found, frame{path.Base(f.Func), f.File, int(f.Line)})
		}
	}
	return found
}

// isMark tells whether a frame is that of what marks a task or a coroutine.
func isMark(f trace.StackFrame) bool { return strings.HasSuffix(f.File, "internal/timeline/record.go") }

// pausedAt is the line of a coroutine that logged that it is about to pause: the one that called the mark that logged it.
func pausedAt(stack trace.Stack) string {
	marked := false
	for f := range stack.Frames() {
		switch {
		case isMark(f):
			marked = true
		case marked:
			return path.Base(f.File) + ":" + strconv.FormatUint(f.Line, 10)
		}
	}
	return ""
}

// explain says what it means that a goroutine stopped.
func explain(reason string, stack []frame) (State, string) {
	for _, rule := range rules() {
		if rule.fits(reason, stack) {
			return rule.state, rule.words
		}
	}
	return Waiting, elsewhere
}

func (r rule) fits(reason string, stack []frame) bool {
	if r.reason != "" && r.reason != reason || r.at != "" && (len(stack) == 0 || !stack[0].is(r.at)) {
		return false
	}
	if r.within == "" {
		return true
	}
	for _, frame := range stack {
		if frame.is(r.within) {
			return true
		}
	}
	return false
}

// is tells whether the frame is of a function, or, for one in demos, of the closure that it returned: "Sleep" is in
// "lab.openSleep.Sleep.func1", as inlining has it.
func (f frame) is(function string) bool {
	if strings.Contains(function, ".") {
		return f.function == function || strings.HasPrefix(f.function, function+".func")
	}
	return f.inDemos() && strings.Contains("."+f.function+".", "."+function+".")
}

// inDemos tells whether the frame's code is a demo's, by the file that it was compiled from.
func (f frame) inDemos() bool { return path.Dir(f.file) == demosFolder() }

// demosFolder is where the files of demos were when the program was built.
func demosFolder() string {
	ran := runtime.FuncForPC(reflect.ValueOf(demos.Sequential).Pointer())
	file, _ := ran.FileLine(ran.Entry())
	return path.Dir(file)
}

// place is the line of the task in which a goroutine stands: of the demo that is furthest from where it stopped, which is the
// task itself, and not what it calls. Where no demo is on the stack, it is the function that Mark was given.
func place(stack []frame) string {
	if len(stack) == 0 {
		return ""
	}
	task := stack[len(stack)-1]
	for _, frame := range slices.Backward(stack) {
		if frame.inDemos() {
			task = frame
			break
		}
	}
	return path.Base(task.file) + ":" + strconv.Itoa(task.line)
}
