package course_test

import (
	"math"
	"strings"
	"testing"

	"meanwhile/internal/course"
	"meanwhile/internal/experiment"
)

// ratio is a result with one fact, named x.
func ratio(x float64) course.Results {
	return course.Results{Last: &experiment.Result{Facts: []experiment.Fact{{
		Name: "x", Words: "x is", Unit: experiment.Ratio,
		Value: x,
	}}}}
}

// judged answers a question, and judges the answer.
func judged(t *testing.T, q *course.Question, typed string, results course.Results) (course.Verdict, bool) {
	t.Helper()
	answer, err := q.Read(typed)
	if err != nil {
		t.Fatal(err)
	}
	return q.Judge(answer, results)
}

func TestAnswersAreReadInTheirUnit(t *testing.T) {
	for unit, answers := range map[experiment.Unit]map[string]float64{
		experiment.Duration: {
			"300ms": 300 * ms, "1.5s": 1500 * ms, " 1.5 s ": 1500 * ms, "50µs": ms / 20, "50us": ms / 20,
			"1m": 60 * second, "0": 0,
			"277h": 277 * 3600 * second,
		},
		experiment.Count: {"3": 3, "2.5": 2.5, "0": 0},
		experiment.Ratio: {"2": 2, "3.5x": 3.5, "3.5×": 3.5, "10 x": 10, "1e3": 1000},
		experiment.Share: {"40": 0.4, "40%": 0.4, "40 %": 0.4, "0": 0, "100": 1},
	} {
		q := &course.Question{Number: &course.Quantity{Fact: "x"}, Unit: unit}
		for typed, want := range answers {
			if got, err := q.Read(typed); err != nil || math.Abs(got.Number-want) > 1e-9*want {
				t.Errorf("%q is %v in %s, want %v; %v", typed, got.Number, unit, want, err)
			}
		}
		for _, typed := range []string{"", "many", "-1", "1 or 2", "NaN", "Inf", "1e300", "1,5", "0x1p4000", "300d", "999999h"} {
			if got, err := q.Read(typed); err == nil || !strings.Contains(err.Error(), q.How()) {
				t.Errorf("%q is %v in %s; the error is %v", typed, got.Number, unit, err)
			}
		}
	}
}

func TestAnOrderNamesEachOnce(t *testing.T) {
	q := &course.Question{Rank: []course.Ranked{{Text: "a"}, {Text: "b"}, {Text: "c"}}}
	for _, typed := range []string{"2 1 3", "2,1,3", "2, 1, 3", "2 > 1 > 3", " 2;1;3 "} {
		if got := q.Words(typed); got != "b, a, c" {
			t.Errorf("%q is %q", typed, got)
		}
	}
	for _, typed := range []string{"", "1", "1 2", "1 1 2", "1 2 3 1", "0 1 2", "2 3 4", "1 b c", "123"} {
		if _, err := q.Read(typed); err == nil || !strings.Contains(err.Error(), "3 2 1") {
			t.Errorf("%q is taken for an order: %v", typed, err)
		}
		if q.Words(typed) != typed {
			t.Errorf("%q is not left as it is", typed)
		}
	}
}

func TestANumberIsRightWithinAQuarterEitherWay(t *testing.T) {
	q := &course.Question{Number: &course.Quantity{Fact: "x"}, Unit: experiment.Ratio, Low: "low", High: "high"}
	for _, c := range []struct {
		value  float64
		typed  string
		right  bool
		why    string
		shown  string
		absent bool
	}{
		{8, "8", true, "", "8.00×", false},
		{8, "10", true, "", "8.00×", false},
		{8, "10.01", false, "high", "8.00×", false},
		{8, "6.4", true, "", "8.00×", false},
		{8, "6.39", false, "low", "8.00×", false},
		{8, "0", false, "low", "8.00×", false},
		{0, "0", true, "", "0.00×", false},
		{0, "0.001", false, "high", "0.00×", false},
		{math.NaN(), "8", false, "", "", true},
		{math.Inf(1), "8", false, "", "", true},
		{math.Inf(-1), "8", false, "", "", true},
		{1e300, "8", false, "", "", true},
	} {
		v, ok := judged(t, q, c.typed, ratio(c.value))
		if ok == c.absent || v.Right != c.right || v.Because != c.why || v.Truth != c.shown {
			t.Errorf("%v, answered by %s: %+v, %v", c.value, c.typed, v, ok)
		}
	}
	if _, ok := judged(t, q, "8", course.Results{}); ok {
		t.Error("without a run there is a verdict")
	}
}

