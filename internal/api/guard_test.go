package api_test

import (
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"
	"unicode"

	"meanwhile/internal/api"
)

// DNS rebinding makes a name of somebody else's point here, and then a page of theirs could read what this server answers.
func TestOnlyOwnNamesAreAnswered(t *testing.T) {
	s := serve(t, func(with *setup) { with.Hosts = []string{"Class.local", "hello."} })
	for _, host := range []string{
		"localhost", "localhost:8000", "LocalHost", "localhost.", "localhost.:80", "127.0.0.1", "127.0.0.1:1", "192.168.1.20:8000", "[::1]",
		"[::1]:8000", "[fe80::1]", "class.local", "CLASS.LOCAL:80", "class.local.", "hello",
	} {
		if got := s.get(t, "/", "Host: "+host); got.status != http.StatusOK {
			t.Errorf("Host: %s: %d %s", host, got.status, got.body)
		}
	}
	for _, host := range []string{
		"evil.example", "evil.example:8000", "localhost.evil.example", "127.0.0.1.evil.example", "evil.localhost", "local", "class", "0x7f.1",
		"2130706433", "[evil.example]", "localhost..", "::1]:80:80", "xn--lcalhost-54a", ".", ":80",
	} {
		for _, path := range []string{"/", "/nope", "/live", "/metrics"} {
			got := s.raw(t, "GET "+path+" HTTP/1.1\r\nHost: "+host+"\r\n\r\n")
			detail := isProblem(t, got, http.StatusMisdirectedRequest)
			if !strings.Contains(detail, "--allow-host") || strings.Contains(got.body, "evil") {
				t.Errorf("Host: %s: %s", host, got.body)
			}
		}
	}
}

func TestTheNameMayStandInTheAddress(t *testing.T) {
	s := serve(t)
	for request, status := range map[string]int{
		"GET / HTTP/1.0\r\n\r\n":                                                                                                http.StatusOK, // which has no names yet
		"GET / HTTP/1.0\r\nHost: evil.example\r\n\r\n":                                                                          http.StatusMisdirectedRequest,
		"GET http://localhost/ HTTP/1.1\r\nHost: localhost\r\n\r\n":                                                             http.StatusOK,
		"GET http://localhost/ HTTP/1.1\r\nHost: evil.example\r\n\r\n":                                                          http.StatusOK, // the address counts (RFC 9112, 3.2.2)
		"GET http://evil.example/ HTTP/1.1\r\nHost: localhost\r\n\r\n":                                                          http.StatusMisdirectedRequest,
		"GET http://a@evil.example/ HTTP/1.1\r\nHost: localhost\r\n\r\n":                                                        http.StatusMisdirectedRequest,
		"CONNECT evil.example:443 HTTP/1.1\r\nHost: localhost\r\n\r\n":                                                          http.StatusMisdirectedRequest,
		"CONNECT localhost:443 HTTP/1.1\r\nHost: localhost:443\r\n\r\n":                                                         http.StatusMethodNotAllowed,
		"CONNECT /live HTTP/1.1\r\nHost: localhost\r\n\r\n":                                                                     http.StatusMethodNotAllowed,
		"GET http:/opaque/ HTTP/1.1\r\nHost: localhost\r\n\r\n":                                                                 http.StatusNotFound,
		"GET http:opaque HTTP/1.1\r\nHost: localhost\r\n\r\n":                                                                   http.StatusTemporaryRedirect,
		"GET * HTTP/1.1\r\nHost: localhost\r\n\r\n":                                                                             http.StatusBadRequest,
		"GET / HTTP/1.1\r\nHost: localhost\r\nHost: localhost\r\n\r\n":                                                          http.StatusBadRequest,
		"GET / HTTP/1.1\r\n\r\n":                                                                                                http.StatusBadRequest,
		"GET / HTTP/1.1\r\nHost: evil example\r\n\r\n":                                                                          http.StatusBadRequest,
		"GET / HTTP/1.1\r\nHost: \r\n\r\n":                                                                                      http.StatusOK,
		"OPTIONS * HTTP/1.1\r\nHost: localhost\r\n\r\n":                                                                         http.StatusOK,
		"GET / HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n":                                http.StatusOK,
		"GET / HTTP/1.1\r\nHost: localhost\r\nUpgrade: h2c\r\nHTTP2-Settings: x\r\nConnection: Upgrade, HTTP2-Settings\r\n\r\n": http.StatusOK,
		"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n":                                                                                      http.StatusBadRequest,
		"GET / HTTP/3.0\r\nHost: localhost\r\n\r\n":                                                                             http.StatusHTTPVersionNotSupported,
		"GET / HTTP/1.1\r\nHost: localhost\r\nExpect: much\r\n\r\n":                                                             http.StatusExpectationFailed,
		"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n":                                                                  http.StatusBadRequest, // the beginning of TLS
	} {
		if got := s.raw(t, request); got.status != status {
			t.Errorf("%q: %d %v %s, want %d", request, got.status, got.header, got.body, status)
		}
	}
	if got := s.get(t, "/"); got.status != http.StatusOK {
		t.Errorf("afterwards: %d", got.status)
	}
}

