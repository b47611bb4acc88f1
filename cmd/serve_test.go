//go:build unix

package cmd_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"net"
	"net/http"
	"net/url"
	"os"
	"regexp"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

// bannerURL is the first address that a banner shows.
var bannerURL = regexp.MustCompile(`http://\S+:\d+`)

// serving is the program as a server, and where it is.
type serving struct {
	*child
	url string
}

// serve runs the program as a server on a free port, until the test ends at the latest.
func serve(t *testing.T, args ...string) *serving {
	t.Helper()
	c := startChild(t, append([]string{"serve", "--port", "0"}, args...)...)
	c.stdout.await(t, "banner", func(text string) bool { return strings.Contains(text, "^C stops it") })
	return &serving{c, bannerURL.FindString(c.stdout.String())}
}

// get fetches an address of the server.
func (s *serving) get(path string) string {
	s.t.Helper()
	body, err := fetch(s.t.Context(), s.url+path)
	if err != nil {
		s.t.Fatal(err)
	}
	return body
}

// fetch returns the body of an answer, which has to be one of success.
func fetch(ctx context.Context, address string) (string, error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		return "", err
	}
	request.Close = true // a connection that is kept would be this process's to close
	answer, err := http.DefaultClient.Do(request)
	if err != nil {
		return "", err
	}
	defer answer.Body.Close()
	body, err := io.ReadAll(answer.Body)
	if err == nil && answer.StatusCode != http.StatusOK {
		err = fmt.Errorf("%s: %s: %s", address, answer.Status, body)
	}
	return string(body), err
}

// ends asks the server to stop, which it must do with exit code 0.
func (s *serving) ends(signal os.Signal) {
	s.t.Helper()
	s.signal(signal)
	if code := s.exitCode(); code != 0 {
		s.t.Errorf("exit code %d, want 0: %s", code, s.stderr)
	}
}

func TestServeSaysHelloWhereItsBannerSays(t *testing.T) {
	t.Parallel()
	s := serve(t)
	if got, want := s.get("/"), `{"Hello":"World"}`; got != want {
		t.Errorf("GET / answers %q, want %q", got, want)
	}
	s.ends(os.Interrupt)
	for _, page := range []string{"/docs", "/live"} {
		if !strings.Contains(s.stdout.String(), s.url+page) {
			t.Errorf("the banner does not name %s:\n%s", page, s.stdout)
		}
	}
}

// Whoever reads the banner copies what it says to try.
func TestTheBannersCommandsWork(t *testing.T) {
	t.Parallel()
	s := serve(t, "--log", "off")
	lines := regexp.MustCompile(`(?m)^  curl '?(\S+?)'?$`).FindAllStringSubmatch(s.stdout.String(), -1)
	if len(lines) < 3 {
		t.Fatalf("only %d lines with curl:\n%s", len(lines), s.stdout)
	}
	for _, line := range lines {
		if _, err := fetch(t.Context(), line[1]); err != nil {
			t.Error(err)
		}
	}
	compare := regexp.MustCompile(`(?m)^  meanwhile (compare .*)$`).FindStringSubmatch(s.stdout.String())
	if compare == nil {
		t.Fatalf("no comparison to try:\n%s", s.stdout)
	}
	out := run(t, append(strings.Fields(strings.ReplaceAll(compare[1], "'", "")), "--rounds", "1", "-n", "3")...)
	if !strings.Contains(out, "real: HTTP to the given addresses") {
		t.Errorf("%s printed\n%s", compare[1], out)
	}
	s.ends(os.Interrupt)
	if s.stderr.String() != "" {
		t.Errorf("with the log off it wrote %q", s.stderr)
	}
}

// The client sees what the server's mode does: one at a time, five requests at once wait for each other, and take three
// times as long between them (1+2+3+4+5 turns instead of 5).
func TestComparisonsShowTheServersMode(t *testing.T) {
	t.Parallel()
	type comparison struct {
		Results []struct {
			Strategies []struct {
				Rounds []struct {
					InTasks float64 `json:"in_tasks_ns"`
				} `json:"rounds"`
			} `json:"strategies"`
		} `json:"results"`
	}
	for mode, queues := range map[string]bool{"concurrent": false, "one-at-a-time": true} {
		t.Run(mode, func(t *testing.T) {
			t.Parallel()
			s := serve(t, "--mode", mode, "--log", "off")
			out := run(t, "compare", "network", "--url", s.url+"/slow?delay=40ms", "-n", "5", "--rounds", "5",
				"--strategy", "sequential,goroutines", "--format", "json")
			var found comparison
			if err := json.Unmarshal([]byte(out), &found); err != nil {
				t.Fatal(err)
			}
			least := func(strategy int) float64 { // what else the machine does only adds to it
				least := math.Inf(1)
				for _, round := range found.Results[0].Strategies[strategy].Rounds {
					least = min(least, round.InTasks)
				}
				return least
			}
			if ratio := least(1) / least(0); (ratio > 2) != queues {
				t.Errorf("at once, the requests take %.2f times as long between them as one after the other", ratio)
			}
			s.ends(os.Interrupt)
		})
	}
}

