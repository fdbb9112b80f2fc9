package api

import (
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

// guard refuses what no route wants to see, whoever asks. It is the same on both
// ports, and comes before anybody's rights are looked at.
type guard struct {
	hosts   []string // what Host may say, in small letters
	origins []string // of pages that may ask besides the server's own
	scheme  string   // "http://" or "https://"
}

// check refuses a request that names another server, and one that a browser sends
// for a page of somebody else. Programs send neither Origin nor Sec-Fetch-Site.
// The Host is what holds against DNS rebinding, where Origin and Host agree on
// the attacker's name.
func (g *guard) check(r *http.Request) error {
	if !g.names(r.Host) {
		return fmt.Errorf("%w: this server is not %q", errForeignHost, r.Host)
	}
	listed, err := g.checkOrigin(r.Header.Values("Origin"))
	if err != nil {
		return err
	}
	for _, site := range r.Header.Values("Sec-Fetch-Site") {
		if site != "same-origin" && site != "none" && !listed {
			return fmt.Errorf("%w: a %s page", errForeignOrigin, site)
		}
	}
	return nil
}

// share lets the browser show answers to pages that the configuration lists, as
// they send no credential but in a header. It answers the question that a browser
// asks before such a page's request, and then tells that it did.
func (g *guard) share(w http.ResponseWriter, r *http.Request) (answered bool) {
	origin := r.Header.Get("Origin")
	if origin == "" || !slices.Contains(g.origins, origin) {
		return false
	}
	h := w.Header()
	h.Set("Access-Control-Allow-Origin", origin)
	h.Set("Vary", "Origin")
	h.Set("Access-Control-Expose-Headers", "ETag, Link, Location, RateLimit, RateLimit-Policy, Retry-After, X-Request-Id")
	if r.Method != http.MethodOptions || r.Header.Get("Access-Control-Request-Method") == "" {
		return false
	}
	h.Set("Access-Control-Allow-Methods", "GET, POST, PUT, PATCH, DELETE")
	h.Set("Access-Control-Allow-Headers", "Authorization, Content-Type, Idempotency-Key, If-Match, If-None-Match, X-Request-Id")
	h.Set("Access-Control-Max-Age", "600")
	w.WriteHeader(http.StatusNoContent)
	return true
}

// checkOrigin tells whether the page that asks is one of those that the
// configuration lists, or refuses it.
func (g *guard) checkOrigin(origins []string) (listed bool, _ error) {
	if len(origins) > 1 {
		return false, fmt.Errorf("%w: more than one Origin", errForeignOrigin)
	}
	for _, origin := range origins {
		if slices.Contains(g.origins, origin) {
			return true, nil
		}
		host, ok := strings.CutPrefix(origin, g.scheme)
		if !ok || !g.names(host) {
			return false, fmt.Errorf("%w: %q", errForeignOrigin, origin)
		}
	}
	return false, nil
}

// own lists the origins of the server's own pages.
func (g *guard) own() (origins []string) {
	for _, host := range g.hosts {
		origins = append(origins, g.scheme+host)
	}
	return origins
}

// names tells whether a Host header names this listener.
func (g *guard) names(host string) bool { return slices.Contains(g.hosts, strings.ToLower(host)) }

// allowedHosts lists how clients may call a listener at port: as this machine
// itself, and by the names that the configuration gives, with the port or
// without it where the scheme implies it.
func allowedHosts(names []string, port, scheme string) (hosts []string) {
	for _, name := range slices.Concat([]string{"127.0.0.1", "::1", "localhost"}, names) {
		name = strings.ToLower(strings.Trim(name, "[]"))
		hosts = append(hosts, net.JoinHostPort(name, port))
		if scheme == "http://" && port == "80" || scheme == "https://" && port == "443" { // then clients leave it out
			hosts = append(hosts, strings.TrimSuffix(net.JoinHostPort(name, ""), ":"))
		}
	}
	return hosts
}

// checkShape holds path, method and body to what routes take.
func checkShape(w http.ResponseWriter, r *http.Request) error {
	switch {
	case r.URL.Path != path.Clean(r.URL.Path):
		return errNoRoute // net/http would redirect to the clean path
	case r.ContentLength == 0:
		return nil
	case r.Method == http.MethodGet || r.Method == http.MethodHead:
		return fmt.Errorf("%w: %s takes no body", errMalformed, r.Method)
	case r.ContentLength > maxBody:
		return errTooLarge
	case !isJSON(r):
		return errMediaType
	}
	r.Body = http.MaxBytesReader(w, r.Body, maxBody)
	return nil
}

// isJSON tells whether a body is declared as JSON in UTF-8 as it is. A body
// without a type is not: a browser may send one without asking first.
func isJSON(r *http.Request) bool {
	types := r.Header.Values("Content-Type")
	if len(types) != 1 || r.Header.Get("Content-Encoding") != "" {
		return false
	}
	media, params, err := mime.ParseMediaType(types[0])
	charset, given := params["charset"]
	json := media == "application/json" || media == "application/merge-patch+json" && r.Method == http.MethodPatch
	return err == nil && json && (!given || strings.EqualFold(charset, "utf-8"))
}
