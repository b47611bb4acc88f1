package report

import (
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"

	"meanwhile/internal/measure"
	"meanwhile/internal/timeline"
)

// shares draws what the time of the tasks went to, where a trace tells.
func (d *document) shares(r *measure.Result) {
	if newPicture(r) == nil {
		return
	}
	d.heading("Where the tasks’ time went")
	d.add("<figure class=\"shares\">\n<figcaption>From a task’s start to its end, all tasks together.</figcaption>\n")
	for _, row := range r.Rows {
		if row.Timeline == nil {
			continue
		}
		all := row.Timeline.Shares()
		d.add("<div class=\"named\"><span class=\"name\">%s</span><svg class=\"tall\" width=\"100%%\" height=\"14\" aria-hidden=\"true\">", row.Strategy)
		var words []string
		from := 0.0
		for _, part := range []timeline.Part{
			{State: timeline.Running, Share: all.Running}, {State: timeline.Waiting, Share: all.Waiting}, {State: timeline.Queued, Share: all.Queued},
		} {
			d.add("<rect class=\"%s\" x=\"%s\" width=\"%s\" height=\"14\"/>", part.State, percent(from), percent(part.Share))
			from += part.Share
			if part.Share >= 0.0005 { // it would read 0.0 %
				words = append(words, partWords(part))
			}
		}
		d.add("</svg><span class=\"said\">%s</span></div>\n", strings.Join(words, ", "))
	}
	d.add("</figure>\n")
}

// scale is a stretch of time that is drawn on its own.
type scale struct{ low, high float64 }

// newScale leaves a little room around the values.
func newScale(values ...float64) scale {
	s := scale{math.Inf(1), math.Inf(-1)}
	for _, x := range values {
		s.low, s.high = min(s.low, x), max(s.high, x)
	}
	room := max(s.high-s.low, s.high/100, 1) * 0.06
	return scale{max(0, s.low-room), s.high + room}
}

// share is where on the scale a value lies.
func (s scale) share(x float64) float64 { return (x - s.low) / (s.high - s.low) }

// ticks are round values on the scale, and what they are called.
func (s scale) ticks() (at []float64, names []string) {
	steps := Ticks(time.Duration(s.high-s.low), 5)
	step := float64(steps[min(1, len(steps)-1)])
	const edge = 0.04 // where a name would not fit
	for x := math.Ceil(s.low/step) * step; s.share(x) < 1-edge; x += step {
		if s.share(x) > edge {
			at = append(at, x)
			names = append(names, tickName(x, step, s.high))
		}
	}
	return at, names
}

// tickName writes a tick with as many decimals as tell it from its neighbours, all up to the highest in one unit.
func tickName(x, step, high float64) string {
	if x == 0 {
		return "0"
	}
	unit, name := 1.0, "ns"
	for _, larger := range []struct {
		unit time.Duration
		name string
	}{{time.Microsecond, "µs"}, {time.Millisecond, "ms"}, {time.Second, "s"}} {
		if high >= float64(larger.unit) {
			unit, name = float64(larger.unit), larger.name
		}
	}
	decimals := max(0, int(math.Ceil(math.Log10(unit/step)-1e-9)))
	return strconv.FormatFloat(x/unit, 'f', decimals, 64) + " " + name
}

// rounds draws, of each strategy, every round on the left and the prediction on the right. Differences within a strategy are
// small beside those between strategies, so each has scales of its own.
func (d *document) rounds(r *measure.Result) {
	d.heading("Every round, and what was predicted")
	d.add("<figure class=\"rounds\">\n<figcaption>Each picture is on a scale of its own.\n<span class=\"legend\">")
	for _, sign := range []struct {
		drawn markup
		words string
	}{
		{`<circle class="dot" cx="14" cy="7" r="3"/>`, "a round"},
		{`<rect class="median" x="13" width="2" height="14"/>`, "the median"},
		{`<rect class="interval" y="4" width="28" height="6"/>`, "its 95 % interval"},
		{`<rect class="predicted" x="0.5" y="0.5" width="27" height="13"/>`, "predicted"},
	} {
		d.add("<span><svg class=\"swatch\" width=\"28\" height=\"14\" aria-hidden=\"true\">%s</svg> %s</span> ", sign.drawn, sign.words)
	}
	d.add("</span></figcaption>\n")
	for i := range r.Rows {
		row := &r.Rows[i]
		d.add("<div class=\"pair\"><span class=\"name\">%s <span class=\"took\">%s</span></span>\n<div>", row.Strategy, clock(row.Elapsed))
		d.distribution(row)
		d.add("</div>\n<div>")
		d.verdict(row)
		d.add("</div></div>\n")
	}
	d.add("</figure>\n")
}

// verdictClass is what the page's style calls a verdict.
func verdictClass(row *measure.Row) string {
	switch mark(row) {
	case inside:
		return "inside"
	case outside:
		return "outside"
	}
	return "unknown"
}

// The distribution's parts, in pixels from above: the dots stand on the interval, and that on the scale.
const (
	dotsEnd     = 38
	intervalEnd = 46
	scaleEnd    = 64

	// mostDots is how many rounds are drawn one by one, and bins how many places they stand in.
	mostDots, bins = 500, 120
)

// distribution draws the rounds of a strategy, and what they tell of the median.
func (d *document) distribution(row *measure.Row) {
	values := []float64{row.Elapsed.Median}
	for _, round := range row.Rounds {
		values = append(values, float64(round.Elapsed))
	}
	words := fmt.Sprintf("%s: %s, %s; median %s", row.Strategy, Count(len(row.Rounds), "round"), spread(row.Elapsed), human(row.Elapsed.Median))
	if row.Elapsed.Interval != nil {
		values = append(values, row.Elapsed.Interval.Low, row.Elapsed.Interval.High)
		words += ", 95 % sure " + interval(row.Elapsed)
	}
	s := newScale(values...)
	d.add("<svg width=\"100%%\" height=\"%d\" role=\"img\" aria-label=\"%s\">\n", scaleEnd, words)
	d.scale(s)
	d.interval(s, row.Elapsed)
	d.dots(s, row.Rounds)
	d.median(s, row.Elapsed)
	d.add("</svg>")
}

