package browser_test

import (
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/accessibility"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/cdproto/page"
	cdpruntime "github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// What the script shows, and where the keyboard is.
const (
	shown   = `document.getElementById("detail").hidden ? "" : document.getElementById("detail").textContent.replaceAll("\n", " · ")`
	said    = `document.getElementById("said").textContent`
	focused = `document.activeElement.getAttribute("aria-label") ?? document.activeElement.localName`
)

func TestPageInABrowser(t *testing.T) {
	browser, meanwhile := start(t), program(t)
	file := filepath.Join(t.TempDir(), "page.html")
	run(t, meanwhile, "compare", "network", "--tasks", "8", "--rounds", "6", "--delay", "10ms", "-o", file)

	t.Run("the lanes are there", func(t *testing.T) {
		v := open(t, browser, file)
		counts := ask[map[string]int](v, `Object.fromEntries([...document.querySelectorAll("svg.lanes")].map(
			(lanes) => [lanes.getAttribute("aria-label").split(":")[0], lanes.querySelectorAll(".lane").length]))`)
		for _, strategy := range []string{"sequential", "goroutines", "limited"} {
			if counts[strategy] != 8 {
				t.Errorf("%s has %d lanes, want one for each of 8 tasks", strategy, counts[strategy])
			}
		}
		if len(counts) != 3 {
			t.Errorf("lanes of %d strategies, want 3: %v", len(counts), counts)
		}
		drawn := ask[int](v, `[...document.querySelectorAll(".lane rect:not(.track)")].filter(
			(span) => span.getBoundingClientRect().width > 0 && getComputedStyle(span).fill !== "none").length`)
		titled := ask[int](v, `document.querySelectorAll(".lane rect:not(.track) > title").length`)
		if drawn < 3*8 || titled != drawn {
			t.Errorf("%d spans are drawn and %d have a title, want at least one for each of 24 lanes, and all titled", drawn, titled)
		}
		// One after the other, and all at once, on one axis.
		ends := ask[[]float64](v, `["sequential", "goroutines"].map((name) => Math.max(...[...document.querySelectorAll(
			"svg.lanes[aria-label^=" + name + "] rect:not(.track)")].map((span) => span.getBoundingClientRect().right)))`)
		if ends[1] >= ends[0] {
			t.Errorf("goroutines end at %.0f pixels and sequential at %.0f: want them earlier", ends[1], ends[0])
		}
		v.quiet()
	})

	t.Run("a screen reader is told", func(t *testing.T) {
		v := open(t, browser, file)
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
		lanes := slices.DeleteFunc(slices.Clone(roles["image"]), func(name string) bool { return !strings.HasPrefix(name, "Task ") })
		if len(lanes) != 24 || !strings.Contains(lanes[0], "waiting") {
			t.Errorf("%d lanes are told, want 24 that say what they do: %.200q", len(lanes), lanes)
		}
		for role, least := range map[string]int{
			"banner": 1, "main": 1, "heading": 8, "table": 1, "columnheader": 8, "rowheader": 3, "status": 1, "application": 3, "figure": 3,
		} {
			if len(roles[role]) < least {
				t.Errorf("%d of role %s, want at least %d", len(roles[role]), role, least)
			}
		}
		for _, name := range slices.Concat(roles["image"], roles["application"], roles["table"]) {
			if name == "" {
				t.Error("a picture or a table has no name")
			}
		}
	})

	t.Run("by keyboard", func(t *testing.T) {
		v := open(t, browser, file)
		for range 20 {
			if v.press(kb.Tab); strings.HasPrefix(ask[string](v, focused), "Task 1:") {
				break
			}
		}
		if where := ask[string](v, focused); !strings.HasPrefix(where, "Task 1:") {
			t.Fatalf("the Tab key leads to %q, want the first task's lane", where)
		}
		if outline := ask[string](v, `getComputedStyle(document.activeElement.querySelector(".track")).strokeWidth`); outline != "2px" {
			t.Errorf("the lane with the focus is marked with %s, want a line that is seen", outline)
		}
		v.press(kb.ArrowRight)
		first := ask[string](v, shown)
		if !strings.HasPrefix(first, "task 1 · ") || !strings.Contains(first, " ms (") {
			t.Errorf("the right arrow shows %q, want what task 1 does first, and when", first)
		}
		if told := ask[string](v, said); told != first {
			t.Errorf("a screen reader hears %q, want %q", told, first)
		}
		v.press(kb.End)
		last := ask[string](v, shown)
		if last == first || !strings.HasPrefix(last, "task 1 · ") {
			t.Errorf("End shows %q, want the last span of task 1", last)
		}
		v.press(kb.ArrowDown)
		if where, below := ask[string](v, focused), ask[string](v, shown); !strings.HasPrefix(where, "Task 2:") || !strings.HasPrefix(below, "task 2 · ") {
			t.Errorf("the down arrow leads to %q and shows %q, want task 2", where, below)
		}
		v.press(kb.ArrowUp)
		v.press(kb.ArrowUp)
		if where := ask[string](v, focused); !strings.HasPrefix(where, "Task 1:") {
			t.Errorf("the up arrow leads to %q, want to stay at the first task", where)
		}
		v.press(kb.Escape)
		if left := ask[string](v, shown); left != "" {
			t.Errorf("Escape leaves %q", left)
		}
		v.press(kb.Tab)
		if where := ask[string](v, `document.activeElement.closest("svg").getAttribute("aria-label")`); !strings.HasPrefix(where, "goroutines") {
			t.Errorf("the Tab key leads on to %q, want the next strategy", where)
		}
		v.quiet()
	})

	t.Run("by pointer", func(t *testing.T) {
		v := open(t, browser, file, page.BringToFront())
		longest := `[...document.querySelectorAll(".lane rect.waiting")].reduce((a, b) => a.getBoundingClientRect().width < b.getBoundingClientRect().width ? b : a)`
		at := ask[[]float64](v, `(() => { const span = `+longest+`; span.scrollIntoView({block: "center"});
			const box = span.getBoundingClientRect(); return [box.left + box.width / 2, box.top + box.height / 2]; })()`)
		v.do(input.DispatchMouseEvent(input.MouseMoved, at[0], at[1]))
		if detail := ask[string](v, shown); !strings.Contains(detail, "waiting: for the network: the answer") {
			t.Errorf("the pointer shows %q, want what the task waits for", detail)
		}
		if again := ask[int](v, longest+`.querySelectorAll("title").length`); again != 0 {
			t.Error("the browser would show the title a second time")
		}
		v.do(input.DispatchMouseEvent(input.MouseMoved, 1, 1))
		if left := ask[string](v, shown); left != "" {
			t.Errorf("away from the lanes %q is left", left)
		}
		v.quiet()
	})

	t.Run("without the script", func(t *testing.T) {
		v := open(t, browser, file, emulation.SetScriptExecutionDisabled(true))
		if keys := ask[bool](v, `document.querySelector(".keys").hidden`); !keys {
			t.Error("the page speaks of keys that do nothing")
		}
		if told := ask[string](v, `document.body.innerText`); !strings.Contains(told, "sequential") || !strings.Contains(told, "In numbers") {
			t.Errorf("the page is not readable: %.200q", told)
		}
	})

	t.Run("dark, narrow and printed", func(t *testing.T) {
		v := open(t, browser, file)
		ground := `getComputedStyle(document.documentElement).backgroundColor`
		v.do(scheme("light"))
		light := ask[string](v, ground)
		v.do(scheme("dark"))
		if dark := ask[string](v, ground); dark == light {
			t.Errorf("the ground is %s in the light and in the dark", light)
		}
		v.do(emulation.SetEmulatedMedia().WithMedia("print"))
		if paper := ask[string](v, ground); paper != "rgb(255, 255, 255)" {
			t.Errorf("the page is printed on %s, want white", paper)
		}
		v.do(emulation.SetEmulatedMedia().WithMedia(""), emulation.SetDeviceMetricsOverride(400, 800, 1, true))
		if width := ask[int](v, `document.documentElement.scrollWidth`); width > 400 {
			t.Errorf("on a screen of 400 pixels the page is %d wide", width)
		}
		v.quiet()
	})

	// The policy is in force, and this test's watch sees what breaks it, and what a page asks for.
	t.Run("the policy holds", func(t *testing.T) {
		v := open(t, browser, file)
		v.quiet()
		v.do(chromedp.Evaluate(`document.head.append(Object.assign(document.createElement("style"), {textContent: "p { color: red }"}));
			document.head.append(Object.assign(document.createElement("script"), {textContent: "window.broken = true"}));
			new Promise((done) => document.body.append(Object.assign(document.createElement("img"), {
				src: "http://127.0.0.1:9/x.png", onerror: () => done(true)})))`, nil,
			func(p *cdpruntime.EvaluateParams) *cdpruntime.EvaluateParams { return p.WithAwaitPromise(true) }))
		if ask[bool](v, `window.broken === true`) {
			t.Error("a foreign script ran")
		}
		v.mu.Lock()
		defer v.mu.Unlock()
		if len(v.requests) != 2 {
			t.Errorf("the watch saw requests for %q, want one for the picture too", v.requests)
		}
		for _, forbidden := range []string{"inline style", "inline script", "the image 'http://127.0.0.1:9/x.png'"} {
			if !slices.ContainsFunc(v.complaints, func(complaint string) bool {
				return strings.Contains(complaint, forbidden) && strings.Contains(complaint, "Content Security Policy")
			}) {
				t.Errorf("no policy forbids %s: %q", forbidden, v.complaints)
			}
		}
	})
}

// A recording is somebody's file: what its names hold must neither run nor be taken for markup.
func TestHostileRecordingInABrowser(t *testing.T) {
	browser, meanwhile := start(t), program(t)
	folder := t.TempDir()
	recording, file := filepath.Join(folder, "recording.json"), filepath.Join(folder, "page.html")
	run(t, meanwhile, "compare", "sleep", "--tasks", "3", "--rounds", "2", "--delay", "5ms", "--record", recording)
	data, err := os.ReadFile(recording)
	if err != nil {
		t.Fatal(err)
	}
	var comparison any
	if err := json.Unmarshal(data, &comparison); err != nil {
		t.Fatal(err)
	}
	if data, err = json.Marshal(poison(comparison, "")); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(recording, data, 0o600); err != nil {
		t.Fatal(err)
	}
	run(t, meanwhile, "replay", recording, "-o", file)
	v := open(t, browser, file)
	if ask[bool](v, `window.harmed === true`) {
		t.Error("a name ran as a script")
	}
	if n := ask[int](v, `document.querySelectorAll("img, iframe, body script ~ *, script:not(:last-child)").length`); n != 0 {
		t.Errorf("%d elements that are not ours", n)
	}
	if lanes := ask[int](v, `document.querySelectorAll(".lane").length`); lanes != 9 {
		t.Errorf("%d lanes, want 9", lanes)
	}
	if name := ask[string](v, `document.querySelector("tbody th").textContent`); !strings.Contains(name, "<script>") {
		t.Errorf("the strategy is called %q, want the markup in it as text", name)
	}
	v.quiet()
}

// poison puts markup behind every text of a recording but those that the program goes by.
func poison(value any, key string) any {
	const markup = `"><script>harmed=true</script><img src=x onerror=harmed=true>`
	switch value := value.(type) {
	case string:
		switch key {
		case "schema", "started", "outcome", "waiting_from", "kind":
			return value
		}
		return markup
	case []any:
		for i := range value {
			value[i] = poison(value[i], key)
		}
	case map[string]any:
		for name := range value {
			value[name] = poison(value[name], name)
		}
	}
	return value
}
