package certs

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"
)

var today = time.Date(2026, 11, 25, 12, 0, 0, 0, time.UTC)

var museum = []string{"Planetarium", "planetarium.local", "localhost", "192.168.1.20", "127.0.0.1", "::1", "203.0.113.7"}

// made returns a folder with certificates for museum.
func made(t *testing.T, now time.Time) Folder {
	t.Helper()
	f := Folder(filepath.Join(t.TempDir(), "certs"))
	if _, err := f.Init(museum, now); err != nil {
		t.Fatal(err)
	}
	return f
}

func TestInit(t *testing.T) {
	f := Folder(filepath.Join(t.TempDir(), "certs"))
	files, err := f.Init(museum, today)
	if want := []string{f.CAKey(), f.CA(), f.Server()}; err != nil || !slices.Equal(files, want) {
		t.Fatalf("made %v, %v; want %v", files, err, want)
	}
	for path, want := range map[string]os.FileMode{string(f): 0o700, f.CAKey(): 0o600, f.CA(): 0o600, f.Server(): 0o600} {
		if info, err := os.Stat(path); err != nil || runtime.GOOS != "windows" && info.Mode().Perm() != want {
			t.Errorf("%s has mode %v, want %v (%v)", path, info.Mode().Perm(), want, err)
		}
	}
	ca, server, err := f.Show()
	if err != nil {
		t.Fatal(err)
	}
	if ca.Subject != "SpaceTime VR authority of Planetarium, 2026-11-25" || !ca.Expires.Equal(today.AddDate(10, 0, 0)) || ca.File != f.CA() {
		t.Errorf("authority %+v", ca)
	}
	if want := today.Add(-time.Hour).AddDate(0, 0, 397); server.Subject != "SpaceTime VR on Planetarium" || !server.Expires.Equal(want) {
		t.Errorf("certificate %+v, want until %v", server, want)
	}
	want := []string{"planetarium", "planetarium.local", "localhost", "192.168.1.20", "127.0.0.1", "::1", "203.0.113.7"}
	if !slices.Equal(server.Hosts, want) || len(server.Missing(museum)) != 0 {
		t.Errorf("it vouches for %q, want %q", server.Hosts, want)
	}
	if got := server.Missing([]string{"PLANETARIUM", "other"}); !slices.Equal(got, []string{"other"}) {
		t.Errorf("missing are %q", got)
	}
	wantCA := []string{
		"planetarium", "planetarium.local", "localhost", "127.0.0.0/8", "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16",
		"169.254.0.0/16", "100.64.0.0/10", "::1/128", "fc00::/7", "fe80::/10", "203.0.113.7/32",
	}
	if !slices.Equal(ca.Hosts, wantCA) {
		t.Errorf("the authority may vouch for %q, want %q", ca.Hosts, wantCA)
	}
}

func contents(t *testing.T, f Folder) (all [3]string) {
	t.Helper()
	for i, path := range []string{f.CAKey(), f.CA(), f.Server()} {
		data, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		all[i] = string(data)
	}
	return all
}

func TestInitAgain(t *testing.T) {
	f := made(t, today)
	before := contents(t, f)
	files, err := f.Init([]string{"other.local"}, today)
	if err != nil || len(files) != 0 || contents(t, f) != before {
		t.Errorf("wrote over %v, %v", files, err)
	}
	if err := os.Remove(f.Server()); err != nil {
		t.Fatal(err)
	}
	if files, err := f.Init(museum, today); err != nil || !slices.Equal(files, []string{f.Server()}) {
		t.Errorf("made %v, %v", files, err)
	}
	if after := contents(t, f); after[0] != before[0] || after[2] == before[2] {
		t.Error("the authority changed, or the certificate did not")
	}
	if err := os.Remove(f.CAKey()); err != nil {
		t.Fatal(err)
	}
	if _, err := f.Init(museum, today); !errors.Is(err, fs.ErrNotExist) || !strings.Contains(err.Error(), "put it back") {
		t.Errorf("a second authority: %v", err)
	}
	if _, _, err := f.Show(); err != nil {
		t.Errorf("show without the authority's key: %v", err)
	}
}

