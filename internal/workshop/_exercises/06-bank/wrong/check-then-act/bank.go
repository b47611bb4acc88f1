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

// Deposit adds an amount to the balance.
func (a *Account) Deposit(amount int) {
	a.mu.Lock()
	defer a.mu.Unlock()
	balance := a.ledger.Balance()
	a.ledger.SetBalance(balance + amount)
}

// WRONG: between the check and the act, others have taken the money that was checked for.

// Withdraw takes out an amount, or returns ErrTooLittle if the account holds less.
func (a *Account) Withdraw(amount int) error {
	if a.balance() < amount {
		return ErrTooLittle
	}
	a.Deposit(-amount)
	return nil
}

// balance reads the ledger.
func (a *Account) balance() int {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.ledger.Balance()
}
