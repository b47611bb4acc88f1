//go:build race

package measure_test

// underRace tells that the race detector watches, which takes memory and time of its own.
const underRace = true
