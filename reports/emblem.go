package reports

import (
	"bytes"
	"fmt"
	"image"
	"image/color"
	"image/png"
	"math"
	"strings"
	"sync"
)

// The emblem of the European Union: twelve gold stars in a circle on a blue
// rectangle half as long again as it is high; the circle's radius is a third of the
// height, each star's is an eighteenth (Reg. (EU) 2021/1060 Annex IX; the same since
// the Council of Europe's guide of 1955).
const (
	emblemRatio = 1.5
	emblemStars = 12
)

var (
	emblemBlue = color.RGBA{0x00, 0x33, 0x99, 0xff}
	emblemGold = color.RGBA{0xff, 0xcc, 0x00, 0xff}
)

// emblemPoints are the corners of each star in an emblem of height 1.
func emblemPoints() (stars [emblemStars][10][2]float64) {
	inner := 1.0 / 18 * math.Sin(math.Pi/10) / math.Sin(math.Pi*7/10) // of a star whose edges are straight through
	for s := range stars {
		around := 2 * math.Pi * float64(s) / emblemStars
		x, y := emblemRatio/2+math.Sin(around)/3, 0.5-math.Cos(around)/3
		for k := range stars[s] {
			radius := 1.0 / 18
			if k%2 == 1 {
				radius = inner
			}
			angle := math.Pi * float64(k) / 5
			stars[s][k] = [2]float64{x + radius*math.Sin(angle), y - radius*math.Cos(angle)}
		}
	}
	return stars
}

// emblemSVG draws it for a page.
func emblemSVG(label string) string {
	var b strings.Builder
	fmt.Fprintf(&b, `<svg class="emblem" role="img" aria-label="%s" viewBox="0 0 810 540" width="66" height="44"><rect width="810" height="540" fill="#039"/><path fill="#fc0" d="`, label)
	for _, star := range emblemPoints() {
		for k, p := range star {
			fmt.Fprintf(&b, "%s%.1f %.1f", map[bool]string{true: "M", false: "L"}[k == 0], p[0]*540, p[1]*540)
		}
		b.WriteString("Z")
	}
	return b.String() + `"/></svg>`
}

// emblemPNG draws it for a workbook.
var emblemPNG = sync.OnceValue(func() []byte {
	const height, samples = 160, 4
	stars := emblemPoints()
	img := image.NewRGBA(image.Rect(0, 0, height*3/2, height))
	for y := range height {
		for x := range height * 3 / 2 {
			inside := 0
			for k := range samples * samples {
				px := (float64(x) + (float64(k%samples)+0.5)/samples) / height
				py := (float64(y) + (float64(k/samples)+0.5)/samples) / height
				for s := range stars {
					if within(stars[s][:], px, py) {
						inside++
						break
					}
				}
			}
			img.Set(x, y, mix(emblemBlue, emblemGold, inside, samples*samples))
		}
	}
	var out bytes.Buffer
	if err := png.Encode(&out, img); err != nil {
		panic(err) // into memory: a bug
	}
	return out.Bytes()
})

// within tells whether a point lies in a polygon, by the edges to its right.
func within(corners [][2]float64, x, y float64) (in bool) {
	for i, j := 0, len(corners)-1; i < len(corners); j, i = i, i+1 {
		a, b := corners[i], corners[j]
		if (a[1] > y) != (b[1] > y) && x < (b[0]-a[0])*(y-a[1])/(b[1]-a[1])+a[0] {
			in = !in
		}
	}
	return in
}

// mix is n parts of b in all, the rest of a.
func mix(a, b color.RGBA, n, all int) color.RGBA {
	part := func(x, y uint8) uint8 { return uint8((int(x)*(all-n) + int(y)*n) / all) }
	return color.RGBA{part(a.R, b.R), part(a.G, b.G), part(a.B, b.B), 0xff}
}
