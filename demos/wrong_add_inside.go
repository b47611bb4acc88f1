// WRONG: Add is called inside the goroutine, so Wait can be first.

package demos

import (
	"context"
	"errors"
	"fmt"
	"io"
	"runtime"
	"sync"
	"time"
)

// WrongAddInside starts three greetings that count themselves in.
func WrongAddInside(ctx context.Context, w io.Writer) error {
	errs := make([]error, 3)
	var wg sync.WaitGroup
	greet := func(i int) {
		wg.Add(1) // too late: Wait may have found nobody
		defer wg.Done()
		errs[i] = Hello(w, "", time.Second).Run(ctx)
	}
	for i := range errs {
		go greet(i)
	}
	wg.Wait()
	_, err := fmt.Fprintln(w, "all three have greeted")
	return errors.Join(append(errs, err)...)
}

// runWrongAddInside rests and yields first: so WrongAddInside gets
// a whole time slice and reaches its Wait uninterrupted.
func runWrongAddInside(ctx context.Context, w io.Writer) error {
	if err := Sleep(10 * time.Millisecond).Run(ctx); err != nil {
		return err
	}
	runtime.Gosched()
	return WrongAddInside(ctx, w)
}
