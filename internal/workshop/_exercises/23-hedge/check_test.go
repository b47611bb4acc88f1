package hedge_test

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	. "practice/23-hedge"
	"practice/internal/check"
)

// replies is what a replica does: it answers, or fails, after so long a time.
type replies struct {
	after time.Duration
	text  string
	err   error
}

// ask is of replicas that do what they have to.
func ask(c *check.Case, first, second replies) Ask {
	return func(ctx context.Context, replica Replica) (string, error) {
		does := first
		switch replica {
		case First:
		case Second:
			does = second
		default:
			c.Fail(check.Misuse, "it asked the replica %q, and there are %q and %q", replica, First, Second)
		}
		if err := c.Call(ctx, string(replica), does.after); err != nil {
			return "", err
		}
		return does.text, does.err
	}
}

// answered fails if there was an error, though a replica has answered.
func answered(c *check.Case, err error) {
	if err != nil {
		c.Fail(check.Value, "no replica has failed, and it came out with the error %q", err)
	}
}

func TestDepartures(t *testing.T) {
	all := check.Begin(t)
	const step = 10 * time.Millisecond
	quick := func(c *check.Case) time.Duration { return c.Between(30*time.Millisecond, 90*time.Millisecond, step) }
	delay := func(c *check.Case) time.Duration { return c.Between(100*time.Millisecond, 300*time.Millisecond, step) }
	slow := func(c *check.Case) time.Duration {
		return c.Between(2*time.Second, 5*time.Second, 100*time.Millisecond)
	}

	// once notes that no replica is asked twice, nor after the answer is there.
	once := func(c *check.Case, second int, because string) {
		time.Sleep(time.Minute)
		c.Called(string(First), 1, "a replica is asked once")
		c.Called(string(Second), second, because)
	}

	all.Run("the first replica is slow", func(c *check.Case) {
		want := c.Word()
		first, second, wait := slow(c), quick(c), delay(c)
		var got string
		var err error
		c.Do(func() {
			got, err = Departures(c.Context(), ask(c, replies{first, c.Word(), nil}, replies{second, want, nil}), wait)
		})
		answered(c, err)
		c.Took(wait+second, "the second replica is asked after "+wait.String()+", and answers "+second.String()+" later")
		c.Same("the answer", got, want)
		once(c, 1, "the first one has not answered before the delay was over")
	})

	all.Run("the first replica is quick", func(c *check.Case) {
		want := c.Word()
		first, wait := quick(c), delay(c)
		var got string
		var err error
		c.Do(func() {
			got, err = Departures(c.Context(), ask(c, replies{first, want, nil}, replies{step, c.Word(), nil}), wait)
		})
		once(c, 0, "the first one has answered before the delay was over, and another question is load for nothing")
		answered(c, err)
		c.Same("the answer", got, want)
		c.Took(first, "that is when the first replica answers")
	})

	all.Run("the first replica is soon there", func(c *check.Case) {
		want := c.Word()
		wait, second := delay(c), slow(c)
		first := wait + quick(c)
		var got string
		var err error
		c.Do(func() {
			got, err = Departures(c.Context(), ask(c, replies{first, want, nil}, replies{second, c.Word(), nil}), wait)
		})
		answered(c, err)
		c.Took(first, "the first replica answers soon after the second one is asked, and the answer that comes first counts")
		c.Same("the answer", got, want)
		once(c, 1, "the first one has not answered before the delay was over")
	})

	all.Run("a replica fails", func(c *check.Case) {
		want := c.Word()
		wait := delay(c)
		lost := errors.New(c.Word() + " is out of order")
		var got string
		var err error
		question := ask(c, replies{wait + quick(c), "", lost}, replies{slow(c), want, nil})
		c.Do(func() { got, err = Departures(c.Context(), question, wait) })
		if err != nil {
			c.Fail(check.Value, "the first replica failed with %q, and that came out although the second one answers later: an error is no answer", err)
		}
		c.Same("the answer", got, want)
		once(c, 1, "the first one has not answered before the delay was over")
	})

	all.Run("a replica fails at once", func(c *check.Case) {
		want := c.Word()
		wait, first, second := delay(c), quick(c), quick(c)
		lost := errors.New(c.Word() + " is out of order")
		var got string
		var err error
		question := ask(c, replies{first, "", lost}, replies{second, want, nil})
		c.Do(func() { got, err = Departures(c.Context(), question, wait) })
		if err != nil {
			c.Fail(check.Value, "the first replica failed with %q, and that came out although the second one answers: an error is no answer", err)
		}
		c.Same("the answer", got, want)
		// Whether the second one is asked when the first one fails or when the delay is over is left open.
		if took := c.Figures().Elapsed; took > wait+second {
			c.Fail(check.Elapsed, "it took %s of virtual time, and should take %s at most: the delay, and the second replica's answer", took, wait+second)
		}
		once(c, 1, "the first one has failed")
	})

	all.Run("both replicas fail", func(c *check.Case) {
		wait, first, second := delay(c), quick(c), slow(c)
		lost, gone := errors.New(c.Word()+" is out of order"), errors.New(c.Word()+" does not answer")
		var err error
		question := ask(c, replies{wait + first, "", lost}, replies{second, "", gone})
		c.Do(func() { _, err = Departures(c.Context(), question, wait) })
		if !errors.Is(err, lost) && !errors.Is(err, gone) {
			c.Fail(check.Value, "both replicas failed, so the error should be one of theirs, and came out as %q", fmt.Sprint(err))
		}
		once(c, 1, "the first one has not answered before the delay was over")
	})

	// The passenger leaves: before the delay is over, and after it.
	for _, late := range []bool{false, true} {
		all.Run("nobody waits any more", func(c *check.Case) {
			wait := delay(c)
			patience, second, because := wait-quick(c), 0, "its context had ended before the delay was over"
			if late {
				patience, second, because = wait+quick(c), 1, "the first one has not answered before the delay was over"
			}
			ctx, cancel := context.WithTimeout(c.Context(), patience)
			defer cancel()
			var err error
			question := ask(c, replies{slow(c), c.Word(), nil}, replies{slow(c), c.Word(), nil})
			c.Do(func() { _, err = Departures(ctx, question, wait) })
			c.Took(patience, "that is when its context ends")
			c.Is("the error", err, context.DeadlineExceeded)
			once(c, second, because)
			c.NoneLate("once the context has ended, nobody is asked any more")
		})
	}
	all.Done()
}
