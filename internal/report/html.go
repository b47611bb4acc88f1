package report

import (
	"bufio"
	"crypto/sha256"
	_ "embed" // for the page's style and script
	"encoding/base64"
	"fmt"
	"html"
	"io"
	"path"
	"slices"
	"strings"
	"time"

	"meanwhile/internal/measure"
	"meanwhile/internal/palette"
	"meanwhile/internal/source"
	"meanwhile/internal/term"
)

// The style, whose colours are those of every page, and the script; the page is whole without it.
var (
	//go:embed page.css
	pageStyle string
	//go:embed page.js
	pageScript string
)

// writeHTML writes a comparison as one page that needs nothing else: no network, no other file.
func writeHTML(w io.Writer, c *measure.Comparison) error {
	d := &document{out: bufio.NewWriter(w), evidence: evidence(c)}
	d.head(c)
	d.add("<body>\n")
	d.patterns()
	d.header(c)
	d.add("<main>\n")
	for i := range c.Results {
		d.result(&c.Results[i], i+1, len(c.Results) > 1)
	}
	d.method(c)
	d.add("</main>\n<div id=\"detail\" aria-hidden=\"true\" hidden=\"\"></div>\n<p id=\"said\" class=\"unseen\" role=\"status\"></p>\n")
	d.add("<script>%s</script>\n</body>\n</html>\n", markup(pageScript))
	return d.out.Flush() // it also tells what went wrong before
}

// style is all of the page's style.
func style() string { return palette.CSS + pageStyle }

// document writes a page piece by piece, so that a long one is never held as a whole.
type document struct {
	out *bufio.Writer

	// evidence is what the shares of waiting were made from.
	evidence string

	// level is that of the headings within a result.
	level int
}

// markup is text that is HTML already. All other text is escaped.
type markup string

// add writes markup with arguments in it. What is neither markup nor a number is made harmless, as text and as the value of an
// attribute in double quotes, so that no name becomes a tag, and none reorders what stands around it.
func (d *document) add(format string, args ...any) {
	for i, arg := range args {
		switch arg.(type) {
		case markup, int, int64:
		default:
			args[i] = escaped(fmt.Sprint(arg))
		}
	}
	fmt.Fprintf(d.out, format, args...)
}

// escaped makes a text harmless.
func escaped(text string) markup { return markup(html.EscapeString(term.Printable(text, longestWord))) }

// heading writes a heading of a result's part.
func (d *document) heading(text string) { d.add("<h%d>%s</h%d>\n", d.level, text, d.level) }

