// WRONG: main ends without waiting for the goroutine it started.

package demos

import (
	"context"
	"fmt"
	"io"
	"time"
)

// WrongNoWait starts a greeting and ends before its World.
func WrongNoWait(ctx context.Context, w io.Writer) error {
	greeting := Hello(w, "", time.Second)
	go greeting.Run(ctx) // nobody waits or hears of its error
	_, err := fmt.Fprintln(w, "the end")
	return err
}
