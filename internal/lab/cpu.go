package lab

import (
	"context"
	"fmt"
	"runtime"
	"slices"
	"time"

	"meanwhile/demos"
	"meanwhile/internal/predict"
)

// openCPU finds out how many hashes take the delay, unless the spec pins their number.
func openCPU(ctx context.Context, spec Spec) (*Lab, error) {
	lab := &Lab{
		Tasks:  make([]demos.Task, spec.Tasks),
		Delays: make([]time.Duration, spec.Tasks),
		Work:   spec.Work,
		Real:   "SHA-256 on the cores, nothing to wait for",
		Shared: []predict.Resource{cores(runtime.GOMAXPROCS(0))},
	}
	delays := spec.delays()
	if lab.Work == 0 {
		work, err := Hashes(ctx, slices.Max(delays))
		if err != nil {
			return lab.abandon(err)
		}
		lab.Work = work
	}
	if len(spec.Delays) > 1 {
		lab.Delays = delays // tasks of several lengths: each is expected to take its own
	}
	for i, delay := range delays {
		share := float64(max(1, delay)) / float64(max(1, slices.Max(delays)))
		lab.Tasks[i] = demos.Hash(max(1, int(float64(lab.Work)*share)))
	}
	return lab, nil
}

// Cores names a number of cores.
func Cores(n int) string {
	if n == 1 {
		return "1 core"
	}
	return fmt.Sprintf("%d cores", n)
}

// How calibration times a trial: long enough for the clock, and often enough that one of them was not disturbed.
const (
	trialTime = 5 * time.Millisecond
	trials    = 5
)

// Hashes returns how many hashes take about d on this machine, now.
func Hashes(ctx context.Context, d time.Duration) (int, error) {
	n, took, err := 512, time.Duration(0), error(nil)
	for took < trialTime && err == nil {
		n *= 2
		took, err = hashTime(ctx, n)
	}
	for range trials {
		var again time.Duration
		if err == nil {
			again, err = hashTime(ctx, n)
		}
		took = min(took, again)
	}
	if err != nil {
		return 0, err
	}
	return max(1, int(float64(n)*float64(d)/float64(max(1, took)))), nil
}

func hashTime(ctx context.Context, n int) (time.Duration, error) {
	start := time.Now()
	err := demos.Hash(n).Run(ctx)
	return time.Since(start), err
}
