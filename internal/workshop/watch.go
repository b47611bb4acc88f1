package workshop

import (
	"context"
	"errors"
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
	polling  = 500 * time.Millisecond // where the system does not tell
)

// Watch calls changed after each change of Go files in an exercise's folder since those versions, until ctx ends. Where the system
// does not tell of changes, it looks for them.
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
	watcher, err := fsnotify.NewWatcher()
	if err == nil {
		defer watcher.Close()
		for _, e := range exercises {
			err = errors.Join(err, watcher.Add(filepath.Join(f.Dir, e.Name)))
		}
	}
	if err != nil {
		poll(ctx, look)
		return
	}
	look() // what has changed before the system began to tell
	var settled <-chan time.Time
	for {
		select {
		case <-ctx.Done():
			return
		case event, ok := <-watcher.Events:
			if !ok {
				return
			}
			if strings.HasSuffix(event.Name, ".go") && event.Op != fsnotify.Chmod {
				settled = time.After(settling)
			}
		case <-watcher.Errors: // some changes were missed: look at what is there
			settled = time.After(settling)
		case <-settled:
			settled = nil
			look()
		}
	}
}

// poll looks from time to time.
func poll(ctx context.Context, look func()) {
	ticker := time.NewTicker(polling)
	defer ticker.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
			look()
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
