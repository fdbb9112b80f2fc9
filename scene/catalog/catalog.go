package catalog

import (
	"bytes"
	"cmp"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"slices"
	"unicode/utf8"

	"github.com/spacetime-vr/spacetime/scene/astro"
)

// MaxStars is the number of stars that a file may hold. It is well over the
// 118 000 of Hipparcos and keeps a file under 8 MB less its names.
const MaxStars = 200_000

const (
	magic       = "STVRSTAR"
	version     = 1
	headerBytes = 24
	crcAt       = 20
)

// maxNamesBytes allows 16 bytes a star, far more than the names there are.
const maxNamesBytes = 16 * MaxStars

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

// header is the first 24 bytes of a file.
type header struct {
	Magic             [len(magic)]byte
	Version           uint32
	Stars, NamesBytes uint32
	CRC               uint32
}

// Read returns the stars of a catalogue, brightest first. It reads r to its end.
//
// A file that is not such a catalogue, is cut short, has something after its end
// or was altered is an error that says so. No more memory is taken than a small
// multiple of what r holds.
func Read(r io.Reader) ([]astro.Star, error) {
	stars, err := read(r)
	if err != nil {
		return nil, fmt.Errorf("read star catalogue: %w", err)
	}
	return stars, nil
}

func read(r io.Reader) ([]astro.Star, error) {
	file, h, err := readFile(r)
	if err != nil {
		return nil, err
	}
	if err := checkCRC(file); err != nil {
		return nil, err
	}
	namesAt := headerBytes + h.Stars*recordBytes
	return decode(file[headerBytes:namesAt], file[namesAt:])
}

// readFile returns all of the file, whose length is then what its header says.
func readFile(r io.Reader) ([]byte, header, error) {
	var file bytes.Buffer
	if _, err := io.CopyN(&file, r, headerBytes); err != nil {
		return nil, header{}, short(err, int64(file.Len()), headerBytes)
	}
	h, err := parseHeader(file.Bytes())
	if err != nil {
		return nil, h, err
	}
	want := headerBytes + int64(h.Stars)*recordBytes + int64(h.NamesBytes)
	if _, err := io.CopyN(&file, r, want-headerBytes); err != nil {
		return nil, h, short(err, int64(file.Len()), want)
	}
	switch n, err := io.CopyN(io.Discard, r, 1); {
	case n > 0:
		return nil, h, fmt.Errorf("there is more after the %d bytes that its header speaks of", want)
	case !errors.Is(err, io.EOF):
		return nil, h, err
	}
	return file.Bytes(), h, nil
}

// short says that the file ended early, if that is what err means.
func short(err error, got, want int64) error {
	if errors.Is(err, io.EOF) {
		return fmt.Errorf("cut short: %d bytes of %d", got, want)
	}
	return err
}

// parseHeader accepts only sizes that are safe to hold.
func parseHeader(file []byte) (h header, err error) {
	if _, err := binary.Decode(file, binary.LittleEndian, &h); err != nil {
		return h, err
	}
	switch {
	case string(h.Magic[:]) != magic:
		return h, fmt.Errorf("begins with %q: not a star catalogue", h.Magic[:])
	case h.Version != version:
		return h, fmt.Errorf("version %d: this program reads version %d", h.Version, version)
	case h.Stars > MaxStars:
		return h, fmt.Errorf("%d stars: at most %d can be", h.Stars, MaxStars)
	case h.NamesBytes > maxNamesBytes:
		return h, fmt.Errorf("%d bytes of names: at most %d can be", h.NamesBytes, maxNamesBytes)
	}
	return h, nil
}

// checksum is of all bytes but its own.
func checksum(file []byte) uint32 {
	return crc32.Update(crc32.Checksum(file[:crcAt], castagnoli), castagnoli, file[headerBytes:])
}

func checkCRC(file []byte) error {
	got, want := checksum(file), binary.LittleEndian.Uint32(file[crcAt:])
	if got != want {
		return fmt.Errorf("checksum is %08x where %08x was written: the file was damaged", got, want)
	}
	return nil
}

// decode returns the stars of well-sized records.
func decode(records, names []byte) ([]astro.Star, error) {
	stars := make([]astro.Star, 0, len(records)/recordBytes)
	for at := 0; at < len(records); at += recordBytes {
		star, nameBytes := getRecord(records[at:])
		if nameBytes > len(names) {
			return nil, fmt.Errorf("star %d: its name goes past the end of the names", len(stars))
		}
		star.Name, names = string(names[:nameBytes]), names[nameBytes:]
		if err := check(star); err != nil {
			return nil, fmt.Errorf("star %d: %w", len(stars), err)
		}
		if n := len(stars); n > 0 && star.Magnitude < stars[n-1].Magnitude {
			return nil, fmt.Errorf("star %d is brighter than the one before it", n)
		}
		stars = append(stars, star)
	}
	if len(names) > 0 {
		return nil, fmt.Errorf("%d bytes of names belong to no star", len(names))
	}
	return stars, nil
}

// Write writes the stars, sorted brightest first; those that round to the same
// millimagnitude stay in the order that they came in. The stars given are not
// changed.
//
// A star that the format cannot hold is an error, and nothing is written then:
// one with a direction out of range, a quantity that is no number or too large,
// or a name that is not UTF-8.
func Write(w io.Writer, stars []astro.Star) error {
	file, err := encode(stars)
	if err != nil {
		return fmt.Errorf("write star catalogue: %w", err)
	}
	if _, err := w.Write(file); err != nil {
		return fmt.Errorf("write star catalogue: %w", err)
	}
	return nil
}

func encode(stars []astro.Star) ([]byte, error) {
	if len(stars) > MaxStars {
		return nil, fmt.Errorf("%d stars: at most %d can be", len(stars), MaxStars)
	}
	sorted := slices.Clone(stars)
	slices.SortStableFunc(sorted, func(a, b astro.Star) int {
		return cmp.Compare(milli(float64(a.Magnitude)), milli(float64(b.Magnitude)))
	})
	file := make([]byte, headerBytes, headerBytes+len(stars)*recordBytes)
	var names []byte
	for _, star := range sorted {
		var err error
		if file, err = appendRecord(file, star); err != nil {
			return nil, fmt.Errorf("HIP %d: %w", star.HIP, err)
		}
		names = append(names, star.Name...)
	}
	if len(names) > maxNamesBytes {
		return nil, fmt.Errorf("%d bytes of names: at most %d can be", len(names), maxNamesBytes)
	}
	file = append(file, names...)
	putHeader(file, len(stars), len(names))
	return file, nil
}

// putHeader fills in the header of an otherwise finished file.
func putHeader(file []byte, stars, namesBytes int) {
	le := binary.LittleEndian
	copy(file, magic)
	le.PutUint32(file[8:], version)
	le.PutUint32(file[12:], uint32(stars))
	le.PutUint32(file[16:], uint32(namesBytes))
	le.PutUint32(file[crcAt:], checksum(file))
}

// check is for what a record can say that no star can be.
func check(star astro.Star) error {
	switch {
	case star.DecRad < -rightAngle || star.DecRad > rightAngle:
		return fmt.Errorf("declination %g rad: beyond a pole", star.DecRad)
	case !utf8.ValidString(star.Name):
		return fmt.Errorf("name %q is not UTF-8", star.Name)
	}
	return nil
}
