package main

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"net"
	"net/netip"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/spacetime-vr/spacetime/api/certs"
	"github.com/spacetime-vr/spacetime/cmd/internal/exit"
	"github.com/spacetime-vr/spacetime/engine/host"
)

// certsCommand is `spacectl certs`, which needs no running program.
type certsCommand struct {
	Init  certsInitCommand  `cmd:"" help:"Make an authority and a certificate of this machine, where they are missing."`
	Renew certsRenewCommand `cmd:"" help:"Make a new certificate of this machine."`
	Show  certsShowCommand  `cmd:"" help:"Say whom the certificate vouches for, how long, and the authority's fingerprint."`
}

// certsInitCommand is `spacectl certs init`.
type certsInitCommand struct {
	Host []string `placeholder:"HOST" help:"Further names or addresses of this machine."`
}

func (*certsInitCommand) Help() string {
	return "The certificate is good for 397 days, for this machine's names and addresses. What is there already stays.\n\n" +
		"Example:\n\n  spacectl certs init --host planetarium.example"
}

func (c *certsInitCommand) Run(con *console, n *connection) error {
	folder, hosts, err := ourCerts(c.Host)
	if err != nil {
		return err
	}
	made, err := folder.Init(hosts, time.Now())
	if err != nil {
		return codedCerts(err)
	}
	return tellCerts(con.out, n.JSON, folder, made)
}

// certsRenewCommand is `spacectl certs renew`.
type certsRenewCommand struct {
	Host []string `placeholder:"HOST" help:"Further names or addresses of this machine."`
	CA   bool     `name:"ca" help:"Make a new authority too, which everybody has to trust anew."`
}

func (*certsRenewCommand) Help() string {
	return "The new certificate is for the hosts of the old one, and for this machine's names and addresses of now. A running program serves it within seconds.\n\n" +
		"Example:\n\n  spacectl certs renew"
}

func (c *certsRenewCommand) Run(con *console, n *connection) error {
	folder, hosts, err := ourCerts(c.Host)
	if err != nil {
		return err
	}
	made, err := renew(folder, hosts, c.CA)
	if err != nil {
		return codedCerts(err)
	}
	return tellCerts(con.out, n.JSON, folder, made)
}

// renew keeps the hosts of the certificate that is there. It returns what it
// wrote.
func renew(folder certs.Folder, hosts []string, ca bool) ([]string, error) {
	if _, old, err := folder.Show(); err == nil {
		hosts = append(hosts, old.Hosts...)
	}
	if ca {
		return []string{folder.CAKey(), folder.CA(), folder.Server()}, folder.RenewCA(hosts, time.Now())
	}
	return []string{folder.Server()}, folder.Renew(hosts, time.Now())
}

// certsShowCommand is `spacectl certs show`.
type certsShowCommand struct{}

func (*certsShowCommand) Help() string { return "Example:\n\n  spacectl certs show --json" }

func (*certsShowCommand) Run(con *console, n *connection) error {
	folder, err := certsFolder()
	if err != nil {
		return err
	}
	return tellCerts(con.out, n.JSON, folder, nil)
}

// certsReport is what the commands print as JSON.
type certsReport struct {
	Made   []string          `json:"made"` // files that this run wrote
	CA     certs.Certificate `json:"ca"`
	Server certs.Certificate `json:"server"`
}

func tellCerts(w io.Writer, asJSON bool, folder certs.Folder, made []string) error {
	ca, server, err := folder.Show()
	if err != nil {
		return codedCerts(err)
	}
	if asJSON {
		return printJSON(w, certsReport{append([]string{}, made...), ca, server})
	}
	var rows [][2]string
	for _, file := range made {
		rows = append(rows, [2]string{"written", file})
	}
	if err := printTable(w, append(rows, certRows(&ca, &server)...)); err != nil {
		return err
	}
	return tellTrust(w)
}

func certRows(ca, server *certs.Certificate) [][2]string {
	return [][2]string{
		{"certificate", fmt.Sprintf("%s, until %s", server.Subject, server.Expires.Format(time.DateOnly))},
		{"for", strings.Join(server.Hosts, " ")},
		{"file", server.File},
		{"authority", fmt.Sprintf("%s, until %s", ca.Subject, ca.Expires.Format(time.DateOnly))},
		{"may vouch for", strings.Join(ca.Hosts, " ")},
		{"its file", ca.File},
		{"SHA-256", ca.Fingerprint},
	}
}

