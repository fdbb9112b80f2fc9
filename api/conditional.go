package api

import (
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"strings"
)

// serveRead serves what changes nothing. An answer of a typed handler names its
// content by an ETag, and is left out where the client has it already.
func serveRead(m *mounted, x *exchange, r *http.Request) {
	if _, writesItself := m.handler.(raw); writesItself || m.secret {
		m.serve(x, r)
		return
	}
	x.hold()
	m.serve(x, r)
	if x.status == http.StatusOK {
		x.tagContent(r)
	}
	x.release()
}

// revalidate lets a client keep an answer, for itself, if it asks each time
// whether it still holds.
var revalidate = []string{"private, no-cache"}

// tagContent sets the ETag of a held answer, unless the handler has, and makes it
// 304 if that is the one that the client has.
//
// Source: RFC 9110, sections 8.8.3 and 13.1.2.
func (x *exchange) tagContent(r *http.Request) {
	h := x.Header()
	if h.Get("Etag") == "" {
		sum := sha256.Sum256(x.held.Bytes())
		h.Set("Etag", `"`+hex.EncodeToString(sum[:16])+`"`)
	}
	if tag := x.route.tag(); tag == "world" || tag == "operation" { // and of persons and their deeds nothing is kept
		h["Cache-Control"] = revalidate
	}
	if hasTag(r.Header.Values("If-None-Match"), h.Get("Etag")) {
		h.Del("Content-Type")
		x.held.Reset()
		x.status = http.StatusNotModified
	}
}

// hasTag tells whether one of the lists has the tag; a weak one of the same text
// will do.
func hasTag(lists []string, tag string) bool {
	for _, list := range lists {
		for item := range strings.SplitSeq(list, ",") {
			if item = strings.TrimPrefix(strings.TrimSpace(item), "W/"); item == tag || item == "*" {
				return true
			}
		}
	}
	return false
}
