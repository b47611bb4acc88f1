package prove

import "context"

// Limiter lets at most so many jobs run at once.
type Limiter interface {
	// Do runs job as soon as fewer jobs run than the limit, and returns nil
	// when job has returned. Those who wait get their turns in any order. If
	// ctx ends before that, Do returns ctx's error at that moment, job never
	// runs, and the others are served as if it had never come.
	Do(ctx context.Context, job func()) error
}
