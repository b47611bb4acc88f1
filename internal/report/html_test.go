package report_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"reflect"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"meanwhile/internal/measure"
	"meanwhile/internal/palette"
	"meanwhile/internal/report"
	"meanwhile/internal/timeline"
)

// htmlOf writes a comparison as a page.
func htmlOf(t *testing.T, c *measure.Comparison) string {
	t.Helper()
	var page bytes.Buffer
	if err := report.Write(&page, report.FormatHTML, c, report.Layout{}); err != nil {
		t.Fatal(err)
	}
	return page.String()
}

// body is a page without its style and its script.
func body(page string) string {
	return regexp.MustCompile(`(?s)<(style|script)>.*?</(style|script)>`).ReplaceAllString(page, "<$1></$1>")
}

// element is a start tag.
type element struct {
	name       string
	attributes map[string]string
	text       string // directly in it
}

// elements takes a page apart. The pages are strict enough to be XML: every tag is closed, and no name and no text is more
// than that.
func elements(t *testing.T, page string) []element {
	t.Helper()
	var found []element
	var open []int
	for decoder := xml.NewDecoder(strings.NewReader(body(page))); ; {
		token, err := decoder.Token()
		if errors.Is(err, io.EOF) {
			return found
		}
		if err != nil {
			t.Fatalf("the page is not well formed: %v", err)
		}
		switch token := token.(type) {
		case xml.StartElement:
			e := element{token.Name.Local, map[string]string{}, ""}
			for _, attribute := range token.Attr {
				e.attributes[attribute.Name.Local] = attribute.Value
			}
			open = append(open, len(found))
			found = append(found, e)
		case xml.CharData:
			if len(open) > 0 {
				found[open[len(open)-1]].text += string(token)
			}
		case xml.EndElement:
			open = open[:len(open)-1]
		}
	}
}

// having lists the elements that have a name and a class.
func having(all []element, name, class string) (found []element) {
	for _, e := range all {
		if e.name == name && (class == "" || slices.Contains(strings.Fields(e.attributes["class"]), class)) {
			found = append(found, e)
		}
	}
	return found
}

func TestAPageTellsAllThatAComparisonHas(t *testing.T) {
	several := sample()
	for name, c := range map[string]*measure.Comparison{"one traced": traced(), "several": several} {
		page := htmlOf(t, c)
		for _, want := range []string{
			"GETs a URL and reads the answer", "HTTP over the loopback interface", "a server of our own waits before it answers",
			"312 ms", "308–318 ms", "305…321 ms", "9.98×", "307–319 ms", "98 %", "as predicted",
			"300 ms for goroutines, 80 % sure", "a wait blocks everything", "the others go on",
			"A | processor", "linux/amd64", "go1.26", "meanwhile v1", "02 Jan 2026", "6 rounds", "meanwhile compare network",
			c.Results[0].Learned,
		} {
			if !strings.Contains(page, strings.ReplaceAll(want, "'", "&#39;")) {
				t.Errorf("%s: the page lacks %q", name, want)
			}
		}
	}
	if page := htmlOf(t, several); !strings.Contains(page, several.Learned) {
		t.Errorf("the page does not say what all results show together")
	}
	all := elements(t, htmlOf(t, several))
	if n := len(having(all, "section", "result")); n != 2 {
		t.Errorf("%d results, want 2", n)
	}
	if n := len(having(all, "g", "lane")); n != 0 {
		t.Errorf("%d lanes of a comparison that was not traced", n)
	}
	if n := len(having(all, "rect", "bar")); n != 4 {
		t.Errorf("%d bars, want one for each of 4 strategies", n)
	}
}

func TestAPageTellsThatItIsPartial(t *testing.T) {
	partial := sample()
	partial.Partial, partial.Reason = true, "interrupted"
	partial.Results = partial.Results[:1]
	partial.Results[0].Rows[1].Speedup, partial.Results[0].Rows[1].Elapsed.Interval = nil, nil
	partial.Results[0].Rows[1].Predicted, partial.Results[0].Rows[1].Verdict = nil, measure.Verdict{Outcome: measure.Unknown}
	nothing := sample()
	nothing.Partial, nothing.Reason, nothing.Results, nothing.Learned = true, "timed out", nil, ""
	for _, c := range []*measure.Comparison{partial, nothing} {
		page := htmlOf(t, c)
		elements(t, page)
		if !strings.Contains(page, "<strong>Partial:</strong> "+c.Reason) {
			t.Errorf("the page does not say that the run was %s", c.Reason)
		}
	}
}

