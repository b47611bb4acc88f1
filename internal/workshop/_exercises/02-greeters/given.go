package greeters

// Greet greets a guest, and returns when that is done. Several can be greeted
// at once.
type Greet func(guest string)
