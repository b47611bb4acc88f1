package lab

import (
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strconv"
	"time"

	"meanwhile/demos"
)

// openFile makes a directory for the tasks' files.
func openFile(ctx context.Context, spec Spec) (*Lab, error) {
	lab := &Lab{
		Tasks:  make([]demos.Task, spec.Tasks),
		Delays: make([]time.Duration, spec.Tasks),
	}
	dir, err := lab.scratch(spec.Dir)
	if err != nil {
		return lab.abandon(err)
	}
	lab.Real = lab.place(dir)
	if !spec.Sync {
		lab.Real = "the page cache, in memory: with --sync=false the disk is not waited for"
	}
	data := make([]byte, spec.Size)
	rand.NewChaCha8([32]byte{}).Read(data) // so that no file system can compress it away; it never fails
	for i := range lab.Tasks {
		path := filepath.Join(dir, strconv.Itoa(i))
		err := ctx.Err()
		if err == nil {
			err = os.WriteFile(path, nil, 0o600) // so that the first round is like the others
		}
		if err != nil {
			return lab.abandon(explain(err))
		}
		lab.Tasks[i] = demos.WriteFile(path, data, spec.Sync)
	}
	return lab, nil
}

// scratch makes a directory of our own inside parent, which is the user's cache directory where it is empty. Close
// removes it.
func (l *Lab) scratch(parent string) (string, error) {
	if parent == "" {
		parent = cacheDir()
	}
	dir, err := os.MkdirTemp(parent, "meanwhile-")
	if err != nil {
		return "", fmt.Errorf("cannot make files in %s (%w); name another directory with --dir", parent, err)
	}
	l.onClose(func() error { return os.RemoveAll(dir) })
	l.MemoryDisk = inMemory(dir)
	return filepath.Abs(dir) // the address of a database takes no other
}

// place says where files in dir really are.
func (l *Lab) place(dir string) string {
	if l.MemoryDisk {
		return "memory: there is no disk under " + filepath.Dir(dir)
	}
	return "the disk under " + filepath.Dir(dir)
}

// cacheDir is the user's cache directory, or the system's temporary one where the user has none.
func cacheDir() string {
	dir, err := os.UserCacheDir()
	if err == nil {
		err = os.MkdirAll(dir, 0o700)
	}
	if err != nil {
		return os.TempDir()
	}
	return dir
}