// What changes something, pages of other origins may not ask for. Programs may: nobody lures them.
func TestChangesAreRefusedToOtherOrigins(t *testing.T) {
	s := serve(t)
	host := strings.TrimPrefix(s.url, "http://")
	for headers, status := range map[string]int{
		"":                            http.StatusAccepted, // curl
		"Sec-Fetch-Site: same-origin": http.StatusAccepted,
		"Sec-Fetch-Site: none":        http.StatusAccepted, // typed in by a person
		"Origin: " + s.url:            http.StatusAccepted,
		"Sec-Fetch-Site: cross-site":  http.StatusForbidden,
		"Sec-Fetch-Site: same-site":   http.StatusForbidden, // another port of this machine
		"Origin: http://evil.example": http.StatusForbidden,
		"Origin: null":                http.StatusForbidden,

		"Origin: http://" + host + ".evil.example":                   http.StatusForbidden,
		"Sec-Fetch-Site: cross-site\nOrigin: " + s.url:               http.StatusForbidden,
		"Sec-Fetch-Site: same-origin\nOrigin: http://other.example/": http.StatusAccepted,
	} {
		got := s.send(t, http.MethodPost, "/live/send?burst=one", strings.Split(headers, "\n")...)
		if got.status != status {
			t.Errorf("%q: %d %s, want %d", headers, got.status, got.body, status)
		}
		if status == http.StatusForbidden {
			isProblem(t, got, status)
		} else {
			s.until(t, "http_requests_in_flight", 0)
		}
	}
	if got := s.get(t, "/", "Sec-Fetch-Site: cross-site"); got.status != http.StatusOK {
		t.Errorf("to read is no change: %d", got.status)
	}
}

