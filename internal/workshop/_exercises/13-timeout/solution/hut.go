package hut

import "time"

// Ask returns the report of the avalanche service. Where there is none before
// limit is over, it returns ErrNoAnswer.
//
// Nobody receives an answer that comes too late. The channel has room for it:
// the send does not wait, the goroutine ends, and the channel is collected
// with the answer inside. One place is enough, since there is one answer.
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
	select {
	case a := <-answers:
		return a.report, a.err
	case <-time.After(limit):
		return "", ErrNoAnswer
	}
}
