package progress_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/gofrs/flock"
	"github.com/google/go-cmp/cmp"
	"go.uber.org/goleak"

	"meanwhile/internal/progress"
)

const file = "progress.json"

func TestMain(m *testing.M) {
	if task := os.Getenv(childVariable); task != "" {
		beChild(task)
		return
	}
	goleak.VerifyTestMain(m)
}

// whole is a record with something in every field.
func whole() progress.Record {
	at := time.Date(2026, 3, 4, 5, 6, 7, 8, time.UTC)
	return progress.Record{
		Version: progress.Version,
		Lessons: map[string]progress.Lesson{"02-two-at-once": {
			Step: 3,
			Answers: map[string]progress.Answer{
				"total": {Text: "300ms", Given: "300 ms", Sure: 80, Right: new(true), Truth: "301 ms", At: at},
				"why":   {Text: "2", Sure: -1, At: at},
			},
			Results: map[string]progress.Result{
				"1": {Command: []string{"compare", "sleep"}, Facts: map[string]string{"goroutines.elapsed": "301 ms"}, At: at},
			},
			Started: at, Changed: at.Add(time.Hour), Finished: at.Add(2 * time.Hour),
			Restarted: at.Add(time.Minute),
		}},
		Reviews:  map[string]progress.Review{"02-two-at-once/resume": {Stage: 2, Due: at.AddDate(0, 0, 7)}},
		Workshop: "/home/me/practice",
		Exercises: map[string]progress.Exercise{"01-fetch-three": {
			Checks: 3, Hints: 1, Passed: at, Shown: at.Add(time.Hour), Due: at.AddDate(0, 0, 3),
		}},
	}
}

// with returns a store whose file has a text.
func with(t *testing.T, text string) (*progress.Store, string) {
	t.Helper()
	dir := t.TempDir()
	write(t, dir, text)
	return progress.Open(dir), dir
}

