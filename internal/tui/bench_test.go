package tui

import (
	"testing"

	tea "charm.land/bubbletea/v2"

	"meanwhile/internal/measure"
	"meanwhile/internal/term"
)

// What a frame of the player costs, half-way through the run: with 50 lanes on the screen, and with the most that a recording
// has behind a window of some.
func BenchmarkReplayFrame(b *testing.B) {
	benchmarkReplay(b, aRecording(2, 25))
}

func BenchmarkReplayFrameOfManyTasks(b *testing.B) {
	benchmarkReplay(b, aRecording(5, 2000))
}

func benchmarkReplay(b *testing.B, recording *measure.Comparison) {
	p, err := newPlayer(style(term.Always, false), recording)
	if err != nil {
		b.Fatal(err)
	}
	p = sent(p, tea.WindowSizeMsg{Width: 120, Height: 60})
	p = p.to(p.now().axis / 2)
	for b.Loop() {
		if p.View().Content == "" {
			b.Fatal("an empty screen")
		}
	}
}
