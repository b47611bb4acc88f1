package cmd

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/netip"
	"os"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"time"

	"github.com/spf13/cobra"

	"meanwhile/internal/api"
	"meanwhile/internal/lab"
	"meanwhile/internal/term"
)

// serveOptions are the flags of serve.
type serveOptions struct {
	host        string
	port        int
	mode        string
	limit       int
	limitGiven  bool
	maxInFlight int
	names       []string
	log         string
	drain       time.Duration
	streams     *term.Streams
}

// The values of --log.
const (
	logText = "text"
	logJSON = "json"
	logOff  = "off"
)

func newServe(streams *term.Streams) *cobra.Command {
	o := &serveOptions{drain: 10 * time.Second, streams: streams}
	cmd := &cobra.Command{
		Use:   "serve",
		Short: "Serve the hello API, and watch its requests overlap",
		Long: `Serve answers GET / with {"Hello":"World"}, and has more to offer: /slow waits,
/fanout waits for many things at once, /cpu computes. /docs lists all of it and
/live shows each request as a lane that grows while it is in flight.

Modes, which the API alone keeps to; pages, health and metrics always answer:
  concurrent     each request in a goroutine of its own, as net/http does
  one-at-a-time  one request after the other: the others queue
  limited        as many at once as --limit says

It speaks HTTP without TLS, to this machine alone unless --host says otherwise.
For a network that you do not trust, put a proxy with TLS in front, such as
Caddy or nginx, and admit the proxy's name by --allow-host. ^C stops the
server once what is in flight has ended; a second ^C stops it at once.`,
		Example: `  meanwhile serve
  meanwhile serve --mode one-at-a-time              what it is like when nobody goes on meanwhile
  meanwhile serve --mode limited --limit 3
  meanwhile serve --host 0.0.0.0                    for everybody in the room
  meanwhile serve --port 0 --log json 2> access.log`,
		Args: usageArgs(noPort),
		RunE: func(cmd *cobra.Command, _ []string) error {
			o.limitGiven = cmd.Flags().Changed("limit")
			return o.run(cmd.Context())
		},
	}
	flags := cmd.Flags()
	flags.SortFlags = false
	flags.StringVar(&o.host, "host", "127.0.0.1", "address to listen on; 0.0.0.0 is all of this machine's")
	flags.IntVar(&o.port, "port", 8000, "port to listen on; 0 picks a free one")
	flags.StringVar(&o.mode, "mode", string(api.Concurrent), "concurrent, one-at-a-time or limited")
	flags.IntVar(&o.limit, "limit", 3, "how many at once, in mode limited")
	flags.IntVar(&o.maxInFlight, "max-in-flight", 0, "how many requests to take on, those that queue included (default what the open files allow)")
	flags.StringSliceVar(&o.names, "allow-host", nil, "a name by which clients may call the server, besides localhost and addresses")
	flags.StringVar(&o.log, "log", logText, "a line a request to stderr: text, json or off")
	flags.Var((*duration)(&o.drain), "drain", "how long requests in flight may take to end when the server stops")
	completeWords(cmd, "mode", modeNames()...)
	completeWords(cmd, "log", logText, logJSON, logOff)
	return cmd
}

// noPort refuses arguments, and tells where a port goes, which other servers take as one.
func noPort(cmd *cobra.Command, args []string) error {
	if len(args) > 0 && strings.Trim(args[0], "0123456789") == "" {
		return fmt.Errorf("%s stands alone; for a port, write --port %[1]s", args[0])
	}
	return cobra.NoArgs(cmd, args)
}

func modeNames() (names []string) {
	for _, mode := range api.Modes() {
		names = append(names, string(mode))
	}
	return names
}

func (o *serveOptions) run(ctx context.Context) error {
	options, err := o.check()
	if err != nil {
		return err
	}
	server, err := api.New(options)
	if err != nil {
		return err
	}
	listener, err := new(net.ListenConfig).Listen(ctx, "tcp", net.JoinHostPort(o.host, strconv.Itoa(o.port)))
	if err != nil {
		return o.cannotListen(err)
	}
	if err := o.banner(listener.Addr().(*net.TCPAddr).AddrPort()); err != nil {
		return errors.Join(err, listener.Close())
	}
	return server.Serve(ctx, listener, o.drain)
}

