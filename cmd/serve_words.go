package cmd

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/netip"
	"strconv"
	"strings"
	"time"

	"meanwhile/internal/api"
	"meanwhile/internal/measure"
	"meanwhile/internal/term"
)

// banner says where the server is and what to try.
func (o *serveOptions) banner(address netip.AddrPort) error {
	address = netip.AddrPortFrom(address.Addr().Unmap(), address.Port())
	base := baseURL(address)
	if address.Addr().IsUnspecified() {
		base = baseURL(netip.AddrPortFrom(netip.MustParseAddr("127.0.0.1"), address.Port()))
	}
	style := o.streams.Style
	lines := []string{
		style.Paint(term.Title, "The hello API") + ", " + o.modeWords(),
		"",
		"  " + style.Paint(term.Strong, base),
		"  " + style.Paint(term.Strong, base+"/docs") + "  all there is, to read and to try",
		"  " + style.Paint(term.Strong, base+"/live") + "  watch requests overlap",
		"",
	}
	lines = append(lines, o.roomLines(address)...)
	lines = append(lines,
		"To try, in another terminal:",
		"  curl "+base+"/",
		"  curl '"+base+"/slow?delay=1s'",
		"  curl '"+base+"/fanout?tasks=10&delay=100ms&strategy=sequential'",
		"  meanwhile compare network --url '"+base+"/slow?delay=100ms'",
		"",
	)
	lines = append(lines, style.Paint(term.Faint, "^C stops it once what is in flight has ended."), "")
	_, err := fmt.Fprintln(o.streams.Out, strings.Join(lines, "\n"))
	return err
}

// modeWords say what the mode means.
func (o *serveOptions) modeWords() string {
	switch api.Mode(o.mode) {
	case api.OneAtATime:
		return "one request at a time: the others queue"
	case api.Limited:
		return fmt.Sprintf("%d requests at once: the others queue", o.limit)
	}
	return "each request in a goroutine of its own"
}

// roomLines say who else can reach the server, and that what is said can be overheard.
func (o *serveOptions) roomLines(address netip.AddrPort) []string {
	if address.Addr().IsLoopback() {
		return nil
	}
	others := []netip.Addr{address.Addr()}
	if address.Addr().IsUnspecified() {
		others = roomAddresses()
	}
	if len(others) == 0 {
		return []string{"This machine has no address on a network that others could use.", ""}
	}
	lines := []string{"For the room:"}
	for _, other := range others {
		base := baseURL(netip.AddrPortFrom(other, address.Port()))
		lines = append(lines, "  "+o.streams.Style.Paint(term.Strong, base+"/live")+"  and all the rest of "+base)
	}
	return append(lines, o.streams.Style.Paint(term.Warn, "Without TLS: who shares the network can read along."), "")
}

// roomAddresses are those of this machine that others on its networks can use.
func roomAddresses() (found []netip.Addr) {
	addresses, err := net.InterfaceAddrs()
	if err != nil {
		return nil
	}
	for _, address := range addresses {
		network, ok := address.(*net.IPNet)
		if !ok {
			continue
		}
		ip, ok := netip.AddrFromSlice(network.IP)
		if ip = ip.Unmap(); ok && ip.IsGlobalUnicast() && (ip.Is4() || !ip.IsPrivate()) {
			found = append(found, ip)
		}
	}
	return found
}

func baseURL(address netip.AddrPort) string { return "http://" + address.String() }

// terminalLog is a log that people read: a line a record, its time of day first.
type terminalLog struct {
	out   io.Writer
	style term.Style
}

func (l *terminalLog) Enabled(_ context.Context, level slog.Level) bool {
	return level >= slog.LevelInfo
}

// WithAttrs and WithGroup serve nothing here: the server's lines bring all that they have.
func (l *terminalLog) WithAttrs([]slog.Attr) slog.Handler { return l }
func (l *terminalLog) WithGroup(string) slog.Handler      { return l }

// Handle writes a line. An answer's has columns; any other has its words and what belongs to them.
func (l *terminalLog) Handle(_ context.Context, r slog.Record) error {
	values := map[string]slog.Value{}
	var all []string
	r.Attrs(func(a slog.Attr) bool {
		values[a.Key] = a.Value
		all = append(all, a.Key+" "+term.Printable(a.Value.String(), maxLogValue))
		return true
	})
	text := term.Printable(r.Message, maxLogValue) + " " + l.style.Paint(term.Faint, strings.Join(all, "  "))
	if status, ok := values["status"]; ok {
		took := milliseconds(values["took_ms"])
		if queued, ok := values["queued_ms"]; ok {
			took += ", " + milliseconds(queued) + " queued"
		}
		text = fmt.Sprintf("%s  %s %s  %s", l.status(int(status.Int64())),
			term.Printable(values["method"].String(), maxLogValue), term.Printable(values["path"].String(), maxLogValue),
			l.style.Paint(term.Faint, took+"  "+values["client"].String()))
	}
	_, err := fmt.Fprintf(l.out, "%s  %s\n", l.style.Paint(term.Faint, r.Time.Format(time.TimeOnly)), l.style.Text(text))
	return err
}

// milliseconds is a duration of the log in words.
func milliseconds(value slog.Value) string {
	return measure.Human(time.Duration(value.Float64() * float64(time.Millisecond)))
}

// maxLogValue bounds what a client can put into a line.
const maxLogValue = 200

// status is an answer's status, in the colour of its meaning.
func (l *terminalLog) status(code int) string {
	role := term.Good
	switch {
	case code >= 500:
		role = term.Bad
	case code >= 400:
		role = term.Warn
	}
	return l.style.Paint(role, strconv.Itoa(code))
}
