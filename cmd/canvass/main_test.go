package main

import (
	"bytes"
	"context"
	"os"
	"os/exec"
	"strings"
	"testing"
)

// TestMain lets the test binary be canvass itself, so that tests start, kill and restart the real process.
func TestMain(m *testing.M) {
	if os.Getenv("CANVASS_TEST_IS_CANVASS") != "" {
		main()
	}
	os.Exit(m.Run())
}

// canvass prepares the real program with these arguments, without what this machine's environment would tell it.
func canvass(t *testing.T, args ...string) *exec.Cmd {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(t.Context(), self, args...)
	for _, pair := range os.Environ() {
		if name, _, _ := strings.Cut(pair, "="); name != "DATABASE_URL" && !strings.HasPrefix(name, "CANVASS_") {
			cmd.Env = append(cmd.Env, pair)
		}
	}
	cmd.Env = append(cmd.Env, "CANVASS_TEST_IS_CANVASS=1")
	return cmd
}

// said runs a command line in this process and answers what it printed and its exit code.
func said(t *testing.T, args ...string) (out string, code int) {
	t.Helper()
	var b bytes.Buffer
	root := newRootCommand()
	root.SetArgs(args)
	root.SetOut(&b)
	root.SetErr(&b)
	code = run(context.Background(), root)
	return b.String(), code
}

func TestHelpTeaches(t *testing.T) {
	out, code := said(t)
	for _, want := range []string{"普查", "Examples:", "canvass migrate", "with-postgres", "$DATABASE_URL", "$CANVASS_DATA", "$CANVASS_ADDR"} {
		if !strings.Contains(out, want) {
			t.Errorf("the help does not say %q", want)
		}
	}
	if code != 0 {
		t.Errorf("exit code %d", code)
	}
	for _, command := range newRootCommand().Commands() {
		if command.Short == "" || command.Example == "" || command.Long == "" {
			t.Errorf("%s lacks a summary, an explanation or an example", command.Name())
		}
	}
}

func TestRefusedCommandLines(t *testing.T) {
	for _, c := range []struct {
		args []string
		want string
	}{
		{[]string{"migrat"}, "unknown command"},
		{[]string{"migrate", "--log", "xml"}, "--log is text or json"},
		{[]string{"migrate", "--database", "postgres://nobody@127.0.0.1:1/none"}, "--database or $DATABASE_URL"},
		{[]string{"migrate", "--database", "nonsense"}, "postgres://user@host/name"},
		{[]string{"with-postgres"}, "at least 1 arg"},
	} {
		out, code := said(t, c.args...)
		if code != 1 || !strings.Contains(out, c.want) {
			t.Errorf("canvass %s: exit code %d, said %q; want 1 and %q", strings.Join(c.args, " "), code, out, c.want)
		}
	}
}

func TestMigratePrints(t *testing.T) {
	out, code := said(t, "migrate", "--print")
	if first, last := strings.Index(out, "0001_roles.sql"), strings.Index(out, "0010_base_sources.sql"); code != 0 || first < 0 || last < first {
		t.Errorf("exit code %d; the migrations do not come in order", code)
	}
}

// A flag goes before its variable, a variable before what is built in.
func TestConfigOrder(t *testing.T) {
	t.Setenv("CANVASS_ADDR", "127.0.0.1:1")
	t.Setenv("CANVASS_LOG", "json")
	cfg := &config{}
	root := newRootCommand()
	root.ResetFlags()
	cfg.bind(root)
	if err := root.ParseFlags([]string{"--addr", "127.0.0.1:2"}); err != nil {
		t.Fatal(err)
	}
	if err := cfg.read(root, nil); err != nil {
		t.Fatal(err)
	}
	if cfg.addr != "127.0.0.1:2" || cfg.log != "json" || !strings.HasPrefix(cfg.data, "/") {
		t.Errorf("addr %s, log %s, data %s", cfg.addr, cfg.log, cfg.data)
	}
}
