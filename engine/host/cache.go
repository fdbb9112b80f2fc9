package host

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"os"
	"path/filepath"
)

// Cache keeps what is slow to make in files, by key. What it returns is what
// was put, or nothing: a file that was cut off or changed counts as missing.
// It is safe on any goroutine and in several processes.
type Cache struct{ dir string }

// OpenCache makes the folder where it is missing.
func OpenCache(dir string) (*Cache, error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, err
	}
	return &Cache{dir}, nil
}

// Get returns what was put under key.
func (c *Cache) Get(key string) ([]byte, bool) {
	data, err := os.ReadFile(c.path(key))
	if err != nil || len(data) < sha256.Size {
		return nil, false
	}
	sum := sha256.Sum256(data[sha256.Size:])
	if !bytes.Equal(sum[:], data[:sha256.Size]) {
		return nil, false
	}
	return data[sha256.Size:], true
}

// Put keeps data under key. That it fails, on a full disk, costs time at the
// next start and nothing else, so it does not tell.
func (c *Cache) Put(key string, data []byte) {
	sum := sha256.Sum256(data)
	_ = WritePrivate(c.path(key), append(sum[:], data...))
}

func (c *Cache) path(key string) string {
	sum := sha256.Sum256([]byte(key))
	return filepath.Join(c.dir, hex.EncodeToString(sum[:16]))
}
