package certs

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"
)

// clock is a time that only the test moves.
type clock struct{ ns atomic.Int64 }

func newClock(now time.Time) *clock {
	c := &clock{}
	c.ns.Store(now.UnixNano())
	return c
}

func (c *clock) now() time.Time           { return time.Unix(0, c.ns.Load()) }
func (c *clock) pass(after time.Duration) { c.ns.Add(int64(after)) }

func source(f Folder) Source { return Source{Cert: f.Server(), Key: f.Server()} }

func reloader(t *testing.T, s Source) *Reloader {
	t.Helper()
	r, err := NewReloader(s)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// serial connects and returns which certificate the server showed.
func serial(t *testing.T, address string, config *tls.Config) string {
	t.Helper()
	conn, err := tls.Dial("tcp", address, config)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	return conn.ConnectionState().PeerCertificates[0].SerialNumber.String()
}

func TestReload(t *testing.T) {
	f, c := made(t, time.Now()), newClock(time.Now())
	var failures []error
	s := source(f)
	s.now, s.Failed = c.now, func(err error) { failures = append(failures, err) }
	address, trusting := serve(t, reloader(t, s).Config()), client(t, f, "localhost")
	live, err := tls.Dial("tcp", address, trusting)
	if err != nil {
		t.Fatal(err)
	}
	defer live.Close()
	first := serial(t, address, trusting)

	if err := f.Renew(nil, time.Now()); err != nil {
		t.Fatal(err)
	}
	c.pass(lookEvery - 1)
	if serial(t, address, trusting) != first {
		t.Error("looked at the files too soon")
	}
	c.pass(1)
	second := serial(t, address, trusting)
	if second == first {
		t.Error("the new certificate is not served after 2 s")
	}

	good, err := os.ReadFile(f.Server())
	if err != nil {
		t.Fatal(err)
	}
	for i, broken := range []string{"", "hello", string(good[:len(good)/2])} {
		if err := writePrivate(f.Server(), []byte(broken)); err != nil {
			t.Fatal(err)
		}
		for range 3 { // told once, not at each look
			c.pass(lookEvery)
			if got := serial(t, address, trusting); got != second {
				t.Errorf("broken file %d: serves %s", i, got)
			}
		}
		if len(failures) != i+1 || !errors.Is(failures[i], ErrBroken) || !strings.Contains(failures[i].Error(), "keeping the old certificate") {
			t.Fatalf("broken file %d is told as %v", i, failures)
		}
	}
	if err := os.Chtimes(f.Server(), time.Time{}, time.Now().Add(time.Hour)); err != nil { // as if written in place, the size as it was
		t.Fatal(err)
	}
	c.pass(lookEvery)
	if serial(t, address, trusting) != second || len(failures) != 4 {
		t.Errorf("a file of another time is told as %v", failures[3:])
	}
	if err := os.Remove(f.Server()); err != nil {
		t.Fatal(err)
	}
	c.pass(lookEvery)
	if serial(t, address, trusting) != second || len(failures) != 5 || !errors.Is(failures[4], fs.ErrNotExist) {
		t.Errorf("a missing file is told as %v", failures[4:])
	}
	if err := f.Renew([]string{"localhost"}, time.Now()); err != nil {
		t.Fatal(err)
	}
	c.pass(-time.Hour) // a clock that is set back hides no change
	if got := serial(t, address, trusting); got == second || got == first || len(failures) != 5 {
		t.Errorf("the third certificate is not served: %v", failures)
	}
	if err := say(live, "still"); err != nil {
		t.Errorf("the connection of before: %v", err)
	}
}

func TestTwoFiles(t *testing.T) {
	f, other := made(t, time.Now()), made(t, time.Now())
	c, failed := newClock(time.Now()), 0
	dir := t.TempDir()
	s := Source{Cert: filepath.Join(dir, "cert.pem"), Key: filepath.Join(dir, "key.pem"), now: c.now, Failed: func(error) { failed++ }}
	put := func(path string, from Folder) {
		t.Helper()
		data, err := os.ReadFile(from.Server())
		if err == nil {
			err = writePrivate(path, data)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	put(s.Cert, f)
	put(s.Key, f)
	address := serve(t, reloader(t, s).Config())
	put(s.Cert, other)
	c.pass(lookEvery)
	if err := dial(address, client(t, f, "localhost")); err != nil || failed != 1 {
		t.Errorf("half changed: %v, told %d times", err, failed)
	}
	put(s.Key, other)
	c.pass(lookEvery)
	if err := dial(address, client(t, other, "localhost")); err != nil || failed != 1 {
		t.Errorf("all changed: %v, told %d times", err, failed)
	}
}

func TestVersions(t *testing.T) {
	f := made(t, time.Now())
	for _, tt := range []struct {
		tls12  bool
		speaks uint16
		ok     bool
	}{
		{false, tls.VersionTLS13, true},
		{false, tls.VersionTLS12, false},
		{true, tls.VersionTLS12, true},
		{true, tls.VersionTLS13, true},
		{true, tls.VersionTLS11, false},
	} {
		s := source(f)
		s.TLS12 = tt.tls12
		config := client(t, f, "localhost")
		config.MinVersion, config.MaxVersion, config.NextProtos = tls.VersionTLS10, tt.speaks, []string{"h2", "http/1.1"}
		conn, err := tls.Dial("tcp", serve(t, reloader(t, s).Config()), config)
		if (err == nil) != tt.ok {
			t.Errorf("TLS12 %v, client %s: %v", tt.tls12, tls.VersionName(tt.speaks), err)
		}
		if err != nil {
			continue
		}
		state := conn.ConnectionState()
		if state.Version != tt.speaks || state.NegotiatedProtocol != "http/1.1" || strings.Contains(tls.CipherSuiteName(state.CipherSuite), "CBC") {
			t.Errorf("speaks %s, %q, %s", tls.VersionName(state.Version), state.NegotiatedProtocol, tls.CipherSuiteName(state.CipherSuite))
		}
		conn.Close()
	}
	old := client(t, f, "localhost")
	old.MaxVersion, old.CipherSuites = tls.VersionTLS12, []uint16{tls.TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA}
	s := source(f)
	s.TLS12 = true
	if err := dial(serve(t, reloader(t, s).Config()), old); err == nil {
		t.Error("speaks CBC")
	}
}

// TestClientCertificates: all clients must show a certificate of the authority.
func TestClientCertificates(t *testing.T) {
	f := made(t, time.Now())
	authority, err := newCA([]string{"clients"}, time.Now())
	if err != nil {
		t.Fatal(err)
	}
	other, err := newCA([]string{"others"}, time.Now())
	if err != nil {
		t.Fatal(err)
	}
	c := newClock(time.Now())
	s := source(f)
	s.ClientCA, s.now = filepath.Join(t.TempDir(), "clients.pem"), c.now
	for name, text := range map[string]string{
		"empty":         "",
		"no PEM":        "hello",
		"cut off":       string(encodeCert(authority.cert))[:200],
		"half cut off":  string(encodeCert(other.cert))[:200] + "\n" + string(encodeCert(authority.cert)),
		"cut off after": string(encodeCert(authority.cert)) + string(encodeCert(other.cert))[:200],
	} {
		if err := writePrivate(s.ClientCA, []byte(text)); err != nil {
			t.Fatal(err)
		}
		if _, err := NewReloader(s); !errors.Is(err, ErrBroken) {
			t.Errorf("%s: serves with %v", name, err)
		}
	}
	if err := os.Remove(s.ClientCA); err != nil {
		t.Fatal(err)
	}
	if _, err := NewReloader(s); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("missing: serves with %v", err)
	}
	if err := writePrivate(s.ClientCA, encodeCert(authority.cert)); err != nil {
		t.Fatal(err)
	}
	address := serve(t, reloader(t, s).Config())
	shows := func(ca *pair) *tls.Config {
		config := client(t, f, "localhost")
		if ca != nil {
			cert, err := sign(&x509.Certificate{
				NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour), ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth},
			}, ca)
			if err != nil {
				t.Fatal(err)
			}
			config.Certificates = []tls.Certificate{{Certificate: [][]byte{cert.cert.Raw}, PrivateKey: cert.key}}
		}
		return config
	}
	// This authority is for servers alone (extended key usage), so one of another kind is needed.
	for _, ca := range []*pair{authority, other} {
		ca.cert = clientAuthority(t, ca)
	}
	if err := writePrivate(s.ClientCA, encodeCert(authority.cert)); err != nil {
		t.Fatal(err)
	}
	c.pass(lookEvery)
	if err := dial(address, shows(authority)); err != nil {
		t.Errorf("a known client: %v", err)
	}
	for name, ca := range map[string]*pair{"none": nil, "another authority's": other} {
		if dial(address, shows(ca)) == nil {
			t.Errorf("a client with a certificate of %s is served", name)
		}
	}
	if err := writePrivate(s.ClientCA, nil); err != nil {
		t.Fatal(err)
	}
	c.pass(lookEvery)
	if dial(address, shows(nil)) == nil || dial(address, shows(authority)) != nil {
		t.Error("an authorities' file that broke later changes who is served")
	}
	if err := writePrivate(s.ClientCA, encodeCert(other.cert)); err != nil {
		t.Fatal(err)
	}
	c.pass(lookEvery)
	if dial(address, shows(authority)) == nil || dial(address, shows(other)) != nil {
		t.Error("the new authority does not take the old one's place")
	}
}