// Lanes are where they happened: along the axis of the longest, 3 s here.
func TestSpansAreDrawnWhereTheyHappened(t *testing.T) {
	page := htmlOf(t, traced())
	for _, want := range []string{
		// The second task in turn. Its queueing is drawn a little longer than it is, so that it is seen.
		`<rect class="running thin" x="1.000%" y="0" width="0.100%" height="8"><title>task 2 · running: near tasks.go:62 · ` +
			`30.000–33.000 ms (3.00 ms)</title></rect>`,
		`<rect class="waiting" x="1.100%" y="0" width="0.833%" height="8"><title>task 2 · waiting: for the network: the answer, ` +
			`at tasks.go:62 · 33.000–58.000 ms (25.0 ms)</title></rect>`,
		`<rect class="queued thin" x="1.933%" y="0" width="0.100%" height="8"><title>task 2 · queued: for a core, at tasks.go:62 · ` +
			`58.000–60.000 ms (2.00 ms)</title></rect>`,
		`aria-label="Task 2: 30.000–60.000 ms (30.0 ms); running 3.00 ms, waiting 25.0 ms, queued 2.00 ms"`,
		// All 100 in flight, until 30 ms of 3 s.
		`d="M0 34H0V2.0V2.0H10V34.0V34.0V34Z"`,
	} {
		if !strings.Contains(page, want) {
			t.Errorf("the page lacks %s", want)
		}
	}
}

// Lanes that find no room are folded, and bands say how many.
func TestEveryTaskIsInALane(t *testing.T) {
	all := elements(t, htmlOf(t, traced()))
	drawn, stops := 0, 0
	for _, lane := range having(all, "g", "lane") {
		tasks := 1
		if label := lane.attributes["aria-label"]; !strings.HasPrefix(label, "Task ") {
			if _, err := fmt.Sscanf(label, "%d more tasks, folded", &tasks); err != nil {
				t.Errorf("a lane says %q", label)
			}
		}
		drawn += tasks
		if lane.attributes["tabindex"] == "0" {
			stops++
		}
	}
	if drawn != 300 {
		t.Errorf("%d tasks are drawn, want 100 of each of 3 strategies", drawn)
	}
	if stops != 3 {
		t.Errorf("%d lanes are stops of the Tab key, want one a strategy", stops)
	}
}

// A band is made of rows, in each of which some of its tasks are.
func TestEveryFoldedTaskIsInARowOfItsBand(t *testing.T) {
	bands := map[string]map[string]int{} // by what they fold: tasks by the place of a row
	band, row := "", ""
	for _, e := range elements(t, htmlOf(t, traced())) {
		switch folded := 0; {
		case e.name == "g":
			band = ""
			if e.attributes["class"] == "lane band" {
				band = fmt.Sprintf("%s, band %d", e.attributes["aria-label"], len(bands))
				bands[band] = map[string]int{}
			}
		case e.name == "rect":
			row = e.attributes["y"]
		case e.name == "title" && band != "":
			if _, err := fmt.Sscanf(e.text, "%d of the 69 folded tasks · mostly ", &folded); err != nil {
				t.Errorf("a row says %q", e.text)
			}
			bands[band][row] = folded
		}
	}
	if len(bands) != 3 {
		t.Errorf("%d bands, want one for each of 3 strategies", len(bands))
	}
	for name, rows := range bands {
		tasks := 0
		for _, folded := range rows {
			tasks += folded
		}
		if tasks != 69 || len(rows) != 24 {
			t.Errorf("%s: %d tasks in %d rows, want 69 in 24", name, tasks, len(rows))
		}
	}
}

