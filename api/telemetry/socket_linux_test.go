package telemetry

import (
	"crypto/tls"
	"net"
	"syscall"
	"testing"
)

// TestSendBuffer asserts that the kernel's buffer is bounded below TLS, too:
// Linux doubles what is set (man 7 socket).
func TestSendBuffer(t *testing.T) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	conn, err := net.Dial("tcp", listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	setSendBuffer(&socket{Conn: tls.Server(conn, &tls.Config{})})
	raw, err := conn.(*net.TCPConn).SyscallConn()
	if err != nil {
		t.Fatal(err)
	}
	raw.Control(func(fd uintptr) {
		if n, err := syscall.GetsockoptInt(int(fd), syscall.SOL_SOCKET, syscall.SO_SNDBUF); err != nil || n != kernelBytes {
			t.Errorf("the buffer has %d bytes (%v), want %d", n, err, kernelBytes)
		}
	})
}
