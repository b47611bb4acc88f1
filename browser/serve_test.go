package browser_test

import (
	"bufio"
	"cmp"
	"context"
	"flag"
	"fmt"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"os"
	"os/exec"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/chromedp/cdproto/accessibility"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/page"
	cdpruntime "github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// focus is the button that the keyboard is at.
const focus = `document.activeElement.dataset.burst ?? document.activeElement.localName`

// server is the program while it serves.
type server struct {
	url  string
	stop func() // at once, as a machine does that fails
}

// serve starts the program, which ends with the test, and reads from its banner where it serves.
func serve(t *testing.T, program string, args ...string) *server {
	t.Helper()
	command := exec.CommandContext(t.Context(), program, append([]string{"serve", "--port", "0", "--log", "off"}, args...)...)
	banner, err := command.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := command.Start(); err != nil {
		t.Fatal(err)
	}
	s := &server{stop: sync.OnceFunc(func() {
		_ = command.Process.Kill() // it may have ended
		_ = command.Wait()         // and was killed
	})}
	t.Cleanup(s.stop)
	for lines := bufio.NewScanner(banner); s.url == "" && lines.Scan(); {
		if line := strings.TrimSpace(lines.Text()); strings.HasPrefix(line, "http://") {
			s.url = line
		}
	}
	if s.url == "" {
		t.Fatal("the banner names no address")
	}
	go func() { _, _ = io.Copy(io.Discard, banner) }() // the rest of it, which ends with the program
	return s
}

// live opens the live view and waits until it is connected.
func live(t *testing.T, browser context.Context, origin string, before ...chromedp.Action) *visit {
	t.Helper()
	// Only the tab in front is drawn.
	v := openURL(t, browser, origin+"/live", append([]chromedp.Action{page.BringToFront()}, before...)...)
	v.wait(isLive)
	return v
}

const (
	isLive  = `document.getElementById("link").dataset.state === "live"`
	isAway  = `document.getElementById("link").dataset.state === "away"`
	sum     = `document.getElementById("sum").textContent`
	flights = `document.getElementById("in-flight").textContent`
	queue   = `document.getElementById("queued").textContent`
)

// wait waits until an expression holds in the page.
func (v *visit) wait(expression string) {
	v.t.Helper()
	err := chromedp.Run(v.ctx, chromedp.Poll(expression, nil,
		chromedp.WithPollingInterval(20*time.Millisecond), chromedp.WithPollingTimeout(patience/4)))
	if err != nil {
		v.t.Fatalf("waiting for %s: %v; the page says %q", expression, err, ask[string](v, `document.body.innerText`))
	}
}

// click clicks what a selector finds.
func (v *visit) click(selector string) {
	v.t.Helper()
	v.do(chromedp.Click(selector, chromedp.ByQuery))
}

// enter presses the Enter key on what a selector finds, which may still be moving.
func (v *visit) enter(selector string) {
	v.t.Helper()
	v.do(chromedp.Focus(selector, chromedp.ByQuery), chromedp.KeyEvent(kb.Enter))
}

// within tells whether nothing of another origin was asked for, and nobody complained.
func (v *visit) within(origin string) {
	v.t.Helper()
	v.mu.Lock()
	defer v.mu.Unlock()
	for _, request := range v.requests {
		if !strings.HasPrefix(request, origin+"/") && !strings.HasPrefix(request, "data:") {
			v.t.Errorf("the browser asked for %s, which is not of %s", request, origin)
		}
	}
	for _, complaint := range v.complaints {
		v.t.Errorf("the browser complains: %s", complaint)
	}
}

// lane is a request as the page draws it. Times are the server's, in milliseconds; 0 is a time that has not come.
type lane struct {
	N, Status             int
	Arrived, Began, Ended float64
	Left, Right           float64 // of the bar, in pixels: where it begins to be in flight, and its end
}

// lanes are those that are drawn, in the order in which they began.
func (v *visit) lanes() []lane {
	v.t.Helper()
	drawn := ask[[]lane](v, `[...document.querySelectorAll("#bars .lane[data-n]")].map((lane) => {
		const {n, arrived, began, ended, status} = lane.dataset, box = lane.querySelector(".flight").getBoundingClientRect();
		return {N: Number(n), Arrived: Number(arrived), Began: Number(began ?? 0), Ended: Number(ended ?? 0),
			Status: Number(status ?? 0), Left: box.left, Right: box.right};
	})`)
	slices.SortFunc(drawn, func(a, b lane) int { return cmp.Compare(a.Began, b.Began) })
	return drawn
}

// ended holds when so many lanes are drawn and have ended.
func ended(n int) string {
	return fmt.Sprintf(`document.querySelectorAll("#bars .lane[data-ended]").length === %d`, n)
}

// together is how many of the lanes are in flight at once at most.
func together(lanes []lane) (most int) {
	for _, at := range lanes { // the most begin together with one of them
		now := 0
		for _, other := range lanes {
			if other.Began <= at.Began && at.Began < other.Ended {
				now++
			}
		}
		most = max(most, now)
	}
	return most
}

// What the documentation shows is made by: go test -run LiveInABrowser/a_limit -picture ../docs/live.png
var picture = flag.String("picture", "", "write a picture of the live view to this file")

// photograph writes what a projector shows.
func (v *visit) photograph(file string) {
	v.t.Helper()
	var png []byte
	v.do(emulation.SetDeviceMetricsOverride(1280, 720, 1, false), chromedp.Sleep(300*time.Millisecond), chromedp.CaptureScreenshot(&png))
	if err := os.WriteFile(file, png, 0o644); err != nil {
		v.t.Fatal(err)
	}
}

func TestLiveInABrowser(t *testing.T) {
	browser, meanwhile := start(t), program(t)

	t.Run("twenty at once overlap", func(t *testing.T) {
		s := serve(t, meanwhile, "--mode", "concurrent")
		v := live(t, browser, s.url)
		v.click(`[data-burst="together"]`)
		v.wait(ended(20))
		lanes := v.lanes()
		if n := together(lanes); n != 20 {
			t.Errorf("%d lanes are in flight at once, want 20", n)
		}
		if first, last := slices.MinFunc(lanes, byRight), slices.MaxFunc(lanes, byLeft); last.Left >= first.Right {
			t.Errorf("a bar begins at %.0f pixels, where another has ended at %.0f: want all to overlap", last.Left, first.Right)
		}
		v.wait(sum + `.endsWith("while one waited, the others went on.")`)
		if words := ask[string](v, sum); !strings.HasPrefix(words, "20 requests of ") {
			t.Errorf("the page sums up: %q, want 20 requests and how long each took", words)
		}
		if mode := ask[string](v, `document.querySelector(".mode").innerText`); !strings.Contains(mode, "concurrent") || !strings.Contains(mode, "goroutine of its own") {
			t.Errorf("the mode is told as %q", mode)
		}
		v.within(s.url)
	})

	t.Run("one at a time makes stairs", func(t *testing.T) {
		s := serve(t, meanwhile, "--mode", "one-at-a-time")
		v := live(t, browser, s.url)
		v.click(`[data-burst="together"]`)
		v.wait(queue + ` === "19"`)
		if n := ask[string](v, flights); n != "1" {
			t.Errorf("%s in flight while 19 queue, want 1", n)
		}
		v.wait(ended(20))
		lanes := v.lanes()
		for i := range lanes[1:] {
			before, after := lanes[i], lanes[i+1]
			if after.Began < before.Ended || after.Left < before.Right-1 {
				t.Errorf("#%d begins at %.3f ms, before #%d has ended at %.3f ms", after.N, after.Began, before.N, before.Ended)
			}
			if after.Arrived >= before.Ended {
				t.Errorf("#%d did not queue: it came at %.3f ms, and #%d ended at %.3f ms", after.N, after.Arrived, before.N, before.Ended)
			}
		}
		v.wait(sum + `.includes("one at a time: while one was in flight, the others queued")`)
		v.within(s.url)
	})

	t.Run("a limit", func(t *testing.T) {
		s := serve(t, meanwhile, "--mode", "limited", "--limit", "3")
		v := live(t, browser, s.url)
		v.click(`[data-burst="together"]`)
		v.wait(ended(20))
		if n := together(v.lanes()); n != 3 {
			t.Errorf("%d lanes are in flight at once, want the limit of 3", n)
		}
		v.wait(sum + `.includes("at most 3 in flight at once: 17 queued")`)
		if *picture != "" {
			v.photograph(*picture)
		}
	})

	t.Run("one slow", func(t *testing.T) {
		s := serve(t, meanwhile)
		v := live(t, browser, s.url)
		v.click(`[data-burst="one-slow"]`)
		v.wait(ended(21))
		v.wait(sum + `.includes("while the slowest was in flight") && ` + sum + `.endsWith("20 others ended.")`)
	})

	t.Run("one after the other", func(t *testing.T) {
		s := serve(t, meanwhile)
		v := live(t, browser, s.url)
		v.click(`[data-burst="in-turn"]`)
		v.wait(ended(20))
		if n := together(v.lanes()); n != 1 {
			t.Errorf("%d lanes are in flight at once, want 1", n)
		}
		v.wait(sum + `.endsWith("each came when the one before had ended.")`)
	})

	t.Run("a thousand are folded", func(t *testing.T) {
		s := serve(t, meanwhile)
		v := live(t, browser, s.url, chromedp.EmulateViewport(1280, 720))
		answered := send(t.Context(), t, 1000, s.url+"/slow?delay=6s")
		v.wait(flights + ` === "1,000"`)
		const folded = `[...document.querySelectorAll("#bars .lane.folded[data-count]")]`
		v.wait(folded + `.reduce((sum, row) => sum + Number(row.dataset.flight), 0) === 1000`)
		if rows := ask[int](v, folded+`.length`); rows < 10 || rows > 40 {
			t.Errorf("%d rows, want as many as fit", rows)
		}
		const low = `Math.max(...` + folded + `.map((row) => row.getBoundingClientRect().bottom))`
		if bottom := ask[float64](v, low); bottom > 720 {
			t.Errorf("the rows reach down to %.0f pixels, and the screen has 720", bottom)
		}
		const elements = `document.querySelectorAll("*").length`
		if n := ask[int](v, elements); n > 1000 {
			t.Errorf("the page has %d elements for 1,000 requests, want far fewer", n)
		}
		if label := ask[string](v, `document.querySelector("#labels .label").textContent`); !strings.Contains(label, "#1–50") {
			t.Errorf("the first row is labelled %q, want the numbers of its requests", label)
		}
		if n := answered(); n != 1000 {
			t.Errorf("%d answers, want 1000", n)
		}
		v.wait(sum + `.startsWith("1,000 requests of ")`)
		v.within(s.url)
	})

	t.Run("what a client asks for is text", func(t *testing.T) {
		s := serve(t, meanwhile)
		v := live(t, browser, s.url)
		v.click(`#latest summary`)
		// As a client writes it that does not escape: the page is to show it, and not to take it for markup.
		request := &http.Request{Method: http.MethodGet, Host: "localhost", Header: http.Header{}, URL: &url.URL{
			Scheme: "http", Host: strings.TrimPrefix(s.url, "http://"), Opaque: "/items/five?q=<img/src=x/onerror=harmed=true>\u202e",
		}}
		answer, err := http.DefaultTransport.RoundTrip(request.WithContext(t.Context()))
		if err != nil {
			t.Fatal(err)
		}
		_ = answer.Body.Close() // it has nothing that is missed
		v.wait(ended(1))
		v.wait(`document.querySelector("#rows tr") !== null`)
		for _, place := range []string{`#labels title`, `#rows td:nth-child(2)`} {
			if words := ask[string](v, `document.querySelector("`+place+`").textContent`); !strings.Contains(words, "img/src=x/onerror") || strings.Contains(words, "\u202e") {
				t.Errorf("%s says %q, want what was asked for, and nothing that does not print", place, words)
			}
		}
		if ask[bool](v, `window.harmed === true || document.querySelector("img") !== null`) {
			t.Error("a client's path became a part of the page")
		}
		if words := ask[string](v, `document.querySelector("#bars .took").textContent`); !strings.HasSuffix(words, "✕ 422") {
			t.Errorf("the lane ends with %q, want its status with a sign", words)
		}
		v.within(s.url)
	})

	t.Run("by keyboard", func(t *testing.T) {
		s := serve(t, meanwhile)
		v := live(t, browser, s.url)
		v.press("1")
		v.wait(ended(1))
		for range 10 {
			if v.press(kb.Tab); ask[string](v, focus) == "together" {
				break
			}
		}
		if where := ask[string](v, focus); where != "together" {
			t.Fatalf("the Tab key leads to %q, want the button of 20 at once", where)
		}
		if outline := ask[string](v, `getComputedStyle(document.activeElement).outlineStyle`); outline != "solid" {
			t.Errorf("the button with the focus has an outline that is %s, want one that is seen", outline)
		}
		v.press(kb.Enter)
		v.wait(ended(21))
		v.press("p")
		if pressed := ask[string](v, `document.getElementById("pause").ariaPressed`); pressed != "true" {
			t.Errorf("after P, pause is pressed: %s", pressed)
		}
		v.within(s.url)
	})

	t.Run("a screen reader is told", func(t *testing.T) {
		s := serve(t, meanwhile)
		v := live(t, browser, s.url)
		v.click(`[data-burst="together"]`)
		v.wait(sum + `.includes("20 requests")`)
		var tree []*accessibility.Node
		v.do(chromedp.ActionFunc(func(ctx context.Context) (err error) {
			tree, err = accessibility.GetFullAXTree().Do(ctx)
			return err
		}))
		roles := map[string][]string{}
		for _, node := range tree {
			if !node.Ignored {
				roles[text(node.Role)] = append(roles[text(node.Role)], text(node.Name))
			}
		}
		for role, least := range map[string]int{"banner": 1, "main": 1, "heading": 4, "button": 5, "status": 2, "image": 2, "region": 3} {
			if len(roles[role]) < least {
				t.Errorf("%d of role %s, want at least %d", len(roles[role]), role, least)
			}
		}
		for _, name := range slices.Concat(roles["image"], roles["button"], roles["region"]) {
			if name == "" {
				t.Error("a picture, a button or a region has no name")
			}
		}
		if !slices.ContainsFunc(roles["image"], func(name string) bool { return strings.Contains(name, "20 requests") }) {
			t.Errorf("no picture says what it shows: %q", roles["image"])
		}
	})

	t.Run("dark, and narrow", func(t *testing.T) {
		s := serve(t, meanwhile)
		v := live(t, browser, s.url)
		ground := `getComputedStyle(document.documentElement).backgroundColor`
		v.do(scheme("light"))
		light := ask[string](v, ground)
		v.do(scheme("dark"))
		if dark := ask[string](v, ground); dark == light {
			t.Errorf("the ground is %s in the light and in the dark", light)
		}
		v.do(emulation.SetDeviceMetricsOverride(400, 800, 1, true))
		v.click(`[data-burst="one"]`)
		v.wait(ended(1))
		if width := ask[int](v, `document.documentElement.scrollWidth`); width > 400 {
			t.Errorf("on a screen of 400 pixels the page is %d wide", width)
		}
		v.within(s.url)
	})

	t.Run("a pause holds the picture", func(t *testing.T) {
		s := serve(t, meanwhile)
		v := live(t, browser, s.url)
		v.click(`[data-burst="one"]`)
		v.wait(ended(1))
		v.click(`#pause`)
		where := `document.getElementById("sheet").getAttribute("transform")`
		before := ask[string](v, where)
		v.click(`[data-burst="together"]`)
		v.wait(sum + `.includes("at most 20 in flight") || ` + sum + `.startsWith("20 requests")`)
		if after := ask[string](v, where); after != before || len(v.lanes()) != 1 {
			t.Errorf("the picture went from %s to %s and has %d lanes, want it to stand still with 1", before, after, len(v.lanes()))
		}
		if edge := ask[string](v, `document.querySelector("#axis .last").textContent`); edge != "paused" {
			t.Errorf("the edge of a picture that is paused is called %q", edge)
		}
		v.click(`#pause`)
		v.wait(ended(21))
	})

	t.Run("what the server refuses is told", func(t *testing.T) {
		s := serve(t, meanwhile)
		v := live(t, browser, s.url)
		for range 12 {
			v.press("3")
		}
		v.wait(`document.getElementById("trouble").textContent.includes("as much as it can")`)
	})

	t.Run("nothing is drawn while nothing moves", func(t *testing.T) {
		s := serve(t, meanwhile)
		v := live(t, browser, s.url, chromedp.ActionFunc(func(ctx context.Context) error {
			_, err := page.AddScriptToEvaluateOnNewDocument(`window.drawn = 0; {
				const ask = window.requestAnimationFrame.bind(window);
				window.requestAnimationFrame = (draw) => { window.drawn++; return ask(draw); };
			}`).Do(ctx)
			return err
		}))
		v.wait(`!document.getElementById("rest").hidden`)
		if more := drawn(v, 30); more > 1 {
			t.Errorf("%d drawings while nothing moves", more)
		}
		v.click(`[data-burst="one"]`)
		v.wait(ended(1))
		if more := drawn(v, 30); more < 3 {
			t.Errorf("%d drawings in 30 frames in which something moves", more)
		}
	})
}

// drawn is how many drawings the page asks for while the browser draws some frames.
func drawn(v *visit, frames int) int {
	v.t.Helper()
	var more int
	v.do(chromedp.Evaluate(fmt.Sprintf(`(async () => {
		const before = window.drawn;
		for (let i = 0; i < %d; i++) await new Promise((done) => setTimeout(done, 20));
		return window.drawn - before;
	})()`, frames), &more, func(p *cdpruntime.EvaluateParams) *cdpruntime.EvaluateParams { return p.WithAwaitPromise(true) }))
	return more
}

func byLeft(a, b lane) int  { return cmp.Compare(a.Left, b.Left) }
func byRight(a, b lane) int { return cmp.Compare(a.Right, b.Right) }

// send sends requests at once. What it returns waits for them, and tells how many were answered.
func send(ctx context.Context, t *testing.T, n int, url string) func() int {
	t.Helper()
	client := &http.Client{Transport: &http.Transport{}}
	var sending sync.WaitGroup
	var answered atomic.Int64
	for range n {
		sending.Go(func() {
			request, err := http.NewRequestWithContext(ctx, http.MethodGet, url, http.NoBody)
			if err != nil {
				return
			}
			answer, err := client.Do(request)
			if err != nil {
				return
			}
			_ = answer.Body.Close() // its status says all
			if answer.StatusCode == http.StatusOK {
				answered.Add(1)
			}
		})
	}
	t.Cleanup(func() {
		sending.Wait()
		client.CloseIdleConnections()
	})
	return func() int {
		sending.Wait()
		return int(answered.Load())
	}
}

func TestLiveAfterTheServerIsGone(t *testing.T) {
	browser, meanwhile := start(t), program(t)

	t.Run("another server is another story", func(t *testing.T) {
		first := serve(t, meanwhile)
		v := live(t, browser, first.url)
		v.do(chromedp.Evaluate(`{ // show what is older than this test has patience
			const select = document.getElementById("window");
			select.value = "30000";
			select.dispatchEvent(new Event("change"));
		}`, nil))
		v.click(`[data-burst="together"]`)
		v.wait(ended(20))
		first.stop()
		v.wait(isAway)
		if words := ask[string](v, `document.getElementById("link").textContent`); !strings.Contains(words, "gone; trying again") {
			t.Errorf("without a server, the page says %q", words)
		}
		_, port, _ := strings.Cut(strings.TrimPrefix(first.url, "http://"), ":")
		second := serve(t, meanwhile, "--port", port, "--mode", "one-at-a-time")
		v.wait(isLive)
		v.wait(ended(0))
		if mode := ask[string](v, `document.getElementById("mode").textContent`); mode != "one-at-a-time" {
			t.Errorf("the mode is %s, want the new server's", mode)
		}
		v.click(`[data-burst="one"]`)
		v.wait(ended(1))
		if second.url != first.url {
			t.Errorf("the second server is at %s, want %s", second.url, first.url)
		}
	})

	t.Run("the same server shows its present", func(t *testing.T) {
		s := serve(t, meanwhile)
		proxy, way := between(t, s.url)
		v := live(t, browser, way)
		send(t.Context(), t, 1, s.url+"/slow?delay=30s")
		patient, leave := context.WithCancel(t.Context())
		t.Cleanup(leave)
		send(patient, t, 1, s.url+"/slow?delay=30s")
		v.wait(flights + ` === "2"`)
		proxy.cut()
		// The browser gives up where it is answered that there is nothing: the page does not.
		v.wait(isAway + ` && document.getElementById("link").textContent.includes("no room")`)
		leave() // while nobody looks, one ends and two come
		send(t.Context(), t, 2, s.url+"/slow?delay=30s")
		proxy.gone.Store(false)
		v.wait(isLive)
		v.wait(flights + ` === "3"`)
		v.wait(`document.querySelectorAll("#bars .lane[data-n]").length === 4`)
		if n := ask[int](v, `document.querySelectorAll("#gaps .gap").length`); n != 1 {
			t.Errorf("%d times of which not all was seen are marked, want 1", n)
		}
		if words := ask[string](v, `[...document.querySelectorAll("#bars .took")].map((words) => words.textContent).join("")`); words != "its end was not seen" {
			t.Errorf("behind the bars it says %q, want that one end was not seen", words)
		}
	})
}

// proxy stands between a browser and a server, and can be taken for a network that has gone.
type proxy struct {
	*httptest.Server
	gone atomic.Bool
}

// between starts a proxy and returns the address that leads through it.
func between(t *testing.T, origin string) (*proxy, string) {
	t.Helper()
	to, err := url.Parse(origin)
	if err != nil {
		t.Fatal(err)
	}
	onward := &httputil.ReverseProxy{FlushInterval: -1, ErrorLog: log.New(io.Discard, "", 0), Rewrite: func(r *httputil.ProxyRequest) { r.SetURL(to) }}
	p := new(proxy)
	p.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if p.gone.Load() {
			http.Error(w, "gone", http.StatusBadGateway)
			return
		}
		onward.ServeHTTP(w, r)
	}))
	t.Cleanup(func() {
		p.CloseClientConnections()
		p.Close()
	})
	return p, p.URL
}

