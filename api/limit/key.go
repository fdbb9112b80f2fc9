package limit

import "net/netip"

// A Key is who a quota belongs to. Keys are comparable.
type Key struct {
	address   netip.Prefix
	principal string
}

// Everybody is the key of a quota that all callers share.
var Everybody Key

// AddressKey returns the key of the caller at a; see [Prefix].
func AddressKey(a netip.Addr) Key { return Key{address: Prefix(a)} }

// PrincipalKey returns the key of an authenticated user or API key.
func PrincipalKey(subject string) Key { return Key{principal: subject} }

// Prefix returns what counts as one address: an IPv4 address, or the /64 of an
// IPv6 address, because one machine has a whole /64 to choose from. An IPv4
// address mapped into IPv6 is the IPv4 address; zones are dropped. So all
// neighbours that use link-local addresses are one caller, fe80::/64.
//
// The prefix of the zero Addr is the zero Prefix.
func Prefix(a netip.Addr) netip.Prefix {
	a = a.Unmap()
	if a.Is6() {
		p, _ := a.WithZone("").Prefix(64)
		return p
	}
	return netip.PrefixFrom(a, a.BitLen())
}
