package measure

import (
	"fmt"
	"math"
	"time"
)

// Human writes a duration in three digits: 850 µs, 30.5 ms, 1.20 s, 2m5s.
func Human(d time.Duration) string {
	switch {
	case d < 0:
		return "-" + Human(-max(d, -math.MaxInt64)) // the least of all has no positive counterpart
	case d < time.Microsecond:
		return fmt.Sprintf("%d ns", d)
	case d < time.Millisecond-500: // what would be rounded up to 1000 takes the next unit
		return digits(float64(d)/float64(time.Microsecond)) + " µs"
	case d < time.Second-500*time.Microsecond:
		return digits(float64(d)/float64(time.Millisecond)) + " ms"
	case d < time.Minute-50*time.Millisecond:
		return digits(d.Seconds()) + " s"
	}
	return d.Round(time.Second).String()
}

// Times writes a ratio in three digits: 9.95×, 31.3×.
func Times(ratio float64) string { return digits(ratio) + "×" }

// Percent writes a share, with a decimal where it is below one percent.
func Percent(share float64) string {
	if share > 0 && share < 0.01 {
		return fmt.Sprintf("%.1f %%", 100*share)
	}
	return fmt.Sprintf("%.0f %%", 100*share)
}

func digits(x float64) string {
	switch {
	case x >= 99.95:
		return fmt.Sprintf("%.0f", x)
	case x >= 9.995:
		return fmt.Sprintf("%.1f", x)
	}
	return fmt.Sprintf("%.2f", x)
}
