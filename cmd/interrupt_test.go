//go:build unix

package cmd_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"meanwhile/internal/pgtest"
)

// patience is how long a test waits for what should come at once. Without it, what is interrupted here would go on for
// minutes or for ever.
const patience = 20 * time.Second

// child is the program in a process of its own, in a home of its own.
type child struct {
	*exec.Cmd
	t              *testing.T
	home           string
	stdout, stderr *watched
}

// newChild prepares a run of the program; its stdout and stderr are pipes.
func newChild(t *testing.T, args ...string) *child {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 2*patience)
	t.Cleanup(cancel)
	c := &child{
		Cmd: exec.CommandContext(ctx, "meanwhile", args...), t: t, home: t.TempDir(),
		stdout: newWatched(), stderr: newWatched(),
	}
	c.Stdout, c.Stderr, c.Dir = c.stdout, c.stderr, c.home
	c.Env = []string{"HOME=" + c.home, "XDG_CACHE_HOME=" + filepath.Join(c.home, "cache"), "TMPDIR=" + c.home}
	for _, name := range []string{"PATH", "GOCOVERDIR", "GORACE"} {
		if value := os.Getenv(name); value != "" {
			c.Env = append(c.Env, name+"="+value)
		}
	}
	return c
}

// startChild runs the program.
func startChild(t *testing.T, args ...string) *child {
	t.Helper()
	c := newChild(t, args...)
	c.start()
	return c
}

func (c *child) start() {
	c.t.Helper()
	if err := c.Start(); err != nil {
		c.t.Fatal(err)
	}
}

func (c *child) signal(signal os.Signal) {
	c.t.Helper()
	if err := c.Process.Signal(signal); err != nil {
		c.t.Fatal(err)
	}
}

// exitCode waits for the end, and makes sure that nothing is left behind.
func (c *child) exitCode() int {
	c.t.Helper()
	start := time.Now()
	err := c.Wait()
	if _, exited := errors.AsType[*exec.ExitError](err); err != nil && !exited {
		c.t.Fatal(err)
	}
	if took := time.Since(start); took > patience {
		c.t.Errorf("it took %s to end", took)
	}
	if left := leftIn(c.home); len(left) > 0 {
		c.t.Errorf("left behind: %q", left)
	}
	return c.ProcessState.ExitCode()
}

// watched is what a child has written until now.
type watched struct {
	mu    sync.Mutex // guards text and grown
	text  bytes.Buffer
	grown chan struct{} // closed when there is more
}

func newWatched() *watched { return &watched{grown: make(chan struct{})} }

func (w *watched) Write(p []byte) (int, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	close(w.grown)
	w.grown = make(chan struct{})
	return w.text.Write(p)
}

func (w *watched) now() (text string, grown <-chan struct{}) {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.text.String(), w.grown
}

func (w *watched) String() string {
	text, _ := w.now()
	return text
}

// await waits until what was written is as the test wants it.
func (w *watched) await(t *testing.T, what string, wanted func(text string) bool) {
	t.Helper()
	late := time.After(patience)
	for {
		text, grown := w.now()
		if wanted(text) {
			return
		}
		select {
		case <-grown:
		case <-late:
			t.Fatalf("still no %s in %q", what, text)
		}
	}
}

func (w *watched) awaitText(t *testing.T, text string) {
	t.Helper()
	w.await(t, text, func(written string) bool { return strings.Contains(written, text) })
}

func TestAnInterruptEndsARunAndLeavesNothingBehind(t *testing.T) {
	for _, c := range []struct {
		args  string
		files bool // it has files while it runs
	}{
		{"compare sleep --delay 10s", false},
		{"compare network --delay 10s", false},
		{"compare database --delay 10s", true},
		{"compare database --delay none --rounds 10000", true},
		{"compare file --size 1MiB --rounds 10000", true},
		{"compare cpu --delay 10s", false},
		{"compare cpu --work 1000000000 --procs 1", false},
	} {
		t.Run(c.args, func(t *testing.T) {
			t.Parallel()
			child := startChild(t, strings.Fields(c.args)...)
			child.stderr.awaitText(t, "measuring")
			if c.files && len(leftIn(child.home)) == 0 {
				t.Error("it has no files to leave behind")
			}
			child.signal(os.Interrupt)
			if code := child.exitCode(); code != 130 {
				t.Errorf("exit code %d, want 130", code)
			}
			if !strings.Contains(child.stdout.String(), "partial: interrupted") {
				t.Errorf("stdout does not say that it is partial:\n%s", child.stdout)
			}
			if !strings.HasSuffix(child.stderr.String(), "\ninterrupted\n") {
				t.Errorf("stderr does not end in the reason:\n%s", child.stderr)
			}
		})
	}
}

