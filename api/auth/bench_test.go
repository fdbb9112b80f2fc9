package auth

import (
	"context"
	"net/netip"
	"testing"
)

// BenchmarkAuthenticate is what each request pays.
func BenchmarkAuthenticate(b *testing.B) {
	authority := newBench(b)
	authority.addUser(b, "ada", Admin)
	token := authority.login(b, "ada").Access.Reveal()
	key, _, err := authority.CreateKey(context.Background(), "scraper", Metrics, 0)
	if err != nil {
		b.Fatal(err)
	}
	forged := token[:len(token)-2] + "AA"
	b.Run("cached", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			_, err = authority.Authenticate(token)
		}
	})
	b.Run("uncached", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			authority.verified.Purge()
			_, err = authority.Authenticate(token)
		}
	})
	b.Run("key", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			_, err = authority.Authenticate(key.Reveal())
		}
	})
	if err != nil {
		b.Fatal(err)
	}
	b.Run("forged", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			_, err = authority.Authenticate(forged)
		}
	})
}

// BenchmarkLogin of users there are and are not: the times are to be equal.
func BenchmarkLogin(b *testing.B) {
	authority := newBench(b)
	authority.addUser(b, "ada", Admin)
	for name, user := range map[string]string{"known": "ada", "unknown": "bob"} {
		b.Run(name, func(b *testing.B) {
			for i := uint16(0); b.Loop(); i++ {
				from := netip.AddrFrom4([4]byte{10, 0, byte(i >> 8), byte(i)})
				if _, err := authority.Login(context.Background(), user, otherPassword, from); err != ErrInvalid {
					b.Fatal(err)
				}
			}
		})
	}
}
