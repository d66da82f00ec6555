package queue

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"

	"github.com/miniflow/grader/harness"
	"github.com/miniflow/grader/harness/batch"
	"github.com/miniflow/grader/harness/confirm"
	"github.com/miniflow/grader/harness/worker"
)

// The names of what is in the server. The streams' subjects are
//
//	grader.jobs.BUILD.BATCH.KEY             a submission to grade
//	grader.results.BATCH.KEY                what came of it
//	grader.starts.BATCH.KEY.WORKER          a worker has begun on a job that was another's before
//
// and what is said and not kept:
//
//	grader.here.worker, grader.here.batch   who is there; every beat
//	grader.alive.WORKER                     asks whether a worker lives
//	grader.take.BATCH                       hands a result over where the store has no room for it
const (
	jobsStream    = "GRADER_JOBS"
	resultsStream = "GRADER_RESULTS"
	objectBucket  = "grader"

	hereWorker = "grader.here.worker"
	hereBatch  = "grader.here.batch"
)

func jobSubject(build, batch, key string) string {
	return "grader.jobs." + build + "." + batch + "." + key
}
func resultSubject(batch, key string) string { return "grader.results." + batch + "." + key }
func startSubject(batch, key, worker string) string {
	return "grader.starts." + batch + "." + key + "." + worker
}
func aliveSubject(worker string) string { return "grader.alive." + worker }
func takeSubject(batch string) string   { return "grader.take." + batch }

// Setup is all that a result depends on besides the submission and the build of
// the grader. Equal setups make equal results.
type Setup struct {
	Archive string          `json:"archive,omitempty"` // the SHA-256 of the suite's archive, in hex; the built-in suite if empty
	Random  int             `json:"random,omitempty"`  // random cases besides
	Seed    uint64          `json:"seed,omitempty"`    // of those
	Digest  string          `json:"digest"`            // of the suite that comes of it all
	Limits  worker.Limits   `json:"limits"`
	Confirm harness.Confirm `json:"confirm"`
}

// job is what a worker gets: one line of JSON, and the source.
type job struct {
	Name   []byte `json:"name"` // within the class folder; need not be UTF-8
	SHA256 string `json:"sha256"`
	Object bool   `json:"object,omitempty"` // the source is in the object store, since no message can carry it
	Setup  Setup  `json:"setup"`

	source []byte
}

func newJob(sub harness.Submission, setup Setup) *job {
	return &job{Name: []byte(sub.Name), SHA256: digest(sub.Source), Setup: setup, source: sub.Source}
}

// key names a job and its result within a batch: the student, by the place of the
// file in the class folder, the content, the suite, the limits and the grader.
func (j *job) key(build string) string {
	head, err := json.Marshal(j.Setup)
	if err != nil {
		panic(err) // numbers and strings
	}
	h := sha256.New()
	for _, part := range [][]byte{[]byte(build), head, j.Name, []byte(j.SHA256)} {
		fmt.Fprintf(h, "%d:%s", len(part), part)
	}
	return hex.EncodeToString(h.Sum(nil)[:16])
}

func (j *job) encode() ([]byte, error) {
	head, err := json.Marshal(j)
	if err != nil {
		return nil, err
	}
	head = append(head, '\n')
	if j.Object {
		return head, nil
	}
	return append(head, j.source...), nil
}

func decodeJob(message []byte) (*job, error) {
	head, source, found := bytes.Cut(message, []byte("\n"))
	j := &job{source: source}
	if !found {
		return nil, errors.New("a job has no head")
	}
	if err := json.Unmarshal(head, j); err != nil {
		return nil, fmt.Errorf("a job's head: %w", err)
	}
	if !j.Object && digest(source) != j.SHA256 {
		return nil, errors.New("a job's source is not the one that was sent")
	}
	return j, nil
}

// answer is what a worker has made of a job: a result, with what of it is not in
// its JSON.
type answer struct {
	Key    string `json:"key"`
	Object string `json:"object,omitempty"` // where the rest is, since no message can carry it
	batch.Whole
	Missing     []worker.MissingLayer `json:"missing,omitempty"`
	Fault       string                `json:"fault,omitempty"`
	Unconfirmed string                `json:"unconfirmed,omitempty"`
	Unavailable bool                  `json:"unavailable,omitempty"` // there is no compiler at all, which is what Unconfirmed says
	Overruled   *overruled            `json:"overruled,omitempty"`
}

type overruled struct {
	First       *answer  `json:"first"`
	Differences []string `json:"differences"`
	Source      []byte   `json:"source"`
}

func newAnswer(key string, r *harness.Result) *answer {
	a := &answer{Key: key, Whole: batch.NewWhole(r), Missing: r.Missing}
	if r.Fault != nil {
		a.Fault = r.Fault.Error()
	}
	var none *confirm.Unavailable
	switch {
	case errors.As(r.Unconfirmed, &none):
		a.Unconfirmed, a.Unavailable = none.Reason, true
	case r.Unconfirmed != nil:
		a.Unconfirmed = r.Unconfirmed.Error()
	}
	if o := r.Overruled; o != nil {
		a.Overruled = &overruled{newAnswer(key, o.First), o.Differences, o.Source}
	}
	return a
}

// result is the result as the worker had it.
func (a *answer) result() *harness.Result {
	r := a.Unwrap()
	r.Missing = a.Missing
	if a.Fault != "" {
		r.Fault = errors.New(a.Fault)
	}
	switch {
	case a.Unavailable:
		r.Unconfirmed = &confirm.Unavailable{Reason: a.Unconfirmed}
	case a.Unconfirmed != "":
		r.Unconfirmed = errors.New(a.Unconfirmed)
	}
	if o := a.Overruled; o != nil {
		r.Overruled = &harness.Overruled{First: o.First.result(), Differences: o.Differences, Source: o.Source}
	}
	return r
}

// check says whether an answer can be one to the job called key.
func (a *answer) check(key string) error {
	switch {
	case a.Key != key:
		return fmt.Errorf("an answer to %q came for %q", a.Key, key)
	case a.Result == nil || a.Overruled != nil && (a.Overruled.First == nil || a.Overruled.First.Result == nil):
		return errors.New("an answer has no result")
	}
	return nil
}

// beat is what tells others that somebody is there.
type beat struct {
	ID      string `json:"id"`
	Build   string `json:"build"`
	Version string `json:"version"`
	Host    string `json:"host"`
	Jobs    int    `json:"jobs,omitempty"` // a worker's
	Gone    bool   `json:"gone,omitempty"` // and leaves
}

func digest(content []byte) string {
	sum := sha256.Sum256(content)
	return hex.EncodeToString(sum[:])
}