func TestATerminationIsAnInterrupt(t *testing.T) {
	for _, signal := range []syscall.Signal{syscall.SIGTERM, syscall.SIGHUP} {
		t.Run(signal.String(), func(t *testing.T) {
			t.Parallel()
			child := startChild(t, "compare", "file", "--rounds", "10000")
			child.stderr.awaitText(t, "measuring")
			child.signal(signal)
			if code := child.exitCode(); code != 130 || !strings.Contains(child.stdout.String(), "partial: ") {
				t.Errorf("exit code %d, want 130, with\n%s", code, child.stdout)
			}
		})
	}
}

func TestAnInterruptEndsHello(t *testing.T) {
	for _, args := range []string{
		"hello --delay 1h", "hello --delay 1h --strategy goroutines -n 100", "hello --delay 1h --strategy coroutine -n 100",
		"hello --delay 1h --strategy sequential -n 100", "hello --delay 1h -n 3 --strategy all",
	} {
		t.Run(args, func(t *testing.T) {
			t.Parallel()
			child := startChild(t, strings.Fields(args)...)
			child.stdout.awaitText(t, "Hello")
			child.signal(os.Interrupt)
			if code := child.exitCode(); code != 130 {
				t.Errorf("exit code %d, want 130", code)
			}
			if stderr := child.stderr.String(); !strings.HasSuffix("\n"+stderr, "\ninterrupted\n") || strings.Contains(stderr, "error") {
				t.Errorf("stderr is %q", stderr)
			}
			if strings.Contains(child.stdout.String(), "World") {
				t.Errorf("it says World before its time:\n%s", child.stdout)
			}
		})
	}
}

// stallingServer answers so many requests and keeps the next ones waiting, which stalled tells.
func stallingServer(t *testing.T, answers int64) (address string, stalled <-chan struct{}) {
	t.Helper()
	var asked atomic.Int64
	stuck := make(chan struct{})
	stick := sync.OnceFunc(func() { close(stuck) })
	server := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		if asked.Add(1) > answers {
			stick()
			<-r.Context().Done() // the client has gone
		}
	}))
	t.Cleanup(server.Close)
	return server.URL, stuck
}

func TestAnInterruptKeepsWhatWasMeasured(t *testing.T) {
	want := []string{"network, 2 tasks: sequential 2, goroutines 2", "partial"}
	for _, format := range []string{"text", "json", "csv", "markdown", "-o"} {
		t.Run(format, func(t *testing.T) {
			t.Parallel()
			// One request to see whether it is there, a warm-up of four, two rounds of four: it stalls in the third.
			address, stalled := stallingServer(t, 1+3*4)
			args := []string{
				"compare", "network", "--url", address, "-n", "2", "--rounds", "100", "--strategy", "sequential,goroutines",
			}
			if format == "-o" {
				args = append(args, "-o", "kept.json")
			} else {
				args = append(args, "--format", format)
			}
			child := startChild(t, args...)
			select {
			case <-stalled:
			case <-time.After(patience):
				t.Fatalf("nobody asks: %s", child.stderr)
			}
			child.signal(os.Interrupt)
			if code := child.exitCode(); code != 130 {
				t.Errorf("exit code %d, want 130", code)
			}
			stdout := child.stdout.String()
			switch format {
			case "text":
				rows := regexp.MustCompile(`(?m)^  (sequential|goroutines)  [█▏▎▍▌▋▊▉]`).FindAllString(stdout, -1)
				if len(rows) != 2 || !strings.Contains(stdout, "\n  partial: interrupted") {
					t.Errorf("no two rows, marked as partial, in\n%s", stdout)
				}
			case "json", "-o":
				document := []byte(stdout)
				if format == "-o" {
					var err error
					if document, err = os.ReadFile(filepath.Join(child.home, "kept.json")); err != nil {
						t.Fatal(err)
					}
				}
				got, err := results(document)
				if err != nil || !slices.Equal(got, want) {
					t.Errorf("got %q, %v, want %q", got, err, want)
				}
			case "csv":
				if strings.Count(stdout, ",2,2,") != 2 || strings.Count(stdout, ",true,cpu-time\n") != 2 {
					t.Errorf("no two rounds of two tasks, marked as partial, in\n%s", stdout)
				}
			case "markdown":
				if !strings.HasPrefix(stdout, "> **Partial**: interrupted.\n") || strings.Count(stdout, "\n| ") != 3 {
					t.Errorf("no two rows, marked as partial, in\n%s", stdout)
				}
			}
		})
	}
}

