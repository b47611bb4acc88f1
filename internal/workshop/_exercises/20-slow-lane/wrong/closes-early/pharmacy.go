package pharmacy

import "context"

// WRONG: it returns when the channel is closed, and the last customers have no answer yet.

// Serve answers the questions as they come, until the channel is closed. It returns when
// all have their answers.
func Serve(ctx context.Context, look Look, questions <-chan Question) {
	for q := range questions {
		go func() { q.Reply <- look(ctx, q.Text) }()
	}
}