func TestRenew(t *testing.T) {
	f := made(t, today)
	before := contents(t, f)
	if err := f.Renew(nil, today.AddDate(1, 0, 0)); err != nil {
		t.Fatal(err)
	}
	after := contents(t, f)
	_, server, _ := f.Show()
	if after[0] != before[0] || after[1] != before[1] || after[2] == before[2] || len(server.Missing(museum)) != 0 {
		t.Errorf("renewed to %+v", server)
	}
	if err := f.Renew([]string{"10.9.8.7"}, today); err != nil {
		t.Errorf("another private address: %v", err)
	}
	if _, server, _ := f.Show(); !slices.Equal(server.Hosts, []string{"10.9.8.7"}) {
		t.Errorf("hosts %q", server.Hosts)
	}
	before = contents(t, f)
	for _, host := range []string{"example.org", "198.51.100.1", "2001:db8::1", "planetarium.example"} {
		if err := f.Renew([]string{"10.9.8.7", host}, today); !errors.Is(err, ErrHosts) || !strings.Contains(err.Error(), host) {
			t.Errorf("%s: %v", host, err)
		}
	}
	if err := f.Renew(nil, today.AddDate(11, 0, 0)); !errors.Is(err, ErrBroken) || !strings.Contains(err.Error(), "2036-11-25") {
		t.Errorf("after the authority's end: %v", err)
	}
	if contents(t, f) != before {
		t.Error("what was refused changed a file")
	}
	late := today.AddDate(9, 11, 0)
	if err := f.Renew(nil, late); err != nil {
		t.Fatal(err)
	}
	if ca, server, _ := f.Show(); !server.Expires.Equal(ca.Expires) {
		t.Errorf("the certificate is good until %v, its authority until %v", server.Expires, ca.Expires)
	}
	if err := f.RenewCA([]string{"example.org"}, today); err != nil {
		t.Fatal(err)
	}
	if after := contents(t, f); after[0] == before[0] || after[1] == before[1] || after[2] == before[2] {
		t.Error("the authority is the old one")
	}
}

func TestRefusedHosts(t *testing.T) {
	f := Folder(filepath.Join(t.TempDir(), "certs"))
	for _, hosts := range [][]string{nil, {""}, {"a:80"}, {"*.local"}, {"https://a"}, {"-a"}, {"a..b"}, {"fe80::1%eth0"}, {"0.0.0.0"}, {strings.Repeat("a.", 127) + "aa"}, {"ä.local"}} {
		_, err := f.Init(hosts, today)
		if !errors.Is(err, ErrHosts) || f.Renew(hosts, today) == nil || f.RenewCA(hosts, today) == nil {
			t.Errorf("%q: %v", hosts, err)
		}
	}
	if _, err := os.Stat(string(f)); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("something was written: %v", err)
	}
}

func TestPrivacy(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Log("Windows has no modes")
		return
	}
	for _, tt := range []struct {
		path func(Folder) string
		mode os.FileMode
	}{
		{Folder.CAKey, 0o640},
		{Folder.Server, 0o604},
		{func(f Folder) string { return string(f) }, 0o755},
	} {
		f := made(t, today)
		if err := os.Chmod(tt.path(f), tt.mode); err != nil {
			t.Fatal(err)
		}
		if _, err := f.Init(museum, today); !errors.Is(err, ErrNotPrivate) || !strings.Contains(err.Error(), "chmod go= "+tt.path(f)) {
			t.Errorf("%s with mode %v: %v", tt.path(f), tt.mode, err)
		}
	}
}

func TestBroken(t *testing.T) {
	for name, damage := range map[string]func(string) string{
		"cut off":  func(s string) string { return s[:len(s)/2] },
		"empty":    func(string) string { return "" },
		"no PEM":   func(string) string { return "hello" },
		"bad byte": func(s string) string { return strings.Replace(s, "MI", "!!", 2) },
	} {
		f := made(t, today)
		text := contents(t, f)
		for i, path := range []string{f.CAKey(), f.CA(), f.Server()} {
			if err := os.WriteFile(path, []byte(damage(text[i])), 0o600); err != nil {
				t.Fatal(err)
			}
			if _, err := f.Roots(); path == f.CA() && !errors.Is(err, ErrBroken) {
				t.Errorf("%s %s: trusted, %v", name, path, err)
			}
			_, errInit := f.Init(museum, today) // writes ca.pem anew
			_, _, errShow := f.Show()
			if errInit != nil && !errors.Is(errInit, ErrBroken) || errShow != nil && !errors.Is(errShow, ErrBroken) || errInit == nil && errShow == nil && path != f.CA() {
				t.Errorf("%s %s: %v, %v", name, path, errInit, errShow)
			}
			if err := os.WriteFile(path, []byte(text[i]), 0o600); err != nil {
				t.Fatal(err)
			}
		}
	}
}