// clientAuthority makes a certificate of an authority for clients.
func clientAuthority(t *testing.T, p *pair) *x509.Certificate {
	t.Helper()
	made, err := sign(&x509.Certificate{
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour),
		Subject: p.cert.Subject, IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageCertSign,
	}, nil)
	if err != nil {
		t.Fatal(err)
	}
	p.key = made.key
	return made.cert
}

func TestRefusesToStart(t *testing.T) {
	f, other := made(t, time.Now()), made(t, time.Now())
	if _, err := NewReloader(Source{Cert: f.Server(), Key: other.Server()}); !errors.Is(err, ErrBroken) {
		t.Errorf("another's key: %v", err)
	}
	if _, err := NewReloader(Source{Cert: f.Server(), Key: string(f) + "none"}); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("no key: %v", err)
	}
	if err := os.Chmod(f.Server(), 0o644); err != nil {
		t.Fatal(err)
	}
	if _, err := NewReloader(source(f)); runtime.GOOS != "windows" && !errors.Is(err, ErrNotPrivate) {
		t.Errorf("everybody's key: %v", err)
	}
}

func TestExpiring(t *testing.T) {
	f, c := made(t, today), newClock(today)
	var left []int
	s := source(f)
	s.now, s.Expiring = c.now, func(d time.Duration) { left = append(left, int(d/day)) }
	r := reloader(t, s)
	for range 400 {
		if want := today.Add(-time.Hour).AddDate(0, 0, 397); !r.Expires().Equal(want) {
			t.Fatalf("ends %v, want %v", r.Expires(), want)
		}
		c.pass(day)
	}
	if want := []int{29, 13, 2, 0}; !slices.Equal(left, want) {
		t.Errorf("told with %v days left, want %v", left, want)
	}
	if err := f.Renew(nil, c.now()); err != nil {
		t.Fatal(err)
	}
	if !r.Expires().After(c.now()) || len(left) != 4 {
		t.Errorf("renewed: told %v", left)
	}
	c.pass(396 * day)
	r.Expires()
	if want := []int{29, 13, 2, 0, 0}; !slices.Equal(left, want) {
		t.Errorf("told %v, want %v: the nearest alone", left, want)
	}
}
