package telemetry

import (
	"encoding/json"
	"errors"
	"io"
	"net"
	"net/http"
	"net/netip"
	"sync"
	"sync/atomic"
	"time"
	"unicode/utf8"

	"github.com/gorilla/websocket"

	"github.com/spacetime-vr/spacetime/api/limit"
)

const (
	pingEvery     = 20 * time.Second
	readDeadline  = 45 * time.Second
	writeDeadline = 2 * time.Second
	// closeWait is how long a client may take to answer a close.
	closeWait = time.Second
	// silentAfter is when a client owes the answer to a ping for long.
	silentAfter = pingEvery + 5*time.Second
	// warnBefore is how long before its end a client is told to send a new token.
	warnBefore = time.Minute

	maxRate        = 20                         // messages a second to the server
	maxInboundRate = maxRate * (maxInbound + 8) // bytes a second; 8 are a frame's head
)

// The codes that a connection ends with: those of RFC 6455, and of 4000 to 4999,
// which it leaves to applications.
const (
	codeNormal      = websocket.CloseNormalClosure           // the client went
	codeGoingAway   = websocket.CloseGoingAway               // shutdown
	codeProtocol    = websocket.CloseProtocolError           // no WebSocket frames
	codeBinary      = websocket.CloseUnsupportedData         // a binary message
	codeNoStatus    = websocket.CloseNoStatusReceived        // the client gave none
	codeAbnormal    = websocket.CloseAbnormalClosure         // the connection broke
	codeNoJSON      = websocket.CloseInvalidFramePayloadData // no UTF-8 or no JSON
	codePolicy      = websocket.ClosePolicyViolation         // no request, or nothing heard for 45 s
	codeTooBig      = websocket.CloseMessageTooBig           // over 4 KiB
	codeTooSlow     = websocket.CloseTryAgainLater           // see the package comment
	codeExpired     = 4401                                   // the credential ended or was revoked
	codeScopeLost   = 4403                                   // after reauth
	codeSuperseded  = 4409                                   // the same session connected again
	codeTooManyAsks = 4429                                   // over 20 messages a second
)

var closeCodes = [...]int{
	codeNormal, codeGoingAway, codeProtocol, codeBinary, codeNoStatus, codeAbnormal, codeNoJSON, codePolicy,
	codeTooBig, codeTooSlow, codeExpired, codeScopeLost, codeSuperseded, codeTooManyAsks,
}

// errFlood ends the reading of a client that sends too much.
var errFlood = errors.New("too many messages")

// client is one connection: a reader, which is the goroutine of the request,
// and a writer.
type client struct {
	server  *Server
	request *http.Request
	from    netip.Prefix // see limit.Prefix
	queue   *queue
	who     atomic.Pointer[Client]
	heard   atomic.Int64 // when anything came last, Unix nanoseconds

	conn       *websocket.Conn // nil before the upgrade; under the server's lock until the reader runs
	superseded bool            // under the server's lock: it counts for nobody any more
	messages   limit.Bucket    // the reader's

	reading sync.Mutex // held while the read deadline is set
	once    sync.Once
	stopped atomic.Bool // the connection is to end
	code    int         // with which; set before stopped
	reason  string
	written chan struct{} // closed when the writer is done
	lost    bool          // nobody takes what is sent; set before written is closed
}

func newClient(s *Server, r *http.Request) *client {
	c := &client{server: s, request: r, queue: newQueue(&s.sums), written: make(chan struct{})}
	c.from = limit.Prefix(addressOf(r))
	c.heard.Store(time.Now().UnixNano())
	return c
}

// stop ends the connection with a code; the first call counts. It does not wait.
func (c *client) stop(code int, reason string) {
	c.once.Do(func() {
		c.code, c.reason = code, reason
		c.stopped.Store(true)
		c.queue.signal()
	})
}

// cut breaks the connection off. The server's lock is held.
func (c *client) cut() {
	c.stop(codeAbnormal, "")
	if c.conn != nil {
		c.conn.NetConn().Close()
	}
}

// silent tells whether the client owes the answer to a ping.
func (c *client) silent() bool {
	return time.Since(time.Unix(0, c.heard.Load())) > silentAfter
}

// serve runs the connection to its end and returns its code.
func (c *client) serve() int {
	who := c.who.Load()
	hello := Hello{
		Server: "SpaceTime VR", Version: engineVersion(), HeartbeatS: pingEvery.Seconds(),
		Topics: c.server.topicsOf(who).names(), Limits: bounds, SnapshotSeq: c.server.revision(),
	}
	c.queue.reply(helloText(&hello, time.Now()))
	go func() {
		defer close(c.written)
		w := writer{client: c, pingAt: time.Now().Add(pingEvery)}
		w.run()
	}()
	c.stop(c.read())
	<-c.written
	c.drain()
	return c.code
}

