package consumer_test

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"sync"
	"testing"
	"time"

	. "practice/26-idempotent-consumer"
	"practice/internal/check"
)

// trouble is what goes wrong with a call of the database.
type trouble string

const (
	failsBefore trouble = "had failed"
	failsAfter  trouble = "had been done, and its reply was lost"
	crash       trouble = "had been done, and the consumer crashed"
)

// errLost is the error of a call that goes wrong.
var errLost = errors.New("the connection to the database is lost")

// database is one that goes wrong once, as it is told.
type database struct {
	c   *check.Case
	one chan struct{} // holds a token while no transaction runs

	mu     sync.Mutex // guards the rest, and is never held while anybody waits
	seen   map[string]int
	litres map[string]int
	calls  int
	at     int // the call that goes wrong; 0 for none
	how    trouble
	what   string // the call that went wrong

	// When the consumer crashes, its context ends, and whatever it still calls does nothing.
	dead bool
	die  context.CancelFunc
}

func newDatabase(c *check.Case) *database {
	db := &database{c: c, one: make(chan struct{}, 1), seen: map[string]int{}, litres: map[string]int{}}
	db.one <- struct{}{}
	return db
}

// call is a call of the database that takes a while, and then does something at once, unless it goes wrong.
func (db *database) call(ctx context.Context, name string, do func()) error {
	took := db.c.Call(ctx, name, 20*time.Millisecond)
	db.mu.Lock()
	defer db.mu.Unlock()
	db.calls++
	switch {
	case db.dead:
		return errLost
	case took != nil:
		return took
	case db.calls != db.at:
		do()
		return nil
	}
	db.what = name
	switch db.how {
	case failsAfter:
		do()
	case crash:
		do()
		db.dead = true
		db.die()
	}
	return errLost
}

func (db *database) Seen(ctx context.Context, id string) (seen bool, err error) {
	err = db.call(ctx, "Seen", func() { seen = db.seen[id] > 0 })
	return seen && err == nil, err
}

func (db *database) MarkSeen(ctx context.Context, id string) error {
	return db.call(ctx, "MarkSeen", func() { db.seen[id]++ })
}

func (db *database) Credit(ctx context.Context, farm string, litres int) error {
	return db.call(ctx, "Credit", func() { db.litres[farm] += litres })
}

func (db *database) Transaction(ctx context.Context, change func(tx Books) error) error {
	select {
	case <-db.one:
	case <-ctx.Done():
		return ctx.Err()
	}
	defer func() { db.one <- struct{}{} }()
	tx := &transaction{db: db, seen: map[string]int{}, litres: map[string]int{}}
	defer func() {
		db.mu.Lock()
		defer db.mu.Unlock()
		tx.over = true
	}()
	if err := change(tx); err != nil {
		return err
	}
	db.mu.Lock()
	failed := tx.failed
	db.mu.Unlock()
	if failed {
		return errLost // as a database does, whatever change makes of it
	}
	return db.call(ctx, "commit", func() {
		for id, n := range tx.seen {
			db.seen[id] += n
		}
		for farm, litres := range tx.litres {
			db.litres[farm] += litres
		}
	})
}

// transaction is what changes at the end of it, all at once.
type transaction struct {
	db *database

	// Guarded by the database's lock.
	seen, litres map[string]int
	failed, over bool
}

func (tx *transaction) call(ctx context.Context, name string, do func()) error {
	tx.db.mu.Lock()
	over := tx.over
	tx.db.mu.Unlock()
	if over {
		tx.db.c.Fail(check.Misuse, "%s was called on the books of a transaction that was over", name)
	}
	err := tx.db.call(ctx, name, do)
	if err != nil {
		tx.db.mu.Lock()
		tx.failed = true
		tx.db.mu.Unlock()
	}
	return err
}

func (tx *transaction) Seen(ctx context.Context, id string) (seen bool, err error) {
	err = tx.call(ctx, "Seen", func() { seen = tx.db.seen[id]+tx.seen[id] > 0 })
	return seen && err == nil, err
}

func (tx *transaction) MarkSeen(ctx context.Context, id string) error {
	return tx.call(ctx, "MarkSeen", func() { tx.seen[id]++ })
}

func (tx *transaction) Credit(ctx context.Context, farm string, litres int) error {
	return tx.call(ctx, "Credit", func() { tx.litres[farm] += litres })
}

// deliver hands a note to a consumer, and tells whether that acknowledges it.
func (db *database) deliver(note Note) (acknowledged bool) {
	ctx, cancel := context.WithCancel(db.c.Context())
	defer cancel()
	db.mu.Lock()
	db.dead, db.die = false, cancel // only a single consumer crashes
	db.mu.Unlock()
	err := Handle(ctx, db, note)
	db.mu.Lock()
	defer db.mu.Unlock()
	return err == nil && !db.dead
}

