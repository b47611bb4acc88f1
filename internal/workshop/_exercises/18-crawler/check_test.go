package crawl_test

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"sync"
	"testing"
	"time"

	. "practice/18-crawler"
	"practice/internal/check"
)

// site is what there is to crawl, and what was asked of it.
type site struct {
	c      *check.Case
	start  string
	links  map[string][]string
	delays map[string]time.Duration
	lost   map[string]error // pages that cannot be fetched

	mu    sync.Mutex // guards the rest
	known map[string]time.Duration
	began map[string]time.Duration
	ended map[string]time.Duration
}

// newSite is a site with a first page, sections that take different times, and pages below each of them; with links back and
// across, and a page that all sections link to.
func newSite(c *check.Case) *site {
	s := &site{
		c: c, links: map[string][]string{}, delays: map[string]time.Duration{}, lost: map[string]error{},
		known: map[string]time.Duration{}, began: map[string]time.Duration{}, ended: map[string]time.Duration{},
	}
	s.start = s.page()
	s.known[s.start] = 0
	shared := s.page()
	steps := c.Rand.Perm(5 + c.Rand.IntN(3))
	sections := make([]string, len(steps))
	for i, step := range steps {
		sections[i] = s.page()
		s.delays[sections[i]] = time.Second + 300*time.Millisecond*time.Duration(step)
	}
	s.links[s.start] = slices.Clone(sections)
	for _, section := range sections {
		across := sections[c.Rand.IntN(len(sections))]
		for range 2 + c.Rand.IntN(3) {
			below := s.page()
			s.links[section] = append(s.links[section], below)
			s.links[below] = append(s.links[below], s.start, across)
		}
		last := s.links[section][0]
		for range c.Rand.IntN(3) {
			next := s.page()
			s.links[last] = append(s.links[last], next, section)
			last = next
		}
		s.links[section] = append(s.links[section], section, s.start, shared, across)
	}
	return s
}

// page adds a page.
func (s *site) page() string {
	for {
		url := "/" + s.c.Word()
		if _, taken := s.delays[url]; !taken {
			s.delays[url] = s.c.Between(200*time.Millisecond, 2*time.Second, 100*time.Millisecond)
			return url
		}
	}
}

// reached are the pages that can be reached, sorted.
func (s *site) reached() []string {
	pages := []string{s.start}
	for i := 0; i < len(pages); i++ {
		if s.lost[pages[i]] != nil {
			continue
		}
		for _, link := range s.links[pages[i]] {
			if !slices.Contains(pages, link) {
				pages = append(pages, link)
			}
		}
	}
	slices.Sort(pages)
	return pages
}

// get is the Get of the site.
func (s *site) get(ctx context.Context, url string) ([]string, error) {
	delay, there := s.delays[url]
	if !there {
		s.c.Fail(check.Misuse, "get was asked for %q, and no page links to that", url)
	}
	s.mu.Lock()
	s.began[url] = s.c.Now()
	s.mu.Unlock()
	err := s.c.Call(ctx, url, delay)
	s.mu.Lock()
	defer s.mu.Unlock()
	s.ended[url] = s.c.Now()
	if err == nil {
		err = s.lost[url]
	}
	if err != nil {
		return nil, err
	}
	for _, link := range s.links[url] {
		if _, known := s.known[link]; !known {
			s.known[link] = s.c.Now()
		}
	}
	return slices.Clone(s.links[url]), nil
}

// idle fails if a page waited although there was room.
func (s *site) idle() {
	s.mu.Lock()
	defer s.mu.Unlock()
	moments := slices.Sorted(maps.Values(s.ended))
	for _, began := range s.began {
		moments = append(moments, began)
	}
	slices.Sort(moments)
	moments = slices.Compact(moments)
	for i := range len(moments) - 1 {
		from, to := moments[i], moments[i+1]
		under, waiting := 0, 0
		for url, began := range s.began {
			switch {
			case began <= from && s.ended[url] > from:
				under++
			case began >= to && s.known[url] <= from:
				waiting++
			}
		}
		if under < Limit && waiting > 0 {
			s.c.Fail(check.Elapsed, "after %s only %d of %d possible calls were under way for %s, while known pages waited (%d of them)",
				from, under, Limit, to-from, waiting)
		}
	}
}

func TestCrawl(t *testing.T) {
	all := check.Begin(t)
	all.Run("the whole site", func(c *check.Case) {
		s := newSite(c)
		var got []string
		var err error
		c.Do(func() { got, err = Crawl(c.Context(), s.get, s.start) })
		c.Is("the error", err, nil)
		for url := range s.delays {
			if n := c.Calls(url); n > 1 {
				c.Called(url, 1, "each page is fetched once, however many pages link to it")
			}
		}
		c.Same("the list of pages", got, slices.Sorted(maps.Keys(s.delays)))
		c.AtOnce(Limit, "at most that many at once, and that many as soon as enough pages are known")
		s.idle()
	})
	all.Run("two pages that are lost", func(c *check.Case) {
		s := newSite(c)
		// Nothing else links to what is below the sections.
		first, second := s.links[s.links[s.start][0]][0], s.links[s.links[s.start][1]][1]
		lost, gone := errors.New(c.Word()+" is lost"), errors.New(c.Word()+" is gone")
		s.lost[first], s.lost[second] = lost, gone
		want := s.reached()
		var got []string
		var err error
		c.Do(func() { got, err = Crawl(c.Context(), s.get, s.start) })
		for _, missing := range []error{lost, gone} {
			if !errors.Is(err, missing) {
				c.Fail(check.Value, "two pages could not be fetched, and the errors of both should come back; %q is missing from %q",
					missing, fmt.Sprint(err))
			}
		}
		c.Same("the list of pages", got, want)
		s.idle()
	})
	all.Run("a caller that gives up", func(c *check.Case) {
		s := newSite(c)
		after := s.delays[s.start] + c.Between(100*time.Millisecond, 900*time.Millisecond, 100*time.Millisecond)
		ctx, cancel := context.WithTimeout(c.Context(), after)
		defer cancel()
		var err error
		c.Do(func() { _, err = Crawl(ctx, s.get, s.start) })
		c.Is("the error", err, context.DeadlineExceeded)
		c.Took(after, "the caller's context ended then")
	})
	// Nothing takes any time here, each page links to all, and others come between any two steps of a visit.
	all.Run("pages in quick succession", func(c *check.Case) {
		var pages []string
		for i := range 12 {
			pages = append(pages, fmt.Sprintf("/page-%02d", i))
		}
		check.Jostle(func() {
			for range 50 {
				var mu sync.Mutex // guards fetched
				fetched := map[string]int{}
				var got []string
				c.Do(func() {
					got, _ = Crawl(c.Context(), func(_ context.Context, url string) ([]string, error) {
						mu.Lock()
						defer mu.Unlock()
						fetched[url]++
						return slices.Clone(pages), nil
					}, pages[0])
				})
				for url, n := range fetched {
					if n > 1 {
						c.Fail(check.Calls, "%s was fetched %d times: two visits found it new at the same moment", url, n)
					}
				}
				c.Same("the list of pages", got, pages)
			}
		})
	})
	all.Done()
}
