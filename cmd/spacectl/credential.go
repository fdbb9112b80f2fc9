package main

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/spacetime-vr/spacetime/api"
	"github.com/spacetime-vr/spacetime/api/auth"
	"github.com/spacetime-vr/spacetime/cmd/internal/exit"
	"github.com/spacetime-vr/spacetime/engine/host"
)

// credential is what spacectl shows the program.
type credential interface {
	// token returns what is good now, renewed where need be.
	token(ctx context.Context, c *client) (string, error)
	// adviseRefused says what to do when the program refuses it.
	adviseRefused(c *client) string
}

// fixedCredential is what a file holds.
type fixedCredential struct{ text, file string }

func (f *fixedCredential) token(context.Context, *client) (string, error) { return f.text, nil }

func (f *fixedCredential) adviseRefused(*client) string {
	if !f.whole() {
		return fmt.Sprintf("%s holds no whole token or API key, as if it was cut: make it anew with spacectl token issue, or spacectl keys add", f.file)
	}
	return fmt.Sprintf("what %s holds has ended, is revoked, or is of another program: leave --token-file out, or name another file", f.file)
}

// whole tells whether it may be a token, whose signature is 64 bytes in base64, or
// an API key, which has more than 160 bits in it.
func (f *fixedCredential) whole() bool {
	if strings.HasPrefix(f.text, "stk_") {
		return len(f.text) >= 32
	}
	parts := strings.Split(f.text, ".")
	return len(parts) == 3 && len(parts[2]) == 86
}

const (
	// localLifetime is how long a token from the key file is good.
	localLifetime = time.Minute
	// refreshBefore is how long before its end an access token is renewed: longer than
	// a request takes.
	refreshBefore = 2 * requestTimeout
)

// localCredential is made from the key file of this machine's program, which the
// user alone can read.
type localCredential struct {
	keyFile string
	made    auth.Secret
	expires time.Time
}

func (l *localCredential) token(context.Context, *client) (string, error) {
	if time.Until(l.expires) > refreshBefore {
		return l.made.Reveal(), nil
	}
	made, err := auth.IssueLocal(l.keyFile, auth.Admin, localLifetime)
	if err != nil {
		return "", err
	}
	l.made, l.expires = made, time.Now().Add(localLifetime)
	return made.Reveal(), nil
}

func (l *localCredential) adviseRefused(*client) string {
	return fmt.Sprintf("the program does not go by the key of %s: start it anew", l.keyFile)
}

// login is what `spacectl login` keeps of one program, for the user alone.
type login struct {
	URL          string    `json:"url"`
	Name         string    `json:"name"`
	CA           string    `json:"ca,omitempty"` // certificate of the authority that is trusted there, PEM
	AccessToken  string    `json:"access_token"`
	RefreshToken string    `json:"refresh_token"`
	Expires      time.Time `json:"expires"` // of the access token
}

// loginFile is where the login at an address is kept.
func loginFile(base string) (string, error) {
	paths, err := host.UserPaths()
	if err != nil {
		return "", exit.With(exit.Config, err)
	}
	sum := sha256.Sum256([]byte(base))
	return filepath.Join(paths.Config, "logins", hex.EncodeToString(sum[:8])+".json"), nil
}

// readLogin returns the login that is kept for an address; nil for none.
func readLogin(base string) (*login, error) {
	path, err := loginFile(base)
	if err != nil {
		return nil, err
	}
	data, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	var l login
	if err := json.Unmarshal(data, &l); err != nil || l.URL != base || l.RefreshToken == "" {
		return nil, exit.With(exit.BadData, fmt.Errorf("%s does not hold a login; remove it and run spacectl login", path))
	}
	return &l, nil
}

// onlyLogin returns the address of the one login that is kept, or "" where there
// are none or several.
func onlyLogin() string {
	file, err := loginFile("")
	if err != nil {
		return ""
	}
	all, err := filepath.Glob(filepath.Join(filepath.Dir(file), "*.json"))
	if err != nil || len(all) != 1 {
		return ""
	}
	var l login
	data, err := os.ReadFile(all[0])
	if err != nil || json.Unmarshal(data, &l) != nil {
		return ""
	}
	return l.URL
}

// save keeps the login.
func (l *login) save() error {
	path, err := loginFile(l.URL)
	if err != nil {
		return err
	}
	data, err := json.MarshalIndent(l, "", "  ")
	if err != nil {
		return err
	}
	return host.WritePrivate(path, append(data, '\n'))
}

// lock keeps every other spacectl from the login at the address.
func (l *login) lock() (unlock func() error, _ error) {
	path, err := loginFile(l.URL)
	if err != nil {
		return nil, err
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return nil, err
	}
	return lockFile(path + ".lock")
}

// take makes the login that of new tokens.
func (l *login) take(t *api.Tokens) {
	l.AccessToken, l.RefreshToken = t.AccessToken, t.RefreshToken
	l.Expires = time.Now().Add(time.Duration(t.ExpiresIn) * time.Second)
}

func (l *login) isFresh() bool { return time.Until(l.Expires) > refreshBefore }

// token returns the access token. Near its end it is renewed, by one spacectl at a
// time: a refresh token that is used twice ends the login.
func (l *login) token(ctx context.Context, c *client) (_ string, err error) {
	if l.isFresh() {
		return l.AccessToken, nil
	}
	unlock, err := l.lock()
	if err != nil {
		return "", err
	}
	defer func() { err = errors.Join(err, unlock()) }()
	kept, err := readLogin(l.URL)
	if err != nil {
		return "", err
	}
	if kept == nil {
		return "", exit.With(exit.NotPermitted, errors.New(l.adviseRefused(c)))
	}
	if *l = *kept; !l.isFresh() { // another spacectl may have renewed it meanwhile
		err = l.renew(ctx, c)
	}
	return l.AccessToken, err
}

// renew changes the refresh token for a new pair.
func (l *login) renew(ctx context.Context, c *client) error {
	tokens, err := tokens(ctx, c, createToken, tokenRequest{GrantType: "refresh_token", RefreshToken: l.RefreshToken})
	if isRefused(err, http.StatusUnauthorized) {
		return exit.With(exit.NotPermitted, errors.New(l.adviseRefused(c)))
	}
	if err != nil {
		return err
	}
	l.take(tokens)
	return l.save()
}

func (l *login) adviseRefused(c *client) string {
	return fmt.Sprintf("the login of %s at %s has ended: run spacectl login --url %s, or spacectl logout to forget it", l.Name, c.base, c.base)
}

// tokenRequest asks for tokens by a password or a refresh token.
type tokenRequest struct {
	GrantType    string `json:"grant_type"`
	Name         string `json:"name,omitempty"`
	Password     string `json:"password,omitempty"`
	RefreshToken string `json:"refresh_token,omitempty"`
}

// tokens asks for tokens, for which no credential is shown.
func tokens[S any](ctx context.Context, c *client, o operation[S, api.Tokens], body S) (*api.Tokens, error) {
	t, _, err := o.ask(ctx, c, body, with{anonymous: true})
	if err == nil && (t.AccessToken == "" || t.RefreshToken == "") {
		err = errors.New("the program gave no tokens; is it of the same version?")
	}
	return &t, err
}
