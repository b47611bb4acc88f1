// Package workshop is the exercises of the practice, and their check: a learner's code is built and run beside a hidden test, in
// virtual time, and what came of it is told in a sentence. It knows no terminal.
package workshop

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

	"github.com/goccy/go-yaml"
)

// The exercises lie in a folder whose name begins with a sign that the go command passes over: what is wrong in them is wrong on
// purpose.
//
//go:embed all:_exercises check/bounds.go check/check.go check/jostle.go check/judge.go check/ledger.go sync/sync.go sync/race.go sync/norace.go
var files embed.FS

// Exercise is one thing to get right.
type Exercise struct {
	// Name is the exercise's folder, such as 01-fetch-three, and Number counts from 1, in the order of the names.
	Name   string
	Number int

	Title string `yaml:"title"`

	// Category is the kind of real bug that it is about.
	Category string `yaml:"category"`

	// Lesson is the title of the lesson that teaches what it takes.
	Lesson string `yaml:"lesson"`

	// Minutes is about how long it takes.
	Minutes int `yaml:"minutes"`

	// Concurrent tells that a solution without goroutines has to fail.
	Concurrent bool `yaml:"concurrent"`

	// Allow are packages that this exercise may import, and others may not.
	Allow []string `yaml:"allow"`

	// Hints say where to look, what the idea is, and what the code looks like.
	Hints []string `yaml:"hints"`

	// Wrong are solutions that fall short, by their names, and the reason for which each does.
	Wrong map[string]Reason `yaml:"wrong"`

	// Story is what there is to do, in Markdown.
	Story string `yaml:"-"`

	// File is the name of the learner's file.
	File string `yaml:"-"`

	Starter, Solution []byte `yaml:"-"`

	// Given is what the learner's code is given, such as the types of its parameters; nil where there is nothing.
	Given []byte `yaml:"-"`

	test []byte // the hidden one
}

// hintCount is how many hints there are: where to look, the idea, a skeleton.
const hintCount = 3

// Names of the files in an exercise's folder.
const (
	textFile  = "exercise.md"
	givenFile = "given.go"
	testFile  = "check_test.go"
)

// Exercises are those there are, in their order.
func Exercises() ([]*Exercise, error) {
	folders, err := fs.ReadDir(files, "_exercises")
	if err != nil {
		return nil, err
	}
	var exercises []*Exercise
	var faults error
	for i, folder := range folders {
		exercise, err := load(folder.Name())
		if err != nil {
			faults = errors.Join(faults, fmt.Errorf("%s: %w", folder.Name(), err))
			continue
		}
		exercise.Number = i + 1
		exercises = append(exercises, exercise)
	}
	return exercises, faults
}

// load reads an exercise.
func load(name string) (*Exercise, error) {
	e := &Exercise{Name: name}
	read := func(parts ...string) []byte {
		data, _ := fs.ReadFile(files, path.Join(append([]string{"_exercises", name}, parts...)...))
		return data
	}
	head, story, ok := bytes.Cut(bytes.TrimPrefix(read(textFile), []byte("---\n")), []byte("\n---\n"))
	if !ok {
		return nil, fmt.Errorf("%s has no head", textFile)
	}
	if err := yaml.UnmarshalWithOptions(head, e, yaml.Strict()); err != nil {
		return nil, err
	}
	e.Story = strings.TrimSpace(string(story))
	starters, err := fs.ReadDir(files, path.Join("_exercises", name, "starter"))
	if err != nil || len(starters) != 1 {
		return nil, errors.New("starter has to have one file")
	}
	e.File = starters[0].Name()
	e.Starter, e.Solution = read("starter", e.File), read("solution", e.File)
	e.Given, e.test = read(givenFile), read(testFile)
	return e, e.lacks()
}

// lacks tells what an exercise does not have.
func (e *Exercise) lacks() error {
	for what, there := range map[string]bool{
		"a title":           e.Title != "",
		"a category":        e.Category != "",
		"a lesson":          e.Lesson != "",
		"minutes":           e.Minutes > 0,
		"three hints":       len(e.Hints) == hintCount,
		"a story":           e.Story != "",
		"a solution":        e.Solution != nil,
		testFile:            e.test != nil,
		"three wrong ones":  len(e.Wrong) >= 3,
		"an ordinary name":  exerciseName.MatchString(e.Name),
		"a file of its own": e.File != givenFile && e.File != testFile,
	} {
		if !there {
			return fmt.Errorf("it has not %s", what)
		}
	}
	return nil
}

// exerciseName is how exercises are named.
var exerciseName = regexp.MustCompile(`^[0-9]{2}-[a-z]+(-[a-z]+)*$`)

// WrongOne is the code of a wrong solution.
func (e *Exercise) WrongOne(name string) ([]byte, error) {
	return fs.ReadFile(files, path.Join("_exercises", e.Name, "wrong", name, e.File))
}

// Short is the exercise's name without its number.
func (e *Exercise) Short() string {
	_, short, _ := strings.Cut(e.Name, "-")
	return short
}

// Find returns the exercise that somebody means, by its number, its folder, or the part of that behind the number; nil where
// there is none.
func Find(exercises []*Exercise, named string) *Exercise {
	i := slices.IndexFunc(exercises, func(e *Exercise) bool {
		number, _, _ := strings.Cut(e.Name, "-")
		return named == e.Name || named == e.Short() || named != "" && strings.TrimLeft(named, "0") == strings.TrimLeft(number, "0")
	})
	if i < 0 {
		return nil
	}
	return exercises[i]
}
