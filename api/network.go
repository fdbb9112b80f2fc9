package api

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"strconv"
	"time"

	"github.com/spacetime-vr/spacetime/api/certs"
)

// Network is how others reach the server, if they do. The zero value is that of
// a server for this machine alone.
type Network struct {
	Hosts    []string // by which other machines call this one, without a port
	Origins  []string // of pages elsewhere that may ask, such as "https://panel.example"
	Insecure bool     // whether others may ask in the clear
	// Certificates says what to serve; no Cert means no TLS.
	Certificates certs.Source
	CAFile       string // of the authority that signed it, which the instance file tells; may be ""

	reloader *certs.Reloader
}

// TLS tells whether there is a certificate to serve.
func (n *Network) TLS() bool { return n.Certificates.Cert != "" }

func (n *Network) scheme() string {
	if n.TLS() {
		return "https://"
	}
	return "http://"
}

// Check refuses an address, which the error calls by name, that is none
// ([ErrAddress]), or at which other machines would reach the server ([ErrExposed])
// without TLS, or without names by which they call: without those any page could ask in
// a visitor's name (DNS rebinding).
func (n *Network) Check(name, address string) error {
	_, port, err := net.SplitHostPort(address)
	if err != nil {
		return fmt.Errorf("%s: %q is %w such as 127.0.0.1:8080", name, address, ErrAddress)
	}
	if _, err := strconv.ParseUint(port, 10, 16); err != nil {
		return fmt.Errorf("%s: %q is %w: it has no port between 0 and 65535", name, address, ErrAddress)
	}
	switch {
	case !IsFar(address):
		return nil
	case !n.TLS() && !n.Insecure:
		return fmt.Errorf("%s %s: %w, and without TLS only this machine may ask: run spacectl lan enable", name, address, ErrExposed)
	case len(n.Hosts) == 0:
		return fmt.Errorf("%s %s: %w, and allowed-hosts does not say by which name: run spacectl lan enable", name, address, ErrExposed)
	}
	return nil
}

// checkAddresses is [Network.Check] for both ports. Others reach them only where
// somebody has an account.
func (o *Options) checkAddresses() error {
	err := o.Network.Check("api", o.Address)
	if err == nil && o.Telemetry != "" {
		err = o.Network.Check("telemetry", o.Telemetry)
	}
	if err == nil && (IsFar(o.Address) || IsFar(o.Telemetry)) && !o.Control.Paired() {
		err = fmt.Errorf("%w, and nobody has an account yet: run spacectl lan disable, start it, run spacectl users add NAME --role admin and then spacectl lan enable", ErrExposed)
	}
	return err
}

// IsFar tells whether other machines reach what listens at an address with a port.
func IsFar(address string) bool {
	name, _, err := net.SplitHostPort(address)
	return err == nil && !IsLoopback(name)
}

// IsLoopback tells whether a host, a name or an address without its port, is
// this machine as nobody else can reach it.
func IsLoopback(name string) bool {
	ip, err := netip.ParseAddr(name)
	return name == "localhost" || err == nil && ip.IsLoopback()
}

// prepare reads the certificate.
func (n *Network) prepare() (err error) {
	if n.TLS() {
		n.reloader, err = certs.NewReloader(n.Certificates)
	}
	return err
}

// listen opens a port, for what the error calls it.
func (n *Network) listen(address, what string) (net.Listener, error) {
	listener, err := net.Listen("tcp", address)
	if errors.Is(err, errAddressInUse) {
		return nil, fmt.Errorf("%w: another program listens on %s; end it, or give another address (port 0 takes a free one)", ErrPortTaken, address)
	}
	if err != nil {
		return nil, fmt.Errorf("listen for %s: %w", what, err)
	}
	bound := listener.Addr().(*net.TCPAddr).AddrPort()
	if !IsFar(address) && !bound.Addr().IsLoopback() { // localhost may be anything in a hosts file
		return nil, errors.Join(fmt.Errorf("%w: %s is %s", ErrExposed, address, bound), listener.Close())
	}
	return listener, nil
}

// guard returns what a listener at port asks of requests.
func (n *Network) guard(port string) guard {
	return guard{hosts: allowedHosts(n.Hosts, port, n.scheme()), origins: n.Origins, scheme: n.scheme()}
}

// secure puts TLS on a listener, if there is a certificate.
func (n *Network) secure(l net.Listener) net.Listener {
	if n.reloader == nil {
		return l
	}
	return certs.NewListener(l, n.reloader.Config())
}

// certificateEnds is when the certificate ends; the zero time without one.
func (n *Network) certificateEnds() time.Time {
	if n.reloader == nil {
		return time.Time{}
	}
	return n.reloader.Expires()
}

// warnExposed says again and again that others may ask in the clear, while they may.
func (s *Server) warnExposed(ctx context.Context) {
	if !s.exposed() {
		return
	}
	again := time.NewTicker(time.Minute)
	defer again.Stop()
	for {
		s.log.Warn("other machines ask in the clear: whoever is on the network can read every token", "address", s.Address())
		select {
		case <-ctx.Done():
			return
		case <-again.C:
		}
	}
}
