package auth

import (
	"crypto/ed25519"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/golang-jwt/jwt/v5"
)

const (
	// TokenLifetime is the longest that an access token is good for.
	TokenLifetime = 15 * time.Minute

	leeway   = 30 * time.Second // for clocks that differ
	maxToken = 4 << 10          // bytes
	issuer   = "spacetime"
)

// claims are those of RFC 9068, and the session.
type claims struct {
	jwt.RegisteredClaims
	Session string `json:"sid"`
	Scope   string `json:"scope"`
	Role    Role   `json:"role,omitempty"` // of local tokens only

	scopes Scopes // Scope, parsed
}

// Validate is what golang-jwt asks beside its own checks.
func (c *claims) Validate() (err error) {
	switch {
	case c.Subject == "" || c.Session == "" || c.ID == "":
		return errors.New("a claim is missing")
	case c.IssuedAt == nil || c.NotBefore == nil || c.ExpiresAt == nil:
		return errors.New("a time is missing")
	case len(c.Audience) != 1:
		return errors.New("for others too")
	case c.ExpiresAt.Sub(c.IssuedAt.Time) > TokenLifetime:
		return errors.New("lives too long")
	}
	c.scopes, err = ParseScopes(c.Scope)
	return err
}

// goodAt tells whether the token is between its times.
func (c *claims) goodAt(now time.Time) bool {
	return now.Before(c.ExpiresAt.Add(leeway)) && !now.Add(leeway).Before(c.NotBefore.Time)
}

// tokenHeader is the first segment of a token signed with the key of this id.
// There is one way to write it, and no other is read: not one with another
// algorithm, with a key or an address of one in it (jwk, jku, x5c, x5u), with
// crit, with a member twice.
func tokenHeader(kid string) string {
	header, _ := json.Marshal(map[string]string{"alg": "EdDSA", "kid": kid, "typ": "at+jwt"}) // strings only
	return base64.RawURLEncoding.EncodeToString(header)
}

// sign makes a token of the subject, good from now for lifetime.
func (k *Keys) sign(c claims, now time.Time, lifetime time.Duration) (Secret, error) {
	c.RegisteredClaims = jwt.RegisteredClaims{
		Issuer: issuer, Subject: c.Subject, Audience: jwt.ClaimStrings{k.instance}, ID: newID("tok"),
		IssuedAt: jwt.NewNumericDate(now), NotBefore: jwt.NewNumericDate(now), ExpiresAt: jwt.NewNumericDate(now.Add(lifetime)),
	}
	body, err := json.Marshal(c)
	if err != nil {
		return Secret{}, err
	}
	return NewSecret(k.seal(k.header, body)), nil
}

// seal signs a body.
func (k *Keys) seal(header string, body []byte) string {
	text := header + "." + base64.RawURLEncoding.EncodeToString(body)
	return text + "." + base64.RawURLEncoding.EncodeToString(ed25519.Sign(k.signer(), []byte(text)))
}

// verifier checks signatures and claims.
type verifier struct {
	keys   *Keys
	parser *jwt.Parser
}

func newVerifier(k *Keys, now func() time.Time) verifier {
	return verifier{keys: k, parser: jwt.NewParser(
		jwt.WithValidMethods([]string{jwt.SigningMethodEdDSA.Alg()}),
		jwt.WithIssuer(issuer),
		jwt.WithAudience(k.instance),
		jwt.WithExpirationRequired(),
		jwt.WithNotBeforeRequired(),
		jwt.WithIssuedAt(),
		jwt.WithLeeway(leeway),
		jwt.WithStrictDecoding(),
		jwt.WithTimeFunc(now),
	)}
}

// verify returns the claims of a token that this instance made and whose time it
// is. The error is for tests; it does not leave the package.
func (v verifier) verify(raw string) (*claims, error) {
	if len(raw) > maxToken {
		return nil, errors.New("too long")
	}
	header, _, _ := strings.Cut(raw, ".")
	key, known := v.keys.public[header]
	if !known {
		return nil, errors.New("unknown header")
	}
	c := &claims{}
	token, err := v.parser.ParseWithClaims(raw, c, func(*jwt.Token) (any, error) { return key, nil })
	if err != nil {
		return nil, err
	}
	return c, asWritten(raw, header, c, token.Signature)
}

// asWritten returns an error unless raw is what this package would write for the
// claims and signature. That leaves no room for members that are unknown, there
// twice or in other letters, nor for line breaks, which Go's base64 skips.
func asWritten(raw, header string, c *claims, signature []byte) error {
	body, err := json.Marshal(c)
	if err != nil {
		return err
	}
	again := fmt.Sprintf("%s.%s.%s", header, base64.RawURLEncoding.EncodeToString(body), base64.RawURLEncoding.EncodeToString(signature))
	if again != raw {
		return errors.New("written in another way")
	}
	return nil
}

// Forged tells whether a refused credential was made up by somebody who knows
// tokens of this instance: it names a key of ours, and that key did not sign it.
// One that has expired or was revoked is not forged.
func (a *Authority) Forged(credential string) bool {
	parts := strings.Split(credential, ".")
	if len(parts) != 3 || len(credential) > maxToken {
		return false
	}
	if key, ours := a.keys.public[parts[0]]; ours {
		signature, err := base64.RawURLEncoding.DecodeString(parts[2])
		return err != nil || !ed25519.Verify(key, []byte(parts[0]+"."+parts[1]), signature)
	}
	var header struct{ Kid string }
	text, err := base64.RawURLEncoding.DecodeString(parts[0])
	if err != nil || json.Unmarshal(text, &header) != nil {
		return false
	}
	_, ours := a.keys.public[tokenHeader(header.Kid)] // with another algorithm, or more in it
	return ours
}