func TestWhatARequestMayWeigh(t *testing.T) {
	const host = " HTTP/1.1\r\nHost: localhost\r\n"
	s := serve(t)
	fill := func(n int) string { return strings.Repeat("x", n) }
	for name, test := range map[string]struct {
		request string
		status  int
	}{
		"an address of 4 KiB":                  {"GET /?" + fill(4<<10-2) + host + "\r\n", http.StatusOK},
		"an address of 4 KiB and 1":            {"GET /?" + fill(4<<10-1) + host + "\r\n", http.StatusRequestURITooLong},
		"a header of nearly 16 KiB":            {"GET /" + host + "X-Much: " + fill(16<<10-100) + "\r\n\r\n", http.StatusOK},
		"a header of over 16 KiB":              {"GET /" + host + "X-Much: " + fill(16<<10) + "\r\n\r\n", http.StatusRequestHeaderFieldsTooLarge},
		"many headers":                         {"GET /" + host + strings.Repeat("A: b\r\n", 8<<10) + "\r\n", http.StatusRequestHeaderFieldsTooLarge},
		"a body":                               {"GET /" + host + "Content-Length: 5\r\n\r\nhello", http.StatusOK},
		"a body of 64 KiB":                     {"GET /" + host + "Content-Length: 65536\r\n\r\n" + fill(64<<10), http.StatusOK},
		"a body of 64 KiB and 1":               {"GET /" + host + "Content-Length: 65537\r\n\r\n" + fill(64<<10+1), http.StatusRequestEntityTooLarge},
		"a body of 10 GiB, most to come":       {"GET /" + host + "Content-Length: 10737418240\r\n\r\n" + fill(1<<20), http.StatusRequestEntityTooLarge},
		"chunks of 64 KiB":                     {"GET /" + host + "Transfer-Encoding: chunked\r\n\r\n" + chunked(64<<10), http.StatusOK},
		"chunks of 64 KiB and 1":               {"GET /" + host + "Transfer-Encoding: chunked\r\n\r\n" + chunked(64<<10+1), http.StatusRequestEntityTooLarge},
		"chunks that are none":                 {"GET /" + host + "Transfer-Encoding: chunked\r\n\r\nhello\r\n", http.StatusBadRequest},
		"chunks with a trailer":                {"GET /" + host + "Transfer-Encoding: chunked\r\nTrailer: X\r\n\r\n1\r\nx\r\n0\r\nX: y\r\n\r\n", http.StatusOK},
		"a body to a page":                     {"GET /live" + host + "Content-Length: 65537\r\n\r\n" + fill(64<<10+1), http.StatusRequestEntityTooLarge},
		"a body of 64 KiB to where nothing is": {"POST /nope" + host + "Content-Length: 65536\r\n\r\n" + fill(64<<10), http.StatusNotFound},
		"a body that is announced, too large":  {"POST /" + host + "Expect: 100-continue\r\nContent-Length: 65537\r\n\r\n", http.StatusRequestEntityTooLarge},
		"a body that is announced and sent":    {"POST /" + host + "Expect: 100-continue\r\nContent-Length: 5\r\n\r\nhello", http.StatusContinue},
		"a body of two lengths":                {"POST /" + host + "Content-Length: 5\r\nContent-Length: 6\r\n\r\nhello", http.StatusBadRequest},
		"a body below nothing":                 {"POST /" + host + "Content-Length: -5\r\n\r\nhello", http.StatusBadRequest},
	} {
		t.Run(name, func(t *testing.T) {
			got := s.raw(t, test.request)
			if got.status != test.status {
				t.Errorf("%d %v %s, want %d", got.status, got.header, got.body, test.status)
			}
			switch test.status {
			case http.StatusRequestURITooLong, http.StatusRequestEntityTooLarge, http.StatusRequestTimeout, http.StatusNotFound:
				isProblem(t, got, test.status) // the others are net/http's own, before a handler is asked
			}
		})
	}
}

// What stands behind a body is the next request, and nothing of a body is taken for one.
func TestRequestsOneBehindTheOther(t *testing.T) {
	s := serve(t)
	request := func(path, rest string) string { return "GET " + path + " HTTP/1.1\r\nHost: localhost\r\n" + rest }
	inner := request("/items/666", "\r\n")
	got := exchanges(t, s, request("/items/1", "\r\n")+
		request("/items/2", "Content-Length: "+fmt.Sprint(len(inner))+"\r\n\r\n"+inner)+
		request("/items/x", "\r\n")+
		request("/items/3", "Transfer-Encoding: chunked\r\n\r\n"+chunked(100))+
		request("/items/4", "Connection: close\r\n\r\n")+
		request("/items/5", "\r\n"))
	var found []string
	for _, one := range got {
		found = append(found, fmt.Sprint(one.status, " ", strings.Split(one.body, ",")[0]))
	}
	want := []string{`200 {"item_id":1`, `200 {"item_id":2`, `422 {"title":"Unprocessable Entity"`, `200 {"item_id":3`, `200 {"item_id":4`}
	if !slices.Equal(found, want) {
		t.Errorf("%q, want %q", found, want)
	}
}

