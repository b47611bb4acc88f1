package api_test

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"io"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
)

func TestAnswersAreExactly(t *testing.T) {
	s := serve(t)
	for path, want := range map[string]string{
		"/":                          `{"Hello":"World"}`,
		"/?q=ignored":                `{"Hello":"World"}`,
		"/items/5?q=somequery":       `{"item_id":5,"q":"somequery"}`,
		"/items/5":                   `{"item_id":5,"q":null}`,
		"/items/5?q=":                `{"item_id":5,"q":null}`,
		"/items/5?q=%20":             `{"item_id":5,"q":" "}`,
		"/items/5?q=a&q=b":           `{"item_id":5,"q":"a"}`,
		"/items/5?q=1%2B1%26%3Cb%3E": `{"item_id":5,"q":"1+1&<b>"}`,
		"/items/5?q=Gr%C3%BC%C3%9Fe%2C+%E4%BD%A0%E5%A5%BD+%F0%9F%8C%8D": `{"item_id":5,"q":"Grüße, 你好 🌍"}`,
		"/items/5?q=%22%5C%0A%00":     `{"item_id":5,"q":"\"\\\n\u0000"}`,
		"/items/-7":                   `{"item_id":-7,"q":null}`,
		"/items/%35":                  `{"item_id":5,"q":null}`,
		"/items/9223372036854775807":  `{"item_id":9223372036854775807,"q":null}`,
		"/items/-9223372036854775808": `{"item_id":-9223372036854775808,"q":null}`,
		"/healthz":                    `{"status":"ok"}`,
	} {
		got := s.get(t, path)
		if got.status != http.StatusOK || got.body != want || got.header.Get("Content-Type") != "application/json" {
			t.Errorf("GET %s: %d %q %s, want %s", path, got.status, got.header.Get("Content-Type"), got.body, want)
		}
	}
}

// What a client would rather have changes nothing: there is one form.
func TestAnswersAreJSONWhateverIsAccepted(t *testing.T) {
	s := serve(t)
	for _, accept := range []string{"", "*/*", "text/html", "application/cbor", "json", "application/json;q=0", "a;,b", ";", "a;q=,", ",;=,;"} {
		got := s.get(t, "/", "Accept: "+accept)
		if got.status != http.StatusOK || got.body != `{"Hello":"World"}` || got.header.Get("Content-Type") != "application/json" {
			t.Errorf("Accept: %s: %d %q %s", accept, got.status, got.header.Get("Content-Type"), got.body)
		}
	}
}

// addresses are all that the server has, besides the live events, which do not end.
var addresses = []string{
	"/", "/items/5", "/items/5/", "/items/x", "/slow?delay=0s", "/fanout?delay=0s", "/cpu?work=1ms", "/openapi.json", "/docs", "/live",
	"/healthz", "/metrics", "/docs/docs.js", "/docs/swagger-ui.css", "/docs/swagger-ui-bundle.js", "/docs/favicon-32x32.png",
	"/live/live.css", "/live/live.js", "/live/palette.css",
}

func TestHeadIsGetWithoutItsBody(t *testing.T) {
	s := serve(t)
	for _, path := range append(addresses, "/nope") {
		get, head := s.get(t, path), s.send(t, http.MethodHead, path)
		for _, header := range []http.Header{get.header, head.header} {
			header.Del("Date")
			header.Del("X-Request-Id")
			if strings.Contains(get.body, "_ms") || path == "/metrics" || get.status == http.StatusTemporaryRedirect {
				// Times differ in length, and net/http does not write what else a redirect says.
				header.Del("Content-Length")
			}
		}
		if head.status != get.status || head.body != "" {
			t.Errorf("HEAD %s: %d %q, want %d and no body", path, head.status, head.body, get.status)
		}
		if diff := cmp.Diff(get.header, head.header); diff != "" {
			t.Errorf("HEAD %s (- GET, + HEAD):\n%s", path, diff)
		}
	}
}

func TestOptionsTellsWhatAnAddressTakes(t *testing.T) {
	s := serve(t)
	for _, path := range append(addresses, "/live/events") {
		if got := s.send(t, http.MethodOptions, path); got.status != http.StatusNoContent || got.body != "" ||
			got.header.Get("Allow") != "GET, HEAD, OPTIONS" {
			t.Errorf("OPTIONS %s: %d %v %q", path, got.status, got.header, got.body)
		}
	}
	if got := s.send(t, http.MethodOptions, "/live/send"); got.header.Get("Allow") != "POST, OPTIONS" {
		t.Errorf("OPTIONS /live/send: %v", got.header)
	}
	isProblem(t, s.send(t, http.MethodOptions, "/nope"), http.StatusNotFound)
}

