package measure

import (
	"bytes"
	"cmp"
	"encoding/json"
	"fmt"
	"reflect"
	"strconv"
	"strings"
	"time"

	"meanwhile/internal/term"
)

// shape walks through JSON along the Go type that it is to fill, before anything is filled. json.Unmarshal notes the first value
// that does not fit and goes on, making room for every other: where structs belong, two bytes of a list of numbers would take
// hundreds.
type shape struct {
	data   []byte // valid JSON
	at     int
	room   int // how many bytes the elements of lists may still take
	fields map[reflect.Type]map[string]reflect.Type
}

// checkShape tells where JSON, which is valid, does not fit a type, or would take more memory than it may.
func checkShape(data []byte, of reflect.Type, room int) error {
	s := &shape{data: data, room: room, fields: map[reflect.Type]map[string]reflect.Type{}}
	return s.value("", of)
}

// value checks the value that comes next.
func (s *shape) value(name string, of reflect.Type) error {
	for of.Kind() == reflect.Pointer {
		of = of.Elem()
	}
	kind := s.kind()
	switch want := wants(of); {
	case kind == "null":
		s.skip() // leaves what is there: nothing
	case want != "" && kind != want:
		return fmt.Errorf("%s is %s, and no %s, at byte %d", cmp.Or(name, "it"), article(kind), want, s.at+1)
	case want == "object":
		return s.object(name, of)
	case want == "array":
		return s.list(name, of.Elem())
	case want == "number":
		return s.number(name, of)
	default:
		s.skip()
	}
	return nil
}

// wants is the kind of JSON that fills a type; empty for one that reads JSON by itself, and stops at its first fault.
func wants(of reflect.Type) string {
	switch {
	case of == reflect.TypeFor[time.Time]():
		return "string"
	case reflect.PointerTo(of).Implements(reflect.TypeFor[json.Unmarshaler]()):
		return ""
	}
	switch of.Kind() {
	case reflect.Struct:
		return "object"
	case reflect.Slice:
		return "array"
	case reflect.String:
		return "string"
	case reflect.Bool:
		return "boolean"
	}
	return "number"
}

// kind is what comes next, by its first byte.
func (s *shape) kind() string {
	s.space()
	switch s.data[s.at] {
	case '{':
		return "object"
	case '[':
		return "array"
	case '"':
		return "string"
	case 't', 'f':
		return "boolean"
	case 'n':
		return "null"
	}
	return "number"
}

func article(kind string) string {
	if kind == "object" || kind == "array" {
		return "an " + kind
	}
	return "a " + kind
}

// object checks an object's fields. Fields that the type lacks are of a later version, and are passed over.
func (s *shape) object(name string, of reflect.Type) error {
	s.at++
	for s.next('}') {
		key := s.key()
		s.space()
		s.at++ // the colon
		field, known := s.field(of, key)
		if !known {
			s.kind()
			s.skip()
			continue
		}
		if err := s.value(strings.TrimPrefix(name+"."+key, "."), field); err != nil {
			return err
		}
	}
	return nil
}

// list checks a list's elements, and takes the room that they need.
func (s *shape) list(name string, of reflect.Type) error {
	s.at++
	for s.next(']') {
		if s.room -= int(of.Size()); s.room < 0 {
			return fmt.Errorf("%s has more elements than a comparison has", name)
		}
		if s.kind() == "null" {
			return fmt.Errorf("%s has a null in it, at byte %d", name, s.at+1)
		}
		if err := s.value(name, of); err != nil {
			return err
		}
	}
	return nil
}

// number checks that a number can be held.
func (s *shape) number(name string, of reflect.Type) error {
	begin := s.at
	s.skip()
	text := string(s.data[begin:s.at])
	var err error
	switch of.Kind() {
	case reflect.Float64:
		_, err = strconv.ParseFloat(text, 64)
	case reflect.Uint64:
		_, err = strconv.ParseUint(text, 10, 64)
	default:
		_, err = strconv.ParseInt(text, 10, of.Bits())
	}
	if err != nil {
		return fmt.Errorf("%s is %s, which is no number that belongs there, at byte %d", name, term.Printable(text, longestName), begin+1)
	}
	return nil
}

// next tells whether there is another element before the end of an object or a list, and steps over what is between.
func (s *shape) next(end byte) bool {
	s.space()
	switch s.data[s.at] {
	case end:
		s.at++
		return false
	case ',':
		s.at++
		s.space()
	}
	return true
}

// key is the name of the field that comes next.
func (s *shape) key() string {
	begin := s.at
	s.skip()
	quoted := s.data[begin:s.at]
	if !bytes.ContainsRune(quoted, '\\') {
		return string(quoted[1 : len(quoted)-1])
	}
	var key string
	if json.Unmarshal(quoted, &key) != nil {
		return ""
	}
	return key
}

// field finds a field by its name in JSON, as json.Unmarshal does: where none has that name, in whatever case.
func (s *shape) field(of reflect.Type, key string) (reflect.Type, bool) {
	fields, seen := s.fields[of]
	if !seen {
		fields = fieldsOf(of)
		s.fields[of] = fields
	}
	if field, ok := fields[key]; ok {
		return field, true
	}
	for name, field := range fields {
		if strings.EqualFold(name, key) {
			return field, true
		}
	}
	return nil, false
}

func fieldsOf(of reflect.Type) map[string]reflect.Type {
	fields := map[string]reflect.Type{}
	for _, field := range reflect.VisibleFields(of) {
		name, _, _ := strings.Cut(field.Tag.Get("json"), ",")
		if field.IsExported() && !field.Anonymous && name != "-" {
			fields[name] = field.Type
		}
	}
	return fields
}

// skip steps over a value.
func (s *shape) skip() {
	for depth := 0; ; {
		switch s.data[s.at] {
		case '"':
			s.text()
		case '{', '[':
			depth++
			s.at++
		case '}', ']':
			depth--
			s.at++
		case ',', ':', ' ', '\t', '\n', '\r':
			s.at++
		default:
			s.plain()
		}
		if depth == 0 {
			return
		}
	}
}

// text steps over a string, and plain over a number or a word.
func (s *shape) text() {
	for s.at++; s.data[s.at] != '"'; s.at++ {
		if s.data[s.at] == '\\' {
			s.at++
		}
	}
	s.at++
}

func (s *shape) plain() {
	for s.at < len(s.data) {
		switch s.data[s.at] {
		case ',', ']', '}', ' ', '\t', '\n', '\r':
			return
		}
		s.at++
	}
}

func (s *shape) space() {
	for s.at < len(s.data) {
		switch s.data[s.at] {
		case ' ', '\t', '\n', '\r':
			s.at++
		default:
			return
		}
	}
}
