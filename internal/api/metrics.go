package api

import (
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"
)

// metrics counts requests for Prometheus.
type metrics struct {
	registry *prometheus.Registry
	requests *prometheus.CounterVec
	duration *prometheus.HistogramVec

	// routes are written before the server starts and read by every request: looking a label up costs more than the rest.
	routes   map[string]*routeMetrics
	unrouted *routeMetrics
}

// routeMetrics are those of one route.
type routeMetrics struct {
	route    string
	ok       prometheus.Counter
	duration prometheus.Observer
}

func newMetrics(t *traffic, l *live) *metrics {
	m := &metrics{
		registry: prometheus.NewRegistry(),
		requests: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "http_requests_total",
			Help: "Requests answered, by route and status.",
		}, []string{"route", "code"}),
		duration: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name:    "http_request_duration_seconds",
			Help:    "Seconds from a request's header to the end of its handler, queueing included.",
			Buckets: []float64{.0005, .001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5, 10, 30},
		}, []string{"route"}),
		routes: map[string]*routeMetrics{},
	}
	gauge := func(name, help string, read func() int) prometheus.Collector {
		return prometheus.NewGaugeFunc(prometheus.GaugeOpts{Name: name, Help: help}, func() float64 { return float64(read()) })
	}
	m.registry.MustRegister(
		m.requests, m.duration,
		gauge("http_requests_in_flight", "Requests of the API in flight, those that queue for a slot included.",
			func() int { count, _ := t.now(); return count }),
		gauge("http_requests_queued", "Requests of the API that queue for a slot.",
			func() int { _, queued := t.now(); return queued }),
		gauge("live_viewers", "Viewers of the live view.", l.watching),
		collectors.NewGoCollector(),
		collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}),
	)
	m.unrouted = m.of("unrouted")
	return m
}

// add makes a route known. The files of a page count as the page. A live view is no answer to wait for: it is counted
// while it lasts.
func (m *metrics) add(pattern, path string) {
	if strings.HasSuffix(pattern, eventsPath) {
		m.routes[pattern] = nil
		return
	}
	route := strings.TrimSuffix(path, "{$}")
	for _, page := range []string{livePath, docsPath} {
		if strings.HasPrefix(path, page+"/") {
			route = page
		}
	}
	m.routes[pattern] = m.of(route)
}

func (m *metrics) of(route string) *routeMetrics {
	return &routeMetrics{route, m.requests.WithLabelValues(route, "200"), m.duration.WithLabelValues(route)}
}

// count counts an answer. Labels are of the routes, never of what a client sends: anybody could make any number of them.
func (m *metrics) count(pattern string, status int, took time.Duration) {
	route, ok := m.routes[pattern]
	switch {
	case !ok:
		route = m.unrouted
	case route == nil:
		return
	}
	route.duration.Observe(took.Seconds())
	if status == http.StatusOK {
		route.ok.Inc()
	} else {
		m.requests.WithLabelValues(route.route, strconv.Itoa(status)).Inc()
	}
}

func (m *metrics) handler() http.Handler {
	return promhttp.HandlerFor(m.registry, promhttp.HandlerOpts{Registry: m.registry})
}
