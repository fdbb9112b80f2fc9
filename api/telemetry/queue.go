package telemetry

import (
	"encoding/json"
	"strconv"
	"sync"
	"time"
)

// The bounds of what waits for one client.
const (
	maxQueued      = 64        // events
	maxQueuedBytes = 256 << 10 // of events
	maxReplies     = 64        // a client may ask 20 times a second and has 2 s to take an answer
	maxGaps        = 3         // in slowAfter
	slowAfter      = 10 * time.Second
)

// queue is what waits for one client: answers to it, then events in order, then
// the latest value of each state topic. It is safe on any goroutine; nothing in
// it waits.
type queue struct {
	wake chan struct{} // of capacity one: there is something to send
	sums *sums

	mu      sync.Mutex
	wanted  topicSet
	replies [][]byte
	seq     uint64 // of the message sent last

	events [maxQueued]*message // a ring
	first  int
	count  int
	bytes  int

	lost       uint64 // events dropped since the last gap message
	lostTopics topicSet
	gaps       [maxGaps + 1]time.Time // when the last ones began, a ring
	gapCount   int
	aboveSince time.Time // since when more than half of the ring is taken

	slots  [len(topics)]slot
	filled int // slots with a value
	slow   bool
}

// slot holds the latest value of a state topic.
type slot struct {
	latest   *message
	interval time.Duration // the least time between two; 0 is as they come
	due      time.Time     // when the next may be sent
}

func newQueue(s *sums) *queue { return &queue{wake: make(chan struct{}, 1), sums: s} }

// signal wakes the writer.
func (q *queue) signal() {
	select {
	case q.wake <- struct{}{}:
	default: // it is about to look
	}
}

// reply queues an answer, before all else.
func (q *queue) reply(text []byte) {
	q.mu.Lock()
	q.answer(text)
	q.mu.Unlock()
	q.signal()
}

func (q *queue) answer(text []byte) {
	if len(q.replies) == maxReplies {
		q.slow = true
		return
	}
	q.replies = append(q.replies, text)
}

// push queues m if the client wants its topic.
func (q *queue) push(m *message, now time.Time) {
	q.mu.Lock()
	wanted := q.wanted.has(m.topic)
	switch {
	case !wanted:
	case topics[m.topic].State():
		q.put(m)
	default:
		q.append(m, now)
	}
	q.mu.Unlock()
	if wanted {
		q.signal()
	}
}

// put replaces the value of a state topic.
func (q *queue) put(m *message) {
	s := &q.slots[m.topic]
	if s.latest != nil {
		q.sums.conflated.Add(1)
	} else {
		q.filled++
	}
	s.latest = m
}

// append queues an event, in the place of the oldest ones where there is no room.
func (q *queue) append(m *message, now time.Time) {
	for q.count == maxQueued || q.count > 0 && q.bytes+m.size() > maxQueuedBytes {
		q.drop(now)
	}
	q.events[(q.first+q.count)%maxQueued] = m
	q.count++
	q.bytes += m.size()
	q.gauge(now)
}

// drop loses the oldest event.
func (q *queue) drop(now time.Time) {
	if q.lost == 0 {
		q.beginGap(now)
	}
	q.lost++
	q.lostTopics |= 1 << q.take().topic
	q.sums.dropped.Add(1)
}

// beginGap notes when a gap began; one too many makes the client slow.
func (q *queue) beginGap(now time.Time) {
	q.sums.gaps.Add(1)
	at := &q.gaps[q.gapCount%len(q.gaps)]
	*at = now
	q.gapCount++
	if q.gapCount > maxGaps {
		oldest := q.gaps[q.gapCount%len(q.gaps)]
		q.slow = q.slow || now.Sub(oldest) < slowAfter
	}
}

// take removes the oldest event.
func (q *queue) take() *message {
	m := q.events[q.first]
	q.events[q.first] = nil
	q.first = (q.first + 1) % maxQueued
	q.count--
	q.bytes -= m.size()
	return m
}

// gauge looks how full the ring is; above half for long makes the client slow.
func (q *queue) gauge(now time.Time) {
	switch {
	case q.count <= maxQueued/2 && q.bytes <= maxQueuedBytes/2:
		q.aboveSince = time.Time{}
	case q.aboveSince.IsZero():
		q.aboveSince = now
	case now.Sub(q.aboveSince) >= slowAfter:
		q.slow = true
	}
}