func TestAMethodThatAnAddressDoesNotTakeIsAProblem(t *testing.T) {
	s := serve(t)
	for _, method := range []string{"POST", "PUT", "PATCH", "DELETE", "TRACE", "PROPFIND", "get"} {
		for _, path := range append(addresses, "/live/events") {
			got := s.send(t, method, path)
			isProblem(t, got, http.StatusMethodNotAllowed)
			if got.header.Get("Allow") != "GET, HEAD, OPTIONS" {
				t.Errorf("%s %s: allows %q", method, path, got.header.Get("Allow"))
			}
		}
	}
	got := s.get(t, "/live/send")
	isProblem(t, got, http.StatusMethodNotAllowed)
	if got.header.Get("Allow") != "OPTIONS, POST" {
		t.Errorf("GET /live/send: allows %q", got.header.Get("Allow"))
	}
}

func TestWhereNothingIsIsAProblem(t *testing.T) {
	s := serve(t)
	for _, path := range []string{
		"/nope", "/nope/", "/items", "/items/", "/items/5/6", "/docs/", "/docs/../docs.html", "/live/", "/live/page/live.js", "/openapi.json/",
		"/%2e%2e/%2e%2e/etc/passwd", "/..%2f..%2fetc%2fpasswd", "/docs/%2e%2e%2fserve.go", "/docs/..%5c..%5cserve.go", "/%00", "/index.html",
		"/items%2F5", "/%C0%AE%C0%AE/", "/robots.txt", "/favicon.ico",
	} {
		got := s.get(t, path)
		if location := got.header.Get("Location"); location != "" { // net/http asks for an address without dots first
			got = s.get(t, location)
		}
		isProblem(t, got, http.StatusNotFound)
	}
}

// A redirect goes to another address of the same server, whatever the client makes of the address.
func TestRedirectsStayHere(t *testing.T) {
	s := serve(t)
	for path, want := range map[string]string{
		"/items/5/":                          "/items/5",
		"/items/5/?q=a&r=%2F":                "/items/5?q=a&r=%2F",
		"/items/5/?q=a?b":                    "/items/5?q=a?b",
		"/items/5/?":                         "/items/5?",
		"/items/a%20b/":                      "/items/a%20b",
		"/items/%2Fevil.example/":            "/items/%2Fevil.example",
		"/items/%5Cevil.example/":            "/items/%5Cevil.example",
		"//":                                 "/",
		"//evil.example/items/5/":            "/evil.example/items/5/",
		"///evil.example":                    "/evil.example",
		"/items/..//evil.example/":           "/evil.example/",
		"//evil.example/items/5/?q=//x.test": "/evil.example/items/5/?q=//x.test",
		"/items//5/":                         "/items/5/",
	} {
		got := s.raw(t, "GET "+path+" HTTP/1.1\r\nHost: localhost\r\n\r\n")
		location := got.header.Get("Location")
		if got.status != http.StatusTemporaryRedirect || location != want {
			t.Errorf("GET %s: %d to %q, want %q", path, got.status, location, want)
		}
		target, err := url.Parse(s.url + path)
		if err == nil {
			target, err = target.Parse(location)
		}
		if err != nil || "http://"+target.Host != s.url {
			t.Errorf("GET %s: to %v, which is elsewhere (%v)", path, target, err)
		}
	}
}

// invalid is what is wrong with what a client asked for.
type invalid struct {
	Message, Location string
	Value             any
}

