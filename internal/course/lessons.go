package course

import (
	"bytes"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"regexp"
	"slices"
	"strings"

	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/text"
)

//go:embed lessons/*/lesson.md glossary.md
var files embed.FS

// Folder is where the lessons of the course stand in the source.
const Folder = "internal/course/lessons"

// Files are the lessons of the course, as they stand in Folder.
func Files() fs.FS {
	lessons, err := fs.Sub(files, "lessons")
	if err != nil {
		panic(err) // the pattern above says otherwise
	}
	return lessons
}

// Lessons are those of the course.
func Lessons() ([]*Lesson, error) {
	lessons, faults := Load(Files(), Folder)
	return lessons, faultsError(faults)
}

// Coming are the lessons behind so many that are not written yet, by their titles.
func Coming(have int) []string {
	titles := []string{
		"Hello, sleep, World", "Two at once", "Order is not promised", "Waiting or working", "Database, network, file",
		"The server that continues", "Bounded concurrency", "Pools and Little's law", "Timeouts and cancellation", "When one fails",
		"Races", "Channels, pipelines, select", "Deadlock", "Leaks and a million tasks", "Prove it: synctest",
		"Limits: Amdahl and the USL", "Queues", "Share, limit, retry", "Tails and hedging", "Drain, then beyond one machine",
	}
	return titles[min(have, len(titles)):]
}

// folderName is how lessons' folders are named.
var folderName = regexp.MustCompile(`^[0-9]{2,3}-[a-z0-9]+(-[a-z0-9]+)*$`)

// lessonFile is the one file of a lesson's folder, and maxLessons how many are read.
const (
	lessonFile = "lesson.md"
	maxLessons = 200
)

// Load reads the lessons in a folder, or the one that it is. shown is what the folder is called in faults.
func Load(folder fs.FS, shown string) ([]*Lesson, []Fault) {
	if _, err := fs.Stat(folder, lessonFile); err == nil {
		lesson, faults := load(folder, lessonFile, path.Join(shown, lessonFile))
		lesson.Name, lesson.Key, lesson.Number = path.Base(shown), path.Base(shown), 1
		return []*Lesson{lesson}, faults
	}
	entries, err := fs.ReadDir(folder, ".")
	if err != nil {
		return nil, []Fault{{shown, 1, "the folder cannot be read: " + err.Error(), "name a folder of lessons"}}
	}
	var lessons []*Lesson
	var faults []Fault
	for _, entry := range entries {
		if !entry.IsDir() || strings.HasPrefix(entry.Name(), ".") {
			continue
		}
		at := path.Join(shown, entry.Name(), lessonFile)
		if !folderName.MatchString(entry.Name()) {
			faults = append(faults, Fault{at, 1, "the folder is not named as a lesson's is", "name it like 02-two-at-once"})
			continue
		}
		lesson, found := load(folder, path.Join(entry.Name(), lessonFile), at)
		lesson.Name, lesson.Key, lesson.Number = entry.Name(), entry.Name(), len(lessons)+1
		lessons, faults = append(lessons, lesson), append(faults, found...)
		if len(lessons) == maxLessons {
			break
		}
	}
	if len(lessons) == 0 && len(faults) == 0 {
		faults = append(faults, Fault{shown, 1, "there is no lesson in the folder", "add one like 01-hello/lesson.md; docs/authoring.md shows how"})
	}
	return lessons, faults
}

func load(folder fs.FS, name, shown string) (*Lesson, []Fault) {
	info, err := fs.Stat(folder, name)
	if err == nil && info.Size() > maxLesson {
		err = fmt.Errorf("it has more than %d kB", maxLesson>>10)
	}
	var data []byte
	if err == nil {
		data, err = fs.ReadFile(folder, name)
	}
	if err != nil {
		return &Lesson{}, []Fault{{shown, 1, "the lesson cannot be read: " + err.Error(), "put its lesson.md there"}}
	}
	return Parse(shown, bytes.ReplaceAll(data, []byte("\r\n"), []byte("\n")))
}

// faultsError makes one error of faults, or none.
func faultsError(faults []Fault) error {
	var errs []error
	for _, fault := range faults {
		errs = append(errs, fault)
	}
	return errors.Join(errs...)
}

// Entry is a term and what it means.
type Entry struct {
	Term  string
	Prose []Block
}

// Glossary is every term of the course, in the order of the alphabet.
func Glossary() ([]Entry, error) {
	data, err := files.ReadFile("glossary.md")
	if err != nil {
		return nil, err
	}
	return readGlossary("internal/course/glossary.md", data)
}

// readGlossary reads headings and what stands under them.
func readGlossary(file string, data []byte) ([]Entry, error) {
	p := &parser{file: file, lesson: &Lesson{}, source: data}
	var entries []Entry
	document := goldmark.DefaultParser().Parse(text.NewReader(data))
	for node := document.FirstChild(); node != nil; node = node.NextSibling() {
		line := p.line(node)
		switch node := node.(type) {
		case *ast.Heading:
			entries = append(entries, Entry{Term: string(node.Lines().Value(data))})
		case *ast.Paragraph:
			if len(entries) == 0 {
				p.fault(line, "text stands in front of the first term", "put it under a heading")
				continue
			}
			last := &entries[len(entries)-1]
			last.Prose = append(last.Prose, Block{Spans: p.spans(node, data, line)})
		default:
			p.fault(line, "the glossary has headings and paragraphs only", "write ## term, and a paragraph under it")
		}
	}
	slices.SortStableFunc(entries, func(a, b Entry) int { return strings.Compare(strings.ToLower(a.Term), strings.ToLower(b.Term)) })
	return entries, faultsError(p.faults)
}

// Define returns the entry of a term, in the singular or the plural; ok is false where there is none.
func Define(entries []Entry, term string) (entry Entry, ok bool) {
	forms := []string{term, strings.TrimSuffix(term, "s"), strings.TrimSuffix(term, "es")}
	if stem, ok := strings.CutSuffix(term, "ies"); ok {
		forms = append(forms, stem+"y")
	}
	for _, form := range forms {
		for _, entry := range entries {
			if strings.EqualFold(entry.Term, form) {
				return entry, true
			}
		}
	}
	return Entry{}, false
}