func TestAChoiceStandsForTheValuesBelowItsBound(t *testing.T) {
	q := &course.Question{Of: &course.Quantity{Fact: "x"}, Choices: []course.Choice{
		{Text: "Few.", Below: 1, Because: "of few"},
		{Text: "Some.", Below: 5, Because: "of some"},
		{Text: "Many.", Below: math.Inf(1), Because: "of many"},
	}}
	for value, want := range map[float64]string{
		-7: "1 Few", 0: "1 Few", 0.999: "1 Few", 1: "2 Some", 4.999: "2 Some", 5: "3 Many", 1e15: "3 Many",
	} {
		place, name, _ := strings.Cut(want, " ")
		for _, typed := range []string{"1", "2", "3"} {
			v, ok := judged(t, q, typed, ratio(value))
			if !ok || v.Right != (typed == place) || !strings.HasPrefix(v.Truth, name+" (measured: x is ") ||
				!strings.HasSuffix(v.Truth, "×)") {
				t.Errorf("%v, answered by %s: %+v, %v", value, typed, v, ok)
			}
		}
	}
	if v, ok := judged(t, q, "2", ratio(0)); !ok || v.Because != "of some" || v.Given != "Some." {
		t.Errorf("who chose some reads %+v", v)
	}
	for _, value := range []float64{math.NaN(), math.Inf(1), math.Inf(-1)} {
		if v, ok := judged(t, q, "3", ratio(value)); ok {
			t.Errorf("%v is judged: %+v", value, v)
		}
	}
}

func TestARatioToNothingIsNotKnown(t *testing.T) {
	results := course.Results{Last: &experiment.Result{Facts: []experiment.Fact{
		{Name: "a", Value: 6},
		{Name: "b", Value: 3},
		{Name: "none"},
	}}}
	for text, want := range map[course.Quantity]string{
		{Fact: "a", By: "b"}: "2.00×", {Fact: "none", By: "a"}: "0.00×",
		{Fact: "a", By: "none"}: "(not measured yet)", {Fact: "none", By: "none"}: "(not measured yet)",
		{Fact: "a", By: "c"}: "(not measured yet)",
		{Fact: "c", By: "a"}: "(not measured yet)", {Fact: "c"}: "(not measured yet)", {Fact: "a", Before: true}: "(not measured yet)",
	} {
		if got := results.Text(course.Span{Mark: course.Measured, Of: text}); got != want {
			t.Errorf("%s is %s, want %s", text, got, want)
		}
	}
}

func TestWhatCameOutAlikeMayStandInEitherOrder(t *testing.T) {
	q := &course.Question{Because: "why", Rank: []course.Ranked{
		{Text: "a", By: course.Quantity{Fact: "a"}},
		{Text: "b", By: course.Quantity{Fact: "b"}},
		{Text: "c", By: course.Quantity{Fact: "c"}},
	}}
	facts := func(a, b, c float64) course.Results {
		return course.Results{Last: &experiment.Result{Facts: []experiment.Fact{
			{Name: "a", Value: a},
			{Name: "b", Value: b},
			{Name: "c", Value: c},
		}}}
	}
	for _, c := range []struct {
		results course.Results
		right   string // all orders that are
	}{
		{facts(9, 5, 1), "1 2 3"},
		{facts(1, 5, 9), "3 2 1"},
		{facts(5, 5, 5), "1 2 3, 1 3 2, 2 1 3, 2 3 1, 3 1 2, 3 2 1"},
		{facts(100, 95, 1), "1 2 3, 2 1 3"},
		{facts(100, 90, 1), "1 2 3"},
		{facts(100, 2, 1.9), "1 2 3, 1 3 2"},
		{facts(0, 0, 1), "3 1 2, 3 2 1"},
		{facts(10, 0, 0), "1 2 3, 1 3 2"},
	} {
		for _, typed := range []string{"1 2 3", "1 3 2", "2 1 3", "2 3 1", "3 1 2", "3 2 1"} {
			v, ok := judged(t, q, typed, c.results)
			if want := strings.Contains(c.right, typed); !ok || v.Right != want || v.Because != "why" {
				t.Errorf("%s beside %s: %v, %v", typed, v.Truth, v.Right, ok)
			}
		}
	}
	for _, results := range []course.Results{facts(1, math.NaN(), 2), facts(math.Inf(1), 1, 2), {}} {
		if v, ok := judged(t, q, "1 2 3", results); ok {
			t.Errorf("judged is %+v", v)
		}
	}
}
