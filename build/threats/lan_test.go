//go:build threats

package threats

import (
	"bufio"
	"bytes"
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/gorilla/websocket"
)

// atOther is what goes before a command to run it on the other machine of
// build/linux/lan.sh, whose address is otherAddress.
func atOther(t testing.TB) []string {
	t.Helper()
	name := os.Getenv("LAN_OTHER")
	if name == "" {
		t.Fatal("there is no other machine: run make test-threats")
	}
	return []string{"ip", "netns", "exec", name}
}

const otherAddress = "10.213.0.1"

// must runs a command of a machine's user, and returns what it printed.
func must(t testing.TB, home string, before []string, args ...string) string {
	t.Helper()
	c := tool(home, append(append([]string{}, before...), args...)...)
	out, err := c.CombinedOutput()
	t.Logf("$ %s\n%s", strings.Join(args, " "), tail(string(out)))
	if err != nil {
		t.Fatalf("%v: %v", args, err)
	}
	return string(out)
}

func write(t testing.TB, path, text string) string {
	t.Helper()
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// exposed makes the other machine serve others, as the README says, and returns
// the program and the authority's file. The user anna is an admin.
func exposed(t testing.TB) (p *program, ca string) {
	t.Helper()
	there, home, spacectl := atOther(t), t.TempDir(), built(t, "spacectl")
	first := fly(t, home, there)
	must(t, home, there, spacectl, "users", "add", "anna", "--role", "admin", "--password-file", write(t, filepath.Join(home, "anna.txt"), password+"\n"))
	must(t, home, there, spacectl, "lan", "enable")
	first.end(t)
	return fly(t, home, there), filepath.Join(home, ".config/spacetime/certs/ca.pem")
}

// trusting is a client that knows the authority and nothing else.
func trusting(t testing.TB, ca string) (*http.Client, *tls.Config) {
	t.Helper()
	pem, err := os.ReadFile(ca)
	if err != nil {
		t.Fatal(err)
	}
	pool := x509.NewCertPool()
	if !pool.AppendCertsFromPEM(pem) {
		t.Fatalf("no certificate in %s", ca)
	}
	config := &tls.Config{RootCAs: pool}
	return &http.Client{Transport: &http.Transport{TLSClientConfig: config}, Timeout: 10 * time.Second}, config
}

// TestLAN is T4: who listens to the network learns nothing, and an operator on
// another machine can work, with the authority's file and a password alone.
func TestLAN(t *testing.T) {
	p, ca := exposed(t)
	there := atOther(t)
	pcap := filepath.Join(t.TempDir(), "lan.pcap")
	sniff := sniffer(t, there, pcap)

	// what only has the authority's file
	home := t.TempDir()
	pem, err := os.ReadFile(ca)
	if err != nil {
		t.Fatal(err)
	}
	ca = write(t, filepath.Join(home, "ca.pem"), string(pem))
	url := "https://" + otherAddress + ":8080"
	client, config := trusting(t, ca)
	in := ask(t, client, "POST", url+v1+"/auth/token", "", fmt.Sprintf(`{"grant_type":"password","name":"anna","password":%q}`, password)).want(t, "log in", http.StatusOK)
	access, refresh := in.field(t, "access_token"), in.field(t, "refresh_token")

	curl := func(args ...string) string {
		return must(t, home, nil, append([]string{"curl", "--silent", "--show-error", "--fail", "--cacert", ca, "--header", "@" + write(t, filepath.Join(home, "bearer"), "Authorization: Bearer "+access)}, args...)...)
	}
	curl("--request", "PUT", "--json", `{"slug":"saturn"}`, url+v1+"/scenes/current")
	if shown := curl(url + v1 + "/scenes/current"); !strings.Contains(shown, `"saturn"`) {
		t.Errorf("after curl it shows %s", shown)
	}
	spacectl := built(t, "spacectl")
	must(t, home, nil, spacectl, "login", "--url", url, "--ca-file", ca, "--name", "anna", "--password-file", write(t, filepath.Join(home, "anna.txt"), password))
	must(t, home, nil, spacectl, "scene", "earthrise", "--url", url)
	if shown := must(t, home, nil, spacectl, "status", "--url", url); !strings.Contains(shown, "earthrise:") {
		t.Errorf("after spacectl it shows %s", shown)
	}
	key := ask(t, client, "POST", url+v1+"/api-keys", access, `{"name":"panel","role":"viewer"}`).want(t, "an API key", http.StatusCreated).field(t, "key")
	ask(t, client, "GET", url+v1+"/state", key, "").want(t, "read by the key", http.StatusOK)
	code := ask(t, client, "POST", url+v1+"/auth/pairing-codes", access, `{"role":"operator"}`).want(t, "a pairing code", http.StatusCreated).field(t, "code")
	ask(t, client, "POST", url+v1+"/auth/pair", "", fmt.Sprintf(`{"code":%q,"name":"ben","password":"another-Horse-9-staple"}`, code)).want(t, "pair", http.StatusCreated)
	watch(t, config, access)

	refusals(t, client, url)
	marker(t)
	sniff()
	heard, err := os.ReadFile(pcap)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Contains(heard, []byte("marker-in-the-clear")) {
		t.Errorf("what was sent in the clear was not heard: the %d bytes prove nothing", len(heard))
	}
	secrets := map[string]string{"password": password, "access token": access, "refresh token": refresh, "API key": key, "pairing code": code}
	leaked := 0
	for name, secret := range secrets {
		if len(secret) < 8 || bytes.Contains(heard, []byte(secret)) {
			t.Errorf("the network hears the %s", name)
			leaked++
		}
	}
	t.Logf("tcpdump heard %d bytes and %d of %d secrets", len(heard), leaked, len(secrets))
	p.end(t)
}

// sniffer hears what the other machine's network carries, until it is called.
func sniffer(t testing.TB, there []string, file string) (stop func()) {
	t.Helper()
	c := exec.Command(there[0], append(there[1:], "tcpdump", "-i", "lan0", "-U", "--immediate-mode", "-s", "0", "-w", file, "-Z", "root")...)
	said, err := c.StderrPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	if line, err := bufio.NewReader(said).ReadString('\n'); err != nil || !strings.Contains(line, "listening") {
		t.Fatalf("%s %v", line, err)
	}
	go io.Copy(io.Discard, said)
	return func() {
		time.Sleep(300 * time.Millisecond)
		_ = c.Process.Signal(os.Interrupt)
		_ = c.Wait()
	}
}

// watch hears one sample of the frame over TLS.
func watch(t testing.TB, config *tls.Config, access string) {
	t.Helper()
	dialer := websocket.Dialer{TLSClientConfig: config, Subprotocols: []string{"spacetime.telemetry.v1+json"}, HandshakeTimeout: 5 * time.Second}
	conn, _, err := dialer.DialContext(context.Background(), "wss://"+otherAddress+":8081/ws/v1/telemetry", http.Header{"Authorization": {"Bearer " + access}})
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	if err := conn.WriteMessage(websocket.TextMessage, []byte(`{"id":1,"type":"subscribe","topics":["frame"]}`)); err != nil {
		t.Fatal(err)
	}
	_ = conn.SetReadDeadline(time.Now().Add(10 * time.Second))
	for {
		_, text, err := conn.ReadMessage()
		if err != nil {
			t.Fatal(err)
		}
		if bytes.Contains(text, []byte(`"frame.stats"`)) {
			return
		}
	}
}

// refusals are what the ports refuse: the clear, older TLS, another authority,
// another name.
func refusals(t testing.TB, client *http.Client, url string) {
	t.Helper()
	for _, port := range []string{"8080", "8081"} {
		a := ask(t, http.DefaultClient, "GET", "http://"+net.JoinHostPort(otherAddress, port)+"/livez", "", "")
		if a.status != http.StatusBadRequest || a.header.Get("Location") != "" {
			t.Errorf("HTTP in the clear at %s: %d %v, want 400 and no redirect", port, a.status, a.header)
		}
		for name, config := range map[string]*tls.Config{
			"TLS 1.2":           {InsecureSkipVerify: true, MaxVersion: tls.VersionTLS12},
			"another authority": {},
			"another name":      {RootCAs: client.Transport.(*http.Transport).TLSClientConfig.RootCAs, ServerName: "spacetime.example"},
		} {
			conn, err := tls.Dial("tcp", net.JoinHostPort(otherAddress, port), config)
			if err == nil {
				conn.Close()
				t.Errorf("%s at %s is accepted", name, port)
			}
		}
	}
	ask(t, client, "GET", url+v1+"/state", "", "").want(t, "without a credential", http.StatusUnauthorized)
	ask(t, client, "GET", url+v1+"/openapi.json", "", "").want(t, "what this machine may read without a credential", http.StatusUnauthorized)
}

// marker sends something in the clear, to show that it is heard.
func marker(t testing.TB) {
	t.Helper()
	ask(t, http.DefaultClient, "GET", "http://"+otherAddress+":8080/marker-in-the-clear", "", "")
}

// TestExposedWrongly: others are not let in by mistake. Each start ends with 78
// and one line that says what to do.
func TestExposedWrongly(t *testing.T) {
	there, spacectl := atOther(t), built(t, "spacectl")
	without := t.TempDir() // anything
	nobody := t.TempDir()  // an account
	must(t, nobody, there, spacectl, "lan", "enable")
	for _, tt := range []struct {
		name, home string
		args       []string
		want       string
	}{
		{"without TLS", without, []string{"--api", "0.0.0.0:8080"}, "spacectl lan enable"},
		{"telemetry without TLS", without, []string{"--telemetry", "0.0.0.0:8081"}, "spacectl lan enable"},
		{"without TLS, by the machine's address", without, []string{"--api", otherAddress + ":8080"}, "spacectl lan enable"},
		{"without an account", nobody, nil, "spacectl users add"},
	} {
		p := prepare(t, tt.home, there, append(tt.args, "--frames", "5", "--log-level", "error")...)
		code := p.run(t)
		said := p.console.since(0)
		t.Logf("%s: %d %s", tt.name, code, p.console.String())
		if code != 78 || len(said) != 1 || !strings.Contains(said[0], tt.want) {
			t.Errorf("%s: %d %q, want 78 and one line with %q", tt.name, code, said, tt.want)
		}
	}
}

// TestTLSScan has testssl.sh, which is not ours, look at both ports. That it does
// not know our authority is all that it may mind.
func TestTLSScan(t *testing.T) {
	exposed(t)
	for _, port := range []string{"8080", "8081"} {
		file := filepath.Join(t.TempDir(), "scan.json")
		c := tool(t.TempDir(), "testssl", "--quiet", "--warnings", "batch", "--nodns", "none", "--color", "0", "--jsonfile", file, otherAddress+":"+port)
		if out, err := c.CombinedOutput(); len(out) == 0 {
			t.Fatalf("testssl: %v", err) // its code counts findings
		}
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		var findings []struct{ ID, Severity, Finding string }
		if err := json.Unmarshal(text, &findings); err != nil {
			t.Fatal(err)
		}
		looked := 0
		for _, f := range findings {
			switch f.Severity {
			case "OK", "INFO":
				looked++
			case "LOW", "WARN": // WARN is of the scanner's own means
				t.Logf("%s: %s %s: %s", port, f.Severity, f.ID, f.Finding)
			default:
				t.Logf("%s: %s %s: %s", port, f.Severity, f.ID, f.Finding)
				if !trust[f.ID] {
					t.Errorf("%s: %s", f.ID, f.Finding)
				}
			}
		}
		if looked < 50 {
			t.Errorf("testssl.sh looked at %d things, want more than 50", looked)
		}
		t.Logf("%s: %d things are well", port, looked)
	}
}

// trust is what follows from an authority of one's own: the scanner does not know
// it, and it lists no certificate that it took back.
var trust = map[string]bool{"cert_chain_of_trust": true, "cert_revocation": true}
