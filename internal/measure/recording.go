package measure

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"reflect"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"meanwhile/internal/lab"
	"meanwhile/internal/predict"
	"meanwhile/internal/term"
)

// MaxRecording is how many bytes a recorded comparison has at most.
const MaxRecording = 32 << 20

// What a recording holds at most, beside its bytes.
const (
	mostMemory   = 32 << 20 // bytes, of the elements of lists
	mostResults  = 1000
	mostRows     = 100
	mostLanes    = 100_000 // of all timelines: an empty lane is little to read, and much to draw
	mostWarnings = 100
	mostArgs     = 10_000
	longestName  = 64
	longestText  = 4000
	longestCode  = 64 << 10
	longestTime  = 365 * 24 * time.Hour
)

// RecordingError tells why a file cannot be replayed.
type RecordingError struct{ Problem string }

func (e RecordingError) Error() string { return "not a recording that can be replayed: " + e.Problem }

func unfit(format string, args ...any) error { return RecordingError{fmt.Sprintf(format, args...)} }

// Read reads a recorded comparison, which may be anybody's: what it returns is bounded, has nothing in its texts that would
// control a terminal, and can be shown in every format.
func Read(r io.Reader) (*Comparison, error) {
	data, err := io.ReadAll(io.LimitReader(r, MaxRecording+1))
	if err != nil {
		return nil, err
	}
	switch {
	case len(data) > MaxRecording:
		return nil, unfit("it is larger than %d MB", MaxRecording>>20)
	case len(bytes.TrimSpace(data)) == 0:
		return nil, unfit("it is empty")
	}
	var head struct {
		Schema string `json:"schema"`
	}
	err = json.Unmarshal(data, &head)
	if _, wrong := errors.AsType[*json.UnmarshalTypeError](err); err != nil && !wrong {
		return nil, unfit("%s", plainJSON(err))
	}
	if err := checkShape(data, reflect.TypeFor[struct {
		Schema string "json:\"schema\""
	}](), 0); err != nil {
		return nil, unfit("%v", err)
	}
	if head.Schema != Schema {
		return nil, unfit("%s", unknownSchema(head.Schema))
	}
	c := &Comparison{}
	if err := checkShape(data, reflect.TypeFor[Comparison](), mostMemory); err != nil {
		return nil, unfit("%v", err)
	}
	if err := json.Unmarshal(data, c); err != nil {
		return nil, unfit("%s", plainJSON(err))
	}
	clean(reflect.ValueOf(c).Elem())
	if err := c.check(); err != nil {
		return nil, err
	}
	return c, nil
}

// unknownSchema tells what to do about a format of another time.
func unknownSchema(schema string) string {
	name, _, _ := strings.Cut(Schema, "/")
	switch {
	case schema == "":
		return "it names no schema; make one with 'meanwhile compare sleep --record FILE'"
	case strings.HasPrefix(schema, name+"/"):
		return fmt.Sprintf("its schema is %s, and this program reads %s; replay it with the version that recorded it, or a later one",
			term.Printable(schema, longestName), Schema)
	}
	return fmt.Sprintf("its schema is %s", term.Printable(schema, longestName))
}

// plainJSON says what is wrong with JSON, without the names of our types.
func plainJSON(err error) string {
	if syntax, ok := errors.AsType[*json.SyntaxError](err); ok {
		switch {
		case strings.Contains(syntax.Error(), "unexpected end"):
			return fmt.Sprintf("it breaks off after %d bytes", syntax.Offset)
		case strings.Contains(syntax.Error(), "max depth"):
			return "it is nested too deeply"
		}
		return fmt.Sprintf("it is no JSON, from byte %d on", syntax.Offset)
	}
	if moment, ok := errors.AsType[*time.ParseError](err); ok {
		return fmt.Sprintf("%s is no moment in time", term.Printable(moment.Value, longestName))
	}
	return term.Printable(err.Error(), longestText)
}

// clean makes every text printable.
func clean(v reflect.Value) {
	switch v.Kind() {
	case reflect.String:
		if v.Type() == reflect.TypeFor[Code]() {
			v.SetString(printableCode(v.String()))
		} else {
			text := v.String() // of a very long one no more than can be shown is looked at
			v.SetString(term.Printable(text[:min(len(text), utf8.UTFMax*(longestText+1))], longestText))
		}
	case reflect.Pointer:
		if !v.IsNil() {
			clean(v.Elem())
		}
	case reflect.Slice:
		switch v.Type().Elem().Kind() {
		case reflect.String, reflect.Struct, reflect.Slice, reflect.Pointer:
			for i := range v.Len() {
				clean(v.Index(i))
			}
		}
	case reflect.Struct:
		for _, field := range v.Fields() {
			if field.CanSet() {
				clean(field)
			}
		}
	}
}

// printableCode keeps the lines and the indentation of code, and replaces what does not print.
func printableCode(text string) string {
	return strings.Map(func(r rune) rune {
		if r == '\n' || r == '\t' || unicode.IsPrint(r) {
			return r
		}
		return utf8.RuneError
	}, text)
}