// TestClients connects by every name with a client that trusts the authority.
func TestClients(t *testing.T) {
	f := made(t, time.Now())
	r := reloader(t, source(f))
	address := serve(t, r.Config())
	for _, host := range museum {
		if err := dial(address, client(t, f, host)); err != nil {
			t.Errorf("%s: %v", host, err)
		}
	}
	var wrong x509.HostnameError
	if err := dial(address, client(t, f, "other.local")); !errors.As(err, &wrong) {
		t.Errorf("another name: %v", err)
	}
	var unknown x509.UnknownAuthorityError
	if err := dial(address, client(t, made(t, time.Now()), "localhost")); !errors.As(err, &unknown) {
		t.Errorf("a client of another authority: %v", err)
	}
}

// TestNameConstraints steals the authority's key: what it signs beyond its
// constraints no client takes.
func TestNameConstraints(t *testing.T) {
	f := made(t, time.Now())
	ca, err := f.load(f.CAKey())
	if err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		host string
		ok   bool
	}{
		{"bank.example", false},
		{"198.51.100.1", false},
		{"local", false},
		{"10.1.1.1", true},
		{"vr.planetarium.local", true}, // RFC 5280: a name permits those below it
	} {
		names, addresses := split([]string{tt.host})
		template := &x509.Certificate{NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour), DNSNames: names}
		for _, ip := range addresses {
			template.IPAddresses = append(template.IPAddresses, ip.AsSlice())
		}
		forged, err := sign(template, ca)
		if err != nil {
			t.Fatal(err)
		}
		address := serve(t, &tls.Config{Certificates: []tls.Certificate{{Certificate: [][]byte{forged.cert.Raw}, PrivateKey: forged.key}}})
		err = dial(address, client(t, f, tt.host))
		var invalid x509.CertificateInvalidError
		refused := errors.As(err, &invalid) && invalid.Reason == x509.CANotAuthorizedForThisName
		if tt.ok && err != nil || !tt.ok && !refused {
			t.Errorf("%s: %v", tt.host, err)
		}
	}
}

// client trusts f's authority and calls the server host.
func client(t *testing.T, f Folder, host string) *tls.Config {
	t.Helper()
	roots, err := f.Roots()
	if err != nil {
		t.Fatal(err)
	}
	return &tls.Config{RootCAs: roots, ServerName: host}
}

// serve accepts connections by config until the test ends, and echoes what comes
// by lines. It returns the address.
func serve(t *testing.T, config *tls.Config) string {
	t.Helper()
	tcp, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	l := NewListener(tcp, config)
	t.Cleanup(func() {
		if err := l.Close(); err != nil {
			t.Error(err)
		}
	})
	go func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			go func() {
				defer conn.Close()
				var line string
				for {
					if _, err := fmt.Fscanln(conn, &line); err != nil {
						return
					}
					fmt.Fprintln(conn, line)
				}
			}()
		}
	}()
	return tcp.Addr().String()
}

// dial connects and says something.
func dial(address string, config *tls.Config) error {
	conn, err := tls.Dial("tcp", address, config)
	if err != nil {
		return err
	}
	defer conn.Close()
	return say(conn, "hello")
}

func say(conn net.Conn, what string) error {
	var heard string
	if _, err := fmt.Fprintln(conn, what); err != nil {
		return err
	}
	if _, err := fmt.Fscanln(conn, &heard); err != nil {
		return err
	}
	if heard != what {
		return fmt.Errorf("heard %q, want %q", heard, what)
	}
	return nil
}
