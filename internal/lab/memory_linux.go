package lab

import (
	"bufio"
	"fmt"
	"os"
	"strconv"
	"strings"
)

// freeMemory is how many bytes a program may still take: what the machine has available, or what its container leaves.
// It is 0 where that is not known.
func freeMemory() int64 {
	free := availableMemory()
	if most, used := cgroupNumber("memory.max"), cgroupNumber("memory.current"); most > 0 {
		free = min(free, max(1, most-used))
	}
	return free
}

func availableMemory() int64 {
	file, err := os.Open("/proc/meminfo")
	if err != nil {
		return 0
	}
	defer file.Close()
	for lines := bufio.NewScanner(file); lines.Scan(); {
		var kilobytes int64
		if _, err := fmt.Sscanf(lines.Text(), "MemAvailable: %d kB", &kilobytes); err == nil {
			return kilobytes << 10
		}
	}
	return 0
}

// cgroupNumber reads a limit of the container (cgroup version 2); 0 where there is none.
func cgroupNumber(name string) int64 {
	text, err := os.ReadFile("/sys/fs/cgroup/" + name)
	if err != nil {
		return 0
	}
	n, err := strconv.ParseInt(strings.TrimSpace(string(text)), 10, 64)
	if err != nil {
		return 0 // "max"
	}
	return n
}