// A task that is over at once leaves a peak in the curve, and no more.
func TestTheCurveOfTasksInFlightFollowsThem(t *testing.T) {
	c := traced()
	c.Results[0].Rows = c.Results[0].Rows[:1]
	c.Results[0].Rows[0].Timeline = &timeline.Timeline{Elapsed: 1000 * ms, Lanes: []timeline.Lane{
		{{State: timeline.Running, Start: 0, End: ms / 10}},
		{{State: timeline.Running, Start: 500 * ms, End: 1000 * ms}},
	}}
	if want := `d="M0 34H0V2.0V34.0H500V2.0V2.0H1000V34.0V34.0V34Z"`; !strings.Contains(htmlOf(t, c), want) {
		t.Errorf("the page lacks %s", want)
	}
}

// Spans that nobody could see are drawn together, and say so: a page stays small, and none is lost.
func TestThinSpansAreDrawnAsOne(t *testing.T) {
	c := traced()
	c.Results[0].Rows = c.Results[0].Rows[:1]
	lane := busyLane(0, 10_000)
	c.Results[0].Rows[0].Timeline = &timeline.Timeline{Elapsed: lane.End(), Lanes: []timeline.Lane{lane}, Reasons: []string{"", "sleeping", "for a core"}}
	rects, spans, covered := 0, 0, 0.0
	for _, e := range elements(t, htmlOf(t, c)) {
		if e.name == "rect" && e.attributes["y"] == "0" {
			rects++
			width, err := strconv.ParseFloat(strings.TrimSuffix(e.attributes["width"], "%"), 64)
			if err != nil {
				t.Fatal(err)
			}
			covered += width
		}
		if e.name == "title" && strings.HasPrefix(e.text, "task 1 · ") {
			together := 1
			if strings.Contains(e.text, " short spans") {
				if _, err := fmt.Sscanf(e.text, "task 1 · %d short spans, mostly ", &together); err != nil {
					t.Errorf("a span says %q", e.text)
				}
			}
			spans += together
		}
	}
	if spans != 10_000 || rects > 1100 || math.Abs(covered-100) > 0.1 {
		t.Errorf("%d spans in %d rectangles that cover %.2f %%; want 10000 in at most 1100 that cover all", spans, rects, covered)
	}
}

func TestEveryRoundIsDrawn(t *testing.T) {
	c := sample()
	c.Results = c.Results[:1]
	for i := range 600 {
		c.Results[0].Rows[1].Rounds = append(c.Results[0].Rows[1].Rounds,
			measure.Round{Usage: measure.Usage{Elapsed: 31*ms + time.Duration(i*i)*time.Nanosecond}})
	}
	all := elements(t, htmlOf(t, c))
	if n := len(having(all, "circle", "dot")) - 1; n != 3 { // one explains the sign
		t.Errorf("%d dots, want one for each of 3 rounds", n)
	}
	rounds := 0
	for i, e := range all {
		if e.name == "rect" && e.attributes["class"] == "dot" {
			n, err := strconv.Atoi(strings.Fields(all[i+1].text)[0])
			if err != nil {
				t.Fatal(err)
			}
			rounds += n
		}
	}
	if rounds != 603 {
		t.Errorf("the columns stand for %d rounds, want 603", rounds)
	}
}

// Numbers that no run has must not upset a page either: a recording may be anybody's.
func TestOddNumbersMakeAWholePage(t *testing.T) {
	for name, change := range map[string]func(*measure.Row){
		"nothing took time": func(row *measure.Row) { row.Elapsed, row.Rounds[0].Elapsed = measure.Estimate{}, 0 },
		"no lanes":          func(row *measure.Row) { row.Timeline = &timeline.Timeline{Elapsed: ms} },
		"an empty lane": func(row *measure.Row) {
			row.Timeline = &timeline.Timeline{Elapsed: ms, Lanes: make([]timeline.Lane, 30)}
		},
		"a run of no time": func(row *measure.Row) { row.Timeline = &timeline.Timeline{Lanes: make([]timeline.Lane, 1)} },
		"a run of a nanosecond": func(row *measure.Row) {
			row.Timeline = &timeline.Timeline{Elapsed: 1, Lanes: []timeline.Lane{{{State: timeline.Running, End: 1}}}}
		},
		"all rounds alike": func(row *measure.Row) { row.Rounds = slices.Repeat(row.Rounds[:1], 5) },
	} {
		t.Run(name, func(t *testing.T) {
			c := traced()
			for i := range c.Results[0].Rows {
				change(&c.Results[0].Rows[i])
			}
			page := htmlOf(t, c)
			elements(t, page)
			for _, number := range []string{`"NaN`, `"+Inf`, `"-Inf`} {
				if strings.Contains(page, number) {
					t.Errorf("the page has a length of %s", number[1:])
				}
			}
		})
	}
}

