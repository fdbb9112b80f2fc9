package main

import (
	"bytes"
	"net/netip"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"github.com/spacetime-vr/spacetime/cmd/internal/exit"
	"github.com/spacetime-vr/spacetime/engine/settings"
)

// settingsOf parses a command line as the program does, with text as the user's
// settings file.
func settingsOf(t *testing.T, text string, args ...string) (*settings.Settings, string, error) {
	t.Helper()
	writeSettings(t, text)
	var out, errs bytes.Buffer
	line, err := parse(args, &out, &errs)
	if err != nil {
		return nil, errs.String(), blame(args, err)
	}
	return &line.Model.Target.Addr().Interface().(*grammar).Fly.Settings, errs.String(), nil
}

// writeSettings makes a home with a settings file.
func writeSettings(t *testing.T, text string) {
	t.Helper()
	home := t.TempDir()
	for _, folder := range []string{"HOME", "XDG_CONFIG_HOME", "APPDATA", "LOCALAPPDATA"} {
		t.Setenv(folder, home)
	}
	path := settingsPath()
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

func TestPrecedence(t *testing.T) {
	const file = "scene = 'saturn'\n"
	for _, tt := range []struct {
		name, file, env string
		args            []string
		want            string
	}{
		{"default", "", "", nil, ""},
		{"file", file, "", nil, "saturn"},
		{"environment", file, "moon", nil, "moon"},
		{"flag", file, "moon", []string{"--scene", "mars"}, "mars"},
		{"flag over file", file, "", []string{"fly", "--scene=mars"}, "mars"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if tt.env != "" {
				t.Setenv("SPACETIME_SCENE", tt.env)
			}
			got, errs, err := settingsOf(t, tt.file, tt.args...)
			if err != nil || errs != "" || got.Scene != tt.want {
				t.Errorf("scene %+v, %v, %q; want %q", got, err, errs, tt.want)
			}
		})
	}
}

// TestSettingsFile has a setting of each kind.
func TestSettingsFile(t *testing.T) {
	got, errs, err := settingsOf(t, `# of the museum
api = "0.0.0.0:8080"
telemetry = "off"
api-required = true
size = "640x480"
samples = 2
vr-scale = 1.25
vsync = 60
gl-without = ["GL_ARB_clip_control"]
allowed-hosts = ["planetarium.local", "192.168.1.20"]
tls-cert = "/etc/spacetime/server.pem"
tls-key = "/etc/spacetime/server.pem"
ids = "monitor"
ids-allow-cidrs = ["192.168.7.0/24", "fd00::/8"]
environment = "museum"
`, "--api=[::1]:0")
	if err != nil || errs != "" {
		t.Fatal(err, errs)
	}
	want := *got
	want.API, want.APIRequired, want.Size, want.Samples = "[::1]:0", true, settings.Size{Width: 640, Height: 480}, 2
	want.Headset.Scale, want.VSync, want.GLWithout = 1.25, settings.VSync{CapHz: 60}, []string{"GL_ARB_clip_control"}
	want.Server = settings.Server{
		Telemetry: "off", AllowedHosts: []string{"planetarium.local", "192.168.1.20"}, CORSOrigins: got.Server.CORSOrigins,
		TLSCert: "/etc/spacetime/server.pem", TLSKey: "/etc/spacetime/server.pem", TLSMin: "1.3", IDS: "monitor",
		IDSAllowCIDRs: []netip.Prefix{netip.MustParsePrefix("192.168.7.0/24"), netip.MustParsePrefix("fd00::/8")}, Environment: "museum",
	}
	if !reflect.DeepEqual(*got, want) {
		t.Errorf("got  %+v\nwant %+v", *got, want)
	}
	if len(got.Server.CORSOrigins) != 0 {
		t.Errorf("CORS origins are %q", got.Server.CORSOrigins)
	}
}

func TestServerDefaults(t *testing.T) {
	got, _, err := settingsOf(t, "")
	if err != nil {
		t.Fatal(err)
	}
	s := got.Server
	s.AllowedHosts, s.CORSOrigins, s.IDSAllowCIDRs = append([]string(nil), s.AllowedHosts...), append([]string(nil), s.CORSOrigins...), append([]netip.Prefix(nil), s.IDSAllowCIDRs...)
	want := settings.Server{Telemetry: "127.0.0.1:8081", TLSMin: "1.3", IDS: "on", Environment: "local"}
	if !reflect.DeepEqual(s, want) {
		t.Errorf("got %+v, want %+v", s, want)
	}
}

func TestSettingsFileWrong(t *testing.T) {
	for _, tt := range []struct {
		name, file string
		args       []string
		code       int
		inErr      string // in the error
		warning    string
	}{
		{"corrupt", "api = \n", nil, 0, "", "flying without the settings file: "},
		{"unknown names", "vr-scal = 2\n[panel]\na = 1\n", nil, 0, "", "vr-scal is not a setting\n"},
		{"value", "size = 'big'\n", nil, exit.Config, settings.FileName + `: --size: "big" is not a size`, ""},
		{"choice", "mode = '3d'\n", nil, exit.Config, settings.FileName + ": --mode must be one of", ""},
		{"table", "[mode]\na = 1\n", nil, exit.Config, "neither a text, a number", ""},
		{"overridden", "size = 'big'\n", []string{"--size=8x8"}, 0, "", ""},
		{"exposed", "api = '0.0.0.0:8080'\n", nil, exit.Config, "run spacectl lan enable", ""},
		{"another command's flag", "size = 'big'\n", []string{"shot", "-o", "x.png"}, 0, "", ""},
		{"corrupt, of no interest", "size = \n", []string{"where", "mars"}, 0, "", ""},
		{"the line's own mistake", "rate = 72\n", []string{"--size=big"}, exit.Usage, `"big" is not a size`, ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			_, warned, err := settingsOf(t, tt.file, tt.args...)
			if exit.Of(err) != tt.code || err != nil && !strings.Contains(err.Error(), tt.inErr) {
				t.Errorf("ended with %d, %v; want %d, %q", exit.Of(err), err, tt.code, tt.inErr)
			}
			if !strings.Contains(warned, tt.warning) || tt.warning == "" && warned != "" {
				t.Errorf("warned %q, want %q", warned, tt.warning)
			}
			if left, _ := os.ReadFile(settingsPath()); string(left) != tt.file {
				t.Errorf("the file became %q", left)
			}
		})
	}
}

// TestWrongVariable: the environment counts before the file, also where it is
// wrong.
func TestWrongVariable(t *testing.T) {
	t.Setenv("SPACETIME_SIZE", "big")
	_, _, err := settingsOf(t, "size = '8x8'\n")
	if exit.Of(err) != exit.Config || !strings.Contains(err.Error(), "SPACETIME_SIZE in the environment") {
		t.Errorf("got %v", err)
	}
}

func TestNoFolders(t *testing.T) {
	for _, folder := range []string{"HOME", "XDG_CONFIG_HOME", "APPDATA", "LOCALAPPDATA"} {
		t.Setenv(folder, "")
	}
	if file, err := readSettings(); err != nil || len(file.Names()) != 0 {
		t.Errorf("got %v, %v", file, err)
	}
	writeSettings(t, "")
	if err := os.Remove(settingsPath()); err != nil {
		t.Fatal(err)
	}
	if file, err := readSettings(); err != nil || len(file.Names()) != 0 {
		t.Errorf("no file: got %v, %v", file, err)
	}
	if err := os.Mkdir(settingsPath(), 0o700); err != nil {
		t.Fatal(err)
	}
	if _, err := readSettings(); err == nil {
		t.Error("a folder is a settings file")
	}
}