func TestSecurityHeaders(t *testing.T) {
	s := serve(t)
	for _, path := range append(addresses, "/nope", "//") {
		if got := s.get(t, path); got.header.Get("X-Content-Type-Options") != "nosniff" {
			t.Errorf("GET %s: %v", path, got.header)
		}
	}
	for _, page := range []string{"/live", "/docs"} {
		got := s.get(t, page)
		policy := got.header.Get("Content-Security-Policy")
		for _, part := range []string{"default-src 'none'", "script-src 'self'", "base-uri 'none'", "form-action 'none'", "frame-ancestors 'none'"} {
			if !slices.Contains(strings.Split(policy, "; "), part) {
				t.Errorf("GET %s: %q lacks %q", page, policy, part)
			}
		}
		if script := policy[strings.Index(policy, "script-src"):]; strings.Contains(script[:strings.Index(script, ";")], "unsafe") {
			t.Errorf("GET %s: %q runs what stands in a page", page, policy)
		}
		if got.header.Get("Referrer-Policy") != "no-referrer" || got.header.Get("Content-Type") != "text/html; charset=utf-8" {
			t.Errorf("GET %s: %v", page, got.header)
		}
	}
	for _, refused := range []answer{
		s.get(t, "/", "Host: evil.example"), s.send(t, http.MethodPost, "/live/send", "Origin: null"), s.get(t, "/?"+strings.Repeat("x", 5000)),
	} {
		if refused.header.Get("X-Content-Type-Options") != "nosniff" || refused.header.Get("X-Request-Id") == "" {
			t.Errorf("%d: %v", refused.status, refused.header)
		}
	}
}

func TestRequestIDsAreUniqueAndInTheLog(t *testing.T) {
	s := serve(t)
	ids := make([]string, 500)
	var sending sync.WaitGroup
	for i := range ids {
		sending.Go(func() {
			path := []string{"/", "/nope", "/items/x", "/docs"}[i%4]
			if got, err := s.try(t.Context(), http.MethodGet, path, "X-Request-Id: mine"); err == nil {
				ids[i] = got.header.Get("X-Request-Id")
			}
		})
	}
	sending.Wait()
	if err := s.stop(); err != nil {
		t.Error(err)
	}
	var logged []string
	for _, line := range s.log.entries(t, "request") {
		logged = append(logged, line.ID)
	}
	slices.Sort(ids)
	slices.Sort(logged)
	if !slices.Equal(ids, logged) || len(slices.Compact(ids)) != 500 || ids[0] == "" || slices.Contains(ids, "mine") {
		t.Errorf("%d different ids in answers, %d in the log", len(slices.Compact(ids)), len(slices.Compact(logged)))
	}
}

func TestTheLogHasALineARequest(t *testing.T) {
	s := serve(t)
	got := s.get(t, "/items/x?q=a%20b")
	id := got.header.Get("X-Request-Id")
	_ = s.stop()
	lines := s.log.entries(t, "request")
	if len(lines) != 1 {
		t.Fatalf("%d lines: %s", len(lines), s.log)
	}
	want := entry{Level: "INFO", Msg: "request", Method: "GET", Path: "/items/x?q=a%20b", Status: 422, ID: id, Client: lines[0].Client}
	if lines[0] != want || !strings.HasPrefix(want.Client, "127.0.0.1:") {
		t.Errorf("%+v, want %+v", lines[0], want)
	}
}

func failing() map[string]http.HandlerFunc {
	return map[string]http.HandlerFunc{
		"GET /fails": func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Encoding", "gzip") // which the answer then is not
			w.Header().Set("ETag", `"x"`)
			panic("no\x1b[31m\nrhyme\u202e")
		},
		"GET /fails-late": func(w http.ResponseWriter, _ *http.Request) {
			_, _ = io.WriteString(w, strings.Repeat("half ", 4<<10))
			panic("nor reason")
		},
		"GET /fails-nil": func(http.ResponseWriter, *http.Request) {
			var nothing *http.Request
			_ = nothing.Method
		},
		"GET /aborts":      func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) },
		"GET /says-little": func(http.ResponseWriter, *http.Request) {},
		"GET /informs": func(w http.ResponseWriter, _ *http.Request) {
			w.WriteHeader(http.StatusEarlyHints)
			w.WriteHeader(http.StatusTeapot)
		},
	}
}

