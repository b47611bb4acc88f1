package course

import (
	"cmp"
	"errors"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"

	"meanwhile/internal/experiment"
)

// Question is asked of a learner. A run decides its answer, but for those of a quiz.
type Question struct {
	ID  string
	Ask string

	// Number is what a question of a number asks for; its Unit says how an answer is typed, and Low and High what somebody
	// overlooks whose answer is too low or too high.
	Number    *Quantity
	Unit      experiment.Unit
	Low, High string

	// Of is what decides between Choices; nil in a quiz, where one of them is Right.
	Of      *Quantity
	Choices []Choice

	// Rank is what to put into order, the highest first, and Because is why it comes as it comes.
	Rank    []Ranked
	Because string

	line int
}

// Choice is an answer to choose.
type Choice struct {
	Text string

	// Below is the bound of the values that it stands for; infinite for the last one.
	Below float64

	// Right tells that it is the answer of a quiz.
	Right bool

	// Because is for who chose it: why it is so, or what it overlooks.
	Because string

	timed bool // Below is a duration
}

// Ranked is something to put into order, and the fact that decides.
type Ranked struct {
	Text string
	By   Quantity
}

// Measured tells whether a run decides the answer.
func (q *Question) Measured() bool { return q.Number != nil || q.Of != nil || q.Rank != nil }

// Options are the texts to choose from, or to put into order; none where a number is asked for.
func (q *Question) Options() []string {
	var texts []string
	for _, choice := range q.Choices {
		texts = append(texts, choice.Text)
	}
	for _, ranked := range q.Rank {
		texts = append(texts, ranked.Text)
	}
	return texts
}

// Answer is an answer, read.
type Answer struct {
	Number float64 // of a question of a number
	Picked []int   // the choice, or the whole order, from 0
}

// Read reads an answer: the number of a choice, all numbers of an order, or what the unit asks for.
func (q *Question) Read(text string) (Answer, error) {
	switch {
	case q.Number != nil:
		number, err := readNumber(q.Unit, text)
		return Answer{Number: number}, err
	case q.Rank != nil:
		return q.readOrder(text)
	}
	n, err := strconv.Atoi(strings.TrimSuffix(strings.TrimSpace(text), "."))
	if err != nil || n < 1 || n > len(q.Choices) {
		return Answer{}, fmt.Errorf("answer with a number from 1 to %d", len(q.Choices))
	}
	return Answer{Picked: []int{n - 1}}, nil
}

func (q *Question) readOrder(text string) (Answer, error) {
	var order []int
	for _, word := range strings.FieldsFunc(text, func(r rune) bool { return strings.ContainsRune(" ,;>", r) }) {
		n, err := strconv.Atoi(word)
		if err != nil || n < 1 || n > len(q.Rank) || slices.Contains(order, n-1) {
			return Answer{}, q.orderError()
		}
		order = append(order, n-1)
	}
	if len(order) != len(q.Rank) {
		return Answer{}, q.orderError()
	}
	return Answer{Picked: order}, nil
}

func (q *Question) orderError() error {
	var example []string
	for i := range q.Rank {
		example = append(example, strconv.Itoa(len(q.Rank)-i))
	}
	return fmt.Errorf("answer with each number once, the highest first, like %s", strings.Join(example, " "))
}

// maxNumber bounds what may be typed, and what is shown: beyond it lies no run, and no duration.
const maxNumber = 1e15

// readNumber reads a number in its unit. A duration says its own, and a share is in percent.
func readNumber(unit experiment.Unit, text string) (float64, error) {
	compact := strings.ReplaceAll(strings.TrimSpace(text), " ", "")
	compact = strings.TrimSuffix(compact, map[experiment.Unit]string{experiment.Ratio: "×", experiment.Share: "%"}[unit])
	if unit == experiment.Ratio {
		compact = strings.TrimSuffix(compact, "x")
	}
	number, err := 0.0, error(nil)
	switch unit {
	case experiment.Duration:
		var duration time.Duration
		duration, err = time.ParseDuration(strings.ReplaceAll(compact, "µ", "u"))
		number = float64(duration)
	case experiment.Share:
		number, err = strconv.ParseFloat(compact, 64)
		number /= 100
	default:
		number, err = strconv.ParseFloat(compact, 64)
	}
	if err != nil || math.IsNaN(number) || number < 0 || number > maxNumber {
		return 0, errors.New("answer with " + example(unit))
	}
	return number, nil
}

// example says how a number of a unit is typed.
func example(unit experiment.Unit) string {
	switch unit {
	case experiment.Duration:
		return "a duration, like 300ms or 1.5s"
	case experiment.Ratio:
		return "how many times, like 2 or 3.5"
	case experiment.Share:
		return "a percentage, like 40"
	}
	return "a number, like 3"
}

// How says how the question is answered.
func (q *Question) How() string {
	switch {
	case q.Number != nil:
		return example(q.Unit)
	case q.Rank != nil:
		return "all numbers, the highest first"
	}
	return fmt.Sprintf("1 to %d", len(q.Choices))
}

