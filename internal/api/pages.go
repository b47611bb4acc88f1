package api

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"embed"
	"encoding/base64"
	"io"
	"net/http"
	"path"
	"strings"
	"time"

	"github.com/swaggest/swgui/v5/static"

	"meanwhile/internal/palette"
)

//go:embed page
var page embed.FS

// Where the pages are, and what feeds the live view.
const (
	docsPath   = "/docs"
	livePath   = "/live"
	eventsPath = livePath + "/events"
	sendPath   = livePath + "/send"
)

// What the pages may load and do: nothing of another origin, and no code but that in their files.
const (
	livePolicy = "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data:; " +
		"base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
	docsPolicy = livePolicy
)

// pages registers the live view and the documentation, with all that they need.
func (s *Server) pages() error {
	files := []struct {
		path, policy string
		text         func() ([]byte, error)
	}{
		{livePath, livePolicy, ours("live.html")},
		{livePath + "/live.css", "", ours("live.css")},
		{livePath + "/live.js", "", ours("live.js")},
		{livePath + "/palette.css", "", func() ([]byte, error) { return []byte(palette.CSS), nil }},
		{docsPath, docsPolicy, ours("docs.html")},
		{docsPath + "/docs.js", "", ours("docs.js")},
		{docsPath + "/swagger-ui.css", "", swagger("swagger-ui.css.gz")},
		{docsPath + "/swagger-ui-bundle.js", "", swagger("swagger-ui-bundle.js.gz")},
		{docsPath + "/favicon-32x32.png", "", swagger("favicon-32x32.png")},
	}
	for _, file := range files {
		text, err := file.text()
		if err != nil {
			return err
		}
		s.page("GET "+file.path, newAsset(file.path, file.policy, text))
	}
	return nil
}

func ours(name string) func() ([]byte, error) {
	return func() ([]byte, error) { return page.ReadFile("page/" + name) }
}

// swagger reads a file of Swagger UI, the larger of which are packed.
func swagger(name string) func() ([]byte, error) {
	return func() ([]byte, error) { return static.FS.ReadFile(name) }
}

// asset is a file of a page. A browser asks each time whether it has changed, so that a new version of the program is seen
// at once, and is told by its tag that it has not.
type asset struct {
	kind, policy, tag string
	text              []byte
	packed            bool // by gzip: ten times smaller to send, and packed once and for all
}

func newAsset(name, policy string, text []byte) *asset {
	kind := map[string]string{
		"": "text/html; charset=utf-8", ".css": "text/css; charset=utf-8", ".js": "text/javascript; charset=utf-8",
		".png": "image/png",
	}[path.Ext(name)]
	sum := sha256.Sum256(text)
	return &asset{
		kind: kind, policy: policy, text: text, packed: bytes.HasPrefix(text, []byte("\x1f\x8b")),
		tag: `"` + base64.RawURLEncoding.EncodeToString(sum[:12]) + `"`,
	}
}

func (a *asset) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	header := w.Header()
	header.Set("Content-Type", a.kind)
	header.Set("Cache-Control", "no-cache")
	header.Set("ETag", a.tag)
	if a.policy != "" {
		header.Set("Content-Security-Policy", a.policy)
		header.Set("Referrer-Policy", "no-referrer")
	}
	if a.packed {
		header.Set("Vary", "Accept-Encoding")
		if !takesGzip(r.Header.Get("Accept-Encoding")) {
			a.unpacked(w)
			return
		}
		header.Set("Content-Encoding", "gzip")
	}
	http.ServeContent(w, r, "", time.Time{}, bytes.NewReader(a.text))
}

// unpacked answers a client that takes nothing packed, as hardly any does.
func (a *asset) unpacked(w http.ResponseWriter) {
	w.Header().Del("ETag") // it is of the packed form
	text, err := gzip.NewReader(bytes.NewReader(a.text))
	if err == nil {
		_, _ = io.Copy(w, text) // whom it does not reach has gone
	}
}

// takesGzip reads an Accept-Encoding: a coding may be listed with a weight, of which zero refuses it (RFC 9110, 12.5.3).
func takesGzip(accepted string) bool {
	for coding := range strings.SplitSeq(accepted, ",") {
		name, weight, _ := strings.Cut(strings.ReplaceAll(coding, " ", ""), ";")
		if strings.EqualFold(name, "gzip") {
			return strings.Trim(strings.TrimPrefix(strings.ToLower(weight), "q="), "0.") != "" || weight == ""
		}
	}
	return false
}
