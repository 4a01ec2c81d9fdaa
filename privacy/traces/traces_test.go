package traces

import (
	"archive/zip"
	"bytes"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

// needles are of every kind that is looked for; the last is a key.
var needles = [][]byte{[]byte("Åsa Öhrn-Lärkås"), []byte("anna.andersson+x@example.se"), []byte("191212121212"), []byte(`Bo "Kid" O'Neill & <Son> \ x`),
	[]byte("Anna"), []byte("\x00\xff\xfeK\x80\x81\x10\xc3(\xa0\xa1")}

// look is Find over one file with the content given, read in chunks of a length.
func look(t interface{ Fatal(...any) }, dir string, content []byte, chunk int, m *matcher) []Hit {
	file := filepath.Join(dir, "file")
	if err := os.WriteFile(file, content, 0o600); err != nil {
		t.Fatal(err)
	}
	f := &finder{m: m, chunk: chunk}
	err := f.file(file, file)
	if err := errors.Join(append(f.faults, err)...); err != nil {
		t.Fatal(err)
	}
	return f.hits
}

// found reports whether a needle is among the hits under the encoding it was
// written in, or as UTF-8 where the writer changed nothing but the case.
func found(hits []Hit, needle []byte, index int, w writer) bool {
	same := w.encoding != Base64 && bytes.EqualFold(w.write("", string(needle), ""), needle)
	return slices.ContainsFunc(hits, func(h Hit) bool {
		return h.Needle == index && (h.Encoding == w.encoding || same && h.Encoding == UTF8)
	})
}

// TestEveryEncodingInEveryContainer plants each needle in each encoding, at
// three alignments, alone and in each container.
func TestEveryEncodingInEveryContainer(t *testing.T) {
	dir, m, cases := t.TempDir(), newMatcher(needles), 0
	for _, c := range append([]container{{"a file", func(b []byte) []byte { return b }}}, containers...) {
		for _, w := range writers {
			for i, needle := range needles[:len(needles)-1] {
				for align := range 3 {
					content := c.pack(w.write(strings.Repeat("b", 40+align), string(needle), "after"))
					if cases++; !found(look(t, dir, content, 1<<20, m), needle, i, w) {
						t.Errorf("needle %d in %s, %s, alignment %d: not found", i, c.name, w.name, align)
					}
				}
			}
		}
	}
	t.Logf("%d cases", cases)
}

// TestAKeyIsFound has a needle that is no text.
func TestAKeyIsFound(t *testing.T) {
	key := needles[len(needles)-1]
	for e, content := range map[Encoding]string{UTF8: string(key), Hex: hex.EncodeToString(key), Base64: base64.URLEncoding.EncodeToString(append([]byte("xx"), key...))} {
		got := look(t, t.TempDir(), []byte("before"+content), 1<<20, newMatcher([][]byte{key}))
		if len(got) != 1 || got[0].Encoding != e {
			t.Errorf("as %s: %v", e, got)
		}
	}
}

// TestWhereItIs checks places: of a file, of a member, and of each needle and
// encoding the first only.
func TestWhereItIs(t *testing.T) {
	dir := t.TempDir()
	file := filepath.Join(dir, "file")
	m := newMatcher([][]byte{[]byte("Anna")})
	content := []byte("Anna, ANNA, 416e6e61")
	want := []Hit{{File: file, Encoding: UTF8}, {File: file, Encoding: Hex, Offset: 12}}
	if diff := cmp.Diff(want, look(t, dir, content, 1<<20, m)); diff != "" {
		t.Error(diff)
	}
	packed := zipped(8)(containers[2].pack(append([]byte("at nine: "), content...)))
	want = []Hit{{File: file, Member: "folder/content → gzip", Encoding: UTF8, Offset: 9}, {File: file, Member: "folder/content → gzip", Encoding: Hex, Offset: 21}}
	if diff := cmp.Diff(want, look(t, dir, packed, 1<<20, m)); diff != "" {
		t.Error(diff)
	}
}

// TestAcrossChunks writes every form of a needle over every place where the
// chunks of a stream meet, a byte at a time.
func TestAcrossChunks(t *testing.T) {
	needle := "Åsa <K>"
	m := newMatcher([][]byte{[]byte(needle)})
	for _, w := range writers {
		for filling := range 3 * m.longest {
			content := w.write(strings.Repeat("b", filling), needle, "after")
			var hits []Hit
			s := m.newStream(1, func(p pattern, at int64) {
				if !bytes.HasPrefix(content[at:], p.bytes) {
					t.Fatalf("%s after %d: not at byte %d", w.name, filling, at)
				}
				hits = append(hits, Hit{Encoding: p.encoding})
			})
			for i := range content {
				s.Write(content[i : i+1])
			}
			if s.finish(); !found(hits, []byte(needle), 0, w) {
				t.Fatalf("%s after %d: not found", w.name, filling)
			}
		}
	}
}

// TestNearMissesInBase64 has bytes that differ from the needle in the bits it
// shares a character with its neighbours in.
func TestNearMissesInBase64(t *testing.T) {
	m := newMatcher([][]byte{[]byte("Anna"), []byte("\x01nna")})
	for _, s := range []string{"xQnnayy", "xxQnnay", "xAnncyy", "Annbxx", "xx\xc1nnay", "x\xf1nnay"} {
		if hits := look(t, t.TempDir(), []byte(base64.StdEncoding.EncodeToString([]byte(s))), 1<<20, m); len(hits) > 0 {
			t.Errorf("in base64 of %q: %v", s, hits)
		}
	}
	for _, p := range m.patterns {
		if p.headBits > 0 && p.head == 0 {
			if hits := look(t, t.TempDir(), append([]byte("."), p.bytes...), 1<<20, m); len(hits) > 0 {
				t.Errorf("after what is no base64: %v", hits)
			}
		}
	}
	for _, e := range []*base64.Encoding{base64.StdEncoding, base64.URLEncoding} {
		for v := range byte(64) {
			if got := sextet(e.EncodeToString([]byte{v << 2})[0]); got != v {
				t.Errorf("character %d is read as %d", v, got)
			}
		}
	}
}

// TestPlantedAnywhere draws the needle, its encoding, up to four containers in
// each other, and where the chunks of a file meet.
func TestPlantedAnywhere(t *testing.T) {
	dir := t.TempDir()
	rapid.Check(t, func(t *rapid.T) {
		needle := rapid.StringOfN(rapid.RuneFrom([]rune("abcXYZ019 @.-_+åäöÅÄÖé&<>\"'/%\\")), 4, 30, -1).Draw(t, "needle")
		w := rapid.SampledFrom(writers).Draw(t, "writer")
		filler := rapid.StringOfN(rapid.RuneFrom([]rune("abcåäö {}\n=")), 0, 60, -1)
		before := strings.Repeat(filler.Draw(t, "before"), rapid.IntRange(0, 40).Draw(t, "times"))
		content := w.write(before, needle, filler.Draw(t, "after"))
		for _, c := range rapid.SliceOfN(rapid.SampledFrom(containers), 0, 4).Draw(t, "containers") {
			content = c.pack(content)
		}
		m := newMatcher([][]byte{[]byte("zzzz-other"), []byte(needle), []byte("another one")})
		if !found(look(t, dir, content, rapid.IntRange(1, 3000).Draw(t, "chunk"), m), []byte(needle), 1, w) {
			t.Fatal("not found")
		}
	})
}

// TestNothingIsFoundByChance looks through bytes, base64, hexadecimal and text
// that hold nothing: every fourth needle is as short as one may be.
func TestNothingIsFoundByChance(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	random := make([]byte, 4<<20)
	for i := range random {
		random[i] = byte(r.Uint32())
	}
	var text []byte
	for len(text) < 4<<20 {
		for _, p := range people(r, 4) {
			text = fmt.Appendf(text, "%s;%d\n", p, r.IntN(100))
		}
	}
	sought := people(rand.New(rand.NewPCG(5, 6)), 40)
	for i := 0; i < len(sought); i += 4 {
		sought[i] = sought[i][:4]
		sought[i][0] = '#' // four letters stand in the text by chance
	}
	m := newMatcher(sought)
	for name, content := range map[string][]byte{"bytes": random, "base64": []byte(base64.StdEncoding.EncodeToString(random)),
		"hexadecimal": []byte(hex.EncodeToString(random)), "text": text} {
		if hits := look(t, t.TempDir(), content, 1<<18, m); len(hits) > 0 {
			t.Errorf("in random %s: %v", name, hits)
		}
	}
}

// TestNames finds needles in names of files, folders, links and members, and
// prints none.
func TestNames(t *testing.T) {
	dir := t.TempDir()
	folder := filepath.Join(dir, "Kund Åsa Öhrn")
	err := errors.Join(os.Mkdir(folder, 0o700), os.WriteFile(filepath.Join(folder, "åsa%20öhrn.txt"), []byte("ÅSA ÖHRN"), 0o600),
		os.Symlink("åsa öhrn.txt", filepath.Join(dir, "link")), os.WriteFile(filepath.Join(dir, "broken Åsa Öhrn.gz"), []byte("\x1f\x8b\x08"), 0o600),
		os.WriteFile(filepath.Join(dir, "zip"), namedZip("om ÅSA ÖHRN", "Åsa Öhrn"), 0o600))
	if err != nil {
		t.Fatal(err)
	}
	hits, err := Find([]string{dir, filepath.Join(dir, "no Åsa Öhrn")}, [][]byte{[]byte("Åsa Öhrn")})
	var got []string
	for _, h := range hits {
		got = append(got, strings.ReplaceAll(h.String(), dir, "DIR"))
	}
	want := []string{
		"needle 0 as UTF-8 in the name DIR/Kund **********",
		"needle 0 as UTF-8 at byte 0 of DIR/Kund **********/åsa%20öhrn.txt",
		"needle 0 as UTF-8 in the name DIR/broken **********.gz",
		"needle 0 as UTF-8 at byte 0 of DIR/link → link",
		"needle 0 as UTF-8 at byte 0 of DIR/zip → om **********",
		"needle 0 as UTF-8 at byte 33 of DIR/zip", // the name itself
	}
	slices.Sort(got)
	slices.Sort(want)
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	if printed := fmt.Sprintf("%v %+v %#v", hits, hits, hits) + fmt.Sprint(err); err == nil || strings.Contains(printed, "Åsa Öhrn") || strings.Contains(printed, "ÅSA") {
		t.Errorf("the needle is printed, or no error told: %s", strings.ReplaceAll(printed, dir, "DIR"))
	}
}

func namedZip(name, content string) []byte {
	var out bytes.Buffer
	z := zip.NewWriter(&out)
	must(must(z.Create(name)).Write([]byte(content)))
	must(0, z.Close())
	return out.Bytes()
}

// TestWhatCannotBeLookedInto is an error, with what was found all the same.
func TestWhatCannotBeLookedInto(t *testing.T) {
	text := bytes.Repeat([]byte("nothing here but Anna and some more words\n"), 1000)
	gz, z := containers[2].pack(text), containers[0].pack(text)
	deep, deepZlib, deepText := text, text, append([]byte("x^2 + "), text...)
	for range deepest {
		deep, deepZlib, deepText = containers[2].pack(deep), containers[4].pack(deepZlib), containers[2].pack(deepText)
	}
	for name, c := range map[string]struct {
		content []byte
		fails   bool
		hits    int
	}{
		"whole":               {gz, false, 1},
		"cut short":           {gz[:len(gz)-9], true, 1},
		"zip cut short":       {z[:len(z)-30], true, 0},
		"zip in zip, cut":     {containers[1].pack(z[:len(z)-30]), true, 0},
		"a wrong checksum":    {append(slices.Clone(gz[:len(gz)-8]), 1, 2, 3, 4, 5, 6, 7, 8), true, 1},
		"too deep":            {containers[2].pack(deep), true, 0},
		"zlib too deep":       {containers[4].pack(deepZlib), true, 0},
		"as deep as may be":   {deepText, false, 1},
		"text like zlib":      {append([]byte("x^2 + "), text...), false, 1},
		"much behind":         {append(append(slices.Clone(containers[4].pack([]byte("x"))), make([]byte, 1<<20)...), "Anna"...), false, 1},
		"something behind":    {append(slices.Clone(containers[4].pack([]byte("x"))), "Anna"...), false, 1},
		"three bytes":         {[]byte("PK\x03"), false, 0},
		"a magic and no more": {[]byte("\x28\xb5\x2f\xfd"), true, 0},
	} {
		file := filepath.Join(t.TempDir(), "file")
		if err := os.WriteFile(file, c.content, 0o600); err != nil {
			t.Fatal(err)
		}
		hits, err := Find([]string{file}, [][]byte{[]byte("Anna")})
		if len(hits) != c.hits || (err != nil) != c.fails {
			t.Errorf("%s: %v, %v; want %d hits, an error: %t", name, hits, err, c.hits, c.fails)
		}
	}
	if _, err := Find([]string{filepath.Join(t.TempDir(), "none")}, nil); err == nil {
		t.Error("a root that is not there is no error")
	}
	if _, err := Find(nil, [][]byte{[]byte("long enough"), []byte("Bo")}); !errors.Is(err, ErrShort) {
		t.Errorf("a needle of two bytes: %v", err)
	}
}