func TestWhatIsInvalidIsToldWithWhereAndWhy(t *testing.T) {
	s := serve(t)
	long := strings.Repeat("x", 1001)
	for path, want := range map[string]invalid{
		"/items/x":                            {"invalid integer", "path.item_id", "x"},
		"/items/5.0":                          {"invalid integer", "path.item_id", "5.0"},
		"/items/0x10":                         {"invalid integer", "path.item_id", "0x10"},
		"/items/%20":                          {"invalid integer", "path.item_id", " "},
		"/items/%EF%BC%95":                    {"invalid integer", "path.item_id", "５"},
		"/items/9223372036854775808":          {"invalid integer", "path.item_id", "9223372036854775808"},
		"/items/5?q=" + url.QueryEscape(long): {"expected length <= 1000", "query.q", long},

		"/slow?delay=x":             {"no duration; write it like 100ms or 1s", "query.delay", "x"},
		"/slow?delay=31":            {"out of range; give 0s to 30s", "query.delay", "31"},
		"/slow?delay=1e9":           {"no duration; write it like 100ms or 1s", "query.delay", "1e9"},
		"/slow?delay=NaNs":          {"no duration; write it like 100ms or 1s", "query.delay", "NaNs"},
		"/slow?delay=99999999h":     {"no duration; write it like 100ms or 1s", "query.delay", "99999999h"},
		"/slow?delay=-1ns":          {"out of range; give 0s to 30s", "query.delay", "-1ns"},
		"/slow?delay=30.000000001s": {"out of range; give 0s to 30s", "query.delay", "30.000000001s"},
		"/cpu?work=1.000000001s":    {"out of range; give 0s to 1s", "query.work", "1.000000001s"},
		"/cpu?work=-1ms":            {"out of range; give 0s to 1s", "query.work", "-1ms"},
		"/cpu?work=much":            {"no duration; write it like 100ms or 1s", "query.work", "much"},
		"/fanout?tasks=x":           {"invalid integer", "query.tasks", "x"},
		"/fanout?tasks=0":           {"expected number >= 1", "query.tasks", 0.0},
		"/fanout?tasks=1001":        {"expected number <= 1000", "query.tasks", 1001.0},
		"/fanout?tasks=-1":          {"expected number >= 1", "query.tasks", -1.0},
		"/fanout?limit=0":           {"expected number >= 1", "query.limit", 0.0},
		"/fanout?strategy=fast":     {`expected value to be one of "sequential, goroutines, limited"`, "query.strategy", "fast"},
		"/fanout?delay=31s":         {"out of range; give 0s to 30s", "query.delay", "31s"},
		"/fanout?tasks=2&delay=16s&strategy=sequential": {
			"2 tasks take 32s by sequential, and 30s is the most", "query.delay", "16s",
		},
		"/fanout?tasks=1000&limit=3&delay=90ms&strategy=limited": {
			"1000 tasks take 30.06s by limited, and 30s is the most", "query.delay", "90ms",
		},
	} {
		got := s.get(t, path)
		isProblem(t, got, http.StatusUnprocessableEntity)
		var problem struct{ Errors []invalid }
		if err := json.Unmarshal([]byte(got.body), &problem); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff([]invalid{want}, problem.Errors); diff != "" {
			t.Errorf("GET %s (- want, + got):\n%s", path, diff)
		}
	}
}

func TestSlowWaitsAsLongAsItSays(t *testing.T) {
	inFakeTime(t, func(t *testing.T, s *site) {
		for path, want := range map[string]time.Duration{
			"/slow": time.Second, "/slow?delay=": time.Second, "/slow?delay=0s": 0, "/slow?delay=2": 2 * time.Second, "/slow?delay=.25": 250 * ms, "/slow?delay=250ms": 250 * ms,
			"/slow?delay=30s": 30 * time.Second, "/slow?delay=1.5us": 1500, // shown in milliseconds to the microsecond
		} {
			start := time.Now()
			got := s.get(t, path)
			if took := time.Since(start); took != want {
				t.Errorf("GET %s took %s, want %s", path, took, want)
			}
			body := `{"waited_ms":` + strconv.FormatFloat(float64(want.Microseconds())/1000, 'f', -1, 64) + `}`
			if got.status != http.StatusOK || got.body != body {
				t.Errorf("GET %s: %d %s, want %s", path, got.status, got.body, body)
			}
		}
	})
}

