package settings

import (
	"math"
	"reflect"
	"strings"
	"testing"
)

func good() Settings {
	return Settings{
		Rate: 90, Samples: 4, Views: 1, API: "127.0.0.1:8080", Headset: Headset{Scale: 1},
		Server: Server{Telemetry: "[::1]:8081", Environment: "local"},
		Hands:  Hands{MouseSensitivity: 1, StickDeadZone: 0.15, StickCurve: 1.6},
	}
}

// onLAN makes s reachable for all, as is right.
func onLAN(s *Settings) {
	s.API, s.Server = "0.0.0.0:8080", Server{
		Telemetry: "0.0.0.0:8081", Environment: "museum-2", AllowedHosts: []string{"planetarium.local"}, TLSCert: "server.pem", TLSKey: "server.pem",
	}
}

func TestValidate(t *testing.T) {
	for _, tt := range []struct {
		name   string
		change func(*Settings)
		want   string // in the error; "" for none
	}{
		{"good", func(*Settings) {}, ""},
		{"flat out", func(s *Settings) { s.Rate = 0 }, ""},
		{"rate", func(s *Settings) { s.Rate = -1 }, "rate -1 is not between 0 and 1000"},
		{"rate too high", func(s *Settings) { s.Rate = 1e4 }, "rate 10000"},
		{"rate no number", func(s *Settings) { s.Rate = math.NaN() }, "rate NaN"},
		{"samples", func(s *Settings) { s.Samples = 3 }, "samples 3 is not 0, 1, 2, 4 or 8"},
		{"views", func(s *Settings) { s.Views = 3 }, "views 3 is not 1 or 2"},
		{"headset's scale", func(s *Settings) { s.Headset.Scale = 0.1 }, "vr-scale 0.1 is not between"},
		{"headset's rate", func(s *Settings) { s.Headset.Rate = -1 }, "vr-rate -1 is not between"},
		{"mouse", func(s *Settings) { s.Hands.MouseSensitivity = 0 }, "mouse-sensitivity 0 is not between 0.1 and 10"},
		{"dead zone", func(s *Settings) { s.Hands.StickDeadZone = math.NaN() }, "stick-dead-zone NaN is not between"},
		{"curve", func(s *Settings) { s.Hands.StickCurve = 0.5 }, "stick-curve 0.5 is not between 1 and 4"},
		{"no API", func(s *Settings) { s.API = "off" }, ""},
		{"everywhere", onLAN, ""},
		{"environment", func(s *Settings) { s.Server.Environment = "Museum 2" }, `environment "Museum 2" is not a name`},
		{"no telemetry", func(s *Settings) { s.Server.Telemetry = "off" }, ""},
		{"certificate alone", func(s *Settings) { s.Server.TLSCert = "c" }, "tls-cert and tls-key go together"},
		{"clients' authority alone", func(s *Settings) { s.Server.TLSClientCA = "c" }, "tls-client-ca needs tls-cert"},
		{"host with a port", func(s *Settings) { s.Server.AllowedHosts = []string{"a:80"} }, `allowed-hosts: "a:80" is not a name`},
		{"any host", func(s *Settings) { s.Server.AllowedHosts = []string{"*"} }, `allowed-hosts: "*"`},
		{"hosts", func(s *Settings) { s.Server.AllowedHosts = []string{"VR_1.local", "fd00::1", "10.0.0.1"} }, ""},
		{"no host at all", func(s *Settings) { s.Server.AllowedHosts = []string{"0.0.0.0"} }, `allowed-hosts: "0.0.0.0"`},
		{"any origin", func(s *Settings) { s.Server.CORSOrigins = []string{"*"} }, `cors-origins: "*"`},
		{"null origin", func(s *Settings) { s.Server.CORSOrigins = []string{"null"} }, `cors-origins: "null"`},
		{"origin with a path", func(s *Settings) { s.Server.CORSOrigins = []string{"https://a/"} }, `cors-origins: "https://a/"`},
		{"any origin below", func(s *Settings) { s.Server.CORSOrigins = []string{"https://*.a"} }, `cors-origins: "https://*.a"`},
		{"origins", func(s *Settings) { s.Server.CORSOrigins = []string{"https://panel.example", "http://[::1]:3000"} }, ""},
		{"required and off", func(s *Settings) { s.API, s.APIRequired = "off", true }, "both required and off"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s := good()
			tt.change(&s)
			err := s.Validate()
			if (tt.want == "") != (err == nil) || err != nil && !strings.Contains(err.Error(), tt.want) {
				t.Errorf("got %v, want %q", err, tt.want)
			}
		})
	}
}