func TestAnInterruptEndsAQuestion(t *testing.T) {
	t.Parallel()
	child := newChild(t, "compare", "sleep", "--ask")
	answers, err := child.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	defer answers.Close()
	child.start()
	child.stderr.awaitText(t, "How long ")
	child.signal(os.Interrupt)
	if code := child.exitCode(); code != 130 || !strings.HasSuffix(child.stderr.String(), "\ninterrupted\n") {
		t.Errorf("exit code %d, want 130, with\n%s", code, child.stderr)
	}
}

// Its reader does not read, so the program hangs when the first signal has it print what it measured.
func TestASecondInterruptKills(t *testing.T) {
	t.Parallel()
	reader, writer, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer reader.Close()
	defer writer.Close()
	raw, err := writer.SyscallConn()
	if err != nil {
		t.Fatal(err)
	}
	full := false
	err = raw.Write(func(fd uintptr) bool {
		for !full {
			_, failed := syscall.Write(int(fd), make([]byte, 4096))
			full = errors.Is(failed, syscall.EAGAIN)
			if failed != nil && !full {
				t.Error(failed)
				return true
			}
		}
		return true
	})
	if err != nil || !full {
		t.Fatalf("the pipe does not get full: %v", err)
	}
	child := newChild(t, "compare", "file", "--rounds", "10000")
	child.Stdout = writer
	child.start()
	child.stderr.awaitText(t, "measuring")
	if len(leftIn(child.home)) == 0 {
		t.Error("it has no files to leave behind")
	}
	child.signal(os.Interrupt)
	for late := time.Now().Add(patience); len(leftIn(child.home)) > 0; time.Sleep(5 * time.Millisecond) {
		if time.Now().After(late) {
			t.Fatal("the first interrupt does not end the measuring")
		}
	}
	ended := make(chan int)
	go func() { ended <- child.exitCode() }()
	again := time.NewTicker(20 * time.Millisecond)
	defer again.Stop()
	for {
		select {
		case <-again.C:
			// It may have ended since: that is not the signal's fault.
			if err := child.Process.Signal(os.Interrupt); err != nil && !errors.Is(err, os.ErrProcessDone) {
				t.Fatal(err)
			}
		case <-ended:
			if status, ok := child.ProcessState.Sys().(syscall.WaitStatus); !ok || status.Signal() != syscall.SIGINT {
				t.Errorf("it ended with %s, want it killed by the signal", child.ProcessState)
			}
			return
		}
	}
}

func TestAClosedStdoutEndsARunWithoutAWord(t *testing.T) {
	for _, args := range []string{
		"hello --delay 1ms", "hello --delay 1ms -n 100 --strategy goroutines", "hello --delay 1ms -n 100 --strategy coroutine",
		"hello --delay 1ms -n 100 --strategy sequential", "version",
		"compare file --rounds 1 -n 2", "compare database cpu --rounds 1 -n 2 --delay 2ms",
		"compare network --rounds 1 -n 2 --delay 2ms --format json", "compare file --rounds 1 -n 2 --format csv",
	} {
		t.Run(args, func(t *testing.T) {
			t.Parallel()
			reader, writer, err := os.Pipe()
			if err != nil {
				t.Fatal(err)
			}
			defer writer.Close()
			if err := reader.Close(); err != nil {
				t.Fatal(err)
			}
			child := newChild(t, strings.Fields(args)...)
			child.Stdout = writer
			child.start()
			if code := child.exitCode(); code != 1 {
				t.Errorf("exit code %d, want 1", code)
			}
			for line := range strings.Lines(child.stderr.String()) {
				if !strings.Contains(line, ": measuring") {
					t.Errorf("it says %q", line)
				}
			}
		})
	}
}

// As with head -1: the reader takes a line and leaves.
func TestAReaderThatLeavesEndsARunWithoutAWord(t *testing.T) {
	for _, args := range []string{
		"hello --strategy sequential -n 100000 --delay 1ms", "compare sleep network --rounds 1 -n 2 --url URL",
	} {
		t.Run(args, func(t *testing.T) {
			t.Parallel()
			left := make(chan struct{}) // closed when the reader has left: until then, the second workload waits
			leave := sync.OnceFunc(func() { close(left) })
			server := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { <-left }))
			defer server.Close()
			defer leave()
			reader, writer, err := os.Pipe()
			if err != nil {
				t.Fatal(err)
			}
			child := newChild(t, strings.Fields(strings.ReplaceAll(args, "URL", server.URL))...)
			child.Stdout = writer
			child.start()
			if err := errors.Join(writer.Close(), reader.SetReadDeadline(time.Now().Add(patience))); err != nil {
				t.Fatal(err)
			}
			line := make([]byte, 5)
			if n, err := reader.Read(line); n < len(line) {
				t.Fatal(n, err)
			}
			if err := reader.Close(); err != nil {
				t.Fatal(err)
			}
			leave()
			if code := child.exitCode(); code != 1 || strings.Contains(child.stderr.String(), "error") {
				t.Errorf("exit code %d, want 1, with %q", code, child.stderr)
			}
		})
	}
}

