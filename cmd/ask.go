package cmd

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"

	"meanwhile/internal/lab"
	"meanwhile/internal/measure"
	"meanwhile/internal/term"
)

// answers asks a person, or reads a file of answers, a line each.
type answers struct {
	streams *term.Streams
	lines   chan answer
}

type answer struct {
	text string
	err  error
}

func newAnswers(streams *term.Streams) *answers { return &answers{streams: streams} }

// maxAnswer is how many bytes of a line are read.
const maxAnswer = 200

// start begins to read lines. A read cannot be interrupted: this goroutine may outlive the question.
func (a *answers) start() {
	a.lines = make(chan answer)
	go func() {
		defer close(a.lines)
		scanner := bufio.NewScanner(a.streams.In)
		scanner.Buffer(make([]byte, maxAnswer), maxAnswer)
		for scanner.Scan() {
			a.lines <- answer{text: strings.TrimSpace(scanner.Text())}
		}
		if err := scanner.Err(); err != nil {
			a.lines <- answer{err: fmt.Errorf("cannot read an answer: %w", err)}
		}
	}()
}

// guess asks how long the concurrent run of a workload will take, and how sure the learner is. An empty line skips the
// question.
func (a *answers) guess(ctx context.Context, plan measure.Plan, name string) (*measure.Guess, error) {
	workload, _ := lab.Find(name)
	strategy := plan.FirstConcurrent()
	a.say(term.Title, fmt.Sprintf("%s: %d tasks; each %s.", name, plan.Spec.Tasks, workload.Task))
	if hint := plan.Hint(workload); hint != "" {
		a.say(term.Plain, hint)
	}
	question := fmt.Sprintf("How long will they take by %s? (like 300ms; empty skips) ", strategy)
	text, err := a.ask(ctx, question, func(text string) error {
		if text == "" {
			return nil
		}
		_, err := parseGuess(text)
		return err
	})
	if err != nil || text == "" {
		return nil, err
	}
	elapsed, err := parseGuess(text)
	if err != nil {
		return nil, err
	}
	sure := 0
	_, err = a.ask(ctx, "How sure are you, from 0 to 100 %? ", func(text string) error {
		var err error
		sure, err = parseSure(text)
		return err
	})
	if err != nil {
		return nil, err
	}
	return &measure.Guess{Elapsed: elapsed, Sure: sure, Strategy: strategy}, nil
}

// ask puts a question until the answer is accepted. Answers from a file are not asked for twice.
func (a *answers) ask(ctx context.Context, question string, accept func(string) error) (string, error) {
	for {
		fmt.Fprint(a.streams.Err, question)
		text, err := a.read(ctx)
		if !a.streams.InTerminal || err != nil {
			fmt.Fprintln(a.streams.Err, term.Printable(text, maxAnswer)) // no one typed a line end
		}
		if errors.Is(err, io.EOF) {
			err = fmt.Errorf("the answers end too early: give two lines a workload, or an empty one to skip: %w", io.ErrUnexpectedEOF)
		}
		if err != nil {
			return "", err
		}
		if err = accept(text); err == nil {
			return text, nil
		}
		if !a.streams.InTerminal {
			return "", usagef("%w", err)
		}
		a.say(term.Warn, err.Error())
	}
}

// read returns the next line, or io.EOF behind the last one.
func (a *answers) read(ctx context.Context) (string, error) {
	if a.lines == nil {
		a.start()
	}
	select {
	case line, open := <-a.lines:
		if !open {
			return "", io.EOF
		}
		return line.text, line.err
	case <-ctx.Done():
		return "", context.Cause(ctx)
	}
}

func (a *answers) say(role term.Role, text string) {
	style := a.streams.ErrStyle
	for _, line := range term.Wrap(text, a.streams.Width) {
		fmt.Fprintln(a.streams.Err, style.Paint(role, style.Text(line)))
	}
}

// parseGuess reads a duration above zero; a bare number is milliseconds.
func parseGuess(text string) (time.Duration, error) {
	compact := strings.ReplaceAll(text, " ", "")
	if _, err := strconv.ParseFloat(compact, 64); err == nil {
		compact += "ms"
	}
	guess, err := parseDuration(compact)
	if err == nil && (guess == 0 || guess > 24*time.Hour) {
		err = errors.New("a guess is above zero and below a day")
	}
	return guess, err
}

func parseSure(text string) (int, error) {
	sure, err := strconv.Atoi(strings.TrimSpace(strings.TrimSuffix(text, "%")))
	if err != nil || sure < 0 || sure > 100 {
		return 0, fmt.Errorf("%q is no number from 0 to 100", term.Printable(text, 20))
	}
	return sure, nil
}