// next appends to buf the text of what is to be sent now, which may be nothing.
// It returns when to look again: due is now if at once, zero if not before the
// queue wakes. slow says that the client has to be cut off.
func (q *queue) next(now time.Time, buf []byte) (text []byte, due time.Time, slow bool) {
	q.mu.Lock()
	defer q.mu.Unlock()
	switch {
	case q.slow:
	case len(q.replies) > 0:
		buf = append(buf, q.replies[0]...)
		q.replies = q.replies[1:]
	case q.lost > 0:
		buf = q.appendGap(buf)
	case q.count > 0:
		m := q.take()
		q.gauge(now)
		buf = q.number(m, buf)
	case q.filled > 0:
		buf = q.appendState(now, buf)
	}
	return buf, q.due(now), q.slow
}

// due returns when to look again.
func (q *queue) due(now time.Time) (due time.Time) {
	switch {
	case len(q.replies) > 0 || q.lost > 0 || q.count > 0:
		return now
	case q.filled == 0:
		return due
	}
	for i := range q.slots {
		if s := &q.slots[i]; s.latest != nil && (due.IsZero() || s.due.Before(due)) {
			due = s.due
		}
	}
	if due.Before(now) {
		return now
	}
	return due
}

// appendState appends the value of a state topic that is due.
func (q *queue) appendState(now time.Time, buf []byte) []byte {
	for i := range q.slots {
		s := &q.slots[i]
		if s.latest != nil && !s.due.After(now) {
			buf = q.number(s.latest, buf)
			s.latest = nil
			q.filled--
			if s.interval > 0 {
				s.due = nextDue(s.due, now, s.interval)
			}
			break
		}
	}
	return buf
}

// nextDue keeps to the beat of due while it is kept, and starts a new one after
// a pause.
func nextDue(due, now time.Time, interval time.Duration) time.Time {
	if next := due.Add(interval); next.After(now) {
		return next
	}
	return now.Add(interval)
}

// number appends m with the next sequence number.
func (q *queue) number(m *message, buf []byte) []byte {
	q.seq++
	buf = append(buf, m.head...)
	buf = strconv.AppendUint(buf, q.seq, 10)
	return append(buf, m.tail...)
}

// appendGap tells of the events that were lost, and skips their numbers.
func (q *queue) appendGap(buf []byte) []byte {
	from := q.seq + 1
	q.seq += q.lost
	names, _ := json.Marshal(q.lostTopics.names()) // strings of the catalogue
	q.lost, q.lostTopics = 0, 0
	buf = append(buf, `{"v":1,"type":"gap","from_seq":`...)
	buf = strconv.AppendUint(buf, from, 10)
	buf = append(buf, `,"to_seq":`...)
	buf = strconv.AppendUint(buf, q.seq, 10)
	buf = append(buf, `,"topics":`...)
	return append(append(buf, names...), '}')
}

// subscribe makes the client get the topics in add, state topics not more often
// than every interval, after the answer to request id.
func (q *queue) subscribe(id uint64, add topicSet, interval time.Duration) {
	q.mu.Lock()
	q.wanted |= add
	for i := range q.slots {
		if add.has(i) {
			q.slots[i].interval, q.slots[i].due = interval, time.Time{}
		}
	}
	q.answer(subscriptionsText(id, q.wanted))
	q.mu.Unlock()
	q.signal()
}

// unsubscribe ends topics. What waits of them is not sent, and spends no seq.
func (q *queue) unsubscribe(id uint64, end topicSet) (removed topicSet) {
	q.mu.Lock()
	removed = q.forget(end)
	q.answer(subscriptionsText(id, q.wanted))
	q.mu.Unlock()
	q.signal()
	return removed
}

func (q *queue) forget(end topicSet) (removed topicSet) {
	removed = end & q.wanted
	q.wanted &^= end
	for i := range q.slots {
		if end.has(i) && q.slots[i].latest != nil {
			q.slots[i].latest = nil
			q.filled--
		}
	}
	for range q.count {
		if m := q.take(); !end.has(m.topic) {
			q.events[(q.first+q.count)%maxQueued] = m
			q.count++
			q.bytes += m.size()
		}
	}
	return removed
}

// close empties the queue and returns what the client got.
func (q *queue) close() topicSet {
	q.mu.Lock()
	defer q.mu.Unlock()
	return q.forget(q.wanted)
}

// subscriptions returns what the client gets.
func (q *queue) subscriptions() topicSet {
	q.mu.Lock()
	defer q.mu.Unlock()
	return q.wanted
}
