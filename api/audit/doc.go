// Package audit keeps the audit log: who did what to this instance, in a chain
// of records that cannot be changed unnoticed.
//
// # The chain
//
// Every record has the hash
//
//	SHA-256("spacetime-audit-v1" || hash of the record before || canonical JSON)
//
// where the hash before the first record is 32 zero bytes and the canonical
// JSON is the record's line without its last member, the hash. There is one
// way to write a record: the members in a fixed order, empty ones left out, the
// time in UTC with six decimals, keys of details in the order of their bytes, and
// everything that is not printable ASCII as \u escapes. So nobody's input can
// put a line break, an escape sequence or a bidirectional override into the
// file, and a line is valid only if writing what it says gives the same bytes.
//
// The hashes have no key: who can write to the folder can compute a whole new
// chain. What they cannot do is sign. A [Checkpoint] is the Ed25519 signature
// of how many records there are and of the last one's hash; one is made each
// [CheckpointRecords] records, [CheckpointInterval] after the first record that
// has none, and at the end.
//
// # What is in the folder
//
// The folder has mode 0700 and its files 0600.
//
//	records-000000000001.jsonl      a segment; the number is its first record's
//	checkpoints-000000000001.jsonl  the checkpoints made while it was written
//	checkpoint.json                 the newest checkpoint: the file to keep elsewhere
//	torn-…                          what a crash left behind the last whole record
//	lock                            held while a Log is open
//
// A segment ends at 64 MiB or after a day; those of more than 90 days go when a
// new one begins, oldest first and at most two at once, so that a clock that is
// a year ahead cannot take the log with it; while nothing is recorded, nothing goes.
// Before one goes, a checkpoint that
// says so is signed: without it, a folder whose first records are missing is
// broken.
//
// # What is found
//
// [Verify] finds every change of what a kept checkpoint covers, one copied from
// checkpoint.json to where the writer of the folder cannot reach. Without one it
// trusts the newest checkpoint in the folder, so a tail that was cut together
// with all its checkpoints looks like a shorter log, and the records behind
// the newest checkpoint, of which there are never more than 100, can be
// forged. Who has the key can forge everything that no kept checkpoint covers.
//
// # The clock
//
// Records are in the order of their numbers, not of their times. A clock that
// goes backwards breaks nothing: its time is recorded as it was read, and
// [Report.ClockBack] counts how often that happened.
//
// # When the disk fails
//
// No record is dropped silently. What could not be made durable stays in memory
// and is written again, once a second, from the last byte known to be on
// disk (after a failed fsync nothing behind it is trusted). Meanwhile
// [Log.Append] gives [ErrUnwritable], and so does a full queue; when the disk is
// back, a record says how many were refused.
package audit
