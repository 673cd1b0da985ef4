package net

import (
	"errors"
	"fmt"
	"io"
	"net/textproto"
	"strconv"
	"strings"
	"time"

	"golang.org/x/sys/unix"
)

// HTTPRequest is a request of HTTP/1.1, RFC 9112.
type HTTPRequest struct {
	Method  string
	Host    string
	Path    string
	Headers map[string]string
	Body    string
}

// HTTPResponse is its answer. Header names are in lower case; values of one name are joined by commas.
type HTTPResponse struct {
	Status  int
	Reason  string
	Headers map[string]string
	Body    []byte
}

// httpURL splits a URL of the scheme http.
func httpURL(url string) (host string, port uint16, path string, err error) {
	rest, ok := strings.CutPrefix(url, "http://")
	if !ok {
		return "", 0, "", fmt.Errorf("a URL that begins with http:// expected, got %q", url)
	}
	where, path, slash := strings.Cut(rest, "/")
	if path = "/" + path; !slash && strings.Contains(where, "?") {
		return "", 0, "", fmt.Errorf("%q: a path is missing before the question mark", url)
	}
	host, port = strings.TrimSuffix(strings.TrimPrefix(where, "["), "]"), 80
	if i := strings.LastIndexByte(where, ':'); i >= 0 && !strings.HasSuffix(where, "]") {
		if host, port, err = endpoint(where); err != nil {
			return "", 0, "", err
		}
	}
	if host == "" || strings.ContainsAny(url, " \r\n\t") {
		return "", 0, "", fmt.Errorf("%q is no URL", url)
	}
	return host, port, path, nil
}

// check refuses what would break the request's lines.
func (r *HTTPRequest) check() error {
	for k, v := range r.Headers {
		if k == "" || strings.ContainsAny(k, " :\r\n\t") || strings.ContainsAny(v, "\r\n") {
			return fmt.Errorf("header %q: a name without space and colon, and a value of one line expected", k)
		}
	}
	if r.Method == "" || strings.Trim(r.Method, "ABCDEFGHIJKLMNOPQRSTUVWXYZ") != "" {
		return fmt.Errorf("%q is no method: GET, HEAD, POST, PUT…", r.Method)
	}
	return nil
}

// Fetch sends a request on a connection that is used for nothing else and reads the answer.
func (s *Socket) Fetch(r *HTTPRequest, wait Waiter, deadline time.Time) (*HTTPResponse, error) {
	var b strings.Builder
	fmt.Fprintf(&b, "%s %s HTTP/1.1\r\nHost: %s\r\nConnection: close\r\n", r.Method, r.Path, r.Host)
	if r.Body != "" {
		fmt.Fprintf(&b, "Content-Length: %d\r\n", len(r.Body))
	}
	for k, v := range r.Headers {
		fmt.Fprintf(&b, "%s: %s\r\n", textproto.CanonicalMIMEHeaderKey(k), v)
	}
	b.WriteString("\r\n" + r.Body)
	if err := s.Write([]byte(b.String()), wait, deadline); err != nil {
		return nil, err
	}
	h := httpReader{s, wait, deadline}
	resp, err := h.head()
	for err == nil && resp.Status >= 100 && resp.Status < 200 {
		resp, err = h.head()
	}
	if err == nil && r.Method != "HEAD" && resp.Status != 204 && resp.Status != 304 {
		err = h.body(resp)
	}
	if errors.Is(err, io.EOF) {
		err = errors.New("the connection ended in the middle of the answer")
	}
	if err != nil {
		return nil, fmt.Errorf("%s http://%s%s: %w", r.Method, r.Host, r.Path, err)
	}
	return resp, nil
}

// httpReader reads an answer.
type httpReader struct {
	s        *Socket
	wait     Waiter
	deadline time.Time
}

const headerLimit = 64 << 10

func (h *httpReader) line() (string, error) {
	b, err := h.s.ReadUntil('\n', headerLimit, h.wait, h.deadline)
	if err == nil && !strings.HasSuffix(string(b), "\n") {
		err = io.EOF
	}
	return strings.TrimRight(string(b), "\r\n"), err
}

func (h *httpReader) head() (*HTTPResponse, error) {
	status, err := h.line()
	if err != nil {
		return nil, err
	}
	version, rest, _ := strings.Cut(status, " ")
	code, reason, _ := strings.Cut(rest, " ")
	n, err := strconv.Atoi(code)
	if err != nil || !strings.HasPrefix(version, "HTTP/1.") {
		return nil, fmt.Errorf("%q is no answer of HTTP: %w", status, unix.EPROTO)
	}
	r := &HTTPResponse{Status: n, Reason: reason, Headers: map[string]string{}}
	for total := 0; ; {
		line, err := h.line()
		if err != nil {
			return nil, err
		}
		if line == "" {
			return r, nil
		}
		if total += len(line); total > headerLimit {
			return nil, fmt.Errorf("more than %d bytes of headers: %w", headerLimit, unix.EMSGSIZE)
		}
		name, value, ok := strings.Cut(line, ":")
		if !ok {
			return nil, fmt.Errorf("%q is no header: %w", line, unix.EPROTO)
		}
		name, value = strings.ToLower(name), strings.TrimSpace(value)
		if old, again := r.Headers[name]; again {
			value = old + ", " + value
		}
		r.Headers[name] = value
	}
}

func (h *httpReader) body(r *HTTPResponse) error {
	if strings.EqualFold(r.Headers["transfer-encoding"], "chunked") {
		return h.chunks(r)
	}
	length, ok := r.Headers["content-length"]
	if !ok {
		var err error
		r.Body, err = h.s.ReadAll(readLimit, h.wait, h.deadline)
		return err
	}
	n, err := strconv.Atoi(length)
	if err != nil || n < 0 {
		return fmt.Errorf("content-length %q: %w", length, unix.EPROTO)
	}
	r.Body, err = h.exactly(n)
	return err
}

func (h *httpReader) exactly(n int) ([]byte, error) {
	if n > readLimit {
		return nil, fmt.Errorf("a body of %d bytes: %w", n, unix.EMSGSIZE)
	}
	for len(h.s.buf) < n {
		if err := h.s.fill(h.wait, h.deadline); err != nil {
			return nil, err
		}
	}
	return h.s.take(n), nil
}

func (h *httpReader) chunks(r *HTTPResponse) error {
	for {
		line, err := h.line()
		if err != nil {
			return err
		}
		size, _, _ := strings.Cut(line, ";")
		n, err := strconv.ParseUint(strings.TrimSpace(size), 16, 31)
		if err != nil {
			return fmt.Errorf("chunk of size %q: %w", size, unix.EPROTO)
		}
		if n == 0 {
			return nil
		}
		b, err := h.exactly(int(n))
		if err != nil {
			return err
		}
		if r.Body = append(r.Body, b...); len(r.Body) > readLimit {
			return fmt.Errorf("a body of more than %d bytes: %w", readLimit, unix.EMSGSIZE)
		}
		if _, err := h.line(); err != nil {
			return err
		}
	}
}
