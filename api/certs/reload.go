package certs

import (
	"crypto/tls"
	"fmt"
	"io/fs"
	"os"
	"sync"
	"time"
)

// Source says which certificate to serve.
type Source struct {
	// Cert and Key are files in PEM, which may be one; Cert may have the chain
	// after the certificate. Others than the owner and the group may not read Key.
	Cert, Key string
	// ClientCA is a file with the authorities, in PEM, of which every client must
	// show a certificate; "" asks for none.
	ClientCA string
	// TLS12 lets clients speak TLS 1.2; else 1.3 is the oldest.
	TLS12 bool

	// Failed is told, once a change, why changed files are not served; the old
	// ones stay. Expiring is told how long the certificate is still good (less
	// than 0: it is over) at the start and when 30, 14, 3 and 0 days are left.
	// Both may be nil; they are called from any goroutine, one call at a time, and
	// must not call the Reloader.
	Failed   func(error)
	Expiring func(left time.Duration)

	now func() time.Time // nil is time.Now; for tests
}

// lookEvery is how often files are looked at, at most: whoever connects two
// seconds after a change gets the new certificate. Looking when somebody asks
// needs no goroutine and costs three calls of stat.
const lookEvery = 2 * time.Second

// warnAt is how long before the end Expiring is told.
var warnAt = []time.Duration{30 * day, 14 * day, 3 * day, 0}

const day = 24 * time.Hour

// Reloader serves a certificate, and a new one once its files change; connections
// go on with the one that they have. Its methods are safe on any goroutine.
type Reloader struct {
	source Source

	mu     sync.Mutex
	looked time.Time
	files  [3]fs.FileInfo // as they were when they were read last; nil for none
	config *tls.Config
	ends   time.Time
	warned int // how many of warnAt have been told
}

// NewReloader reads the files, all of which must be right: with a ClientCA that
// is missing or broken nobody is served rather than everybody.
func NewReloader(s Source) (*Reloader, error) {
	if s.now == nil {
		s.now = time.Now
	}
	if s.Failed == nil {
		s.Failed = func(error) {}
	}
	if s.Expiring == nil {
		s.Expiring = func(time.Duration) {}
	}
	r := &Reloader{source: s}
	r.files, r.looked = r.stat(), s.now()
	if err := r.load(); err != nil {
		return nil, err
	}
	r.warn()
	return r, nil
}

// Config returns how to serve: the certificate is looked up at each handshake.
// HTTP/1.1 is all that is offered, which WebSocket needs and which has no streams
// to flood. There are no session tickets, so that what a client showed is checked
// each time. The caller may not change it.
func (r *Reloader) Config() *tls.Config {
	return &tls.Config{
		MinVersion:         tls.VersionTLS12, // what is served decides
		GetConfigForClient: func(*tls.ClientHelloInfo) (*tls.Config, error) { return r.current(), nil },
	}
}

// Expires returns when the certificate that is served ends.
func (r *Reloader) Expires() time.Time {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.look()
	return r.ends
}

func (r *Reloader) current() *tls.Config {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.look()
	return r.config
}

// look reads the files if they have changed, unless it has just looked.
func (r *Reloader) look() {
	now := r.source.now()
	if since := now.Sub(r.looked); since >= 0 && since < lookEvery {
		return
	}
	r.looked = now
	if files := r.stat(); changed(r.files, files) {
		r.files = files
		if err := r.load(); err != nil {
			r.source.Failed(fmt.Errorf("keeping the old certificate: %w", err))
		}
	}
	r.warn()
}

func (r *Reloader) stat() (files [3]fs.FileInfo) {
	for i, path := range []string{r.source.Cert, r.source.Key, r.source.ClientCA} {
		files[i], _ = os.Stat(path) // that it is not there is something to see as well
	}
	return files
}

// changed tells whether a file is another, or another's content.
func changed(old, files [3]fs.FileInfo) bool {
	for i, now := range files {
		was := old[i]
		switch {
		case was == nil && now == nil:
		case was == nil || now == nil, !os.SameFile(was, now), was.Size() != now.Size(), !was.ModTime().Equal(now.ModTime()):
			return true
		}
	}
	return false
}

// load reads the files; on an error all is as before.
func (r *Reloader) load() error {
	s := &r.source
	if err := checkPrivate(s.Key, 0o007); err != nil {
		return err
	}
	cert, err := tls.LoadX509KeyPair(s.Cert, s.Key)
	if err != nil {
		return fmt.Errorf("certificate %s with key %s: %w: %w", s.Cert, s.Key, ErrBroken, err)
	}
	config := &tls.Config{
		Certificates:           []tls.Certificate{cert},
		MinVersion:             tls.VersionTLS13,
		CipherSuites:           tls12Suites,
		NextProtos:             []string{"http/1.1"},
		SessionTicketsDisabled: true,
	}
	if s.TLS12 {
		config.MinVersion = tls.VersionTLS12
	}
	if s.ClientCA != "" {
		authorities, err := readCerts(s.ClientCA)
		if err != nil {
			return fmt.Errorf("clients' authorities: %w", err)
		}
		config.ClientAuth, config.ClientCAs = tls.RequireAndVerifyClientCert, poolOf(authorities)
	}
	r.config, r.ends, r.warned = config, cert.Leaf.NotAfter, 0
	return nil
}

// tls12Suites is TLS 1.2's without CBC, of which scanners warn; those of TLS 1.3
// cannot be chosen.
var tls12Suites = []uint16{
	tls.TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256, tls.TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384, tls.TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256,
	tls.TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256, tls.TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384, tls.TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256,
}

// warn tells, once for each of warnAt, that the end comes near.
func (r *Reloader) warn() {
	left, due := r.ends.Sub(r.source.now()), 0
	for due < len(warnAt) && left <= warnAt[due] {
		due++
	}
	if due > r.warned {
		r.warned = due
		r.source.Expiring(left)
	}
}
