package progress

import (
	"strings"
	"testing"
	"unicode"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

// Whatever the bytes are: no panic, one line of what is wrong, or a record that is the same once it was written.
func FuzzRecord(f *testing.F) {
	for _, seed := range []string{
		"", "null", "[]", "{", `{"version":2}`, `{"version":1}`, `{"version":1,"lessons":null}`,
		`{"version":1,"reviews":{"\u001b":{}}}`,
		`{"version":1,"lessons":{"a":{"step":3,"started":"2026-03-04T05:06:07.8+09:00","answers":{"q":{"text":"1s","given":"1 s",` +
			`"sure":-1,"right":false,"truth":"\u001b[1m","at":null}},"results":{"1":{"command":["hello",null],"facts":{"n":"1"}}}}}}`,
		`{"version":1,"reviews":{"a/b":{"stage":2,"due":"2026-03-04T05:06:07Z","ease":[1e400,{"":null}]}}}`,
		`{"version":1,"Lessons":{"a":{"STEP":2,"\u017ftep":3,"x":{"y":"\ud800"}},"b":null},"lessons":{"a":{"z":1}}}`,
		`{"version":1,"lessons":{"a":{"step":-1}}}`, `{"version":1,"lessons":{"a":{"finished":"9999-12-31T23:59:59Z"}}}`,
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		record, err := parse(data)
		if err != nil {
			if says := err.Error(); len(says) > 500 || strings.ContainsFunc(says, unicode.IsControl) {
				t.Errorf("%q: %q", data, says)
			}
			return
		}
		written, err := render(record, data)
		if err != nil || len(written) > mostBytes {
			t.Fatalf("%q becomes %d bytes, %v", data, len(written), err)
		}
		again, err := parse(written)
		if err != nil || !cmp.Equal(record, again, cmpopts.EquateEmpty()) {
			t.Errorf("%q becomes %s: %v %s", data, written, err, cmp.Diff(record, again, cmpopts.EquateEmpty()))
		}
		if rewritten, err := render(again, written); err != nil || string(rewritten) != string(written) {
			t.Errorf("%s becomes %s, %v", written, rewritten, err)
		}
	})
}
