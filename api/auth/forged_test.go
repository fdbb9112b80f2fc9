package auth

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"strings"
	"testing"
	"time"
)

// forger has what an attacker has, and more: the instance's own key, so that a
// token can be wrong in one thing only.
type forger struct {
	good                 string // an access token that is accepted
	header, body, signed string // its segments
	claims               map[string]any
	keys                 *Keys
	now                  time.Time
}

func newForger(t testing.TB, b *bench) forger {
	t.Helper()
	b.addUser(t, "ada", Admin)
	good := b.login(t, "ada").Access.Reveal()
	parts := strings.Split(good, ".")
	f := forger{good: good, header: parts[0], body: parts[1], signed: parts[2], keys: b.keys, now: b.clock.now()}
	if err := json.Unmarshal(decode(t, f.body), &f.claims); err != nil {
		t.Fatal(err)
	}
	return f
}

func decode(t testing.TB, segment string) []byte {
	t.Helper()
	text, err := base64.RawURLEncoding.DecodeString(segment)
	if err != nil {
		t.Fatal(err)
	}
	return text
}

func encode(text string) string { return base64.RawURLEncoding.EncodeToString([]byte(text)) }

// with is a token, signed with the right key, with a claim changed or (nil) left out.
func (f forger) with(claim string, value any) string {
	changed := map[string]any{}
	for k, v := range f.claims {
		changed[k] = v
	}
	changed[claim] = value
	if value == nil {
		delete(changed, claim)
	}
	return f.ordered(changed)
}

// ordered writes the claims as this package does, so that the change is all that
// is wrong.
func (f forger) ordered(c map[string]any) string {
	var members []string
	for _, name := range []string{"iss", "sub", "aud", "exp", "nbf", "iat", "jti", "sid", "scope", "role"} {
		if value, ok := c[name]; ok {
			text, _ := json.Marshal(value)
			members = append(members, `"`+name+`":`+string(text))
		}
	}
	return f.keys.seal(f.header, []byte("{"+strings.Join(members, ",")+"}"))
}

// headed is a token, signed with the right key, with another header.
func (f forger) headed(header string) string { return f.keys.seal(encode(header), []byte(f.text())) }

func (f forger) text() string {
	text, _ := base64.RawURLEncoding.DecodeString(f.body)
	return string(text)
}

func (f forger) kid() string { return f.keys.Keys[0].Kid }

// hmac is a token signed with a shared secret.
func (f forger) hmac(secret []byte) string {
	text := encode(`{"alg":"HS256","kid":"`+f.kid()+`","typ":"at+jwt"}`) + "." + f.body
	mac := hmac.New(sha256.New, secret)
	mac.Write([]byte(text))
	return text + "." + base64.RawURLEncoding.EncodeToString(mac.Sum(nil))
}

// foreign is a token signed with another Ed25519 key.
func (f forger) foreign(header string) string {
	_, key, _ := ed25519.GenerateKey(rand.Reader)
	other := &Keys{signer: func() ed25519.PrivateKey { return key }}
	return other.seal(header, []byte(f.text()))
}

func (f forger) ecdsa() string {
	key, _ := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	text := encode(`{"alg":"ES256","kid":"`+f.kid()+`","typ":"at+jwt"}`) + "." + f.body
	sum := sha256.Sum256([]byte(text))
	signature, _ := key.Sign(rand.Reader, sum[:], crypto.SHA256)
	return text + "." + base64.RawURLEncoding.EncodeToString(signature)
}

func (f forger) public() ed25519.PublicKey { return f.keys.public[f.keys.header] }

