package workshop

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strings"
	"time"
)

// Folder is where a learner works on the exercises: a module, with a folder for each of them.
type Folder struct {
	// Dir is its path, from the root of the file system.
	Dir string

	root *os.Root
}

// errNoFolder tells that there are no exercises to work on.
var errNoFolder = errors.New("there is no folder of exercises here; 'meanwhile practice init' writes one")

// OpenFolder opens the folder of exercises in which dir lies or, where it lies in none, the one at last.
func OpenFolder(dir, last string) (*Folder, error) {
	dir, err := filepath.Abs(dir)
	if err != nil {
		return nil, err
	}
	if around := Enclosing(dir); around != "" {
		return openAt(around)
	}
	if last != "" && isPractice(last) {
		return openAt(last)
	}
	return nil, errNoFolder
}

// Enclosing is the folder of exercises in which an absolute path lies, or that it is; empty where it lies in none.
func Enclosing(dir string) string {
	for at := dir; ; at = filepath.Dir(at) {
		if isPractice(at) {
			return at
		}
		if at == filepath.Dir(at) {
			return ""
		}
	}
}

// isPractice tells whether a folder has the module that Init writes.
func isPractice(dir string) bool {
	data, err := os.ReadFile(filepath.Join(dir, "go.mod"))
	first, _, _ := strings.Cut(moduleFile, "\n")
	line, _, _ := bytes.Cut(data, []byte("\n"))
	return err == nil && strings.TrimSpace(string(line)) == first
}

func openAt(dir string) (*Folder, error) {
	root, err := os.OpenRoot(dir)
	if err != nil {
		return nil, fmt.Errorf("the folder of exercises cannot be opened: %w", err)
	}
	return &Folder{dir, root}, nil
}

// Close gives the folder back.
func (f *Folder) Close() error { return f.root.Close() }

// Init writes the exercises into a folder, and returns it, with the names of the files that it has written. A file that is there
// already stays as it is.
func Init(dir string, exercises []*Exercise) (folder *Folder, written []string, err error) {
	dir, err = filepath.Abs(dir)
	if err != nil {
		return nil, nil, err
	}
	if around := Enclosing(filepath.Dir(dir)); around != "" {
		return nil, nil, fmt.Errorf("%s lies in %s, which has the exercises already; name a folder elsewhere", dir, around)
	}
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return nil, nil, fmt.Errorf("the exercises cannot be written: %w; name a folder that can be written to", err)
	}
	if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil && !isPractice(dir) {
		return nil, nil, fmt.Errorf("%s has another Go module in it; name a folder that is empty or new", dir)
	}
	folder, err = openAt(dir)
	if err != nil {
		return nil, nil, err
	}
	pages := []page{{"go.mod", []byte(moduleFile)}, {"README.md", readme(exercises)}}
	for _, e := range exercises {
		pages = append(pages, e.pages()...)
	}
	for _, page := range pages {
		fresh, err := folder.write(page)
		if err != nil {
			return folder, written, fmt.Errorf("%s cannot be written: %w; name a folder that can be written to", page.name, err)
		}
		if fresh {
			written = append(written, page.name)
		}
	}
	return folder, written, nil
}

// page is a file of the folder.
type page struct {
	name string
	text []byte
}

// pages are the files of an exercise that a learner has before them.
func (e *Exercise) pages() []page {
	story := fmt.Sprintf("# %d. %s\n\n%s\n\nYour file is `%s`. `meanwhile practice check %s` checks it, and `meanwhile practice hint %s` helps, a "+
		"step at a time.\n", e.Number, e.Title, e.Story, e.File, e.Short(), e.Short())
	pages := []page{{e.path("README.md"), []byte(story)}, {e.path(e.File), e.Starter}}
	if e.Given != nil {
		pages = append(pages, page{e.path(givenFile), e.Given})
	}
	return pages
}

