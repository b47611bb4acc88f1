package report

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"meanwhile/internal/measure"
	"meanwhile/internal/timeline"
)

// Pictures stretch with the page: along the time axis everything is in percent, across it in pixels. So signs and lines keep
// their size on any screen and on paper.

// patterns writes what states are filled with. They can be told apart without colour, and remind of the notation in text:
// running is solid, waiting dotted, queued hatched.
func (d *document) patterns() {
	d.add("<svg class=\"patterns\" width=\"0\" height=\"0\" aria-hidden=\"true\">\n<defs>\n")
	for _, size := range []laneSize{tall, short} {
		d.add("<pattern id=\"waiting-%s\" width=\"%d\" height=\"%d\" patternUnits=\"userSpaceOnUse\">"+
			"<rect class=\"waiting-ground\" width=\"%d\" height=\"%d\"/><circle class=\"waiting-dot\" cx=\"3\" cy=\"%d\" r=\"%s\"/></pattern>\n",
			size.name, size.dots, size.height, size.dots, size.height, size.height/2, size.dot)
	}
	d.add("<pattern id=\"queued\" width=\"5\" height=\"5\" patternUnits=\"userSpaceOnUse\" patternTransform=\"rotate(45)\">" +
		"<rect class=\"queued-ground\" width=\"5\" height=\"5\"/><rect class=\"queued-line\" width=\"1.4\" height=\"5\"/></pattern>\n" +
		"</defs>\n</svg>\n")
}

// laneSize is how large lanes are drawn, in pixels.
type laneSize struct {
	name          string
	height, pitch int
	dots          int    // from one dot of a waiting task to the next
	dot           string // its radius
}

// The sizes: for a few lanes, and for many.
var (
	tall  = laneSize{"tall", 14, 18, 7, "1.4"}
	short = laneSize{"short", 8, 11, 5, "1"}
)

const (
	fewLanes = 14 // up to them lanes are tall

	// mostRows is how many rows the timelines of a result take together, and leastRows how many each may.
	mostRows, leastRows = 96, 20

	// A band is a block of thin rows, each of some of the tasks that are folded into it.
	mostBandRows, bandRow, bandColumns = 24, 3, 300

	// Parts of the axis: the shortest span that is drawn on its own, a pixel on a large screen, and one that has no room for a
	// pattern.
	least, thin = 1000, 150

	curveHeight = 34
)

// picture is what the timelines of a result have in common.
type picture struct {
	axis time.Duration
	rows int // that each may take
	most int // tasks in flight
}

// newPicture returns nil where no strategy has a timeline.
func newPicture(r *measure.Result) *picture {
	p, drawn := &picture{}, 0
	for _, row := range r.Rows {
		if row.Timeline != nil {
			p.axis = max(p.axis, row.Timeline.Elapsed)
			p.most = max(p.most, row.Timeline.MostInFlight())
			drawn++
		}
	}
	if p.axis == 0 {
		return nil
	}
	p.rows = max(leastRows, mostRows/drawn)
	return p
}

// at is where on the axis a moment lies, or how long a time is on it.
func (p *picture) at(t time.Duration) markup { return percent(float64(t) / float64(p.axis)) }

// percent writes a share as a length.
func percent(share float64) markup {
	return markup(strconv.FormatFloat(100*share, 'f', 3, 64) + "%")
}

// moments writes from when to when something lasts, and how long that is.
func moments(from, to time.Duration) string {
	return fmt.Sprintf("%s–%s (%s)", strings.TrimSuffix(Moment(from), " ms"), Moment(to), measure.Human(to-from))
}

// timelines draws those of all strategies one under the other, on one axis.
func (d *document) timelines(r *measure.Result, p *picture) {
	d.heading("Each task over time")
	d.add("<figure class=\"timelines\">\n<figcaption>A lane is a task; all strategies share one time axis.\n")
	d.legend()
	d.add("<span class=\"keys\" hidden=\"\">With the keyboard: Tab to a strategy’s lanes, then the arrow keys.</span></figcaption>\n")
	d.axis(p)
	for i := range r.Rows {
		if r.Rows[i].Timeline != nil {
			d.timeline(p, &r.Rows[i])
		}
	}
	d.add("</figure>\n")
}

// legend explains the states.
func (d *document) legend() {
	d.add("<span class=\"legend\">")
	for _, state := range states() {
		d.add("<span><svg class=\"tall swatch\" width=\"28\" height=\"14\" aria-hidden=\"true\"><rect class=\"%s\" width=\"28\" "+
			"height=\"14\"/></svg> <b>%s</b> %s</span> ", state, state, stateWords[state])
	}
	d.add("</span>\n")
}

// states are those that are drawn, in the order of shares.
func states() []timeline.State {
	return []timeline.State{timeline.Running, timeline.Waiting, timeline.Queued}
}

// stateWords say what a state means.
var stateWords = map[timeline.State]string{
	timeline.Running: "it has a core",
	timeline.Waiting: "no core would help",
	timeline.Queued:  "others have what it needs",
}

