package hut

import "errors"

// Service asks the avalanche service, and returns its report. It cannot be
// interrupted: it returns when there is an answer, which may take long.
type Service func() (report string, err error)

// ErrNoAnswer tells that there was no answer in time.
var ErrNoAnswer = errors.New("no report yet")
