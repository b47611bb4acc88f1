//go:build race

package workshop_test

// underRace tells that the tests themselves run under the race detector. What they check has one of its own, by -raced.
const underRace = true
