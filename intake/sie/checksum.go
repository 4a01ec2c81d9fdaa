package sie

import (
	"hash/crc32"
	"strconv"
)

// checksum is #KSUMMA: CRC-32 with the polynomial of IEEE 802.3 over the bytes of
// labels and fields between the two #KSUMMA records, without what separates and
// quotes fields and without braces, in CP437 (SIE 4B).
type checksum struct {
	line int // of the first #KSUMMA, 0 for none yet
	done bool
	sum  uint32
}

// add sums a record that stands between the two.
func (c *checksum) add(r *record) {
	c.bytes(r.label)
	for _, f := range r.fields {
		c.bytes(f.word)
		for _, w := range r.words[f.from:f.to] {
			c.bytes(w)
		}
	}
}

// bytes sums a field. The specification leaves out "all braces", so those of a
// text as well.
func (c *checksum) bytes(b []byte) {
	from := 0
	for i, x := range b {
		if x == '{' || x == '}' {
			c.sum = crc32.Update(c.sum, crc32.IEEETable, b[from:i])
			from = i + 1
		}
	}
	c.sum = crc32.Update(c.sum, crc32.IEEETable, b[from:])
}

// matches compares with what the file says. Whether the number is signed is not
// specified, and both are the same 32 bits.
func (c *checksum) matches(said []byte) bool {
	n, err := strconv.ParseInt(string(said), 10, 64)
	return err == nil && n >= -1<<31 && n < 1<<32 && uint32(n) == c.sum
}

// record acts on a #KSUMMA.
func (r *reader) ksumma() error {
	c := &r.sum
	switch {
	case c.line == 0:
		c.line = r.rec.line
		return nil
	case c.done:
		return refuse("checksum-misplaced", r.rec.line, hintVendor, "en tredje #KSUMMA", "a third #KSUMMA")
	}
	c.done = true
	said := r.must(0)
	switch {
	case r.bad != nil:
		return r.bad
	case r.f.Encoding != CP437:
		r.note("checksum-skipped", r.rec.line, hintNothing,
			"kontrollsumman prövades inte, eftersom filen inte är skriven i CP437",
			"the checksum was not tested, since the file is not in CP437")
	case !c.matches(said):
		return refuse("checksum", r.rec.line, hintFetch,
			"kontrollsumman stämmer inte: filen har ändrats efter exporten", "the checksum does not agree: the file was changed after its export")
	}
	return nil
}
