package main

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"github.com/google/uuid"
	"golang.org/x/sync/errgroup"

	"canvass/areas"
)

const (
	warmConnections = 32
	warmRounds      = 5
	warmFor         = 2 * time.Second // a round of one server; the other's follows at once
)

// warm asks the server and nginx for the same tiles, packed alike, by the same client in turns, and tells how many requests a
// second each answers: with the tile, and to who has it already.
func (g *tileGround) warm(ctx context.Context, prefix, address string) (err error) {
	cookie, err := g.signIn(ctx, address)
	if err != nil {
		return err
	}
	ours := target{name: "canvass", address: strings.TrimPrefix(address, "http://"), cookie: cookie}
	peer, err := g.nginx(ctx)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, peer.end()) }()
	for _, known := range []bool{false, true} {
		bar, limit := prefix+"warm_per_s", 0.7
		if known {
			bar, limit = prefix+"warm_304_per_s", 0.6
		}
		if err := g.prepare(ctx, &ours, known); err != nil {
			return err
		}
		if peer.address == "" {
			rate, err := ours.blast(ctx)
			if err != nil {
				return err
			}
			g.bench.tell(figure{Bar: bar, Value: rate, Unit: "1/s", AtLeast: true, Control: "nothing, for nginx is not here"})
			continue
		}
		if err := g.prepare(ctx, &peer, known); err != nil {
			return err
		}
		rates := map[string][]float64{}
		for range warmRounds {
			for _, t := range []target{peer, ours} {
				rate, err := t.blast(ctx)
				if err != nil {
					return fmt.Errorf("ask %s: %w", t.name, err)
				}
				rates[t.name] = append(rates[t.name], rate)
			}
		}
		mine, theirs := quantile(rates[ours.name], 0.5), quantile(rates[peer.name], 0.5)
		fmt.Fprintf(g.bench.progress, "  %s: canvass %.0f/s, nginx %.0f/s\n", bar, mine, theirs)
		g.bench.tell(figure{Bar: bar + "_to_nginx", Value: mine / theirs, Unit: "", Limit: limit, AtLeast: true,
			Control: fmt.Sprintf("nginx with %.0f/s", theirs), Ratio: mine / theirs})
	}
	return nil
}

// target is a server that is asked for tiles.
type target struct {
	name     string
	address  string // host and port; none if it is not there
	cookie   string
	requests [][]byte
	end      func() error
}

// signIn makes an account and answers the cookie of its session.
func (g *tileGround) signIn(ctx context.Context, address string) (string, error) {
	name, password := "bench-"+uuid.NewString()[:8], uuid.NewString()
	_, err := areas.NewStore(g.pool).CreateUser(ctx, system, areas.NewUser{Name: name, DisplayName: name, Password: password,
		Role: areas.RoleGIS, Scope: areas.Code(g.county), Language: "en"})
	if err != nil {
		return "", err
	}
	body := fmt.Sprintf(`{"name":%q,"password":%q}`, name, password)
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, address+"/api/session", strings.NewReader(body))
	if err != nil {
		return "", err
	}
	request.Header.Set("Content-Type", "application/json")
	answer, err := http.DefaultClient.Do(request)
	if err != nil {
		return "", err
	}
	defer answer.Body.Close()
	for _, c := range answer.Cookies() {
		return c.Name + "=" + c.Value, nil
	}
	return "", fmt.Errorf("sign in to %s: %s", address, answer.Status)
}

// prepare writes the requests for a server's tiles, and asks for each once; of who has them already, with the tags that it said.
func (g *tileGround) prepare(ctx context.Context, t *target, known bool) error {
	conn, err := dial(ctx, t.address)
	if err != nil {
		return err
	}
	defer conn.Close()
	t.requests = nil
	for _, at := range g.asked {
		head := fmt.Sprintf("GET /tiles/%s-census/%d/%d/%d.mvt HTTP/1.1\r\nHost: %s\r\nAccept-Encoding: gzip\r\n", g.county, at[0], at[1], at[2], t.address)
		if t.cookie != "" {
			head += "Cookie: " + t.cookie + "\r\n"
		}
		if err := conn.ask([]byte(head + "\r\n")); err != nil {
			return err
		}
		if known {
			head += "If-None-Match: " + conn.tag + "\r\n"
		}
		t.requests = append(t.requests, []byte(head+"\r\n"))
	}
	return nil
}

// blast asks for the tiles over and over by many connections for a while, and tells the answers a second.
func (t *target) blast(ctx context.Context) (float64, error) {
	counts := make([]int, warmConnections)
	begun := time.Now()
	group, ctx := errgroup.WithContext(ctx)
	for i := range counts {
		group.Go(func() error {
			conn, err := dial(ctx, t.address)
			if err != nil {
				return err
			}
			defer conn.Close()
			for n := i * len(t.requests) / len(counts); time.Since(begun) < warmFor; n++ {
				if err := conn.ask(t.requests[n%len(t.requests)]); err != nil {
					return err
				}
				counts[i]++
			}
			return nil
		})
	}
	err := group.Wait()
	took, total := time.Since(begun).Seconds(), 0
	for _, n := range counts {
		total += n
	}
	return float64(total) / took, err
}

