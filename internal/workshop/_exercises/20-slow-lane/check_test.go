package pharmacy_test

import (
	"context"
	"slices"
	"sync"
	"testing"
	"time"

	. "practice/20-slow-lane"
	"practice/internal/check"
)

// customer asks a question at a moment, and takes as long as the answer takes.
type customer struct {
	at, takes time.Duration
	text      string
	answer    string

	got      string
	answered bool
	waited   time.Duration
}

// visit runs Serve with customers who all come, each at their time.
func visit(c *check.Case, customers []*customer) {
	asked := map[string]*customer{}
	for _, guest := range customers {
		guest.text, guest.answer = c.Word()+"?", c.Word()
		for asked[guest.text] != nil {
			guest.text = c.Word() + "?"
		}
		asked[guest.text] = guest
	}
	look := func(ctx context.Context, text string) string {
		guest := asked[text]
		if guest == nil {
			c.Fail(check.Misuse, "look was called for %q, which nobody has asked", text)
		}
		c.From(ctx, "look")
		if guest.takes == 0 { // it is known
			return guest.answer
		}
		if err := c.Call(ctx, text, guest.takes); err != nil {
			return "not found"
		}
		return guest.answer
	}
	questions := make(chan Question)
	over := make(chan struct{}) // Serve has returned
	var came, gone sync.WaitGroup
	for _, guest := range customers {
		came.Add(1)
		gone.Go(func() {
			reply := make(chan string)
			time.Sleep(guest.at)
			began := c.Now()
			select {
			case questions <- Question{Text: guest.text, Reply: reply}:
				came.Done()
			case <-over:
				came.Done()
				return
			}
			check.Turn()
			select {
			case guest.got = <-reply:
				guest.answered, guest.waited = true, c.Now()-began
			case <-over:
			}
		})
	}
	go func() {
		came.Wait()
		close(questions)
	}()
	c.Do(func() { Serve(c.Context(), look, questions) })
	close(over)
	gone.Wait()
	for _, guest := range customers {
		switch {
		case !guest.answered:
			c.Fail(check.Value, "Serve returned, and a customer who asked %q after %s has no answer", guest.text, guest.at)
		case guest.got != guest.answer:
			c.Fail(check.Value, "the answer to %q should be %q, and came out as %q", guest.text, guest.answer, guest.got)
		}
	}
	// The one who waited most in vain says most.
	worst := slices.MaxFunc(customers, func(a, b *customer) int { return int((a.waited - a.takes) - (b.waited - b.takes)) })
	switch {
	case worst.waited > worst.takes:
		c.Fail(check.Elapsed, "a question that takes %s was answered after %s of virtual time, because it waited for others; alone it takes %s",
			worst.takes, worst.waited, worst.takes)
	case worst.waited < worst.takes:
		c.Fail(check.Elapsed, "a question that takes %s was answered after %s: nobody can have looked", worst.takes, worst.waited)
	}
	for _, guest := range customers {
		if guest.takes > 0 {
			c.Called(guest.text, 1, "each question is looked up once")
		}
	}
}

func TestServe(t *testing.T) {
	all := check.Begin(t)
	short := func(c *check.Case, from time.Duration) *customer {
		return &customer{at: from + c.Between(0, 2*time.Second, 50*time.Millisecond), takes: c.Between(100*time.Millisecond, 400*time.Millisecond, 100*time.Millisecond)}
	}
	all.Run("one long question", func(c *check.Case) {
		customers := []*customer{{takes: c.Between(5*time.Second, 9*time.Second, time.Second)}}
		for range 3 + c.Rand.IntN(3) {
			customers = append(customers, short(c, 500*time.Millisecond))
		}
		visit(c, customers)
	})
	all.Run("a full shop", func(c *check.Case) {
		var customers []*customer
		for range 25 {
			customers = append(customers, &customer{at: c.Between(0, time.Second, 100*time.Millisecond), takes: c.Between(20*time.Second, 60*time.Second, time.Second)})
		}
		for range 5 { // all at once
			customers = append(customers, &customer{at: 3 * time.Second, takes: c.Between(100*time.Millisecond, 400*time.Millisecond, 100*time.Millisecond)})
		}
		visit(c, customers)
	})
	// Others come between any two steps: an answer is there before the customer listens.
	all.Run("answers that are known", func(c *check.Case) {
		check.Jostle(func() {
			for range 100 {
				visit(c, []*customer{{}, {}, {}})
			}
		})
	})
	all.Done()
}
