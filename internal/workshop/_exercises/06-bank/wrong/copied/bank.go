package bank

import "sync"

// Account is an account that many goroutines use at once.
type Account struct {
	mu     sync.Mutex // held from reading the ledger to writing it
	ledger Ledger
}

// Open returns the account whose balance stands in a ledger.
func Open(ledger Ledger) *Account {
	return &Account{ledger: ledger}
}

// WRONG: the method gets a copy of the account, and so a copy of the lock.

// Deposit adds an amount to the balance.
func (a Account) Deposit(amount int) {
	a.mu.Lock()
	defer a.mu.Unlock()
	balance := a.ledger.Balance()
	a.ledger.SetBalance(balance + amount)
}

// Withdraw takes out an amount, or returns ErrTooLittle if the account holds less.
func (a Account) Withdraw(amount int) error {
	a.mu.Lock()
	defer a.mu.Unlock()
	balance := a.ledger.Balance()
	if balance < amount {
		return ErrTooLittle
	}
	a.ledger.SetBalance(balance - amount)
	return nil
}
