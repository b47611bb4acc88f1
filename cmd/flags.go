package cmd

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"meanwhile/internal/report"
)

// oneOf returns the value among allowed that text names, or a usage error that tells the nearest one.
func oneOf[T ~string](flag, text string, allowed ...T) (T, error) {
	if i := slices.Index(allowed, T(text)); i >= 0 {
		return allowed[i], nil
	}
	words := make([]string, len(allowed))
	for i, word := range allowed {
		words[i] = string(word)
	}
	return "", usagef("--%s has no %q%s; it takes %s", flag, text, didYouMean(text, words), strings.Join(words, ", "))
}

// runFormatted gives a command the flag --format, for people or for programs, and what it runs with that.
func runFormatted(cmd *cobra.Command, run func(ctx context.Context, args []string, format report.Format) error) {
	format := "text"
	cmd.Flags().StringVar(&format, "format", format, "text or json")
	completeWords(cmd, "format", "text", "json")
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		format, err := oneOf("format", format, report.FormatText, report.FormatJSON)
		if err != nil {
			return err
		}
		return run(cmd.Context(), args, format)
	}
}

// didYouMean returns ", did you mean …?" where a word is near to what was typed, and nothing elsewhere.
func didYouMean(typed string, words []string) string {
	best, distance := "", 3 // a word three letters away is another word
	for _, word := range words {
		if d := editDistance(strings.ToLower(typed), word); d < distance || strings.HasPrefix(word, typed) && len(typed) > 1 {
			best, distance = word, min(d, distance)
		}
	}
	if best == "" {
		return ""
	}
	return fmt.Sprintf(" (did you mean %q?)", best)
}

// editDistance counts the letters to insert, drop or replace to get from a to b (Levenshtein 1966).
func editDistance(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0] = i + 1
		for j := range len(b) {
			replace := diagonal
			if a[i] != b[j] {
				replace++
			}
			diagonal = row[j+1]
			row[j+1] = min(replace, row[j]+1, row[j+1]+1)
		}
	}
	return row[len(b)]
}

// completeWords offers words for a flag in shell completion.
func completeWords(cmd *cobra.Command, flag string, words ...string) {
	err := cmd.RegisterFlagCompletionFunc(flag, cobra.FixedCompletions(words, cobra.ShellCompDirectiveNoFileComp))
	if err != nil {
		panic(err) // the flag does not exist: a mistake in this package
	}
}
