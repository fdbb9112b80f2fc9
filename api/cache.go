package api

import (
	"context"
	"slices"
	"strings"
	"sync"
)

// maxCacheBytes bounds what the cache holds.
const maxCacheBytes = 64 << 20

// cache keeps what was costly to make, such as pictures, up to a number of bytes;
// what was asked for longest ago goes first. The zero value has no limit that
// lets anything in: set limit. It is safe on any goroutine.
type cache struct {
	limit int

	mu    sync.Mutex
	order []string // least recently used first; there are few
	held  map[string][]byte
	stats CacheStats
}

// CacheStats is what GET /api/v1/cache/stats answers.
type CacheStats struct {
	Entries   int    `json:"entries"`
	Bytes     int    `json:"bytes"`
	Limit     int    `json:"limit_bytes"`
	Hits      uint64 `json:"hits" doc:"Since the start."`
	Misses    uint64 `json:"misses"`
	Evictions uint64 `json:"evictions" doc:"Entries that made room for others."`
}

// put keeps data, which must not change from now on. What is larger than the
// whole cache is not kept.
func (c *cache) put(key string, data []byte) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.drop(key)
	if len(data) > c.limit {
		return
	}
	for c.stats.Bytes+len(data) > c.limit {
		c.drop(c.order[0])
		c.stats.Evictions++
	}
	if c.held == nil {
		c.held = map[string][]byte{}
	}
	c.held[key], c.order = data, append(c.order, key)
	c.stats.Bytes += len(data)
}

// get returns what was put under the key. It is shared: read only.
func (c *cache) get(key string) ([]byte, bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	data, ok := c.held[key]
	if !ok {
		c.stats.Misses++
		return nil, false
	}
	c.stats.Hits++
	i := slices.Index(c.order, key)
	c.order = append(slices.Delete(c.order, i, i+1), key)
	return data, true
}

// purge removes what begins with prefix.
func (c *cache) purge(prefix string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, key := range slices.Clone(c.order) {
		if strings.HasPrefix(key, prefix) {
			c.drop(key)
		}
	}
}

// drop removes an entry; c.mu is held.
func (c *cache) drop(key string) {
	if i := slices.Index(c.order, key); i >= 0 {
		c.order = slices.Delete(c.order, i, i+1)
		c.stats.Bytes -= len(c.held[key])
		delete(c.held, key)
	}
}

// now returns the counts.
func (c *cache) now() CacheStats {
	c.mu.Lock()
	defer c.mu.Unlock()
	s := c.stats
	s.Entries, s.Limit = len(c.held), c.limit
	return s
}

type cacheAnswer struct{ Body CacheStats }

func (s *Server) getCache(context.Context, *struct{}) (*cacheAnswer, error) {
	return &cacheAnswer{s.cache.now()}, nil
}

type purgeRequest struct {
	Body struct {
		Prefix string `json:"prefix,omitempty" maxLength:"128" doc:"Of the keys to remove; all when left out." example:"screenshots/"`
	}
}

func (s *Server) purgeCache(_ context.Context, in *purgeRequest) (*cacheAnswer, error) {
	s.cache.purge(in.Body.Prefix)
	return &cacheAnswer{s.cache.now()}, nil
}
