package fetch

import (
	"context"
	"errors"
	"slices"
	"testing"
	"time"

	"practice/internal/check"
)

func TestAll(t *testing.T) {
	all := check.Begin(t)
	all.Run("three pages", func(c *check.Case) {
		urls := []string{"weather", "news", "menu"}
		delays := map[string]time.Duration{}
		var want []string
		for _, url := range urls {
			delays[url] = c.Between(200*time.Millisecond, time.Second, 100*time.Millisecond)
			want = append(want, url+" of "+c.Word())
		}
		get := func(ctx context.Context, url string) (string, error) {
			err := c.Call(ctx, url, delays[url])
			return want[slices.Index(urls, url)], err
		}
		var got []string
		c.Do(func() { got, _ = All(c.Context(), get, urls) })
		c.Same("the texts", got, want)
		c.Overlapped(delays["weather"], delays["news"], delays["menu"])
	})
	all.Run("a page that fails", func(c *check.Case) {
		lost := errors.New(c.Word() + " is lost")
		get := func(ctx context.Context, url string) (string, error) {
			return "", errors.Join(c.Call(ctx, url, time.Second), lost)
		}
		var err error
		c.Do(func() { _, err = All(c.Context(), get, []string{"weather", "news"}) })
		c.Is("the error", err, lost)
	})
	all.Done()
}
