package limit

// A table remembers when the buckets of the keys seen last will be full. It
// holds no pointers besides its own two: the garbage collector, which shares
// the processor with the picture, has nothing to walk.
type table struct {
	size      int
	index     map[uint64]int32 // into entries, by hash
	entries   []entry
	newest    int32
	oldest    int32
	forgotten int64 // the latest fullAt that was given up
}

type entry struct {
	hash         uint64
	fullAt       int64 // nanoseconds since the limiter's start
	newer, older int32 // -1 at the ends
}

func newTable(size int) table {
	return table{size: size, index: map[uint64]int32{}, newest: -1, oldest: -1}
}

// entry returns the entry of hash, now the newest; valid until the next call.
// An unknown one takes the place of the oldest when the table is full, and
// starts as if it had been the worst of those forgotten.
func (t *table) entry(hash uint64) *entry {
	i, known := t.index[hash]
	switch {
	case known && i == t.newest:
		return &t.entries[i]
	case known:
		t.unlink(i)
	case len(t.entries) < t.size:
		i = int32(len(t.entries))
		t.grow()
		t.entries = append(t.entries, entry{hash: hash, fullAt: t.forgotten})
		t.index[hash] = i
	default:
		i = t.oldest
		t.unlink(i)
		e := &t.entries[i]
		t.forgotten = max(t.forgotten, e.fullAt)
		delete(t.index, e.hash)
		*e = entry{hash: hash, fullAt: t.forgotten}
		t.index[hash] = i
	}
	t.linkNewest(i)
	return &t.entries[i]
}

// grow makes room for one more; unlike append, for no more than size.
func (t *table) grow() {
	if n := len(t.entries); n == cap(t.entries) {
		t.entries = append(make([]entry, 0, min(2*n+64, t.size)), t.entries...)
	}
}

func (t *table) unlink(i int32) {
	e := &t.entries[i]
	if e.newer >= 0 {
		t.entries[e.newer].older = e.older
	} else {
		t.newest = e.older
	}
	if e.older >= 0 {
		t.entries[e.older].newer = e.newer
	} else {
		t.oldest = e.newer
	}
}

func (t *table) linkNewest(i int32) {
	e := &t.entries[i]
	e.newer, e.older = -1, t.newest
	if t.newest >= 0 {
		t.entries[t.newest].newer = i
	} else {
		t.oldest = i
	}
	t.newest = i
}
