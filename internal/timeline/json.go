package timeline

import (
	"bytes"
	"errors"
	"fmt"
	"strconv"
	"time"
)

// MarshalJSON writes a span as [state, start_ns, end_ns, why, where], since a recording has many.
func (s Span) MarshalJSON() ([]byte, error) {
	b := make([]byte, 0, 40)
	for i, n := range []int64{int64(s.State), int64(s.Start), int64(s.End), int64(s.Why), int64(s.Where)} {
		b = append(b, "[,,,,"[i])
		b = strconv.AppendInt(b, n, 10)
	}
	return append(b, ']'), nil
}

// errSpan tells that what should be a span is none.
var errSpan = errors.New("a span is five whole numbers: state, start, end, why and where")

// UnmarshalJSON reads a span. Whether it fits its timeline, Check tells.
func (s *Span) UnmarshalJSON(data []byte) error {
	var numbers [5]int64
	rest, ok := bytes.CutPrefix(data, []byte("["))
	rest, closed := bytes.CutSuffix(rest, []byte("]"))
	if !ok || !closed {
		return errSpan
	}
	for i := range numbers {
		number, after, more := bytes.Cut(rest, []byte(","))
		if more != (i < len(numbers)-1) {
			return errSpan
		}
		var err error
		if numbers[i], err = strconv.ParseInt(string(bytes.TrimSpace(number)), 10, 64); err != nil {
			return errSpan
		}
		rest = after
	}
	if numbers[0] < 0 || numbers[0] >= int64(states) || numbers[3] != int64(int(numbers[3])) || numbers[4] != int64(int(numbers[4])) {
		return errSpan
	}
	*s = Span{State(numbers[0]), time.Duration(numbers[1]), time.Duration(numbers[2]), int(numbers[3]), int(numbers[4])}
	return nil
}

// Check tells what is wrong with a timeline that came from outside. What passes can be drawn.
func (t *Timeline) Check() error {
	switch {
	case t.Elapsed < 0 || t.Elapsed > maxElapsed:
		return fmt.Errorf("a run of %d ns is out of range", t.Elapsed)
	case len(t.Lanes) > MaxTasks:
		return fmt.Errorf("%d lanes are too many: at most %d are recorded", len(t.Lanes), MaxTasks)
	case len(t.Reasons) > maxWords || len(t.Places) > maxWords:
		return fmt.Errorf("more than %d reasons or places", maxWords)
	case t.Spans() > maxSpans:
		return fmt.Errorf("more than %d spans", maxSpans)
	}
	for i, lane := range t.Lanes {
		end := time.Duration(0)
		for _, span := range lane {
			switch {
			case span.State <= None || span.State >= states:
				return fmt.Errorf("task %d has a span in a state that does not exist", i+1)
			case span.Start < end || span.End <= span.Start || span.End > t.Elapsed:
				return fmt.Errorf("task %d has spans that overlap, or lie outside of the run", i+1)
			case span.Why < 0 || span.Why >= max(1, len(t.Reasons)) || span.Where < 0 || span.Where >= max(1, len(t.Places)):
				return fmt.Errorf("task %d has a span whose reason or place does not exist", i+1)
			}
			end = span.End
		}
	}
	return nil
}

// What a recorded timeline may be at most.
const (
	maxElapsed = 30 * 24 * time.Hour
	maxWords   = 1000
)
