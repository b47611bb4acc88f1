package lab

import (
	"fmt"
	"net"
	"net/url"
)

// What a run may ask for before it is refused.
const (
	// MaxBlocked keeps well below the 10,000 threads at which the runtime ends a program.
	MaxBlocked = 4000

	// MaxFiles can be removed within about a second, when a run is interrupted.
	MaxFiles = 5_000

	// MaxAway is how many requests may be in flight to a machine that is not this one.
	MaxAway = 64

	// spareFiles are left for the standard streams, the database and the runtime.
	spareFiles = 64
)

// Admit refuses, as a SpecError, a run with inFlight tasks at once that would take the machine or somebody else's down.
func (w Workload) Admit(spec Spec, inFlight int) error {
	need := int64(spec.Tasks)*recordMemory + int64(inFlight)*w.taskMemory
	if w.Name == "file" {
		need += (2 + 2*int64(inFlight)) * spec.Size // each reads its file back, and garbage waits to be collected
	}
	if free := freeMemory(); free > 0 && need > free {
		return SpecError{
			fmt.Sprintf("%d %s tasks, %d at once, need about %d MB and %d MB are free",
				spec.Tasks, w.Name, inFlight, need>>20, free>>20),
			"ask for fewer --tasks, or for fewer at once with --strategy limited",
		}
	}
	if w.Name == "file" && spec.Tasks > MaxFiles {
		return SpecError{
			fmt.Sprintf("%d tasks are as many files to make and to remove, and %d is the most allowed", spec.Tasks, MaxFiles),
			fmt.Sprintf("ask for at most %d --tasks", MaxFiles),
		}
	}
	if w.Blocks && inFlight > MaxBlocked {
		return SpecError{
			fmt.Sprintf("%d %s tasks at once may each hold a thread, and %d is the most allowed", inFlight, w.Name, MaxBlocked),
			fmt.Sprintf("use --strategy limited, or at most %d --tasks", MaxBlocked),
		}
	}
	if w.Name == "network" {
		return admitNetwork(spec, inFlight)
	}
	return nil
}

// recordMemory is about how many bytes the task, its error and its times take, whether it is in flight or not.
const recordMemory = 128

func admitNetwork(spec Spec, inFlight int) error {
	files := inFlight
	if len(spec.URLs) == 0 {
		files *= 2 // both ends of each connection are ours
	}
	if most := OpenFiles(); most > 0 && files+spareFiles > most {
		return SpecError{
			fmt.Sprintf("%d requests at once need %d sockets, and %d open files are allowed", inFlight, files, most),
			"use --strategy limited, fewer --tasks, or raise the limit with 'ulimit -n'",
		}
	}
	for _, address := range spec.URLs {
		if inFlight > MaxAway && !loopback(address) {
			return SpecError{
				fmt.Sprintf("%d requests at once to %s could be taken for an attack", inFlight, address),
				fmt.Sprintf("use --strategy limited with a --limit of at most %d", MaxAway),
			}
		}
	}
	return nil
}

// loopback tells whether an address is on this machine, by its text alone: a name may point anywhere.
func loopback(address URL) bool {
	u, err := url.Parse(string(address))
	if err != nil {
		return false
	}
	ip := net.ParseIP(u.Hostname())
	return u.Hostname() == "localhost" || ip != nil && ip.IsLoopback()
}
