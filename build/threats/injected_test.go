//go:build threats

package threats

import (
	"fmt"
	"math/rand/v2"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode"

	"github.com/spacetime-vr/spacetime/api/auth"
)

// nasty are pieces that break logs, terminals, markup, formats and queries.
var nasty = []string{
	"\x1b[31mred\x1b[0m", "\x1b]0;title\x07", "\x9b2J", "\u009b31m", "\r\nlevel=ERROR msg=planted", "\nlevel=INFO msg=request status=200", "\x00", "\x08\x08\x08",
	"\x7f", "\u2028", "\u2029", "\u202e txt.exe", "\u2066isolate\u2069", "\ufeff", "\u200b", "\xff\xfe", "\xc0\xaf", "\xed\xa0\x80", "\U0001f4a9", "e\u0301",
	`"quoted"`, `\"`, `\\`, `'`, "`", `","level":"ERROR","x":"`, `{"a":`, `]}`, "msg=request", "a=b c=d", "<script>alert(1)</script>", "&amp;", "]]>",
	"%s%n%d", "%00", "%0d%0aSet-Cookie: a=b", "%1b[31m", "${jndi:ldap://x}", "{{.}}", "$(id)", "`id`", "; ls", "| cat", "../../../../etc/passwd", "..%2f..%2fetc",
	"' OR 1=1 --", "1; DROP TABLE users", "NaN", "1e999", "-0", "null", "__proto__", "A" + strings.Repeat("a", 2000), strings.Repeat("\u0301", 300),
}

// places are where nasty text goes in a request, as far as it can stand there: no
// net/http cleans it up.
var places = []struct {
	name string
	make func(host, token, evil string) string
}{
	{"path", func(host, token, evil string) string {
		return lines("GET /"+url.PathEscape(evil)+" HTTP/1.1", host, token)
	}},
	{"path, raw", func(host, token, evil string) string { return lines("GET /"+oneLine(evil)+" HTTP/1.1", host, token) }},
	{"id", func(host, token, evil string) string {
		return lines("GET "+v1+"/scenes/"+url.PathEscape(evil)+" HTTP/1.1", host, token)
	}},
	{"query", func(host, token, evil string) string {
		return lines("GET "+v1+"/scenes?cursor="+url.QueryEscape(evil)+" HTTP/1.1", host, token)
	}},
	{"query's name", func(host, token, evil string) string {
		return lines("GET "+v1+"/scenes?"+url.QueryEscape(evil)+"=1 HTTP/1.1", host, token)
	}},
	{"method", func(host, token, evil string) string { return lines(word(evil)+" "+v1+"/state HTTP/1.1", host, token) }},
	{"request id", func(host, token, evil string) string {
		return lines("GET "+v1+"/state HTTP/1.1", host, token, "X-Request-Id: "+oneLine(evil))
	}},
	{"agent", func(host, token, evil string) string {
		return lines("GET "+v1+"/state HTTP/1.1", host, token, "User-Agent: "+oneLine(evil))
	}},
	{"forwarded for", func(host, token, evil string) string {
		return lines("GET "+v1+"/state HTTP/1.1", host, token, "X-Forwarded-For: "+oneLine(evil))
	}},
	{"origin", func(host, token, evil string) string {
		return lines("GET "+v1+"/state HTTP/1.1", host, token, "Origin: "+oneLine(evil))
	}},
	{"host", func(host, token, evil string) string { return lines("GET "+v1+"/state HTTP/1.1", oneLine(evil), token) }},
	{"credential", func(host, token, evil string) string { return lines("GET "+v1+"/state HTTP/1.1", host, oneLine(evil)) }},
	{"key of a request", func(host, token, evil string) string {
		return lines("POST "+v1+"/cache/purge HTTP/1.1", host, token, "Idempotency-Key: "+oneLine(evil), "Content-Length: 0")
	}},
	{"scene in a body", func(host, token, evil string) string {
		return withBody("PUT "+v1+"/scenes/current HTTP/1.1", host, token, fmt.Sprintf(`{"slug":%s}`, quote(evil)))
	}},
	{"name in a body", func(host, token, evil string) string {
		return withBody("POST "+v1+"/users HTTP/1.1", host, token, fmt.Sprintf(`{"name":%s,"role":"viewer","password":"planted-Horse-7-x"}`, quote(evil)))
	}},
	{"member of a body", func(host, token, evil string) string {
		return withBody("PATCH "+v1+"/time HTTP/1.1", host, token, fmt.Sprintf(`{%s:1}`, quote(evil)))
	}},
	{"body", func(host, token, evil string) string {
		return withBody("PATCH "+v1+"/time HTTP/1.1", host, token, evil)
	}},
	{"name of a key", func(host, token, evil string) string {
		return withBody("POST "+v1+"/api-keys HTTP/1.1", host, token, fmt.Sprintf(`{"name":%s,"role":"viewer"}`, quote(evil)))
	}},
	{"reason of a ban", func(host, token, evil string) string {
		return withBody("POST "+v1+"/security/bans HTTP/1.1", host, token, fmt.Sprintf(`{"address":"203.0.113.7","reason":%s}`, quote(evil)))
	}},
}

