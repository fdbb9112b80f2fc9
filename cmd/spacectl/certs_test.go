package main

import (
	"encoding/json"
	"net"
	"net/netip"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"

	"github.com/spacetime-vr/spacetime/api/certs"
	"github.com/spacetime-vr/spacetime/cmd/internal/exit"
	"github.com/spacetime-vr/spacetime/engine/host"
)

// configHome makes an empty home and returns its folder of settings.
func configHome(t *testing.T) string {
	t.Helper()
	home(t)
	t.Setenv("XDG_CONFIG_HOME", "")
	t.Setenv("APPDATA", os.Getenv("HOME"))
	paths, err := host.UserPaths()
	if err != nil {
		t.Fatal(err)
	}
	return paths.Config
}

// printed reads what a command printed as JSON.
func printed[T any](t *testing.T, args ...string) (v T) {
	t.Helper()
	r := spacectl(append(args, "--json")...)
	r.want(t, exit.OK, "")
	if err := json.Unmarshal([]byte(r.out), &v); err != nil {
		t.Fatalf("%v: %q", err, r.out)
	}
	return v
}

func TestCerts(t *testing.T) {
	folder := certs.Folder(filepath.Join(configHome(t), "certs"))
	for _, command := range []string{"show", "renew"} {
		spacectl("certs", command).want(t, exit.NoInput, "spacectl certs init")
	}
	spacectl("certs", "init", "--host", "a:80").want(t, exit.Usage, `"a:80" is not a name`)
	first := printed[certsReport](t, "certs", "init", "--host", "planetarium.example")
	if !slices.Equal(first.Made, []string{folder.CAKey(), folder.CA(), folder.Server()}) {
		t.Errorf("made %q", first.Made)
	}
	here, err := thisMachine()
	if err != nil {
		t.Fatal(err)
	}
	if missing := first.Server.Missing(slices.Concat(here, itself, []string{"planetarium.example"})); len(missing) != 0 {
		t.Errorf("made for %q, without %q", first.Server.Hosts, missing)
	}
	if again := printed[certsReport](t, "certs", "init"); len(again.Made) != 0 || again.Made == nil || again.Server.Fingerprint != first.Server.Fingerprint {
		t.Errorf("wrote over: %+v", again)
	}
	renewed := printed[certsReport](t, "certs", "renew", "--host", "10.1.2.3")
	if renewed.CA.Fingerprint != first.CA.Fingerprint || renewed.Server.Fingerprint == first.Server.Fingerprint || len(renewed.Server.Missing([]string{"planetarium.example", "10.1.2.3"})) != 0 {
		t.Errorf("renewed to %+v", renewed)
	}
	spacectl("certs", "renew", "--host", "example.org").want(t, exit.Usage, `"example.org" is not permitted`)
	other := printed[certsReport](t, "certs", "renew", "--ca", "--host", "example.org")
	if other.CA.Fingerprint == first.CA.Fingerprint || len(other.Server.Missing([]string{"planetarium.example", "example.org"})) != 0 {
		t.Errorf("another authority: %+v", other)
	}
	r := spacectl("certs", "show")
	for _, want := range []string{other.CA.Fingerprint, "its file       " + folder.CA(), "update-ca-certificates", "certutil", "planetarium.example"} {
		if !strings.Contains(r.out, want) {
			t.Errorf("show prints\n%swant %s", r.out, want)
		}
	}
	write(t, folder.Server(), "hello")
	spacectl("certs", "show").want(t, exit.BadData, folder.Server())
	if err := os.Chmod(folder.CAKey(), 0o644); err != nil {
		t.Fatal(err)
	}
	if runtime.GOOS != "windows" {
		spacectl("certs", "init").want(t, exit.Config, "chmod go=")
	}
}

func TestHostsOf(t *testing.T) {
	network := func(texts ...string) (addresses []net.Addr) {
		for _, text := range texts {
			ip, n, err := net.ParseCIDR(text)
			if err != nil {
				t.Fatal(err)
			}
			addresses = append(addresses, &net.IPNet{IP: ip, Mask: n.Mask})
		}
		return addresses
	}
	lan := network("127.0.0.1/8", "::1/128", "fd00::2/64", "172.17.0.1/16", "192.168.1.20/24", "fe80::1/64", "169.254.3.4/16", "2001:db8::5/64")
	for _, tt := range []struct {
		name      string
		addresses []net.Addr
		first     string
		want      []string
	}{
		{"VR-PC", lan, "192.168.1.20", []string{"vr-pc", "vr-pc.local", "192.168.1.20", "172.17.0.1", "fd00::2"}},
		{"vr.museum.example", lan[:4], "192.0.2.1", []string{"vr.museum.example", "vr.local", "172.17.0.1", "fd00::2"}},
		{"vr.local", nil, "", []string{"vr.local"}},
		{"localhost", network("::ffff:10.0.0.1/104"), "", []string{"10.0.0.1"}},
		{"", nil, "", nil},
	} {
		first, _ := netip.ParseAddr(tt.first)
		if got := hostsOf(tt.name, tt.addresses, first); !slices.Equal(got, tt.want) {
			t.Errorf("%s: %q, want %q", tt.name, got, tt.want)
		}
	}
}
