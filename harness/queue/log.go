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
	why   string
}

func (c *complaints) note(level slog.Level, format string, v []any) {
	c.log.Log(context.Background(), level, "the queue's server: "+fmt.Sprintf(format, v...))
}

// fatal is why the server can't go on; empty if it can.
func (c *complaints) fatal() string {
	c.mutex.Lock()
	defer c.mutex.Unlock()
	return c.why
}

// Noticef and the others implement [server.Logger].
func (c *complaints) Noticef(string, ...any) {}

func (c *complaints) Debugf(string, ...any) {}

func (c *complaints) Tracef(string, ...any) {}

func (c *complaints) Warnf(format string, v ...any) { c.note(slog.LevelWarn, format, v) }

func (c *complaints) Errorf(format string, v ...any) { c.note(slog.LevelError, format, v) }

func (c *complaints) Fatalf(format string, v ...any) {
	c.mutex.Lock()
	defer c.mutex.Unlock()
	c.why = fmt.Sprintf(format, v...)
}
