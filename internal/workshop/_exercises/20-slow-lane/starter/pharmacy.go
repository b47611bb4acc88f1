package pharmacy

import "context"

// Serve answers the questions as they come, until the channel is closed. It
// returns when all have their answers.
func Serve(ctx context.Context, look Look, questions <-chan Question) {
	for q := range questions {
		q.Reply <- look(ctx, q.Text)
	}
}
