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

// writeFrame writes v as a frame: the length of its JSON as four bytes, most
// significant first, and the JSON.
func writeFrame(w io.Writer, v any) error {
	var b bytes.Buffer
	b.Write(make([]byte, 4))
	if err := json.NewEncoder(&b).Encode(v); err != nil {
		return err
	}
	frame := b.Bytes()
	if len(frame)-4 > maxFrame {
		return fmt.Errorf("a frame of %d bytes is over the limit of %d", len(frame)-4, maxFrame)
	}
	binary.BigEndian.PutUint32(frame, uint32(len(frame)-4))
	_, err := w.Write(frame)
	return err
}

// readFrame reads a frame into v. It returns io.EOF at the end between frames,
// io.ErrUnexpectedEOF within one, and an error that is errFrame for a length
// over the limit and for JSON that does not fit v. It takes no more memory than
// about twice of what has in fact arrived.
func readFrame(r io.Reader, v any) error {
	var head [4]byte
	if _, err := io.ReadFull(r, head[:]); err != nil {
		return err
	}
	n := binary.BigEndian.Uint32(head[:])
	if n > maxFrame {
		return fmt.Errorf("%w: %d bytes announced, %d allowed", errFrame, n, maxFrame)
	}
	var body bytes.Buffer
	got, err := io.CopyN(&body, r, int64(n))
	if got < int64(n) {
		if err == io.EOF {
			err = io.ErrUnexpectedEOF
		}
		return err
	}
	return decodeStrict(body.Bytes(), v)
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
