package net

import (
	"fmt"
	gonet "net"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strings"
	"testing"
	"time"

	"golang.org/x/net/dns/dnsmessage"
	"golang.org/x/sys/unix"
)

// poll is a Waiter that nothing interrupts.
func poll(fds []unix.PollFd, timeout time.Duration) (int, error) {
	ms := -1
	if timeout >= 0 {
		ms = int(timeout/time.Millisecond) + 1
	}
	return unix.Poll(fds, ms)
}

// TestFetch asks a server of Go's own for bodies of every framing.
func TestFetch(t *testing.T) {
	mux := http.NewServeMux()
	mux.HandleFunc("/length", func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("X-Method", r.Method+" "+r.Host+" "+r.Header.Get("X-Own"))
		fmt.Fprint(w, strings.Repeat("a", 100))
	})
	mux.HandleFunc("/chunked", func(w http.ResponseWriter, r *http.Request) {
		for range 3 {
			fmt.Fprint(w, strings.Repeat("b", 5000))
			w.(http.Flusher).Flush()
		}
	})
	mux.HandleFunc("/close", func(w http.ResponseWriter, r *http.Request) {
		c, _, err := w.(http.Hijacker).Hijack()
		if err != nil {
			t.Error(err)
			return
		}
		fmt.Fprint(c, "HTTP/1.0 200 OK\r\n\r\nuntil the end")
		c.Close()
	})
	mux.HandleFunc("/short", func(w http.ResponseWriter, r *http.Request) {
		c, _, err := w.(http.Hijacker).Hijack()
		if err != nil {
			t.Error(err)
			return
		}
		fmt.Fprint(c, "HTTP/1.1 200 OK\r\nContent-Length: 50\r\n\r\nshort")
		c.Close()
	})
	srv := httptest.NewServer(mux)
	defer srv.Close()
	to := netip.MustParseAddrPort(srv.Listener.Addr().String())
	for _, tc := range []struct {
		path, method string
		status, size int
		err          string
	}{
		{"/length", "GET", 200, 100, ""},
		{"/length", "HEAD", 200, 0, ""},
		{"/chunked", "GET", 200, 15000, ""},
		{"/close", "GET", 200, 13, ""},
		{"/nosuch", "GET", 404, 19, ""},
		{"/short", "GET", 0, 0, "in the middle"},
	} {
		s, err := Connect(nil, to, 0, netip.Addr{}, poll, time.Now().Add(5*time.Second))
		if err != nil {
			t.Fatal(err)
		}
		r, err := s.Fetch(&HTTPRequest{Method: tc.method, Host: "example", Path: tc.path, Headers: map[string]string{"x-own": "mine"}},
			poll, time.Now().Add(5*time.Second))
		switch {
		case tc.err != "":
			if err == nil || !strings.Contains(err.Error(), tc.err) {
				t.Errorf("%s %s: %v, want %q", tc.method, tc.path, err, tc.err)
			}
		case err != nil:
			t.Errorf("%s %s: %v", tc.method, tc.path, err)
		case r.Status != tc.status || len(r.Body) != tc.size:
			t.Errorf("%s %s: status %d, %d bytes", tc.method, tc.path, r.Status, len(r.Body))
		case tc.path == "/length" && r.Headers["x-method"] != tc.method+" example mine":
			t.Errorf("the server saw %q", r.Headers["x-method"])
		}
		s.Close()
	}
}

func TestHTTPURL(t *testing.T) {
	for url, want := range map[string]string{
		"http://10.0.0.1/x?y": "10.0.0.1 80 /x?y", "http://a:8080": "a 8080 /", "http://[fd00::1]:81/": "fd00::1 81 /",
		"http://[fd00::1]/": "fd00::1 80 /", "https://a/": "error", "http:///x": "error", "http://a/ b": "error",
		"http://a?x": "error", "http://a:b/": "error",
	} {
		host, port, path, err := httpURL(url)
		got := fmt.Sprintf("%s %d %s", host, port, path)
		if err != nil {
			got = "error"
		}
		if got != want {
			t.Errorf("%s: %s, want %s", url, got, want)
		}
	}
}

// TestResolve asks a name server made here.
func TestResolve(t *testing.T) {
	pc, err := gonet.ListenPacket("udp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer pc.Close()
	go serveNames(pc)
	r := Resolver{Wait: poll, Deadline: time.Now().Add(5 * time.Second), Server: netip.MustParseAddrPort(pc.LocalAddr().String())}
	list, err := r.Lookup("both.test.", 0)
	if err != nil || fmt.Sprint(list) != "[10.1.1.1 fd00::1]" {
		t.Errorf("both: %v %v", list, err)
	}
	list, err = r.Lookup("both.test.", unix.AF_INET6)
	if err != nil || fmt.Sprint(list) != "[fd00::1]" {
		t.Errorf("inet6: %v %v", list, err)
	}
	if _, err = r.Lookup("nosuch.test.", 0); unixErrno(err) != unix.ENOENT {
		t.Errorf("no such name: %v", err)
	}
	for _, bad := range []string{"10.0.0.0.1", "a..b", "", "a b", "1.2.3", strings.Repeat("a", 64) + ".test"} {
		if _, err := r.Lookup(bad, 0); unixErrno(err) != unix.EINVAL {
			t.Errorf("%q: %v", bad, err)
		}
	}
}

func serveNames(pc gonet.PacketConn) {
	b := make([]byte, 1500)
	for {
		n, from, err := pc.ReadFrom(b)
		if err != nil {
			return
		}
		var m dnsmessage.Message
		if m.Unpack(b[:n]) != nil {
			continue
		}
		m.Response = true
		q := m.Questions[0]
		h := dnsmessage.ResourceHeader{Name: q.Name, Type: q.Type, Class: q.Class}
		switch {
		case q.Name.String() != "both.test.":
			m.RCode = dnsmessage.RCodeNameError
		case q.Type == dnsmessage.TypeA:
			m.Answers = []dnsmessage.Resource{{Header: h, Body: &dnsmessage.AResource{A: [4]byte{10, 1, 1, 1}}}}
		default:
			m.Answers = []dnsmessage.Resource{{Header: h, Body: &dnsmessage.AAAAResource{AAAA: netip.MustParseAddr("fd00::1").As16()}}}
		}
		if out, err := m.Pack(); err == nil {
			_, _ = pc.WriteTo(out, from)
		}
	}
}
