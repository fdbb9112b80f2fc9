package main

import (
	"bufio"
	"fmt"
	"io/fs"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

const (
	motionsFile = "stars/default/hip_pm.dat"
	namesFile   = "skycultures/western/star_names.fab"
)

// eachLine calls parse with every line that is not blank nor a comment.
func eachLine(data fs.FS, name string, parse func(line string) error) error {
	file, err := data.Open(name)
	if err != nil {
		return fmt.Errorf("read stellarium-data: %w", err)
	}
	defer file.Close()
	lines := bufio.NewScanner(file)
	for n := 1; lines.Scan(); n++ {
		line := strings.TrimSpace(lines.Text())
		if line == "" || line[0] == '#' {
			continue
		}
		if err := parse(line); err != nil {
			return fmt.Errorf("%s:%d: %w", name, n, err)
		}
	}
	return lines.Err()
}

// readMotions reads the file of proper motions: Hipparcos number, motion in right
// ascension times cos(declination), motion in declination, both in mas a year.
// The motions in the star files are not these; Stellarium's issue 1787 tells how
// they are wrong.
func readMotions(data fs.FS) (map[uint32]motion, error) {
	motions := map[uint32]motion{}
	err := eachLine(data, motionsFile, func(line string) error {
		var hip uint32
		var ra, dec float64
		if _, err := fmt.Sscan(line, &hip, &ra, &dec); err != nil {
			return fmt.Errorf("%q: want a number and two motions", line)
		}
		motions[hip] = motion{ra * masRad, dec * masRad}
		return nil
	})
	return motions, err
}

// nameLine has the number, the name, and the numbers of the works that have it.
var nameLine = regexp.MustCompile(`^(\d+)\|_\("([^"]+)"\)\s*([0-9,]*)$`)

// approved are those works, as the file reference.fab beside it lists them, that
// are the IAU's: its catalogue of star names, its page on naming stars, and its
// naming of stars with planets.
var approved = []string{"6", "12", "36"}

// readNames reads the proper names that the IAU has approved.
func readNames(data fs.FS) (map[uint32]string, error) {
	names := map[uint32]string{}
	err := eachLine(data, namesFile, func(line string) error {
		fields := nameLine.FindStringSubmatch(line)
		if fields == nil {
			return fmt.Errorf("%q: want a number, a name and references", line)
		}
		hip, err := strconv.ParseUint(fields[1], 10, 32)
		if err != nil {
			return err
		}
		isApproved := func(work string) bool { return slices.Contains(approved, work) }
		if slices.ContainsFunc(strings.Split(fields[3], ","), isApproved) {
			names[uint32(hip)] = fields[2]
		}
		return nil
	})
	return names, err
}
