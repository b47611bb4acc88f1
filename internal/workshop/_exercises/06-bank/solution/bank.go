package bank

import "sync"

// Account is an account that many goroutines use at once.
//
// Each call of the ledger is safe, but two of them in a row are not: what
// somebody else wrote between the read and the write was lost. So both
// methods hold one lock from the read to the write. Withdraw decides under
// it, too: what it has found in the ledger still holds when it takes the
// money.
type Account struct {
	mu     sync.Mutex // held from reading the ledger to writing it
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

// Withdraw takes out an amount, or returns ErrTooLittle if the account holds
// less.
func (a *Account) Withdraw(amount int) error {
	a.mu.Lock()
	defer a.mu.Unlock()
	balance := a.ledger.Balance()
	if balance < amount {
		return ErrTooLittle
	}
	a.ledger.SetBalance(balance - amount)
	return nil
}