// Nobody waits for nobody, and the server notices at once.
func TestAClientThatLeavesEndsTheWait(t *testing.T) {
	for _, path := range []string{"/slow?delay=30s", "/fanout?delay=30s", "/fanout?delay=1s&tasks=30&strategy=sequential"} {
		t.Run(path, func(t *testing.T) {
			inFakeTime(t, func(t *testing.T, s *site) {
				left := s.begin(t, path)
				s.inFlight(t, 1, 0)
				before := time.Now()
				left.leave()
				s.inFlight(t, 0, 0)
				if _, err := left.wait(); err == nil {
					t.Error("who left has an answer")
				}
				if waited := time.Since(before); waited != 0 {
					t.Errorf("noticed after %s", waited)
				}
			})
		})
	}
	t.Run("on a socket", func(t *testing.T) {
		s := serve(t)
		left := s.begin(t, "/slow?delay=30s")
		s.until(t, "http_requests_in_flight", 1)
		left.leave()
		s.until(t, "http_requests_in_flight", 0)
		s.until(t, `http_requests_total{code="499",route="/slow"}`, 1) // it was not answered 30 seconds later
	})
}

// A body that nothing takes is no reason to miss that its sender has left.
func TestAClientThatSentABodyEndsTheWaitToo(t *testing.T) {
	inFakeTime(t, func(t *testing.T, s *site) {
		conn := s.connect(t)
		if _, err := io.WriteString(conn, "GET /slow?delay=30s HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5\r\n\r\nhello"); err != nil {
			t.Fatal(err)
		}
		s.inFlight(t, 1, 0)
		before := time.Now()
		if err := conn.Close(); err != nil {
			t.Fatal(err)
		}
		s.inFlight(t, 0, 0)
		if waited := time.Since(before); waited != 0 {
			t.Errorf("noticed after %s", waited)
		}
	})
}

func TestFanoutRunsItsStrategy(t *testing.T) {
	inFakeTime(t, func(t *testing.T, s *site) {
		for query, want := range map[string]string{
			"tasks=3&strategy=sequential": `{"strategy":"sequential","elapsed_ms":300,"ideal_ms":300,"tasks":[` +
				`{"start_ms":0,"end_ms":100},{"start_ms":100,"end_ms":200},{"start_ms":200,"end_ms":300}]}`,
			"tasks=3&delay=20ms": `{"strategy":"goroutines","elapsed_ms":20,"ideal_ms":20,"tasks":[` +
				`{"start_ms":0,"end_ms":20},{"start_ms":0,"end_ms":20},{"start_ms":0,"end_ms":20}]}`,
			"tasks=1&delay=30s&strategy=sequential": `{"strategy":"sequential","elapsed_ms":30000,"ideal_ms":30000,"tasks":[` +
				`{"start_ms":0,"end_ms":30000}]}`,
			"tasks=2&delay=1s&strategy=limited&limit=1000": `{"strategy":"limited","elapsed_ms":1000,"ideal_ms":1000,"tasks":[` +
				`{"start_ms":0,"end_ms":1000},{"start_ms":0,"end_ms":1000}]}`,
		} {
			if got := s.get(t, "/fanout?"+query); got.status != http.StatusOK || got.body != want {
				t.Errorf("%s: %d %s\nwant %s", query, got.status, got.body, want)
			}
		}
	})
}

// fanned is what /fanout answers.
type fanned struct {
	Elapsed float64 `json:"elapsed_ms"`
	Ideal   float64 `json:"ideal_ms"`
	Tasks   []struct {
		Start float64 `json:"start_ms"`
		End   float64 `json:"end_ms"`
	}
}

func TestFanoutHasAsManyTasksAtOnceAsItsStrategySays(t *testing.T) {
	inFakeTime(t, func(t *testing.T, s *site) {
		for query, want := range map[string]struct {
			most         int
			elapsed, all float64
		}{
			"tasks=10&delay=100ms":                           {10, 100, 10},
			"tasks=10&delay=100ms&strategy=sequential":       {1, 1000, 10},
			"tasks=10&delay=100ms&strategy=limited":          {3, 400, 10},
			"tasks=9&delay=100ms&strategy=limited&limit=4":   {4, 300, 9},
			"tasks=1000&delay=30s":                           {1000, 30_000, 1000},
			"tasks=1000&delay=30ms&strategy=sequential":      {1, 30_000, 1000},
			"tasks=1000&delay=60ms&strategy=limited&limit=2": {2, 30_000, 1000},
			"": {10, 100, 10},
		} {
			var got fanned
			answer := s.get(t, "/fanout?"+query)
			if err := json.Unmarshal([]byte(answer.body), &got); err != nil {
				t.Fatal(err, answer.body)
			}
			if got.Elapsed != want.elapsed || got.Ideal != want.elapsed || len(got.Tasks) != int(want.all) {
				t.Errorf("%s: elapsed %v, ideal %v, %d tasks; want %+v", query, got.Elapsed, got.Ideal, len(got.Tasks), want)
			}
			if most := mostAtOnce(got); most != want.most {
				t.Errorf("%s: %d at once, want %d", query, most, want.most)
			}
		}
	})
}

