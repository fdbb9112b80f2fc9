package certs

import (
	"net"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// TestOpenSSL asks the other implementation, in its strictest mode.
func TestOpenSSL(t *testing.T) {
	for name, hosts := range map[string][]string{"all": museum, "addresses": {"192.168.1.20"}, "a name": {"planetarium"}} {
		f := Folder(filepath.Join(t.TempDir(), "certs"))
		if _, err := f.Init(hosts, time.Now()); err != nil {
			t.Fatal(err)
		}
		args := []string{"verify", "-x509_strict", "-purpose", "sslserver", "-CAfile", f.CA()}
		for _, host := range hosts[:1] {
			kind := "-verify_hostname"
			if net.ParseIP(host) != nil {
				kind = "-verify_ip"
			}
			args = append(args, kind, host)
		}
		if out, err := exec.Command("openssl", append(args, f.Server())...).CombinedOutput(); err != nil {
			t.Errorf("%s: %v: %s", name, err, out)
		}
		out, err := exec.Command("openssl", "x509", "-in", f.CA(), "-noout", "-fingerprint", "-sha256", "-ext", "nameConstraints").CombinedOutput()
		if err != nil {
			t.Fatalf("%v: %s", err, out)
		}
		ca, _, _ := f.Show()
		for _, want := range []string{"=" + ca.Fingerprint, "X509v3 Name Constraints: critical", "IP:192.168.0.0/255.255.0.0"} {
			if !strings.Contains(string(out), want) {
				t.Errorf("%s: openssl says\n%swant %s", name, out, want)
			}
		}
	}
}
