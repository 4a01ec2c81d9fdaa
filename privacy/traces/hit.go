package traces

import "fmt"

// Encoding is the way in which a needle was written.
type Encoding string

// The encodings, each of a needle as it is given, in capitals and in small
// letters. Hexadecimal, base64 and percent are of its bytes.
const (
	UTF8    Encoding = "UTF-8"
	Latin1  Encoding = "Latin-1"
	UTF16LE Encoding = "UTF-16LE"
	UTF16BE Encoding = "UTF-16BE"
	Base64  Encoding = "base64" // either alphabet, at each of three alignments
	Percent Encoding = "percent"
	JSON    Encoding = "JSON"   // \u00e5, \u003c, \"
	Entity  Encoding = "entity" // &aring; &#229; &#xE5; &amp;
	Hex     Encoding = "hex"
)

// Hit is one place where a needle was found.
type Hit struct {
	File     string   // the path, with what is found in it masked
	Member   string   // the way to it inside the file, "" for the file itself
	Needle   int      // which of the needles
	Encoding Encoding // how it was written
	Offset   int64    // where it begins in the file or the member as it is unpacked; in the path, for InName
	InName   bool     // it stands in the path itself
}

// String tells the place and not the needle.
func (h Hit) String() string {
	place := h.File
	if h.Member != "" {
		place += " → " + h.Member
	}
	if h.InName {
		return fmt.Sprintf("needle %d as %s in the name %s", h.Needle, h.Encoding, place)
	}
	return fmt.Sprintf("needle %d as %s at byte %d of %s", h.Needle, h.Encoding, h.Offset, place)
}