// readme says what the folder is.
func readme(exercises []*Exercise) []byte {
	var b strings.Builder
	b.WriteString("# Exercises in concurrency\n\n" +
		"Each folder is an exercise: its README.md says what there is to do, and one Go file is yours. `given.go`, where there is\n" +
		"one, is what your code is given; a check uses its own copy of it.\n\n" +
		"- `meanwhile practice check NAME` checks your file. It runs in virtual time, so that the seconds in a solution take none.\n" +
		"- `meanwhile practice hint NAME` gives a hint, a step further each time.\n" +
		"- `meanwhile practice list` says how far you are.\n\n" +
		"A check proves that a solution is concurrent. It is not proof against cheating.\n\n")
	for _, e := range exercises {
		fmt.Fprintf(&b, "- [%s](%s/README.md): %s\n", e.Name, e.Name, e.Title)
	}
	return []byte(b.String())
}

// write writes a file, unless there is one.
func (f *Folder) write(p page) (fresh bool, err error) {
	name := filepath.FromSlash(p.name)
	if err := f.root.MkdirAll(filepath.Dir(name), 0o755); err != nil {
		return false, err
	}
	file, err := f.root.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o644)
	if errors.Is(err, fs.ErrExist) {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	_, err = file.Write(p.text)
	return true, errors.Join(err, file.Close())
}

// Attempt reads the learner's code for an exercise. An outcome says what is wrong with it before anything runs.
func (f *Folder) Attempt(e *Exercise) (Attempt, *Outcome, error) {
	root, err := f.root.OpenRoot(e.Name)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, e.short(Missing, e.Name+" is not there", "'meanwhile practice init' writes what is missing"), nil
	}
	if err != nil {
		return nil, e.short(Unread, fmt.Sprintf("the folder %s cannot be opened: %v", e.Name, errors.Unwrap(err)), "look at its permissions"), nil
	}
	defer root.Close()
	return readAttempt(root, e)
}

// Place is a place in the folder, as an editor follows it from anywhere.
func (f *Folder) Place(place string) string { return filepath.Join(f.Dir, filepath.FromSlash(place)) }

// Begun tells whether the learner's file is another one than the starter.
func (f *Folder) Begun(e *Exercise) bool {
	text, err := fs.ReadFile(f.root.FS(), e.path(e.File))
	return f.there(e.path(e.File)) && (err != nil || !bytes.Equal(text, e.Starter))
}

// Anew tells whether the learner's file is there, as it begins.
func (f *Folder) Anew(e *Exercise) bool { return f.there(e.path(e.File)) && !f.Begun(e) }

// ChangedLast is the exercise of these whose file was changed last, of those that are begun; nil where none is.
func (f *Folder) ChangedLast(exercises []*Exercise) *Exercise {
	var last *Exercise
	var at time.Time
	for _, e := range exercises {
		info, err := f.root.Lstat(filepath.FromSlash(e.path(e.File)))
		if err == nil && info.ModTime().After(at) && f.Begun(e) {
			last, at = e, info.ModTime()
		}
	}
	return last
}

// mostBackups is how many files of a name are set aside.
const mostBackups = 100

// Reset puts the starter in place of the learner's file, and what was given back as it was. It returns what the learner's file is
// called now; nothing where there was none, or no change in it.
func (f *Folder) Reset(e *Exercise) (aside string, err error) {
	defer func() {
		if err != nil {
			err = fmt.Errorf("%s cannot begin anew: %w", e.Name, err)
		}
	}()
	if f.Begun(e) {
		if aside, err = f.setAside(e.path(e.File)); err != nil {
			return "", err
		}
	}
	if err := f.root.Remove(filepath.FromSlash(e.path(givenFile))); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return aside, err
	}
	for _, page := range e.pages() {
		if _, err := f.write(page); err != nil {
			return aside, err
		}
	}
	return aside, nil
}

// setAside renames a file to the first name that is free for it.
func (f *Folder) setAside(name string) (aside string, err error) {
	for i := range mostBackups {
		aside = fmt.Sprintf("%s.before-%d", name, i+1)
		if !f.there(aside) {
			return aside, f.root.Rename(filepath.FromSlash(name), filepath.FromSlash(aside))
		}
	}
	return "", fmt.Errorf("%d files are set aside already; remove some named %s.before-", mostBackups, path.Base(name))
}

// there tells whether a name is taken, by whatever.
func (f *Folder) there(name string) bool {
	_, err := f.root.Lstat(filepath.FromSlash(name))
	return !errors.Is(err, fs.ErrNotExist)
}
