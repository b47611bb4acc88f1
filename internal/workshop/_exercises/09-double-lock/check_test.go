package canoes_test

import (
	"context"
	"errors"
	"sync"
	"testing"
	"time"

	. "practice/09-double-lock"
	"practice/internal/check"
)

func TestHire(t *testing.T) {
	all := check.Begin(t)
	all.Run("one helper", func(c *check.Case) {
		book, group := newBook(c), c.Word()
		hire := New(book)
		for want := 1; want <= Limit; want++ {
			c.Do(func() { fine(c, "Take", hire.Take(group)) })
			book.has(hire, group, want)
		}
		c.Do(func() { c.Is("the error of Take at the limit", hire.Take(group), ErrLimit) })
		other := group + "'s neighbours"
		c.Do(func() { fine(c, "Take for a group without canoes", hire.Take(other)) })
		book.has(hire, other, 1)
		book.has(hire, group, Limit)
	})
	all.Run("a book that fails", func(c *check.Case) {
		book, group := newBook(c), c.Word()
		hire := New(book)
		begin := c.Rand.IntN(Limit)
		for range begin {
			c.Do(func() { fine(c, "Take", hire.Take(group)) })
		}
		wet := errors.New("page " + c.Word() + " is wet")
		book.fail(wet, nil)
		c.Do(func() { c.Is("the error of Take when the book cannot be read", hire.Take(group), wet) })
		book.fail(nil, wet)
		c.Do(func() { c.Is("the error of Take when nothing can be written", hire.Take(group), wet) })
		book.fail(wet, nil)
		c.Do(func() {
			_, err := hire.Canoes(group)
			c.Is("the error of Canoes when the book cannot be read", err, wet)
		})
		book.fail(nil, nil)
		book.has(hire, group, begin)
		c.Do(func() { fine(c, "Take when the book is dry again", hire.Take(group)) })
		book.has(hire, group, begin+1)
	})
	all.Run("many helpers at once", func(c *check.Case) {
		book := newBook(c)
		hire := New(book)
		groups := []string{"the " + c.Word(), "a " + c.Word()}
		errs := make([]error, 2*(Limit+2+c.Rand.IntN(4)))
		c.Do(func() {
			var wg sync.WaitGroup
			for i := range errs {
				wg.Go(func() { errs[i] = hire.Take(groups[i%2]) })
			}
			wg.Wait()
		})
		for which, group := range groups {
			taken := 0
			for i, err := range errs {
				if i%2 != which {
					continue
				}
				if err == nil {
					taken++
				} else {
					c.Is("the error of Take at the limit", err, ErrLimit)
				}
			}
			if taken != Limit {
				c.Fail(check.Value, "%d helpers wanted a canoe for one group at once, and %d got one, where a group can have %d",
					len(errs)/2, taken, Limit)
			}
			book.has(hire, group, Limit)
		}
	})
	all.Run("an owner who asks while helpers write", func(c *check.Case) {
		book, group := newBook(c), c.Word()
		hire := New(book)
		c.Do(func() {
			var wg sync.WaitGroup
			wg.Go(func() {
				for range Limit {
					fine(c, "Take", hire.Take(group))
				}
			})
			wg.Go(func() {
				last := 0
				for range 2 * Limit {
					time.Sleep(book.took / 2) // so that others are at the book when it asks
					canoes, err := hire.Canoes(group)
					fine(c, "Canoes", err)
					if canoes < last || canoes > Limit {
						c.Fail(check.Value, "the group had %d canoes, and then %d, while it only took more, up to %d", last, canoes, Limit)
					}
					last = canoes
				}
			})
			wg.Wait()
		})
		book.has(hire, group, Limit)
	})
	all.Done()
}

// book is a Book that ends the check when two are at it at once.
type book struct {
	c    *check.Case
	took time.Duration // by each use

	mu                sync.Mutex // guards all below
	canoes            map[string]int
	unread, unwritten error
	at                string // what somebody does at the book now
}

func newBook(c *check.Case) *book {
	return &book{c: c, took: c.Between(100*time.Millisecond, 400*time.Millisecond, 10*time.Millisecond), canoes: map[string]int{}}
}

// fail says with which errors the book is read and written from now on.
func (b *book) fail(unread, unwritten error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.unread, b.unwritten = unread, unwritten
}

func (b *book) Read(group string) (int, error) {
	b.use("Read " + group)
	b.mu.Lock()
	defer b.mu.Unlock()
	b.at = ""
	if b.unread != nil {
		return 0, b.unread
	}
	return b.canoes[group], nil
}

func (b *book) Write(group string, canoes int) error {
	b.use("Write " + group)
	b.mu.Lock()
	defer b.mu.Unlock()
	b.at = ""
	if b.unwritten != nil {
		return b.unwritten
	}
	b.canoes[group] = canoes
	return nil
}

// use takes as long as the book does.
func (b *book) use(doing string) {
	b.mu.Lock()
	if b.at != "" {
		b.c.Fail(check.Misuse, "%q began while %q was under way: one at a time can read or write in the book", doing, b.at)
	}
	b.at = doing
	b.mu.Unlock()
	_ = b.c.Call(context.Background(), doing, b.took)
}

// fine fails if there is an error.
func fine(c *check.Case, what string, err error) {
	if err != nil {
		c.Fail(check.Value, "%s should return no error, and returned %q", what, err)
	}
}

// has fails if a group has another number of canoes, in the book or by the hire's word.
func (b *book) has(hire *Hire, group string, want int) {
	var canoes int
	var err error
	b.c.Do(func() { canoes, err = hire.Canoes(group) })
	fine(b.c, "Canoes", err)
	b.mu.Lock()
	written := b.canoes[group]
	b.mu.Unlock()
	if canoes != want || written != want {
		b.c.Fail(check.Value, "a group should have %d canoes; Canoes says %d, and the book says %d", want, canoes, written)
	}
}
