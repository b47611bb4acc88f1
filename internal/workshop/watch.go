package workshop

import (
	"context"
	"io/fs"
	"path"
	"path/filepath"
	"strings"
	"time"

	"github.com/fsnotify/fsnotify"
)

// How a folder is watched.
const (
	settling = 50 * time.Millisecond  // editors write a file in several steps: a change counts when they are done
	polling  = 500 * time.Millisecond // where the system does not tell of changes
	seldom   = 2 * time.Second        // where it does, for what it misses: not every file system tells, and folders come and go
)

// Watch calls changed after each change of Go files in an exercise's folder since those versions, until ctx ends. What the system
// does not tell of, it looks for.
func (f *Folder) Watch(ctx context.Context, exercises []*Exercise, since Versions, changed func(e *Exercise)) {
	look := func() {
		now := f.Versions(exercises)
		for _, e := range exercises {
			if now[e] != since[e] {
				changed(e)
			}
		}
		since = now
	}
	var events <-chan fsnotify.Event
	var missed <-chan error
	every := polling
	watcher, err := fsnotify.NewWatcher()
	if err == nil {
		defer watcher.Close()
		events, missed, every = watcher.Events, watcher.Errors, seldom
	}
	ticker := time.NewTicker(every)
	defer ticker.Stop()
	for {
		if err == nil {
			for _, e := range exercises {
				_ = watcher.Add(filepath.Join(f.Dir, e.Name)) // where it is not there, the next look finds out when it is
			}
		}
		look()
		if settle(ctx, events, missed, ticker.C) != nil {
			return
		}
	}
}

// settle waits until something may have changed.
func settle(ctx context.Context, events <-chan fsnotify.Event, missed <-chan error, tick <-chan time.Time) error {
	var settled <-chan time.Time
	for {
		select {
		case <-ctx.Done():
			return ctx.Err()
		case event := <-events:
			if strings.HasSuffix(event.Name, ".go") && event.Op != fsnotify.Chmod {
				settled = time.After(settling)
			}
		case <-missed: // some changes, and so it looks at all
			settled = time.After(settling)
		case <-settled:
			return nil
		case <-tick:
			if settled == nil {
				return nil
			}
		}
	}
}

// Versions tell contents of the exercises' folders from each other, as far as times and sizes do.
type Versions map[*Exercise]version

type version struct {
	changed time.Time // the last one
	files   int
	size    int64 // of all
}

// Versions are those of the Go files in the exercises' folders now.
func (f *Folder) Versions(exercises []*Exercise) Versions {
	versions := Versions{}
	for _, e := range exercises {
		entries, _ := fs.ReadDir(f.root.FS(), e.Name) // one that is not there is a version, too
		var v version
		for _, entry := range entries {
			info, err := entry.Info()
			if err != nil || path.Ext(entry.Name()) != ".go" {
				continue
			}
			v.files++
			v.size += info.Size()
			if info.ModTime().After(v.changed) {
				v.changed = info.ModTime()
			}
		}
		versions[e] = v
	}
	return versions
}