func TestAPanicIsAnAnswerAndALineNotAnExit(t *testing.T) {
	for _, mode := range api.Modes() {
		t.Run(string(mode), func(t *testing.T) {
			s := serve(t, func(with *setup) { with.Mode, with.Limit, with.routes = mode, 1, failing() })
			for range 3 { // a slot that is not given back would show
				for _, path := range []string{"/fails", "/fails-nil"} {
					got := s.get(t, path)
					isProblem(t, got, http.StatusInternalServerError)
					if got.header.Get("Content-Encoding") != "" || got.header.Get("ETag") != "" || got.header.Get("X-Request-Id") == "" ||
						got.header.Get("X-Content-Type-Options") != "nosniff" || strings.Contains(got.body, "rhyme") {
						t.Errorf("GET %s: %v %s", path, got.header, got.body)
					}
				}
				for _, path := range []string{"/fails-late", "/aborts"} {
					if got, err := s.try(t.Context(), http.MethodGet, path); err == nil {
						t.Errorf("GET %s: %d, which seems whole: %d bytes", path, got.status, len(got.body))
					}
				}
			}
			s.until(t, `http_requests_total{code="500",route="/fails"}`, 3)
			s.until(t, `http_requests_total{code="500",route="/fails-late"}`, 3)
			s.until(t, "http_requests_in_flight", 0)
			if got := s.get(t, "/"); got.status != http.StatusOK {
				t.Errorf("afterwards: %d", got.status)
			}
			_ = s.stop()
			lines := s.log.entries(t, "panic")
			if len(lines) != 9 { // an abort is meant
				t.Fatalf("%d lines of panics: %s", len(lines), s.log)
			}
			if l := lines[0]; l.Level != "ERROR" || l.Path != "/fails" || l.ID == "" || !strings.HasPrefix(l.Value, "no\ufffd[31m") ||
				!strings.Contains(l.Stack, "guard_test.go") {
				t.Errorf("%+v", l)
			}
		})
	}
}

func TestAnAnswerIsNotedAsItWas(t *testing.T) {
	s := serve(t, func(with *setup) { with.routes = failing() })
	view := s.watch(t)
	view.frame(t)
	if got := s.get(t, "/says-little"); got.status != http.StatusOK || got.body != "" {
		t.Errorf("%d %q", got.status, got.body)
	}
	if got := s.get(t, "/informs"); got.status != http.StatusTeapot {
		t.Errorf("%d, want what came behind the hints", got.status)
	}
	s.get(t, "/fails")
	_, _ = s.try(t.Context(), http.MethodGet, "/fails-late")
	lanes, err := view.follow(4)
	if err != nil {
		t.Fatal(err)
	}
	got := map[string]int{}
	for _, lane := range lanes {
		got[lane.What] = lane.Status
	}
	for what, status := range map[string]int{"GET /says-little": 200, "GET /informs": 418, "GET /fails": 500, "GET /fails-late": 500} {
		if got[what] != status {
			t.Errorf("%s is shown with %d, want %d", what, got[what], status)
		}
	}
	if n := s.metrics(t)[`http_requests_total{code="418",route="/informs"}`]; n != 1 {
		t.Errorf("counted %v times", n)
	}
}

