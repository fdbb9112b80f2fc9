package audit

import (
	"bytes"
	"cmp"
	"crypto/ed25519"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"time"
)

const (
	// CheckpointRecords is after how many records a checkpoint is made.
	CheckpointRecords = 100
	// CheckpointInterval is how long a record may wait for a checkpoint.
	CheckpointInterval = time.Minute

	checkpointDomain = "spacetime-audit-checkpoint-v1"
	newestFile       = "checkpoint.json"
)

// Checkpoint is the signed statement that the chain had Count records, the
// last one with the hash Head. Its JSON is what an operator keeps elsewhere; a
// signature of a checkpoint covers all before it.
type Checkpoint struct {
	Count     uint64    `json:"count"`
	Head      Hash      `json:"head"`
	Time      time.Time `json:"time"`             // UTC, microseconds
	Pruned    bool      `json:"pruned,omitempty"` // records up to Count were removed, as too old
	Signature []byte    `json:"signature"`        // Ed25519, 64 bytes; base64 in JSON
}

// message is what is signed.
func (c Checkpoint) message() []byte {
	return fmt.Appendf(nil, "%s\n%d\n%s\n%s\n%t\n", checkpointDomain, c.Count, c.Head, c.Time.UTC().Format(timeLayout), c.Pruned)
}

func (c Checkpoint) signedWith(key ed25519.PrivateKey) Checkpoint {
	c.Signature = ed25519.Sign(key, c.message())
	return c
}

// SignedBy tells whether the owner of the key made this checkpoint.
func (c Checkpoint) SignedBy(pub ed25519.PublicKey) bool {
	return len(pub) == ed25519.PublicKeySize && ed25519.Verify(pub, c.message(), c.Signature)
}

// line is the checkpoint in JSON and a line break.
func (c Checkpoint) line() []byte {
	data, err := json.Marshal(c)
	if err != nil { // only a time beyond the year 9999 has no JSON
		panic(err)
	}
	return append(data, '\n')
}

// ParseCheckpoint reads a checkpoint's JSON, such as a kept copy of
// checkpoint.json. Whether it is genuine is for [Checkpoint.SignedBy] to say.
func ParseCheckpoint(data []byte) (Checkpoint, error) {
	var c Checkpoint
	if err := json.Unmarshal(data, &c); err != nil {
		return c, fmt.Errorf("this is no checkpoint of an audit log: %w", err)
	}
	if c.Count == 0 || len(c.Signature) != ed25519.SignatureSize {
		return c, errors.New("this is no checkpoint of an audit log: it has no count or no signature")
	}
	return c, nil
}

// marks is the checkpoints found in a folder, by Count.
type marks []Checkpoint

// readMarks reads all checkpoints of a folder. An unfinished last line, which a
// crash leaves, is none; anything else that is not signed by the key is a [Fault].
func readMarks(folder string, segments []segment, pub ed25519.PublicKey) (marks, error) {
	var all marks
	paths := []string{filepath.Join(folder, newestFile)}
	for _, s := range segments {
		paths = append(paths, s.checkpoints())
	}
	for _, path := range paths {
		data, err := os.ReadFile(path)
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			return nil, err
		}
		for line := range bytes.Lines(data[:bytes.LastIndexByte(data, '\n')+1]) {
			c, err := ParseCheckpoint(line)
			if err != nil || !c.SignedBy(pub) {
				return nil, &Fault{File: filepath.Base(path), Reason: "a checkpoint in it is not signed with this log's key"}
			}
			all = append(all, c)
		}
	}
	slices.SortStableFunc(all, func(a, b Checkpoint) int { return cmp.Compare(a.Count, b.Count) })
	return all, nil
}

func (m marks) newest() Checkpoint {
	if len(m) == 0 {
		return Checkpoint{}
	}
	return m[len(m)-1]
}

// pruned finds the statement that the records up to count were removed.
func (m marks) pruned(count uint64) (Checkpoint, bool) {
	i := slices.IndexFunc(m, func(c Checkpoint) bool { return c.Pruned && c.Count == count })
	if i < 0 {
		return Checkpoint{}, false
	}
	return m[i], true
}