// cut breaks all connections. A browser that tries again is told that nobody is there.
func (p *proxy) cut() {
	p.gone.Store(true)
	p.CloseClientConnections()
}

func TestDocsInABrowser(t *testing.T) {
	browser := start(t)
	s := serve(t, program(t))
	for _, colours := range []string{"light", "dark"} {
		t.Run(colours, func(t *testing.T) {
			v := openURL(t, browser, s.url+"/docs", page.BringToFront(), scheme(colours))
			v.wait(`document.querySelectorAll(".opblock").length > 0`)
			paths := ask[[]string](v, `[...document.querySelectorAll(".opblock-summary-path")].map((path) => path.dataset.path)`)
			for _, path := range []string{"/", "/items/{item_id}", "/slow", "/fanout", "/cpu"} {
				if !slices.Contains(paths, path) {
					t.Errorf("the page lists %q, and %s is missing", paths, path)
				}
			}
			v.enter(`#operations-default-say-hello .opblock-summary-control`)
			v.wait(`document.querySelector("#operations-default-say-hello .responses-table .example") !== null`) // it is drawn anew before
			v.enter(`#operations-default-say-hello .execute`)
			v.wait(`document.querySelector("#operations-default-say-hello .live-responses-table .response .response-col_status")?.textContent.startsWith("200")`)
			body := ask[string](v, `document.querySelector("#operations-default-say-hello .live-responses-table .highlight-code code").textContent`)
			if strings.Join(strings.Fields(body), "") != `{"Hello":"World"}` {
				t.Errorf("GET / answers %q", body)
			}
			if n := contrast(v, ".opblock-summary-path"); n < 4.5 {
				t.Errorf("the paths have a contrast of %.1f to the page, want 4.5 at least", n)
			}
			v.within(s.url)
		})
	}
}

// contrast is that of a text to the ground of the page, as WCAG defines it.
func contrast(v *visit, selector string) float64 {
	v.t.Helper()
	return ask[float64](v, `(() => {
		const light = (colour) => colour.match(/[\d.]+/g).slice(0, 3).map((c) => c / 255)
			.map((c) => c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4).reduce((sum, c, i) => sum + c * [0.2126, 0.7152, 0.0722][i], 0);
		const canvas = document.body.appendChild(Object.assign(document.createElement("p"), {hidden: true}));
		canvas.style.color = "Canvas";
		const [a, b] = [light(getComputedStyle(document.querySelector("`+selector+`")).color), light(getComputedStyle(canvas).color)];
		return (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
	})()`)
}
