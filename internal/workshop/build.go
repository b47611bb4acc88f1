package workshop

import (
	"encoding/json"
	"io/fs"
	"os"
	"path"
	"path/filepath"
)

// module is where code is checked: the learner's files, the hidden test, and what that needs, in a folder that is thrown away.
type module struct {
	dir      string
	exercise *Exercise
}

// The names of things in the module of a check.
const (
	moduleFile  = "module practice // the exercises of meanwhile\n\ngo 1.25\n"
	overlayFile = "overlay.json"
	reportFile  = "report.json"

	overlayFolder = "overlay"
)

// newModule writes a module for an attempt. The learner's files stand there as they are; what is compiled in their place is the
// same line by line, and differs as stage says.
func newModule(dir string, e *Exercise, attempt Attempt) (*module, error) {
	m := &module{dir, e}
	wanted := map[string][]byte{"go.mod": []byte(moduleFile), e.path(testFile): e.test}
	if e.Given != nil {
		wanted[e.path(givenFile)] = e.Given
	}
	for _, helper := range []string{"check", "sync"} {
		sources, err := fs.Glob(files, helper+"/*.go")
		if err != nil {
			return nil, err
		}
		for _, source := range sources {
			data, err := files.ReadFile(source)
			if err != nil {
				return nil, err
			}
			wanted[path.Join("internal", source)] = data
		}
	}
	overlay := map[string]string{}
	for name, text := range attempt {
		wanted[e.path(name)] = text
		wanted[path.Join(overlayFolder, name)] = stage(text)
		overlay[m.file(e.path(name))] = m.file(overlayFolder, name)
	}
	data, err := json.Marshal(map[string]any{"Replace": overlay})
	if err != nil {
		return nil, err
	}
	wanted[overlayFile] = data
	for name, text := range wanted {
		file := m.file(name)
		if err := os.MkdirAll(filepath.Dir(file), 0o700); err != nil {
			return nil, err
		}
		if err := os.WriteFile(file, text, 0o600); err != nil {
			return nil, err
		}
	}
	return m, nil
}

// file is a file of the module.
func (m *module) file(parts ...string) string {
	return filepath.Join(append([]string{m.dir}, parts...)...)
}

// folder is the learner's, as the go command names it.
func (m *module) folder() string { return "./" + m.exercise.Name }

// compiles are the go command's arguments to build the test's program.
func (m *module) compiles(race bool) []string {
	args := []string{"test", "-c", "-vet=off", "-trimpath", "-overlay=" + m.file(overlayFile), "-o", m.file("run.exe")}
	if race {
		args = append(args, "-race")
	}
	return append(args, m.folder())
}

// vets are those to look for faults: in the code as it stands, since what is told of the locks of package sync is told of them
// alone.
func (m *module) vets() []string { return []string{"vet", m.folder()} }
