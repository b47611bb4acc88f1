package api

import (
	"encoding/json"
	"strconv"

	"github.com/danielgtaylor/huma/v2"
)

const problemType = "application/problem+json"

// problem is an error that a client is told of in the form of RFC 9457, as huma's own are.
type problem struct {
	Status int
	Detail string // what is wrong, and what to try

	// RetryAfter is after how many seconds to try again; 0 says nothing about it.
	RetryAfter int
}

// write answers with the problem.
func (p problem) write(x *exchange) {
	header := x.ResponseWriter.Header()
	header.Set("Content-Type", problemType)
	header.Del("Content-Length") // of what would have been written instead
	if p.RetryAfter > 0 {
		header.Set("Retry-After", strconv.Itoa(p.RetryAfter))
	}
	x.status = p.Status
	x.ResponseWriter.WriteHeader(p.Status)
	body, err := json.Marshal(&huma.ErrorModel{Status: p.Status, Title: title(p.Status), Detail: p.Detail})
	if err == nil {
		_, _ = x.ResponseWriter.Write(body) // whom it does not reach has gone
	}
}
