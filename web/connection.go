package web

import (
	"net"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"canvass/tiles"
)

// connection is one that a client speaks plain HTTP/1.1 on. Where net/http waits for the next request, it answers requests for
// tiles that are at hand by itself: of a tile of 8 kB net/http alone, with a handler that does nothing else, takes 23 µs of processor
// time where nginx takes 13 and this 10. What it does not understand at a glance, or may not answer, net/http gets as it came.
//
//  1. net/http tells through ConnState when all it has read was answered, so that what comes next begins a request.
//  2. It reads into its empty buffer. Whole requests for tiles at hand are answered out of it, one after the other.
//  3. What is left there is net/http's, and so is all that follows until it tells again.
type connection struct {
	*net.TCPConn
	server *Server
	fresh  bool // what is read next begins a request
	room   int  // net/http's whole buffer; if it reads to less, something is in it already
	served time.Time
	taken  time.Time // until when the client has to take what it is sent

	closing   atomic.Bool
	answering sync.Mutex
	head      []byte
	parts     [2][]byte
}

// What a client on a connection is given time for; cmd/canvass sets the same for net/http.
const (
	HeaderPatience = 10 * time.Second
	IdlePatience   = 2 * time.Minute
)

// Listen has the server answer some requests for tiles right on the connections that a listener accepts, where that is given
// to an http.Server with our ConnState.
func (s *Server) Listen(l net.Listener) net.Listener {
	if tcp, ok := l.(*net.TCPListener); ok {
		return listener{tcp, s}
	}
	return l
}

type listener struct {
	*net.TCPListener
	server *Server
}

func (l listener) Accept() (net.Conn, error) {
	c, err := l.AcceptTCP()
	if err != nil {
		return nil, err
	}
	return &connection{TCPConn: c, server: l.server}, nil
}

// ConnState learns where requests begin. It never hears of a connection under TLS, of which net/http knows the wrapping only.
func (s *Server) ConnState(c net.Conn, state http.ConnState) {
	if own, ok := c.(*connection); ok {
		own.fresh = state == http.StateNew || state == http.StateIdle
	}
}

// Read reads what is not answered here.
func (c *connection) Read(p []byte) (int, error) {
	c.room = max(c.room, len(p))
	if !c.fresh || len(p) < c.room {
		return c.TCPConn.Read(p)
	}
	for {
		n, err := c.TCPConn.Read(p)
		now := time.Now()
		left, broke := c.answer(p[:n], now)
		if broke != nil {
			return 0, broke // after half an answer nothing may follow
		}
		if len(left) == 0 && err == nil {
			c.await(now)
			continue
		}
		c.fresh = false
		if !c.served.IsZero() {
			c.served = time.Time{}
			_ = c.SetReadDeadline(now.Add(HeaderPatience)) // it fails on one that is closed, as reading will
		}
		return copy(p, left), err
	}
}

// await gives the client its time until the next request. It is set anew only when a good part of it has passed.
func (c *connection) await(now time.Time) {
	if now.Sub(c.served) > IdlePatience/4 {
		c.served = now
		_ = c.SetReadDeadline(now.Add(IdlePatience))
	}
}

// Close lets an answer that is under way end, but not wait for a slow client.
func (c *connection) Close() error {
	c.closing.Store(true)
	_ = c.SetWriteDeadline(time.Now().Add(time.Second))
	c.answering.Lock()
	defer c.answering.Unlock()
	return c.TCPConn.Close()
}

// answer answers the requests at the beginning of what was read, and returns what is left.
func (c *connection) answer(read []byte, now time.Time) (left []byte, err error) {
	for len(read) > 0 && err == nil {
		r, n := glance(read)
		if n == 0 {
			break
		}
		tile, ok := c.server.atHand(r.path, r.cookie, r.accept, now)
		if !ok {
			break
		}
		err = c.send(tile, r, now)
		read = read[n:]
	}
	if err == nil && !c.taken.IsZero() && len(read) > 0 {
		c.taken = time.Time{}
		err = c.SetWriteDeadline(c.taken) // what net/http answers may take its own time
	}
	return read, err
}

