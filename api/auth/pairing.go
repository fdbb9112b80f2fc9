package auth

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
	"errors"
	"fmt"
	"math/big"
	"sync"
	"time"

	"github.com/spacetime-vr/spacetime/api/store"
)

const (
	// PairingLifetime is how long a pairing code is good for.
	PairingLifetime = 5 * time.Minute

	pairingTries = 5
)

// pairing is the code that makes one account: whoever reads it is at the machine.
// Five tries at 10^8 codes are a chance of 5e-8.
type pairing struct {
	mu      sync.Mutex
	code    Secret // empty: there is none
	role    Role   // of the account
	expires time.Time
	tries   int // left
}

// OpenPairing makes a new pairing code of eight digits, good for one user of that
// role within [PairingLifetime] and five tries; the one before it is void.
func (a *Authority) OpenPairing(role Role) (Secret, error) {
	if err := checkUserRole(role); err != nil {
		return Secret{}, err
	}
	n, err := rand.Int(rand.Reader, big.NewInt(100_000_000))
	if err != nil {
		return Secret{}, err
	}
	p := &a.pairing
	p.mu.Lock()
	defer p.mu.Unlock()
	p.code, p.role = NewSecret(fmt.Sprintf("%08d", n)), role
	p.expires = a.now().Add(PairingLifetime)
	p.tries = pairingTries
	return p.code, nil
}

// PairingOpen tells whether there is a code that is good.
func (a *Authority) PairingOpen() bool {
	a.pairing.mu.Lock()
	defer a.pairing.mu.Unlock()
	return a.pairing.good(a.now())
}

// Pair makes a user with the role that the code is for, and logs in. Errors are
// [ErrInvalid] for a code that is wrong, late, used or burnt by wrong tries;
// [ErrValue] for the name or password, after which the code is still good;
// [store.ErrExists] for a name that is taken, which only who has the code is told,
// and which counts as a wrong try, so that a code tells of five names at most.
func (a *Authority) Pair(ctx context.Context, code, name, password string) (Tokens, error) {
	role, ok := a.pairing.try(code, a.now())
	if !ok {
		return Tokens{}, ErrInvalid
	}
	u, err := a.createUser(ctx, name, password, role, func() error { return a.spend(code) })
	if errors.Is(err, store.ErrExists) {
		a.pairing.miss(code)
	}
	if err != nil {
		return Tokens{}, err
	}
	record, err := a.userRecord(u.ID)
	if err != nil {
		return Tokens{}, ErrInvalid
	}
	return a.begin(ctx, record)
}

// spend uses the code up, right before the user is made.
func (a *Authority) spend(code string) error {
	if _, ok := a.pairing.try(code, a.now()); !ok { // another one may have been opened since
		return ErrInvalid
	}
	a.pairing.mu.Lock()
	defer a.pairing.mu.Unlock()
	a.pairing.code = Secret{}
	return nil
}

// miss counts a try of the code that was right and for nothing.
func (p *pairing) miss(code string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if code == p.code.Reveal() {
		p.tries--
	}
}

func (p *pairing) good(now time.Time) bool {
	return p.code.Reveal() != "" && p.tries > 0 && now.Before(p.expires)
}

// try tells whether the code is right, and for which role; it counts if it is not.
func (p *pairing) try(code string, now time.Time) (Role, bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if !p.good(now) {
		return "", false
	}
	if subtle.ConstantTimeCompare([]byte(code), []byte(p.code.Reveal())) == 1 {
		return p.role, true
	}
	p.tries--
	return "", false
}
