package settings

import (
	"errors"
	"fmt"
	"net/netip"
	"net/url"
	"regexp"
	"strings"
)

// Server is who may ask the program, and how, besides the API's address.
type Server struct {
	Telemetry    string   `default:"127.0.0.1:8081" env:"SPACETIME_TELEMETRY" placeholder:"ADDR" help:"Address of the telemetry WebSocket, as --api; off does without."`
	AllowedHosts []string `env:"SPACETIME_ALLOWED_HOSTS" placeholder:"HOST" help:"Names and addresses, without a port, by which other machines may call this one."`
	CORSOrigins  []string `name:"cors-origins" env:"SPACETIME_CORS_ORIGINS" placeholder:"ORIGIN" help:"Pages of other servers that may use the API, such as https://panel.example."`

	TLSCert     string `name:"tls-cert" type:"path" default:"" env:"SPACETIME_TLS_CERT" placeholder:"FILE" help:"Certificate chain in PEM; read anew when it changes."`
	TLSKey      string `name:"tls-key" type:"path" default:"" env:"SPACETIME_TLS_KEY" placeholder:"FILE" help:"Key of the certificate in PEM; may be the same file."`
	TLSClientCA string `name:"tls-client-ca" type:"path" default:"" env:"SPACETIME_TLS_CLIENT_CA" placeholder:"FILE" help:"Ask every client for a certificate of one of these authorities."`
	TLSMin      string `name:"tls-min" enum:"1.2,1.3" default:"1.3" env:"SPACETIME_TLS_MIN" help:"Oldest TLS to speak: ${enum}."`

	AllowInsecureLAN bool `name:"allow-insecure-lan" env:"SPACETIME_ALLOW_INSECURE_LAN" help:"Let other machines ask without TLS, so that everybody on the network can read tokens."`

	IDS           string         `name:"ids" enum:"on,monitor,off" default:"on" env:"SPACETIME_IDS" help:"Addresses that attack are banned (on), only reported (monitor), or not watched (off)."`
	IDSAllowCIDRs []netip.Prefix `name:"ids-allow-cidrs" env:"SPACETIME_IDS_ALLOW_CIDRS" placeholder:"CIDR" help:"Networks that are never banned, such as 192.168.7.0/24."`

	MetricsPublic bool   `env:"SPACETIME_METRICS_PUBLIC" help:"Answer /metrics on this machine without a token."`
	Environment   string `default:"local" env:"SPACETIME_ENVIRONMENT" help:"What the program is run for, such as production; it has its own list of the scenes that may be shown."`
}

var slug = regexp.MustCompile(`^[a-z0-9][a-z0-9-]{0,62}$`)

// Local is the environment of somebody who has not named one.
const Local = "local"

// validate checks the server's settings; which addresses are good is the server's own
// to say.
func (s *Server) validate() error {
	if err := s.checkTLS(); err != nil {
		return err
	}
	if !slug.MatchString(s.Environment) {
		return fmt.Errorf("environment %q is not a name of small letters, digits and dashes", s.Environment)
	}
	for _, host := range s.AllowedHosts {
		if !isHost(host) {
			return fmt.Errorf("allowed-hosts: %q is not a name or an address without a port, such as planetarium.local", host)
		}
	}
	for _, origin := range s.CORSOrigins {
		if !isOrigin(origin) {
			return fmt.Errorf("cors-origins: %q is not an origin such as https://panel.example", origin)
		}
	}
	return nil
}

func (s *Server) checkTLS() error {
	switch {
	case (s.TLSCert == "") != (s.TLSKey == ""):
		return errors.New("tls-cert and tls-key go together: give both, which may be one file")
	case s.TLSClientCA != "" && s.TLSCert == "":
		return errors.New("tls-client-ca needs tls-cert and tls-key: without TLS no client shows a certificate")
	}
	return nil
}

// hostname is RFC 1123's, with the underscore that Windows' names may have.
var hostname = regexp.MustCompile(`^(?i:[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?)(?i:\.[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?)*$`)

func isHost(text string) bool {
	if ip, err := netip.ParseAddr(text); err == nil {
		return ip.Zone() == "" && !ip.IsUnspecified()
	}
	return len(text) <= 253 && hostname.MatchString(text)
}

// isOrigin tells whether a browser may send text as an Origin: a scheme and a
// host, no path, never "null" or a wildcard.
func isOrigin(text string) bool {
	u, err := url.Parse(text)
	return err == nil && (u.Scheme == "https" || u.Scheme == "http") && isHost(u.Hostname()) &&
		text == u.Scheme+"://"+u.Host && !strings.HasSuffix(text, ":")
}
