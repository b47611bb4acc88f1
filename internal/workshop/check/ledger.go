package check

import (
	"context"
	"slices"
	"strings"
	"sync"
	"time"
)

// ledger is what collaborators note.
type ledger struct {
	mu       sync.Mutex // guards all below; held for no longer than a note takes
	figures  Figures
	calls    map[string]int
	inFlight int
	late     int           // calls that began when their context had ended
	over     time.Duration // when the last Do had returned, since the case began

	// unawaited is how many calls were under way when it did, also those that were told to end.
	unawaited int
}

// Call is a call of something outside the learner's code: it is counted, and takes so much virtual time, unless ctx ends
// before.
func (c *Case) Call(ctx context.Context, name string, d time.Duration) error {
	return c.CallOn(ctx, name, d, 0)
}

// CallOn is Call, and goes on for a while longer, unless ctx ends. The check notes that beforehand, and takes no lock in it: what
// several goroutines do behind their calls then has no order but one that they make themselves, and the race detector sees it.
func (c *Case) CallOn(ctx context.Context, name string, d, longer time.Duration) error {
	span := c.begin(ctx, name)
	err := wait(ctx, d)
	if err != nil {
		longer = 0
	}
	c.end(span, longer)
	if longer == 0 {
		return err
	}
	return wait(ctx, longer)
}

// wait waits so long, or until ctx ends.
func wait(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done(): // also where both are ready
		return ctx.Err()
	default:
	}
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-timer.C:
		return nil
	}
}

// begin notes that a call begins, and returns the number of its span.
func (c *Case) begin(ctx context.Context, name string) int {
	c.mu.Lock()
	defer c.mu.Unlock()
	if ctx.Err() != nil {
		c.late++
	}
	if c.calls == nil {
		c.calls = map[string]int{}
	}
	c.calls[name]++
	c.inFlight++
	c.figures.Calls++
	c.figures.Most = max(c.figures.Most, c.inFlight)
	if len(c.figures.Spans) >= mostSpans {
		return -1
	}
	c.figures.Spans = append(c.figures.Spans, Span{Name: name, Start: c.Now(), End: -1})
	return len(c.figures.Spans) - 1
}

// mostSpans is how many calls are noted with their times; the others are only counted.
const mostSpans = 1000

// end notes that a call ends, so much later than now.
func (c *Case) end(span int, later time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.inFlight--
	if span >= 0 {
		c.figures.Spans[span].End = c.Now() + later
	}
}

// Calls is how often something was called: "Sweep" counts each call of that name, and also "Sweep room 1".
func (c *Case) Calls(name string) int {
	c.mu.Lock()
	defer c.mu.Unlock()
	calls := 0
	for called, n := range c.calls {
		if called == name || strings.HasPrefix(called, name+" ") {
			calls += n
		}
	}
	return calls
}

// InFlight is how many calls are under way now.
func (c *Case) InFlight() int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.inFlight
}

// Figures are what was counted up to now, and what the last Do took. A call that is still under way ends now.
func (c *Case) Figures() Figures {
	c.mu.Lock()
	defer c.mu.Unlock()
	f := c.figures
	f.Spans = slices.Clone(f.Spans)
	for i := range f.Spans {
		if f.Spans[i].End < 0 {
			f.Spans[i].End = max(c.Now(), f.Spans[i].Start)
		}
	}
	return f
}

// whole is Figures with the time of the whole case, as that of its calls.
func (c *Case) whole() Figures {
	f := c.Figures()
	c.mu.Lock()
	defer c.mu.Unlock()
	f.Elapsed = c.over
	return f
}
