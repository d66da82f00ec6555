// Package watch tells when a file has been saved.
//
// Editors save in many ways: they write the file as it stands, empty it first,
// or put another one in its place; some do so more than once for one save. This
// package watches the folder instead of the file, waits until it has been quiet
// for a moment, and then tells once.
//
// It doesn't look at what is in the file, nor tell whether it has changed.
package watch

import (
	"context"
	"errors"
	"path/filepath"
	"time"

	"github.com/fsnotify/fsnotify"
)

const (
	// quiet is how long nothing must have happened for a save to be over.
	quiet = 15 * time.Millisecond
	// patience is after how long it is told of nevertheless.
	patience = 60 * time.Millisecond
	// retry is how long to wait for a folder that has vanished to come back.
	retry = 100 * time.Millisecond
)

// File calls saved once as soon as it watches the file at path, and then after
// every save: always from the goroutine that has called File. The file may be
// gone by then. It returns nil when ctx is done, and an error only where nothing
// can be watched. A symbolic link and what it leads to are both watched.
func File(ctx context.Context, path string, saved func()) error {
	path, err := filepath.Abs(path)
	if err != nil {
		return err
	}
	watcher, err := fsnotify.NewWatcher()
	if err != nil {
		return err
	}
	defer watcher.Close()
	f := &file{path: path, watcher: watcher}
	if err := f.follow(); err != nil {
		return err
	}
	saved()
	return f.watch(ctx, saved)
}

type file struct {
	path    string
	target  string // what path leads to; path itself if it is no link
	watcher *fsnotify.Watcher
}

// follow watches the folders of the file and of what it leads to.
func (f *file) follow() error {
	f.target = f.path
	if target, err := filepath.EvalSymlinks(f.path); err == nil {
		f.target = target
	}
	err := f.watcher.Add(filepath.Dir(f.path))
	if filepath.Dir(f.target) != filepath.Dir(f.path) {
		err = errors.Join(err, f.watcher.Add(filepath.Dir(f.target)))
	}
	return err
}

// watch tells of saves until ctx is done.
func (f *file) watch(ctx context.Context, saved func()) error {
	over := time.NewTimer(0)
	<-over.C
	var began time.Time // of the save that isn't over; zero for none
	note := func() {
		if began.IsZero() {
			began = time.Now()
		}
		over.Reset(min(quiet, max(patience-time.Since(began), 0)))
	}
	var again <-chan time.Time
	for {
		select {
		case <-ctx.Done():
			return nil
		case event := <-f.watcher.Events:
			switch {
			case f.folder(event):
				again = time.After(retry)
			case f.touches(event):
				note()
			}
		case err := <-f.watcher.Errors:
			if !errors.Is(err, fsnotify.ErrEventOverflow) {
				return err
			}
			note() // among what was lost there may have been a save
		case <-again:
			if again = nil; f.follow() != nil {
				again = time.After(retry)
				continue
			}
			note()
		case <-over.C:
			began = time.Time{}
			if f.follow() != nil && again == nil { // a link may lead elsewhere now
				again = time.After(retry)
			}
			saved()
		}
	}
}

// touches says whether an event is about the file, and not about who may read it
// only.
func (f *file) touches(e fsnotify.Event) bool {
	name := filepath.Clean(e.Name)
	return (name == f.path || name == f.target) && e.Op != fsnotify.Chmod
}

// folder says whether an event takes away a folder that is watched.
func (f *file) folder(e fsnotify.Event) bool {
	name := filepath.Clean(e.Name)
	return (name == filepath.Dir(f.path) || name == filepath.Dir(f.target)) && (e.Has(fsnotify.Remove) || e.Has(fsnotify.Rename))
}