// hostile is what may stand for a name in a recording, if somebody means harm.
const hostile = `"><script>alert(1)</script><img src=x onerror='alert(2)'>]]><!--</title></style>` + "\u202e\x00\x1b[31m&amp;{{.}}"

// fill puts a text into every field that takes one.
func fill(v reflect.Value, text string) {
	switch v.Kind() {
	case reflect.String:
		v.SetString(text)
	case reflect.Pointer:
		if !v.IsNil() {
			fill(v.Elem(), text)
		}
	case reflect.Slice:
		for i := range v.Len() {
			fill(v.Index(i), text)
		}
	case reflect.Struct:
		for _, field := range v.Fields() {
			if field.CanSet() {
				fill(field, text)
			}
		}
	}
}

func TestNoNameBecomesMarkup(t *testing.T) {
	for name, c := range map[string]*measure.Comparison{"traced": traced(), "several": sample()} {
		t.Run(name, func(t *testing.T) {
			c.Partial, c.Reason, c.Args = true, "x", []string{"compare", "--url", "x"}
			harmless := htmlOf(t, c)
			fill(reflect.ValueOf(c).Elem(), hostile)
			page := htmlOf(t, c)
			if i := strings.IndexAny(page, "\u202e\x00\x1b"); i >= 0 {
				t.Errorf("a control character is in the page, at byte %d", i)
			}
			if strings.Count(page, "<script") != 1 || strings.Count(page, "</script") != 1 || strings.Contains(page, "<img") {
				t.Error("a name became a tag")
			}
			names := map[string]bool{}
			for _, e := range elements(t, harmless) {
				names[e.name] = true
				for attribute := range e.attributes {
					names[attribute] = true
				}
			}
			for _, e := range elements(t, page) {
				if !names[e.name] {
					t.Errorf("the page has an element %s, which it has not with harmless names", e.name)
				}
				for attribute := range e.attributes {
					if !names[attribute] {
						t.Errorf("%s has an attribute %s, which no element has with harmless names", e.name, attribute)
					}
				}
			}
		})
	}
}

// The policy lets a browser load nothing, and its fingerprints are those of the style and the script that are there.
func TestAPageNeedsNothingElse(t *testing.T) {
	page := htmlOf(t, traced())
	fingerprint := func(name string) string {
		_, rest, _ := strings.Cut(page, "<"+name+">")
		text, _, _ := strings.Cut(rest, "</"+name+">")
		sum := sha256.Sum256([]byte(text))
		return "sha256-" + base64.StdEncoding.EncodeToString(sum[:])
	}
	all := elements(t, page)
	want := fmt.Sprintf("default-src 'none'; style-src '%s'; script-src '%s'; base-uri 'none'; form-action 'none'",
		fingerprint("style"), fingerprint("script"))
	policies := 0
	for _, e := range all {
		if e.attributes["http-equiv"] == "Content-Security-Policy" {
			policies++
			if got := e.attributes["content"]; got != want {
				t.Errorf("the policy is %q, want %q", got, want)
			}
		}
		for name, value := range e.attributes {
			if name == "src" || name == "style" || strings.HasPrefix(name, "on") || name == "href" && !strings.HasPrefix(value, "#") {
				t.Errorf("%s has %s=%q", e.name, name, value)
			}
		}
	}
	if policies != 1 {
		t.Errorf("%d policies, want 1", policies)
	}
	for _, file := range []string{"../palette/palette.css", "page.css", "page.js"} {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if found := regexp.MustCompile(`@import|https?:|url\([^#]|</`).Find(text); found != nil {
			t.Errorf("%s has %q", file, found)
		}
	}
}