// check finds what is wrong with the options.
func (o *serveOptions) check() (api.Options, error) {
	mode, err := oneOf("mode", o.mode, api.Modes()...)
	if err != nil {
		return api.Options{}, err
	}
	if _, err := oneOf("log", o.log, logText, logJSON, logOff); err != nil {
		return api.Options{}, err
	}
	switch {
	case o.port < 0 || o.port > 65535:
		return api.Options{}, usagef("--port %d is out of range; give 1 to 65535, or 0 to pick a free one", o.port)
	case o.limit < 1:
		return api.Options{}, usagef("--limit %d lets nothing through; give 1 or more", o.limit)
	case o.limitGiven && mode != api.Limited:
		return api.Options{}, usagef("--limit is for --mode limited; give both")
	case o.maxInFlight < 0:
		return api.Options{}, usagef("--max-in-flight %d is below zero; give 1 or more", o.maxInFlight)
	case o.maxInFlight > connections():
		return api.Options{}, usagef("--max-in-flight %d needs as many open files, and there is room for %d; raise it with 'ulimit -n'",
			o.maxInFlight, connections())
	}
	if _, _, err := net.SplitHostPort(o.host); err == nil {
		return api.Options{}, usagef("--host takes an address alone; give the port with --port")
	}
	for _, name := range o.names {
		if strings.ContainsAny(name, "/: \t") || name == "" {
			return api.Options{}, usagef("--allow-host %q is no name; write it like class.example", name)
		}
	}
	return api.Options{
		Mode: mode, Limit: o.limit, MaxInFlight: cmp.Or(o.maxInFlight, affordable()), MaxConnections: connections(),
		Hosts: append(o.ownNames(), o.names...), Log: o.logger(), Version: programVersion(),
	}, nil
}

// connections is how many connections the process can have open: each takes a file, and a few are for itself.
func connections() int {
	const unknown, spare = 20_000, 32
	if files := lab.OpenFiles(); files > 0 {
		return max(1, files-spare)
	}
	return unknown
}

// affordable is how many requests in flight leave connections for pages, health and viewers.
func affordable() int { return max(1, connections()*4/5) }

// ownNames are the names of this machine, where others can reach it.
func (o *serveOptions) ownNames() []string {
	if address, err := netip.ParseAddr(o.host); err == nil && address.IsLoopback() || o.host == "localhost" {
		return nil
	}
	name, err := os.Hostname()
	if err != nil {
		return nil
	}
	short, _, _ := strings.Cut(name, ".")
	return slices.Compact([]string{o.host, name, short, short + ".local"})
}

// logger is the access log, or nil for none.
func (o *serveOptions) logger() *slog.Logger {
	switch {
	case o.log == logOff:
		return nil
	case o.log == logJSON:
		return slog.New(slog.NewJSONHandler(o.streams.Err, nil))
	case o.streams.ErrTerminal:
		return slog.New(&terminalLog{out: o.streams.Err, style: o.streams.ErrStyle})
	}
	return slog.New(slog.NewTextHandler(o.streams.Err, nil))
}

// cannotListen says what to try next.
func (o *serveOptions) cannotListen(err error) error {
	switch {
	case errors.Is(err, syscall.EADDRINUSE):
		return fmt.Errorf("port %d is taken; try --port %d, or --port 0, which picks a free one", o.port, o.port%65535+1)
	case errors.Is(err, syscall.EACCES):
		return fmt.Errorf("port %d is not for everybody; try --port 8000", o.port)
	case errors.Is(err, syscall.EADDRNOTAVAIL):
		return fmt.Errorf("this machine has no address %s; try --host 127.0.0.1 or --host 0.0.0.0", o.host)
	}
	return fmt.Errorf("cannot listen on %s: %w; try --host 127.0.0.1", o.host, err)
}
