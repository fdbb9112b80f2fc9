package api

import (
	"cmp"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"slices"
	"strings"
)

// pageRequest asks for a part of a list, in the order of the ids.
type pageRequest struct {
	Limit  int    `query:"limit" minimum:"1" maximum:"200" default:"50" doc:"How many at most."`
	Cursor string `query:"cursor" maxLength:"512" doc:"Where to go on: next_cursor of the page before."`
}

// Page is a part of a list.
type Page[T any] struct {
	Items []T    `json:"items"`
	Next  string `json:"next_cursor,omitempty" doc:"Where the next page begins; left out at the end."`
}

type pageAnswer[T any] struct {
	Link string `header:"Link"`
	Body Page[T]
}

// page cuts a page out of items, which may be in any order. id must be unique;
// name is the list's, so that a cursor of another list is refused.
func page[T, A any](s *Server, name string, items []T, id func(T) string, in *pageRequest, answer func(T) A) (*pageAnswer[A], error) {
	after, err := s.cursors.open(name, in.Cursor)
	if err != nil {
		return nil, err
	}
	sorted := slices.SortedFunc(slices.Values(items), func(a, b T) int { return cmp.Compare(id(a), id(b)) })
	first, _ := slices.BinarySearchFunc(sorted, after, func(item T, after string) int {
		if id(item) <= after && in.Cursor != "" {
			return -1
		}
		return 1
	})
	last := min(first+in.Limit, len(sorted))
	out := &pageAnswer[A]{Body: Page[A]{Items: []A{}}}
	for _, item := range sorted[first:last] {
		out.Body.Items = append(out.Body.Items, answer(item))
	}
	if last < len(sorted) {
		out.next(s, name, id(sorted[last-1]), in.Limit)
	}
	return out, nil
}

// next says where the next page begins, in the body and as RFC 8288 has it.
func (p *pageAnswer[T]) next(s *Server, name, after string, limit int) {
	p.Body.Next = s.cursors.seal(name, after)
	p.Link = fmt.Sprintf(`<?limit=%d&cursor=%s>; rel="next"`, limit, p.Body.Next)
}

// cursors seals the place where a page ended, so that clients send back only what
// they were given.
type cursors struct{ key []byte }

// seal returns a cursor after the id in the list of that name.
func (c cursors) seal(list, after string) string {
	return base64.RawURLEncoding.EncodeToString(append(c.sum(list, after), after...))
}

// open returns the id that a cursor was made of, or errCursor. No cursor is the
// beginning.
func (c cursors) open(list, cursor string) (after string, _ error) {
	if cursor == "" {
		return "", nil
	}
	data, err := base64.RawURLEncoding.Strict().DecodeString(cursor)
	if err != nil || len(data) < cursorSum {
		return "", errCursor
	}
	after = string(data[cursorSum:])
	if !hmac.Equal(c.sum(list, after), data[:cursorSum]) {
		return "", errCursor
	}
	return after, nil
}

// cursorSum is how much of the sum a cursor carries, in bytes: what it guards is
// no secret.
const cursorSum = 16

func (c cursors) sum(list, after string) []byte {
	h := hmac.New(sha256.New, c.key)
	h.Write([]byte(strings.Join([]string{list, after}, "\x00")))
	return h.Sum(nil)[:cursorSum]
}
