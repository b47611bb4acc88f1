package course

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"math"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/lexer"
	"github.com/goccy/go-yaml/token"
	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/text"

	"meanwhile/internal/experiment"
)

// Fault is something that is wrong with a lesson.
type Fault struct {
	File string
	Line int

	// Problem is what is wrong, and Next what to do about it.
	Problem, Next string
}

func (f Fault) Error() string { return fmt.Sprintf("%s:%d: %s; %s", f.File, f.Line, f.Problem, f.Next) }

// What a lesson may be at most: it may be anybody's file.
const (
	maxLesson    = 32 << 10 // bytes: some Markdown takes the square of its length to read
	maxDirective = 8 << 10  // bytes
	maxSteps     = 40
	maxOptions   = 6
)

// Parse reads a lesson's file. It reads on behind a fault, so that all of them can be told at once; the lesson is whole where
// there is none.
func Parse(file string, data []byte) (*Lesson, []Fault) {
	p := &parser{file: file, lesson: &Lesson{File: file}, unread: map[int]bool{}}
	if !p.admit(data) {
		return p.lesson, p.faults
	}
	body := p.head(data)
	p.source = data
	p.offset = len(data) - len(body)
	document := goldmark.DefaultParser().Parse(text.NewReader(body))
	for node := document.FirstChild(); node != nil; node = node.NextSibling() {
		p.block(node, body)
	}
	p.endStep()
	p.check()
	slices.SortStableFunc(p.faults, func(a, b Fault) int { return cmp.Compare(a.Line, b.Line) })
	return p.lesson, p.faults
}

// parser reads one file.
type parser struct {
	file   string
	source []byte
	offset int // where the body begins
	lesson *Lesson
	faults []Fault

	unread  map[int]bool // the steps, by their lines, with a directive that cannot be read
	section Kind         // the heading under which it is
	open    []Step       // the steps of the section: the last one is still being read
	headed  int          // the line of the heading
}

func (p *parser) fault(line int, problem, next string) {
	p.faults = append(p.faults, Fault{p.file, line, problem, next})
}

// admit refuses what is no text to be shown.
func (p *parser) admit(data []byte) bool {
	if len(data) > maxLesson {
		p.fault(1, fmt.Sprintf("the file has more than %d kB", maxLesson>>10), "make two lessons of it")
		return false
	}
	if !utf8.Valid(data) {
		p.fault(1, "the file is no UTF-8", "save it as UTF-8")
		return false
	}
	line := 1
	for _, r := range string(data) {
		if r == '\n' {
			line++
		} else if !unicode.IsPrint(r) {
			p.fault(line, fmt.Sprintf("the sign %U cannot be shown", r), "write spaces instead of tabs, line feeds as line ends, and no control characters")
			return false
		}
	}
	return true
}

// head reads the YAML at the top, and returns what stands below it.
func (p *parser) head(data []byte) (body []byte) {
	const mark = "---\n"
	rest, ok := bytes.CutPrefix(data, []byte(mark))
	head, body, closed := bytes.Cut(rest, []byte("\n"+mark))
	if !ok || !closed {
		p.fault(1, "there is no head", "begin with a line of ---, then title, idea, minutes and misconception, and end it by another ---")
		return data
	}
	var read struct {
		Title         string        `yaml:"title"`
		Idea          string        `yaml:"idea"`
		Minutes       int           `yaml:"minutes"`
		Misconception Misconception `yaml:"misconception"`
	}
	if p.yaml(head, 2, &read) {
		l := p.lesson
		l.Title, l.Idea, l.Minutes, l.Misconception = read.Title, read.Idea, read.Minutes, read.Misconception
		for _, part := range []struct {
			name string
			text *string
		}{
			{"title", &l.Title},
			{"idea", &l.Idea},
			{"misconception.id", &l.Misconception.ID},
			{"misconception.belief", &l.Misconception.Belief},
			{"misconception.truth", &l.Misconception.Truth},
		} {
			if *part.text = oneLine(*part.text); *part.text == "" {
				p.fault(1, "the head has no "+part.name, "add it")
			}
		}
		if l.Minutes < 1 || l.Minutes > 60 {
			p.fault(1, "the head does not say how many minutes the lesson takes", "add minutes, from 1 to 60")
		}
	}
	return body
}