func TestServeEndsWhatIsInFlightBeforeItStops(t *testing.T) {
	t.Parallel()
	for _, signal := range []os.Signal{os.Interrupt, syscall.SIGTERM} {
		t.Run(signal.String(), func(t *testing.T) {
			t.Parallel()
			s := serve(t)
			var answering sync.WaitGroup
			answering.Go(func() {
				body, err := fetch(t.Context(), s.url+"/slow?delay=5s")
				var answer struct {
					Waited float64 `json:"waited_ms"`
				}
				if err := errors.Join(err, json.Unmarshal([]byte(body), &answer)); err != nil || answer.Waited < 5000 {
					t.Errorf("what was in flight ended with %q, %v", body, err)
				}
			})
			s.inFlight(1)
			s.ends(signal)
			answering.Wait()
			if !strings.Contains(s.stderr.String(), `msg=stopping in_flight=1 drain=10s`) {
				t.Errorf("the log does not say what it waits for: %s", s.stderr)
			}
		})
	}
}

// inFlight waits until so many requests are in flight.
func (s *serving) inFlight(n int) {
	s.t.Helper()
	for late := time.Now().Add(patience); !strings.Contains(s.get("/metrics"), fmt.Sprintf("\nhttp_requests_in_flight %d\n", n)); {
		if time.Now().After(late) {
			s.t.Fatalf("never are %d in flight", n)
		}
	}
}

func TestServeCutsOffWhatDoesNotEndInTime(t *testing.T) {
	t.Parallel()
	s := serve(t, "--drain", "50ms")
	var answering sync.WaitGroup
	answering.Go(func() {
		if body, err := fetch(t.Context(), s.url+"/slow?delay=30s"); err == nil {
			t.Errorf("it was answered: %s", body)
		}
	})
	s.inFlight(1)
	s.ends(os.Interrupt)
	answering.Wait()
	if !strings.Contains(s.stderr.String(), `level=WARN msg="cut off" in_flight=1`) {
		t.Errorf("the log does not say what was cut off: %s", s.stderr)
	}
}

func TestASecondSignalKillsTheServer(t *testing.T) {
	t.Parallel()
	s := serve(t)
	var answering sync.WaitGroup
	answering.Go(func() {
		if body, err := fetch(t.Context(), s.url+"/slow?delay=30s"); err == nil {
			t.Errorf("it was answered: %s", body)
		}
	})
	s.inFlight(1)
	s.signal(os.Interrupt)
	s.stderr.await(t, "stopping", func(text string) bool { return strings.Contains(text, "msg=stopping") })
	s.signal(os.Interrupt)
	if code := s.exitCode(); code != -1 {
		t.Errorf("exit code %d, want none: it was to be killed", code)
	}
	answering.Wait()
}

