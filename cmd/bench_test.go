package cmd_test

import (
	"os/exec"
	"path/filepath"
	"testing"
)

// What the program takes to start, as a whole process, beside one that has nothing but cobra and color. Compare with
// benchstat -col /impl.
func BenchmarkStartup(b *testing.B) {
	for _, c := range []struct{ impl, source string }{{"bare", "./testdata/bare"}, {"meanwhile", ".."}} {
		program := filepath.Join(b.TempDir(), c.impl)
		build := exec.CommandContext(b.Context(), "go", "build", "-trimpath", "-ldflags=-s -w", "-o", program, c.source)
		build.Env = append(build.Environ(), "CGO_ENABLED=0")
		if output, err := build.CombinedOutput(); err != nil {
			b.Fatalf("%v\n%s", err, output)
		}
		b.Run("impl="+c.impl, func(b *testing.B) {
			var cpu float64
			for b.Loop() {
				command := exec.CommandContext(b.Context(), program, "version")
				if err := command.Run(); err != nil {
					b.Fatal(err)
				}
				cpu += float64(command.ProcessState.UserTime() + command.ProcessState.SystemTime())
			}
			b.ReportMetric(cpu/float64(b.N), "cpu-ns/op")
		})
	}
}
