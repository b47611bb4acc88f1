package demos

import "embed"

// Files holds the source of this package and its Python counterparts, so that what ran can be shown.
//
//go:embed *.go python/*.py
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
}

// Strategies lists every strategy, the one at a time first; limit bounds those that have a bound.
func Strategies(limit int) []NamedStrategy {
	return []NamedStrategy{
		{"sequential", Sequential},
		{"goroutines", Goroutines},
		{"limited", Limited(limit)},
		{"workers", Workers(limit)},
		{"errgroup", ErrGroup(limit)},
	}
}

// Examples lists what can be shown, in the order in which it is best read.
func Examples() []Example {
	return []Example{
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
	}
}
