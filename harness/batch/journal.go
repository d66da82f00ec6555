package batch

import (
	"bufio"
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"os"
	"sync"
	"sync/atomic"

	"github.com/miniflow/grader/harness"
	"github.com/miniflow/grader/harness/report"
)

// Journal keeps results over runs, so that a later run grades only what has
// changed. It is a file to which each result is appended as soon as it is there:
// a run that is killed loses what it was grading at that moment and no more.
//
// A record is one line: a CRC-32C of the rest in hex, a blank, and JSON. A line
// that does not match its sum (torn by a kill or a full disk) counts for
// nothing. Where several records have one key, the last counts.
//
// In memory a journal holds a few bytes for each record, never the results.
type Journal struct {
	file  *os.File
	setup string

	mutex   sync.Mutex
	records map[uint64]int64 // where in the file they stand, by the keys' beginnings
	end     int64            // where the next record goes
	failed  error            // after a write that failed nothing more is written

	reused atomic.Int64

	lines   bool     // there is a sink of Lines, which wants
	encoded sync.Map // the JSON of each result that is new, by *harness.Result
}

type recordKey [16]byte

// short is what a journal remembers of a key. Of two records that begin alike, if
// ever there are, one is forgotten, and its submission graded again.
func (k *recordKey) short() uint64 { return binary.LittleEndian.Uint64(k[:]) }

// record is what a line of a journal holds.
type record struct {
	Key string `json:"key"`
	Whole
}

// maxRecord bounds a line that is read back, in bytes.
const maxRecord = 64 << 20

// castagnoli makes the table when it is first asked for: it takes longer than the
// other initialisers of a worker, which has no journal.
func castagnoli() *crc32.Table { return crc32.MakeTable(crc32.Castagnoli) }

// ErrInUse says that another run writes into the same folder.
var ErrInUse = errors.New("another grader is writing there")

// OpenJournal opens the journal at path, or begins one. setup is everything but
// the submission that a result depends on: suite, version, limits. With fresh
// set nothing that is in there already is used again.
//
// The error is ErrInUse if another process has the journal open.
func OpenJournal(path, setup string, fresh bool) (*Journal, error) {
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o644)
	if err != nil {
		return nil, err
	}
	j := &Journal{file: f, setup: setup, records: make(map[uint64]int64)}
	err = lock(f)
	if err == nil {
		err = j.load(fresh)
	}
	if err != nil {
		f.Close()
		return nil, err
	}
	return j, nil
}

// load finds the records of the file and cuts off a torn one at its end.
func (j *Journal) load(fresh bool) error {
	r := bufio.NewReaderSize(j.file, 1<<16)
	var line []byte
	for {
		part, err := r.ReadSlice('\n')
		if len(line) <= maxRecord {
			line = append(line, part...)
		}
		if errors.Is(err, bufio.ErrBufferFull) {
			continue
		}
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return err
		}
		if key, ok := parseKey(line); ok && !fresh {
			j.records[key.short()] = j.end
		}
		j.end += int64(len(line))
		line = line[:0]
	}
	return j.file.Truncate(j.end)
}

// body returns the JSON of a line whose sum is right.
func body(line []byte) ([]byte, bool) {
	const sum = 8
	if len(line) < sum+2 || len(line) > maxRecord || line[sum] != ' ' {
		return nil, false
	}
	js := bytes.TrimSuffix(line[sum+1:], []byte("\n"))
	return js, fmt.Sprintf("%08x", crc32.Checksum(js, castagnoli())) == string(line[:sum])
}

// parseKey reads the key of a record; it stands first in it.
func parseKey(line []byte) (recordKey, bool) {
	var key recordKey
	js, ok := body(line)
	rest, found := bytes.CutPrefix(js, []byte(`{"key":"`))
	if !ok || !found || len(rest) < 2*len(key) {
		return key, false
	}
	_, err := hex.Decode(key[:], rest[:2*len(key)])
	return key, err == nil
}

// key is what the result of grading sub depends on.
func (j *Journal) key(sub harness.Submission) recordKey {
	content := sha256.Sum256(sub.Source)
	h := sha256.New()
	fmt.Fprintf(h, "%d:%s%d:%s%x", len(j.setup), j.setup, len(sub.Name), sub.Name, content)
	return recordKey(h.Sum(nil))
}

