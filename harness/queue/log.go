package queue

import (
	"context"
	"fmt"
	"log/slog"
	"sync"
)

// complaints is the log of a server in this process: what goes wrong, and nothing
// of its daily work.
type complaints struct {
	log   *slog.Logger
	mutex sync.Mutex
	text  string
}

func (c *complaints) note(level slog.Level, format string, v []any) {
	text := fmt.Sprintf(format, v...)
	c.mutex.Lock()
	c.text = text
	c.mutex.Unlock()
	c.log.Log(context.Background(), level, "the queue's server: "+text)
}

// last is the last complaint, to be put behind another text.
func (c *complaints) last() string {
	c.mutex.Lock()
	defer c.mutex.Unlock()
	if c.text == "" {
		return ""
	}
	return ": " + c.text
}

func (c *complaints) Noticef(string, ...any)         {}
func (c *complaints) Debugf(string, ...any)          {}
func (c *complaints) Tracef(string, ...any)          {}
func (c *complaints) Warnf(format string, v ...any)  { c.note(slog.LevelWarn, format, v) }
func (c *complaints) Errorf(format string, v ...any) { c.note(slog.LevelError, format, v) }
func (c *complaints) Fatalf(format string, v ...any) { c.note(slog.LevelError, format, v) }
