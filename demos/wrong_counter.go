// WRONG: goroutines read and write one counter without a lock.

package demos

import (
	"context"
	"errors"
	"fmt"
	"io"
	"sync"
	"time"
)

// WrongCounter counts 100 visits at once and loses most of them.
func WrongCounter(ctx context.Context, w io.Writer) error {
	errs := make([]error, 100)
	visits := 0
	var wg sync.WaitGroup
	for i := range errs {
		wg.Go(func() {
			seen := visits
			errs[i] = Sleep(50 * time.Millisecond).Run(ctx)
			visits = seen + 1 // undoes what others wrote since
		})
	}
	wg.Wait()
	_, err := fmt.Fprintln(w, "visits:", visits)
	return errors.Join(append(errs, err)...)
}
