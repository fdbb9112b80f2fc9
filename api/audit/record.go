package audit

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"maps"
	"slices"
	"time"
	"unicode/utf16"
	"unicode/utf8"
)

// MaxRecordBytes is how long the line of one record may be, its line break
// included: long enough for a batch's details, short enough to read in one piece.
const MaxRecordBytes = 64 << 10

// Record is one entry of the log. Number, When and Hash are the log's: what
// a caller of [Log.Append] has in them is ignored.
type Record struct {
	Number   uint64            `json:"n"`    // 1 is the first of the chain; none is missing
	When     time.Time         `json:"when"` // UTC, microseconds, as the clock was read at Append
	Who      Who               `json:"who,omitzero"`
	What     string            `json:"what"`               // the action, such as "scene.activate"; never empty
	Where    string            `json:"where,omitempty"`    // the route, or "ws", or "local"
	Result   string            `json:"result,omitempty"`   // such as "ok" or "refused"
	Request  string            `json:"request,omitempty"`  // the request's id
	Before   string            `json:"before,omitempty"`   // ETag of what was changed
	After    string            `json:"after,omitempty"`    // ETag of what it became
	Security bool              `json:"security,omitempty"` // Append returns when it is on disk
	Details  map[string]string `json:"details,omitempty"`  // never secrets
	Hash     Hash              `json:"hash"`
}

// Who is the one who acted.
type Who struct {
	Subject string `json:"subject,omitempty"` // id of a user or a key
	Name    string `json:"name,omitempty"`
	Session string `json:"session,omitempty"`
	Address string `json:"address,omitempty"` // where the request came from
}

// Hash is a SHA-256; as text it is 64 lower-case hexadecimal digits.
type Hash [sha256.Size]byte

func (h Hash) String() string { return hex.EncodeToString(h[:]) }

// MarshalText never fails.
func (h Hash) MarshalText() ([]byte, error) { return hex.AppendEncode(nil, h[:]), nil }

// UnmarshalText takes 64 hexadecimal digits.
func (h *Hash) UnmarshalText(text []byte) error {
	if len(text) != hex.EncodedLen(len(h)) {
		return fmt.Errorf("a hash of %d digits, want %d", len(text), hex.EncodedLen(len(h)))
	}
	_, err := hex.Decode(h[:], text)
	return err
}

const (
	chainDomain = "spacetime-audit-v1"
	timeLayout  = "2006-01-02T15:04:05.000000Z"
	hashMember  = `,"hash":"`
	hashSuffix  = len(hashMember) + 2*sha256.Size + len(`"}`)
	maxHead     = len(`{"n":18446744073709551615,"when":"`) + len(timeLayout) + len(`"`)
)

// link is the hash of a record: open is its canonical JSON without the closing
// brace, scratch is overwritten and returned for the next call.
func link(scratch []byte, prev Hash, open []byte) (Hash, []byte) {
	scratch = append(scratch[:0], chainDomain...)
	scratch = append(scratch, prev[:]...)
	scratch = append(scratch, open...)
	scratch = append(scratch, '}')
	return sha256.Sum256(scratch), scratch
}

// appendHead appends the members that only the log knows.
func appendHead(dst []byte, n uint64, when time.Time) []byte {
	dst = fmt.Appendf(dst, `{"n":%d,"when":"`, n)
	dst = when.AppendFormat(dst, timeLayout)
	return append(dst, '"')
}

// appendBody appends all other members but the hash.
func appendBody(dst []byte, r *Record) []byte {
	if r.Who != (Who{}) {
		dst = appendWho(append(dst, `,"who":`...), &r.Who)
	}
	dst = appendString(append(dst, `,"what":`...), r.What)
	dst = appendMember(dst, `,"where":`, r.Where)
	dst = appendMember(dst, `,"result":`, r.Result)
	dst = appendMember(dst, `,"request":`, r.Request)
	dst = appendMember(dst, `,"before":`, r.Before)
	dst = appendMember(dst, `,"after":`, r.After)
	if r.Security {
		dst = append(dst, `,"security":true`...)
	}
	if len(r.Details) > 0 {
		dst = appendDetails(append(dst, `,"details":`...), r.Details)
	}
	return dst
}

// appendHash ends a line.
func appendHash(dst []byte, h Hash) []byte {
	dst = append(dst, hashMember...)
	dst = hex.AppendEncode(dst, h[:])
	return append(dst, "\"}\n"...)
}

func appendWho(dst []byte, w *Who) []byte {
	start := len(dst)
	dst = appendMember(dst, `,"subject":`, w.Subject)
	dst = appendMember(dst, `,"name":`, w.Name)
	dst = appendMember(dst, `,"session":`, w.Session)
	dst = appendMember(dst, `,"address":`, w.Address)
	dst[start] = '{'
	return append(dst, '}')
}

func appendDetails(dst []byte, details map[string]string) []byte {
	start := len(dst)
	for _, key := range slices.Sorted(maps.Keys(details)) {
		dst = append(appendString(append(dst, ','), key), ':')
		dst = appendString(dst, details[key])
	}
	dst[start] = '{'
	return append(dst, '}')
}

func appendMember(dst []byte, name, value string) []byte {
	if value == "" {
		return dst
	}
	return appendString(append(dst, name...), value)
}

// appendString appends a JSON string in printable ASCII. Bytes that are not
// UTF-8 become U+FFFD, since JSON has no place for them.
func appendString(dst []byte, s string) []byte {
	dst = append(dst, '"')
	for i := 0; i < len(s); {
		if c := s[i]; c < utf8.RuneSelf {
			dst = appendASCII(dst, c)
			i++
			continue
		}
		r, size := utf8.DecodeRuneInString(s[i:])
		i += size
		if hi, lo := utf16.EncodeRune(r); hi != utf8.RuneError {
			dst = appendEscape(appendEscape(dst, hi), lo)
		} else {
			dst = appendEscape(dst, r)
		}
	}
	return append(dst, '"')
}

func appendASCII(dst []byte, c byte) []byte {
	switch {
	case c == '"' || c == '\\':
		return append(dst, '\\', c)
	case c < ' ' || c == 0x7f:
		return appendEscape(dst, rune(c))
	}
	return append(dst, c)
}

func appendEscape(dst []byte, r rune) []byte {
	const digits = "0123456789abcdef"
	return append(dst, '\\', 'u', digits[r>>12&15], digits[r>>8&15], digits[r>>4&15], digits[r&15])
}

// chain is a place in the chain: behind record n, whose hash is head.
type chain struct {
	n       uint64
	head    Hash
	scratch []byte
}

// follow goes on to the record of a line, if that is the next one.
func (c *chain) follow(line []byte) (Record, error) {
	r, err := parse(line)
	if err != nil {
		return r, err
	}
	if r.Number != c.n+1 {
		return r, fmt.Errorf("it has number %d", r.Number)
	}
	head, scratch := link(c.scratch, c.head, line[:len(line)-hashSuffix])
	c.scratch = scratch
	if head != r.Hash {
		return r, errors.New("its hash does not fit it and the record before")
	}
	c.n, c.head = r.Number, head
	return r, nil
}

// add appends the line of a new record to dst.
func (c *chain) add(dst []byte, when time.Time, body []byte) []byte {
	start := len(dst)
	dst = append(appendHead(dst, c.n+1, when), body...)
	c.n++
	c.head, c.scratch = link(c.scratch, c.head, dst[start:])
	return appendHash(dst, c.head)
}