// until delivers a note until it is acknowledged, and returns how often.
func (db *database) until(note Note) int {
	const most = 5
	for i := range most {
		if db.deliver(note) {
			return i + 1
		}
	}
	db.c.Fail(check.Value, "a note came %d times, and Handle never returned nil, though only one call of the database went wrong", most)
	return most
}

// other is a consumer on another machine, which does as it should.
func (db *database) other(note Note) {
	ctx := db.c.Context()
	err := db.Transaction(ctx, func(tx Books) error {
		seen, err := tx.Seen(ctx, note.ID)
		if err != nil || seen {
			return err
		}
		return errors.Join(tx.Credit(ctx, note.Farm, note.Litres), tx.MarkSeen(ctx, note.ID))
	})
	if err != nil {
		db.c.Fail(check.Value, "another consumer could not credit its note: %v", err)
	}
}

// credited fails if a farm has another credit than that of its notes.
func (db *database) credited(notes []Note, after string) {
	want := map[string]int{}
	for _, note := range notes {
		want[note.Farm] += note.Litres
	}
	db.mu.Lock()
	got := maps.Clone(db.litres)
	db.mu.Unlock()
	for _, farm := range slices.Sorted(maps.Keys(want)) {
		have := got[farm]
		delete(got, farm)
		if have == want[farm] {
			continue
		}
		was := "credited more than once"
		if have < want[farm] {
			was = "lost"
		}
		db.c.Fail(check.Value, "%s: the farm %s brought %d litres, and %d are in the books: a note was %s", after, farm, want[farm], have, was)
	}
	for farm, litres := range got {
		db.c.Fail(check.Value, "%s: %d litres are in the books for the farm %s, which has brought none", after, litres, farm)
	}
}

// numbered is a note that nobody knows beforehand.
func numbered(c *check.Case, i int) Note {
	return Note{fmt.Sprintf("note %s-%d", c.Word(), i), fmt.Sprintf("%s-%d", c.Word(), i), 20 + c.Rand.IntN(400)}
}

func TestHandle(t *testing.T) {
	all := check.Begin(t)
	all.Run("notes that come again", func(c *check.Case) {
		db := newDatabase(c)
		first, second := numbered(c, 1), numbered(c, 2)
		same := first // the farm brings as much the next day
		same.ID = numbered(c, 3).ID
		notes := []Note{first, second, same}
		c.Do(func() {
			for range 3 {
				for _, note := range notes {
					db.until(note)
				}
			}
		})
		db.credited(notes, "every note came 3 times, one after the other")
	})

	// Whatever call goes wrong, and however.
	all.Run("a crash", func(c *check.Case) {
		troubles := []trouble{crash, failsAfter, failsBefore}
		c.Do(func() {
			for _, how := range troubles {
				for at := 1; ; at++ {
					if at > mostCalls {
						c.Fail(check.Calls, "one note takes more than %d calls of the database, and 4 are enough", mostCalls)
					}
					db := newDatabase(c)
					db.at, db.how = at, how
					note := numbered(c, at)
					deliveries := db.until(note)
					if db.what == "" {
						break // it does not make so many calls
					}
					said := fmt.Sprintf("%s %s, and the note came again", db.what, how)
					if deliveries == 1 {
						said = fmt.Sprintf("%s %s, and Handle acknowledged the note all the same", db.what, how)
					}
					db.credited([]Note{note}, said)
					db.until(note)
					db.credited([]Note{note}, said+", and then a copy of it")
				}
			}
		})
	})

	all.Run("copies at the same time", func(c *check.Case) {
		db := newDatabase(c)
		var notes []Note
		for i := range 3 {
			notes = append(notes, numbered(c, i))
		}
		c.Do(func() {
			var consumers sync.WaitGroup
			for range 3 {
				for _, note := range notes {
					consumers.Go(func() { db.until(note) })
				}
			}
			consumers.Wait()
		})
		db.credited(notes, "every note came to 3 consumers at the same time")
	})
	// A lock of this consumer's is none of the other one's: what both use is the database.
	all.Run("another consumer with a copy", func(c *check.Case) {
		c.Do(func() {
			for i := range 10 {
				db, note := newDatabase(c), numbered(c, i)
				var consumers sync.WaitGroup
				consumers.Go(func() { db.until(note) })
				consumers.Go(func() {
					time.Sleep(time.Duration(i) * 10 * time.Millisecond) // half a call of the database later each time
					db.other(note)
				})
				consumers.Wait()
				db.credited([]Note{note}, "a consumer on another machine had a copy at the same time")
			}
		})
	})
	all.Done()
}

// mostCalls is how many calls of the database one note takes at most, with what a careful consumer might try again.
const mostCalls = 50
