package main

import (
	"cmp"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"strings"

	"github.com/spacetime-vr/spacetime/api"
	"github.com/spacetime-vr/spacetime/api/auth"
	"github.com/spacetime-vr/spacetime/cmd/internal/exit"
)

// refusal is that the program refused something.
type refusal struct {
	status int
	kind   string // the last part of the problem's type, such as "scene-not-allowed"
	text   string
}

func (r *refusal) Error() string { return r.text }

// isRefused tells whether err is a refusal with that status.
func isRefused(err error, status int) bool {
	var r *refusal
	return errors.As(err, &r) && r.status == status
}

// problem is the answer's, empty where it is none.
func (a *answer) problem() (p api.Problem) {
	if json.Unmarshal(a.body, &p) != nil {
		return api.Problem{}
	}
	return p
}

// kind is the last part of the type of the answer's problem.
func (a *answer) kind() string {
	p := a.problem()
	return p.Type[strings.LastIndexAny(p.Type, "/#")+1:]
}

// said is the status code with what the program says of it.
func (a *answer) said() string {
	text := strings.TrimSpace(fmt.Sprint(a.status, " ", http.StatusText(a.status)))
	if p := a.problem(); p.Detail != "" {
		text += ": " + p.Detail
	}
	return text
}

// refused makes an error of a problem, or of what else a server sends; nil of
// what is neither refused nor sent elsewhere.
func (c *client) refused(a *answer) error {
	if a.status < http.StatusMultipleChoices {
		return nil
	}
	p := a.problem()
	r := &refusal{status: a.status, kind: a.kind()}
	switch {
	case p.Title == "":
		r.text = fmt.Sprintf("unexpected answer: %s; is it SpaceTime VR that answers at %s?", a.said(), c.base)
	case a.status == http.StatusUnauthorized && a.shown:
		r.text = c.credential.adviseRefused(c)
	default:
		r.text = ofCommandLine(cmp.Or(p.Detail, p.Title)) + c.advice(a, &p)
	}
	return exit.With(codeOfStatus(a.status), r)
}

// ofCommandLine leaves out of what is wrong with a request that it is in the body,
// of which who types a command line knows nothing.
func ofCommandLine(detail string) string {
	return strings.TrimPrefix(strings.TrimPrefix(detail, "body: "), "body.")
}

// advice says what to do about a refusal.
func (c *client) advice(a *answer, p *api.Problem) string {
	switch a.status {
	case http.StatusForbidden:
		return adviceOnScope(p.Detail)
	case http.StatusMisdirectedRequest:
		return fmt.Sprintf("; the program does not go by the name in %s: use one that spacectl lan status tells there, or add it with spacectl lan enable --host", c.base)
	case http.StatusTooManyRequests, http.StatusServiceUnavailable:
		if after := a.retryAfter(); after > 0 {
			return fmt.Sprintf("; try again in %v", after)
		}
	case http.StatusPreconditionFailed:
		return "; somebody else changed it just now: look at it, then try again"
	}
	return ""
}

// adviceOnScope names the least role that has a scope which is missing; detail
// ends with the scope.
func adviceOnScope(detail string) string {
	scope, err := auth.ParseScope(detail[strings.LastIndexByte(detail, ' ')+1:])
	if err != nil {
		return ""
	}
	for _, role := range []auth.Role{auth.Viewer, auth.Operator, auth.Maintainer, auth.Admin} {
		if role.Scopes().Has(scope) {
			return fmt.Sprintf("; the role %s has it, and spacectl token show tells yours", role)
		}
	}
	return ""
}

// codeOfStatus says what a refusal of the API is to a script.
func codeOfStatus(status int) int {
	switch status {
	case http.StatusUnauthorized, http.StatusForbidden:
		return exit.NotPermitted
	case http.StatusNotFound, http.StatusBadRequest, http.StatusUnprocessableEntity:
		return exit.Usage // what was asked for comes from the command line
	case http.StatusMisdirectedRequest:
		return exit.Config
	case http.StatusServiceUnavailable, http.StatusGatewayTimeout, http.StatusTooManyRequests:
		return exit.Unavailable
	}
	return exit.Failure
}

// unreachable says why nothing answered, and what to do.
func (c *client) unreachable(err error) error {
	var wrapped *url.Error
	if errors.As(err, &wrapped) {
		err = wrapped.Err
	}
	if distrust := c.distrusted(err); distrust != nil {
		return exit.With(exit.Config, distrust)
	}
	if c.found.PID != 0 {
		err = fmt.Errorf("nothing answers at %s, where process %d said it would (%w): it has ended, or hangs; start spacetime anew", c.base, c.found.PID, err)
	} else {
		err = fmt.Errorf("nothing answers at %s: %w", c.base, err)
	}
	return exit.With(exit.Unavailable, err)
}

// distrusted says why the program's certificate is not trusted; nil if that is
// not what is wrong.
func (c *client) distrusted(err error) error {
	var unknown x509.UnknownAuthorityError
	var name x509.HostnameError
	var invalid x509.CertificateInvalidError
	var plain tls.RecordHeaderError
	var shown *tls.CertificateVerificationError
	var network *net.OpError
	switch {
	case errors.As(err, &unknown) && errors.As(err, &shown):
		return fmt.Errorf("the certificate of %s is of the authority %q, which is not trusted here: give that authority's certificate, the file that spacectl certs show names there, with --ca-file", c.base, shown.UnverifiedCertificates[0].Issuer.CommonName)
	case errors.As(err, &name):
		return fmt.Errorf("the certificate of %s is not for that name but for %s: use one of those, or run spacectl certs renew --host %s there", c.base, strings.Join(namesOf(name.Certificate), ", "), name.Host)
	case errors.As(err, &invalid):
		return fmt.Errorf("the certificate of %s: %w; spacectl certs renew makes a new one there", c.base, invalid)
	case errors.As(err, &plain) || strings.Contains(err.Error(), "server gave HTTP response to HTTPS client"):
		return fmt.Errorf("%s does not speak TLS: is it the right port, and is spacectl lan enable done there?", c.base)
	case errors.As(err, &network) && network.Op == "remote error":
		return fmt.Errorf("the program at %s ends the handshake: %w", c.base, network.Err)
	}
	return nil
}

func namesOf(cert *x509.Certificate) []string {
	names := append([]string{}, cert.DNSNames...)
	for _, ip := range cert.IPAddresses {
		names = append(names, ip.String())
	}
	return names
}