// head writes what a browser needs to know before it shows anything. The policy lets it load nothing at all, and run only the
// script that is in the page.
func (d *document) head(c *measure.Comparison) {
	d.add("<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\"/>\n")
	d.add("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"/>\n")
	d.add("<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src '%s'; script-src '%s'; "+
		"base-uri 'none'; form-action 'none'\"/>\n", fingerprint(style()), fingerprint(pageScript))
	d.add("<meta name=\"generator\" content=\"%s\"/>\n<title>%s</title>\n", c.Program, title(c))
	d.add("<style>%s</style>\n</head>\n", markup(style()))
}

// fingerprint is how a policy names a text.
func fingerprint(text string) string {
	sum := sha256.Sum256([]byte(text))
	return "sha256-" + base64.StdEncoding.EncodeToString(sum[:])
}

// title tells in a line what a page is about: of one result, also how long each strategy took.
func title(c *measure.Comparison) string {
	if len(c.Results) != 1 {
		return headings(c) + " – meanwhile"
	}
	var times []string
	for _, row := range c.Results[0].Rows {
		times = append(times, row.Strategy+" "+human(row.Elapsed.Median))
	}
	return heading(&c.Results[0]) + ": " + strings.Join(times, ", ") + " – meanwhile"
}

// headings names all results.
func headings(c *measure.Comparison) string {
	if len(c.Results) == 0 {
		return "Nothing was measured"
	}
	names := make([]string, len(c.Results))
	for i := range c.Results {
		names[i] = heading(&c.Results[i])
	}
	return strings.Join(names, ", ")
}

// header writes what all results say together and, where there are several, the way to each.
func (d *document) header(c *measure.Comparison) {
	d.add("<header>\n<p class=\"program\">meanwhile</p>\n<h1>%s</h1>\n", headings(c))
	learned := c.Learned
	if len(c.Results) == 1 {
		learned = c.Results[0].Learned
	}
	d.add("<p class=\"learned\">%s</p>\n", learned)
	if c.Partial {
		d.add("<p class=\"partial\"><strong>Partial:</strong> %s; %s.</p>\n", c.Reason, measured(c))
	}
	if len(c.Results) > 1 {
		d.add("<nav aria-label=\"Results\">\n<ul>\n")
		for i := range c.Results {
			r := &c.Results[i]
			d.add("<li><a href=\"#result-%d\">%s</a> <span>%s</span></li>\n", i+1, heading(r), r.Learned)
		}
		d.add("</ul>\n</nav>\n")
	}
	d.add("</header>\n")
}

// result writes the part of the page on one result. Among several it has a heading of its own.
func (d *document) result(r *measure.Result, number int, among bool) {
	d.level = 2
	d.add("<section class=\"result\" id=\"result-%d\">\n", number)
	if among {
		d.add("<h2>%s</h2>\n<p class=\"learned\">%s</p>\n", heading(r), r.Learned)
		d.level = 3
	}
	d.add("<p class=\"setting\">%s.</p>\n<dl class=\"conditions\">\n", setting(r))
	d.add("<div><dt>Real</dt><dd>%s</dd></div>\n", realPart(r))
	if r.Simulated != "" {
		d.add("<div class=\"simulated\"><dt>Simulated</dt><dd>%s</dd></div>\n", r.Simulated)
	}
	d.add("</dl>\n")
	if p := newPicture(r); p != nil {
		d.timelines(r, p)
	} else {
		d.bars(r)
	}
	d.rounds(r)
	d.numbers(r)
	d.shares(r)
	d.remarks(r)
	d.sources(r)
	d.add("</section>\n")
}

// numbers writes a row a strategy: it says in words all that the pictures show.
func (d *document) numbers(r *measure.Result) {
	d.heading("In numbers")
	d.add("<div class=\"scroll\" role=\"region\" aria-label=\"%s in numbers\" tabindex=\"0\">\n<table>\n", heading(r))
	d.add("<caption>Time is the median of the rounds. The interval is where the true median is with at least 95 %% confidence; "+
		"the speed-up is against sequential, round by round. Waiting is the share of the tasks’ time %s.</caption>\n<thead>\n<tr>",
		d.evidence)
	for _, column := range []string{"Strategy", "Time", "95 % interval", "Fastest…slowest", "Speed-up", "Predicted", "Waiting", "Verdict"} {
		d.add("<th scope=\"col\">%s</th>", column)
	}
	d.add("</tr>\n</thead>\n<tbody>\n")
	for i := range r.Rows {
		row := &r.Rows[i]
		d.add("<tr><th scope=\"row\">%s</th>", row.Strategy)
		for _, cell := range []string{
			human(row.Elapsed.Median), interval(row.Elapsed), spread(row.Elapsed),
			speedupWords(row), predicted(row), measure.Percent(row.Waiting),
		} {
			d.add("<td>%s</td>", cell)
		}
		d.add("<td class=\"words\">%s</td></tr>\n", row.Verdict.Words)
	}
	d.add("</tbody>\n</table>\n</div>\n")
}

// speedupWords spells out what a terminal has no room for.
func speedupWords(row *measure.Row) string {
	s := row.Speedup
	switch {
	case s == nil:
		return "–"
	case s.Interval == nil:
		return measure.Times(s.Median) + ", too few rounds to be sure"
	case !s.Differs():
		return "no measurable difference"
	}
	return speedup(row, true)
}

// remarks writes what there is to know beside the numbers: the guess and the warnings.
func (d *document) remarks(r *measure.Result) {
	if r.Guess != nil {
		d.guess(r.Guess)
	}
	if len(r.Warnings) > 0 {
		d.heading("Notes")
		d.add("<ul class=\"warnings\">\n")
		for _, warning := range r.Warnings {
			d.add("<li>%s: %s", warning.What, warning.Cause)
			if warning.Next != "" {
				d.add("; try <code>%s</code>", warning.Next)
			}
			d.add(".</li>\n")
		}
		d.add("</ul>\n")
	}
}

// guess writes what the learner expected beside what came.
func (d *document) guess(g *measure.Guess) {
	words := "not near"
	if g.Right {
		words = "near enough"
	}
	d.heading("Your guess")
	d.add("<p>%s for %s, %d %% sure: <strong>%s</strong>.", measure.Human(g.Elapsed), g.Strategy, g.Sure, words)
	if m := g.Misconception; m != nil {
		d.add(" Many think that %s. But %s.", m.Belief, m.Truth)
	}
	d.add("</p>\n")
}

// sources writes the code that ran, with the lines marked on which tasks stood.
func (d *document) sources(r *measure.Result) {
	if len(r.Sources) == 0 {
		return
	}
	stood := stands(r)
	d.heading("The code that ran")
	d.add("<div class=\"sources\">\n")
	for _, code := range r.Sources {
		d.add("<figure class=\"source\">\n<figcaption><strong>%s</strong> %s, from line %d</figcaption>\n<pre><code>",
			code.Name, code.File, code.Line)
		notes := d.code(code, stood)
		d.add("</code></pre>\n")
		if len(notes) > 0 {
			d.add("<ul class=\"stood\">\n")
			for _, note := range notes {
				d.add("<li>%s</li>\n", note)
			}
			d.add("</ul>\n")
		}
		d.add("</figure>\n")
	}
	d.add("</div>\n")
}

// stands collects, by the file and the line where tasks stood, how large a share of the time that was.
func stands(r *measure.Result) map[string][]string {
	stood := map[string][]string{}
	for _, row := range r.Rows {
		if row.Timeline == nil {
			continue
		}
		for _, part := range row.Timeline.Parts() {
			if part.Place != "" && part.Share >= leastShare {
				there := part
				there.Place = "" // it is the line itself
				stood[part.Place] = append(stood[part.Place], fmt.Sprintf("%s %s %s", row.Strategy, measure.Percent(part.Share), partWords(there)))
			}
		}
	}
	return stood
}

// code writes numbered lines, and returns what there is to say of those on which tasks stood.
func (d *document) code(code measure.Source, stood map[string][]string) (notes []string) {
	for i, line := range lines(source.Go(string(code.Text))) {
		number, class := code.Line+i, "line"
		if found := stood[fmt.Sprintf("%s:%d", path.Base(code.File), number)]; found != nil {
			class = "line stood"
			notes = append(notes, fmt.Sprintf("Line %d: %s", number, strings.Join(found, "; ")))
		}
		d.add("<span class=\"%s\"><span class=\"number\" aria-hidden=\"true\">%d</span>", class, number)
		for _, token := range line {
			text := markup(html.EscapeString(token.Text)) // its tabs count
			if class := tokenClasses[token.Kind]; class != "" {
				d.add("<span class=\"%s\">%s</span>", class, text)
			} else {
				d.add("%s", text)
			}
		}
		d.add("\n</span>")
	}
	return notes
}

// tokenClasses are what the page's style calls tokens.
var tokenClasses = map[source.Kind]string{
	source.Keyword: "keyword", source.String: "string", source.Comment: "comment", source.Number: "literal",
}

// lines cuts tokens into lines. What does not print is replaced.
func lines(tokens []source.Token) [][]source.Token {
	cut := [][]source.Token{nil}
	for _, token := range tokens {
		for i, text := range strings.Split(token.Text, "\n") {
			if i > 0 {
				cut = append(cut, nil)
			}
			if text != "" {
				last := len(cut) - 1
				cut[last] = append(cut[last], source.Token{Kind: token.Kind, Text: printableLine(text)})
			}
		}
	}
	if last := len(cut) - 1; last > 0 && cut[last] == nil {
		cut = cut[:last]
	}
	return cut
}

// printableLine keeps the tabs of a line.
func printableLine(text string) string {
	parts := strings.Split(text, "\t")
	for i, part := range parts {
		parts[i] = term.Printable(part, longestWord)
	}
	return strings.Join(parts, "\t")
}

// method writes how the numbers came about, and how to get new ones.
func (d *document) method(c *measure.Comparison) {
	d.add("<section class=\"method\">\n<h2>How it was measured</h2>\n")
	d.add("<p>%s. Within a round the strategies take turns, in an order that rotates, so that whatever else the machine does "+
		"hits all of them alike. ", sentenceCase(method(c)[0]))
	d.add("What is predicted follows from how long a task took alone, before anything was measured. ")
	if hasTimeline(c) {
		d.add("The lanes come from the Go runtime’s execution trace of one more round, which counts for nothing else.</p>\n")
	} else {
		d.add("A comparison of one workload also shows each task over time.</p>\n")
	}
	d.add("<dl class=\"conditions\">\n")
	for _, known := range slices.Concat(machineFacts(c.Machine), [][2]string{
		{"Started", c.Started.Format(time.RFC1123)},
		{"Program", c.Program},
	}) {
		d.add("<div><dt>%s</dt><dd>%s</dd></div>\n", known[0], known[1])
	}
	d.add("</dl>\n<p>The same again:</p>\n<pre class=\"command\"><code>%s</code></pre>\n</section>\n", Command(c.Args))
}

// machineFacts is what there is to know of a machine.
func machineFacts(m measure.Machine) [][2]string {
	facts := [][2]string{}
	if m.CPU != "" {
		facts = append(facts, [2]string{"Processor", m.CPU})
	}
	cores := Count(m.Cores, "core")
	if m.Procs != m.Cores {
		cores += fmt.Sprintf(", GOMAXPROCS=%d", m.Procs)
	}
	return append(facts, [2]string{"Cores", cores}, [2]string{"System", m.OS + "/" + m.Arch}, [2]string{"Go", m.Go})
}

// sentenceCase begins a text like a sentence.
func sentenceCase(text string) string {
	if text == "" {
		return ""
	}
	return strings.ToUpper(text[:1]) + text[1:]
}
