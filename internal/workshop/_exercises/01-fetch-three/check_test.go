package fetch_test

import (
	"context"
	"errors"
	"slices"
	"testing"
	"time"

	. "practice/01-fetch-three"
	"practice/internal/check"
)

func TestAll(t *testing.T) {
	all := check.Begin(t)
	all.Run("three pages", func(c *check.Case) {
		urls := []string{"weather", "news", "menu"}
		delays := map[string]time.Duration{}
		var want []string
		for _, url := range urls {
			// Two of them take longer than the third: where only two overlap, it shows.
			delays[url] = c.Between(500*time.Millisecond, 900*time.Millisecond, 100*time.Millisecond)
			want = append(want, url+" of "+c.Word())
		}
		var get Get = func(ctx context.Context, url string) (string, error) {
			err := c.Call(ctx, url, delays[url])
			return want[slices.Index(urls, url)], err
		}
		var got []string
		var err error
		c.Do(func() { got, err = All(c.Context(), get, urls) })
		c.Is("the error", err, nil)
		c.Same("the texts", got, want)
		for _, url := range urls {
			c.Called(url, 1, "each page is fetched once")
		}
		c.Overlapped(delays["weather"], delays["news"], delays["menu"])
	})
	// Neither the first page nor the last one; and two at the same moment, which a variable that all share shows to the race detector.
	for _, failing := range [][]string{{"news"}, {"news", "sports"}} {
		name := map[int]string{1: "a page that fails", 2: "two pages that fail"}[len(failing)]
		all.Run(name, func(c *check.Case) {
			lost := errors.New(c.Word() + " is lost")
			takes := time.Second + time.Duration(1+c.Rand.IntN(499))*time.Microsecond // a moment that nobody hits who looks every so often
			get := func(ctx context.Context, url string) (string, error) {
				if err := c.Call(ctx, url, takes); err != nil || !slices.Contains(failing, url) {
					return "", err
				}
				return "", lost
			}
			var err error
			c.Do(func() { _, err = All(c.Context(), get, []string{"weather", "news", "sports", "menu"}) })
			c.Is("the error", err, lost)
			c.Took(takes, "all pages take so long, and are fetched at the same time")
		})
	}
	all.Done()
}