func TestSize(t *testing.T) {
	for _, tt := range []struct {
		text string
		want Size
		ok   bool
	}{
		{"1280x720", Size{1280, 720}, true},
		{"1X1", Size{1, 1}, true},
		{"16384x16384", Size{16384, 16384}, true},
		{"16385x1", Size{}, false},
		{"0x1", Size{}, false},
		{"-1x1", Size{}, false},
		{"1280", Size{}, false},
		{"1280x720x3", Size{}, false},
		{"", Size{}, false},
	} {
		var got Size
		if err := got.UnmarshalText([]byte(tt.text)); (err == nil) != tt.ok || got != tt.want {
			t.Errorf("%q: got %v, %v", tt.text, got, err)
		}
	}
}

func TestVSync(t *testing.T) {
	for _, tt := range []struct {
		text string
		want VSync
		ok   bool
	}{
		{"on", VSync{On: true}, true},
		{"off", VSync{}, true},
		{"60", VSync{CapHz: 60}, true},
		{"59.94", VSync{CapHz: 59.94}, true},
		{"0", VSync{}, false},
		{"1001", VSync{}, false},
		{"NaN", VSync{}, false},
		{"yes", VSync{}, false},
	} {
		var got VSync
		if err := got.UnmarshalText([]byte(tt.text)); (err == nil) != tt.ok || got != tt.want {
			t.Errorf("%q: got %v, %v", tt.text, got, err)
		}
	}
}

func FuzzText(f *testing.F) {
	for _, s := range []string{"1280x720", "on", "off", "72.5", "0x0", "x", "1e9x1", "\xff"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		var size, sizeAgain Size
		if size.UnmarshalText([]byte(text)) == nil {
			again, _ := size.MarshalText()
			if err := sizeAgain.UnmarshalText(again); err != nil || sizeAgain != size {
				t.Errorf("size %q: %v became %v, %v", text, size, sizeAgain, err)
			}
		}
		var v, vAgain VSync
		if v.UnmarshalText([]byte(text)) == nil {
			again, _ := v.MarshalText()
			if err := vAgain.UnmarshalText(again); err != nil || vAgain != v {
				t.Errorf("vsync %q: %v became %v, %v", text, v, vAgain, err)
			}
		}
	})
}

// TestVariables holds the names of the environment to the flags, so that one can
// be guessed from the other.
func TestVariables(t *testing.T) {
	checkVariables(t, reflect.TypeFor[Settings](), "", "")
}

func checkVariables(t *testing.T, settings reflect.Type, prefix, variable string) {
	t.Helper()
	for f := range settings.Fields() {
		if _, embedded := f.Tag.Lookup("embed"); embedded {
			checkVariables(t, f.Type, f.Tag.Get("prefix"), f.Tag.Get("envprefix"))
			continue
		}
		flag := f.Tag.Get("name")
		if flag == "" {
			flag = dashed(f.Name)
		}
		want := "SPACETIME_" + strings.ToUpper(strings.ReplaceAll(prefix+flag, "-", "_"))
		if got := variable + f.Tag.Get("env"); got != want {
			t.Errorf("%s: variable %q, want %q", f.Name, got, want)
		}
		if f.Tag.Get("help") == "" {
			t.Errorf("%s has no help", f.Name)
		}
	}
}

// dashed makes a flag of a field's name: LogLevel is log-level.
func dashed(name string) string {
	var b strings.Builder
	for i, r := range name {
		if i > 0 && r >= 'A' && r <= 'Z' {
			b.WriteByte('-')
		}
		b.WriteRune(r)
	}
	return strings.ToLower(b.String())
}