// nasty are requests with what could move a cursor, change colours, reorder a line, break out of a page, or begin a line of
// its own.
func nasty() (requests []string) {
	for _, text := range []string{
		"\x1b[31m", "\x1b]0;title\x07", "\u202e", "\u2066", "\u200f", "\u009b31m", "\u0085", "\u2028", "\ufeff", "\u00ad", "\x7f", "\x00", "\xff\xfe",
		"%1b[31m", "%0a%0d", "%e2%80%ae", "<script>alert(1)</script>", `"},"level":"ERROR`, "a=b c=d", "'\"`$(x)", "&lt;", "\t", "e\u0301\u0301",
	} {
		requests = append(requests,
			"GET /"+text+" HTTP/1.1\r\nHost: localhost\r\n\r\n",
			"GET /items/5?q="+text+" HTTP/1.1\r\nHost: localhost\r\n\r\n",
			"GET / HTTP/1.1\r\nHost: localhost\r\nX-Request-Id: "+text+"\r\nUser-Agent: "+text+"\r\nReferer: "+text+"\r\n\r\n",
			"GET / HTTP/1.1\r\nHost: "+text+"\r\n\r\n",
			text+" / HTTP/1.1\r\nHost: localhost\r\n\r\n",
			"GET /slow?delay="+text+" HTTP/1.1\r\nHost: localhost\r\n\r\n",
			"GET /live"+text+"/../live HTTP/1.1\r\nHost: localhost\r\n\r\n",
			"GET http://localhost/slow"+text+" HTTP/1.1\r\nHost: x\r\n\r\n",
			"GET / HTTP/1.1\r\nHost: localhost\r\n"+text+": x\r\n\r\n",
			"GET / HTTP/"+text+"\r\n\r\n",
		)
	}
	return requests
}

func TestNothingOfAClientReachesTheLogRaw(t *testing.T) {
	for name, handler := range map[string]func(io.Writer) slog.Handler{
		"text": func(w io.Writer) slog.Handler { return slog.NewTextHandler(w, nil) },
		"json": func(w io.Writer) slog.Handler { return slog.NewJSONHandler(w, nil) },
	} {
		t.Run(name, func(t *testing.T) {
			log := new(notes)
			s := serve(t, func(with *setup) { with.Log, with.routes = slog.New(handler(log)), failing() })
			for _, request := range nasty() {
				_, _ = s.tryRaw(t, request) // most are refused, and none does harm
			}
			s.get(t, "/fails")
			if err := s.stop(); err != nil {
				t.Error(err)
			}
			lines := 0
			for line := range strings.Lines(log.String()) {
				lines++
				line = strings.TrimSuffix(line, "\n")
				if i := strings.IndexFunc(line, func(r rune) bool { return !unicode.IsPrint(r) }); i >= 0 && line[i:i+3] != "\ufffd" {
					t.Errorf("%q at %d of %q", line[i], i, line)
				}
				if start := map[string]string{"text": "time=", "json": `{"time":`}[name]; !strings.HasPrefix(line, start) || len(line) > 10_000 {
					t.Errorf("a line that is none: %.200q", line)
				}
			}
			if lines < 50 {
				t.Errorf("%d lines", lines)
			}
		})
	}
}

func TestNothingOfAClientReachesTheLiveViewRaw(t *testing.T) {
	s := serve(t)
	view := s.watch(t)
	view.frame(t)
	for _, request := range nasty() {
		_, _ = s.tryRaw(t, request)
	}
	s.get(t, "/items/5?last&q="+strings.Repeat("long", 200))
	for last := false; !last; {
		if !view.lines.Scan() {
			t.Fatal("the view ended")
		}
		line := view.lines.Text()
		if strings.IndexFunc(line, func(r rune) bool { return !unicode.IsPrint(r) && r != unicode.ReplacementChar || r == '<' }) >= 0 {
			t.Errorf("%q", line)
		}
		if last = strings.Contains(line, "last"); last && strings.Contains(line, strings.Repeat("long", 20)) {
			t.Errorf("as long as it came: %q", line)
		}
	}
}

