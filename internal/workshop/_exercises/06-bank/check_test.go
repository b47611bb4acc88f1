package bank_test

import (
	"fmt"
	"sync"
	"testing"
	"time"

	. "practice/06-bank"
	"practice/internal/check"
)

func TestAccount(t *testing.T) {
	all := check.Begin(t)
	all.Run("deposits", func(c *check.Case) {
		n, amount := 30+c.Rand.IntN(50), 2+c.Rand.IntN(18)
		l := newLedger(c, 0)
		account := Open(l)
		c.Do(func() {
			each(n, func(int) { account.Deposit(amount) })
		})
		l.expect(n*amount, "%d deposits of %d at once, from a balance of 0,", n, amount)
	})
	all.Run("withdrawals", func(c *check.Case) {
		amount, enough := 20+c.Rand.IntN(30), 2+c.Rand.IntN(4)
		start, n := amount*enough+c.Rand.IntN(amount), enough+2+c.Rand.IntN(6)
		l := newLedger(c, start)
		account := Open(l)
		errs := make([]error, n)
		c.Do(func() {
			each(n, func(i int) { errs[i] = account.Withdraw(amount) })
		})
		paid := 0
		for _, err := range errs {
			if err == nil {
				paid++
			} else {
				c.Is("the error of a withdrawal for which the account holds too little", err, ErrTooLittle)
			}
		}
		if paid != enough {
			c.Fail(check.Value, "of %d withdrawals of %d at once, out of %d, %d should be paid, and %d were", n, amount, start, enough, paid)
		}
		l.expect(start-enough*amount, "%d withdrawals of %d, from a balance of %d,", enough, amount, start)
	})
	all.Run("both at once", func(c *check.Case) {
		// The withdrawals are one more than a multiple of 10: whatever is lost, what is left is not the right balance.
		start, n := 2000+c.Rand.IntN(1000), 3+c.Rand.IntN(5)
		l := newLedger(c, start)
		account := Open(l)
		want, deposits, withdrawals := start, make([]int, n), make([]int, n)
		for i := range n {
			deposits[i], withdrawals[i] = 10*(1+c.Rand.IntN(20)), 10*(1+c.Rand.IntN(20))+1
			want += deposits[i] - withdrawals[i]
		}
		c.Do(func() {
			each(2*n, func(i int) {
				if i%2 == 0 {
					account.Deposit(deposits[i/2])
				} else if err := account.Withdraw(withdrawals[i/2]); err != nil {
					c.Fail(check.Value, "a withdrawal of %d from an account that always holds more returned %q", withdrawals[i/2], err)
				}
			})
		})
		l.expect(want, "%d deposits and %d withdrawals at once, from a balance of %d,", n, n, start)
	})
	all.Run("too little", func(c *check.Case) {
		start := 1 + c.Rand.IntN(100)
		l := newLedger(c, start)
		account := Open(l)
		var more, all, again error
		c.Do(func() {
			more = account.Withdraw(start + 1)
			account.Deposit(1)
			all = account.Withdraw(start + 1)
			again = account.Withdraw(1)
		})
		c.Is("the error of a withdrawal of 1 more than there is", more, ErrTooLittle)
		if all != nil {
			c.Fail(check.Value, "all that the account holds can be withdrawn, and that returned %q", all)
		}
		c.Is("the error of a withdrawal from an empty account", again, ErrTooLittle)
		l.expect(0, "to take out all that there is")
	})
	all.Done()
}

// each calls something so many times, all at once, and waits.
func each(n int, call func(i int)) {
	var wg sync.WaitGroup
	for i := range n {
		wg.Go(func() { call(i) })
	}
	wg.Wait()
}

// ledger is the Ledger of the check. It is safe to use, and slow: between a read and a write of one goroutine there is time for
// those of all others.
type ledger struct {
	c           *check.Case
	read, write time.Duration

	mu      sync.Mutex // guards the rest
	balance int
	writing int // how many are about to write: one that begins while others do ends before them, and its balance is overwritten
}

func newLedger(c *check.Case, balance int) *ledger {
	takes := func() time.Duration {
		return c.Between(100*time.Millisecond, 500*time.Millisecond, 50*time.Millisecond)
	}
	return &ledger{c: c, read: takes(), write: takes(), balance: balance}
}

func (l *ledger) Balance() int {
	balance := l.holds()
	_ = l.c.Call(l.c.Context(), "Balance", l.read) // the case outlives it
	return balance
}

func (l *ledger) SetBalance(balance int) {
	l.mu.Lock()
	takes := l.write - time.Duration(l.writing)*time.Millisecond
	l.writing++
	l.mu.Unlock()
	_ = l.c.Call(l.c.Context(), "SetBalance", takes) // the case outlives it
	l.mu.Lock()
	defer l.mu.Unlock()
	l.writing--
	l.balance = balance
}

// holds is the balance as it stands now.
func (l *ledger) holds() int {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.balance
}

// expect fails if the balance is another one than what was done should leave.
func (l *ledger) expect(want int, format string, done ...any) {
	if got := l.holds(); got != want {
		l.c.Fail(check.Value, "%s should leave a balance of %d, and it is %d", fmt.Sprintf(format, done...), want, got)
	}
}
