//go:build threats

package threats

import (
	"bufio"
	"bytes"
	"crypto/ed25519"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/spacetime-vr/spacetime/api/auth"
)

// forger has what an attacker has not: the instance's key, so that each token is
// wrong in one thing only.
type forger struct {
	key                        ed25519.PrivateKey
	kid                        string
	good, header, body, signed string
	claims                     string // in JSON
}

func newForger(t testing.TB, p *program, good string) forger {
	t.Helper()
	text, err := os.ReadFile(p.KeyFile)
	if err != nil {
		t.Fatal(err)
	}
	var file struct{ Keys []struct{ Kid, D string } }
	if err := json.Unmarshal(text, &file); err != nil {
		t.Fatal(err)
	}
	seed, err := base64.RawURLEncoding.DecodeString(file.Keys[0].D)
	if err != nil {
		t.Fatal(err)
	}
	parts := strings.Split(good, ".")
	claims, err := base64.RawURLEncoding.DecodeString(parts[1])
	if err != nil {
		t.Fatal(err)
	}
	return forger{ed25519.NewKeyFromSeed(seed), file.Keys[0].Kid, good, parts[0], parts[1], parts[2], string(claims)}
}

func encode(text string) string { return base64.RawURLEncoding.EncodeToString([]byte(text)) }

func (f forger) seal(header, claims string) string { return sealBy(f.key, header, claims) }

func sealBy(key ed25519.PrivateKey, header, claims string) string {
	text := header + "." + encode(claims)
	return text + "." + encode(string(ed25519.Sign(key, []byte(text))))
}

// with is a token with a claim's text in another way.
func (f forger) with(was, is string) string {
	return f.seal(f.header, strings.Replace(f.claims, was, is, 1))
}

func (f forger) hmac(secret string) string {
	text := encode(`{"alg":"HS256","kid":"`+f.kid+`","typ":"at+jwt"}`) + "." + f.body
	mac := hmac.New(sha256.New, []byte(secret))
	mac.Write([]byte(text))
	return text + "." + encode(string(mac.Sum(nil)))
}

// claim is the text of a claim, such as "iss":"spacetime".
func (f forger) claim(t testing.TB, name string) string {
	t.Helper()
	var all map[string]json.RawMessage
	if err := json.Unmarshal([]byte(f.claims), &all); err != nil || all[name] == nil {
		t.Fatalf("no claim %s in %s", name, f.claims)
	}
	return `"` + name + `":` + string(all[name])
}

// forgeries are those that get through HTTP as one header; package auth has more.
func (f forger) forgeries(t testing.TB) map[string]string {
	head := func(extra string) string {
		return encode(`{"alg":"EdDSA",` + extra + `"kid":"` + f.kid + `","typ":"at+jwt"}`)
	}
	x := encode(string(f.key.Public().(ed25519.PublicKey)))
	_, other, _ := ed25519.GenerateKey(rand.Reader)
	at := func(d time.Duration) string { return fmt.Sprint(time.Now().Add(d).Unix()) }
	exp, nbf, iat := f.claim(t, "exp"), f.claim(t, "nbf"), f.claim(t, "iat")
	return map[string]string{
		"a word":               "token",
		"dots":                 "..",
		"two segments":         f.header + "." + f.body,
		"four segments":        f.good + "." + f.signed,
		"no signature":         f.header + "." + f.body + ".",
		"half a signature":     f.header + "." + f.body + "." + f.signed[:43],
		"signature of zeros":   f.header + "." + f.body + "." + encode(strings.Repeat("\x00", 64)),
		"padding":              f.good + "==",
		"over-long":            f.good + strings.Repeat("A", 4096),
		"alg none":             encode(`{"alg":"none","kid":"`+f.kid+`","typ":"at+jwt"}`) + "." + f.body + ".",
		"alg None, signed":     encode(`{"alg":"None","typ":"at+jwt"}`) + "." + f.body + "." + f.signed,
		"HS256 with the key":   f.hmac(string(f.key.Public().(ed25519.PublicKey))),
		"HS256 with its text":  f.hmac(x),
		"HS256 with nothing":   f.hmac(""),
		"another key":          sealBy(other, f.header, f.claims),
		"wrong kid":            f.seal(encode(`{"alg":"EdDSA","kid":"other","typ":"at+jwt"}`), f.claims),
		"kid is a path":        f.seal(encode(`{"alg":"EdDSA","kid":"../../dev/null","typ":"at+jwt"}`), f.claims),
		"kid is SQL":           f.seal(encode(`{"alg":"EdDSA","kid":"' OR 1=1 --","typ":"at+jwt"}`), f.claims),
		"wrong typ":            f.seal(encode(`{"alg":"EdDSA","kid":"`+f.kid+`","typ":"JWT"}`), f.claims),
		"jwk":                  f.seal(head(`"jwk":{"kty":"OKP","crv":"Ed25519","x":"`+x+`"},`), f.claims),
		"jku":                  f.seal(head(`"jku":"https://example.org/keys",`), f.claims),
		"x5u":                  f.seal(head(`"x5u":"https://example.org/chain",`), f.claims),
		"crit":                 f.seal(head(`"crit":["exp"],`), f.claims),
		"wrong iss":            f.with(`"iss":"spacetime"`, `"iss":"spacetime2"`),
		"another instance":     f.with(f.claim(t, "aud"), `"aud":["spacetime-elsewhere"]`),
		"for two instances":    f.with(`"aud":[`, `"aud":["spacetime-elsewhere",`),
		"expired":              f.with(exp, `"exp":`+at(-time.Minute)),
		"exp far away":         f.with(exp, `"exp":`+at(time.Hour)),
		"no exp":               f.with(exp+",", ""),
		"nbf in the future":    f.with(nbf, `"nbf":`+at(time.Minute)),
		"iat in the future":    f.with(iat, `"iat":`+at(time.Minute)),
		"unknown session":      f.with(f.claim(t, "sid"), `"sid":"session-elsewhere"`),
		"session of a key":     f.with(f.claim(t, "sid"), `"sid":"key-elsewhere"`),
		"another subject":      f.with(f.claim(t, "sub"), `"sub":"user-elsewhere"`),
		"unknown scope":        f.with(`"scope":"`, `"scope":"everything `),
		"claim twice":          f.with(`"sub"`, `"sub":"local","sub"`),
		"unknown member":       f.with(`"sub"`, `"admin":true,"sub"`),
		"role slipped in":      f.with(`"scope"`, `"role":"admin","scope"`),
		"claims of another":    f.header + "." + encode(strings.Replace(f.claims, "state:read", "users:write", 1)) + "." + f.signed,
		"an API key's shape":   "stk_aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"[:43],
		"a refresh token's":    encode(strings.Repeat("r", 32)),
		"two tokens, a blank":  f.good + " " + f.good,
		"Bearer twice":         "Bearer " + f.good,
		"quoted":               `"` + f.good + `"`,
		"percent-encoded dots": strings.ReplaceAll(f.good, ".", "%2e"),
	}
}

