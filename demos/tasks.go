package demos

import (
	"bytes"
	"context"
	"crypto/sha256"
	"database/sql"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"time"
)

// Sleep waits for d, as a stand-in for any wait.
func Sleep(d time.Duration) Task {
	return Task{"sleep", func(ctx context.Context) error {
		select {
		case <-time.After(d):
			return nil
		case <-ctx.Done(): // time.Sleep could not be woken
			return ctx.Err()
		}
	}}
}

// WriteFile writes data to a file, waits until the disk has
// it, and reads it back.
func WriteFile(path string, data []byte, sync bool) Task {
	return Task{path, func(ctx context.Context) error {
		if err := ctx.Err(); err != nil {
			return err
		}
		file, err := os.Create(path)
		if err != nil {
			return err
		}
		_, err = file.Write(data)
		if err == nil && sync {
			err = file.Sync() // the wait for the disk
		}
		back := make([]byte, len(data))
		if err == nil {
			_, err = file.ReadAt(back, 0)
		}
		if err == nil && !bytes.Equal(back, data) {
			err = errors.New("read back other bytes than written")
		}
		return errors.Join(err, file.Close())
	}}
}

// Get fetches url and reads the answer to its end.
func Get(client *http.Client, url string) Task {
	return Task{"get", func(ctx context.Context) error {
		request, err := http.NewRequestWithContext(
			ctx, http.MethodGet, url, nil)
		if err != nil {
			return err
		}
		answer, err := client.Do(request)
		if err != nil {
			return err
		}
		defer answer.Body.Close()
		// Read to its end: only then is the connection kept.
		if _, err := io.Copy(io.Discard, answer.Body); err != nil {
			return err
		}
		if answer.StatusCode != http.StatusOK {
			return fmt.Errorf("%s answered %s",
				request.URL.Redacted(), answer.Status)
		}
		return nil
	}}
}

// Visit reads a counter and writes it back one higher, in one
// transaction.
func Visit(db *sql.DB, counter int) Task {
	return Task{"visit", func(ctx context.Context) error {
		tx, err := db.BeginTx(ctx, nil)
		if err != nil {
			return err
		}
		defer tx.Rollback() // nothing, once committed
		var visits int
		row := tx.QueryRowContext(ctx,
			"SELECT visits FROM counters WHERE id = $1", counter)
		if err := row.Scan(&visits); err != nil {
			return err
		}
		if _, err := tx.ExecContext(ctx,
			"UPDATE counters SET visits = $1 WHERE id = $2",
			visits+1, counter); err != nil {
			return err
		}
		return tx.Commit()
	}}
}

// Hash computes a chain of n sums: each needs the one before, so
// nothing waits and nothing can be split.
func Hash(n int) Task {
	return Task{"hash", func(ctx context.Context) error {
		var sum [sha256.Size]byte
		for i := range n {
			if i%1024 == 0 && ctx.Err() != nil {
				return ctx.Err()
			}
			sum = sha256.Sum256(sum[:])
		}
		return nil
	}}
}
