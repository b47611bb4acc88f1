package report

import (
	"strings"

	"meanwhile/internal/predict"
)

// Command is a command line of this program that can be pasted into a shell.
func Command(args []string) string { return "meanwhile " + strings.Join(shellWords(args), " ") }

// Expected writes the range that a run is predicted to end in.
func Expected(i predict.Interval) string { return between(float64(i.Low), float64(i.High), "–") }
