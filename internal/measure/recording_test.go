package measure_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"reflect"
	"regexp"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"testing"
	"testing/iotest"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	"meanwhile/internal/measure"
)

// small is a recording of two tasks by two strategies, as compare wrote it.
func small(t testing.TB) []byte {
	t.Helper()
	data, err := os.ReadFile("testdata/small.json")
	if err != nil {
		t.Fatal(err)
	}
	return data
}

// with is the small recording with another value at a path, such as "results.0.tasks"; nil takes away what is there.
func with(t testing.TB, path string, value any) string {
	t.Helper()
	var tree any
	if err := json.Unmarshal(small(t), &tree); err != nil {
		t.Fatal(err)
	}
	written, err := json.Marshal(changed(tree, strings.Split(path, "."), value))
	if err != nil {
		t.Fatal(err)
	}
	return string(written)
}

func changed(tree any, path []string, value any) any {
	if len(path) == 0 {
		return value
	}
	switch tree := tree.(type) {
	case map[string]any:
		if len(path) == 1 && value == nil {
			delete(tree, path[0])
		} else {
			tree[path[0]] = changed(tree[path[0]], path[1:], value)
		}
	case []any:
		i, err := strconv.Atoi(path[0])
		if err != nil || i >= len(tree) {
			panic("there is no element " + path[0])
		}
		tree[i] = changed(tree[i], path[1:], value)
	default:
		panic(fmt.Sprintf("there is no %q in %v", path[0], tree))
	}
	return tree
}

// many is a list of so many equal elements.
func many(n int, element string) json.RawMessage {
	return json.RawMessage("[" + strings.Repeat(element+",", n-1) + element + "]")
}

func TestARecordingIsReadBack(t *testing.T) {
	c, err := measure.Read(bytes.NewReader(small(t)))
	if err != nil {
		t.Fatal(err)
	}
	if c.Schema != measure.Schema || len(c.Results) != 1 || len(c.Results[0].Rows) != 2 || len(c.Results[0].Sources) != 3 {
		t.Errorf("it has %d results, of the schema %s", len(c.Results), c.Schema)
	}
	var plain measure.Comparison
	if err := json.Unmarshal(small(t), &plain); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(&plain, c); diff != "" {
		t.Errorf("what is sound was changed (-written +read):\n%s", diff)
	}
}

func TestFieldsOfALaterVersionArePassedOver(t *testing.T) {
	for _, value := range []string{`1`, `null`, `"]}"`, `{"a":[{"b":"\"}"}]}`, `[[],[1,{}]]`, `-0.5e3`, `true`} {
		for _, path := range []string{"new", "machine.new", "results.0.new", "results.0.strategies.1.timeline.new", "results.0.strategies.0.rounds.3.new"} {
			if _, err := measure.Read(strings.NewReader(with(t, path, json.RawMessage(value)))); err != nil {
				t.Errorf("%s of %s: %v", path, value, err)
			}
		}
	}
	if _, err := measure.Read(strings.NewReader(strings.ReplaceAll(string(small(t)), `"tasks"`, `"TASKS"`))); err != nil {
		t.Errorf("in other letters: %v", err)
	}
}

