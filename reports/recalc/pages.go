package recalc

import (
	"image"
	"image/color"
	"image/png"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"testing"
)

// Pages are the pages of a workbook as LibreOffice prints them, as pictures of 60
// dots an inch. Without LibreOffice or pdftoppm the test is skipped, unless tools are
// required.
func Pages(t *testing.T, xlsx []byte) []image.Image {
	t.Helper()
	out := Office(t, "book.xlsx", xlsx, "--convert-to", "pdf")
	pdftoppm, err := exec.LookPath("pdftoppm")
	if err != nil {
		if os.Getenv("UTFALL_REQUIRE_TOOLS") == "1" {
			t.Fatal(err)
		}
		t.Skip("pdftoppm is not on PATH")
	}
	if said, err := exec.CommandContext(t.Context(), pdftoppm, "-r", "60", "-png", filepath.Join(out, "book.pdf"), filepath.Join(out, "page")).CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, said)
	}
	files, err := filepath.Glob(filepath.Join(out, "page-*.png"))
	if err != nil {
		t.Fatal(err)
	}
	slices.Sort(files)
	pages := make([]image.Image, len(files))
	for i, name := range files {
		f, err := os.Open(name)
		if err != nil {
			t.Fatal(err)
		}
		pages[i], err = png.Decode(f)
		if f.Close(); err != nil {
			t.Fatal(err)
		}
	}
	return pages
}

// Dots is how many dots of a page have a colour, six digits of hexadecimal; what the
// printer blends at edges is none.
func Dots(page image.Image, colour string) (n int) {
	want, _ := strconv.ParseUint(colour, 16, 32)
	b := page.Bounds()
	for y := b.Min.Y; y < b.Max.Y; y++ {
		for x := b.Min.X; x < b.Max.X; x++ {
			c := color.NRGBAModel.Convert(page.At(x, y)).(color.NRGBA)
			if uint64(c.R)<<16|uint64(c.G)<<8|uint64(c.B) == want {
				n++
			}
		}
	}
	return n
}