// check finds what no comparison of ours has, and what a renderer could not show.
func (c *Comparison) check() error {
	switch {
	case len(c.Results) > mostResults:
		return unfit("it has %d results", len(c.Results))
	case len(c.Args) > mostArgs:
		return unfit("its command line has %d words", len(c.Args))
	case len(c.Plan.Workloads) > mostResults || len(c.Plan.Strategies) > mostRows || len(c.Plan.Procs) > mostRows:
		return unfit("its plan is out of range")
	case c.Plan.Rounds < 0 || c.Plan.Warmup < 0 || c.Plan.Limit < 0 || c.Machine.Cores < 0 || c.Machine.Procs < 0:
		return unfit("its plan or its machine has a number below zero")
	}
	lanes := 0
	for i := range c.Results {
		if err := c.Results[i].check(); err != nil {
			return err
		}
		for _, row := range c.Results[i].Rows {
			if row.Timeline != nil {
				lanes += len(row.Timeline.Lanes)
			}
		}
	}
	if lanes > mostLanes {
		return unfit("its timelines have %d lanes in all", lanes)
	}
	return nil
}

func (r *Result) check() error {
	switch {
	case !isName(r.Workload):
		return unfit("a result has no workload, or one with a name that is too long")
	case r.Tasks < 1 || r.Tasks > lab.MaxTasks || r.Procs < 1 || r.Work < 0:
		return unfit("%s has %d tasks on %d cores", r.Workload, r.Tasks, r.Procs)
	case len(r.Delays) == 0 || len(r.Delays) > maxAlone || len(r.Alone) > maxAlone:
		return unfit("%s lacks its delays, or has too many", r.Workload)
	case len(r.Rows) == 0 || len(r.Rows) > mostRows || len(r.Sources) > mostRows || len(r.Warnings) > mostWarnings:
		return unfit("%s lacks its strategies, or has too many of them, of sources or of warnings", r.Workload)
	}
	for _, times := range [][]time.Duration{r.Delays, r.Alone} {
		for _, t := range times {
			if !isTime(t) {
				return unfit("%s has a time of %d ns", r.Workload, t)
			}
		}
	}
	for _, code := range r.Sources {
		if code.Line < 1 || code.Line > math.MaxInt32 || len(code.Text) > longestCode {
			return unfit("%s has source of %d bytes, at line %d", r.Workload, len(code.Text), code.Line)
		}
	}
	if r.Guess != nil && (!isTime(r.Guess.Elapsed) || r.Guess.Sure < 0 || r.Guess.Sure > 100) {
		return unfit("%s has a guess that is out of range", r.Workload)
	}
	for i := range r.Rows {
		if err := r.Rows[i].check(); err != nil {
			return unfit("%s, strategy %d: %v", r.Workload, i+1, err)
		}
		if t := r.Rows[i].Timeline; t != nil && len(t.Lanes) != r.Tasks {
			return unfit("%s has %d tasks, and a timeline of %d", r.Workload, r.Tasks, len(t.Lanes))
		}
	}
	return nil
}

func (r *Row) check() error {
	switch {
	case !isName(r.Strategy):
		return errors.New("it has no name, or one that is too long")
	case r.Slots < 0 || r.Slots > lab.MaxTasks:
		return fmt.Errorf("it has %d slots", r.Slots)
	case len(r.Rounds) == 0 || len(r.Rounds) > MaxRounds:
		return fmt.Errorf("it has %d rounds", len(r.Rounds))
	case !r.Elapsed.isSound() || r.Speedup != nil && !r.Speedup.isSound():
		return errors.New("a median or an interval is out of range")
	case !(r.Waiting >= 0 && r.Waiting <= 1):
		return fmt.Errorf("a share of waiting of %g", r.Waiting)
	case r.Predicted != nil && !isInterval(*r.Predicted):
		return errors.New("what is predicted is out of range")
	}
	for _, round := range r.Rounds {
		if !isTime(round.Elapsed) || !isTime(round.CPU) || !isTime(round.Launched) || round.InTasks < 0 ||
			round.MostInFlight < 0 || round.MostInFlight > lab.MaxTasks {
			return errors.New("a round has a number out of range")
		}
	}
	if r.Timeline != nil {
		return r.Timeline.Check()
	}
	return nil
}

func isName(text string) bool { return text != "" && utf8.RuneCountInString(text) <= longestName }

func isTime(t time.Duration) bool { return t >= 0 && t <= longestTime }

func isInterval(i predict.Interval) bool { return isTime(i.Low) && isTime(i.High) && i.Low <= i.High }

// isSound tells whether an estimate is of numbers that can be shown, as times too, in their order. None is of nothing: shares of
// it are drawn.
func (e Estimate) isSound() bool {
	i := e.Interval
	if i == nil {
		i = &Range{e.Median, e.Median, 1}
	}
	return 0 < e.Median && e.Median <= float64(longestTime) &&
		0 <= e.Min && e.Min <= e.Median && e.Median <= e.Max && e.Max <= float64(longestTime) &&
		0 <= i.Low && i.Low <= e.Median && e.Median <= i.High && i.High <= float64(longestTime) &&
		0 <= i.Confidence && i.Confidence <= 1
}