func TestAnInterruptLeavesNoSchemaInTheDatabase(t *testing.T) {
	t.Parallel()
	dsn, connection := ownDatabase(t)
	child := startChild(t, "compare", "database", "--delay", "10s", "--dsn", dsn)
	child.stderr.awaitText(t, "measuring")
	if schemas := schemas(t, connection); schemas != 1 {
		t.Errorf("it has %d schemas, want 1", schemas)
	}
	child.signal(os.Interrupt)
	if code := child.exitCode(); code != 130 {
		t.Errorf("exit code %d, want 130, with %s", code, child.stderr)
	}
	if schemas := schemas(t, connection); schemas != 0 {
		t.Errorf("it leaves %d schemas behind", schemas)
	}
}

func TestCompareUsesARealDatabaseAndNeverPrintsItsPassword(t *testing.T) {
	t.Parallel()
	dsn, connection := ownDatabase(t)
	address, err := url.Parse(dsn)
	if err != nil {
		t.Fatal(err)
	}
	password, _ := address.User.Password()
	for _, format := range []string{"text", "json", "csv", "markdown"} {
		child := startChild(t, "compare", "database", "--dsn", dsn, "--rounds", "1", "-n", "3", "--format", format)
		if code := child.exitCode(); code != 0 {
			t.Errorf("exit code %d, with %s", code, child.stderr)
		}
		if strings.Contains(child.stdout.String()+child.stderr.String(), password) {
			t.Errorf("the password stands in the %s:\n%s%s", format, child.stdout, child.stderr)
		}
		if strings.Contains(child.stdout.String(), "round trip") {
			t.Errorf("something is simulated, by the %s:\n%s", format, child.stdout)
		}
		if format != "csv" && !strings.Contains(child.stdout.String(), "PostgreSQL") {
			t.Errorf("the %s does not tell the database:\n%s", format, child.stdout)
		}
	}
	if schemas := schemas(t, connection); schemas != 0 {
		t.Errorf("it leaves %d schemas behind", schemas)
	}

	const wrong = "notthepassword"
	address.User = url.UserPassword(address.User.Username(), wrong)
	child := startChild(t, "compare", "database", "--dsn", address.String())
	if code := child.exitCode(); code != 1 {
		t.Errorf("exit code %d with a wrong password, want 1", code)
	}
	stderr := child.stderr.String()
	if !strings.HasPrefix(stderr, "error: cannot reach ") || !strings.HasSuffix(stderr, "; check the address, the user and the password\n") {
		t.Errorf("with a wrong password it says %q", stderr)
	}
	if strings.Contains(stderr, wrong) || strings.Count(stderr, "\n") != 1 {
		t.Errorf("the wrong password, or more than a line, stands in %q", stderr)
	}
}

// ownDatabase makes a database for one test, in the server that all tests share, and connects to it.
func ownDatabase(t *testing.T) (dsn string, connection *pgx.Conn) {
	t.Helper()
	address, err := url.Parse(pgtest.DSN(t))
	if err != nil {
		t.Fatal(err)
	}
	name := fmt.Sprintf("test_%d_%d", os.Getpid(), time.Now().UnixNano())
	admin, err := pgx.Connect(t.Context(), address.String())
	if err != nil {
		t.Fatal(err)
	}
	if _, err := admin.Exec(t.Context(), "CREATE DATABASE "+name); err != nil {
		t.Fatal(err)
	}
	address.Path = "/" + name
	if connection, err = pgx.Connect(t.Context(), address.String()); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		ctx := context.WithoutCancel(t.Context())
		_, err := admin.Exec(ctx, "DROP DATABASE "+name+" WITH (FORCE)")
		if err := errors.Join(connection.Close(ctx), err, admin.Close(ctx)); err != nil {
			t.Error(err)
		}
	})
	return address.String(), connection
}

// schemas counts those that the program made.
func schemas(t *testing.T, connection *pgx.Conn) (n int) {
	t.Helper()
	const count = `SELECT count(*) FROM pg_namespace WHERE nspname LIKE 'meanwhile%'`
	if err := connection.QueryRow(t.Context(), count).Scan(&n); err != nil {
		t.Fatal(err)
	}
	return n
}