// send sends a tile, or that the client has it, with the headers that net/http would send.
func (c *connection) send(tile tiles.Tile, r glimpse, now time.Time) error {
	c.answering.Lock()
	defer c.answering.Unlock()
	if c.taken.Sub(now) < tilePatience*3/4 {
		c.taken = now.Add(tilePatience)
		if err := c.SetWriteDeadline(c.taken); err != nil {
			return err
		}
	}
	if c.closing.Load() {
		return net.ErrClosed
	}
	status, tag := http.StatusOK, tagOf(tile)
	has := false
	if r.known != "" {
		tag, has = knownTile([]string{r.known}, tag, tile.ETag)
	}
	switch {
	case has:
		status = statusNotModified
	case len(tile.Bytes) == 0:
		status = statusNoContent
	}
	b := append(c.head[:0], tileHead[status]...)
	b = append(append(append(b, "Etag: "...), tag...), "\r\nDate: "...)
	b = now.UTC().AppendFormat(b, http.TimeFormat)
	c.parts = [2][]byte{}
	if status == http.StatusOK {
		b = append(append(b, "\r\nContent-Encoding: "...), codingOf[tile.Coding][0]...)
		b = strconv.AppendInt(append(b, "\r\nContent-Length: "...), int64(len(tile.Bytes)), 10)
		c.parts[1] = tile.Bytes
	}
	c.head = append(b, "\r\n\r\n"...)
	c.parts[0] = c.head
	both := net.Buffers(c.parts[:])
	_, err := both.WriteTo(c.TCPConn)
	c.server.count(status, now)
	return err
}

// tileHead is how the answers begin.
var tileHead = func() map[int]string {
	out := map[int]string{}
	for status, more := range map[int]string{http.StatusOK: "Content-Type: " + tileType[0] + "\r\n", statusNoContent: "", statusNotModified: ""} {
		out[status] = "HTTP/1.1 " + strconv.Itoa(status) + " " + http.StatusText(status) + "\r\n" + more +
			"Vary: " + tileVary[0] + "\r\nCache-Control: " + revalid[0] + "\r\nX-Content-Type-Options: " + sniffing[0] +
			"\r\nCross-Origin-Resource-Policy: " + ownOrigin[0] + "\r\n"
	}
	return out
}()

// glimpse is what a request for a tile says.
type glimpse struct{ path, cookie, accept, known string }

// glance takes the first request of what was read apart, and tells how long it is: 0 if it is not a whole and plain request
// for a tile. There is nothing in a plain one that its end or the connection's could depend on, and no header that counts twice.
func glance(read []byte) (r glimpse, n int) {
	const begins = "GET /tiles/"
	if len(read) < len(begins) || string(read[:len(begins)]) != begins {
		return r, 0
	}
	rest := string(read)
	line, rest, ok := strings.Cut(rest, "\r\n")
	path, isPlain := strings.CutSuffix(line[len("GET "):], " HTTP/1.1")
	if !ok || !isPlain || !isPath(path) {
		return r, 0
	}
	r.path = path
	hosts := 0
	for {
		line, rest, ok = strings.Cut(rest, "\r\n")
		if ok && line == "" && hosts == 1 {
			return r, len(read) - len(rest)
		}
		name, value, named := strings.Cut(line, ":")
		if !ok || !named || !isToken(name) || !isText(value) {
			return r, 0
		}
		value = strings.Trim(value, " \t")
		if strings.EqualFold(name, "Host") {
			hosts++
		} else if !r.take(name, value) {
			return r, 0
		}
	}
}

// take takes a header in, and tells whether the request is plain with it.
func (r *glimpse) take(name, value string) bool {
	once := func(of *string) bool {
		first := *of == ""
		*of = value
		return first
	}
	switch {
	case strings.EqualFold(name, "Cookie"):
		return once(&r.cookie)
	case strings.EqualFold(name, "Accept-Encoding"):
		return once(&r.accept)
	case strings.EqualFold(name, "If-None-Match"):
		return once(&r.known) && value != ""
	case strings.EqualFold(name, "Connection"):
		return strings.EqualFold(value, "keep-alive")
	}
	for _, other := range notPlain {
		if strings.EqualFold(name, other) {
			return false
		}
	}
	return true
}

// notPlain are the headers that make a request one for net/http.
var notPlain = []string{"Authorization", "Content-Length", "Transfer-Encoding", "Upgrade", "Expect", "TE", "Trailer", "Keep-Alive",
	"Proxy-Connection", "HTTP2-Settings"}

// isPath tells whether something is a path of what a tile's may be made of.
func isPath(path string) bool {
	for i := range len(path) {
		if c := path[i]; (c < 'a' || c > 'z') && (c < '-' || c > '9') { // - . / and the digits
			return false
		}
	}
	return true
}

// isToken tells whether something is the name of a header.
func isToken(name string) bool {
	for i := range len(name) {
		if c := name[i]; c != '-' && (c < 'a' || c > 'z') && (c < 'A' || c > 'Z') && (c < '0' || c > '9') {
			return false
		}
	}
	return name != ""
}

// isText tells whether a header's value holds no control characters.
func isText(value string) bool {
	for i := range len(value) {
		if c := value[i]; c < ' ' && c != '\t' || c == 0x7f {
			return false
		}
	}
	return true
}