// yaml reads YAML that begins in a line, and tells whether it could be read.
func (p *parser) yaml(data []byte, line int, into any) bool {
	if len(data) > maxDirective {
		p.fault(line, fmt.Sprintf("the YAML has more than %d kB", maxDirective>>10), "shorten it")
		return false
	}
	if !p.admitYAML(data, line) {
		return false
	}
	err := yaml.UnmarshalWithOptions(data, into, yaml.Strict())
	if err == nil {
		return true
	}
	problem := err.Error()
	if precise, ok := errors.AsType[yaml.Error](err); ok {
		problem = precise.GetMessage()
		line = tokenLine(precise.GetToken(), line)
	}
	if _, ok := errors.AsType[*yaml.TypeError](err); ok {
		problem = "a value has the wrong form" // the message names types of Go
	}
	problem, _, _ = strings.Cut(strings.TrimSpace(problem), "\n")
	problem, _, _ = strings.Cut(problem, " at [") // a line of the directive, not of the file
	p.fault(line, "the YAML cannot be read: "+problem, "docs/authoring.md shows what goes here")
	return false
}

// admitYAML refuses what a lesson's YAML has no use for: an alias stands for any amount of text, an escape may stand for a
// control character, and what follows a second document would be left out.
func (p *parser) admitYAML(data []byte, line int) bool {
	for _, part := range lexer.Tokenize(string(data)) {
		at := tokenLine(part, line)
		switch part.Type {
		case token.AnchorType, token.AliasType, token.TagType:
			p.fault(at, fmt.Sprintf("%q has a meaning of its own in YAML", part.Value), "put quotes around text that begins so")
			return false
		case token.DirectiveType, token.DocumentHeaderType, token.DocumentEndType:
			p.fault(at, fmt.Sprintf("the YAML is cut by %q", part.Value), "leave that line out")
			return false
		}
		for _, r := range part.Value {
			if r != '\n' && !unicode.IsPrint(r) {
				p.fault(at, fmt.Sprintf("the sign %U cannot be shown", r), "write signs as they are read, and no control characters")
				return false
			}
		}
	}
	return true
}

// tokenLine is the line of a token of YAML that begins in a line.
func tokenLine(t *token.Token, begin int) int {
	if t == nil || t.Position == nil {
		return begin
	}
	return begin + max(0, t.Position.Line-1)
}

// oneLine puts a text that YAML has in several lines into one.
func oneLine(text string) string { return strings.Join(strings.Fields(text), " ") }

// block reads one block of Markdown.
func (p *parser) block(node ast.Node, body []byte) {
	line := p.line(node)
	switch node := node.(type) {
	case *ast.Heading:
		p.heading(node, body)
	case *ast.Paragraph:
		p.prose(line, Block{Spans: p.spans(node, body, line)})
	case *ast.List:
		if node.IsOrdered() {
			p.fault(line, "a lesson's lists have no numbers", "begin their items with -")
		}
		for item := node.FirstChild(); item != nil; item = item.NextSibling() {
			inner := item.FirstChild()
			if inner == nil || inner.NextSibling() != nil || inner.Kind() != ast.KindTextBlock && inner.Kind() != ast.KindParagraph {
				p.fault(line, "an item of a list is no line of text", "keep items short, one paragraph each")
				continue
			}
			p.prose(p.line(inner), Block{Item: true, Spans: p.spans(inner, body, p.line(inner))})
		}
	case *ast.FencedCodeBlock:
		p.directive(node, body, line)
	default:
		p.fault(line, fmt.Sprintf("a lesson has no %s", strings.ToLower(node.Kind().String())),
			"write paragraphs, lists and the directives of docs/authoring.md")
	}
}

// line is the line in which a node begins, as far as Markdown tells; else that of the heading above it.
func (p *parser) line(node ast.Node) int {
	at := -1
	if node.Type() != ast.TypeInline && node.Lines().Len() > 0 {
		at = node.Lines().At(0).Start
	}
	if fence, ok := node.(*ast.FencedCodeBlock); ok && fence.Info != nil {
		at = fence.Info.Segment.Start
	}
	if at < 0 && node.FirstChild() != nil && node.FirstChild().Type() != ast.TypeInline {
		return p.line(node.FirstChild())
	}
	if at < 0 {
		return max(1, p.headed)
	}
	return 1 + bytes.Count(p.source[:p.offset+at], []byte("\n"))
}

// heading begins a section.
func (p *parser) heading(node *ast.Heading, body []byte) {
	p.endStep()
	line := p.line(node)
	p.headed = line
	name := string(node.Lines().Value(body))
	kinds := []Kind{Predict, Run, Observe, Timeline, Explain, Read, Change, Quiz}
	if node.Level != 2 || !slices.Contains(kinds, Kind(name)) {
		p.fault(line, fmt.Sprintf("%q is no step", name), "name it by one of ## Predict, Run, Observe, Timeline, Explain, Read, Change, Quiz")
		p.section = ""
		return
	}
	p.section = Kind(name)
	p.open = []Step{{Kind: p.section, Line: line}}
}

// endStep takes over what stood under the heading before.
func (p *parser) endStep() {
	p.lesson.Steps = append(p.lesson.Steps, p.open...)
	p.open = nil
}

