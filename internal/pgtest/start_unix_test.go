//go:build unix

package pgtest_test

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"net"
	"net/url"
	"os"
	"os/exec"
	"strings"
	"syscall"
	"testing"
	"time"

	"meanwhile/internal/pgtest"
)

// TestServerEndsWithTheTests runs this test binary again for each way in which tests end.
func TestServerEndsWithTheTests(t *testing.T) {
	t.Setenv("MEANWHILE_TEST_DSN", "")
	if end := os.Getenv("PGTEST_CHILD"); end != "" {
		askForServer(t, end)
		return
	}
	for _, end := range []string{"pass", "fail", "panic", "exit", "kill"} {
		t.Run(end, func(t *testing.T) {
			t.Parallel()
			child := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^TestServerEndsWithTheTests$", "-test.timeout=2m")
			child.Env = append(os.Environ(), "PGTEST_CHILD="+end)
			// A process group of its own, so that it can be killed with all that belongs to it, as ^C or CI would.
			child.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
			output, err := child.StdoutPipe()
			if err != nil {
				t.Fatal(err)
			}
			if err := child.Start(); err != nil {
				t.Fatal(err)
			}
			lines := bufio.NewReader(output)
			server, err := lines.ReadString('\n')
			address, directory, ok := strings.Cut(strings.TrimSpace(server), " ")
			if !ok {
				rest, _ := io.ReadAll(lines)
				t.Fatalf("the child had no server (%v): %s%s", err, server, rest)
			}
			if end == "kill" {
				if err := syscall.Kill(-child.Process.Pid, syscall.SIGKILL); err != nil {
					t.Error(err)
				}
			}
			if _, err := io.Copy(io.Discard, lines); err != nil {
				t.Error(err)
			}
			if err := child.Wait(); (err == nil) != (end == "pass") {
				t.Errorf("the child ended with %v", err)
			}
			awaitGone(t, address, directory)
		})
	}
}

// askForServer says where the server listens and keeps its data, and ends the test in the given way.
func askForServer(t *testing.T, end string) {
	dsn, err := url.Parse(pgtest.DSN(t))
	if err != nil {
		t.Fatal(err)
	}
	fmt.Println(dsn.Host, setting(t, dsn.String(), "data_directory"))
	switch end {
	case "fail":
		t.Fatal("as asked for")
	case "panic":
		panic("as asked for")
	case "exit":
		os.Exit(3)
	case "kill":
		select {} // until somebody ends it
	}
}

// awaitGone waits until nobody listens at address and directory is no more, and fails where that does not come.
func awaitGone(t *testing.T, address, directory string) {
	t.Helper()
	deadline := time.Now().Add(time.Minute)
	for time.Now().Before(deadline) {
		connection, dialError := net.Dial("tcp", address)
		if dialError == nil {
			if err := connection.Close(); err != nil {
				t.Error(err)
			}
		}
		_, err := os.Stat(directory)
		if errors.Is(dialError, syscall.ECONNREFUSED) && errors.Is(err, os.ErrNotExist) {
			return
		}
		time.Sleep(10 * time.Millisecond)
	}
	t.Errorf("a minute after the tests the server at %s or its directory %s still exists", address, directory)
}