// pause keeps a test below the quota of wrong credentials, 10 a second.
func pause() { time.Sleep(110 * time.Millisecond) }

// raw sends one request as it is written, and returns the answer without its date
// and id. Nothing between tidies up the header.
func raw(t testing.TB, address, text string) (status int, rest string) {
	t.Helper()
	conn, err := net.Dial("tcp", address)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	_ = conn.SetDeadline(time.Now().Add(10 * time.Second))
	if _, err := io.WriteString(conn, text); err != nil {
		t.Fatal(err)
	}
	resp, err := http.ReadResponse(bufio.NewReader(conn), nil)
	if err != nil {
		t.Fatal(err)
	}
	body, _ := io.ReadAll(resp.Body)
	resp.Header.Del("Date")
	var header bytes.Buffer
	_ = resp.Header.Write(&header)
	return resp.StatusCode, header.String() + string(body)
}

// TestForgedTokens is T6 over the network: whatever is wrong with a token, both
// ports say the same.
func TestForgedTokens(t *testing.T) {
	p := flyHere(t)
	access, _ := p.addUser(t, p.token(t, auth.Admin), "ada", auth.Operator)
	f := newForger(t, p, access)
	api := strings.TrimPrefix(p.HTTP, "http://")
	live, path, _ := strings.Cut(strings.TrimPrefix(p.Telemetry, "ws://"), "/")
	ways := map[string]func(token string) (int, string){
		"API": func(token string) (int, string) {
			return raw(t, api, "GET "+v1+"/state HTTP/1.1\r\nHost: "+api+"\r\nX-Request-Id: the-same-id\r\nConnection: close\r\nAuthorization: Bearer "+token+"\r\n\r\n")
		},
		"telemetry": func(token string) (int, string) {
			return raw(t, live, "GET /"+path+" HTTP/1.1\r\nHost: "+live+"\r\nX-Request-Id: the-same-id\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"+
				"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Protocol: spacetime.telemetry.v1+json\r\nAuthorization: Bearer "+token+"\r\n\r\n")
		},
	}
	for name, token := range map[string]string{"as it was": f.good, "signed again": f.seal(f.header, f.claims)} {
		if status, rest := ways["API"](token); status != http.StatusOK {
			t.Fatalf("%s: %d %s", name, status, rest)
		}
	}
	forged := f.forgeries(t)
	for where, try := range ways {
		_, want := try("wrong")
		for name, token := range forged {
			pause()
			status, rest := try(token)
			if status != http.StatusUnauthorized {
				t.Errorf("%s, %s: %d, want 401", where, name, status)
			} else if rest != want {
				t.Errorf("%s, %s: the answer tells it from others:\n%s\n%s", where, name, rest, want)
			}
			if len(token) > 20 && strings.Contains(rest, token[:20]) {
				t.Errorf("%s, %s: the token comes back", where, name)
			}
		}
		t.Logf("%s: %d forgeries, all 401 with the same answer", where, len(forged))
	}
}
