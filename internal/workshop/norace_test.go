//go:build !race

package workshop_test

const underRace = false
