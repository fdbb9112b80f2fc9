package api

import (
	"cmp"
	"fmt"
	"html/template"
	"net"
	"net/http"
	"net/url"
	"strings"
	"time"

	"rsc.io/qr"

	"github.com/spacetime-vr/spacetime/api/auth"
	"github.com/spacetime-vr/spacetime/engine"

	_ "embed"
)

// OpenPairing makes a code with which somebody at the machine, who sees the view,
// makes an account of that role, and shows it there. A code before it is void.
func (s *Server) OpenPairing(role auth.Role) (Pairing, error) {
	code, err := s.auth.OpenPairing(role)
	if err != nil {
		return Pairing{}, err
	}
	p := Pairing{Code: code.Reveal(), URL: s.publicURL() + "/pair", ExpiresIn: int(auth.PairingLifetime.Seconds())}
	s.newest.Store(&p)
	panel, err := p.panel(role)
	if err != nil {
		return p, err
	}
	s.show(panel)
	time.AfterFunc(auth.PairingLifetime, func() { s.hide(panel) })
	return p, nil
}

// Greet offers the first account, where there is none: it makes a code for an
// admin, and shows it in the view the first time that the program runs. Call it
// once the server listens.
func (s *Server) Greet() error {
	if s.Paired() {
		return nil
	}
	_, err := s.OpenPairing(auth.Admin)
	if err == nil && !s.first {
		s.hide(s.shown.Load())
	}
	return err
}

// Pairing returns the newest code, while it is good.
func (s *Server) Pairing() (p Pairing, open bool) {
	offered := s.newest.Load()
	if offered == nil || !s.auth.PairingOpen() {
		return Pairing{}, false
	}
	return *offered, true
}

// panel is what the view shows. The camera gets the address with the code as its
// fragment, which browsers do not send. Of this machine's own address no camera has any
// use: the panel is small then.
func (p Pairing) panel(role auth.Role) (*engine.Panel, error) {
	panel := &engine.Panel{Title: "Remote control"}
	makes := "It makes one account: " + string(role) + "."
	if p.here() {
		panel.Lines = []string{"On this machine open", p.URL, "and type", p.Code, makes}
		return panel, nil
	}
	code, err := qr.Encode(p.URL+"#"+p.Code, qr.M)
	if err != nil {
		return nil, fmt.Errorf("make the QR code: %w", err)
	}
	panel.Lines = []string{"Scan the code, or open", p.URL, "and type", p.Code, makes}
	panel.Code.Side = code.Size
	for y := range code.Size {
		for x := range code.Size {
			panel.Code.Dark = append(panel.Code.Dark, code.Black(x, y))
		}
	}
	return panel, nil
}

// here tells whether the code is good on this machine alone.
func (p Pairing) here() bool {
	u, err := url.Parse(p.URL)
	return err == nil && IsLoopback(u.Hostname())
}

// show and hide put a panel into the view and take it away, if it is still there.
func (s *Server) show(p *engine.Panel) {
	s.shown.Store(p)
	s.options.Engine.ShowPanel(p)
}

func (s *Server) hide(p *engine.Panel) {
	if s.shown.CompareAndSwap(p, nil) {
		s.options.Engine.ShowPanel(nil)
	}
}

// publicURL is how others call the server: by its first name, or as this machine.
func (s *Server) publicURL() string {
	if names := s.options.Network.Hosts; len(names) > 0 {
		return s.guard.scheme + net.JoinHostPort(strings.Trim(names[0], "[]"), s.port())
	}
	return s.guard.scheme + cmp.Or(s.Address(), s.guard.hosts[0])
}

// getPair is the page behind the QR code: a form that asks for the account as any
// program does, so that it needs no rights of its own.
var getPair = raw{(*Server).pairPage, map[int]any{http.StatusOK: "text/html"}}

func (s *Server) pairPage(x *exchange, _ *http.Request) error {
	var page strings.Builder
	err := pairTemplate.Execute(&page, struct {
		URL    string
		TLS    bool
		Style  template.CSS
		Script template.JS
	}{s.publicURL(), s.options.Network.TLS(), template.CSS(pairStyle), template.JS(pairScript)})
	if err == nil {
		x.Header().Set("Content-Security-Policy", pairPolicy)
		write(x, http.StatusOK, "text/html; charset=utf-8", []byte(page.String()))
	}
	return err
}

var (
	//go:embed pair.html
	pairHTML string
	//go:embed pair.css
	formStyle string
	//go:embed pair.js
	pairScript string

	pairTemplate = template.Must(template.New("pair").Parse(pairHTML))
	pairStyle    = docsStyle + formStyle
)

// pairPolicy lets a browser use the page's own style and script, and lets these
// ask this server.
var pairPolicy = closedPolicy + "; style-src " + sourceOf(pairStyle) + "; script-src " + sourceOf(pairScript) + "; connect-src 'self'"
