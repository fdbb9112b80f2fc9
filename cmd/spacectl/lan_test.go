package main

import (
	"crypto/tls"
	"errors"
	"io/fs"
	"net"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/alecthomas/kong"
	"rsc.io/qr"

	"github.com/spacetime-vr/spacetime/api"
	"github.com/spacetime-vr/spacetime/api/certs"
	"github.com/spacetime-vr/spacetime/cmd/internal/exit"
	"github.com/spacetime-vr/spacetime/engine/settings"
)

// asSpacetime reads the settings as spacetime does, which checks them.
func asSpacetime(t *testing.T, path string) (s settings.Settings) {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	file, err := settings.Read(text)
	if err != nil {
		t.Fatal(err)
	}
	parser, err := kong.New(&s, kong.Resolvers(kong.ResolverFunc(func(_ *kong.Context, _ *kong.Path, flag *kong.Flag) (any, error) {
		return file.Value(flag.Name)
	})))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := parser.Parse(nil); err != nil {
		t.Fatalf("spacetime refuses\n%s%v", text, err)
	}
	n := api.Network{Hosts: s.Server.AllowedHosts, Certificates: certs.Source{Cert: s.Server.TLSCert, Key: s.Server.TLSKey}}
	if err := errors.Join(n.Check("api", s.API), n.Check("telemetry", s.Server.Telemetry)); err != nil {
		t.Fatalf("spacetime refuses\n%s%v", text, err)
	}
	return s
}

func TestLANEnable(t *testing.T) {
	config := configHome(t)
	path, folder := filepath.Join(config, settings.FileName), certs.Folder(filepath.Join(config, "certs"))

	plan := printed[lanReport](t, "lan", "enable", "--dry-run", "--host", "planetarium.example")
	if _, err := os.Stat(config); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("a dry run wrote: %v", err)
	}
	if plan.LAN != "enabled" || !plan.DryRun || plan.Certificates != "made" || len(plan.Changes) != 5 {
		t.Errorf("the plan is %+v", plan)
	}

	done := printed[lanReport](t, "lan", "enable", "--host", "planetarium.example")
	if done.DryRun || !slices.Equal(done.Changes, plan.Changes) || done.URL != plan.URL || done.Certificates != "made" {
		t.Errorf("did  %+v\nplan %+v", done, plan)
	}
	s := asSpacetime(t, path)
	if s.API != "0.0.0.0:8080" || s.Server.Telemetry != "0.0.0.0:8081" || !slices.Contains(s.Server.AllowedHosts, "planetarium.example") ||
		slices.Contains(s.Server.AllowedHosts, "localhost") || s.Server.TLSCert != folder.Server() || s.Server.TLSKey != folder.Server() {
		t.Errorf("spacetime gets %+v", s)
	}
	if missing := done.Server.Missing(append(s.Server.AllowedHosts, "localhost", "127.0.0.1")); len(missing) != 0 {
		t.Errorf("the certificate lacks %q", missing)
	}
	for _, host := range append(s.Server.AllowedHosts, "127.0.0.1") {
		shakeHands(t, &s, folder, host)
	}

	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	again := printed[lanReport](t, "lan", "enable") // and keeps the host of before
	if after, _ := os.ReadFile(path); string(after) != string(text) || again.Certificates != "kept" || len(again.Changes) != 0 || again.CA.Fingerprint != done.CA.Fingerprint {
		t.Errorf("again: %+v\n%s", again, after)
	}
	more := printed[lanReport](t, "lan", "enable", "--host", "10.1.2.3")
	if more.Certificates != "renewed" || len(more.Changes) != 1 || more.Changes[0].Setting != "allowed-hosts" || len(more.Server.Missing([]string{"10.1.2.3"})) != 0 {
		t.Errorf("with a host more: %+v", more)
	}
	spacectl("lan", "enable", "--host", "example.org").want(t, exit.Usage, "is not permitted")
	spacectl("lan", "enable", "--host", "a:80").want(t, exit.Usage, `"a:80" is not a name`)
	if after := asSpacetime(t, path); slices.Contains(after.Server.AllowedHosts, "example.org") {
		t.Error("what was refused is in the settings")
	}
}

// shakeHands serves TLS as the settings say, and connects as host.
func shakeHands(t *testing.T, s *settings.Settings, folder certs.Folder, host string) {
	t.Helper()
	r, err := certs.NewReloader(certs.Source{Cert: s.Server.TLSCert, Key: s.Server.TLSKey})
	if err != nil {
		t.Fatal(err)
	}
	tcp, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	l := certs.NewListener(tcp, r.Config())
	defer l.Close()
	roots, err := folder.Roots()
	if err != nil {
		t.Fatal(err)
	}
	conn, err := tls.Dial("tcp", tcp.Addr().String(), &tls.Config{RootCAs: roots, ServerName: host})
	if err != nil {
		t.Errorf("%s: %v", host, err)
		return
	}
	conn.Close()
}