// A client can make a server hold much by sending slowly. In a bubble it shows exactly when the server has had enough.
func TestSlowSendersAreCutOff(t *testing.T) {
	for name, test := range map[string]struct {
		whole   string // what is sent at once
		dripped string // what then comes byte by byte, one a second
		cut     time.Duration
	}{
		"nothing":                      {"", "", 5 * time.Second},
		"a header":                     {"GET / HTTP/1.1\r\nHost: localhost\r\n", strings.Repeat("X: y\r\n", 100), 5 * time.Second},
		"a first line":                 {"", "GET /" + strings.Repeat("x", 1000), 5 * time.Second},
		"a body":                       {"GET / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100\r\n\r\n", strings.Repeat("x", 99), 10 * time.Second},
		"a body that never begins":     {"GET / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100\r\n\r\n", "", 10 * time.Second},
		"a body where nothing is":      {"POST /nope HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100\r\n\r\n", "", 10 * time.Second},
		"chunks":                       {"POST /live/send HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n", strings.Repeat("1\r\nx\r\n", 99), 10 * time.Second},
		"one that says that it closes": {"GET / HTTP/1.0\r\nContent-Length: 100\r\n\r\n", "", 10 * time.Second},
		"a name that is refused":       {"GET / HTTP/1.1\r\nHost: evil.example\r\nContent-Length: 100\r\n\r\n", "", 10 * time.Second},
		"another origin":               {"POST /live/send HTTP/1.1\r\nHost: localhost\r\nOrigin: null\r\nContent-Length: 100\r\n\r\n", "", 10 * time.Second},
		"a long address":               {"POST /?" + strings.Repeat("x", 5000) + " HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100\r\n\r\n", "", 10 * time.Second},
		"what comes after a request": {
			"GET / HTTP/1.1\r\nHost: localhost\r\n\r\nGET / HT", strings.Repeat("x", 100), 5 * time.Second,
		},
		"nothing after a request":                   {"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n", "", 2 * time.Minute},
		"the beginning of another, after a request": {"GET / HTTP/1.1\r\nHost: localhost\r\n\r\nG", "", 2 * time.Minute},
	} {
		t.Run(name, func(t *testing.T) {
			inFakeTime(t, func(t *testing.T, s *site) {
				conn := s.connect(t)
				start := time.Now()
				var dripping sync.WaitGroup
				dripping.Go(func() {
					_, err := io.WriteString(conn, test.whole)
					for i := 0; i < len(test.dripped) && err == nil; i++ {
						time.Sleep(time.Second)
						_, err = io.WriteString(conn, test.dripped[i:i+1])
					}
				})
				_, _ = io.Copy(io.Discard, conn) // until the server closes the connection
				cut := time.Since(start)
				// net/http lingers up to 500 ms, so that the answer arrives before the connection ends.
				if cut < test.cut || cut > test.cut+500*ms {
					t.Errorf("cut off after %s, want %s", cut, test.cut)
				}
				_ = conn.Close()
				dripping.Wait()
				s.inFlight(t, 0, 0)
			})
		})
	}
}

// A client that does not read what it asked for keeps a connection and a goroutine, and neither for long.
func TestAClientThatDoesNotReadIsCutOff(t *testing.T) {
	for _, path := range []string{"/", "/fanout?tasks=1000&delay=1ms", "/docs/swagger-ui-bundle.js", "/metrics", "/nope"} {
		t.Run(path, func(t *testing.T) {
			inFakeTime(t, func(t *testing.T, s *site) {
				conn := s.connect(t)
				keepAlive(t, conn)
				time.Sleep(30 * time.Second) // the time counts anew for each request
				if _, err := io.WriteString(conn, "GET "+path+" HTTP/1.1\r\nHost: localhost\r\n\r\n"); err != nil {
					t.Fatal(err)
				}
				time.Sleep(3*time.Minute - ms)
				synctest.Wait()
				if _, err := conn.Read(make([]byte, 1)); err != nil {
					t.Errorf("cut off within three minutes: %v", err)
				}
				time.Sleep(2*ms + 500*ms) // net/http lingers
				synctest.Wait()
				if _, err := io.ReadFull(conn, make([]byte, 1<<20)); err == nil {
					t.Error("all of it came")
				}
				s.inFlight(t, 0, 0)
			})
		})
	}
}
