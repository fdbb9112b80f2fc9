//go:build threats

package threats

import (
	"crypto/tls"
	"fmt"
	"io"
	"math"
	"math/rand/v2"
	"net"
	"net/http"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/spacetime-vr/spacetime/api/auth"
)

// from is a client at an address of this machine, the nth of 10.213.128.0/17.
func from(config *tls.Config, n int) *http.Client {
	address := &net.TCPAddr{IP: net.IPv4(10, 213, byte(128+n>>8), byte(n))}
	return &http.Client{Timeout: 20 * time.Second, Transport: &http.Transport{
		TLSClientConfig: config, DialContext: (&net.Dialer{LocalAddr: address, Timeout: 10 * time.Second}).DialContext,
	}}
}

const loginBody = `{"grant_type":"password","name":%q,"password":%q}`

// login tries one, and returns the status, or 0 where there is no answer.
func login(c *http.Client, path, body string) int {
	r, _ := http.NewRequest("POST", "https://"+otherAddress+":8080"+v1+path, strings.NewReader(body)) // an address that is good
	r.Header.Set("Content-Type", "application/json")
	resp, err := c.Do(r)
	if err != nil {
		return 0
	}
	_, _ = io.Copy(io.Discard, resp.Body) // or the connection is not used again
	resp.Body.Close()
	return resp.StatusCode
}

// TestGuessing is T5: 10 000 guesses from ten addresses, of which few are looked
// at, and while it lasts the owner can log in from elsewhere.
func TestGuessing(t *testing.T) {
	p, ca := exposed(t)
	_, config := trusting(t, ca)
	admin := p.token(t, auth.Admin)
	const attackers, guesses, workers = 10, 1000, 3
	began := time.Now()
	var counts [attackers]struct{ evaluated, throttled, busy, unanswered, other atomic.Int64 }
	var crowd sync.WaitGroup
	for a := range attackers {
		client := from(config, 10+a)
		var next atomic.Int64
		for range workers {
			crowd.Go(func() {
				for n := next.Add(1); n <= guesses; n = next.Add(1) {
					path, body := "/auth/token", fmt.Sprintf(loginBody, "anna", fmt.Sprintf("guess-%d-of-%d", n, a))
					if a >= attackers-2 { // these guess pairing codes
						path, body = "/auth/pair", fmt.Sprintf(`{"code":"%08d","name":"eve","password":"Planted-Horse-7-x"}`, n)
					}
					switch login(client, path, body) {
					case http.StatusUnauthorized:
						counts[a].evaluated.Add(1)
					case http.StatusTooManyRequests:
						counts[a].throttled.Add(1)
					case http.StatusServiceUnavailable:
						counts[a].busy.Add(1)
					case 0:
						counts[a].unanswered.Add(1)
					default:
						counts[a].other.Add(1)
					}
				}
			})
		}
	}
	owner := http.StatusServiceUnavailable
	for range 40 { // the owner tries again while the program is busy
		time.Sleep(250 * time.Millisecond)
		if owner = login(from(config, 9), "/auth/token", fmt.Sprintf(loginBody, "anna", password)); owner == http.StatusOK {
			break
		}
	}
	if owner != http.StatusOK {
		t.Errorf("meanwhile the owner's login from elsewhere is answered %d", owner)
	}
	crowd.Wait()
	took := time.Since(began)
	for a := range counts {
		c := &counts[a]
		t.Logf("address %d: %d evaluated, %d throttled, %d busy, %d unanswered, %d other", a, c.evaluated.Load(), c.throttled.Load(), c.busy.Load(), c.unanswered.Load(), c.other.Load())
		most := int64(5) // of one name from one address in 10 minutes
		if a >= attackers-2 {
			most += int64(took/(12*time.Second)) + 1 // the quota of logins, which codes have no more than
		}
		if c.evaluated.Load() > most || c.evaluated.Load() == 0 || c.other.Load() != 0 {
			t.Errorf("address %d: %d evaluated, want 1 to %d; %d with another answer", a, c.evaluated.Load(), most, c.other.Load())
		}
	}
	t.Logf("%d guesses in %v", attackers*guesses, took.Round(time.Second))
	if status := login(from(config, 10), "/auth/token", fmt.Sprintf(loginBody, "anna", password)); status == http.StatusOK {
		t.Errorf("the right password from an address that guessed: %d, want 429", status)
	}
	burnt(t, config, admin)
}

