package host

import (
	"strings"
	"testing"
)

// The paths are Linux's own: package filepath has other separators and another
// idea of what is absolute elsewhere.
func TestPaths(t *testing.T) {
	for _, tt := range []struct {
		name string
		env  map[string]string
		want Paths
		err  string
	}{
		{
			"home alone",
			map[string]string{"HOME": "/h"},
			Paths{"/h/.config/spacetime", "/h/.local/state/spacetime", "/h/.cache/spacetime", "/h/.local/state/spacetime/run", "/h/Pictures"},
			"",
		},
		{
			"XDG",
			map[string]string{"HOME": "/h", "XDG_CONFIG_HOME": "/c", "XDG_STATE_HOME": "/s", "XDG_CACHE_HOME": "/k", "XDG_RUNTIME_DIR": "/r"},
			Paths{"/c/spacetime", "/s/spacetime", "/k/spacetime", "/r/spacetime", "/h/Pictures"},
			"",
		},
		{
			"relative ones are ignored",
			map[string]string{"HOME": "/h", "XDG_CACHE_HOME": "k", "XDG_RUNTIME_DIR": "r"},
			Paths{"/h/.config/spacetime", "/h/.local/state/spacetime", "/h/.cache/spacetime", "/h/.local/state/spacetime/run", "/h/Pictures"},
			"",
		},
		{"homeless", map[string]string{}, Paths{}, "HOME is not set"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got, err := userPaths("linux", func(k string) string { return tt.env[k] })
			if tt.err != "" {
				if err == nil || !strings.Contains(err.Error(), tt.err) {
					t.Errorf("got %v, want %q", err, tt.err)
				}
				return
			}
			if err != nil || got != tt.want {
				t.Errorf("got %+v, %v; want %+v", got, err, tt.want)
			}
		})
	}
	t.Setenv("HOME", "/somebody")
	t.Setenv("XDG_RUNTIME_DIR", "/run/user/7")
	if p, err := UserPaths(); err != nil || p.Instance() != "/run/user/7/spacetime/runtime.json" {
		t.Errorf("got %+v, %v", p, err)
	}
}
