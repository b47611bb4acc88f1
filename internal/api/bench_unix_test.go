//go:build unix

package api_test

import (
	"syscall"
	"time"
)

// cpuTime is the CPU time, user and system, that the process has used so far.
func cpuTime() time.Duration {
	var usage syscall.Rusage
	if syscall.Getrusage(syscall.RUSAGE_SELF, &usage) != nil {
		return 0
	}
	return time.Duration(usage.Utime.Nano() + usage.Stime.Nano())
}