// forgeries are tokens that look right in all but one thing.
func (f forger) forgeries() map[string]string {
	head := func(extra string) string {
		return `{"alg":"EdDSA",` + extra + `"kid":"` + f.kid() + `","typ":"at+jwt"}`
	}
	at := func(d time.Duration) int64 { return f.now.Add(d).Unix() }
	x := base64.RawURLEncoding.EncodeToString(f.public())
	jwks := string(f.keys.JWKS())
	return map[string]string{
		"nothing":               "",
		"a word":                "token",
		"dots":                  "..",
		"two segments":          f.header + "." + f.body,
		"four segments":         f.good + "." + f.signed,
		"a dot behind":          f.good + ".",
		"five, as encrypted":    f.good + ".a.b",
		"a blank before":        " " + f.good,
		"a blank behind":        f.good + " ",
		"a line break behind":   f.good + "\n",
		"a line break within":   f.header + "." + f.body[:9] + "\r\n" + f.body[9:] + "." + f.signed,
		"break in signature":    f.header + "." + f.body + "." + f.signed[:9] + "\n" + f.signed[9:],
		"padding":               f.good + "==",
		"the other base64":      f.header + "." + f.body + "." + strings.NewReplacer("-", "+", "_", "/").Replace(f.signed[:len(f.signed)-1]+"_"),
		"Bearer before":         "Bearer " + f.good,
		"a zero byte behind":    f.good + "\x00",
		"over-long":             f.good + strings.Repeat("A", maxToken),
		"over-long and signed":  f.with("jti", strings.Repeat("a", maxToken)),
		"no signature":          f.header + "." + f.body + ".",
		"half a signature":      f.header + "." + f.body + "." + f.signed[:43],
		"signature of zeros":    f.header + "." + f.body + "." + encode(strings.Repeat("\x00", 64)),
		"spare bits set":        f.good[:len(f.good)-1] + string(sibling(f.good[len(f.good)-1])),
		"alg none":              encode(`{"alg":"none","kid":"`+f.kid()+`","typ":"at+jwt"}`) + "." + f.body + ".",
		"alg None":              encode(`{"alg":"None","typ":"at+jwt"}`) + "." + f.body + "." + f.signed,
		"HS256 with the key":    f.hmac(f.public()),
		"HS256 with its text":   f.hmac([]byte(x)),
		"HS256 with the JWKS":   f.hmac([]byte(jwks)),
		"HS256 with nothing":    f.hmac(nil),
		"ES256":                 f.ecdsa(),
		"another key":           f.foreign(f.header),
		"another key, its kid":  f.foreign(tokenHeader("elsewhere")),
		"wrong kid":             f.headed(`{"alg":"EdDSA","kid":"other","typ":"at+jwt"}`),
		"no kid":                f.headed(`{"alg":"EdDSA","typ":"at+jwt"}`),
		"kid is a path":         f.headed(`{"alg":"EdDSA","kid":"../../dev/null","typ":"at+jwt"}`),
		"wrong typ":             f.headed(`{"alg":"EdDSA","kid":"` + f.kid() + `","typ":"JWT"}`),
		"no typ":                f.headed(`{"alg":"EdDSA","kid":"` + f.kid() + `"}`),
		"jwk":                   f.headed(head(`"jwk":{"kty":"OKP","crv":"Ed25519","x":"` + x + `"},`)),
		"jku":                   f.headed(head(`"jku":"https://example.org/keys",`)),
		"x5u":                   f.headed(head(`"x5u":"https://example.org/chain",`)),
		"x5c":                   f.headed(head(`"x5c":["MIIB"],`)),
		"crit":                  f.headed(head(`"crit":["exp"],`)),
		"b64":                   f.headed(head(`"b64":false,`)),
		"alg twice":             f.headed(`{"alg":"none","alg":"EdDSA","kid":"` + f.kid() + `","typ":"at+jwt"}`),
		"header with a blank":   f.headed(head(" ")),
		"header is a list":      f.headed(`[]`),
		"wrong iss":             f.with("iss", "spacetime2"),
		"no iss":                f.with("iss", nil),
		"another instance":      f.with("aud", []string{"spacetime-elsewhere"}),
		"also for another":      f.with("aud", []string{f.keys.instance, "spacetime-elsewhere"}),
		"aud is text":           f.with("aud", f.keys.instance),
		"no aud":                f.with("aud", nil),
		"expired":               f.with("exp", at(-leeway)),
		"no exp":                f.with("exp", nil),
		"exp is text":           f.with("exp", "9999999999"),
		"exp too far":           f.with("exp", at(TokenLifetime+2*time.Second)),
		"exp in the year 9999":  f.with("exp", int64(253402300799)),
		"exp with a fraction":   f.with("exp", float64(at(time.Minute))+0.5),
		"exp below zero":        f.with("exp", -1),
		"nbf in the future":     f.with("nbf", at(leeway+2*time.Second)),
		"no nbf":                f.with("nbf", nil),
		"iat in the future":     f.with("iat", at(leeway+2*time.Second)),
		"no iat":                f.with("iat", nil),
		"no jti":                f.with("jti", nil),
		"no sid":                f.with("sid", nil),
		"unknown sid":           f.with("sid", "session-elsewhere"),
		"sid of a key":          f.with("sid", "key-elsewhere"),
		"sid of a local token":  f.with("sid", "local-elsewhere"),
		"no sub":                f.with("sub", nil),
		"unknown sub":           f.with("sub", "user-elsewhere"),
		"unknown scope":         f.with("scope", "state:read everything"),
		"no scope":              f.with("scope", nil),
		"sub twice":             f.keys.seal(f.header, []byte(strings.Replace(f.text(), `"sub"`, `"sub":"user-x","sub"`, 1))),
		"SUB":                   f.keys.seal(f.header, []byte(strings.Replace(f.text(), `"sub"`, `"SUB"`, 1))),
		"sub and SUB":           f.keys.seal(f.header, []byte(strings.Replace(f.text(), `"sub"`, `"SUB":"user-x","sub"`, 1))),
		"unknown member":        f.keys.seal(f.header, []byte(strings.Replace(f.text(), `"sub"`, `"admin":true,"sub"`, 1))),
		"blanks in the claims":  f.keys.seal(f.header, []byte(strings.Replace(f.text(), `"sub":`, `"sub": `, 1))),
		"text behind claims":    f.keys.seal(f.header, []byte(f.text()+`{}`)),
		"claims are a list":     f.keys.seal(f.header, []byte(`[]`)),
		"claims are null":       f.keys.seal(f.header, []byte(`null`)),
		"claims are not JSON":   f.keys.seal(f.header, []byte("\xff\xfe")),
		"claims in place of it": f.header + "." + strings.TrimRight(encode(strings.Replace(f.text(), "state:read", "state:reaD", 1)), "=") + "." + f.signed,
	}
}

