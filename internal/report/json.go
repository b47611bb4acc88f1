package report

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"regexp"
	"unicode/utf8"
)

// JSON writes a document for other programs, laid out so that people can read it, too.
func JSON(w io.Writer, document any) error {
	var compact bytes.Buffer
	encoder := json.NewEncoder(&compact)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(document); err != nil {
		return err
	}
	_, err := w.Write(unprintable.ReplaceAllFunc(indent(compact.Bytes()), func(sign []byte) []byte {
		r, _ := utf8.DecodeRune(sign)
		return fmt.Appendf(nil, `\u%04x`, r)
	}))
	return err
}

// unprintable are the signs that JSON lets pass and that would control a terminal, or reorder a line, if it is shown there.
var unprintable = regexp.MustCompile(`[\x{7f}-\x{9f}\x{200e}\x{200f}\x{202a}-\x{202e}\x{2066}-\x{2069}]`)

// indent lays compact JSON out for people, as json.Indent does, except that a list of plain values, or of lists of them, stands
// on one line: a lane of many spans is a line, and not a hundred.
func indent(compact []byte) []byte {
	out := make([]byte, 0, 2*len(compact))
	depth := 0
	line := func() {
		out = append(out, '\n')
		for range depth {
			out = append(out, "  "...)
		}
	}
	for i := 0; i < len(compact); {
		end := i + 1
		switch c := compact[i]; c {
		case '"':
			end = stringEnd(compact, i)
			out = append(out, compact[i:end]...)
		case '{', '[':
			if plain := plainEnd(compact, i); plain > 0 {
				end = plain
				out = append(out, compact[i:end]...)
				break
			}
			out = append(out, c)
			depth++
			line()
		case '}', ']':
			depth--
			line()
			out = append(out, c)
		case ',':
			out = append(out, c)
			line()
		case ':':
			out = append(out, ": "...)
		default:
			out = append(out, c)
		}
		i = end
	}
	return out
}

// plainEnd returns where a list of plain values, or of lists of them, ends, and so an object with nothing in it; 0 for
// anything else.
func plainEnd(compact []byte, i int) int {
	if compact[i] == '{' {
		if compact[i+1] == '}' {
			return i + 2
		}
		return 0
	}
	for depth := 0; i < len(compact); i++ {
		switch compact[i] {
		case '{':
			return 0
		case '"':
			i = stringEnd(compact, i) - 1
		case '[':
			if depth++; depth > 2 {
				return 0
			}
		case ']':
			if depth--; depth == 0 {
				return i + 1
			}
		}
	}
	return 0
}

// stringEnd returns where the string that begins at i ends.
func stringEnd(compact []byte, i int) int {
	for i++; compact[i] != '"'; i++ {
		if compact[i] == '\\' {
			i++
		}
	}
	return i + 1
}