func lines(first, host, token string, more ...string) string {
	all := append([]string{first, "Host: " + host, "Connection: close", "Authorization: Bearer " + token}, more...)
	return strings.Join(all, "\r\n") + "\r\n\r\n"
}

func withBody(first, host, token, body string) string {
	return lines(first, host, token, "Content-Type: application/json", fmt.Sprintf("Content-Length: %d", len(body))) + body
}

// quote is a string of JSON that keeps bytes that are no UTF-8.
func quote(text string) string {
	var b strings.Builder
	for i := range len(text) {
		switch c := text[i]; {
		case c == '"' || c == '\\':
			b.WriteString(`\` + string(c))
		case c < 0x20:
			fmt.Fprintf(&b, `\u%04x`, c)
		default:
			b.WriteByte(c)
		}
	}
	return `"` + b.String() + `"`
}

// oneLine leaves out what would end the header's line.
func oneLine(text string) string { return strings.NewReplacer("\r", "", "\n", "").Replace(text) }

func word(text string) string {
	return strings.Map(func(r rune) rune {
		if r > ' ' && r < 0x7f {
			return r
		}
		return -1
	}, "M"+text)
}

// TestInjection is T12: what is sent does not get out of its place, into the log,
// a terminal, the audit log or the metrics.
func TestInjection(t *testing.T) {
	p := flyHere(t)
	token := p.token(t, auth.Admin)
	host := strings.TrimPrefix(p.HTTP, "http://")
	before, mark := p.series(t, token), len(p.console.since(0))
	random := rand.New(rand.NewPCG(1, 2))
	sent, refused := 0, 0
	statuses := map[int]int{}
	var half []string
	for sent < 520 {
		if sent > 260 && half == nil {
			half = p.series(t, token)
		}
		for _, place := range places {
			evil := nasty[sent%len(nasty)]
			if sent >= len(nasty)*4 { // and two at once
				evil += nasty[random.IntN(len(nasty))]
			}
			status, rest := raw(t, host, place.make(host, token, evil))
			sent++
			statuses[status]++
			if strings.Contains(rest, "\x1b") || status >= 500 && status != 503 {
				t.Errorf("%s: %q is answered %d %s", place.name, evil, status, rest)
			}
			if status == 400 && strings.Contains(rest, "Content-Type: text/plain") { // net/http's own, which reaches no handler
				refused++
			}
			time.Sleep(60 * time.Millisecond)
		}
	}
	after := p.series(t, token)
	time.Sleep(200 * time.Millisecond)
	told := len(p.console.requests(mark))
	if want := sent - refused + 2; told != want { // and the metrics, twice
		t.Errorf("%d lines tell of requests, %d were sent, of which net/http refused %d", told, sent, refused)
	}
	p.end(t)
	p.checkText(t)
	grown, late := len(after)-len(before), len(after)-len(half)
	if grown > 50 || grown < 1 || late > 10 {
		t.Errorf("the metrics grew by %d series, want 1 to 50, and by %d of them in the second half, want 10", grown, late)
	}
	t.Logf("%d requests, answered %v; net/http refused %d; %d lines; %d series more, %d of them in the second half", sent, statuses, refused, told, grown, late)
}

// checkText asks that every line is one line and plain.
func (p *program) checkText(t testing.TB) {
	t.Helper()
	strange := func(r rune) bool {
		return unicode.IsControl(r) || unicode.Is(unicode.Cf, r) || r == '\u2028' || r == '\u2029'
	}
	for _, line := range append(p.console.since(1), p.audited(t)...) {
		if i := strings.IndexFunc(line, strange); i >= 0 || strings.ToValidUTF8(line, "") != line {
			t.Errorf("a line has what it must not: %q", line)
		}
		if strings.HasPrefix(line, "{") || !strings.HasPrefix(line, "level=") {
			continue
		}
		fields, err := logged(line)
		if err != nil {
			t.Errorf("%q: %v", line, err)
		} else if fields["msg"] == "planted" {
			t.Errorf("somebody else wrote a line: %q", line)
		}
	}
}

var sample = regexp.MustCompile(`^[a-z_]+(\{[^}]*\})? `)

// series lists the metrics' series.
func (p *program) series(t testing.TB, token string) (all []string) {
	t.Helper()
	for line := range strings.Lines(string(p.ask(t, "GET", "/metrics", token, "").want(t, "metrics", 200).body)) {
		if name := sample.FindString(line); name != "" && !strings.Contains(name, "_bucket{") {
			all = append(all, name)
		}
	}
	slices.Sort(all)
	return slices.Compact(all)
}
