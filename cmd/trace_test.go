package cmd_test

import (
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/exp/trace"
)

// In 'go tool trace', strategies are user tasks, and tasks are regions in them.
func TestTheTraceNamesStrategiesAndTasks(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	runIn(t, dir, strings.Fields("compare sleep --delay 2ms --rounds 1 -n 5 --strategy sequential,workers --trace sleep.trace")...)
	file, err := os.Open(filepath.Join(dir, "sleep.trace"))
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	reader, err := trace.NewReader(file)
	if err != nil {
		t.Fatal(err)
	}
	strategies, regions := map[trace.TaskID]string{}, map[string]int{}
	for {
		event, err := reader.ReadEvent()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		switch event.Kind() {
		case trace.EventTaskBegin:
			strategies[event.Task().ID] = event.Task().Type
		case trace.EventRegionBegin:
			regions[strategies[event.Region().Task]+" "+event.Region().Type]++
		}
	}
	if len(regions) != 2 || regions["sequential sleep"] != 5 || regions["workers sleep"] != 5 {
		t.Errorf("the trace has the regions %v, want five sleeps of each strategy", regions)
	}
}
