// Command gallery takes the pictures that the Solar System is judged by: each
// world full and as a crescent, and the sights that photographs are known of. It
// flies bin/spacetime headless and writes the pictures, and sheets of them all, to
// a folder. It is run at the top of the checkout:
//
//	go run ./build/gallery -o dist/gallery -only saturn,eclipse
package main

import (
	"bytes"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

func main() {
	out := flag.String("o", "dist/gallery", "folder that the pictures are written to")
	only := flag.String("only", "", "take only pictures whose names have one of these in them, with commas between")
	program := flag.String("program", "bin/spacetime", "the program that takes them")
	quality := flag.String("quality", "auto", "low, medium, high or auto")
	flag.Parse()
	if flag.NArg() > 0 {
		fmt.Fprintln(os.Stderr, "usage: gallery [-o DIR] [-only NAME,...] [-program FILE] [-quality Q]")
		os.Exit(2)
	}
	c := camera{program: *program, quality: *quality, folder: *out}
	if err := c.takeAll(chosen(*only)); err != nil {
		fmt.Fprintf(os.Stderr, "gallery: %v\n", err)
		os.Exit(1)
	}
}

// chosen are the pictures whose names have one of the parts of only in them; all
// where that is empty.
func chosen(only string) (list []picture) {
	for _, p := range pictures() {
		for part := range strings.SplitSeq(only, ",") {
			if strings.Contains(p.name, part) {
				list = append(list, p)
				break
			}
		}
	}
	return list
}

// camera takes pictures with a program.
type camera struct {
	program, quality, folder string
}

// takeAll takes pictures, tells of each, and makes sheets of them.
func (c *camera) takeAll(list []picture) error {
	if err := os.MkdirAll(c.folder, 0o755); err != nil {
		return err
	}
	scenes, err := os.MkdirTemp("", "gallery-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(scenes)
	var files []string
	for i, p := range list {
		fmt.Printf("%d of %d: %s\n", i+1, len(list), p.name)
		file := filepath.Join(c.folder, p.name+".png")
		if err := c.take(p, scenes, file); err != nil {
			return fmt.Errorf("%s: %w", p.name, err)
		}
		files = append(files, file)
	}
	return writeSheets(c.folder, files)
}

// take flies to where a picture is taken from, and takes it.
func (c *camera) take(p picture, scenes, file string) error {
	folder := filepath.Join(scenes, p.name)
	if err := os.Mkdir(folder, 0o755); err != nil {
		return err
	}
	if err := os.WriteFile(filepath.Join(folder, p.name+".toml"), []byte(p.scene()), 0o644); err != nil {
		return err
	}
	cmd := exec.Command(c.program, "--mode", "headless", "--rate", "0", "--frames", "3", "--size", "960x600",
		"--quality", c.quality, "--api", "off", "--scenes", folder, "--scene", p.name, "--screenshot", file)
	var said bytes.Buffer
	cmd.Stdout, cmd.Stderr = &said, &said
	if err := cmd.Run(); err != nil {
		return fmt.Errorf("%w: %s", err, strings.TrimSpace(said.String()))
	}
	return nil
}
