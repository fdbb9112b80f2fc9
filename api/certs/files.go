package certs

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"fmt"
	"io/fs"
	"os"
	"runtime"
	"slices"

	"github.com/spacetime-vr/spacetime/engine/host"
)

// writePrivate writes a file whole, 0600, in a folder of 0700.
func writePrivate(path string, data []byte) error { return host.WritePrivate(path, data) }

func encodeCert(cert *x509.Certificate) []byte {
	return pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: cert.Raw})
}

// save writes a key and its certificate into one file.
func (f Folder) save(path string, p *pair) error {
	key, err := x509.MarshalPKCS8PrivateKey(p.key)
	if err != nil {
		return err
	}
	secret := pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: key})
	return writePrivate(path, slices.Concat(secret, encodeCert(p.cert)))
}

// load reads what save wrote, if nobody else can.
func (f Folder) load(path string) (*pair, error) {
	for _, p := range []string{path, string(f)} {
		if err := checkPrivate(p, 0o077); err != nil {
			return nil, err
		}
	}
	both, err := tls.LoadX509KeyPair(path, path)
	if err != nil {
		return nil, fmt.Errorf("%s: %w: %w", path, ErrBroken, err)
	}
	key, ok := both.PrivateKey.(*ecdsa.PrivateKey)
	if !ok {
		return nil, fmt.Errorf("%s: %w: the key is not ECDSA's", path, ErrBroken)
	}
	return &pair{both.Leaf, key}, nil
}

// readCerts reads certificates, at least one. Anything else in the file is an
// error: to leave it out would be to trust fewer or more than were meant.
func readCerts(path string) (certs []*x509.Certificate, err error) {
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	rest := data
	for len(bytes.TrimSpace(rest)) > 0 {
		block, after := pem.Decode(rest)
		if block == nil || block.Type != "CERTIFICATE" {
			return nil, fmt.Errorf("%s: %w: it has something besides certificates in PEM", path, ErrBroken)
		}
		cert, err := x509.ParseCertificate(block.Bytes)
		if err != nil {
			return nil, fmt.Errorf("%s: %w: %w", path, ErrBroken, err)
		}
		certs, rest = append(certs, cert), after
	}
	if n := bytes.Count(data, []byte("-----BEGIN ")); n == 0 || n != len(certs) { // the decoder skips what it cannot read
		return nil, fmt.Errorf("%s: %w: %d of %d certificates in PEM can be read", path, ErrBroken, len(certs), n)
	}
	return certs, nil
}

func poolOf(certs []*x509.Certificate) *x509.CertPool {
	pool := x509.NewCertPool()
	for _, cert := range certs {
		pool.AddCert(cert)
	}
	return pool
}

// checkPrivate refuses a file or folder that has one of the mode's bits. Windows
// keeps the user's folders from others by other means.
func checkPrivate(path string, others fs.FileMode) error {
	info, err := os.Stat(path)
	if err != nil || runtime.GOOS == "windows" || info.Mode().Perm()&others == 0 {
		return err
	}
	return fmt.Errorf("%s: %w, with mode %#o: chmod go= %s", path, ErrNotPrivate, info.Mode().Perm(), path)
}
