package hut

import "time"

// WRONG: without a goroutine nobody looks at the clock before the answer is there.

// Ask returns the report of the avalanche service. Where there is none before limit is
// over, it returns ErrNoAnswer.
func Ask(service Service, limit time.Duration) (string, error) {
	began := time.Now()
	report, err := service()
	if time.Since(began) > limit {
		return "", ErrNoAnswer
	}
	return report, err
}