// Each bad recording gets one clear line.
func TestBadRecordingsAreRefusedInOneLine(t *testing.T) {
	whole := string(small(t))
	row, line := "results.0.strategies.0.", "results.0.strategies.0.timeline."
	huge := json.RawMessage("1e400")
	for name, c := range map[string]struct {
		data string
		want string // in the error
	}{
		"empty":                 {"", "empty"},
		"blank":                 {" \n\t\r\n", "empty"},
		"too large":             {strings.Repeat(" ", measure.MaxRecording) + "{}", "larger than 32 MB"},
		"no JSON":               {"Hello, World", "no JSON, from byte 1"},
		"a trace":               {"go 1.26 trace\x00\x00\x00", "no JSON, from byte 1"},
		"bytes":                 {"\xff\xfe{\x00}\x00", "no JSON, from byte 1"},
		"truncated":             {whole[:len(whole)/2], "breaks off after " + strconv.Itoa(len(whole)/2)},
		"without its end":       {strings.TrimRight(whole, "\n}"), "breaks off"},
		"twice":                 {whole + whole, "no JSON, from byte"},
		"deep":                  {strings.Repeat("[", 20_000), "nested too deeply"},
		"deep in a field":       {with(t, "new", 1)[:1] + `"new":` + strings.Repeat("[", 20_000), "nested too deeply"},
		"a number":              {"1", "it is a number, and no object"},
		"a text":                {`"meanwhile"`, "it is a string, and no object"},
		"a list":                {"[" + whole + "]", "it is an array, and no object"},
		"nothing":               {"null", "names no schema"},
		"no schema":             {"{}", "names no schema"},
		"a schema of no text":   {with(t, "schema", 1), "schema is a number, and no string"},
		"a later schema":        {with(t, "schema", "meanwhile/comparison/v2"), "its schema is meanwhile/comparison/v2, and this program reads"},
		"another schema":        {with(t, "schema", "k6/summary"), "its schema is k6/summary"},
		"an endless schema":     {with(t, "schema", strings.Repeat("meanwhile/", 1000)), "its schema is meanwhile/"},
		"a schema with lines":   {with(t, "schema", "meanwhile/\x1b[2J\n\u202e"), "its schema is meanwhile/"},
		"a time of no text":     {with(t, "started", 1), "started is a number, and no string"},
		"a time that is none":   {with(t, "started", "yester\x1bday"), "no moment in time"},
		"results of no list":    {with(t, "results", "none"), "results is a string, and no array"},
		"a result of no object": {with(t, "results", []int{1, 2}), "results is a number, and no object"},
		"null among results":    {with(t, "results", many(2, "null")), "results has a null in it"},
		"a truth of no truth":   {with(t, "partial", "yes"), "partial is a string, and no boolean"},
		"words of numbers":      {with(t, "args", []int{1}), "args is a number, and no string"},
		"an object for a text":  {with(t, "machine.os", map[string]int{}), "machine.os is an object, and no string"},
		"a fraction of tasks":   {with(t, "results.0.tasks", 1.5), "results.tasks is 1.5"},
		"endless digits":        {with(t, "plan.rounds", json.RawMessage(strings.Repeat("9", 10_000))), "plan.rounds is 999"},
		"a seed below zero":     {with(t, "plan.spec.seed", -1), "plan.spec.seed is -1"},
		"infinite median":       {with(t, row+"elapsed_ns.median", huge), "results.strategies.elapsed_ns.median is 1e400"},
		"infinite time":         {with(t, row+"rounds.0.elapsed_ns", huge), "results.strategies.rounds.elapsed_ns is 1e400"},
		"a million results":     {with(t, "results", many(1_000_000, "{}")), "more elements than a comparison has"},
		"many results":          {with(t, "results", many(1001, "{}")), "1001 results"},
		"a result of nothing":   {with(t, "results", many(1, "{}")), "no workload"},
		"endless arguments":     {with(t, "args", many(10_001, `""`)), "10001 words"},
		"a plan below zero":     {with(t, "plan.rounds", -1), "below zero"},
		"no cores below zero":   {with(t, "machine.cores", -2), "below zero"},
		"no name":               {with(t, "results.0.workload", ""), "no workload"},
		"a long name":           {with(t, "results.0.workload", strings.Repeat("w", 65)), "too long"},
		"no tasks":              {with(t, "results.0.tasks", 0), "0 tasks"},
		"tasks below zero":      {with(t, "results.0.tasks", -2), "-2 tasks"},
		"too many tasks":        {with(t, "results.0.tasks", 1_000_000_000), "1000000000 tasks"},
		"no cores":              {with(t, "results.0.gomaxprocs", 0), "0 cores"},
		"no delays":             {with(t, "results.0.delays_ns", []int{}), "lacks its delays"},
		"many delays":           {with(t, "results.0.delays_ns", many(1001, "1")), "too many"},
		"a negative delay":      {with(t, "results.0.delays_ns", []int{-1}), "a time of -1 ns"},
		"a delay of a century":  {with(t, "results.0.alone_ns", []int64{3e18}), "a time of 3000000000000000000 ns"},
		"no strategies":         {with(t, "results.0.strategies", []int{}), "lacks its strategies"},
		"many warnings":         {with(t, "results.0.warnings", many(101, "{}")), "too many"},
		"source before line 1":  {with(t, "results.0.sources.0.line", 0), "at line 0"},
		"endless source":        {with(t, "results.0.sources.0.text", strings.Repeat("\n", 1<<20)), "source of 1048576 bytes"},
		"a guess of nobody":     {with(t, "results.0.guess", map[string]int{"sure_percent": 101}), "a guess that is out of range"},
		"no strategy's name":    {with(t, row+"strategy", nil), "strategy 1: it has no name"},
		"slots below zero":      {with(t, row+"slots", -1), "-1 slots"},
		"no rounds":             {with(t, row+"rounds", []int{}), "0 rounds"},
		"many rounds":           {with(t, row+"rounds", many(10_001, "{}")), "10001 rounds"},
		"a negative round":      {with(t, row+"rounds.2.elapsed_ns", -1), "a round has a number out of range"},
		"flight below zero":     {with(t, row+"rounds.2.most_in_flight", -1), "a round has a number out of range"},
		"a median of nothing":   {with(t, row+"elapsed_ns.median", 0), "a median or an interval is out of range"},
		"a negative median":     {with(t, row+"elapsed_ns.median", -1.5), "a median or an interval is out of range"},
		"an endless median":     {with(t, row+"elapsed_ns.median", 1e300), "a median or an interval is out of range"},
		"minimum over maximum":  {with(t, row+"elapsed_ns.min", 1e12), "a median or an interval is out of range"},
		"a crossed interval":    {with(t, row+"elapsed_ns.interval.low", 1e12), "a median or an interval is out of range"},
		"no speed-up":           {with(t, "results.0.strategies.1.speedup.median", 0), "a median or an interval is out of range"},
		"too much confidence":   {with(t, row+"elapsed_ns.interval.confidence", 2), "a median or an interval is out of range"},
		"too much waiting":      {with(t, row+"waiting", 1.01), "a share of waiting of 1.01"},
		"less than no waiting":  {with(t, row+"waiting", -0.5), "a share of waiting of -0.5"},
		"a crossed prediction":  {with(t, row+"predicted", map[string]int{"low_ns": 2, "high_ns": 1}), "what is predicted is out of range"},
		"a run of no time":      {with(t, line+"elapsed_ns", -1), "a run of -1 ns"},
		"a million lanes":       {with(t, line+"lanes", many(1_000_000, "[]")), "1000000 lanes are too many"},
		"three lanes":           {with(t, line+"lanes", many(3, "[]")), "2 tasks, and a timeline of 3"},
		"a null for a span":     {with(t, line+"lanes.0", many(2, "null")), "a null in it"},
		"a text for a span":     {with(t, line+"lanes.0", []string{"[1,2,3,4,5]"}), "a span is five whole numbers"},
		"a short span":          {with(t, line+"lanes.0", many(1, "[1,2,3]")), "a span is five whole numbers"},
		"a long span":           {with(t, line+"lanes.0", many(1, "[1,2,3,0,0,0]")), "a span is five whole numbers"},
		"an infinite span":      {with(t, line+"lanes.0", many(1, "[1,2,1e400,0,0]")), "a span is five whole numbers"},
		"a span in no state":    {with(t, line+"lanes.0", many(1, "[0,1,2,0,0]")), "a state that does not exist"},
		"a span of the future":  {with(t, line+"lanes.0", many(1, "[4,1,2,0,0]")), "a span is five whole numbers"},
		"end before start":      {with(t, line+"lanes.0", many(1, "[1,2,1,0,0]")), "overlap, or lie outside"},
		"a span before 0":       {with(t, line+"lanes.0", many(1, "[1,-2,1,0,0]")), "overlap, or lie outside"},
		"a span behind the end": {with(t, line+"lanes.0", many(1, "[1,1,99999999999999,0,0]")), "overlap, or lie outside"},
		"overlapping spans":     {with(t, line+"lanes.0", many(2, "[1,1,3,0,0]")), "overlap, or lie outside"},
		"a reason of nobody":    {with(t, line+"lanes.0", many(1, "[1,1,3,99,0]")), "whose reason or place does not exist"},
		"a place of nobody":     {with(t, line+"lanes.0", many(1, "[1,1,3,0,-1]")), "whose reason or place does not exist"},
		"endless reasons":       {with(t, line+"reasons", many(1001, `""`)), "more than 1000 reasons"},
		"too many spans":        {with(t, line+"lanes.0", many(300_001, "[1,2,3,0,0]")), "more than 300000 spans"},
		"a million spans":       {with(t, line+"lanes.0", many(1_000_000, "[1,2,3,0,0]")), "more elements than a comparison has"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := measure.Read(strings.NewReader(c.data))
			if err == nil {
				t.Fatal("it is taken for a recording")
			}
			isClear(t, err)
			if !strings.Contains(err.Error(), c.want) {
				t.Errorf("got %q, want it to say %q", err, c.want)
			}
		})
	}
}

