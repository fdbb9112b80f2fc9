package limit

import (
	"fmt"
	"time"
)

// A Policy is a quota: at most Quota requests at once, replenished evenly over
// Window. In the RateLimit-Policy field these are q and w.
type Policy struct {
	Name   string        // of letters, digits, - and _
	Quota  int           // requests, >= 1
	Window time.Duration // whole seconds, >= 1 s
}

// The policies of the control plane.
var (
	Anonymous  = Policy{"anonymous", 20, 2 * time.Second} // 10/s an address
	Read       = Policy{"read", 40, 2 * time.Second}      // 20/s a principal
	Write      = Policy{"write", 10, 2 * time.Second}     // 5/s a principal
	Login      = Policy{"login", 5, time.Minute}          // an address
	Screenshot = Policy{"screenshot", 6, time.Minute}     // a principal
	Global     = Policy{"global", 200, 1 * time.Second}   // the whole process, key [Everybody]
	Connect    = Policy{"connect", 40, 2 * time.Second}   // 20 connections/s an address
)

// Policies returns the policies above that requests count against.
func Policies() []Policy {
	return []Policy{Anonymous, Read, Write, Login, Screenshot, Global}
}

// Validate says what is wrong with p, or nil.
func (p Policy) Validate() error {
	for _, r := range p.Name {
		if (r < 'a' || r > 'z') && (r < 'A' || r > 'Z') && (r < '0' || r > '9') && r != '-' && r != '_' {
			return fmt.Errorf("policy %q: the name may hold letters, digits, - and _", p.Name)
		}
	}
	switch {
	case p.Name == "":
		return fmt.Errorf("policy without a name")
	case p.Quota < 1 || p.Quota > 1_000_000:
		return fmt.Errorf("policy %s: quota %d: use 1 to 1000000 requests", p.Name, p.Quota)
	case p.Window < time.Second || p.Window > 24*time.Hour || p.Window%time.Second != 0:
		return fmt.Errorf("policy %s: window %v: use whole seconds from 1s to 24h", p.Name, p.Window)
	}
	return nil
}

// String returns p as an item of the RateLimit-Policy field, e.g. "read";q=40;w=2.
func (p Policy) String() string {
	return fmt.Sprintf("%q;q=%d;w=%d", p.Name, p.Quota, p.Window/time.Second)
}
