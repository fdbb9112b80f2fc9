package api

import (
	"crypto/sha256"
	"crypto/subtle"
	"fmt"
	"mime"
	"net"
	"net/http"
	"path"
	"slices"
	"strings"
)

const (
	// maxBody bounds a request's body, maxHeaders its headers, in bytes.
	maxBody    = 64 << 10
	maxHeaders = 16 << 10
)

// guard refuses what no route wants to see, whoever asks.
func (s *Server) guard(w http.ResponseWriter, r *http.Request) error {
	if err := checkLimits(w, r); err != nil {
		return err
	}
	if !s.ours(r.Host) {
		return fmt.Errorf("%w: this server is not %q; it is %s", errForeignHost, r.Host, strings.Join(s.hosts, ", "))
	}
	return s.checkBrowser(r.Header)
}

// checkLimits holds path, query and body to what routes take.
func checkLimits(w http.ResponseWriter, r *http.Request) error {
	switch {
	case r.URL.Path != path.Clean(r.URL.Path):
		return errNoRoute // net/http would redirect to the clean path
	case r.URL.RawQuery != "":
		return fmt.Errorf("%w: no route takes a query", errMalformed)
	case r.ContentLength == 0:
		return nil
	case r.Method == http.MethodGet || r.Method == http.MethodHead:
		return fmt.Errorf("%w: %s takes no body", errMalformed, r.Method)
	case r.ContentLength > maxBody:
		return errTooLarge
	case !isJSON(r.Header):
		return errMediaType
	}
	r.Body = http.MaxBytesReader(w, r.Body, maxBody)
	return nil
}

// isJSON tells whether a body is declared as JSON in UTF-8 as it is. A body
// without a type is not: a browser may send one without asking first.
func isJSON(h http.Header) bool {
	types := h.Values("Content-Type")
	if len(types) != 1 || h.Get("Content-Encoding") != "" {
		return false
	}
	media, params, err := mime.ParseMediaType(types[0])
	charset, given := params["charset"]
	return err == nil && media == "application/json" && (!given || strings.EqualFold(charset, "utf-8"))
}

// ours tells whether a Host header names this listener.
func (s *Server) ours(host string) bool { return slices.Contains(s.hosts, strings.ToLower(host)) }

// loopbackHosts lists how a client on this machine may call the listener at
// port.
func loopbackHosts(port string) (hosts []string) {
	for _, name := range []string{"127.0.0.1", "::1", "localhost"} {
		hosts = append(hosts, net.JoinHostPort(name, port))
	}
	if port == "80" { // then clients leave it out
		hosts = append(hosts, "127.0.0.1", "[::1]", "localhost")
	}
	return hosts
}

// checkBrowser refuses what a browser sends for a page of somebody else. Programs
// send neither header.
func (s *Server) checkBrowser(h http.Header) error {
	origins := h.Values("Origin")
	if len(origins) > 1 {
		return fmt.Errorf("%w: more than one Origin", errForeignOrigin)
	}
	for _, origin := range origins {
		host, ok := strings.CutPrefix(origin, "http://")
		if !ok || !s.ours(host) {
			return fmt.Errorf("%w: %q", errForeignOrigin, origin)
		}
	}
	for _, site := range h.Values("Sec-Fetch-Site") {
		if site != "same-origin" && site != "none" {
			return fmt.Errorf("%w: a %s page", errForeignOrigin, site)
		}
	}
	return nil
}

// authorise asks for the bearer token. The answer is the same whatever is wrong
// with it.
func (s *Server) authorise(w http.ResponseWriter, r *http.Request) error {
	if s.hasToken(r) {
		return nil
	}
	challenge := `Bearer realm="spacetime"`
	if r.Header.Get("Authorization") != "" {
		challenge += `, error="invalid_token"`
	}
	w.Header().Set("WWW-Authenticate", challenge)
	return errUnauthorised
}

// hasToken compares digests, so that time tells neither content nor length.
func (s *Server) hasToken(r *http.Request) bool {
	values := r.Header.Values("Authorization")
	if len(values) != 1 {
		return false
	}
	scheme, token, _ := strings.Cut(values[0], " ")
	given := sha256.Sum256([]byte(token))
	return strings.EqualFold(scheme, "Bearer") && subtle.ConstantTimeCompare(given[:], s.tokenDigest[:]) == 1
}