// ours are words that only who has read the program knows.
var ours = regexp.MustCompile(`\b(measure|timeline|json|lab|predict|reflect|time)\.[A-Z]|\b(u?int|float|Go) ?(64|struct|value)\b|cannot unmarshal|\bstruct\b`)

// isClear asserts that an error is one line, short, printable, and in words of the reader's.
func isClear(t *testing.T, err error) {
	t.Helper()
	text := err.Error()
	if _, ok := errors.AsType[measure.RecordingError](err); !ok {
		t.Errorf("%q is a %T", text, err)
	}
	if utf8.RuneCountInString(text) > 300 || !printable(text, "") || ours.MatchString(text) || !strings.HasPrefix(text, "not a recording that can be replayed: ") {
		t.Errorf("the error is %q (%d characters)", text, utf8.RuneCountInString(text))
	}
}

// printable tells whether all of a text can be shown, but for what is allowed besides.
func printable(text, besides string) bool {
	return utf8.ValidString(text) && !strings.ContainsFunc(text, func(r rune) bool { return !unicode.IsPrint(r) && !strings.ContainsRune(besides, r) })
}

func TestAReaderThatFailsIsNoBadRecording(t *testing.T) {
	if _, err := measure.Read(iotest.ErrReader(io.ErrClosedPipe)); !errors.Is(err, io.ErrClosedPipe) {
		t.Errorf("got %v, want what the reader said", err)
	}
}

