package pharmacy

import "context"

// Question is what a customer wants to know. The customer waits at the other
// end of Reply until there is an answer.
type Question struct {
	Text  string
	Reply chan<- string
}

// Look finds the answer to a question. Any number of goroutines may call it
// at once.
type Look func(ctx context.Context, text string) string
