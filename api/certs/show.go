package certs

import (
	"crypto/sha256"
	"crypto/x509"
	"encoding/hex"
	"strings"
	"time"
)

// Certificate is what there is to know of a certificate.
type Certificate struct {
	File    string    `json:"file"`
	Subject string    `json:"subject"`
	Hosts   []string  `json:"hosts"` // whom it vouches for; of an authority whom it may
	Expires time.Time `json:"expires"`
	// Fingerprint is the SHA-256 of the certificate, as browsers and
	// `openssl x509 -fingerprint -sha256` write it.
	Fingerprint string `json:"fingerprint_sha256"`
}

// Show returns the authority, whose key may be elsewhere, and this machine's
// certificate.
func (f Folder) Show() (ca, server Certificate, err error) {
	authorities, err := readCerts(f.CA())
	if err != nil {
		return ca, server, err
	}
	authority := authorities[0]
	ca = describe(f.CA(), authority)
	ca.Hosts = append([]string{}, authority.PermittedDNSDomains...)
	for _, network := range authority.PermittedIPRanges {
		ca.Hosts = append(ca.Hosts, network.String())
	}
	leaf, err := f.load(f.Server())
	if err != nil {
		return ca, server, err
	}
	return ca, describe(f.Server(), leaf.cert), nil
}

// Roots returns the authority, for clients on this machine.
func (f Folder) Roots() (*x509.CertPool, error) {
	authorities, err := readCerts(f.CA())
	if err != nil {
		return nil, err
	}
	return poolOf(authorities), nil
}

func describe(file string, cert *x509.Certificate) Certificate {
	return Certificate{file, cert.Subject.CommonName, hostsOf(cert), cert.NotAfter, fingerprint(cert.Raw)}
}

// fingerprint writes SHA-256 as pairs of digits: "0A:1B:…".
func fingerprint(der []byte) string {
	sum := sha256.Sum256(der)
	digits := strings.ToUpper(hex.EncodeToString(sum[:]))
	var b strings.Builder
	for i := 0; i < len(digits); i += 2 {
		if i > 0 {
			b.WriteByte(':')
		}
		b.WriteString(digits[i : i+2])
	}
	return b.String()
}

// Missing returns the hosts that the certificate does not vouch for.
func (c *Certificate) Missing(hosts []string) (missing []string) {
	has := map[string]bool{}
	for _, host := range c.Hosts {
		has[strings.ToLower(host)] = true
	}
	for _, host := range hosts {
		if !has[strings.ToLower(host)] {
			missing = append(missing, host)
		}
	}
	return missing
}
