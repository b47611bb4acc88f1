package workshop

import (
	"context"
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

// Watch calls changed after each change of the learner's files for an exercise since a version of them, until ctx ends. Where the
// system does not tell of changes, it looks for them.
func (f *Folder) Watch(ctx context.Context, e *Exercise, since Version, changed func()) {
	watcher, err := fsnotify.NewWatcher()
	if err == nil {
		defer watcher.Close()
		err = watcher.Add(filepath.Join(f.Dir, e.Name))
	}
	if err != nil {
		f.poll(ctx, e, since, changed)
		return
	}
	if f.Version(e) != since { // before the system began to tell
		changed()
	}
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
			changed()
		}
	}
}

// poll looks for changes from time to time.
func (f *Folder) poll(ctx context.Context, e *Exercise, before Version, changed func()) {
	ticker := time.NewTicker(polling)
	defer ticker.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
			if now := f.Version(e); now != before {
				before = now
				changed()
			}
		}
	}
}

// Version tells one content of the learner's file from another, as far as times and sizes do.
type Version struct {
	changed time.Time
	size    int64
}

// Version is that of the learner's file now; the zero one where there is none.
func (f *Folder) Version(e *Exercise) Version {
	info, err := f.root.Stat(filepath.FromSlash(e.path(e.File)))
	if err != nil {
		return Version{}
	}
	return Version{info.ModTime(), info.Size()}
}