// axis writes the moments above the lanes.
func (d *document) axis(p *picture) {
	d.add("<div class=\"plotted axis\"><span></span><svg width=\"100%%\" height=\"20\" aria-hidden=\"true\">")
	ticks := p.ticks()
	for i, tick := range ticks {
		class, share := "tick middle", float64(tick)/float64(p.axis)
		switch {
		case i == 0:
			class = "tick first"
		case share > 0.97:
			class = "tick last"
		}
		if i%2 == 1 {
			class += " odd" // there is no room for it on a narrow screen
		}
		d.add("<text class=\"%s\" x=\"%s\" y=\"14\">%s</text>", class, percent(share),
			tickName(float64(tick), float64(ticks[min(1, len(ticks)-1)]), float64(p.axis)))
	}
	d.add("</svg></div>\n")
}

func (p *picture) ticks() []time.Duration { return Ticks(p.axis, 8) }

// grid writes the lines at the ticks.
func (d *document) grid(p *picture) {
	for _, tick := range p.ticks() {
		d.add("<line class=\"grid\" x1=\"%s\" x2=\"%s\" y1=\"0\" y2=\"100%%\"/>", p.at(tick), p.at(tick))
	}
	d.add("\n")
}

// timeline draws the lanes of a strategy, and the tasks in flight below them.
func (d *document) timeline(p *picture, row *measure.Row) {
	t := row.Timeline
	d.add("<div class=\"strategy\">\n<h%d>%s <span class=\"took\">%s</span></h%d>\n<p class=\"summary\">%s</p>\n", d.level+1,
		row.Strategy, measure.Human(t.Elapsed), d.level+1, strings.Join(Spent(t), " · "))
	size := tall
	folded := Fold(t, p.rows, p.rows/3)
	if len(folded) > fewLanes {
		size = short
	}
	strips, height := place(folded, size)
	d.add("<div class=\"plotted\">\n")
	d.labels(strips, size, height)
	d.add("<svg class=\"lanes %s\" width=\"100%%\" height=\"%d\" role=\"group\" aria-label=\"%s\">\n", size.name, height,
		fmt.Sprintf("%s: %s over %s", row.Strategy, Count(len(t.Lanes), "task"), measure.Human(t.Elapsed)))
	d.grid(p)
	for i, strip := range strips {
		d.strip(p, t, strip, i == 0)
	}
	d.ending(p, t)
	d.add("</svg>\n</div>\n")
	d.curve(p, t)
	d.add("</div>\n")
}

// strip is where a row of lanes is drawn.
type strip struct {
	LaneRow
	top, height int
}

// place sets rows below each other.
func place(rows []LaneRow, size laneSize) (strips []strip, height int) {
	for _, row := range rows {
		s := strip{row, height, size.height}
		if len(row.Lanes) > 1 {
			s.height = bandRow * min(mostBandRows, len(row.Lanes))
		}
		strips = append(strips, s)
		height += s.height + size.pitch - size.height
	}
	return strips, height
}

// labels writes the names of rows beside them.
func (d *document) labels(strips []strip, size laneSize, height int) {
	d.add("<svg class=\"labels %s\" width=\"100%%\" height=\"%d\" aria-hidden=\"true\">\n", size.name, height)
	for _, s := range strips {
		d.add("<text x=\"100%%\" y=\"%d\">%s</text>", s.top+s.height/2, s.Label)
	}
	d.add("\n</svg>\n")
}

// strip draws one row. Only the first of a strategy is a stop of the Tab key: from there on the arrow keys lead.
func (d *document) strip(p *picture, t *timeline.Timeline, s strip, first bool) {
	stop, class, label := -1, "lane", laneWords(s.Task, s.Lanes[0])
	if first {
		stop = 0
	}
	if len(s.Lanes) > 1 {
		class, label = "lane band", fmt.Sprintf("%d more tasks, folded: those between the first and the slowest", len(s.Lanes))
	}
	d.add("<g class=\"%s\" tabindex=\"%d\" role=\"img\" aria-label=\"%s\" transform=\"translate(0 %d)\">"+
		"<rect class=\"track\" width=\"100%%\" height=\"%d\"/>\n", class, stop, label, s.top, s.height)
	if len(s.Lanes) == 1 {
		d.lane(p, t, s)
	} else {
		d.band(p, s)
	}
	d.add("</g>\n")
}

// laneWords sums a lane up.
func laneWords(task int, lane timeline.Lane) string {
	name := fmt.Sprintf("Task %d", task+1)
	if len(lane) == 0 {
		return name + ": never started"
	}
	var words []string
	for _, state := range states() {
		if lane.In(state) > 0 {
			words = append(words, state.String()+" "+measure.Human(lane.In(state)))
		}
	}
	return fmt.Sprintf("%s: %s; %s", name, moments(lane[0].Start, lane.End()), strings.Join(words, ", "))
}

