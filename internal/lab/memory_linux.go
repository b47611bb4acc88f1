package lab

import (
	"bufio"
	"os"
	"strconv"
	"strings"
)

// freeMemory is how many bytes a program may still take: what the machine has available, or what its container leaves.
// It is 0 where that is not known.
func freeMemory() int64 {
	free := field("/proc/meminfo", "MemAvailable:") << 10 // in kB
	most, err := os.ReadFile("/sys/fs/cgroup/memory.max")
	if err != nil {
		return free
	}
	if limit, err := strconv.ParseInt(strings.TrimSpace(string(most)), 10, 64); err == nil { // else it is "max"
		// Pages of files count as used there, but are given back when they are needed: only the rest is taken.
		free = min(free, max(1, limit-field("/sys/fs/cgroup/memory.stat", "anon")))
	}
	return free
}

// field reads the number behind a name in a file of the kernel's; 0 where it is not there.
func field(path, name string) int64 {
	file, err := os.Open(path)
	if err != nil {
		return 0
	}
	defer file.Close()
	for lines := bufio.NewScanner(file); lines.Scan(); {
		words := strings.Fields(lines.Text())
		if len(words) < 2 || words[0] != name {
			continue
		}
		if n, err := strconv.ParseInt(words[1], 10, 64); err == nil {
			return n
		}
	}
	return 0
}
