package demos

import (
	"context"
	"embed"
	"io"
)

// Files holds the source of this package and its Python counterparts, so that what ran can be shown.
//
//go:embed api.go deadline.go errors.go eventloop.go hello.go one_slow.go order.go pool.go strategies.go tasks.go wrong_*.go python/*.py
var Files embed.FS

// Example is a piece of code that can be shown and, beside it, told in Python.
type Example struct {
	Name string

	// Func is the function value that runs: its source is looked up from it.
	Func any
}

// NamedStrategy is a strategy and the word for it in flags and tables.
type NamedStrategy struct {
	Name string
	Run  Strategy

	// Slots is how many tasks it has in flight at once; 0 is all.
	Slots int
}

// Strategies lists every strategy, the one at a time first; limit bounds those that have a bound.
func Strategies(limit int) []NamedStrategy {
	return []NamedStrategy{
		{"sequential", Sequential, 1},
		{"goroutines", Goroutines, 0},
		{"limited", Limited(limit), limit},
		{"workers", Workers(limit), limit},
		{"errgroup", ErrGroup(limit), limit},
	}
}

// Examples lists what can be shown, in the order in which it is best read.
func Examples() []Example {
	examples := []Example{
		{"hello", Hello},
		{"coroutine", HelloCoroutine},
		{"eventloop", EventLoop},
		{"sequential", Sequential},
		{"goroutines", Goroutines},
		{"limited", Limited},
		{"workers", Workers},
		{"errgroup", ErrGroup},
		{"sleep", Sleep},
		{"file", WriteFile},
		{"network", Get},
		{"database", Visit},
		{"cpu", Hash},
		{"order", ByArrival},
		{"order-slot", BySlot},
		{"deadline", Within},
		{"steps", Steps},
		{"deaf-steps", DeafSteps},
		{"errors", Fail},
		{"one-slow", OneSlow},
		{"limit-handler", LimitHandler},
		{"at-rate", AtRate},
		{"query", Query},
		{"api-hello", SayHello},
		{"api-item", ReadItem},
		{"api-slow", Slow},
		{"api-fanout", Fanout},
		{"api-cpu", Compute},
	}
	for _, wrong := range Wrongs() {
		examples = append(examples, Example{wrong.Name, wrong.Func})
	}
	return examples
}

// Wrong is a program that is broken on purpose, and what there is to say of it.
type Wrong struct {
	Name string

	// Fault is what is wrong with it, in one line.
	Fault string

	// Func is the function with the fault; Main calls it with all it needs, as the main of a program would.
	Func any
	Main func(ctx context.Context, w io.Writer) error

	// OneProcessor tells that it shows its fault every time only under GOMAXPROCS=1, where goroutines take turns.
	OneProcessor bool

	// Expected is what its author meant it to print, and Symptom a regular expression for what it prints instead.
	Expected, Symptom string

	// Why explains the symptom, and Right names the example that does it right.
	Why, Right string
}

// Wrongs lists the programs that are broken on purpose. They are to run in a process of their own: some leave
// goroutines behind, and one has a data race.
func Wrongs() []Wrong {
	return []Wrong{
		{
			Name:     "wrong-no-wait",
			Fault:    "main ends without waiting for the goroutine it started",
			Func:     WrongNoWait,
			Main:     WrongNoWait,
			Expected: "Hello\nWorld\nthe end",
			Symptom:  `\A(Hello\n)?the end\n(Hello\n)?\z`,
			Why: "When main returns the process ends, and every goroutine with it, wherever it stands. World was a " +
				"second away; whether Hello still came is luck. What starts a goroutine must wait for it.",
			Right: "goroutines",
		},
		{
			Name:         "wrong-add-inside",
			Fault:        "Add is called inside the goroutine, so Wait can be first",
			Func:         WrongAddInside,
			Main:         runWrongAddInside,
			OneProcessor: true,
			Expected:     "Hello\nHello\nHello\nWorld\nWorld\nWorld\nall three have greeted",
			Symptom:      `\A(Hello\n)*all three have greeted\n(Hello\n)*\z`,
			Why: "A goroutine that was started has not run yet. Wait came before the first Add, found nobody to wait for " +
				"and returned. Count before go, or let wg.Go do both.",
			Right: "goroutines",
		},
		{
			Name:     "wrong-counter",
			Fault:    "goroutines read and write one counter without a lock",
			Func:     WrongCounter,
			Main:     WrongCounter,
			Expected: "visits: 100",
			Symptom:  `(?m)^visits: \d\d?$`,
			Why: "Many read the same number before one of them wrote, and each wrote that number plus one over what the " +
				"others had written. Hold a sync.Mutex from the read to the write, or give each goroutine a slot of its " +
				"own and add up after Wait.",
			Right: "goroutines",
		},
		{
			Name:     "wrong-fanout",
			Fault:    "it makes all its calls at once, however many there are",
			Func:     WrongFanout,
			Main:     runWrongFanout,
			Expected: "answers: 100",
			Symptom:  `(?m)^answers: [1-4]?\d$`,
			Why: "The server, a real one on this machine, has room for 8 calls at once and turned the others away. " +
				"Starting goroutines is cheap; what they call is not. A limit on the caller's side lets every call through.",
			Right: "limited",
		},
	}
}