// step is the one that is being read, or nil where there is none.
func (p *parser) step(line int) *Step {
	if len(p.open) == 0 {
		if p.section == "" && len(p.lesson.Steps) == 0 {
			p.fault(line, "text stands in front of the first step", "put it under ## Predict")
		}
		return nil
	}
	return &p.open[len(p.open)-1]
}

// prose adds a block to the step, or to the one that its question begins.
func (p *parser) prose(line int, block Block) {
	if step := p.step(line); step != nil {
		step.Prose = append(step.Prose, block)
	}
}

// spans reads what stands in a line of text.
func (p *parser) spans(parent ast.Node, body []byte, line int) []Span {
	var spans []Span
	add := func(mark Mark, text string) {
		if last := len(spans) - 1; last >= 0 && spans[last].Mark == mark && mark == Plain {
			spans[last].Text += text
			return
		}
		spans = append(spans, Span{Mark: mark, Text: text})
	}
	for node := parent.FirstChild(); node != nil; node = node.NextSibling() {
		switch node := node.(type) {
		case *ast.Text:
			add(Plain, unescape(leafText(node, body)))
		case *ast.String:
			add(Plain, string(node.Value))
		case *ast.Emphasis:
			mark := Term
			if node.Level > 1 {
				mark = Strong
			}
			add(mark, unescape(p.marked(node, body, line)))
		case *ast.CodeSpan:
			code := p.marked(node, body, line)
			if quantity, ok := strings.CutPrefix(code, "="); ok {
				of, err := readQuantity(quantity)
				if err != nil {
					p.fault(line, err.Error(), "name a fact, as in `=goroutines.elapsed`")
				}
				spans = append(spans, Span{Mark: Measured, Of: of})
				continue
			}
			add(Code, code)
		default:
			p.fault(line, fmt.Sprintf("a lesson's text has no %s", strings.ToLower(node.Kind().String())),
				"write words, *terms*, **strong words** and `code`")
		}
	}
	return spans
}

// marked is the text in a mark, in which no other may stand.
func (p *parser) marked(parent ast.Node, body []byte, line int) string {
	var b strings.Builder
	for node := parent.FirstChild(); node != nil; node = node.NextSibling() {
		leaf, ok := node.(*ast.Text)
		if !ok {
			p.fault(line, "one mark stands in another", "let the first end before the second begins")
			continue
		}
		b.WriteString(leafText(leaf, body))
	}
	return b.String()
}

// leafText is text of Markdown, with a space where its line ends.
func leafText(node *ast.Text, body []byte) string {
	text := strings.ReplaceAll(string(node.Segment.Value(body)), "\n", " ") // code has line ends in it
	if node.SoftLineBreak() || node.HardLineBreak() {
		text += " "
	}
	return text
}

// unescape takes the backslashes away that keep Markdown from reading a sign as markup.
func unescape(text string) string { return escaped.ReplaceAllString(text, "$1") }

var escaped = regexp.MustCompile("\\\\([!-/:-@\\[-`{-~])")

// factName is how facts are named: goroutines.elapsed, first-1.
var factName = regexp.MustCompile(`^[a-z][a-z0-9-]*(\.[a-z][a-z0-9-]*)*$`)

// readQuantity reads the name of a fact, or of two with / between them.
func readQuantity(text string) (Quantity, error) {
	var q Quantity
	text, q.Before = strings.CutPrefix(strings.TrimSpace(text), "before ")
	fact, by, ratio := strings.Cut(text, "/")
	q.Fact, q.By = strings.TrimSpace(fact), strings.TrimSpace(by)
	if !factName.MatchString(q.Fact) || ratio && !factName.MatchString(q.By) {
		return Quantity{}, fmt.Errorf("%q is no fact, and no ratio of two", text)
	}
	return q, nil
}

// directive reads a fenced block.
func (p *parser) directive(node *ast.FencedCodeBlock, body []byte, line int) {
	step := p.step(line)
	if step == nil {
		return
	}
	data := node.Lines().Value(body)
	name := string(node.Language(body))
	allowed := map[string][]Kind{
		"question": {Predict, Observe, Change, Quiz},
		"run":      {Run},
		"source":   {Read},
	}
	if kinds, known := allowed[name]; known && !slices.Contains(kinds, step.Kind) {
		p.fault(line, fmt.Sprintf("a %s has no place under %s", name, step.Kind), fmt.Sprintf("put it under %s", words(kinds)))
		return
	}
	switch name {
	case "question":
		p.question(step, data, line)
	case "run":
		p.run(step, data, line)
	case "source":
		var read struct {
			Examples []string `yaml:"examples"`
		}
		if p.read(step, data, line, &read) {
			step.Examples = append(step.Examples, read.Examples...)
		}
	case "notes":
		step.Notes = strings.TrimSpace(step.Notes + "\n\n" + string(data))
	default:
		p.fault(line, fmt.Sprintf("there is no directive %q", name), "use question, run, source or notes; code and output are never pasted")
	}
}

