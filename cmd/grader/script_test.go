package main

import (
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"
	"github.com/stretchr/testify/require"
)

// TestMain makes this binary the command that the scripts run. That it is also the
// workers that it starts, package asworker sees to.
func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"grader": main, "queue-server": queueServer, "fragile": fragile})
}

// TestScripts runs testdata/script/*.txtar. Besides testscript's own commands
// there is
//
//	code N COMMAND [ARG...]
//
// which runs a command that must exit with N.
func TestScripts(t *testing.T) {
	t.Parallel()
	const dir = "testdata/script"
	scripts, err := filepath.Glob(filepath.Join(dir, "*.txtar"))
	require.NoError(t, err)
	require.NotEmpty(t, scripts)
	testscript.Run(t, testscript.Params{
		Dir:                 dir,
		RequireExplicitExec: true,
		RequireUniqueNames:  true,
		Cmds:                map[string]func(*testscript.TestScript, bool, []string){"code": code},
		Setup: func(env *testscript.Env) error {
			env.Setenv("NO_COLOR", "")
			env.Setenv("TERM", "xterm")
			env.Setenv("LC_ALL", "C.UTF-8") // pictures are drawn as the locale allows
			// A binary that measures coverage says so on standard error if
			// it has nowhere to write.
			env.Setenv("GOCOVERDIR", os.Getenv("GOCOVERDIR"))
			// What second opinions are compiled of; OWN is a path without go.
			for _, key := range []string{"GOCACHE", "GOMODCACHE"} {
				env.Setenv(key, goEnv(env.T(), key))
			}
			own, _, _ := strings.Cut(env.Getenv("PATH"), string(os.PathListSeparator))
			env.Setenv("OWN", own)
			return nil
		},
	})
}

// goEnv is a setting of the go command's.
func goEnv(t testscript.T, key string) string {
	out, err := exec.Command("go", "env", key).Output()
	if err != nil {
		t.Fatal("go env: ", err)
	}
	return strings.TrimSpace(string(out))
}

func code(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: code N COMMAND [ARG...]")
	}
	want, err := strconv.Atoi(args[0])
	ts.Check(err)
	err = ts.Exec(args[1], args[2:]...)
	got := 0
	var exit *exec.ExitError
	switch {
	case errors.As(err, &exit):
		got = exit.ExitCode()
	case err != nil:
		ts.Fatalf("%v", err)
	}
	if got != want {
		ts.Fatalf("exit code %d, want %d", got, want)
	}
}