func write(t *testing.T, dir, text string) {
	t.Helper()
	if err := os.WriteFile(filepath.Join(dir, file), []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

func text(t *testing.T, path ...string) string {
	t.Helper()
	data, err := os.ReadFile(filepath.Join(path...))
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

func read(t *testing.T, store *progress.Store) progress.Record {
	t.Helper()
	record, err := store.Read(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return record
}

func update(t *testing.T, store *progress.Store, change func(*progress.Record)) {
	t.Helper()
	if err := store.Update(t.Context(), change); err != nil {
		t.Fatal(err)
	}
}

// files are the names in a folder.
func files(t *testing.T, dir string) (names []string) {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, entry := range entries {
		names = append(names, entry.Name())
	}
	return names
}

// oneLine fails unless an error is one line that says what to do.
func oneLine(t *testing.T, err error) {
	t.Helper()
	if says := err.Error(); strings.Contains(says, "\n") || !strings.Contains(says, "MEANWHILE_HOME") {
		t.Errorf("says %q", says)
	}
}

func setStep(step int) func(*progress.Record) {
	return func(r *progress.Record) { r.Lessons["01-wait"] = progress.Lesson{Step: step} }
}

func isEmpty(r progress.Record) bool { return len(r.Lessons) == 0 && len(r.Reviews) == 0 }

func TestWhatIsKeptIsReadBack(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "new", "home")
	update(t, progress.Open(dir), func(r *progress.Record) {
		*r = whole()
	})
	if diff := cmp.Diff(whole(), read(t, progress.Open(dir))); diff != "" {
		t.Error(diff)
	}
	if runtime.GOOS == "windows" {
		return // has other permissions
	}
	for path, want := range map[string]fs.FileMode{dir: 0o700, filepath.Join(dir, file): 0o600} {
		info, err := os.Stat(path)
		if err != nil {
			t.Fatal(err)
		}
		if got := info.Mode().Perm(); got != want {
			t.Errorf("%s has permissions %o, want %o", path, got, want)
		}
	}
}

func TestReadingLeavesNoTrace(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "home")
	record := read(t, progress.Open(dir))
	if record.Version != progress.Version || record.Lessons == nil || record.Reviews == nil || !isEmpty(record) {
		t.Errorf("read %+v", record)
	}
	if _, err := os.Stat(dir); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("reading made the folder: %v", err)
	}
	store, dir := with(t, `{"version":1,"lessons":{"01-wait":{"step":2}}}`)
	if step := read(t, store).Lessons["01-wait"].Step; step != 2 {
		t.Errorf("read step %d", step)
	}
	if names := files(t, dir); len(names) != 1 {
		t.Errorf("reading left %v", names)
	}
}

// A later version of the program may add members anywhere. This one does not know them and keeps them.
func TestWhatIsUnknownStays(t *testing.T) {
	const later = `{"version":1, "theme":"dark", "LESSONS": {
		"02-two-at-once": {"step":1, "hints":{"used":[1, 12345678901234567890, 1e400]},
			"answers": {"total": {"text":"1s", "sure":50, "seconds":4.50, "right":true}},
			"results": {"1": {"command":["hello"], "cores":2, "facts":{"elapsed":"1 s"}}}},
		"77-not-in-the-course": {"step":5, "new":null}},
		"reviews": {"a/b": {"stage":1, "ease":"<2.5>"}}}`
	store, dir := with(t, later)
	update(t, store, func(r *progress.Record) {
		lesson := r.Lessons["02-two-at-once"]
		lesson.Step = 2
		r.Lessons["02-two-at-once"] = lesson
		r.Lessons["03-new"] = progress.Lesson{Answers: map[string]progress.Answer{"x": {}}}
	})
	want := `{"version":1, "theme":"dark", "lessons": {
		"02-two-at-once": {"step":2, "hints":{"used":[1, 12345678901234567890, 1e400]},
			"answers": {"total": {"text":"1s", "sure":50, "seconds":4.50, "right":true}},
			"results": {"1": {"command":["hello"], "cores":2, "facts":{"elapsed":"1 s"}}}},
		"77-not-in-the-course": {"step":5, "new":null},
		"03-new": {"step":0, "answers":{"x":{"text":"", "sure":0}}}},
		"reviews": {"a/b": {"stage":1, "ease":"<2.5>"}}}`
	if diff := cmp.Diff(members(t, want), members(t, text(t, dir, file))); diff != "" {
		t.Error(diff)
	}

	update(t, store, func(r *progress.Record) { delete(r.Lessons, "02-two-at-once") })
	if left := text(t, dir, file); strings.Contains(left, "02-two-at-once") || strings.Contains(left, "hints") {
		t.Errorf("a lesson that was deleted left something: %s", left)
	}
}

// members is JSON as it is, numbers as they are written.
func members(t *testing.T, text string) (root any) {
	t.Helper()
	decoder := json.NewDecoder(strings.NewReader(text))
	decoder.UseNumber()
	if err := decoder.Decode(&root); err != nil {
		t.Fatal(err)
	}
	return root
}

// damaged are texts that are no record, by what is wrong with them.
func damaged() map[string]string {
	many := map[string]progress.Review{}
	for i := range 1001 {
		many["01-wait/"+strconv.Itoa(i)] = progress.Review{}
	}
	reviews, err := json.Marshal(many)
	if err != nil {
		panic(err)
	}
	lesson := func(members string) string { return `{"version":1,"lessons":{"01-wait":{` + members + `}}}` }
	return map[string]string{
		"empty":                 "",
		"half of it":            `{"version":1,"lessons":{"01-wait":{"st`,
		"zeros":                 strings.Repeat("\x00", 4096),
		"two of them":           `{"version":1}{"version":1}`,
		"nested":                `{"version":1,"x":` + strings.Repeat("[", 20_000) + strings.Repeat("]", 20_000) + "}",
		"too large":             `{"version":1,"x":"` + strings.Repeat("x", 4<<20) + `"}`,
		"a list":                `[1]`,
		"null":                  `null`,
		"no version":            `{"lessons":{}}`,
		"a version of no kind":  `{"version":"1"}`,
		"a fraction":            lesson(`"step":1.5`),
		"null for lessons":      `{"version":1,"lessons":null}`,
		"too many reviews":      `{"version":1,"reviews":` + string(reviews) + `}`,
		"a name with an escape": `{"version":1,"lessons":{"\u001b[2J":{}}}`,
		"a name that is empty":  `{"version":1,"reviews":{"":{}}}`,
		"a name that is long":   `{"version":1,"reviews":{"` + strings.Repeat("x", 129) + `":{}}}`,
		"a step below zero":     lesson(`"step":-1`),
		"a step beyond all":     lesson(`"step":1001`),
		"a stage below zero":    `{"version":1,"reviews":{"a/b":{"stage":-1}}}`,
		"more than sure":        lesson(`"answers":{"q":{"sure":101}}`),
		"less than not said":    lesson(`"answers":{"q":{"sure":-2}}`),
		"an answer's name":      lesson(`"answers":{"a\nb":{}}`),
		"a fact's name":         lesson(`"results":{"1":{"facts":{"":"1"}}}`),
		"a command without end": lesson(`"results":{"1":{"command":[` + strings.Repeat(`"",`, 1000) + `""]}}`),
		"a time of no kind":     lesson(`"started":"yesterday"`),
		"a time long ago":       lesson(`"started":"1066-10-14T09:00:00Z"`),
		"a time far off":        lesson(`"answers":{"q":{"at":"9999-01-01T00:00:00Z"}}`),
		"checks below zero":     `{"version":1,"exercises":{"01-fetch":{"checks":-1}}}`,
		"a pass far off":        `{"version":1,"exercises":{"01-fetch":{"passed":"9999-01-01T00:00:00Z"}}}`,
		"an exercise's name":    `{"version":1,"exercises":{"a\nb":{}}}`,
		"a restart far off":     lesson(`"restarted":"9999-01-01T00:00:00Z"`),
		"a review far off":      `{"version":1,"reviews":{"a/b":{"due":"9999-01-01T00:00:00Z"}}}`,
	}
}

func TestADamagedFileIsSetAsideAndToldOnce(t *testing.T) {
	for name, was := range damaged() {
		t.Run(name, func(t *testing.T) {
			store, dir := with(t, was)
			record, err := store.Read(t.Context())
			told, ok := errors.AsType[*progress.Damaged](err)
			if !ok || !isEmpty(record) || record.Lessons == nil {
				t.Fatalf("read %v, %v", record, err)
			}
			if says := err.Error(); len(says) > 500 || strings.ContainsAny(says, "\n\x1b\x00") || !strings.Contains(says, told.Aside) {
				t.Errorf("says %q", says)
			}
			if !strings.HasPrefix(told.Aside, filepath.Join(dir, file+".damaged-")) || text(t, told.Aside) != was {
				t.Errorf("%s has another text", told.Aside)
			}
			if record := read(t, store); !isEmpty(record) {
				t.Errorf("read %v afterwards", record)
			}
		})
	}
}

func TestEachDamagedFileGetsANameOfItsOwn(t *testing.T) {
	dir, kept := t.TempDir(), map[string]string{}
	for i := range 5 {
		was := fmt.Sprintf("damage %d", i)
		write(t, dir, was)
		_, err := progress.Open(dir).Read(t.Context())
		told, ok := errors.AsType[*progress.Damaged](err)
		if !ok {
			t.Fatal(err)
		}
		kept[told.Aside] = was
	}
	for path, was := range kept {
		if got := text(t, path); got != was {
			t.Errorf("%s is %q, want %q", path, got, was)
		}
	}
	if len(kept) != 5 {
		t.Errorf("set aside as %v", slices.Sorted(maps.Keys(kept)))
	}
}

func TestAnUpdateOfADamagedFileIsKeptAndTold(t *testing.T) {
	store, dir := with(t, "{")
	err := store.Update(t.Context(), setStep(4))
	if told, ok := errors.AsType[*progress.Damaged](err); !ok || text(t, told.Aside) != "{" {
		t.Errorf("update: %v; the folder has %v", err, files(t, dir))
	}
	if step := read(t, store).Lessons["01-wait"].Step; step != 4 {
		t.Errorf("read step %d", step)
	}
}

func TestAFileOfALaterVersionIsNotWrittenOver(t *testing.T) {
	const later = `{"version":2,"lessons":["another format"]}`
	store, dir := with(t, later)
	record, err := store.Read(t.Context())
	if newer, ok := errors.AsType[*progress.Newer](err); !ok || newer.Version != 2 || !isEmpty(record) {
		t.Errorf("read %v, %v", record, err)
	}
	oneLine(t, err)
	err = store.Update(t.Context(), func(*progress.Record) { t.Error("the change was made") })
	if _, ok := errors.AsType[*progress.Newer](err); !ok {
		t.Errorf("update: %v", err)
	}
	if got := text(t, dir, file); got != later {
		t.Errorf("the file is now %q", got)
	}
}

// Permissions do not hold root back, so a file stands where a folder should be, and the other way round.
func TestWhereNothingCanBeKeptItSaysSo(t *testing.T) {
	under := func(t *testing.T, dir, name string) {
		t.Helper()
		if err := os.MkdirAll(filepath.Join(dir, name, "x"), 0o700); err != nil {
			t.Fatal(err)
		}
	}
	for name, prepare := range map[string]func(t *testing.T, dir string) (home string){
		"a file is in the way of the folder": func(t *testing.T, dir string) string {
			write(t, dir, "{}")
			return filepath.Join(dir, file, "home")
		},
		"a folder has the name of the file":     func(t *testing.T, dir string) string { under(t, dir, file); return dir },
		"a folder has the name of the lock":     func(t *testing.T, dir string) string { under(t, dir, file+".lock"); return dir },
		"a folder has the name of the new file": func(t *testing.T, dir string) string { under(t, dir, file+".new"); return dir },
		"nobody knows a folder":                 func(*testing.T, string) string { return "" },
		"the file is a link to another folder's": func(t *testing.T, dir string) string {
			write(t, dir, `{"version":1,"lessons":{"a":{}}}`)
			home := filepath.Join(dir, "home")
			under(t, dir, "home")
			if err := os.Symlink(filepath.Join("..", file), filepath.Join(home, file)); err != nil {
				t.Skip(err)
			}
			return home
		},
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			store := progress.Open(prepare(t, dir))
			before := files(t, dir)
			err := store.Update(t.Context(), setStep(1))
			if _, ok := errors.AsType[*progress.Unkept](err); !ok {
				t.Fatalf("update: %v", err)
			}
			oneLine(t, err)
			record, err := store.Read(t.Context())
			if _, ok := errors.AsType[*progress.Unkept](err); err != nil && !ok || record.Lessons == nil || !isEmpty(record) {
				t.Errorf("read %v, %v", record, err)
			}
			before = append(before, file+".lock")
			if after := files(t, dir); slices.ContainsFunc(after, func(name string) bool { return !slices.Contains(before, name) }) {
				t.Errorf("left %v", after)
			}
		})
	}
}

