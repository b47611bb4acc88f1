package bank

import "sync"

// Account is an account that many goroutines use at once.
type Account struct {
	mu     sync.Mutex // guards the ledger
	ledger Ledger
}

// Open returns the account whose balance stands in a ledger.
func Open(ledger Ledger) *Account {
	return &Account{ledger: ledger}
}

// WRONG: each step has the lock, and between two steps everybody can come in.

// Deposit adds an amount to the balance.
func (a *Account) Deposit(amount int) {
	a.setBalance(a.balance() + amount)
}

// Withdraw takes out an amount, or returns ErrTooLittle if the account holds less.
func (a *Account) Withdraw(amount int) error {
	balance := a.balance()
	if balance < amount {
		return ErrTooLittle
	}
	a.setBalance(balance - amount)
	return nil
}

// balance reads the ledger.
func (a *Account) balance() int {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.ledger.Balance()
}

// setBalance writes the ledger.
func (a *Account) setBalance(balance int) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.ledger.SetBalance(balance)
}
