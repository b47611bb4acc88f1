package hut_test

import (
	"errors"
	"testing"
	"time"

	. "practice/13-timeout"
	"practice/internal/check"
)

// answering is a service that answers after some time. A call that nobody waits for any more is noted up to the limit only: it may
// go on behind Ask.
func answering(c *check.Case, after, limit time.Duration, report string, err error) Service {
	return func() (string, error) {
		within := min(after, limit)
		if ended := c.Call(c.Context(), "service", within); ended != nil {
			return "", ended
		}
		time.Sleep(after - within)
		c.Calls("service") // what Ask did when it gave up comes before the answer, for the race detector too
		return report, err
	}
}

func TestAsk(t *testing.T) {
	all := check.Begin(t)
	const once = "one answer is all that is asked for"
	all.Run("an answer in time", func(c *check.Case) {
		limit := c.Between(2*time.Second, 4*time.Second, 100*time.Millisecond)
		after := c.Between(200*time.Millisecond, limit-200*time.Millisecond, 100*time.Millisecond)
		want := c.Word()
		var got string
		var err error
		c.Do(func() { got, err = Ask(answering(c, after, limit, want, nil), limit) })
		c.Is("the error", err, nil)
		c.Same("the report", got, want)
		c.Took(after, "that is when the answer came")
		c.Called("service", 1, once)
	})
	all.Run("an answer that comes too late", func(c *check.Case) {
		limit := c.Between(2*time.Second, 4*time.Second, 100*time.Millisecond)
		after := limit + c.Between(time.Second, 10*time.Second, 100*time.Millisecond)
		var err error
		c.Do(func() { _, err = Ask(answering(c, after, limit, c.Word(), nil), limit) })
		c.Took(limit, "that is how long the hut waits")
		c.Is("the error", err, ErrNoAnswer)
		c.Called("service", 1, once)
	})
	all.Run("a line that is broken", func(c *check.Case) {
		limit := c.Between(2*time.Second, 4*time.Second, 100*time.Millisecond)
		after := c.Between(200*time.Millisecond, limit-200*time.Millisecond, 100*time.Millisecond)
		broken := errors.New("no line: " + c.Word())
		var err error
		c.Do(func() { _, err = Ask(answering(c, after, limit, "", broken), limit) })
		c.Is("the error", err, broken)
		c.Took(after, "that is when the error came")
	})
	// Nothing takes any time here: the answer is there before anybody waits for it, now and then.
	all.Run("a service that answers at once", func(c *check.Case) {
		check.Jostle(func() {
			for range 200 {
				want := c.Word()
				var got string
				var err error
				c.Do(func() { got, err = Ask(func() (string, error) { return want, nil }, time.Second) })
				if err != nil {
					c.Fail(check.Value, "the service had answered at once, and Ask returned the error %q: the answer was lost", err)
				}
				c.Same("the report", got, want)
			}
		})
	})
	all.Done()
}