// Every text that there is has something in it that would control a terminal. Nothing of that is left.
func TestNoTextOfARecordingControlsATerminal(t *testing.T) {
	const evil = "\x1b[31m\x1b]0;t\a\x9b2J\r\n\tx\x00\x7f\u0085\u009b\u200b\u202e\u2066\u2028\ufeff"
	c, err := measure.Read(bytes.NewReader(small(t)))
	if err != nil {
		t.Fatal(err)
	}
	fill(reflect.ValueOf(c).Elem())
	written, err := json.Marshal(c)
	if err != nil {
		t.Fatal(err)
	}
	var tree map[string]any
	if err := json.Unmarshal(written, &tree); err != nil {
		t.Fatal(err)
	}
	schema, started := tree["schema"], tree["started"]
	spoil(tree, evil)
	tree["schema"], tree["started"] = schema, started
	if written, err = json.Marshal(tree); err != nil {
		t.Fatal(err)
	}
	read, err := measure.Read(bytes.NewReader(written))
	if err != nil {
		t.Fatal(err)
	}
	seen := map[string]bool{}
	texts(reflect.ValueOf(read).Elem(), "", func(path, text string, of reflect.Type) {
		seen[path] = true
		besides := ""
		if of == reflect.TypeFor[measure.Code]() {
			besides = "\n\t"
		}
		if !printable(text, besides) {
			t.Errorf("%s is %q", path, text)
		}
		if path != ".Schema" && !strings.Contains(text, "x") {
			t.Errorf("%s is %q, and nothing of it was there to be read", path, text)
		}
	})
	var all []string
	kinds(reflect.TypeFor[measure.Comparison](), "", &all)
	for _, path := range all {
		if !seen[path] {
			t.Errorf("%s was not tried", path)
		}
	}
}

// fill puts something where nothing is, so that every field is written.
func fill(v reflect.Value) {
	switch v.Kind() {
	case reflect.String:
		if v.String() == "" {
			v.SetString("x")
		}
	case reflect.Int, reflect.Int64:
		if v.Int() == 0 {
			v.SetInt(1)
		}
	case reflect.Float64:
		if v.Float() == 0 {
			v.SetFloat(1)
		}
	case reflect.Pointer:
		if v.IsNil() && v.Type() != reflect.TypeFor[*time.Location]() {
			v.Set(reflect.New(v.Type().Elem()))
		}
		fill(v.Elem())
	case reflect.Slice:
		if v.Len() == 0 && v.Type() != reflect.TypeFor[[]byte]() {
			v.Set(reflect.MakeSlice(v.Type(), 1, 1))
		}
		for i := range v.Len() {
			if k := v.Type().Elem().Kind(); k == reflect.Struct || k == reflect.Pointer || v.Index(i).IsZero() && k == reflect.String && !isWordList(v) {
				fill(v.Index(i))
			}
		}
	case reflect.Struct:
		for _, field := range v.Fields() {
			if field.CanSet() {
				fill(field)
			}
		}
	}
}

