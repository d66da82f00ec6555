package report

import (
	"bytes"
	"encoding/json"
	"io"
)

// JSON returns v as one line of JSON without a line break. It is how every
// result is written, here and in results.jsonl: `<` and `>` stay readable, and
// no character in it can steer a terminal.
func JSON(v any) ([]byte, error) {
	var buf bytes.Buffer
	enc := json.NewEncoder(&buf)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(v); err != nil {
		return nil, err
	}
	line := escapeUnprintable(bytes.TrimSuffix(buf.Bytes(), []byte("\n")))
	return bytes.ReplaceAll(line, []byte("##["), []byte(`#\u0023[`)), nil
}

func writeJSON(w io.Writer, doc Document) error {
	line, err := JSON(doc.Result)
	if err != nil {
		return err
	}
	_, err = w.Write(append(line, '\n'))
	return err
}
