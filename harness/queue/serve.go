package queue

import (
	"crypto/rand"
	"crypto/tls"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/url"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"github.com/nats-io/nats-server/v2/server"
)

// ServeOptions say how a server in this process is to be.
type ServeOptions struct {
	// Address is HOST:PORT. Without a host the server listens on this machine
	// only. With port 0 it chooses one.
	Address string

	Folder   string // where it keeps what is in the queue; made if need be
	MaxStore int64  // bytes that it may keep; 0 stands for three quarters of what is free
	Cert     string // a PEM file with its certificate: then it speaks TLS
	Key      string // the one with its key

	Log *slog.Logger // slog's own if nil
}

// Server is a server of NATS with JetStream in this process.
type Server struct {
	*server.Server
	token string
	tls   bool
}

const (
	serveUser  = "grader"
	maxPayload = 4 << 20
)

// Serve starts a server. One that others on the network can reach has a password,
// which is in its URL.
func Serve(o ServeOptions) (*Server, error) {
	host, port, err := splitAddress(o.Address)
	if err != nil {
		return nil, err
	}
	if err := os.MkdirAll(o.Folder, 0o700); err != nil { // submissions are nobody else's business
		return nil, err
	}
	options := &server.Options{
		ServerName: "grader", Host: host, Port: port,
		JetStream: true, StoreDir: o.Folder, JetStreamMaxStore: o.MaxStore,
		MaxPayload: maxPayload, NoSigs: true, NoSystemAccount: true,
		PingInterval: 20 * time.Second,
	}
	s := new(Server)
	if ip := net.ParseIP(host); host != "localhost" && (ip == nil || !ip.IsLoopback()) {
		if s.token, err = password(o.Folder); err != nil {
			return nil, err
		}
		options.Username, options.Password = serveUser, s.token
	}
	if o.Cert != "" || o.Key != "" {
		pair, err := tls.LoadX509KeyPair(o.Cert, o.Key)
		if err != nil {
			return nil, err
		}
		options.TLSConfig = &tls.Config{Certificates: []tls.Certificate{pair}, MinVersion: tls.VersionTLS12}
		options.TLSTimeout = 10
		s.tls = true
	}
	if s.Server, err = server.NewServer(options); err != nil {
		return nil, err
	}
	if o.Log == nil {
		o.Log = slog.Default()
	}
	said := &complaints{log: o.Log}
	s.SetLoggerV2(said, false, false, false)
	s.Start()
	for begin := time.Now(); !s.ReadyForConnections(100 * time.Millisecond); {
		if why := said.fatal(); why != "" || time.Since(begin) > time.Minute {
			s.Close()
			return nil, fmt.Errorf("the queue's server does not start: %s", why)
		}
	}
	return s, nil
}

// password is that of a server's folder: workers that have it may stay while the
// server goes and comes again.
func password(folder string) (string, error) {
	path := filepath.Join(folder, "password")
	text, err := os.ReadFile(path)
	if err == nil && len(text) > 0 {
		return string(text), nil
	}
	fresh := rand.Text()
	return fresh, os.WriteFile(path, []byte(fresh), 0o600)
}

// Close ends the server. What is in its folder stays.
func (s *Server) Close() {
	s.Shutdown()
	s.WaitForShutdown()
}

// Options are those of a connection to the server from within this process.
func (s *Server) Options() Options { return Options{Server: s, Token: s.token} }

// URL is what to give to workers. host replaces the address where that is all of
// the machine's; pass "" to choose one.
func (s *Server) URL() string {
	address := s.Addr().(*net.TCPAddr)
	host := address.IP.String()
	if address.IP.IsUnspecified() {
		host = outward()
	}
	u := url.URL{Scheme: "nats", Host: net.JoinHostPort(host, strconv.Itoa(address.Port))}
	if s.tls {
		u.Scheme = "tls"
	}
	if s.token != "" {
		u.User = url.UserPassword(serveUser, s.token)
	}
	return u.String()
}

// outward is the address by which others are likely to reach this machine.
func outward() string {
	addresses, err := net.InterfaceAddrs()
	if err == nil {
		for _, a := range addresses {
			if ip, ok := a.(*net.IPNet); ok && ip.IP.IsGlobalUnicast() && ip.IP.To4() != nil {
				return ip.IP.String()
			}
		}
	}
	name, err := os.Hostname()
	if err != nil {
		return "localhost"
	}
	return name
}

// Loopback puts this machine's own address before a port that comes without a
// host.
func Loopback(address string) string {
	if strings.HasPrefix(address, ":") {
		return "127.0.0.1" + address
	}
	return address
}

func splitAddress(address string) (string, int, error) {
	host, port, err := net.SplitHostPort(Loopback(address))
	if err != nil {
		return "", 0, err
	}
	n, err := strconv.ParseUint(port, 10, 16)
	if err != nil {
		return "", 0, fmt.Errorf("%q is not a port", port)
	}
	if n == 0 {
		return host, server.RANDOM_PORT, nil
	}
	return host, int(n), nil
}

// redacted is a URL, or several between commas, without what is secret in it.
func redacted(urls string) string {
	all := strings.Split(urls, ",")
	for i, text := range all {
		u, err := url.Parse(strings.TrimSpace(text))
		if err != nil {
			all[i] = "(not a URL)"
			continue
		}
		u.User = nil
		all[i] = u.String()
	}
	return strings.Join(all, ",")
}

// CheckURL says what is wrong with the URL of a queue.
func CheckURL(urls string) error {
	for text := range strings.SplitSeq(urls, ",") {
		u, err := url.Parse(strings.TrimSpace(text))
		if err != nil {
			return errors.New("not a URL such as nats://host:4222")
		}
		switch u.Scheme {
		case "nats", "tls", "ws", "wss":
		default:
			return fmt.Errorf("%q: not a URL such as nats://host:4222 or tls://host:4222", redacted(text))
		}
		if u.Host == "" {
			return fmt.Errorf("%q: the URL names no host", redacted(text))
		}
	}
	return nil
}