func TestLANRenews(t *testing.T) {
	folder := certs.Folder(filepath.Join(configHome(t), "certs"))
	hosts, err := thisMachine()
	if err != nil {
		t.Fatal(err)
	}
	if _, err := folder.Init(append(hosts, itself...), time.Now().AddDate(0, 0, -380)); err != nil { // 17 days are left
		t.Fatal(err)
	}
	if r := printed[lanReport](t, "lan", "enable"); r.Certificates != "renewed" || time.Until(r.Server.Expires) < 396*24*time.Hour {
		t.Errorf("got %+v", r)
	}
	write(t, folder.Server(), "hello")
	spacectl("lan", "enable").want(t, exit.BadData, folder.Server())
	spacectl("lan", "status").want(t, exit.BadData, folder.Server())
	if err := os.Remove(folder.Server()); err != nil {
		t.Fatal(err)
	}
	if r := printed[lanReport](t, "lan", "enable"); r.Certificates != "made" {
		t.Errorf("got %+v", r)
	}
}

// TestLANAndBack leaves a settings file as it was.
func TestLANAndBack(t *testing.T) {
	for _, tt := range []struct{ name, before, enabled string }{
		{"nothing", "", "api = '0.0.0.0:8080'"},
		{"others", "# mine\nfullscreen = true\nplugin = 'x' # kept\n[panel]\na = 1\n", "telemetry = '0.0.0.0:8081'"},
		{"ports", "api = '127.0.0.1:9090'\ntelemetry = '127.0.0.1:0'\n", "api = '0.0.0.0:9090'\ntelemetry = '0.0.0.0:0'"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			path := filepath.Join(configHome(t), settings.FileName)
			write(t, path, tt.before)
			spacectl("lan", "enable").want(t, exit.OK, "")
			if text, _ := os.ReadFile(path); !strings.Contains(string(text), tt.enabled) {
				t.Errorf("enabled by\n%swant %s", text, tt.enabled)
			}
			if s := printed[lanReport](t, "lan", "status"); s.LAN != "enabled" || s.CA == nil || s.URL == "" || len(s.Missing) != 0 {
				t.Errorf("status %+v", s)
			}
			if r := printed[lanReport](t, "lan", "disable"); r.LAN != "disabled" || len(r.Changes) != 5 {
				t.Errorf("disabled by %+v", r)
			}
			if text, _ := os.ReadFile(path); string(text) != tt.before {
				t.Errorf("left\n%swant\n%s", text, tt.before)
			}
			if s := printed[lanReport](t, "lan", "status"); s.LAN != "disabled" || s.CA != nil || s.URL != "" {
				t.Errorf("status %+v", s)
			}
			if r := printed[lanReport](t, "lan", "disable"); len(r.Changes) != 0 {
				t.Errorf("disabled twice: %+v", r)
			}
		})
	}
}

// TestLANInsecure: neither with TLS nor on this machine alone is there a reason
// for it.
func TestLANInsecure(t *testing.T) {
	for _, command := range []string{"enable", "disable"} {
		path := filepath.Join(configHome(t), settings.FileName)
		write(t, path, "allow-insecure-lan = true\nallowed-hosts = ['vr.local']\napi = '[::]:80'\n")
		spacectl("lan", command).want(t, exit.OK, "")
		s := asSpacetime(t, path)
		if s.Server.AllowInsecureLAN || (s.API == "0.0.0.0:80") != (command == "enable") || (s.API == "127.0.0.1:80") != (command == "disable") {
			t.Errorf("%s: %s, %+v", command, s.API, s.Server)
		}
	}
}

func TestLANOwnCertificate(t *testing.T) {
	config := configHome(t)
	path := filepath.Join(config, settings.FileName)
	write(t, path, "tls-cert = '/etc/ssl/vr.pem'\ntls-key = '/etc/ssl/vr.key'\napi = 'off'\n")
	r := printed[lanReport](t, "lan", "enable")
	if _, err := os.Stat(filepath.Join(config, "certs")); r.Certificates != "not ours" || r.CA != nil || !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("made certificates besides: %+v, %v", r, err)
	}
	if s := asSpacetime(t, path); s.Server.TLSCert != "/etc/ssl/vr.pem" || s.Server.TLSKey != "/etc/ssl/vr.key" || s.API != "0.0.0.0:8080" {
		t.Errorf("spacetime gets %+v", s.Server)
	}
	spacectl("lan", "disable").want(t, exit.OK, "")
	if text, _ := os.ReadFile(path); string(text) != "tls-cert = '/etc/ssl/vr.pem'\ntls-key = '/etc/ssl/vr.key'\n" {
		t.Errorf("left\n%s", text)
	}
}