// lookup returns the result of an earlier run, or nil.
func (j *Journal) lookup(key recordKey) *harness.Result {
	j.mutex.Lock()
	at, ok := j.records[key.short()]
	j.mutex.Unlock()
	if !ok {
		return nil
	}
	line, err := bufio.NewReader(io.NewSectionReader(j.file, at, maxRecord)).ReadBytes('\n')
	if err != nil {
		return nil
	}
	js, ok := body(line)
	var rec record
	if !ok || json.Unmarshal(js, &rec) != nil || rec.Key != hex.EncodeToString(key[:]) {
		return nil
	}
	return rec.Unwrap()
}

// replaced is what JSON writes for a byte that is not UTF-8.
const replaced = `\ufffd`

// append writes a record and returns the result as later runs will have it:
// JSON does not carry strings that are not UTF-8 as they are, and a result must
// not look different in the run that made it. A write that fails leaves the file
// as it was, as far as that can be had.
func (j *Journal) append(key recordKey, r *harness.Result) (*harness.Result, error) {
	result, err := report.JSON(r)
	if err != nil {
		return nil, err
	}
	js := fmt.Appendf(nil, `{"key":"%x","result":%s`, key, result) // a record
	if all := scenesOf(r); all != nil {
		scenes, err := json.Marshal(all)
		if err != nil {
			return nil, err
		}
		js = append(append(js, `,"scenes":`...), scenes...)
	}
	js = append(js, '}')
	back := record{Whole: Whole{Result: r}}
	if bytes.Contains(js, []byte(replaced)) {
		back.Result = nil
		if err := json.Unmarshal(js, &back); err != nil {
			return nil, err
		}
		back.Unwrap()
		back.Result.Fault, back.Result.Unconfirmed, back.Result.Overruled = r.Fault, r.Unconfirmed, r.Overruled
	}
	line := fmt.Appendf(nil, "%08x %s\n", crc32.Checksum(js, castagnoli()), js)
	j.mutex.Lock()
	defer j.mutex.Unlock()
	if j.failed != nil {
		return nil, j.failed
	}
	if _, err := j.file.WriteAt(line, j.end); err != nil {
		return nil, errors.Join(err, j.file.Truncate(j.end))
	}
	j.end += int64(len(line))
	if j.lines && back.Result == r {
		j.encoded.Store(back.Result, result)
	}
	return back.Result, nil
}

// Lines is [Lines] for what [Journal.Each] grades, each of which is made into JSON
// once for both.
func (j *Journal) Lines(f *File) Sink {
	j.lines = true
	return func(g Graded) error {
		if result, ok := j.encoded.LoadAndDelete(g.Result); ok {
			return writeLine(f, g.Student, result.([]byte))
		}
		return Lines(f)(g)
	}
}

// Lasting reports whether a result may stand for later runs: all but an error of
// ours, and a verdict that was to be checked and could not be.
func Lasting(r *harness.Result) bool {
	return r.Status != harness.InternalError && r.Unconfirmed == nil
}

// Each is [Each] with the results of earlier runs. keep says which results to
// keep for later ones, [Lasting] for instance. A submission that can't be read
// is looked at each time. What can't be noted down is graded all the same: see
// [Journal.Err].
func (j *Journal) Each(read Read, g Grader, keep func(*harness.Result) bool) Grade {
	done := func(harness.Submission) {}
	if k, ok := g.(Keeper); ok {
		done = k.Done
	}
	return func(ctx context.Context, e Entry) (*harness.Result, error) {
		sub := read(e)
		if sub.Err != nil {
			return g.Grade(ctx, sub)
		}
		key := j.key(sub)
		if r := j.lookup(key); r != nil {
			j.reused.Add(1)
			return r, ctx.Err()
		}
		r, err := g.Grade(ctx, sub)
		if err != nil {
			return nil, err
		}
		if !keep(r) {
			done(sub)
			return r, nil
		}
		kept, err := j.append(key, r)
		if err != nil {
			j.fail(err)
			return r, nil
		}
		done(sub)
		return kept, nil
	}
}

// Reused is how many results so far came from earlier runs.
func (j *Journal) Reused() int { return int(j.reused.Load()) }

func (j *Journal) fail(err error) {
	j.mutex.Lock()
	defer j.mutex.Unlock()
	if j.failed == nil {
		j.failed = fmt.Errorf("the journal of what is graded can't be written: %w", err)
	}
}

// Err is what has kept a result from being noted down, if something has.
func (j *Journal) Err() error {
	j.mutex.Lock()
	defer j.mutex.Unlock()
	return j.failed
}

// Sink is a [Sink] that ends the batch as soon as results can't be noted down:
// whatever else has been graded by then can be had from the next run.
func (j *Journal) Sink(Graded) error { return j.Err() }

// Close ends the use of the journal, and waits for the disk.
func (j *Journal) Close() error {
	return errors.Join(j.file.Sync(), j.file.Close())
}
