//go:build unix

package measure

import (
	"syscall"
	"time"
)

// CPUTime is the CPU time, user and system, that the process has used so far; 0 where the system does not tell.
func CPUTime() time.Duration {
	var usage syscall.Rusage
	if syscall.Getrusage(syscall.RUSAGE_SELF, &usage) != nil {
		return 0
	}
	return time.Duration(usage.Utime.Nano() + usage.Stime.Nano())
}
