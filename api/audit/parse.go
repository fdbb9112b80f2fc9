package audit

import (
	"bytes"
	"errors"
	"fmt"
	"strconv"
	"time"
	"unicode/utf16"
	"unicode/utf8"
)

var errNotCanonical = errors.New("not what the log writes")

// parse reads a line without its line break. It takes only what the log
// writes, byte for byte; whether the hash fits is [chain.follow]'s to say.
func parse(line []byte) (Record, error) {
	var r Record
	if len(line) >= MaxRecordBytes {
		return r, fmt.Errorf("a line of more than %d bytes", MaxRecordBytes)
	}
	s := scanner{rest: line}
	s.record(&r)
	again := appendHead(make([]byte, 0, len(line)+1), r.Number, r.When)
	again = appendHash(appendBody(again, &r), r.Hash)
	if s.bad || r.Number == 0 || r.What == "" || !bytes.Equal(again[:len(again)-1], line) {
		return r, errNotCanonical
	}
	return r, nil
}

// scanner reads the one form that a line can have, five times as fast as
// encoding/json reads all of them. It may be lenient: parse compares what the
// log would have written.
type scanner struct {
	rest []byte
	bad  bool
}

func (s *scanner) record(r *Record) {
	s.want(`{"n":`)
	r.Number = s.number()
	r.When = s.time(`,"when":`)
	if s.skip(`,"who":`) {
		s.want(`{`)
		s.who(&r.Who)
		s.want(`}`)
	}
	r.What = s.member(`,"what":`)
	r.Where = s.member(`,"where":`)
	r.Result = s.member(`,"result":`)
	r.Request = s.member(`,"request":`)
	r.Before = s.member(`,"before":`)
	r.After = s.member(`,"after":`)
	r.Security = s.skip(`,"security":true`)
	if s.skip(`,"details":{`) {
		r.Details = s.details()
	}
	if r.Hash.UnmarshalText([]byte(s.member(`,"hash":`))) != nil {
		s.bad = true
	}
	s.want(`}`)
}

// who reads members with a comma before all but the first.
func (s *scanner) who(w *Who) {
	w.Subject = s.member(`"subject":`)
	s.skip(`,`)
	w.Name = s.member(`"name":`)
	s.skip(`,`)
	w.Session = s.member(`"session":`)
	s.skip(`,`)
	w.Address = s.member(`"address":`)
}

func (s *scanner) details() map[string]string {
	details := map[string]string{}
	for {
		key := s.string()
		s.want(`:`)
		details[key] = s.string()
		if s.bad || !s.skip(`,`) {
			s.want(`}`)
			return details
		}
	}
}

// skip goes behind a text if it is next.
func (s *scanner) skip(text string) bool {
	if len(s.rest) < len(text) || string(s.rest[:len(text)]) != text {
		return false
	}
	s.rest = s.rest[len(text):]
	return true
}

func (s *scanner) want(text string) {
	if !s.skip(text) {
		s.bad = true
	}
}

func (s *scanner) member(name string) string {
	if !s.skip(name) {
		return ""
	}
	return s.string()
}

func (s *scanner) number() uint64 {
	end := bytes.IndexByte(s.rest, ',')
	n, err := strconv.ParseUint(string(s.rest[:max(end, 0)]), 10, 64)
	if err != nil {
		s.bad = true
		return 0
	}
	s.rest = s.rest[end:]
	return n
}

func (s *scanner) time(name string) time.Time {
	t, err := time.Parse(time.RFC3339, s.member(name))
	if err != nil {
		s.bad = true
	}
	return t
}

// string reads a JSON string in the log's escapes.
func (s *scanner) string() string {
	s.want(`"`)
	end := bytes.IndexByte(s.rest, '"')
	if end >= 0 && bytes.IndexByte(s.rest[:end], '\\') < 0 {
		text := string(s.rest[:end])
		s.rest = s.rest[end+1:]
		return text
	}
	return s.escaped()
}

func (s *scanner) escaped() string {
	var text []byte
	for !s.bad && !s.skip(`"`) {
		switch {
		case len(s.rest) == 0:
			s.bad = true
		case s.skip(`\u`):
			text = s.unicode(text)
		case s.skip(`\`) && len(s.rest) == 0:
			s.bad = true
		default:
			text = append(text, s.rest[0])
			s.rest = s.rest[1:]
		}
	}
	return string(text)
}

// unicode reads the digits behind \u, and those of the other half of a pair.
func (s *scanner) unicode(text []byte) []byte {
	r := s.hex()
	if utf16.IsSurrogate(r) && s.skip(`\u`) {
		r = utf16.DecodeRune(r, s.hex())
	}
	return utf8.AppendRune(text, r)
}

func (s *scanner) hex() rune {
	if len(s.rest) < 4 {
		s.bad = true
		return 0
	}
	n, err := strconv.ParseUint(string(s.rest[:4]), 16, 16)
	if err != nil {
		s.bad = true
	}
	s.rest = s.rest[4:]
	return rune(n)
}