// Verdict is an answer beside the truth.
type Verdict struct {
	Question *Question

	// Given is what was answered, and Sure how sure the learner was of it, in percent; negative where it was not asked.
	Given string
	Sure  int

	// Truth is what is right: of a question that a run decides, with what was measured.
	Truth string
	Right bool

	// Because is why, for who gave this answer.
	Because string
}

// near is how far a number may be from the truth, either way, to be right.
const near = 1.25

// Judge sets an answer beside the truth. results are the last run's and the one's before; ok is false where the run that
// decides was not made.
func (q *Question) Judge(answer Answer, results Results) (v Verdict, ok bool) {
	v = Verdict{Question: q, Sure: -1, Given: q.text(answer)}
	switch {
	case q.Number != nil:
		value, _, known := results.Value(*q.Number)
		if !known {
			return v, false
		}
		v.Truth = q.Unit.Format(value)
		v.Right = answer.Number <= near*value && value <= near*answer.Number
		switch {
		case answer.Number < value && !v.Right:
			v.Because = q.Low
		case !v.Right:
			v.Because = q.High
		}
	case q.Rank != nil:
		return q.judgeOrder(v, answer, results)
	default:
		return q.judgeChoice(v, answer, results)
	}
	return v, true
}

func (q *Question) judgeChoice(v Verdict, answer Answer, results Results) (Verdict, bool) {
	right := slices.IndexFunc(q.Choices, func(c Choice) bool { return c.Right })
	if q.Of != nil {
		value, unit, known := results.Value(*q.Of)
		if !known {
			return v, false
		}
		right = slices.IndexFunc(q.Choices, func(c Choice) bool { return value < c.Below })
		v.Truth = fmt.Sprintf("%s (measured: %s)", plainEnd(q.Choices[right].Text), results.words(*q.Of, value, unit))
	} else {
		v.Truth = q.Choices[right].Text
	}
	v.Right = answer.Picked[0] == right
	v.Because = q.Choices[answer.Picked[0]].Because
	return v, true
}

func (q *Question) judgeOrder(v Verdict, answer Answer, results Results) (Verdict, bool) {
	values, texts := make([]float64, len(q.Rank)), make([]string, len(q.Rank))
	order := make([]int, len(q.Rank))
	for i, ranked := range q.Rank {
		value, unit, known := results.Value(ranked.By)
		if !known {
			return v, false
		}
		values[i], texts[i], order[i] = value, fmt.Sprintf("%s %s", ranked.Text, unit.Format(value)), i
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(values[b], values[a]) })
	var truth []string
	v.Right = true
	for place, i := range order {
		truth = append(truth, texts[i])
		// Where two came out alike, either may stand first.
		v.Right = v.Right && alike(values[i], values[answer.Picked[place]])
	}
	v.Truth, v.Because = strings.Join(truth, ", "), q.Because
	return v, true
}

// alike tells whether two numbers differ by no more than one run differs from the next.
func alike(a, b float64) bool {
	const spread = 1.1
	return a == b || a <= spread*b && b <= spread*a
}

// Words says an answer that was typed in words; what cannot be read stays as it is.
func (q *Question) Words(typed string) string {
	answer, err := q.Read(typed)
	if err != nil {
		return typed
	}
	return q.text(answer)
}

// text says an answer in words.
func (q *Question) text(answer Answer) string {
	if q.Number != nil {
		return q.Unit.Format(answer.Number)
	}
	options := q.Options()
	var words []string
	for _, i := range answer.Picked {
		words = append(words, options[i])
	}
	return strings.Join(words, ", ")
}

// plainEnd drops a sentence's end, so that it can go on.
func plainEnd(text string) string { return strings.TrimSuffix(text, ".") }

// Results are the outcomes of the last run and of the one before; nil where there is none.
type Results struct{ Last, Before *experiment.Result }

// Value is the number that a quantity stands for; ok is false where it is not known, or where there is none, as of a ratio to
// nothing.
func (r Results) Value(q Quantity) (value float64, unit experiment.Unit, ok bool) {
	result := r.Last
	if q.Before {
		result = r.Before
	}
	if result == nil {
		return 0, "", false
	}
	fact, ok := result.Fact(q.Fact)
	value, unit = fact.Value, fact.Unit
	if q.By != "" {
		by, known := result.Fact(q.By)
		value, unit, ok = fact.Value/by.Value, experiment.Ratio, ok && known
	}
	if !ok || !(math.Abs(value) <= maxNumber) { // also what is no number
		return 0, "", false
	}
	return value, unit, true
}

// words says a quantity's number in words: of a fact, what it is; of a ratio, both numbers.
func (r Results) words(q Quantity, value float64, unit experiment.Unit) string {
	result := r.Last
	if q.Before {
		result = r.Before
	}
	fact, _ := result.Fact(q.Fact)
	if q.By == "" {
		return fmt.Sprintf("%s %s", fact.Words, unit.Format(value))
	}
	by, _ := result.Fact(q.By)
	return fmt.Sprintf("%s %s, %s %s", fact.Words, fact, by.Words, by)
}

// Text is a span as it is read: one that stands for a number, by that number.
func (r Results) Text(s Span) string {
	if s.Mark != Measured {
		return s.Text
	}
	value, unit, ok := r.Value(s.Of)
	if !ok {
		return "(not measured yet)"
	}
	return unit.Format(value)
}
