package auth

import (
	"crypto/ed25519"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strings"

	"github.com/spacetime-vr/spacetime/api/store"
	"github.com/spacetime-vr/spacetime/engine/host"
)

// liveKeys is how many keys there may be: the one that signs, and the one before
// it, whose tokens are still about.
const liveKeys = 2

// Keys are what an instance signs its access tokens with, and its id.
type Keys struct {
	instance string
	signer   func() ed25519.PrivateKey    // a function, of which fmt prints no more than that it is one
	header   string                       // first segment of the tokens that signer makes
	public   map[string]ed25519.PublicKey // by first segment
	published
}

// published is a JSON Web Key Set, RFC 7517.
type published struct {
	Keys []jwk `json:"keys"`
}

// jwk is an Ed25519 key, RFC 8037. D is the private half, "" where published.
type jwk struct {
	Kty string `json:"kty"`
	Crv string `json:"crv"`
	Use string `json:"use"`
	Alg string `json:"alg"`
	Kid string `json:"kid"`
	X   string `json:"x"`
	D   string `json:"d,omitempty"`
}

// keyFile is a key set with the id of the instance. The first key signs.
type keyFile struct {
	Instance string `json:"instance"`
	Keys     []jwk  `json:"keys"`
}

// OpenKeys reads an instance's key file, or makes it at the first start (mode
// 0600 in a folder of 0700). One that others may read is refused.
func OpenKeys(path string) (*Keys, error) {
	keys, err := readKeys(path)
	if errors.Is(err, fs.ErrNotExist) {
		err = writeKeys(path, keyFile{Instance: newID("spacetime"), Keys: []jwk{newKey()}})
		if err == nil {
			keys, err = readKeys(path)
		}
	}
	if err != nil {
		return nil, fmt.Errorf("open instance key: %w", err)
	}
	return keys, nil
}

// RotateKeys puts a new key into a key file. With keep the one before it stays, so
// that its tokens are good until they expire; all others go, and with them their
// tokens. The program reads the file when it starts.
func RotateKeys(path string, keep bool) error {
	f, err := loadKeys(path)
	if err == nil {
		before := f.Keys[:0]
		if keep {
			before = f.Keys[:min(len(f.Keys), liveKeys-1)]
		}
		f.Keys = append([]jwk{newKey()}, before...)
		err = writeKeys(path, f)
	}
	if err != nil {
		return fmt.Errorf("rotate instance key: %w", err)
	}
	return nil
}

// Instance is the id of the instance, the audience of its tokens.
func (k *Keys) Instance() string { return k.instance }

// JWKS is the public halves as a JSON Web Key Set, RFC 7517.
func (k *Keys) JWKS() []byte {
	text, _ := json.Marshal(k.published) // strings only
	return text
}

func readKeys(path string) (*Keys, error) {
	f, err := loadKeys(path)
	if err != nil {
		return nil, err
	}
	k := &Keys{instance: f.Instance, public: map[string]ed25519.PublicKey{}}
	for i, key := range f.Keys {
		private, err := key.private()
		if err != nil {
			return nil, fmt.Errorf("%s is %w: key %d: %w", path, store.ErrDamaged, i+1, err)
		}
		header := tokenHeader(key.Kid)
		k.public[header] = private.Public().(ed25519.PublicKey)
		if i == 0 {
			k.signer, k.header = func() ed25519.PrivateKey { return private }, header
		}
		key.D = ""
		k.Keys = append(k.Keys, key)
	}
	return k, nil
}

func loadKeys(path string) (keyFile, error) {
	var f keyFile
	if err := store.CheckPrivate(path); err != nil {
		return f, err
	}
	text, err := os.ReadFile(path)
	if err != nil {
		return f, err
	}
	if err := json.Unmarshal(text, &f); err != nil || f.Instance == "" || len(f.Keys) == 0 || len(f.Keys) > liveKeys {
		return f, fmt.Errorf("%s is %w: not an instance's key file; restore it, or remove it to get a new one, which ends all sessions", path, store.ErrDamaged)
	}
	return f, nil
}

func writeKeys(path string, f keyFile) error {
	text, err := json.MarshalIndent(f, "", "  ")
	if err != nil {
		return err
	}
	return host.WritePrivate(path, append(text, '\n'))
}

func newKey() jwk {
	var seed [ed25519.SeedSize]byte
	_, _ = rand.Read(seed[:]) // never fails
	return keyOf(seed[:])
}

func keyOf(seed []byte) jwk {
	public := ed25519.NewKeyFromSeed(seed).Public().(ed25519.PublicKey)
	x := base64.RawURLEncoding.EncodeToString(public)
	return jwk{
		Kty: "OKP", Crv: "Ed25519", Use: "sig", Alg: "EdDSA",
		Kid: thumbprint(x), X: x, D: base64.RawURLEncoding.EncodeToString(seed),
	}
}

// private is the key pair, if the members belong together.
func (j jwk) private() (ed25519.PrivateKey, error) {
	seed, err := base64.RawURLEncoding.DecodeString(j.D)
	if err != nil || len(seed) != ed25519.SeedSize || keyOf(seed) != j {
		return nil, errors.New("not an Ed25519 key of this program's making")
	}
	return ed25519.NewKeyFromSeed(seed), nil
}

// thumbprint is RFC 7638's of an Ed25519 key, RFC 8037 appendix A.3.
func thumbprint(x string) string {
	sum := sha256.Sum256([]byte(`{"crv":"Ed25519","kty":"OKP","x":"` + x + `"}`))
	return base64.RawURLEncoding.EncodeToString(sum[:])
}

// newID is a new id of a kind: 128 random bits and more, in small letters and
// digits.
func newID(kind string) string { return kind + "-" + strings.ToLower(rand.Text()) }
