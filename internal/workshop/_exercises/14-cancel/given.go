package guide

import "context"

// Service does something with a text, and returns what came of it. When ctx
// ends before, it stops, and returns ctx.Err().
type Service func(ctx context.Context, text string) (string, error)
