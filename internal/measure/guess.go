package measure

import "time"

// Guess is what a learner expected of the concurrent run, before it ran.
type Guess struct {
	Elapsed time.Duration `json:"elapsed_ns"`

	// Sure is how sure the learner was, in percent.
	Sure int `json:"sure_percent"`

	// Strategy is the row that was guessed, and Right whether the guess came near it.
	Strategy string `json:"strategy"`
	Right    bool   `json:"right"`

	// Misconception is the belief that leads to such a guess, where one does.
	Misconception *Misconception `json:"misconception,omitempty"`
}

// Misconception is a belief about concurrency that many hold and that runs disprove.
type Misconception struct {
	ID     string `json:"id"`
	Belief string `json:"belief"`
	Truth  string `json:"truth"`
}

// The misconceptions that a guess can show.
var (
	sleepBlocks = Misconception{
		"M1", "a task that waits blocks everything",
		"a waiting task is parked: it holds no core, and the others go on",
	}
	concurrentIsParallel = Misconception{
		"M3", "concurrent means parallel means faster",
		"work that computes needs a core, and all tasks together get no more than the cores there are",
	}
	unlimitedIsBest = Misconception{
		"M6", "unlimited is best",
		"more tasks at once than the other side serves only queue in front of it",
	}
)

// near is how far a guess may be from the truth, either way, to count as right.
const near = 1.25

// Judge completes a guess of the strategy's row: whether it came near and, if not, which belief leads there.
func (r *Result) Judge(guess Guess) *Guess {
	row := r.row(guess.Strategy)
	if row == nil {
		return &guess
	}
	measured := time.Duration(row.Elapsed.Median)
	foretold := row.Predicted != nil && row.Predicted.Low <= guess.Elapsed && guess.Elapsed <= row.Predicted.High
	guess.Right = foretold || isNear(guess.Elapsed, measured)
	if !guess.Right {
		guess.Misconception = r.misconception(row, guess.Elapsed)
	}
	return &guess
}

// misconception finds the belief from which a guess of a row would follow.
func (r *Result) misconception(row *Row, guess time.Duration) *Misconception {
	measured := time.Duration(row.Elapsed.Median)
	alone := r.alone()
	computes := r.Baseline() != nil && r.Baseline().Waiting < mostlyWaits
	switch {
	case guess > measured && !computes && isNear(guess, time.Duration(r.Tasks)*alone):
		return &sleepBlocks
	case guess < measured && !isNear(guess, alone):
		return nil
	case guess < measured && computes:
		return &concurrentIsParallel
	case guess < measured && row.Slots == 0:
		return &unlimitedIsBest
	}
	return nil
}

func isNear(a, b time.Duration) bool {
	return float64(a) <= near*float64(b) && float64(b) <= near*float64(a)
}
