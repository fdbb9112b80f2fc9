package main

import (
	"fmt"
	"image"
	"image/color"
	"image/png"
	"os"
	"path/filepath"
	"strings"

	"golang.org/x/image/draw"
	"golang.org/x/image/font"
	"golang.org/x/image/font/basicfont"
	"golang.org/x/image/math/fixed"
)

// A sheet holds so many pictures, each so large, with its name under it.
const (
	columns, rows = 4, 3
	thumbW        = 480
	thumbH        = 300
	caption       = 18
)

// writeSheets writes sheet-1.png and so on.
func writeSheets(folder string, files []string) error {
	for n := 0; n*columns*rows < len(files); n++ {
		from := n * columns * rows
		part := files[from:min(from+columns*rows, len(files))]
		path := filepath.Join(folder, fmt.Sprintf("sheet-%d.png", n+1))
		if err := writeSheet(path, part); err != nil {
			return err
		}
		fmt.Println(path)
	}
	return nil
}

func writeSheet(path string, files []string) error {
	high := (len(files) + columns - 1) / columns * (thumbH + caption)
	sheet := image.NewRGBA(image.Rect(0, 0, columns*thumbW, high))
	draw.Draw(sheet, sheet.Rect, image.NewUniform(color.Gray{24}), image.Point{}, draw.Src)
	for i, file := range files {
		img, err := readPNG(file)
		if err != nil {
			return err
		}
		x, y := i%columns*thumbW, i/columns*(thumbH+caption)
		draw.ApproxBiLinear.Scale(sheet, image.Rect(x, y, x+thumbW, y+thumbH), img, img.Bounds(), draw.Src, nil)
		d := font.Drawer{Dst: sheet, Src: image.White, Face: basicfont.Face7x13, Dot: fixed.P(x+6, y+thumbH+13)}
		d.DrawString(strings.TrimSuffix(filepath.Base(file), ".png"))
	}
	f, err := os.Create(path)
	if err != nil {
		return err
	}
	if err := png.Encode(f, sheet); err != nil {
		_ = f.Close()
		return err
	}
	return f.Close()
}

func readPNG(file string) (image.Image, error) {
	f, err := os.Open(file)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	img, err := png.Decode(f)
	if err != nil {
		return nil, fmt.Errorf("read %s: %w", file, err)
	}
	return img, nil
}