// isWordList tells whether a list is the reasons or places of a timeline, whose first is empty.
func isWordList(v reflect.Value) bool { return v.Len() > 1 }

// spoil puts something evil before every text of a tree of JSON.
func spoil(tree any, evil string) any {
	switch tree := tree.(type) {
	case string:
		return evil + tree
	case []any:
		for i := range tree {
			tree[i] = spoil(tree[i], evil)
		}
	case map[string]any:
		for key := range tree {
			tree[key] = spoil(tree[key], evil)
		}
	}
	return tree
}

// texts calls f with every text of a value, and where it is.
func texts(v reflect.Value, path string, f func(path, text string, of reflect.Type)) {
	switch v.Kind() {
	case reflect.String:
		f(path, v.String(), v.Type())
	case reflect.Pointer:
		if !v.IsNil() {
			texts(v.Elem(), path, f)
		}
	case reflect.Slice:
		for i := range v.Len() {
			texts(v.Index(i), path, f)
		}
	case reflect.Struct:
		for i := range v.NumField() {
			if field := v.Type().Field(i); field.IsExported() {
				texts(v.Field(i), path+"."+field.Name, f)
			}
		}
	}
}

// kinds lists where texts can be in a type.
func kinds(of reflect.Type, path string, all *[]string) {
	switch of.Kind() {
	case reflect.String:
		if !slices.Contains(*all, path) {
			*all = append(*all, path)
		}
	case reflect.Pointer, reflect.Slice:
		kinds(of.Elem(), path, all)
	case reflect.Struct:
		for field := range of.Fields() {
			if field.IsExported() {
				kinds(field.Type, path+"."+field.Name, all)
			}
		}
	}
}

// A file can be made so that a reader that trusts it takes a thousand times as much memory. This one takes some fixed amount and a
// few times the file.
func TestMemoryIsBounded(t *testing.T) {
	if underRace {
		t.Skip("the race detector takes memory of its own")
	}
	const size, most, largest = 4 << 20, 300 << 20, 1 << 30
	of := func(element string, bytes int) string {
		return strings.TrimSuffix(strings.Repeat(element, bytes/len(element)), ",")
	}
	inRoom := func(element string, each uintptr) string { return of(element, len(element)*(32<<20/int(each)-100)) }
	inResult := func(fields string) string { return `"results":[{` + fields + `}]` }
	inRow := func(fields string) string { return inResult(`"strategies":[{` + fields + `}]`) }
	for name, fields := range map[string]string{
		"numbers for results":   `"results":[` + of("1,", size) + "]",
		"nulls for results":     `"results":[` + of("null,", size) + "]",
		"lists for results":     `"results":[` + of("[],", size) + "]",
		"empty results":         `"results":[` + of("{},", size) + "]",
		"results that fit":      `"results":[` + inRoom("{},", reflect.TypeFor[measure.Result]().Size()) + "]",
		"results again":         of(`"results":[`+of("{},", 1<<12)+"],", size),
		"numbers for rows":      inResult(`"strategies":[` + of("1,", size) + "]"),
		"rows that fit":         inResult(`"strategies":[` + inRoom("{},", reflect.TypeFor[measure.Row]().Size()) + "]"),
		"small results":         `"results":[` + of(`{"strategies":[{},{},{}]},`, size) + "]",
		"small timelines":       inResult(`"strategies":[` + of(`{"timeline":{"lanes":[[],[],[]]}},`, size) + "]"),
		"rounds that fit":       inRow(`"rounds":[` + inRoom("{},", reflect.TypeFor[measure.Round]().Size()) + "]"),
		"lanes that fit":        inRow(`"timeline":{"lanes":[` + inRoom("[],", 24) + "]}"),
		"spans that fit":        inRow(`"timeline":{"lanes":[[` + inRoom("[1,0,1,0,0],", 40) + "]]}"),
		"reasons":               inRow(`"timeline":{"reasons":[` + of(`"",`, size) + "]}"),
		"delays that fit":       inResult(`"delays_ns":[` + inRoom("1,", 8) + "]"),
		"words that fit":        `"args":[` + inRoom(`"",`, 16) + "]",
		"something of later":    `"new":[` + of("[[{}]],", size) + "]",
		"many fields of later":  of(`"a":1,`, size),
		"one word":              `"reason":"` + of("a", size) + `"`,
		"one word of ESC":       `"reason":"` + of(`\u001b`, size) + `"`,
		"one word of bad bytes": `"reason":"` + of("\xff", size) + `"`,
	} {
		t.Run(name, func(t *testing.T) { takesAtMost(t, `{"schema":"`+measure.Schema+`",`+fields+"}", most) })
	}
	for name, data := range map[string]string{
		"open lists":             strings.Repeat("[", measure.MaxRecording),
		"open objects":           strings.Repeat("{", measure.MaxRecording),
		"open objects in turn":   strings.Repeat(`{"a":`, measure.MaxRecording/5),
		"endless":                strings.Repeat("x", 2*measure.MaxRecording),
		"the largest":            `{"schema":"` + measure.Schema + `","reason":"` + strings.Repeat("\xff", measure.MaxRecording-100) + `"}`,
		"the largest of results": `{"schema":"` + measure.Schema + `","results":[` + of("1,", measure.MaxRecording-100) + `]}`,
	} {
		t.Run(name, func(t *testing.T) { takesAtMost(t, data, largest) })
	}
}