func TestAPortThatIsTakenIsSaid(t *testing.T) {
	t.Parallel()
	taken, err := new(net.ListenConfig).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer taken.Close()
	_, port, err := net.SplitHostPort(taken.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	c := startChild(t, "serve", "--port", port)
	if code := c.exitCode(); code != 1 {
		t.Errorf("exit code %d, want 1", code)
	}
	if got, want := c.stderr.String(), "error: port "+port+" is taken; try --port "; !strings.HasPrefix(got, want) {
		t.Errorf("it says %q, want %q", got, want)
	}
}

func TestTheAccessLogIsForPrograms(t *testing.T) {
	t.Parallel()
	s := serve(t, "--log", "json")
	s.get("/items/5?q=" + url.QueryEscape("\x1b[31m\"red\"\n"))
	s.ends(os.Interrupt)
	var lines []map[string]any
	for line := range strings.Lines(s.stderr.String()) {
		var record map[string]any
		if err := json.Unmarshal([]byte(line), &record); err != nil {
			t.Fatalf("%v: %s", err, line)
		}
		lines = append(lines, record)
	}
	if len(lines) != 3 || lines[0]["msg"] != "request" || lines[1]["msg"] != "stopping" || lines[2]["msg"] != "stopped" {
		t.Fatalf("not a line for the request and two for the end: %v", lines)
	}
	for key, want := range map[string]any{"method": "GET", "path": "/items/5?q=%1B%5B31m%22red%22%0A", "status": 200.0} {
		if got := lines[0][key]; got != want {
			t.Errorf("%s is %v, want %v", key, got, want)
		}
	}
}

func TestServeOnATerminalIsForPeople(t *testing.T) {
	t.Parallel()
	x := onTerminal(t, 80, nil, "serve", "--port", "0", "--mode", "limited", "--limit", "2")
	x.awaitScreen("^C stops it once what is in flight has ended.")
	address := bannerURL.FindString(x.screen())
	if _, err := fetch(t.Context(), address+"/slow?delay=10ms"); err != nil {
		t.Error(err)
	}
	if _, err := fetch(t.Context(), address+"/nothing"); err == nil {
		t.Error("/nothing is answered")
	}
	x.awaitScreen("404")
	x.typed("\x03")
	if code := x.exitCode(); code != 0 {
		t.Errorf("exit code %d, want 0", code)
	}
	x.sees(`\AThe hello API, 2 requests at once: the others queue$`,
		`^\d\d:\d\d:\d\d  200  GET /slow\?delay=10ms  \d+(\.\d+)? m?s  127\.0\.0\.1:\d+$`,
		`^\d\d:\d\d:\d\d  404  GET /nothing  \S+ [µm]s  127\.0\.0\.1:\d+$`,
		`\d\d:\d\d:\d\d  stopping in_flight 0  drain 10s$`)
	if !colourSequence.MatchString(x.written.String()) {
		t.Error("there is no colour")
	}
	x.fits()
}

// On all addresses of the machine, the banner says what others can use, and that they can be overheard.
func TestServeForTheRoomNamesAddressesAndTheRisk(t *testing.T) {
	t.Parallel()
	s := serve(t, "--host", "0.0.0.0", "--allow-host", "class.example", "--log", "off")
	if !strings.HasPrefix(s.url, "http://127.0.0.1:") {
		t.Errorf("its own address is %s", s.url)
	}
	banner := s.stdout.String()
	if !strings.Contains(banner, "Without TLS") && !strings.Contains(banner, "no address on a network") {
		t.Errorf("nothing is said about the room:\n%s", banner)
	}
	for host, want := range map[string]int{"class.example": 200, "192.0.2.1:8000": 200, "elsewhere.example": 421} {
		request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, s.url+"/", nil)
		if err != nil {
			t.Fatal(err)
		}
		request.Host, request.Close = host, true
		answer, err := http.DefaultClient.Do(request)
		if err != nil {
			t.Fatal(err)
		}
		if err := answer.Body.Close(); err != nil {
			t.Error(err)
		}
		if answer.StatusCode != want {
			t.Errorf("for Host %s it answers %d, want %d", host, answer.StatusCode, want)
		}
	}
	s.ends(os.Interrupt)
}

func TestREADMEsServerAnswersItsCommands(t *testing.T) {
	t.Parallel()
	s := serve(t)
	for command, why := range elsewhere {
		if address, found := strings.CutPrefix(command, "curl "); found && why == serves {
			s.get(strings.TrimPrefix(strings.Trim(address, "'"), "http://127.0.0.1:8000"))
		}
	}
	s.ends(os.Interrupt)
}

// The servers of the documentation and of the container start as they are written down.
func TestDocumentedServersStart(t *testing.T) {
	t.Parallel()
	found := documented(t, "../docs/serve.md", `(?m)^meanwhile serve(.*)$`)
	for _, words := range documented(t, "../Dockerfile", `(?m)^CMD \["serve"(.*)\]$`) {
		found = append(found, strings.NewReplacer(`"`, "", ",", "").Replace(words))
	}
	if len(found) < 4 {
		t.Fatalf("only %d servers found: %q", len(found), found)
	}
	for _, flags := range found {
		t.Run(flags, func(t *testing.T) {
			t.Parallel()
			s := serve(t, strings.Fields(flags)...)
			if got := s.get("/healthz"); got != `{"status":"ok"}` {
				t.Errorf("its health is %s", got)
			}
			s.ends(os.Interrupt)
		})
	}
}

// The page on the server has a row for whatever the server documents itself.
func TestTheServersPageListsItsRoutes(t *testing.T) {
	t.Parallel()
	s := serve(t)
	var document struct {
		Paths map[string]any `json:"paths"`
	}
	if err := json.Unmarshal([]byte(s.get("/openapi.json")), &document); err != nil {
		t.Fatal(err)
	}
	s.ends(os.Interrupt)
	listed := strings.Join(documented(t, "../docs/serve.md", "(?m)^\\| `GET (/[^`?]*)"), "\n") + "\n"
	if len(document.Paths) < 5 {
		t.Errorf("only %d routes are documented", len(document.Paths))
	}
	for path := range document.Paths {
		if !strings.Contains(listed, path+"\n") {
			t.Errorf("docs/serve.md has no row for %s; it has\n%s", path, listed)
		}
	}
}

// documented returns what a pattern's group matches in a file.
func documented(t *testing.T, file, pattern string) (found []string) {
	t.Helper()
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	for _, match := range regexp.MustCompile(pattern).FindAllStringSubmatch(string(text), -1) {
		found = append(found, match[1])
	}
	return found
}
