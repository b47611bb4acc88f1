package hut

import "time"

// WRONG: Ask sleeps until the limit is over, also when the answer has come long before.

// Ask returns the report of the avalanche service. Where there is none before limit is
// over, it returns ErrNoAnswer.
func Ask(service Service, limit time.Duration) (string, error) {
	type answer struct {
		report string
		err    error
	}
	answers := make(chan answer, 1)
	go func() {
		report, err := service()
		answers <- answer{report, err}
	}()
	time.Sleep(limit)
	select {
	case a := <-answers:
		return a.report, a.err
	default:
		return "", ErrNoAnswer
	}
}
