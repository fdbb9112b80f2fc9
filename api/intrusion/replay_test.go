package intrusion

import (
	"fmt"
	"math/rand/v2"
	"net/netip"
	"testing"
	"time"
)

// A day, 9 to 9, behind the one address of a school: nobody attacks, and many
// things go wrong. Nobody may be banned.
func TestADayOfMistakes(t *testing.T) {
	school := netip.MustParseAddr("203.0.113.50")
	c := newClock()
	d, made := open(t, Options{Now: c.now})
	random := rand.New(rand.NewPCG(1, 2))
	reports := 0
	err := func(s Signal, evidence string, arguments ...any) {
		reports++
		d.Report(t.Context(), school, s, fmt.Sprintf(evidence, arguments...))
	}
	for second := 0; second < 24*60*60; second += 5 {
		// Two dashboards with tokens of yesterday, a scraper with a revoked key.
		err(BadCredentials, "token A")
		err(BadCredentials, "token B")
		if second%15 == 0 {
			err(BadCredentials, "key C")
		}
		// A tablet whose bookmark has a host name that is not allowed, and its icons.
		if second%60 == 0 {
			err(BadHost, "vr-kiosk.school.local:8080")
		}
		// A class logs in at each full hour: 30 people, every third mistypes.
		if second%3600 < 300 && second%30 == 0 {
			err(BadCredentials, "password %d", random.Int())
		}
		// A viewer's page that offers what a viewer may not do.
		if random.IntN(60) == 0 {
			err(ScopeProbing, "POST /api/v1/commands/%d", random.IntN(9))
		}
		// A pupil's script that sends what it should not, in a loop.
		if hour := second / 3600; hour == 3 || hour == 4 {
			err(Malformed, "PUT /api/v1/time")
			err(Malformed, "PATCH /api/v1/camera")
			err(Malformed, "try %d", random.IntN(20))
		}
		c.pass(5 * time.Second)
	}
	t.Logf("%d reports", reports)
	if len(*made) != 0 {
		t.Errorf("%d bans, the first %+v", len(*made), (*made)[0])
	}
}

// The first requests of a web scanner, against a server that it finds by
// address: banned before its seventh.
func TestAScannerIsBannedSoon(t *testing.T) {
	c := newClock()
	d, _ := open(t, Options{Now: c.now})
	d.Report(t.Context(), stranger, BadHost, "203.0.113.1") // by its address, not by its name
	for i, path := range []string{"/", "/.env", "/.git/config", "/wp-login.php", "/cgi-bin/test", "/admin.php"} {
		if IsScannerPath(path) {
			d.Report(t.Context(), stranger, ScannerPath, path)
		}
		c.pass(time.Second)
		if banned, want := d.Banned(stranger), i >= 3; banned != want {
			t.Errorf("after %s: banned %t, want %t", path, banned, want)
		}
	}
}

func TestIsScannerPath(t *testing.T) {
	for _, path := range []string{
		"/.env", "/.env.production", "/.git/HEAD", "/.git", "/wp-login.php", "/wp-content/x", "/index.PHP", "/phpMyAdmin/", "/PMA",
		"/cgi-bin/luci", "/HNAP1/", "/actuator/health", "/vendor/phpunit/src/x", "/../../etc/passwd", "/a/..", "/api/v1/../x",
		"/backup.sql", "/login.action", "/server-status", "/owa/auth", "/.aws/credentials", "/a\x00b", "/.DS_Store",
	} {
		if !IsScannerPath(path) {
			t.Errorf("%q is none", path)
		}
	}
	// What this server has, and what browsers and people ask for.
	for _, path := range []string{
		"/", "/admin/", "/admin", "/docs", "/problems/scene-not-allowed", "/livez", "/readyz", "/startupz", "/metrics",
		"/.well-known/jwks.json", "/.well-known/security.txt", "/favicon.ico", "/robots.txt", "/apple-touch-icon.png", "/manifest.json",
		"/api/v1/openapi.json", "/api/v1/openapi.yaml", "/api/v1/state", "/api/v1/scenes/current", "/api/v1/auth/login", "/api/v1/auth/pair",
		"/api/v1/security/bans/203.0.113.9", "/api/v1/limits/probe", "/api/v1/cache/stats", "/api/v1/config", "/api/v1/version", "/debug/pprof/",
		"/api/v1/keys", "/api/v2/state", "/login", "/index.html", "/status", "/health", "/wp", "/environment", "/.environment", "/gitlab", "/shells",
		"/api/v1/webhooks/deliveries", "/..hidden", "/admin/app.js", "/admin/style.css", "",
	} {
		if IsScannerPath(path) {
			t.Errorf("%q is one", path)
		}
	}
}
