package hut

import "time"

// Ask returns the report of the avalanche service. Where there is none before
// limit is over, it returns ErrNoAnswer.
func Ask(service Service, limit time.Duration) (string, error) {
	type answer struct {
		report string
		err    error
	}
	answers := make(chan answer)
	go func() {
		report, err := service()
		answers <- answer{report, err}
	}()
	select {
	case a := <-answers:
		return a.report, a.err
	case <-time.After(limit):
		return "", ErrNoAnswer
	}
}