// burnt: the fifth wrong code burns the right one, from wherever they come.
func burnt(t testing.TB, config *tls.Config, admin string) {
	t.Helper()
	client := from(config, 100)
	for round, wrong := range []int{4, 5} {
		made := ask(t, client, "POST", "https://"+otherAddress+":8080"+v1+"/auth/pairing-codes", admin, `{"role":"viewer"}`).want(t, "a code", http.StatusCreated)
		code := made.field(t, "code")
		for n := range wrong {
			guess := []byte(code)
			guess[n] = '0' + (guess[n]-'0'+1)%10
			if status := login(from(config, 101+10*round+n), "/auth/pair", fmt.Sprintf(`{"code":"%s","name":"eve","password":"Planted-Horse-7-x"}`, guess)); status != http.StatusUnauthorized {
				t.Errorf("a wrong code: %d, want 401", status)
			}
		}
		want := map[int]int{4: http.StatusCreated, 5: http.StatusUnauthorized}[wrong]
		if status := login(from(config, 150+round), "/auth/pair", fmt.Sprintf(`{"code":%q,"name":"mia%d","password":"Planted-Horse-7-x"}`, code, round)); status != want {
			t.Errorf("the right code after %d wrong ones: %d, want %d", wrong, status, want)
		}
	}
}

// TestLoginTiming: nobody can tell by the clock who has an account. Each sample is
// from an address of its own, since more than five would not be looked at. A
// difference that chance explains once in a hundred times has to come twice.
func TestLoginTiming(t *testing.T) {
	_, ca := exposed(t)
	_, config := trusting(t, ca)
	var chance [2]float64
	for round := range chance {
		known, unknown := samples(t, config, 1000+1000*round)
		chance[round] = mannWhitney(known, unknown)
		t.Logf("round %d: known %v, unknown %v (medians of %d each), p = %.3f", round+1, median(known), median(unknown), len(known), chance[round])
		if chance[round] > 0.01 {
			return
		}
	}
	t.Errorf("p = %.4f, want more than 0.01: the time tells who has an account", chance)
}

// samples times 200 logins of each kind, in an order that chance makes: the
// program collects its garbage after about every second password, so names that
// take turns would keep step with it.
func samples(t testing.TB, config *tls.Config, first int) (known, unknown []time.Duration) {
	t.Helper()
	for n, i := range rand.Perm(400) {
		client := from(config, first+n)
		handshake := func() int {
			return login(client, "/auth/token", `{"grant_type":"refresh_token","refresh_token":"none"}`)
		}
		if status := patiently(handshake); status != http.StatusUnauthorized {
			t.Fatalf("a wrong refresh token: %d", status)
		}
		name, kind := "anna", &known
		if i < 200 {
			name, kind = "anne", &unknown
		}
		var took time.Duration
		status := patiently(func() int {
			began := time.Now()
			defer func() { took = time.Since(began) }()
			return login(client, "/auth/token", fmt.Sprintf(loginBody, name, "wrong-Horse-7-battery"))
		})
		client.CloseIdleConnections()
		if status != http.StatusUnauthorized {
			t.Fatalf("%s: %d, want 401", name, status)
		}
		*kind = append(*kind, took)
	}
	return known, unknown
}

// patiently asks again while the program is too busy, for ten seconds at most.
func patiently(ask func() int) (status int) {
	for range 100 {
		if status = ask(); status != http.StatusServiceUnavailable {
			return status
		}
		time.Sleep(100 * time.Millisecond)
	}
	return status
}

func median(all []time.Duration) time.Duration {
	sorted := slices.Sorted(slices.Values(all))
	return sorted[len(sorted)/2].Round(10 * time.Microsecond)
}

// mannWhitney returns how likely samples differ as much by chance: the two-sided
// test by ranks, in the normal approximation, which is good from 20 samples on.
//
// Source: Mann and Whitney, On a test of whether one of two random variables is
// stochastically larger than the other, 1947.
func mannWhitney(a, b []time.Duration) float64 {
	u := 0.0
	for _, x := range a {
		for _, y := range b {
			switch {
			case x > y:
				u++
			case x == y:
				u += 0.5
			}
		}
	}
	n, m := float64(len(a)), float64(len(b))
	z := (u - n*m/2) / math.Sqrt(n*m*(n+m+1)/12)
	return math.Erfc(math.Abs(z) / math.Sqrt2)
}

// TestMannWhitney holds the test to what it must say.
func TestMannWhitney(t *testing.T) {
	line := func(first, step, n int) (all []time.Duration) {
		for i := range n {
			all = append(all, time.Duration(first+i*step))
		}
		return all
	}
	if p := mannWhitney(line(0, 2, 200), line(1, 2, 200)); p < 0.9 {
		t.Errorf("alike: p = %g", p)
	}
	if p := mannWhitney(line(0, 1, 200), line(40, 1, 200)); p > 1e-6 {
		t.Errorf("shifted by a fifth: p = %g", p)
	}
}