// tellTrust says how a client comes to trust the authority.
func tellTrust(w io.Writer) error {
	_, err := fmt.Fprint(w, `
A client trusts this machine once it has the authority's file, ca.pem, and no
other of its folder. Compare the fingerprint by eye there before you trust it:
  openssl x509 -in ca.pem -noout -fingerprint -sha256
Then:
  spacectl   spacectl login --ca-file ca.pem ...
  curl       curl --cacert ca.pem ...
  Debian     copy it to /usr/local/share/ca-certificates/spacetime.crt, then run
             update-ca-certificates
  Windows    certutil -user -addstore Root ca.pem
  browsers   Firefox and phones: import it in the settings as an authority for
             web sites
`)
	return err
}

// codedCerts gives errors of certificates their exit codes.
func codedCerts(err error) error {
	switch {
	case errors.Is(err, certs.ErrHosts):
		return exit.With(exit.Usage, err)
	case errors.Is(err, certs.ErrNotPrivate):
		return exit.With(exit.Config, err)
	case errors.Is(err, certs.ErrBroken):
		return exit.With(exit.BadData, err)
	case errors.Is(err, os.ErrNotExist):
		return exit.With(exit.NoInput, fmt.Errorf("%w; spacectl certs init makes what is missing", err))
	}
	return err
}

// ourCerts returns the folder of the certificates and all hosts of this machine.
func ourCerts(more []string) (certs.Folder, []string, error) {
	folder, err := certsFolder()
	if err != nil {
		return "", nil, err
	}
	hosts, err := thisMachine()
	return folder, slices.Concat(hosts, more, itself), err
}

func certsFolder() (certs.Folder, error) {
	paths, err := host.UserPaths()
	return certs.Folder(filepath.Join(paths.Config, "certs")), exit.With(exit.Config, err)
}

// itself is how this machine calls itself.
var itself = []string{"localhost", "127.0.0.1", "::1"}

// thisMachine lists how others on the network may call this machine: its name,
// its name in multicast DNS, its addresses, that of the way out first.
func thisMachine() ([]string, error) {
	name, err := os.Hostname()
	if err != nil {
		return nil, err
	}
	addresses, err := net.InterfaceAddrs()
	if err != nil {
		return nil, err
	}
	return hostsOf(name, addresses, wayOut()), nil
}

// wayOut returns the address from which this machine would ask the network; the
// zero one where there is no network. Nothing is sent: 192.0.2.1 is for
// documentation (RFC 5737).
func wayOut() netip.Addr {
	conn, err := net.Dial("udp4", "192.0.2.1:9")
	if err != nil {
		return netip.Addr{}
	}
	defer conn.Close()
	return conn.LocalAddr().(*net.UDPAddr).AddrPort().Addr().Unmap()
}

// hostsOf leaves out public addresses of IPv6, which change by the day: an
// authority could not vouch for those to come.
func hostsOf(name string, addresses []net.Addr, first netip.Addr) (hosts []string) {
	if label, _, _ := strings.Cut(strings.ToLower(name), "."); label != "" && label != "localhost" {
		hosts = append(hosts, strings.ToLower(name), label+".local")
	}
	var found []netip.Addr
	for _, a := range addresses {
		prefix, err := netip.ParsePrefix(a.String())
		if ip := prefix.Addr().Unmap(); err == nil && ip.IsGlobalUnicast() && (ip.Is4() || ip.IsPrivate()) {
			found = append(found, ip)
		}
	}
	slices.SortStableFunc(found, func(a, b netip.Addr) int { return cmp.Compare(rank(a, first), rank(b, first)) })
	for _, ip := range found {
		hosts = append(hosts, ip.String())
	}
	return unique(hosts)
}

// rank puts first what somebody would type.
func rank(ip, first netip.Addr) int {
	switch {
	case ip == first:
		return 0
	case ip.Is4():
		return 1
	}
	return 2
}
