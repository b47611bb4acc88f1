package measure

import (
	"encoding/json"
	"errors"
	"os"
	"reflect"
	"strings"
	"testing"
)

// What has the shape of a comparison, json.Unmarshal takes for one, but for moments and spans, which look at themselves; and
// what it takes without objection has the shape, or more in it than there is room for.
func FuzzShape(f *testing.F) {
	small, err := os.ReadFile("testdata/small.json")
	if err != nil {
		f.Fatal(err)
	}
	f.Add(small)
	for _, seed := range []string{
		`null`, `[]`, `{"RESULTS":[{"strategies":[{"ROUNDS":[{"Elapsed_ns":1}]}]}]}`, `{"re\u0073ults":1}`, `{"\u017ftarted":"2026-01-02T03:04:05Z"}`,
		`{"plan":{"spec":{"seed":18446744073709551615,"urls":["http://a"],"dsn":"x"}}}`, `{"results":[null]}`, `{"results":null,"machine":null}`,
		`{"results":[{"strategies":[{"timeline":{"lanes":[[[1,0,1,0,0]],[]]}}]}]}`, `{"x":[{"a":"]}"}, -1.5e3, true],"partial":true}`,
		` { "args" : [ "a" , "b" ] , "reason":"\"" } `, `{"started":"x"}`, `{"results":[{"gomaxprocs":1e2}]}`, `{"usage":{"elapsed_ns":"x"}}`,
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		if !json.Valid(data) {
			return
		}
		fits := checkShape(data, reflect.TypeFor[Comparison](), mostMemory)
		err := json.Unmarshal(data, &Comparison{})
		wrong, isWrong := errors.AsType[*json.UnmarshalTypeError](err)
		switch {
		case fits == nil && isWrong:
			t.Errorf("%s fits, and json says: %v", data, wrong)
		case fits != nil && err == nil && !strings.Contains(fits.Error(), "has a null in it"): // a comparison never has one
			t.Errorf("%s does not fit (%v), and json takes it", data, fits)
		}
	})
}