// mostAtOnce is how many tasks overlapped at the most.
func mostAtOnce(f fanned) (most int) {
	changes := map[float64]int{} // at each moment, how many more there are
	for _, task := range f.Tasks {
		changes[task.Start]++
		changes[task.End]--
	}
	count := 0
	for _, moment := range slices.Sorted(maps.Keys(changes)) {
		count += changes[moment]
		most = max(most, count)
	}
	return most
}

func TestFanoutsAreBounded(t *testing.T) {
	const most = 100
	inFakeTime(t, func(t *testing.T, s *site) {
		all := s.beginMany(t, most, "/fanout?tasks=2&delay=10s")
		got := s.get(t, "/fanout?tasks=1")
		if detail := isProblem(t, got, http.StatusServiceUnavailable); got.header.Get("Retry-After") != "1" || !strings.Contains(detail, "try again") {
			t.Errorf("%v %s", got.header, got.body)
		}
		if got := s.get(t, "/slow?delay=1s"); got.status != http.StatusOK {
			t.Errorf("what is no fanout: %d", got.status)
		}
		answered(t, http.StatusOK, all...)
		answered(t, http.StatusOK, s.beginMany(t, most, "/fanout?tasks=2&delay=10s")...) // all places are free again
	})
}

func TestCPUComputes(t *testing.T) {
	s := serve(t)
	var less, more struct {
		Worked float64 `json:"worked_ms"`
		Hashes int
	}
	for path, into := range map[string]any{"/cpu?work=1ms": &less, "/cpu?work=8ms": &more} {
		got := s.get(t, path)
		if err := json.Unmarshal([]byte(got.body), into); err != nil || got.status != http.StatusOK {
			t.Fatal(got, err)
		}
	}
	// What a time is in hashes is found out once. Each is rounded down.
	if less.Hashes < 1 || more.Hashes < 8*less.Hashes || more.Hashes > 8*less.Hashes+8 || more.Worked <= 0 {
		t.Errorf("%+v for 1ms, %+v for 8ms", less, more)
	}
	if got := s.get(t, "/cpu?work=0s"); got.status != http.StatusOK || !strings.Contains(got.body, `"hashes":0`) {
		t.Errorf("%d %s", got.status, got.body)
	}
}

func TestMetricsCountAnswersByRouteAndStatus(t *testing.T) {
	s := serve(t)
	for _, path := range []string{"/", "/", "/items/5", "/items/6", "/items/x", "/slow?delay=0s", "/nope", "/nope/2", "/docs", "/docs/docs.js", "/live"} {
		s.get(t, path)
	}
	s.send(t, http.MethodHead, "/")
	s.send(t, http.MethodOptions, "/items/5")
	s.send(t, http.MethodPost, "/")
	got := s.metrics(t)
	for metric, want := range map[string]float64{
		`http_requests_total{code="200",route="/"}`:                3,
		`http_requests_total{code="200",route="/items/{item_id}"}`: 2,
		`http_requests_total{code="204",route="/items/{item_id}"}`: 1,
		`http_requests_total{code="422",route="/items/{item_id}"}`: 1,
		`http_requests_total{code="200",route="/slow"}`:            1,
		`http_requests_total{code="200",route="/docs"}`:            2,
		`http_requests_total{code="200",route="/live"}`:            1,
		`http_requests_total{code="404",route="unrouted"}`:         2,
		`http_requests_total{code="405",route="unrouted"}`:         1,
		`http_request_duration_seconds{route="/"}`:                 3,
		`http_request_duration_seconds{route="/items/{item_id}"}`:  4,
		`http_requests_in_flight`:                                  0,
		`http_requests_queued`:                                     0,
		`live_viewers`:                                             0,
	} {
		if got[metric] != want {
			t.Errorf("%s is %v, want %v", metric, got[metric], want)
		}
	}
	if got["go_goroutines"] < 1 {
		t.Error("no metrics of the Go runtime")
	}
}

