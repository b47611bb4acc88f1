// Package progress keeps what a learner has done, in one file, progress.json.
//
// The file is replaced as a whole: a new one is written beside it and renamed, so that whoever reads finds the old record or the
// new one, whenever a program or the machine dies. Reading takes no lock. To change it a program holds a lock on a file of its
// own, progress.json.lock, from reading to renaming, so that two programs at once lose nothing. The lock's file stays, since
// whoever removed it would give two programs a lock each; the system frees the lock itself when a program ends.
//
// The format has a version. It changes only when an older program would do harm: an older one refuses to write over the file.
// Otherwise members are added, which older programs do not know and keep as they are. A file that cannot be read is set aside,
// never deleted.
package progress

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"github.com/gofrs/flock"
)

const (
	fileName  = "progress.json"
	freshName = fileName + ".new" // one name for all: who writes it has the lock, and one left behind is replaced
	lockName  = fileName + ".lock"

	patience = 5 * time.Second // with other programs, which have the lock for some milliseconds
	pause    = 2 * time.Millisecond
)

// Dir is the folder that MEANWHILE_HOME names, else meanwhile in the folder where the system has programs keep such files.
func Dir() (string, error) {
	if home := os.Getenv("MEANWHILE_HOME"); home != "" {
		return filepath.Abs(home)
	}
	config, err := os.UserConfigDir()
	if err != nil {
		return "", &Unkept{err}
	}
	return filepath.Join(config, "meanwhile"), nil
}

// Store is the file in its folder.
type Store struct{ dir string }

// Open returns the store in a folder, which Update makes when it is missing. What is the matter with it, Read and Update tell.
func Open(dir string) *Store { return &Store{dir} }

// Path is where the record is kept.
func (s *Store) Path() string { return filepath.Join(s.dir, fileName) }

// Read returns what is kept, and an empty record beside any error: *Damaged, *Newer or *Unkept. A damaged file is set aside, so
// it is told once.
func (s *Store) Read(ctx context.Context) (Record, error) {
	root, err := os.OpenRoot(s.dir)
	if errors.Is(err, fs.ErrNotExist) {
		return empty(), nil
	}
	if err != nil {
		return empty(), &Unkept{err}
	}
	defer root.Close()
	record, _, err := load(root)
	if _, damaged := errors.AsType[*Damaged](err); !damaged {
		return record, err
	}
	unlock, lockErr := s.lock(ctx)
	if lockErr != nil {
		return record, err
	}
	defer unlock()
	record, _, err = mend(root)
	return record, err
}

// Update changes what is kept. Others wait for the change, so it should be quick. After *Damaged, too, it is kept: it was made
// to an empty record. After any other error nothing of it is on disk, and callers go on with a record in memory.
func (s *Store) Update(ctx context.Context, change func(*Record)) error {
	unlock, err := s.lock(ctx)
	if err != nil {
		return err
	}
	defer unlock()
	root, err := os.OpenRoot(s.dir)
	if err != nil {
		return &Unkept{err}
	}
	defer root.Close()
	record, earlier, problem := mend(root)
	if damaged, ok := errors.AsType[*Damaged](problem); problem != nil && (!ok || damaged.Aside == "") {
		return problem
	}
	change(&record)
	data, err := render(record, earlier)
	if err == nil {
		_, err = parse(data) // what could not be read again is not written
	}
	if err != nil {
		return fmt.Errorf("%s cannot hold what was done: %w; to begin anew, move it away", s.Path(), err)
	}
	if err := replace(root, data); err != nil {
		return &Unkept{in(root, err)}
	}
	return problem
}

// lock makes the folder and waits for the lock.
func (s *Store) lock(ctx context.Context) (unlock func(), err error) {
	if err := os.MkdirAll(s.dir, 0o700); err != nil {
		return nil, &Unkept{err}
	}
	lock := flock.New(filepath.Join(s.dir, lockName))
	bounded, cancel := context.WithTimeoutCause(ctx, patience,
		fmt.Errorf("another program has held %s for %v", lock.Path(), patience))
	defer cancel()
	_, err = lock.TryLockContext(bounded, pause)
	switch {
	case err == nil:
		return func() { _ = lock.Unlock() }, nil
	case ctx.Err() != nil:
		return nil, context.Cause(ctx)
	case bounded.Err() != nil:
		err = context.Cause(bounded)
	}
	return nil, &Unkept{err}
}

// load reads the file: the record in it, and its text.
func load(root *os.Root) (Record, []byte, error) {
	data, err := readFile(root)
	if errors.Is(err, fs.ErrNotExist) {
		return empty(), nil, nil
	}
	if err != nil {
		return empty(), nil, &Unkept{in(root, err)}
	}
	record, err := parse(data)
	path := filepath.Join(root.Name(), fileName)
	if newer, ok := errors.AsType[*Newer](err); ok {
		newer.Path = path
		return record, nil, newer
	}
	if err != nil {
		return record, nil, &Damaged{Path: path, Err: err}
	}
	return record, data, nil
}

// readFile reads a little more than a record has at most. What is no ordinary file, such as a pipe, might never end.
func readFile(root *os.Root) ([]byte, error) {
	info, err := root.Stat(fileName)
	if err != nil {
		return nil, err
	}
	if !info.Mode().IsRegular() {
		return nil, fmt.Errorf("%s is no ordinary file", fileName)
	}
	file, err := root.Open(fileName)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	return io.ReadAll(io.LimitReader(file, mostBytes+1))
}

// mend loads the file and sets it aside when it is damaged. The caller has the lock, so what was damaged a moment ago may have
// been replaced.
func mend(root *os.Root) (Record, []byte, error) {
	record, text, err := load(root)
	if damaged, ok := errors.AsType[*Damaged](err); ok {
		damaged.Aside = setAside(root)
	}
	return record, text, err
}

// setAside renames the file to a name that is free, and returns its path, or nothing when it stays where it is.
func setAside(root *os.Root) string {
	stem := fileName + ".damaged-" + time.Now().Format("20060102-150405")
	aside := stem
	for n := 2; exists(root, aside); n++ {
		aside = fmt.Sprintf("%s-%d", stem, n)
	}
	if root.Rename(fileName, aside) != nil {
		return ""
	}
	return filepath.Join(root.Name(), aside)
}

func exists(root *os.Root, name string) bool {
	_, err := root.Lstat(name)
	return err == nil
}

// replace writes a new file and gives it the name of the old one.
func replace(root *os.Root, data []byte) error {
	if err := root.Remove(freshName); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	file, err := root.OpenFile(freshName, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	_, err = file.Write(data)
	err = cmp.Or(err, file.Sync(), file.Close()) // each is called
	if err == nil {
		err = root.Rename(freshName, fileName)
	}
	if err != nil {
		_ = root.Remove(freshName) // the next one that is written replaces it, if it stays
	}
	return err
}

// in says in which folder something went wrong.
func in(root *os.Root, err error) error { return fmt.Errorf("%s: %w", root.Name(), err) }