// connection asks over and over with as little ado as there can be, for client and servers share the machine.
type connection struct {
	net.Conn
	answers *bufio.Reader
	tag     string // of the last answer
}

func dial(ctx context.Context, address string) (*connection, error) {
	var d net.Dialer
	c, err := d.DialContext(ctx, "tcp", address)
	if err != nil {
		return nil, err
	}
	return &connection{Conn: c, answers: bufio.NewReaderSize(c, 64<<10)}, nil
}

// ask sends a request and reads its answer.
func (c *connection) ask(request []byte) error {
	if _, err := c.Write(request); err != nil {
		return err
	}
	length := 0
	for first := true; ; first = false {
		line, err := c.answers.ReadSlice('\n')
		if err != nil {
			return err
		}
		line = bytes.TrimRight(line, "\r\n")
		if first {
			if status := string(line[len("HTTP/1.1 "):][:3]); status != "200" && status != "204" && status != "304" {
				return fmt.Errorf("answered %s", line)
			}
			continue
		}
		if len(line) == 0 {
			break
		}
		if name, value, _ := bytes.Cut(line, []byte(": ")); bytes.EqualFold(name, []byte("content-length")) {
			if length, err = strconv.Atoi(string(value)); err != nil {
				return err
			}
		} else if bytes.EqualFold(name, []byte("etag")) {
			c.tag = string(value)
		}
	}
	_, err := c.answers.Discard(length)
	return err
}

const nginxConfiguration = `
daemon off;
user root;
worker_processes auto;
pid %[1]s/nginx.pid;
error_log %[1]s/error.log;
events { worker_connections 1024; }
http {
	access_log off;
	default_type application/vnd.mapbox-vector-tile;
	sendfile on;
	tcp_nopush on;
	keepalive_requests 100000000;
	open_file_cache max=10000;
	client_body_temp_path %[1]s/body; proxy_temp_path %[1]s/proxy; fastcgi_temp_path %[1]s/fastcgi;
	uwsgi_temp_path %[1]s/uwsgi; scgi_temp_path %[1]s/scgi;
	server {
		listen %[2]s;
		root %[1]s;
		gzip_static always;
	}
}
`

// nginx serves the same tiles from files, packed as ours are, where it is at hand.
func (g *tileGround) nginx(ctx context.Context) (t target, err error) {
	t = target{name: "nginx", end: func() error { return nil }}
	program, err := exec.LookPath("nginx")
	if err != nil {
		if program = "/usr/sbin/nginx"; !isFile(program) {
			return t, nil
		}
	}
	dir := filepath.Join(g.bench.dir, "nginx")
	if err := g.writeTiles(ctx, dir); err != nil {
		return t, err
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return t, err
	}
	t.address = listener.Addr().String()
	if err := listener.Close(); err != nil {
		return t, err
	}
	file := filepath.Join(dir, "nginx.conf")
	if err := os.WriteFile(file, fmt.Appendf(nil, nginxConfiguration, dir, t.address), 0o644); err != nil {
		return t, err
	}
	command := exec.CommandContext(ctx, program, "-c", file)
	command.Cancel = func() error { return command.Process.Signal(os.Interrupt) }
	if err := command.Start(); err != nil {
		return t, err
	}
	t.end = func() error {
		err := command.Process.Signal(os.Interrupt)
		return errors.Join(err, command.Wait())
	}
	for range 100 {
		if c, err := net.Dial("tcp", t.address); err == nil {
			return t, c.Close()
		}
		time.Sleep(50 * time.Millisecond)
	}
	said, err := os.ReadFile(filepath.Join(dir, "error.log"))
	return t, errors.Join(fmt.Errorf("nginx does not answer: %s", said), err, t.end())
}

func isFile(path string) bool {
	info, err := os.Stat(path)
	return err == nil && info.Mode().IsRegular()
}

// writeTiles writes the tiles that are asked for as files that are packed.
func (g *tileGround) writeTiles(ctx context.Context, dir string) error {
	from := g.direct()
	for _, at := range g.asked {
		tile, err := from.Tile(ctx, g.county+"-census", at[0], at[1], at[2])
		if err != nil {
			return err
		}
		name := filepath.Join(dir, "tiles", g.county+"-census", strconv.Itoa(at[0]), strconv.Itoa(at[1]), strconv.Itoa(at[2])+".mvt.gz")
		if err := errors.Join(os.MkdirAll(filepath.Dir(name), 0o755), os.WriteFile(name, tile.Bytes, 0o644)); err != nil {
			return err
		}
	}
	return nil
}