func TestLANBrokenSettings(t *testing.T) {
	config := configHome(t)
	path := filepath.Join(config, settings.FileName)
	write(t, path, "api = \n")
	if r := spacectl("lan", "status"); r.code != exit.OK || !strings.Contains(r.out, "cannot be read and counts for nothing: line 1") {
		t.Errorf("status prints %q", r.out)
	}
	spacectl("lan", "enable", "--dry-run").want(t, exit.OK, "")
	if text, _ := os.ReadFile(path); string(text) != "api = \n" {
		t.Errorf("a dry run left %q", text)
	}
	spacectl("lan", "enable").want(t, exit.OK, "")
	if kept, _ := os.ReadFile(path + ".broken"); string(kept) != "api = \n" {
		t.Errorf("kept %q", kept)
	}
	asSpacetime(t, path)
	write(t, path, "api = [\n")
	spacectl("lan", "enable").want(t, exit.BadData, "move that away")
	if text, _ := os.ReadFile(path); string(text) != "api = [\n" {
		t.Errorf("left %q", text)
	}
	write(t, path, "[api]\na = 1\n")
	spacectl("lan", "enable").want(t, exit.BadData, "api in settings.toml")
}

func TestLANTexts(t *testing.T) {
	for line, want := range map[string]string{
		"enable --dry-run": "Nothing was done.",
		"enable":           "2. Start spacetime anew, and let its ports through this machine's firewall.",
		"status":           "0.0.0.0:8080",
		"disable":          "api            not set (was 0.0.0.0:8080)",
	} {
		configHome(t)
		if line == "status" || line == "disable" {
			spacectl("lan", "enable").want(t, exit.OK, "")
		}
		r := spacectl(strings.Fields("lan " + line)...)
		if r.code != exit.OK || !strings.Contains(r.out, want) {
			t.Errorf("%s prints\n%swant %s", line, r.out, want)
		}
		if got := strings.Contains(r.out, "█▄█"); got != (line == "status") {
			t.Errorf("%s prints a QR code: %v", line, got)
		}
	}
}

func TestBestHost(t *testing.T) {
	for _, tt := range []struct {
		hosts []string
		want  string
	}{
		{[]string{"vr", "vr.local", "fd00::2", "192.168.1.20", "10.0.0.1"}, "192.168.1.20"},
		{[]string{"vr", "vr.local", "fd00::2"}, "vr.local"},
		{[]string{"fd00::2"}, "fd00::2"},
	} {
		if got := bestHost(tt.hosts); got != tt.want {
			t.Errorf("%q: %s, want %s", tt.hosts, got, tt.want)
		}
	}
}

// TestQR reads the text back as modules: the code, its finder pattern as
// ISO/IEC 18004 draws it, and four light modules round it.
func TestQR(t *testing.T) {
	const url = "https://192.168.1.20:8080"
	text, err := qrText(url)
	if err != nil {
		t.Fatal(err)
	}
	code, err := qr.Encode(url, qr.M)
	if err != nil {
		t.Fatal(err)
	}
	var dark [][]bool
	for line := range strings.Lines(text) {
		var upper, lower []bool
		for _, r := range strings.TrimSuffix(line, "\n") {
			upper = append(upper, r == '▄' || r == ' ')
			lower = append(lower, r == '▀' || r == ' ')
		}
		dark = append(dark, upper, lower)
	}
	if len(dark) != code.Size+2*quiet+1 || len(dark[0]) != code.Size+2*quiet { // an odd size has half a line more
		t.Fatalf("%d×%d modules for a code of %d", len(dark[0]), len(dark), code.Size)
	}
	for y, row := range dark {
		for x, got := range row {
			if want := code.Black(x-quiet, y-quiet); got != want {
				t.Fatalf("module %d, %d is dark: %v, want %v", x, y, got, want)
			}
		}
	}
	for y, want := range []string{"#######.", "#.....#.", "#.###.#.", "#.###.#.", "#.###.#.", "#.....#.", "#######.", "........"} {
		for x, module := range want {
			if dark[y+quiet][x+quiet] != (module == '#') {
				t.Fatalf("the finder pattern is wrong at %d, %d", x, y)
			}
		}
	}
	if _, err := qrText(strings.Repeat("x", 4000)); err == nil {
		t.Error("4000 letters fit")
	}
}
