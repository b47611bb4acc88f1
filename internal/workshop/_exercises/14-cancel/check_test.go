package guide_test

import (
	"context"
	"errors"
	"sync"
	"testing"
	"time"

	. "practice/14-cancel"
	"practice/internal/check"
)

// castle has the two services.
type castle struct {
	c *check.Case

	finds, translates time.Duration // how long each takes
	broken            error         // what find returns

	mu    sync.Mutex // guards the rest
	given map[string]context.Context
}

func newCastle(c *check.Case, finds, translates time.Duration) *castle {
	return &castle{c: c, finds: finds, translates: translates, given: map[string]context.Context{}}
}

func (m *castle) serve(ctx context.Context, name string, takes time.Duration) error {
	m.mu.Lock()
	m.given[name] = ctx
	m.mu.Unlock()
	return m.c.Call(ctx, name, takes)
}

func (m *castle) find(ctx context.Context, exhibit string) (string, error) {
	if err := m.serve(ctx, "find", m.finds); err != nil {
		return "", err
	}
	return "about " + exhibit, m.broken
}

func (m *castle) translate(ctx context.Context, text string) (string, error) {
	if err := m.serve(ctx, "translate", m.translates); err != nil {
		return "", err
	}
	return "in other words: " + text, nil
}

// released fails if a context that a service was given is still alive. The visitor's is: he stays for the whole case.
func (m *castle) released() {
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, name := range []string{"find", "translate"} {
		if ctx := m.given[name]; ctx != nil && ctx.Err() == nil {
			m.c.Fail(check.Leak, "Explain has returned, and the context that %s was given still lives, with its timer: nobody has "+
				"cancelled it", name)
		}
	}
}

func TestExplain(t *testing.T) {
	all := check.Begin(t)
	const slow = 10 * time.Second
	const useless = "the time was over before"
	limits := func(c *check.Case) time.Duration {
		return c.Between(2*time.Second, 3*time.Second, 100*time.Millisecond)
	}

	all.Run("a slow search", func(c *check.Case) {
		m, limit := newCastle(c, slow, slow), limits(c)
		var err error
		c.Do(func() { _, err = Explain(c.Context(), Service(m.find), Service(m.translate), c.Word(), limit) })
		c.Took(limit, "then the limit is over")
		c.Is("the error", err, context.DeadlineExceeded)
		c.Called("find", 1, "there is one exhibit")
		c.Called("translate", 0, useless)
		m.released()
	})
	all.Run("a visitor who walks on", func(c *check.Case) {
		m, limit := newCastle(c, slow, slow), limits(c)
		leaves := c.Between(200*time.Millisecond, limit-200*time.Millisecond, 100*time.Millisecond)
		ctx, leave := context.WithCancel(c.Context())
		defer leave()
		var err error
		c.Do(func() {
			time.AfterFunc(leaves, leave)
			_, err = Explain(ctx, m.find, m.translate, c.Word(), limit)
		})
		c.Took(leaves, "then the visitor walked on")
		c.Is("the error", err, context.Canceled)
		c.Called("translate", 0, useless)
	})
	all.Run("a slow translation", func(c *check.Case) {
		limit := limits(c)
		m := newCastle(c, c.Between(limit/4, limit/2, 50*time.Millisecond), slow)
		var err error
		c.Do(func() { _, err = Explain(c.Context(), m.find, m.translate, c.Word(), limit) })
		c.Took(limit, "find and translate share the limit")
		c.Is("the error", err, context.DeadlineExceeded)
		c.Called("translate", 1, "the text was found in time")
		m.released()
	})
	all.Run("a quiet morning", func(c *check.Case) {
		limit := limits(c)
		m := newCastle(c, c.Between(100*time.Millisecond, limit/3, 50*time.Millisecond),
			c.Between(100*time.Millisecond, limit/3, 50*time.Millisecond))
		exhibit := c.Word()
		var got string
		var err error
		c.Do(func() { got, err = Explain(c.Context(), m.find, m.translate, exhibit, limit) })
		c.Is("the error", err, nil)
		c.Same("the text", got, "in other words: about "+exhibit)
		c.Took(m.finds+m.translates, "the translation needs the text")
		m.released()
	})
	all.Run("an exhibit that is not there", func(c *check.Case) {
		m := newCastle(c, c.Between(100*time.Millisecond, time.Second, 50*time.Millisecond), slow)
		m.broken = errors.New("nobody knows the " + c.Word())
		var err error
		c.Do(func() { _, err = Explain(c.Context(), m.find, m.translate, c.Word(), limits(c)) })
		c.Is("the error", err, m.broken)
		c.Called("translate", 0, "there is no text")
		m.released()
	})
	all.Done()
}
