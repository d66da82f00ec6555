package worker

import (
	"bytes"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"io"
)

// maxFrame bounds one frame, in bytes, both ways. A million numbers fit.
const maxFrame = 32 << 20

// errFrame marks what no honest other side would send.
var errFrame = errors.New("malformed frame")

// attached is a message part of which crosses in a binary form beside its JSON.
type attached interface {
	appendAttachment(b []byte) []byte
	readAttachment(data []byte) error // an empty one too
}

// writeFrame writes v as a frame: the lengths of its JSON and of its attachment as
// four bytes each, most significant first, the JSON, and the attachment.
func writeFrame(w io.Writer, v any) error {
	text, err := json.Marshal(v)
	if err != nil {
		return err
	}
	frame := append(make([]byte, 8, 8+2*len(text)), text...)
	if a, ok := v.(attached); ok {
		frame = a.appendAttachment(frame)
	}
	if len(frame)-8 > maxFrame {
		return fmt.Errorf("a frame of %d bytes is over the limit of %d", len(frame)-8, maxFrame)
	}
	binary.BigEndian.PutUint32(frame, uint32(len(text)))
	binary.BigEndian.PutUint32(frame[4:], uint32(len(frame)-8-len(text)))
	_, err = w.Write(frame)
	return err
}

// readFrame reads a frame into v. It returns io.EOF at the end between frames,
// io.ErrUnexpectedEOF within one, and an error that is errFrame for a length
// over the limit and for what does not fit v. It takes no more memory than
// about twice of what has in fact arrived.
func readFrame(r io.Reader, v any) error {
	var head [8]byte
	if _, err := io.ReadFull(r, head[:]); err != nil {
		return err
	}
	text, attachment := int64(binary.BigEndian.Uint32(head[:])), int64(binary.BigEndian.Uint32(head[4:]))
	n := text + attachment
	if n > maxFrame {
		return fmt.Errorf("%w: %d bytes announced, %d allowed", errFrame, n, maxFrame)
	}
	var body bytes.Buffer
	got, err := io.CopyN(&body, r, n)
	if got < n {
		if err == io.EOF {
			err = io.ErrUnexpectedEOF
		}
		return err
	}
	if err := decodeStrict(body.Bytes()[:text], v); err != nil {
		return err
	}
	if a, ok := v.(attached); ok {
		if err := a.readAttachment(body.Bytes()[text:]); err != nil {
			return fmt.Errorf("%w: %v", errFrame, err)
		}
	} else if attachment > 0 {
		return fmt.Errorf("%w: an attachment of %d bytes", errFrame, attachment)
	}
	return nil
}

// decodeStrict decodes exactly one JSON value without unknown fields.
func decodeStrict(text []byte, v any) error {
	d := json.NewDecoder(bytes.NewReader(text))
	d.DisallowUnknownFields()
	if err := d.Decode(v); err != nil {
		return fmt.Errorf("%w: %v", errFrame, err)
	}
	if _, err := d.Token(); err != io.EOF {
		return fmt.Errorf("%w: something after the JSON value", errFrame)
	}
	return nil
}
