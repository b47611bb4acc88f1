package demos

import (
	"context"
	"database/sql"
	"errors"
	"sync"
	"time"
)

// AtRate starts a task every interval, however many of those
// before it are still at work.
func AtRate(interval time.Duration) Strategy {
	return func(ctx context.Context, tasks []Task) error {
		errs := make([]error, len(tasks))
		var wg sync.WaitGroup
		for i, task := range tasks {
			if errs[i] = ctx.Err(); errs[i] != nil {
				break
			}
			wg.Go(func() {
				arrival := Sleep(time.Duration(i) * interval)
				errs[i] = arrival.Run(ctx)
				if errs[i] == nil {
					errs[i] = task.Run(ctx)
				}
			})
		}
		wg.Wait()
		return errors.Join(errs...)
	}
}

// Query reads a counter, on a connection of the pool that db is.
func Query(db *sql.DB, counter int) Task {
	return Task{"query", func(ctx context.Context) error {
		var visits int
		// QueryRow queues for a free connection; Scan returns it.
		return db.QueryRowContext(ctx,
			"SELECT visits FROM counters WHERE id = $1", counter,
		).Scan(&visits)
	}}
}
