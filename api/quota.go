package api

import (
	"fmt"
	"net/http"
	"time"

	"github.com/spacetime-vr/spacetime/api/limit"
)

// probeQuota is that of the route which does nothing: small, so that a check can
// use it up in passing.
var probeQuota = limit.Policy{Name: "probe", Quota: 5, Window: 10 * time.Second}

// quotas are the limiters, by policy.
type quotas map[string]*limit.Limiter

func newQuotas() quotas {
	q := quotas{}
	for _, p := range append(limit.Policies(), probeQuota) {
		q[p.Name] = limit.New(p, time.Now)
	}
	return q
}

func (q quotas) take(p limit.Policy, key limit.Key) limit.Result { return q[p.Name].Take(key, 1) }
func (q quotas) peek(p limit.Policy, key limit.Key) limit.Result { return q[p.Name].Peek(key) }

// quotaError is a quota that is used up.
type quotaError struct {
	error
	policy string
}

func (e *quotaError) Unwrap() error { return e.error }

// exhausted refuses for a quota.
func exhausted(x *exchange, r limit.Result) error {
	r.SetHeaders(x.Header())
	return &quotaError{fmt.Errorf("%w: the quota %s is %d in %v", errQuota, r.Policy().Name, r.Policy().Quota, r.Policy().Window), r.Policy().Name}
}

// count spends one request of a quota, and tells what is left of it.
func (s *Server) count(x *exchange, p limit.Policy, key limit.Key) error {
	result := s.limits.take(p, key)
	if !result.Allowed {
		return exhausted(x, result)
	}
	result.SetHeaders(x.Header())
	return nil
}

// countCaller counts a request against the quota of its row: that of the caller,
// or of the address of one who is nobody yet. Probes of health are free.
func (s *Server) countCaller(x *exchange, _ *http.Request) error {
	if x.route.lane == health {
		return nil
	}
	p, key := x.route.policy(), limit.PrincipalKey(x.principal.Subject)
	if x.principal.Subject == "" {
		key = limit.AddressKey(x.from)
		if p == limit.Read {
			p = limit.Anonymous
		}
	}
	return s.count(x, p, key)
}

// policy is the quota that a row counts against.
func (rt *route) policy() limit.Policy {
	if rt.quota == (limit.Policy{}) {
		return limit.Read
	}
	return rt.quota
}
