// Package telemetry serves the WebSocket at [Path]: what the running program
// does, as it does it, to dashboards and operators' tools.
//
// # The protocol
//
// A client offers the subprotocol [Protocol] and says who it is before the
// upgrade: a program by the header Authorization: Bearer, a browser, which
// cannot set one, by a ticket in a second subprotocol. It hears "hello", and
// then what it subscribes to. All messages are JSON in text frames:
//
//	→ {"id":7,"type":"subscribe","topics":["frame","scene"],"max_rate_hz":5}
//	← {"v":1,"type":"result","id":7,"ok":true,"topics":["frame","scene"]}
//	← {"v":1,"type":"frame.stats","seq":1,"ts":"2026-11-22T21:45:44.123456Z","data":{…}}
//
// [Topics] is the table of what there is; [AsyncAPI] is the whole contract, made
// from that table and from the types of the data.
//
// # Order and loss
//
// seq counts the messages of a connection, whatever their topic. It is given
// out when a message is sent, so it has no holes but those that a "gap" message
// tells of. A state topic keeps the latest value only, one for each client: a
// newer one takes the place of one that was not sent yet, and no seq is spent.
// An event topic keeps its order; where the queue of a client overflows, the
// oldest events go, and the client is told which seq they would have had.
//
// # Slow clients
//
// A producer never waits: [Server.Publish] puts a pointer into a queue of fixed
// size for each client. A client that makes it overflow more than three times
// in ten seconds, or keeps it above half full for ten seconds, or does not take
// a message within two seconds, is cut off with code 1013.
//
// # Encoded once
//
// A message is encoded once for all clients, and not at all while nobody
// listens. Since seq differs between connections, gorilla's PreparedMessage,
// which holds a finished frame, does not fit: the text is kept in two parts, and
// each connection's writer copies them around its own number into a buffer it
// reuses. Copying 400 bytes costs about 1 % of the system call that sends them.
//
// The frame's thread calls nothing in here: it publishes a snapshot and a
// sample, and the functions of [Options.State] read those.
package telemetry