func TestClientsMakeNoMetrics(t *testing.T) {
	s := serve(t)
	s.get(t, "/nope")
	s.send(t, http.MethodPost, "/")
	isProblem(t, s.get(t, "/", "Host: evil.example"), http.StatusMisdirectedRequest)
	s.metrics(t)
	before := slices.Sorted(maps.Keys(s.metrics(t)))
	for i := range 50 {
		n := strconv.Itoa(i)
		s.get(t, "/nope"+n)
		s.get(t, "/items/5?x"+n)
		s.get(t, "/docs/"+n)
		s.send(t, "METHOD"+n, "/")
		s.send(t, "METHOD"+n, "/nope")
		s.get(t, "/", "Host: evil"+n+".example")
		s.get(t, "/", "X-Header-"+n+": "+n)
	}
	if diff := cmp.Diff(before, slices.Sorted(maps.Keys(s.metrics(t)))); diff != "" {
		t.Errorf("labels that clients made:\n%s", diff)
	}
}

func TestABrowserIsToldThatAFileHasNotChanged(t *testing.T) {
	s := serve(t)
	for _, path := range []string{"/live", "/live/live.js", "/live/palette.css", "/docs", "/docs/swagger-ui-bundle.js"} {
		first := s.get(t, path, "Accept-Encoding: gzip")
		tag := first.header.Get("ETag")
		if first.status != http.StatusOK || tag == "" || first.header.Get("Cache-Control") != "no-cache" {
			t.Errorf("GET %s: %d %v", path, first.status, first.header)
		}
		again := s.get(t, path, "Accept-Encoding: gzip", "If-None-Match: "+tag)
		if again.status != http.StatusNotModified || again.body != "" || again.header.Get("ETag") != tag {
			t.Errorf("GET %s again: %d, %d bytes, %v", path, again.status, len(again.body), again.header)
		}
		if other := s.get(t, path, "Accept-Encoding: gzip", `If-None-Match: "other"`); other.body != first.body {
			t.Errorf("GET %s with another tag: %d, %d bytes", path, other.status, len(other.body))
		}
	}
}

func TestLargeFilesArePackedForWhoTakesThat(t *testing.T) {
	s := serve(t)
	for path, kind := range map[string]string{
		"/docs/swagger-ui-bundle.js": "text/javascript; charset=utf-8", "/docs/swagger-ui.css": "text/css; charset=utf-8",
	} {
		packed := s.get(t, path, "Accept-Encoding: deflate, gzip;q=0.5, br")
		if packed.header.Get("Content-Encoding") != "gzip" || packed.header.Get("Vary") != "Accept-Encoding" ||
			packed.header.Get("Content-Type") != kind {
			t.Fatalf("GET %s: %v", path, packed.header)
		}
		reader, err := gzip.NewReader(strings.NewReader(packed.body))
		if err != nil {
			t.Fatal(err)
		}
		var text bytes.Buffer
		if _, err := text.ReadFrom(reader); err != nil {
			t.Fatal(err)
		}
		for _, refusal := range []string{"identity", "", "br", "gzip;q=0", "gzip; q=0.000, br", "*;q=0", "x-gzipped"} {
			plain := s.get(t, path, "Accept-Encoding: "+refusal)
			if plain.header.Get("Content-Encoding") != "" || plain.body != text.String() || plain.header.Get("Vary") != "Accept-Encoding" ||
				plain.header.Get("Content-Type") != kind || plain.header.Get("ETag") == packed.header.Get("ETag") {
				t.Errorf("GET %s for %q: %d bytes, %v", path, refusal, len(plain.body), plain.header)
			}
		}
	}
}

// A slash, a letter: what is answered to one client is not what another asked for.
func TestManyClientsAtOnceHaveTheirOwnAnswers(t *testing.T) {
	inFakeTime(t, func(t *testing.T, s *site) {
		all := make([]*pending, 200)
		for i := range all {
			all[i] = s.begin(t, "/items/"+strconv.Itoa(i)+"?q="+strconv.Itoa(-i))
		}
		synctest.Wait()
		for i, one := range all {
			got, err := one.wait()
			if want := `{"item_id":` + strconv.Itoa(i) + `,"q":"` + strconv.Itoa(-i) + `"}`; err != nil || got.body != want {
				t.Errorf("%s %v, want %s", got.body, err, want)
			}
		}
	})
}