// What a screen reader goes by.
func TestPartsOfAPageAreNamed(t *testing.T) {
	all := elements(t, htmlOf(t, traced()))
	level := 0
	for _, e := range all {
		if len(e.name) == 2 && e.name[0] == 'h' && e.name[1] >= '1' && e.name[1] <= '6' {
			if next := int(e.name[1] - '0'); next > level+1 {
				t.Errorf("a heading of level %d follows one of level %d: %q", next, level, e.text)
			}
			level = int(e.name[1] - '0')
		}
		named := e.attributes["aria-label"] != "" && e.attributes["role"] != ""
		inside := e.attributes["viewBox"] != "" // a part of another
		if e.name == "svg" && !named && !inside && e.attributes["aria-hidden"] != "true" {
			t.Errorf("a picture has neither a name nor is it hidden: %v", e.attributes)
		}
		if e.name == "th" && e.attributes["scope"] == "" {
			t.Errorf("a table's head %q has no scope", e.text)
		}
	}
	for _, name := range []string{"header", "main", "h1", "table", "caption"} {
		if n := len(having(all, name, "")); n != 1 {
			t.Errorf("%d of %s, want 1", n, name)
		}
	}
	if html := having(all, "html", ""); len(html) != 1 || html[0].attributes["lang"] != "en" {
		t.Errorf("the page does not say its language: %v", html)
	}
}

// Text and signs stand out from what is behind them, in both schemes: by 4.5 to 1 and by 3 to 1, as WCAG 2.2 asks.
func TestColoursHaveContrast(t *testing.T) {
	light, rest, ok := strings.Cut(palette.CSS, "prefers-color-scheme: dark")
	if !ok {
		t.Fatal("there is no dark scheme")
	}
	dark, _, _ := strings.Cut(rest, "\n}\n")
	for scheme, text := range map[string]string{"light": light, "dark": dark} {
		colours := map[string]float64{}
		for _, found := range regexp.MustCompile(`--([a-z-]+): #([0-9a-f]{6});`).FindAllStringSubmatch(text, -1) {
			colours[found[1]] = luminance(t, found[2])
		}
		for _, pair := range []struct {
			front, back string
			least       float64
		}{
			{"ink", "paper", 7},
			{"ink", "raised", 7},
			{"ink", "stood", 7},
			{"faint", "paper", 4.5},
			{"faint", "raised", 4.5},
			{"faint", "stood", 4.5},
			{"accent", "paper", 4.5},
			{"good", "paper", 4.5},
			{"warn", "paper", 4.5},
			{"keyword", "raised", 4.5},
			{"string", "raised", 4.5},
			{"literal", "raised", 4.5},
			{"keyword", "stood", 4.5},
			{"string", "stood", 4.5},
			{"literal", "stood", 4.5},
			{"running", "paper", 3},
			{"waiting-dot", "paper", 3},
			{"waiting-dot", "waiting-ground", 3},
			{"queued-line", "paper", 3},
			{"queued-line", "queued-ground", 3},
			{"dot", "paper", 3},
			{"dot", "raised", 3},
			{"predicted", "paper", 3},
			{"interval", "paper", 3},
		} {
			a, front := colours[pair.front]
			b, back := colours[pair.back]
			if !front || !back {
				t.Fatalf("%s: there is no %s or no %s", scheme, pair.front, pair.back)
			}
			if got := (max(a, b) + 0.05) / (min(a, b) + 0.05); got < pair.least {
				t.Errorf("%s: %s on %s has a contrast of %.2f, want %.1f", scheme, pair.front, pair.back, got, pair.least)
			}
		}
	}
}

// luminance is how bright a colour is, as WCAG defines it.
func luminance(t *testing.T, colour string) float64 {
	t.Helper()
	sum := 0.0
	for i, weight := range []float64{0.2126, 0.7152, 0.0722} {
		n, err := strconv.ParseUint(colour[2*i:2*i+2], 16, 8)
		if err != nil {
			t.Fatal(err)
		}
		x := float64(n) / 255
		if x <= 0.04045 {
			x /= 12.92
		} else {
			x = math.Pow((x+0.055)/1.055, 2.4)
		}
		sum += weight * x
	}
	return sum
}