// sibling is another character that only differs in the bits that base64 throws
// away at the end of 64 bytes: the last 4.
func sibling(c byte) byte {
	const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
	return alphabet[strings.IndexByte(alphabet, c)^1]
}

func TestForgedTokens(t *testing.T) {
	b := newBench(t)
	f := newForger(t, b)
	for name, token := range f.forgeries() {
		t.Run(name, func(t *testing.T) {
			if p, err := b.Authenticate(token); err != ErrInvalid || p != (Principal{}) {
				t.Errorf("error %v, principal %+v", err, p)
			}
		})
	}
	// The forger's own work is accepted where it changes nothing, so the
	// forgeries fail for what they change.
	for name, token := range map[string]string{
		"as it was":     f.good,
		"signed again":  f.keys.seal(f.header, []byte(f.text())),
		"same claim":    f.with("sub", f.claims["sub"]),
		"fewer scopes":  f.with("scope", "state:read"),
		"nbf now":       f.with("nbf", f.now.Add(leeway).Unix()),
		"nearly past":   f.with("exp", f.now.Add(-leeway+time.Second).Unix()),
		"longest there": f.with("exp", f.now.Add(TokenLifetime).Unix()),
	} {
		if _, err := b.Authenticate(token); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// TestMutatedToken changes each character of a token.
func TestMutatedToken(t *testing.T) {
	b := newBench(t)
	good := newForger(t, b).good
	for i := range good {
		for _, c := range []byte{'A', '.', '\n', good[i] ^ 1} {
			token := good[:i] + string(rune(c)) + good[i+1:]
			if token == good {
				continue
			}
			if _, err := b.Authenticate(token); err != ErrInvalid {
				t.Fatalf("character %d as %q: error %v", i, c, err)
			}
		}
		if _, err := b.Authenticate(good[:i]); err != ErrInvalid {
			t.Fatalf("cut at %d: error %v", i, err)
		}
	}
	if _, err := b.Authenticate(good); err != nil {
		t.Error(err)
	}
}

// TestForgedTokensLeaveTheCacheAlone: what is not good must not push out what is.
func TestForgedTokensLeaveTheCacheAlone(t *testing.T) {
	b := newBench(t)
	f := newForger(t, b)
	for _, token := range f.forgeries() {
		_, _ = b.Authenticate(token)
	}
	for sum := range 1000 {
		_, _ = b.Authenticate(f.good[:len(f.good)-1-sum%80])
	}
	// Those with a good signature and claims, but a sid or sub of nobody.
	if n := b.verified.Len(); n > 4 {
		t.Errorf("%d tokens are cached", n)
	}
}

func FuzzAuthenticate(f *testing.F) {
	b := newBench(f)
	forger := newForger(f, b)
	key, _, err := b.CreateKey(f.Context(), "fuzz", Admin, 0)
	if err != nil {
		f.Fatal(err)
	}
	for _, token := range forger.forgeries() {
		f.Add([]byte(token))
	}
	f.Add([]byte(forger.good))
	f.Add([]byte(key.Reveal()))
	f.Fuzz(func(t *testing.T, token []byte) {
		p, err := b.Authenticate(string(token))
		right := string(token) == forger.good || string(token) == key.Reveal()
		if right != (err == nil) || err != nil && (err != ErrInvalid || p != (Principal{})) {
			t.Errorf("%q: %+v, error %v", token, p, err)
		}
	})
}
