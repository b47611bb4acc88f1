package demos

import (
	"context"
	"fmt"
	"io"
	"time"
)

// Hello says Hello, pauses, and says World.
func Hello(w io.Writer, tag string, delay time.Duration) Task {
	return Task{"hello" + tag, func(ctx context.Context) error {
		if _, err := fmt.Fprintln(w, "Hello"+tag); err != nil {
			return err
		}
		if err := Sleep(delay).Run(ctx); err != nil {
			return err
		}
		_, err := fmt.Fprintln(w, "World"+tag)
		return err
	}}
}

// HelloCoroutine says Hello, yields how long it wants to wait, and
// says World once it is resumed: Python's async def.
func HelloCoroutine(
	w io.Writer, tag string, delay time.Duration, err *error,
) Coroutine {
	return func(yield func(time.Duration) bool) {
		if _, *err = fmt.Fprintln(w, "Hello"+tag); *err != nil {
			return
		}
		if !yield(delay) { // await asyncio.sleep(delay)
			return // cancelled
		}
		_, *err = fmt.Fprintln(w, "World"+tag)
	}
}
