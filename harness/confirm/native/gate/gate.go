// Package gate is what a compiled submission has to pass before any of its own
// code runs.
//
// A program that package confirm builds has the kit's package in it, with the
// student's file. One more file of that package imports this one, so that Go
// initialises gate first: here the process takes from itself all that it may not
// have, as the grader tells it to, and only then the student's variables and
// init functions get their turn.
//
// There is nothing but the standard library to work with, for that is all that a
// user's machine has besides gonum. Anywhere else than in such a program,
// importing this package does nothing; see shut.
package gate

import (
	"encoding/binary"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"runtime"
	"runtime/debug"
)

// Name is what such a program finds as its own name.
const Name = "(miniflow program)"

// exitFault is the exit code for a reason of ours. The run-time's own is 2.
const exitFault = 70

// The protocol's descriptors.
const (
	fdRequests = 3
	fdReplies  = 4
)

var requests, replies *os.File

// setup is what the grader says first: see package worker, whose worker this
// program takes the place of.
type setup struct {
	Memory    int64  `json:"memory"`
	Stack     int    `json:"stack"`
	Flood     uint64 `json:"flood"`
	Processor uint64 `json:"processor"`
	Compiled  struct {
		Processes uint64   `json:"processes"`
		Filter    []uint64 `json:"filter"`
	} `json:"compiled"`
}

// sandbox is what the process could take from itself.
type sandbox struct {
	Layers  []string  `json:"layers"`
	Missing []missing `json:"missing"`
}

type missing struct {
	Layer  string `json:"layer"`
	Reason string `json:"reason"`
}

func init() {
	switch {
	case len(os.Args) == 1 && os.Args[0] == Name:
		enter()
	case shut:
		os.Stderr.WriteString("This program is for the grader to start.\n")
		os.Exit(exitFault)
	}
}

// enter confines the process and says so.
func enter() {
	requests, replies = os.NewFile(fdRequests, "requests"), os.NewFile(fdReplies, "replies")
	var s setup
	if _, err := Receive(&s); err != nil {
		Fault("reading the setup: " + err.Error())
	}
	runtime.GOMAXPROCS(1)
	debug.SetMaxStack(s.Stack)
	debug.SetGCPercent(400)
	debug.SetMemoryLimit(s.Memory / 4 * 3)
	box, err := confine(&s)
	if err != nil {
		// The one layer that compiled code never runs without.
		Fault("confining the compiled program: " + err.Error())
	}
	Send(map[string]any{"ready": box}, nil)
	Send(map[string]any{"compiled": struct{}{}}, nil)
}

// Fault gives up for a reason of ours. It does not return.
func Fault(message string) {
	Send(map[string]any{"fault": map[string]any{"message": message}}, nil)
	os.Exit(exitFault)
}

// Send writes a frame: the lengths of its JSON and of what is attached to it as
// four bytes each, most significant first, the JSON, and the attachment.
func Send(v any, attachment []byte) {
	text, err := json.Marshal(v)
	if err == nil {
		frame := binary.BigEndian.AppendUint32(nil, uint32(len(text)))
		frame = binary.BigEndian.AppendUint32(frame, uint32(len(attachment)))
		_, err = replies.Write(append(append(frame, text...), attachment...))
	}
	if err != nil {
		os.Exit(exitFault) // there is nobody to tell
	}
}

// Printed is how many bytes there are on standard output and standard error,
// which are files in memory here. Whatever is printed later is not part of them,
// even if it is there before a reply that says this has been read.
func Printed() [2]int64 {
	var n [2]int64
	for i, f := range []*os.File{os.Stdout, os.Stderr} {
		var err error
		if n[i], err = f.Seek(0, io.SeekCurrent); err != nil {
			Fault("looking at what is printed: " + err.Error())
		}
	}
	return n
}

// Receive reads a frame into v and returns what is attached to it.
func Receive(v any) (attachment []byte, err error) {
	var head [8]byte
	if _, err := io.ReadFull(requests, head[:]); err != nil {
		return nil, err
	}
	text, more := binary.BigEndian.Uint32(head[:]), binary.BigEndian.Uint32(head[4:])
	body := make([]byte, int(text)+int(more))
	if _, err := io.ReadFull(requests, body); err != nil {
		return nil, fmt.Errorf("a frame of %d bytes: %w", len(body), err)
	}
	return body[text:], json.Unmarshal(body[:text], v)
}