// lane draws the spans of a task. Neighbours that are too thin to be seen are drawn as one.
func (d *document) lane(p *picture, t *timeline.Timeline, s strip) {
	lane, unseen := s.Lanes[0], max(1, p.axis/least)
	for i := 0; i < len(lane); {
		end := i + 1
		for end < len(lane) && lane[end].End-lane[end].Start < unseen && lane[end].Start-lane[i].Start < unseen {
			end++
		}
		span := lane[i]
		words := spanWords(t, span)
		if drawn := lane[i:end]; len(drawn) > 1 {
			span = timeline.Span{State: drawn.Prevailing(), Start: span.Start, End: drawn.End()}
			words = fmt.Sprintf("%d short spans, mostly %s", len(drawn), span.State)
		}
		d.span(p, span, 0, s.height, fmt.Sprintf("task %d · %s · %s", s.Task+1, words, moments(span.Start, span.End)))
		i = end
	}
}

// spanWords says what a task does in a span, why and where.
func spanWords(t *timeline.Timeline, span timeline.Span) string {
	if detail := Detail(t, span); detail != "" {
		return span.State.String() + ": " + detail
	}
	return span.State.String()
}

// span draws a stretch of time in one state, however short. Its title is what a browser shows of it without our script.
func (d *document) span(p *picture, span timeline.Span, top, height int, title string) {
	length, class := span.End-span.Start, span.State.String()
	if length < p.axis/thin {
		class += " thin"
	}
	d.add("<rect class=\"%s\" x=\"%s\" y=\"%d\" width=\"%s\" height=\"%d\"><title>%s</title></rect>\n", class, p.at(span.Start), top,
		p.at(max(length, p.axis/least)), height, title)
}

// band draws many tasks as a block of thin rows, in each of which some of them share what prevails.
func (d *document) band(p *picture, s strip) {
	rows := s.height / bandRow
	for row := range rows {
		lanes := s.Lanes[row*len(s.Lanes)/rows : (row+1)*len(s.Lanes)/rows]
		columns := timeline.Columns(lanes, bandColumns, p.axis, p.axis)
		for i := 0; i < len(columns); {
			end := i + 1
			for end < len(columns) && columns[end] == columns[i] {
				end++
			}
			if columns[i] != timeline.None {
				span := timeline.Span{
					State: columns[i],
					Start: p.axis * time.Duration(i) / bandColumns, End: p.axis * time.Duration(end) / bandColumns,
				}
				d.span(p, span, row*bandRow, bandRow, fmt.Sprintf("%d of the %d folded tasks · mostly %s · %s",
					len(lanes), len(s.Lanes), span.State, moments(span.Start, span.End)))
			}
			i = end
		}
	}
}

// ending marks where the run was over, where there is room behind it.
func (d *document) ending(p *picture, t *timeline.Timeline) {
	const room = 0.85
	if float64(t.Elapsed) > room*float64(p.axis) {
		return
	}
	d.add("<line class=\"ending\" x1=\"%s\" x2=\"%s\" y1=\"0\" y2=\"100%%\"/><text class=\"ending\" x=\"%s\" dx=\"8\" y=\"14\">%s</text>\n",
		p.at(t.Elapsed), p.at(t.Elapsed), p.at(t.Elapsed), measure.Human(t.Elapsed))
}

// curve draws how many tasks are in flight, for all strategies on one scale.
func (d *document) curve(p *picture, t *timeline.Timeline) {
	words := fmt.Sprintf("tasks in flight over time, at most %d", t.MostInFlight())
	d.add("<div class=\"plotted flight\">\n<svg class=\"labels\" width=\"100%%\" height=\"%d\" aria-hidden=\"true\">"+
		"<text x=\"100%%\" y=\"10\">%d in</text><text x=\"100%%\" y=\"24\">flight</text></svg>\n", curveHeight, t.MostInFlight())
	d.add("<svg width=\"100%%\" height=\"%d\" role=\"img\" aria-label=\"%s\"><title>%s</title>", curveHeight, words, words)
	d.grid(p)
	d.add("<svg viewBox=\"0 0 %d %d\" preserveAspectRatio=\"none\" width=\"100%%\" height=\"%d\"><path class=\"flight\" d=\"M0 %d",
		least, curveHeight, curveHeight, curveHeight)
	level := func(tasks int) markup {
		return decimal(curveHeight - float64(tasks)/float64(max(1, p.most))*(curveHeight-2))
	}
	steps := t.InFlight()
	for i := 0; i < len(steps); {
		x, most := int64(steps[i].At)*least/int64(p.axis), 0
		for ; i < len(steps) && int64(steps[i].At)*least/int64(p.axis) == x; i++ {
			most = max(most, steps[i].InFlight) // steps too close to be told apart
		}
		d.add("H%dV%sV%s", x, level(most), level(steps[i-1].InFlight))
	}
	d.add("V%dZ\"/></svg></svg>\n</div>\n", curveHeight)
}

// decimal writes a coordinate.
func decimal(x float64) markup { return markup(strconv.FormatFloat(x, 'f', 1, 64)) }
