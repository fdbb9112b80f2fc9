// Package certs makes the certificates with which other machines on the network
// may trust this one, and serves TLS with them.
//
// [Init] makes a local certificate authority and a certificate of this machine;
// no other service and no account is needed. A client trusts the authority once,
// by ca.pem, after comparing its fingerprint by eye. The authority can vouch for
// nothing but private addresses and the names it was made for (name constraints,
// RFC 5280 section 4.2.1.10), so that a stolen key does not open the client's
// bank.
//
// [Reloader] holds the certificate that is served, new once its file changes, and
// [Listener] does the handshakes.
package certs

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"net/netip"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"time"
)

// How long certificates are good. 397 days is the most that browsers have taken
// from public authorities since 2020 (CA/Browser Forum ballot SC31); no client
// is stricter with private ones. It was good an hour ago already, for clocks that
// are behind.
const (
	leafDays    = 397
	caYears     = 10
	clockBehind = time.Hour
)

var (
	// ErrHosts says that there can be no certificate for a host: it is none, or the
	// authority may not vouch for it.
	ErrHosts = errors.New("no certificate for that")
	// ErrNotPrivate says that others could read a key.
	ErrNotPrivate = errors.New("others can read it")
	// ErrBroken says that a file is there and is not what it should be.
	ErrBroken = errors.New("not usable")
)

// Folder is where the authority and the certificate of this machine lie: a path,
// whose folder has mode 0700 and files of 0600. Its methods need no running
// program; no two may run at a time.
type Folder string

// CA returns the path of the authority's certificate, the one file that clients
// get.
func (f Folder) CA() string { return filepath.Join(string(f), "ca.pem") }

// CAKey returns the path of the authority's key and certificate.
func (f Folder) CAKey() string { return filepath.Join(string(f), "ca-key.pem") }

// Server returns the path of this machine's key and certificate: one file, so
// that they change together.
func (f Folder) Server() string { return filepath.Join(string(f), "server.pem") }

// pair is a certificate with its key.
type pair struct {
	cert *x509.Certificate
	key  *ecdsa.PrivateKey
}

// Init makes what is missing: the authority, and a certificate for hosts, which
// are names and addresses without a port. What is there stays as it is, also
// where it lacks a host; made tells which files are new.
func (f Folder) Init(hosts []string, now time.Time) (made []string, err error) {
	if err := errors.Join(checkHosts(hosts), f.check()); err != nil {
		return nil, err
	}
	ca, err := f.load(f.CAKey())
	if errors.Is(err, fs.ErrNotExist) {
		if err := f.orphaned(); err != nil {
			return nil, err
		}
		if ca, err = newCA(hosts, now); err == nil {
			made, err = append(made, f.CAKey()), f.save(f.CAKey(), ca)
		}
	}
	if err != nil {
		return made, err
	}
	published, err := f.publish(ca)
	if err != nil {
		return made, err
	}
	if published {
		made = append(made, f.CA())
	}
	if _, err := f.load(f.Server()); !errors.Is(err, fs.ErrNotExist) {
		return made, err
	}
	return append(made, f.Server()), f.issue(ca, hosts, now)
}

// orphaned refuses to make a second authority where only the first one's key is
// gone, for example to a safe.
func (f Folder) orphaned() error {
	for _, path := range []string{f.CA(), f.Server()} {
		if _, err := os.Stat(path); err == nil {
			return fmt.Errorf("%s: %w, and %s is there: put it back, or let spacectl certs renew --ca make another", f.CAKey(), fs.ErrNotExist, path)
		}
	}
	return nil
}

// check holds a folder that is there to its mode.
func (f Folder) check() error {
	err := checkPrivate(string(f), 0o077)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	return err
}

// Renew makes a new certificate and key for hosts, by the authority that is
// there, in place of the old. With no hosts it takes those of the old.
func (f Folder) Renew(hosts []string, now time.Time) error {
	ca, err := f.load(f.CAKey())
	if err != nil {
		return err
	}
	if len(hosts) == 0 {
		old, err := f.load(f.Server())
		if err != nil {
			return err
		}
		hosts = hostsOf(old.cert)
	}
	if err := checkHosts(hosts); err != nil {
		return err
	}
	return f.issue(ca, hosts, now)
}

// RenewCA makes a new authority as well, which every client has to trust anew.
func (f Folder) RenewCA(hosts []string, now time.Time) error {
	if err := errors.Join(checkHosts(hosts), f.check()); err != nil {
		return err
	}
	ca, err := newCA(hosts, now)
	if err != nil {
		return err
	}
	if err := f.save(f.CAKey(), ca); err != nil {
		return err
	}
	if _, err := f.publish(ca); err != nil {
		return err
	}
	return f.issue(ca, hosts, now)
}

// issue makes and writes the certificate of this machine.
func (f Folder) issue(ca *pair, hosts []string, now time.Time) error {
	if now.After(ca.cert.NotAfter) {
		return fmt.Errorf("%s: %w: the authority ended on %s; spacectl certs renew --ca makes another", f.CAKey(), ErrBroken, ca.cert.NotAfter.Format(time.DateOnly))
	}
	leaf, err := newLeaf(ca, hosts, now)
	if err != nil {
		return err
	}
	return f.save(f.Server(), leaf)
}

// publish writes the authority's certificate for clients, unless it is there.
func (f Folder) publish(ca *pair) (written bool, err error) {
	data := encodeCert(ca.cert)
	if old, err := os.ReadFile(f.CA()); err == nil && string(old) == string(data) {
		return false, nil
	}
	return true, writePrivate(f.CA(), data)
}