// drain closes the connection such that what was sent last arrives: a socket
// that is closed with unread data is reset.
func (c *client) drain() {
	conn := c.conn.NetConn()
	defer conn.Close()
	if in, ok := conn.(*socket); ok {
		conn = in.Conn
	}
	half, ok := conn.(interface{ CloseWrite() error })
	if c.lost || !ok || half.CloseWrite() != nil {
		return
	}
	conn.SetReadDeadline(time.Now().Add(closeWait))
	io.CopyN(io.Discard, conn, sendBuffer)
}

// read handles what the client sends until the connection ends, and returns why
// it does.
func (c *client) read() (code int, reason string) {
	c.conn.SetReadLimit(maxInbound)
	c.conn.SetPingHandler(func(data string) error {
		if err := c.hear(); err != nil {
			return err
		}
		c.conn.WriteControl(websocket.PongMessage, []byte(data), time.Now().Add(writeDeadline))
		return nil // the writer finds out what is wrong
	})
	c.conn.SetPongHandler(func(string) error { return c.hear() })
	c.keepAlive()
	for {
		kind, text, err := c.conn.ReadMessage()
		if err == nil {
			err = c.hear()
		}
		switch {
		case err != nil:
			return endOf(err)
		case c.stopped.Load(): // only the answer to the close is waited for
		case kind != websocket.TextMessage:
			return codeBinary, "send text messages"
		case !utf8.Valid(text) || !json.Valid(text):
			return codeNoJSON, "send JSON in UTF-8"
		default:
			if code, reason := c.handle(text); code != 0 {
				return code, reason
			}
		}
	}
}

// hear counts a message and puts the end of the connection off.
func (c *client) hear() error {
	now := time.Now()
	if c.messages.Take(now, time.Second/maxRate, time.Second) > 0 {
		return errFlood
	}
	c.heard.Store(now.UnixNano())
	c.keepAlive()
	return nil
}

// keepAlive sets the read deadline, unless the writer sets the last one.
func (c *client) keepAlive() {
	c.reading.Lock()
	defer c.reading.Unlock()
	if !c.stopped.Load() {
		c.conn.SetReadDeadline(time.Now().Add(readDeadline))
	}
}

// endOf returns the code and the reason that fit an error of reading.
func endOf(err error) (code int, reason string) {
	var closed *websocket.CloseError
	var network net.Error
	switch {
	case errors.As(err, &closed):
		return closed.Code, ""
	case errors.Is(err, websocket.ErrReadLimit):
		return codeTooBig, "a message may have 4096 bytes"
	case errors.Is(err, errFlood):
		return codeTooManyAsks, "send at most 20 messages a second"
	case errors.As(err, &network) && network.Timeout():
		return codePolicy, "nothing was heard for 45 s"
	case errors.As(err, &network), errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF), errors.Is(err, io.ErrClosedPipe):
		return codeAbnormal, ""
	}
	return codeProtocol, "" // the websocket package has said what
}

// handle answers a request. A code other than 0 ends the connection.
func (c *client) handle(text []byte) (code int, reason string) {
	r, identified, err := parseRequest(text)
	switch {
	case !identified && err != nil:
		return codePolicy, err.Error()
	case err != nil:
		c.queue.reply(problemText(r.ID, invalid(err.Error())))
		return 0, ""
	}
	switch r.Type {
	case "subscribe":
		c.subscribe(&r)
	case "unsubscribe":
		c.unsubscribe(&r)
	case "reauth":
		return c.reauth(&r)
	case "ping":
		c.queue.reply(resultText(r.ID))
	}
	return 0, ""
}

func (c *client) subscribe(r *request) {
	may := c.server.topicsOf(c.who.Load())
	set, problem := r.topicSet(may, may&lowVolume)
	if problem != nil {
		c.queue.reply(problemText(r.ID, problem))
		return
	}
	c.server.watch(set&^c.queue.subscriptions(), 1) // first: an event may come right after the answer
	c.queue.subscribe(r.ID, set, r.interval())
	c.server.snapshotTo(c, set)
}

func (c *client) unsubscribe(r *request) {
	set, problem := r.topicSet(allTopics, allTopics)
	if problem != nil {
		c.queue.reply(problemText(r.ID, problem))
		return
	}
	c.server.watch(c.queue.unsubscribe(r.ID, set), -1)
}

// reauth takes a new token of the same principal. A refused one changes nothing.
func (c *client) reauth(r *request) (code int, reason string) {
	s := c.server
	err := s.check(
		func() (Client, error) { return s.options.Authenticate(c.request, r.Token) },
		func(who Client) error {
			if who.Subject != c.who.Load().Subject {
				return ErrUnauthorised
			}
			c.who.Store(&who)
			return nil
		})
	if err != nil {
		c.queue.reply(problemText(r.ID, &Problem{
			Type: "/problems/unauthorised", Title: "Token missing or wrong", Status: http.StatusUnauthorized,
			Detail: "the token is not valid, or of another principal; the one before holds",
		}))
		return 0, ""
	}
	if c.queue.subscriptions()&^s.topicsOf(c.who.Load()) != 0 {
		return codeScopeLost, "the new token lacks the scope of a subscription"
	}
	c.queue.reply(resultText(r.ID)) // wakes the writer, too, which looks when the token ends
	return 0, ""
}
