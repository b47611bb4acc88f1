package bank

import "errors"

// ErrTooLittle tells that an account holds less than what should be taken
// out.
var ErrTooLittle = errors.New("the account holds too little")

// Ledger keeps the balance of an account. Its methods take time. Several
// goroutines can call them at once.
type Ledger interface {
	Balance() int
	SetBalance(balance int)
}
