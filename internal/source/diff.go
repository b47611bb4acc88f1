package source

import "strings"

// Op is what happens to a line between two texts.
type Op int

// What can happen to a line.
const (
	Equal Op = iota
	Added
	Removed
)

// Line is one line of a comparison, without its newline.
type Line struct {
	Op   Op
	Text string
}

// maxLines bounds the table that Diff fills, which has a cell for each pair of lines.
const maxLines = 1000

// Diff returns the fewest lines to remove from a and to add to it that make b. It does not compare indentation, other
// than to choose between equally small diffs: code moved into a block is the same code, so an Equal line stands as it
// does in b. A text of more than 1,000 lines differs as a whole.
func Diff(a, b string) []Line {
	from, to := lines(a), lines(b)
	if max(len(from), len(to)) > maxLines {
		return rest(rest(nil, Removed, from), Added, to)
	}
	// shared[i][j] is the worth of the best lines that from[i:] and to[j:] have in common, in order.
	shared := make([][]int, len(from)+1)
	shared[len(from)] = make([]int, len(to)+1)
	for i := len(from) - 1; i >= 0; i-- {
		shared[i] = make([]int, len(to)+1)
		for j := len(to) - 1; j >= 0; j-- {
			shared[i][j] = max(shared[i+1][j], shared[i][j+1])
			if worth := likeness(from[i], to[j]); worth > 0 {
				shared[i][j] = max(shared[i][j], shared[i+1][j+1]+worth)
			}
		}
	}
	var diff []Line
	i, j := 0, 0
	for i < len(from) && j < len(to) {
		worth := likeness(from[i], to[j])
		switch {
		case worth > 0 && shared[i][j] == shared[i+1][j+1]+worth:
			diff = append(diff, Line{Equal, to[j]})
			i, j = i+1, j+1
		case shared[i][j] == shared[i+1][j]:
			diff = append(diff, Line{Removed, from[i]})
			i++
		default:
			diff = append(diff, Line{Added, to[j]})
			j++
		}
	}
	return rest(rest(diff, Removed, from[i:]), Added, to[j:])
}

// rest appends lines that have no counterpart.
func rest(diff []Line, op Op, lines []string) []Line {
	for _, line := range lines {
		diff = append(diff, Line{op, line})
	}
	return diff
}

// lines splits text; a last newline ends a line and starts none.
func lines(text string) []string {
	if text == "" {
		return nil
	}
	return strings.Split(strings.TrimSuffix(text, "\n"), "\n")
}

// likeness is what it is worth to keep a as b: nothing for different lines, and little more where the indentation is
// the same too, so that no number of such lines outweighs another line kept.
func likeness(a, b string) int {
	switch {
	case a == b:
		return maxLines + 2
	case strings.TrimLeft(a, " \t") == strings.TrimLeft(b, " \t"):
		return maxLines + 1
	}
	return 0
}