func TestAFailedWriteLeavesTheOldFile(t *testing.T) {
	store, dir := with(t, `{"version":1,"lessons":{"01-wait":{"step":2}}}`)
	if err := os.MkdirAll(filepath.Join(dir, file+".new", "x"), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := store.Update(t.Context(), setStep(3)); err == nil {
		t.Error("update: no error")
	}
	if step := read(t, store).Lessons["01-wait"].Step; step != 2 {
		t.Errorf("read step %d", step)
	}
}

func TestWhatAnInterruptedWriteLeftIsReplaced(t *testing.T) {
	store, dir := with(t, `{"version":1}`)
	if err := os.WriteFile(filepath.Join(dir, file+".new"), []byte(`{"version":1,"les`), 0o400); err != nil {
		t.Fatal(err)
	}
	update(t, store, setStep(3))
	if step := read(t, store).Lessons["01-wait"].Step; step != 3 {
		t.Errorf("read step %d", step)
	}
	if got, want := files(t, dir), []string{file, file + ".lock"}; !slices.Equal(got, want) {
		t.Errorf("left %v", got)
	}
}

func TestADamagedFileThatCannotBeMovedStays(t *testing.T) {
	store, dir := with(t, "{")
	if err := os.Mkdir(filepath.Join(dir, file+".lock"), 0o700); err != nil {
		t.Fatal(err)
	}
	for range 2 {
		_, err := store.Read(t.Context())
		told, ok := errors.AsType[*progress.Damaged](err)
		if !ok || told.Aside != "" || !strings.Contains(err.Error(), "move it away") {
			t.Errorf("read: %v", err)
		}
	}
	if got := text(t, dir, file); got != "{" {
		t.Errorf("the file is now %q", got)
	}
}

func TestTextsAreMadePrintable(t *testing.T) {
	store, dir := with(t, "")
	write(t, dir, `{"version":1,"lessons":{"a":{
		"answers":{"q":{"text":"\u001b[31mred\u202e\r\n`+"\xff"+`ein ½ ms","given":"`+strings.Repeat("é", 4000)+`","truth":"\u0007"}},
		"results":{"1":{"command":["a\u0000"],"facts":{"n":"\u009b2J"}}}}}}`)
	lesson := read(t, store).Lessons["a"]
	answer, result := lesson.Answers["q"], lesson.Results["1"]
	for got, want := range map[string]string{
		answer.Text:       "�[31mred��\n�ein ½ ms",
		answer.Given:      strings.Repeat("é", 2000),
		answer.Truth:      "�",
		result.Command[0]: "a�",
		result.Facts["n"]: "�2J",
	} {
		if got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}

func TestAChangeThatCouldNotBeReadAgainIsRefused(t *testing.T) {
	for name, change := range map[string]func(*progress.Record){
		"out of range": setStep(-1),
		"without maps": func(r *progress.Record) { *r = progress.Record{} },
		"too large": func(r *progress.Record) {
			r.Lessons["a"] = progress.Lesson{Answers: map[string]progress.Answer{"q": {Text: strings.Repeat("x", 4<<20)}}}
		},
		"of no time": func(r *progress.Record) {
			r.Lessons["a"] = progress.Lesson{Started: time.Date(12026, 1, 1, 0, 0, 0, 0, time.UTC)}
		},
	} {
		t.Run(name, func(t *testing.T) {
			const was = `{"version":1}`
			store, dir := with(t, was)
			if err := store.Update(t.Context(), change); err == nil || strings.Contains(err.Error(), "\n") {
				t.Errorf("update: %v", err)
			}
			if got := text(t, dir, file); got != was {
				t.Errorf("the file is now %q", got)
			}
		})
	}
}

func TestDirIsWhereTheEnvironmentSays(t *testing.T) {
	home := filepath.Join(t.TempDir(), "mine")
	t.Setenv("MEANWHILE_HOME", home)
	if got, err := progress.Dir(); got != home || err != nil {
		t.Errorf("Dir is %q, %v; want %q", got, err, home)
	}
	t.Chdir(t.TempDir())
	t.Setenv("MEANWHILE_HOME", "here")
	if got, err := progress.Dir(); !filepath.IsAbs(got) || filepath.Base(got) != "here" || err != nil {
		t.Errorf("Dir is %q, %v", got, err)
	}
	t.Setenv("MEANWHILE_HOME", "")
	config, err := os.UserConfigDir()
	if err != nil {
		t.Skip(err)
	}
	if got, err := progress.Dir(); got != filepath.Join(config, "meanwhile") || err != nil {
		t.Errorf("Dir is %q, %v", got, err)
	}
	for _, name := range []string{"HOME", "XDG_CONFIG_HOME", "AppData", "home"} {
		t.Setenv(name, "")
	}
	if _, err := progress.Dir(); err == nil {
		t.Error("Dir without any home: no error")
	} else {
		oneLine(t, err)
	}
}

// hold locks a store's file as another program would.
func hold(t *testing.T, dir string) (release func()) {
	t.Helper()
	lock := flock.New(filepath.Join(dir, file+".lock"))
	if locked, err := lock.TryLock(); !locked || err != nil {
		t.Fatalf("locked %t, %v", locked, err)
	}
	return func() {
		if err := lock.Unlock(); err != nil {
			t.Error(err)
		}
	}
}

func TestTheLockIsWaitedForAndNotForEver(t *testing.T) {
	dir := t.TempDir()
	synctest.Test(t, func(t *testing.T) {
		release := hold(t, dir)
		began := time.Now()
		err := progress.Open(dir).Update(t.Context(), setStep(1))
		if _, ok := errors.AsType[*progress.Unkept](err); !ok || time.Since(began) != 5*time.Second {
			t.Fatalf("update after %v: %v", time.Since(began), err)
		}
		oneLine(t, err)

		time.AfterFunc(time.Second, release)
		began = time.Now()
		update(t, progress.Open(dir), setStep(1))
		if waited := time.Since(began); waited < time.Second || waited > 1100*time.Millisecond {
			t.Errorf("waited %v", waited)
		}
	})
}

func TestTheContextEndsTheWaitForTheLock(t *testing.T) {
	dir := t.TempDir()
	synctest.Test(t, func(t *testing.T) {
		defer hold(t, dir)()
		stop := errors.New("stop")
		ctx, cancel := context.WithCancelCause(t.Context())
		time.AfterFunc(time.Second, func() { cancel(stop) })
		began := time.Now()
		if err := progress.Open(dir).Update(ctx, setStep(1)); err != stop || time.Since(began) != time.Second {
			t.Errorf("update after %v: %v", time.Since(began), err)
		}
	})
}

func TestReadingDoesNotWaitForTheLock(t *testing.T) {
	store, dir := with(t, `{"version":1,"lessons":{"01-wait":{"step":2}}}`)
	synctest.Test(t, func(t *testing.T) {
		defer hold(t, dir)()
		began := time.Now()
		if step := read(t, store).Lessons["01-wait"].Step; step != 2 || time.Since(began) != 0 {
			t.Errorf("read step %d after %v", step, time.Since(began))
		}
	})
}

func TestGoroutinesLoseNoUpdate(t *testing.T) {
	store := progress.Open(t.TempDir())
	const goroutines, updates = 8, 25
	var wg sync.WaitGroup
	for g := range goroutines {
		wg.Go(func() {
			for range updates {
				if err := persist(t.Context(), store, count(strconv.Itoa(g))); err != nil {
					t.Error(err)
				}
			}
		})
	}
	wg.Wait()
	counted(t, store, goroutines, updates)
}

// persist updates a store, and tries again when the lock is not to be had: on a slow disk the others may hold it for long.
func persist(ctx context.Context, store *progress.Store, change func(*progress.Record)) (err error) {
	for range 10 {
		err = store.Update(ctx, change)
		if _, ok := errors.AsType[*progress.Unkept](err); !ok {
			break
		}
	}
	return err
}

// count adds one to a counter of one's own and one that is everybody's.
func count(name string) func(*progress.Record) {
	return func(r *progress.Record) {
		for _, name := range []string{name, "all"} {
			lesson := r.Lessons[name]
			lesson.Step++
			r.Lessons[name] = lesson
		}
	}
}

func counted(t *testing.T, store *progress.Store, writers, updates int) {
	t.Helper()
	record := read(t, store)
	if all := record.Lessons["all"].Step; all != writers*updates || len(record.Lessons) != writers+1 {
		t.Errorf("%d updates of %d are kept, by %d writers", all, writers*updates, len(record.Lessons)-1)
	}
	for name, lesson := range record.Lessons {
		if name != "all" && lesson.Step != updates {
			t.Errorf("%s has made %d updates, of which %d are kept", name, updates, lesson.Step)
		}
	}
}