// read reads the YAML of a directive that begins in a line, and tells whether it could be read.
func (p *parser) read(step *Step, data []byte, line int, into any) bool {
	ok := p.yaml(data, line+1, into)
	if !ok {
		p.unread[step.Line] = true
	}
	return ok
}

func words(kinds []Kind) string {
	var names []string
	for _, kind := range kinds {
		names = append(names, "## "+string(kind))
	}
	return strings.Join(names, " or ")
}

func (p *parser) run(step *Step, data []byte, line int) {
	var read struct {
		Command string `yaml:"command"`
		Quick   string `yaml:"quick"`
	}
	if !p.read(step, data, line, &read) {
		return
	}
	if step.Command != nil {
		p.fault(line, "a step runs two things", "begin another ## Run")
		return
	}
	step.Command, step.Quick = strings.Fields(read.Command), strings.Fields(read.Quick)
	if len(step.Command) == 0 {
		p.fault(line, "a run has no command", "give one, such as command: compare sleep")
	}
}

// question reads a question, which makes a step of its own: another one in the same section begins the next.
func (p *parser) question(step *Step, data []byte, line int) {
	var read struct {
		ID      string `yaml:"id"`
		Ask     string `yaml:"ask"`
		Number  string `yaml:"number"`
		Unit    string `yaml:"unit"`
		Low     string `yaml:"low"`
		High    string `yaml:"high"`
		Of      string `yaml:"of"`
		Because string `yaml:"because"`
		Choices []struct {
			Text    string `yaml:"text"`
			Below   string `yaml:"below"`
			Right   bool   `yaml:"right"`
			Because string `yaml:"because"`
		} `yaml:"choices"`
		Rank []struct {
			Text string `yaml:"text"`
			By   string `yaml:"by"`
		} `yaml:"rank"`
	}
	if !p.read(step, data, line, &read) {
		return
	}
	q := &Question{
		ID: read.ID, Ask: oneLine(read.Ask), Low: oneLine(read.Low), High: oneLine(read.High), Because: oneLine(read.Because),
		line: line,
	}
	q.Number, q.Of = p.quantity(read.Number, line), p.quantity(read.Of, line)
	if q.Number != nil || read.Unit != "" {
		q.Unit = p.unit(read.Unit, line)
	}
	for _, choice := range read.Choices {
		below, timed := math.Inf(1), false
		if choice.Below != "" {
			below, timed = p.bound(choice.Below, line)
		}
		q.Choices = append(q.Choices, Choice{oneLine(choice.Text), below, choice.Right, oneLine(choice.Because), timed})
	}
	for _, ranked := range read.Rank {
		of := p.quantity(ranked.By, line)
		if of == nil {
			p.fault(line, fmt.Sprintf("nothing says what %q is ranked by", ranked.Text), "add by, and the name of a fact")
			continue
		}
		q.Rank = append(q.Rank, Ranked{oneLine(ranked.Text), *of})
	}
	if step.Question != nil {
		p.open = append(p.open, Step{Kind: step.Kind, Line: line})
		step = &p.open[len(p.open)-1]
	}
	step.Question = q
	p.checkQuestion(q, step.Kind)
}

func (p *parser) quantity(text string, line int) *Quantity {
	if text == "" {
		return nil
	}
	of, err := readQuantity(text)
	if err != nil {
		p.fault(line, err.Error(), "name a fact such as goroutines.elapsed, or two with / between them")
		return nil
	}
	return &of
}

// unitWords are the units as a lesson writes them.
var unitWords = map[experiment.Unit]string{
	experiment.Duration: "duration", experiment.Count: "count", experiment.Ratio: "ratio", experiment.Share: "share",
}

func (p *parser) unit(text string, line int) experiment.Unit {
	for unit, word := range unitWords {
		if word == cmp.Or(text, unitWords[experiment.Duration]) {
			return unit
		}
	}
	p.fault(line, fmt.Sprintf("there is no unit %q", text), "choose duration, count, ratio or share")
	return ""
}

// bound reads the bound of a choice: a number, or a duration, as timed tells.
func (p *parser) bound(text string, line int) (below float64, timed bool) {
	if number, err := strconv.ParseFloat(text, 64); err == nil && !math.IsNaN(number) && !math.IsInf(number, 0) {
		return number, false
	}
	duration, err := time.ParseDuration(text)
	if err != nil {
		p.fault(line, fmt.Sprintf("%q is no bound", text), "give a number, or a duration such as 30ms")
	}
	return float64(duration), true
}