// takesAtMost reads a recording and asserts how much is allocated for it in all.
func takesAtMost(t *testing.T, data string, most uint64) {
	t.Helper()
	var before, after runtime.MemStats
	reader := strings.NewReader(data)
	runtime.ReadMemStats(&before)
	_, err := measure.Read(reader)
	runtime.ReadMemStats(&after)
	took := after.TotalAlloc - before.TotalAlloc
	t.Logf("%d MB were taken for %d kB: %v", took>>20, len(data)>>10, err)
	if took > most {
		t.Errorf("that is more than %d MB", most>>20)
	}
	if err != nil {
		isClear(t, err)
	}
}

// Whatever the bytes are: no panic, a clear error, or a comparison with nothing in it that does harm.
func FuzzReadRecording(f *testing.F) {
	f.Add(small(f))
	for _, seed := range []string{
		"", "null", "{}", "[", `{"schema":"meanwhile/comparison/v2"}`, `{"schema":"` + measure.Schema + `"}`,
		`{"schema":"` + measure.Schema + `","results":[1,null,{}]}`,
		with(f, "results.0.strategies.0.timeline.lanes.0", many(1, "[1,2,1,0,0]")),
		with(f, "results.0.workload", "\x1b[31m\u202e\n"), with(f, "results.0.strategies.0.waiting", -1),
		with(f, "results.0.strategies.0.elapsed_ns.median", json.RawMessage("1e400")), with(f, "results.0.delays_ns", []int{}),
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		c, err := measure.Read(bytes.NewReader(data))
		if err != nil {
			isClear(t, err)
			return
		}
		texts(reflect.ValueOf(c).Elem(), "", func(path, text string, of reflect.Type) {
			besides := ""
			if of == reflect.TypeFor[measure.Code]() {
				besides = "\n\t"
			}
			if !printable(text, besides) {
				t.Errorf("%s is %q", path, text)
			}
		})
		for i := range c.Results {
			for _, row := range c.Results[i].Rows {
				if row.Timeline != nil && len(row.Timeline.Lanes) != c.Results[i].Tasks {
					t.Errorf("%d lanes of %d tasks", len(row.Timeline.Lanes), c.Results[i].Tasks)
				}
			}
		}
		written, err := json.Marshal(c)
		if err != nil {
			t.Fatal(err)
		}
		again, err := measure.Read(bytes.NewReader(written))
		if err != nil {
			t.Fatalf("written again, it cannot be read: %v", err)
		}
		if rewritten, err := json.Marshal(again); err != nil || !bytes.Equal(written, rewritten) {
			t.Errorf("written again, it is another (%v):\n%s\n%s", err, written, rewritten)
		}
	})
}