// verdict draws the median, and its interval, on what was predicted.
func (d *document) verdict(row *measure.Row) {
	if row.Predicted != nil {
		low, high := float64(row.Predicted.Low), float64(row.Predicted.High)
		values := []float64{row.Elapsed.Median, low, high}
		if row.Elapsed.Interval != nil {
			values = append(values, row.Elapsed.Interval.Low, row.Elapsed.Interval.High)
		}
		s := newScale(values...)
		d.add("<svg width=\"100%%\" height=\"%d\" role=\"img\" aria-label=\"%s\">\n", scaleEnd,
			fmt.Sprintf("%s: predicted %s; median %s", row.Strategy, predicted(row), human(row.Elapsed.Median)))
		d.extent(s, "predicted", low, high, 2, intervalEnd, "predicted "+predicted(row))
		d.scale(s)
		d.interval(s, row.Elapsed)
		d.median(s, row.Elapsed)
		d.add("</svg>\n")
	}
	if row.Why != "" {
		d.add("<p class=\"said\">Predicted: %s.</p>\n", row.Why)
	}
	d.add("<p class=\"said %s\">%s %s</p>", verdictClass(row), mark(row), row.Verdict.Words)
}

// interval draws where the median is likely to be.
func (d *document) interval(s scale, e measure.Estimate) {
	if e.Interval != nil {
		d.extent(s, "interval", e.Interval.Low, e.Interval.High, dotsEnd+1, intervalEnd-1, "95 % sure "+interval(e))
	}
}

// median draws the middle of the rounds.
func (d *document) median(s scale, e measure.Estimate) {
	x := percent(s.share(e.Median))
	d.add("<line class=\"median\" x1=\"%s\" x2=\"%s\" y1=\"2\" y2=\"%d\"><title>median %s</title></line>\n", x, x, intervalEnd, human(e.Median))
}

// extent draws a range of values.
func (d *document) extent(s scale, class string, low, high float64, top, bottom int, title string) {
	d.add("<rect class=\"%s\" x=\"%s\" y=\"%d\" width=\"%s\" height=\"%d\"><title>%s</title></rect>\n", class, percent(s.share(low)),
		top, percent(s.share(high)-s.share(low)), bottom-top, title)
}

// scale draws the ticks below a distribution.
func (d *document) scale(s scale) {
	d.add("<line class=\"base\" x1=\"0\" x2=\"100%%\" y1=\"%d\" y2=\"%d\"/>", intervalEnd, intervalEnd)
	at, names := s.ticks()
	for i, x := range at {
		class, left := "tick middle", percent(s.share(x))
		if i%2 == 1 {
			class += " odd"
		}
		d.add("<line class=\"base\" x1=\"%s\" x2=\"%s\" y1=\"%d\" y2=\"%d\"/><text class=\"%s\" x=\"%s\" y=\"%d\">%s</text>", left, left,
			intervalEnd, intervalEnd+3, class, left, scaleEnd-5, names[i])
	}
	d.add("\n")
}

// dots draws a dot a round; those that would cover each other stand on each other. Where rounds are very many, a column is
// as high as the rounds in its place.
func (d *document) dots(s scale, rounds []measure.Round) {
	var places [bins][]int
	highest := 1
	for i, round := range rounds {
		place := min(bins-1, max(0, int(s.share(float64(round.Elapsed))*bins)))
		places[place] = append(places[place], i)
		highest = max(highest, len(places[place]))
	}
	step := min(7, float64(dotsEnd-8)/float64(highest))
	for place, stack := range places {
		if len(rounds) > mostDots && len(stack) > 0 {
			height := float64(len(stack)) * step
			d.add("<rect class=\"dot\" x=\"%s\" y=\"%s\" width=\"%s\" height=\"%s\"><title>%s</title></rect>\n", percent(float64(place)/bins),
				decimal(dotsEnd-height), percent(0.9/bins), decimal(height), Count(len(stack), "round"))
			continue
		}
		for level, i := range stack {
			elapsed := rounds[i].Elapsed
			d.add("<circle class=\"dot\" cx=\"%s\" cy=\"%s\" r=\"3\"><title>round %d: %s</title></circle>\n", percent(s.share(float64(elapsed))),
				decimal(dotsEnd-4-step*float64(level)), i+1, measure.Human(elapsed))
		}
	}
}

// bars draws how long each strategy took, where there are no lanes that show it.
func (d *document) bars(r *measure.Result) {
	longest := 1.0
	for _, row := range r.Rows {
		longest = max(longest, row.Elapsed.Median)
	}
	d.heading("How long each took")
	d.add("<figure class=\"bars\">\n<figcaption>The median of the rounds, all strategies on one axis.</figcaption>\n")
	for _, row := range r.Rows {
		d.add("<div class=\"named\"><span class=\"name\">%s <span class=\"took\">%s</span></span>"+
			"<svg width=\"100%%\" height=\"18\" aria-hidden=\"true\"><rect class=\"track\" width=\"100%%\" height=\"18\"/>"+
			"<rect class=\"bar\" width=\"%s\" height=\"18\"/></svg></div>\n",
			row.Strategy, human(row.Elapsed.Median), percent(row.Elapsed.Median/longest))
	}
	d.add("</figure>\n")
}
