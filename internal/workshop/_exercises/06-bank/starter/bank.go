package bank

// Account is an account that many goroutines use at once.
type Account struct {
	ledger Ledger
}

// Open returns the account whose balance stands in a ledger.
func Open(ledger Ledger) *Account {
	return &Account{ledger: ledger}
}

// Deposit adds an amount to the balance.
func (a *Account) Deposit(amount int) {
	balance := a.ledger.Balance()
	a.ledger.SetBalance(balance + amount)
}

// Withdraw takes out an amount, or returns ErrTooLittle if the account holds
// less.
func (a *Account) Withdraw(amount int) error {
	balance := a.ledger.Balance()
	if balance < amount {
		return ErrTooLittle
	}
	a.ledger.SetBalance(balance - amount)
	return nil
}
