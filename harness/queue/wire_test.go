package queue

import (
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"testing"
	"testing/fstest"
	"time"

	"github.com/miniflow/grader/cases"
	"github.com/miniflow/grader/harness"
	"github.com/miniflow/grader/harness/batch"
	"github.com/miniflow/grader/harness/confirm"
	"github.com/miniflow/grader/harness/worker"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestJobThereAndBack(t *testing.T) {
	t.Parallel()
	setup := Setup{Digest: "d", Limits: worker.Limits{Timeout: time.Second}, Confirm: harness.ConfirmAuto}
	for _, sub := range []harness.Submission{
		{Name: "anna.go", Source: []byte("package miniflow\n\nline\n")},
		{Name: "not \xff UTF-8\n.go", Source: []byte("\x00\n{}")},
		{Name: "", Source: []byte("x")},
	} {
		j := newJob(sub, setup)
		message, err := j.encode()
		require.NoError(t, err)
		back, err := decodeJob(message)
		require.NoError(t, err)
		assert.Equal(t, j, back)
		assert.Equal(t, j.key("b"), back.key("b"))
		message[len(message)-1] ^= 1
		_, err = decodeJob(message)
		require.ErrorContains(t, err, "not the one that was sent")
	}
	for _, message := range []string{"", "no head", "{\n", "[]\nx"} {
		_, err := decodeJob([]byte(message))
		require.Error(t, err, message)
	}
}

// Whatever a result depends on is in a job's key.
func TestKeys(t *testing.T) {
	t.Parallel()
	seen := make(map[string]bool)
	sub := harness.Submission{Name: "a.go", Source: []byte("x")}
	add := func(sub harness.Submission, s Setup, build string) {
		key := newJob(sub, s).key(build)
		assert.Regexp(t, "^[0-9a-f]{32}$", key)
		assert.False(t, seen[key])
		assert.Equal(t, key, newJob(sub, s).key(build))
		seen[key] = true
	}
	add(sub, Setup{}, "")
	add(sub, Setup{}, "b")
	add(harness.Submission{Name: "b.go", Source: []byte("x")}, Setup{}, "")
	add(harness.Submission{Name: "a.go", Source: []byte("y")}, Setup{}, "")
	for _, s := range []Setup{
		{Archive: "a"}, {Random: 1}, {Seed: 1}, {Digest: "a"}, {Confirm: harness.ConfirmAlways},
		{Limits: worker.Limits{Timeout: 1}}, {Limits: worker.Limits{Memory: 1}}, {Limits: worker.Limits{Flood: 1}},
	} {
		add(sub, s, "")
	}
}

func TestAnswerThereAndBack(t *testing.T) {
	t.Parallel()
	first := &harness.Result{Status: harness.Failed, Fault: errors.New("first")}
	for _, r := range []*harness.Result{
		{Status: harness.Passed, Sandbox: []string{"seccomp"}, Missing: []worker.MissingLayer{{Layer: "landlock", Reason: "old"}}},
		{Status: harness.Failed, Cases: []harness.CaseResult{{Name: "a", Scene: &harness.Scene{Wrong: []string{"b"}}}, {Name: "b"}}},
		{Status: harness.InternalError, Fault: errors.New("ours")},
		{Unconfirmed: &confirm.Unavailable{Reason: "no go"}},
		{Unconfirmed: errors.New("too slow"), Overruled: &harness.Overruled{First: first, Differences: []string{"a", "b"}, Source: []byte("\xff")}},
	} {
		data, err := json.Marshal(newAnswer("k", r))
		require.NoError(t, err)
		a := new(answer)
		require.NoError(t, json.Unmarshal(data, a))
		require.NoError(t, a.check("k"))
		require.Error(t, a.check("other"))
		assert.Equal(t, r, a.result())
	}
	require.Error(t, (&answer{Key: "k"}).check("k"))
	require.Error(t, (&answer{Key: "k", Whole: batch.Whole{Result: first}, Overruled: &overruled{}}).check("k"))
}

func TestSetupLoadsTheSameSuite(t *testing.T) {
	t.Parallel()
	const text = "graph: |\n  a = Sigmoid(X)\n  cost = MSE(y, a)\nfeed: {X: [[0.5]], y: [1]}\n"
	files := map[string]string{"a.yaml": text, "b.YML": text, "c.json": `{"graph": "a = Sigmoid(X)\ncost = MSE(y, a)", "feed": {"X": [[1]], "y": [0]}}`,
		"suite.yaml": "title: a suite\n", "README.md": "#", ".hidden.yaml": "{", "x.schema.json": "{", "sub/d.yaml": "{"}
	dir, folder := t.TempDir(), fstest.MapFS{}
	for name, content := range files {
		path := filepath.Join(dir, name)
		require.NoError(t, os.MkdirAll(filepath.Dir(path), 0o755))
		require.NoError(t, os.WriteFile(path, []byte(content), 0o600))
		folder[name] = &fstest.MapFile{Data: []byte(content), ModTime: time.Unix(1e9, 0), Mode: 0o644}
	}
	suite, err := cases.Load(dir)
	require.NoError(t, err)
	setup, archive, err := NewSetup(suite, os.DirFS(dir), 0, 7, worker.Limits{}, harness.ConfirmNever)
	require.NoError(t, err)
	again, other, err := NewSetup(suite, folder, 0, 8, worker.Limits{}, harness.ConfirmNever)
	require.NoError(t, err)
	assert.Equal(t, archive, other, "whatever the machine and the day")
	assert.Equal(t, setup, again, "the seed of no cases counts for nothing")
	loaded, err := setup.load(archive)
	require.NoError(t, err)
	assert.Equal(t, suite.Digest(), loaded.Digest())
	assert.Equal(t, "a suite", loaded.Title)

	_, err = setup.load(append(archive, 0))
	require.ErrorContains(t, err, "the archive of the suite is")
	setup.Digest = "other"
	_, err = setup.load(archive)
	require.ErrorContains(t, err, "and not other")
	folder["a.yaml"].Data = []byte(text + "points: 2\n")
	_, _, err = NewSetup(suite, folder, 0, 0, worker.Limits{}, harness.ConfirmNever)
	require.ErrorContains(t, err, "have they changed just now?")

	builtin, err := cases.Builtin()
	require.NoError(t, err)
	setup, archive, err = NewSetup(builtin, nil, 0, 0, worker.Limits{}, harness.ConfirmNever)
	require.NoError(t, err)
	assert.Nil(t, archive)
	_, err = setup.load(nil)
	require.NoError(t, err)
}

func TestLedger(t *testing.T) {
	t.Parallel()
	var l ledger
	l.came("before the stream is known", 1)
	assert.Zero(t, l.done("before the stream is known"))
	stream := time.Unix(1, 0)
	l.begin(stream)
	key := func(i int) string { return string(rune('a'+i%26)) + string(rune('0'+i/26)) }
	for i := range 2 * purgeAfter {
		l.came(key(i), uint64(10+i))
	}
	var before []uint64
	for i := range 2 * purgeAfter {
		if i == 5 {
			continue // one that takes long
		}
		l.came(key(i), uint64(10+i)) // twice
		if b := l.done(key(i)); b > 0 {
			before = append(before, b)
		}
		l.came(key(i), uint64(10+i)) // and once more, when it is done
	}
	assert.Equal(t, []uint64{15}, before, "what is before the slow one may go")
	assert.EqualValues(t, 10+2*purgeAfter, l.done(key(5)))
	l.came(key(0), 10)
	assert.Empty(t, l.needed, "it is not needed, even if the purge has failed")
	l.came("new", 1000)
	l.begin(stream)
	assert.NotEmpty(t, l.needed, "the same stream")
	l.begin(time.Unix(2, 0))
	assert.Empty(t, l.needed, "another one counts anew")
}

func TestAddresses(t *testing.T) {
	t.Parallel()
	for url, bad := range map[string]bool{
		"nats://a:4222": false, "tls://u:p@a:4222,tls://b:4222": false, "nats://[::1]:4222": false, "ws://a": false,
		"": true, "a:4222": true, "http://a": true, "nats://": true, "nats://a:4222,": true, ":4222": true, "nats://u:s3cret@a:x": true,
	} {
		err := CheckURL(url)
		assert.Equal(t, bad, err != nil, "%q: %v", url, err)
		if err != nil {
			assert.NotContains(t, err.Error(), "s3cret")
		}
	}
	assert.Equal(t, "nats://a:4222,nats://b:1", redacted("nats://u:secret@a:4222, nats://token@b:1"))
	assert.Equal(t, "127.0.0.1:1", Loopback(":1"))
	assert.Equal(t, "0.0.0.0:1", Loopback("0.0.0.0:1"))
	for _, address := range []string{"", "4222", ":x", ":-1", ":70000", "a:b:c"} {
		_, _, err := splitAddress(address)
		require.Error(t, err, address)
	}
}