func checkHosts(hosts []string) error {
	if len(hosts) == 0 {
		return fmt.Errorf("%w: it needs a host, such as planetarium.local or 192.168.1.20", ErrHosts)
	}
	for _, host := range hosts {
		ok := len(host) <= 253 && name.MatchString(host)
		if ip, err := netip.ParseAddr(host); err == nil {
			ok = ip.Zone() == "" && !ip.IsUnspecified()
		}
		if !ok {
			return fmt.Errorf("%w: %q is not a name or an address without a port, such as planetarium.local or 192.168.1.20", ErrHosts, host)
		}
	}
	return nil
}

// name is RFC 1123's, with the underscore that Windows' names may have.
var name = regexp.MustCompile(`^(?i:[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?)(?i:\.[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?)*$`)

// newCA makes an authority for hosts and private addresses.
func newCA(hosts []string, now time.Time) (*pair, error) {
	names, addresses := split(hosts)
	template := &x509.Certificate{
		Subject:               pkix.Name{CommonName: fmt.Sprintf("SpaceTime VR authority of %s, %s", hosts[0], now.UTC().Format(time.DateOnly))},
		NotBefore:             now.Add(-clockBehind),
		NotAfter:              now.AddDate(caYears, 0, 0),
		IsCA:                  true,
		BasicConstraintsValid: true,
		MaxPathLenZero:        true,
		KeyUsage:              x509.KeyUsageCertSign | x509.KeyUsageCRLSign,
		ExtKeyUsage:           []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},

		PermittedDNSDomainsCritical: true,
		PermittedDNSDomains:         unique(append(names, "localhost")),
		PermittedIPRanges:           ranges(addresses),
	}
	return sign(template, nil)
}

// private is what a network of one's own has: loopback; RFC 1918; link-local,
// RFC 3927 and RFC 4291; shared, RFC 6598; unique local, RFC 4193.
var private = []string{
	"127.0.0.0/8", "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "169.254.0.0/16", "100.64.0.0/10",
	"::1/128", "fc00::/7", "fe80::/10",
}

// ranges returns the private networks and those of the addresses, a network of
// one each, that are not private.
func ranges(addresses []netip.Addr) (nets []*net.IPNet) {
	var prefixes []netip.Prefix
	for _, text := range private {
		prefixes = append(prefixes, netip.MustParsePrefix(text))
	}
	for _, ip := range addresses {
		if !slices.ContainsFunc(prefixes, func(p netip.Prefix) bool { return p.Contains(ip) }) {
			prefixes = append(prefixes, netip.PrefixFrom(ip, ip.BitLen()))
		}
	}
	for _, p := range prefixes {
		nets = append(nets, &net.IPNet{IP: p.Addr().AsSlice(), Mask: net.CIDRMask(p.Bits(), p.Addr().BitLen())})
	}
	return nets
}

// newLeaf makes a certificate of this machine that is good for no longer than
// its authority. Its subject is no name of a host, since some clients would hold
// that to the name constraints as well.
func newLeaf(ca *pair, hosts []string, now time.Time) (*pair, error) {
	names, addresses := split(hosts)
	template := &x509.Certificate{
		Subject:     pkix.Name{CommonName: "SpaceTime VR on " + hosts[0]},
		NotBefore:   now.Add(-clockBehind),
		NotAfter:    now.Add(-clockBehind).AddDate(0, 0, leafDays),
		KeyUsage:    x509.KeyUsageDigitalSignature,
		ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
		DNSNames:    names,

		BasicConstraintsValid: true, // and IsCA is not set: no authority
	}
	if template.NotAfter.After(ca.cert.NotAfter) {
		template.NotAfter = ca.cert.NotAfter
	}
	for _, ip := range addresses {
		template.IPAddresses = append(template.IPAddresses, ip.AsSlice())
	}
	leaf, err := sign(template, ca)
	if err != nil {
		return nil, err
	}
	return leaf, permitted(ca.cert, leaf.cert, now)
}

// permitted holds a new certificate to its authority's constraints as a client
// will.
func permitted(ca, leaf *x509.Certificate, now time.Time) error {
	_, err := leaf.Verify(x509.VerifyOptions{Roots: poolOf([]*x509.Certificate{ca}), CurrentTime: now})
	var invalid x509.CertificateInvalidError
	if errors.As(err, &invalid) && invalid.Reason == x509.CANotAuthorizedForThisName {
		return fmt.Errorf("%w: %s, which is private addresses and what the authority was made for; spacectl certs renew --ca makes another", ErrHosts, invalid.Detail)
	}
	return err
}

// sign makes a certificate and a key for it; by itself when there is no parent.
func sign(template *x509.Certificate, parent *pair) (*pair, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, err
	}
	if parent == nil {
		parent = &pair{template, key}
	}
	der, err := x509.CreateCertificate(rand.Reader, template, parent.cert, &key.PublicKey, parent.key)
	if err != nil {
		return nil, err
	}
	cert, err := x509.ParseCertificate(der)
	return &pair{cert, key}, err
}

// split tells names from addresses, and takes each once.
func split(hosts []string) (names []string, addresses []netip.Addr) {
	for _, host := range hosts {
		if ip, err := netip.ParseAddr(host); err == nil {
			addresses = unique(append(addresses, ip.Unmap()))
			continue
		}
		names = unique(append(names, strings.ToLower(host)))
	}
	return names, addresses
}

// unique takes the first of what is there twice.
func unique[T comparable](all []T) (once []T) {
	for _, v := range all {
		if !slices.Contains(once, v) {
			once = append(once, v)
		}
	}
	return once
}

func hostsOf(cert *x509.Certificate) []string {
	hosts := slices.Clone(cert.DNSNames)
	for _, ip := range cert.IPAddresses {
		hosts = append(hosts, ip.String())
	}
	return hosts
}
