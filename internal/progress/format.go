package progress

import (
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"
)

// What a file holds at most: it may be anybody's.
const (
	mostBytes   = 4 << 20
	mostEntries = 1000 // of a map or a list
	longestName = 128  // bytes
	longestText = 4000 // bytes
	mostChecks  = 1e9
)

// empty is the record of somebody who has done nothing yet.
func empty() Record {
	return Record{
		Version: Version, Lessons: map[string]Lesson{}, Reviews: map[string]Review{}, Exercises: map[string]Exercise{},
	}
}

// parse reads a record. It is bounded, and has nothing in its texts that would control a terminal. The error is a *Newer, or
// says what is wrong.
func parse(data []byte) (Record, error) {
	if len(data) > mostBytes {
		return empty(), fmt.Errorf("it is larger than %d MB", mostBytes>>20)
	}
	var head struct { // comes first: in a later format all the rest may be different
		Version int `json:"version"`
	}
	if err := json.Unmarshal(data, &head); err != nil {
		return empty(), plain(err)
	}
	switch {
	case head.Version > Version:
		return empty(), &Newer{Version: head.Version}
	case head.Version < 1:
		return empty(), errors.New("it has no version")
	}
	record := empty()
	if err := json.Unmarshal(data, &record); err != nil {
		return empty(), plain(err)
	}
	if err := record.check(); err != nil {
		return empty(), err
	}
	record.clean()
	return record, nil
}

// plain says what is wrong with JSON, without the names of our types and without what the file has there.
func plain(err error) error {
	if syntax, ok := errors.AsType[*json.SyntaxError](err); ok {
		return fmt.Errorf("it is no JSON, from byte %d on", syntax.Offset)
	}
	if wrong, ok := errors.AsType[*json.UnmarshalTypeError](err); ok {
		kind, _, _ := strings.Cut(wrong.Value, " ")
		return fmt.Errorf("it has a wrong %s in %s", kind, cmp.Or(wrong.Field, "place of a record"))
	}
	return errors.New("it has a time that is none")
}

// check finds what no record of ours has.
func (r *Record) check() error {
	switch {
	case r.Lessons == nil || r.Reviews == nil || r.Exercises == nil:
		return errors.New("it has null for its lessons, reviews or exercises")
	case !areNames(r.Lessons) || !areNames(r.Reviews) || !areNames(r.Exercises):
		return errors.New("it has too many lessons, reviews or exercises, or a name that is none")
	}
	for name, lesson := range r.Lessons {
		if !lesson.fits() {
			return fmt.Errorf("lesson %s is out of range", name)
		}
	}
	for name, review := range r.Reviews {
		if !within(0, review.Stage, mostEntries) || !isTime(review.Due) {
			return fmt.Errorf("review %s is out of range", name)
		}
	}
	for name, e := range r.Exercises {
		if !within(0, e.Checks, mostChecks) || !within(0, e.Hints, mostEntries) || !isTime(e.Passed) || !isTime(e.Shown) || !isTime(e.Due) {
			return fmt.Errorf("exercise %s is out of range", name)
		}
	}
	return nil
}

func (l Lesson) fits() bool {
	fits := within(0, l.Step, mostEntries) && isTime(l.Started) && isTime(l.Changed) && isTime(l.Finished) &&
		isTime(l.Restarted) &&
		areNames(l.Answers) && areNames(l.Results)
	for _, answer := range l.Answers {
		fits = fits && within(-1, answer.Sure, 100) && isTime(answer.At)
	}
	for _, result := range l.Results {
		fits = fits && len(result.Command) <= mostEntries && areNames(result.Facts) && isTime(result.At)
	}
	return fits
}

func within(low, n, high int) bool { return low <= n && n <= high }

// isTime takes no time at all, too, and 1970, where a machine without a clock of its own begins: west of Greenwich, in 1969.
func isTime(t time.Time) bool { return t.IsZero() || within(1969, t.Year(), 2999) }

// areNames tells whether what a map is keyed by can stand in a line of text.
func areNames[T any](keyed map[string]T) bool {
	for name := range keyed {
		if name == "" || len(name) > longestName || printable(name) != name || strings.Contains(name, "\n") {
			return false
		}
	}
	return len(keyed) <= mostEntries
}

// clean makes every text printable.
func (r *Record) clean() {
	r.Workshop = printable(r.Workshop)
	for _, lesson := range r.Lessons {
		for id, answer := range lesson.Answers {
			answer.Text, answer.Given, answer.Truth = printable(answer.Text), printable(answer.Given), printable(answer.Truth)
			lesson.Answers[id] = answer
		}
		for _, result := range lesson.Results {
			for i, word := range result.Command {
				result.Command[i] = printable(word)
			}
			for name, fact := range result.Facts {
				result.Facts[name] = printable(fact)
			}
		}
	}
}

// printable replaces what could move the cursor, change colours or reorder a line, and cuts what is too long.
func printable(text string) string {
	text = strings.Map(func(r rune) rune {
		if r == '\n' || unicode.IsGraphic(r) {
			return r
		}
		return utf8.RuneError
	}, text)
	return strings.ToValidUTF8(text[:min(len(text), longestText)], "")
}

// render writes a record as JSON. What an earlier text of the file has that this version does not know stays in it.
func render(record Record, earlier []byte) ([]byte, error) {
	record.Version = Version
	data, err := json.Marshal(record)
	if err != nil {
		return nil, err
	}
	fresh, err := tree(data)
	if err != nil {
		return nil, err
	}
	if earlier != nil {
		old, err := tree(earlier)
		if err != nil {
			return nil, err
		}
		carry(reflect.TypeFor[Record](), old, fresh)
	}
	var out bytes.Buffer
	encoder := json.NewEncoder(&out)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", "  ")
	err = encoder.Encode(fresh)
	return out.Bytes(), err
}

// tree reads JSON as it is, numbers to the last digit.
func tree(data []byte) (root any, err error) {
	decoder := json.NewDecoder(bytes.NewReader(data))
	decoder.UseNumber()
	err = decoder.Decode(&root)
	return root, err
}

// carry puts into fresh, the tree of a t, those members of old that t has no field for.
func carry(t reflect.Type, old, fresh any) {
	from, isObject := old.(map[string]any)
	into, isStill := fresh.(map[string]any)
	if !isObject || !isStill {
		return
	}
	for name, value := range from {
		if t.Kind() == reflect.Map {
			carry(t.Elem(), value, into[name])
		} else if known, of := field(t, name); of != nil {
			carry(of, value, into[known])
		} else {
			into[name] = value
		}
	}
}

// field finds the field of a struct that json.Unmarshal fills from a member, by its name in JSON. Like that it takes no notice of
// upper and lower case.
func field(t reflect.Type, member string) (name string, of reflect.Type) {
	for f := range t.Fields() {
		name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
		if strings.EqualFold(name, member) {
			return name, f.Type
		}
	}
	return "", nil
}
