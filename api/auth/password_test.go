package auth

import (
	"encoding/hex"
	"errors"
	"strings"
	"testing"

	"golang.org/x/crypto/argon2"
	"pgregory.net/rapid"

	"github.com/spacetime-vr/spacetime/api/store"
)

func TestPasswordHash(t *testing.T) {
	h := newHasher()
	kept, err := h.hash(t.Context(), goodPassword)
	if err != nil {
		t.Fatal(err)
	}
	again, err := h.hash(t.Context(), goodPassword)
	if err != nil || string(again) == string(kept) {
		t.Errorf("no salt: %s, error %v", []byte(again), err)
	}
	if !strings.HasPrefix(string(kept), "$argon2id$v=19$m=19456,t=2,p=1$") || len(kept) != 31+22+1+43 {
		t.Errorf("%s", []byte(kept))
	}
	for name, tt := range map[string]struct {
		password string
		kept     store.Hash
		want     bool
	}{
		"right":             {goodPassword, kept, true},
		"wrong":             {otherPassword, kept, false},
		"empty":             {"", kept, false},
		"other letters":     {strings.ToUpper(goodPassword), kept, false},
		"no hash":           {goodPassword, nil, false},
		"decoy":             {"", h.decoy, false},
		"damaged":           {goodPassword, kept[:len(kept)-1], false},
		"cheaper, not ours": {goodPassword, store.Hash(strings.Replace(string(kept), "m=19456", "m=8", 1)), false},
		"hash of nothing":   {goodPassword, store.Hash(hashForm + "$"), false},
		"text":              {goodPassword, store.Hash(goodPassword), false},
	} {
		before := h.hashes.Load()
		if got, err := h.matches(t.Context(), tt.password, tt.kept); got != tt.want || err != nil {
			t.Errorf("%s: %t, error %v", name, got, err)
		}
		if n := h.hashes.Load() - before; n != 1 {
			t.Errorf("%s: %d hashes", name, n)
		}
	}
}

// TestArgon2id is the primitive against the reference implementation's own test
// (phc-winner-argon2, src/test.c: version 0x13, t=2, m=2^16, p=1).
func TestArgon2id(t *testing.T) {
	got := hex.EncodeToString(argon2.IDKey([]byte("password"), []byte("somesalt"), 2, 1<<16, 1, 32))
	if want := "09316115d5cf24ed5a15a31a3ba326e5cf32edc24702987c02b6566f61913cf7"; got != want {
		t.Errorf("%s, want %s", got, want)
	}
}

// TestPasswordForms: one password written in two ways of Unicode is one.
func TestPasswordForms(t *testing.T) {
	h := newHasher()
	composed, apart := "gr\u00fcne Wiese am See", "gru\u0308ne Wiese am See"
	kept, err := h.hash(t.Context(), composed)
	if err != nil {
		t.Fatal(err)
	}
	if ok, err := h.matches(t.Context(), apart, kept); !ok || err != nil {
		t.Errorf("%t, error %v", ok, err)
	}
}

func TestCheckPassword(t *testing.T) {
	accepted := []string{
		goodPassword, otherPassword, "correct horse battery staple", "x9#Lm2!qWz8v", "Tr0ub4dor&3xyQ", "purple elephants like jazz",
		"пароль из двенадцати", "日本語のパスワードは長い方がいい", strings.Repeat("giraffe dusk ", 19), "password is not what I use", "夜空に星がたくさん見えます",
	}
	for _, password := range accepted {
		if err := checkPassword(password, "ada"); err != nil {
			t.Errorf("%q: %v", password, err)
		}
	}
	refused := map[string]string{
		"":            "shorter",
		"short1!":     "shorter",
		"elevenchars": "shorter",
		"u\u0308u\u0308u\u0308u\u0308u\u0308u\u0308": "shorter", // six letters in twelve code points
		strings.Repeat("giraffe dusk ", 20):          "longer",
		"tall giraffes\x00hum":                       "control",
		"tall giraffes\nhum":                         "control",
		"tall giraffes \xff hum":                     "UTF-8",
		"passwordpassword":                           "guess",
		"password1234":                               "guess",
		"Password2026!":                              "guess",
		"P@ssw0rd12345":                              "guess",
		"Spacetime2026":                              "guess",
		"spacetime-admin":                            "guess",
		"123456789012":                               "guess",
		"987654321098":                               "guess",
		"qwertyuiop12":                               "guess",
		"poiuytrewqwert":                             "guess",
		"1qaz2wsx3edc":                               "guess",
		"asdfghjklasdf":                              "guess",
		"abcdefghijkl":                               "guess",
		"zyxwvutsrqpon":                              "guess",
		"aaaaaaaaaaaa":                               "guess",
		"abababababab":                               "guess",
		"a1b2a1b2a1b2a1b2":                           "guess",
		"xkqxkqxkqxkq":                               "guess",
		"letmeinletmein":                             "guess",
		"welcome12345":                               "guess",
		"iloveyou2024":                               "guess",
		"Admin-Admin-1":                              "guess",
		"hildegard1998":                              "guess", // the user's own name
		"hildegardhilde":                             "guess",
		"qwertz123456":                               "guess",
		"summer2026!!":                               "guess",
		"............":                               "guess",
	}
	for password, want := range refused {
		if err := checkPassword(password, "hildegard"); !errors.Is(err, ErrValue) || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: error %v, want %q", password, err, want)
		}
	}
}

// TestUnguessable never counts more than there is, and is not upset by anything.
func TestUnguessable(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text, user := rapid.String().Draw(t, "password"), rapid.String().Draw(t, "user")
		n := unguessable(text, user)
		if n < 0 || n > len([]rune(strings.ToLower(text))) {
			t.Fatalf("%d of %q", n, text)
		}
		if twice := unguessable(text+text, user); twice > n+2 {
			t.Fatalf("%q counts %d, twice %d", text, n, twice)
		}
	})
}
