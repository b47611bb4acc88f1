//go:build !race

package measure_test

const underRace = false
