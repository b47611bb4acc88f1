package tui

import (
	"slices"
	"time"

	"meanwhile/internal/measure"
	"meanwhile/internal/predict"
	"meanwhile/internal/timeline"
)

// prediction is what a run of a plan should be like.
type prediction struct {
	// known tells that there is one: of a disk nothing is known before it is asked.
	known bool

	// basis says what it rests on.
	basis string

	timeline *timeline.Timeline
	interval predict.Interval
	why      string

	// alone is what the tasks take one after the other.
	alone time.Duration
}

// experience is what a run taught of a workload.
type experience struct {
	// rest is what tasks took alone beside their delays, in ascending order.
	rest []time.Duration

	// delay is what cpu tasks were made to take. Their time is their work, which grows with it.
	delay time.Duration
}

// learn takes from a result what the tasks took alone.
func learn(plan measure.Plan, r *measure.Result) experience {
	model := plan.Spec.Model(r.Workload, r.Procs)
	learned := experience{delay: delayOf(plan)}
	for i, alone := range r.Alone[:min(len(r.Alone), len(model.Delays))] {
		learned.rest = append(learned.rest, alone-model.Delays[i])
	}
	slices.Sort(learned.rest)
	return learned
}

// delayOf is the delay that a plan's dial shows.
func delayOf(plan measure.Plan) time.Duration { return time.Duration(delayDial().get(plan)) }

// foresee predicts a run of a plan. procs is the GOMAXPROCS that the program started with.
func foresee(plan measure.Plan, procs int, learned experience) prediction {
	workload := plan.Workloads[0]
	if len(plan.Procs) > 0 {
		procs = plan.Procs[0]
	}
	model := plan.Spec.Model(workload, procs)
	strategy := strategyOf(plan.Strategies[0], plan.Limit)
	if pool := model.Slots; pool == 0 || strategy.Slots > 0 && strategy.Slots < pool {
		model.Slots = strategy.Slots
	}
	rest, basis := expect(plan, learned)
	if len(rest) == 0 {
		return prediction{}
	}
	alone, middle := model.Alone(rest), predict.Percentile(rest, 0.5)
	return prediction{
		known: true, basis: basis, timeline: picture(plan, model, middle),
		interval: model.Interval(alone), why: model.Why(alone, measure.Human),
		alone: predict.Model{Delays: model.Delays, Slots: 1}.Elapsed(middle),
	}
}

// expect is what tasks should take alone beside their delays, and where that is known from. It is empty where it is not.
func expect(plan measure.Plan, learned experience) (rest []time.Duration, basis string) {
	workload := plan.Workloads[0]
	switch {
	case len(learned.rest) == 0 && workload == "file":
		return nil, ""
	case len(learned.rest) == 0 && workload == "cpu":
		return []time.Duration{delayOf(plan)}, fromDelays // what a task computes is made to take that long
	case len(learned.rest) == 0:
		return []time.Duration{0}, fromDelays
	case workload == "cpu":
		return scaled(learned.rest, delayOf(plan), learned.delay), fromRun
	case workload == "file":
		return learned.rest, fromRun
	}
	return learned.rest, fromBoth
}

// What a prediction may rest on.
const (
	fromDelays = "from the delays alone"
	fromRun    = "from what tasks took in the last run"
	fromBoth   = "from the delays, and what tasks took beside them in the last run"
)

// scaled are times multiplied by to/from.
func scaled(times []time.Duration, to, from time.Duration) []time.Duration {
	grown := make([]time.Duration, len(times))
	for i, t := range times {
		grown[i] = time.Duration(float64(t) * float64(to) / float64(max(1, from)))
	}
	return grown
}

// picture makes lanes of the schedule.
func picture(plan measure.Plan, model predict.Model, rest time.Duration) *timeline.Timeline {
	t := &timeline.Timeline{Reasons: []string{""}, Places: []string{""}, Lanes: make([]timeline.Lane, len(model.Delays))}
	busy := timeline.Waiting
	if plan.Workloads[0] == "cpu" {
		busy = timeline.Running
	}
	for i, turn := range model.Schedule(rest) {
		lane := timeline.Lane{}
		if plan.Strategies[0] != measure.Baseline { // one after the other, nothing queues: it has just not come to its turn
			lane = lengthen(lane, timeline.Queued, 0, turn.Start)
		}
		lane = lengthen(lane, timeline.Waiting, turn.Start, turn.Ready)
		lane = lengthen(lane, timeline.Queued, turn.Ready, turn.Served)
		t.Lanes[i] = lengthen(lane, busy, turn.Served, turn.End)
		t.Elapsed = max(t.Elapsed, turn.End)
	}
	return t
}

// lengthen adds a span to a lane, as a part of the one before where the state stays.
func lengthen(lane timeline.Lane, state timeline.State, start, end time.Duration) timeline.Lane {
	if end <= start {
		return lane
	}
	if last := len(lane) - 1; last >= 0 && lane[last].State == state && lane[last].End == start {
		lane[last].End = end
		return lane
	}
	return append(lane, timeline.Span{State: state, Start: start, End: end})
}
