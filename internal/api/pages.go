package api

import (
	"cmp"
	"compress/gzip"
	"crypto/sha256"
	"embed"
	"encoding/base64"
	"io"
	"io/fs"
	"net/http"
	"path"
	"strconv"
	"strings"
	"time"

	"github.com/swaggest/swgui/v5/static"

	"meanwhile/internal/palette"
)

//go:embed page
var pageFiles embed.FS

// Where the pages are, and what feeds the live view.
const (
	docsPath   = "/docs"
	livePath   = "/live"
	eventsPath = livePath + "/events"
	sendPath   = livePath + "/send"
)

// What the pages may load and do: nothing of another origin, and no code but that in their files.
const policy = "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data:; " +
	"base-uri 'none'; form-action 'none'; frame-ancestors 'none'"

// pages registers the live view and the documentation, with all that they need.
func (s *Server) pages() error {
	ours, err := fs.Sub(pageFiles, "page")
	if err != nil {
		return err
	}
	files := []struct {
		path string
		from fs.FS
		name string
	}{
		{livePath, ours, "live.html"},
		{livePath + "/live.css", ours, "live.css"},
		{livePath + "/live.js", ours, "live.js"},
		{livePath + "/palette.css", palette.Files, "palette.css"},
		{docsPath, ours, "docs.html"},
		{docsPath + "/docs.js", ours, "docs.js"},
		{docsPath + "/swagger-ui.css", static.FS, "swagger-ui.css.gz"},
		{docsPath + "/swagger-ui-bundle.js", static.FS, "swagger-ui-bundle.js.gz"},
		{docsPath + "/favicon-32x32.png", static.FS, "favicon-32x32.png"},
	}
	for _, file := range files {
		a := &asset{kind: kind(file.path), from: file.from, name: file.name}
		if a.tag, err = a.fingerprint(); err != nil {
			return err
		}
		s.always("GET "+file.path, a)
	}
	return nil
}

// kind is what a browser takes a file for, by the end of its path. The system's own table may lack one.
func kind(name string) string {
	switch path.Ext(name) {
	case ".css":
		return "text/css; charset=utf-8"
	case ".js":
		return "text/javascript; charset=utf-8"
	case ".png":
		return "image/png"
	}
	return "text/html; charset=utf-8"
}

// asset is a file of a page, read from the program itself each time: a copy would only make the collector's heap larger. A
// browser asks each time whether it has changed, so that a new version of the program is seen at once, and is told by its tag
// that it has not.
type asset struct {
	kind, tag string
	from      fs.FS
	name      string
}

// open opens the file.
func (a *asset) open() (io.ReadSeeker, error) {
	file, err := a.from.Open(a.name)
	if err != nil {
		return nil, err
	}
	return file.(io.ReadSeeker), nil // as all embedded files are; there is nothing to close
}

// fingerprint tells one version of the file from another.
func (a *asset) fingerprint() (string, error) {
	file, err := a.open()
	if err != nil {
		return "", err
	}
	sum := sha256.New()
	_, err = io.Copy(sum, file)
	return `"` + base64.RawURLEncoding.EncodeToString(sum.Sum(nil)[:12]) + `"`, err
}

func (a *asset) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	file, err := a.open()
	if err != nil {
		panic(err) // it was there when the server was made
	}
	header := w.Header()
	header.Set("Content-Type", a.kind)
	header.Set("Cache-Control", "no-cache")
	if path.Ext(a.name) == ".html" {
		header.Set("Content-Security-Policy", policy)
		header.Set("Cross-Origin-Opener-Policy", "same-origin")
		header.Set("Referrer-Policy", "no-referrer")
	}
	if path.Ext(a.name) == ".gz" { // packed once and for all, to a fifth
		header.Set("Vary", "Accept-Encoding")
		if !takesGzip(r.Header.Get("Accept-Encoding")) {
			unpack(w, file)
			return
		}
		header.Set("Content-Encoding", "gzip")
	}
	header.Set("ETag", a.tag) // of the form in which it is sent
	http.ServeContent(w, r, "", time.Time{}, file)
}

// unpack answers a client that takes nothing packed, as hardly any does.
func unpack(w io.Writer, packed io.Reader) {
	text, err := gzip.NewReader(packed)
	if err == nil {
		_, _ = io.Copy(w, text) // whom it does not reach has gone
	}
}

// takesGzip reads an Accept-Encoding: a coding may be listed with a weight, of which zero refuses it (RFC 9110, 12.5.3).
func takesGzip(accepted string) bool {
	for coding := range strings.SplitSeq(accepted, ",") {
		name, weight, _ := strings.Cut(strings.ReplaceAll(coding, " ", ""), ";")
		if strings.EqualFold(name, "gzip") {
			q, err := strconv.ParseFloat(cmp.Or(strings.TrimPrefix(strings.ToLower(weight), "q="), "1"), 64)
			return err == nil && q > 0
		}
	}
	return false
}
