package hut

import "time"

// WRONG: an answer that comes before anybody waits for it is dropped.

func Ask(service Service, limit time.Duration) (string, error) {
	type answer struct {
		report string
		err    error
	}
	answers := make(chan answer)
	go func() {
		report, err := service()
		select {
		case answers <- answer{report, err}:
		default:
		}
	}()
	select {
	case a := <-answers:
		return a.report, a.err
	case <-time.After(limit):
		return "", ErrNoAnswer
	}
}
