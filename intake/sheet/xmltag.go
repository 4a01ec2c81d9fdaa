package sheet

import (
	"bytes"
	"unicode"
	"unicode/utf8"
)

// space is an XML namespace, the transitional and the strict form of one alike.
type space uint8

// The namespaces a reader of worksheets tells apart.
const (
	spaceNone      space = iota
	spaceMain            // SpreadsheetML
	spaceRelation        // the r: of r:id
	spacePackage         // the parts' relationships
	spaceTypes           // the content types
	spaceXML             // the xml: of xml:space
	spaceElsewhere       // any other
)

var spaceOf = map[string]space{
	"http://schemas.openxmlformats.org/spreadsheetml/2006/main":           spaceMain,
	"http://purl.oclc.org/ooxml/spreadsheetml/main":                       spaceMain,
	"http://schemas.openxmlformats.org/officeDocument/2006/relationships": spaceRelation,
	"http://purl.oclc.org/ooxml/officeDocument/relationships":             spaceRelation,
	"http://schemas.openxmlformats.org/package/2006/relationships":        spacePackage,
	"http://schemas.openxmlformats.org/package/2006/content-types":        spaceTypes,
	xmlURI: spaceXML,
}

const (
	xmlURI   = "http://www.w3.org/XML/1998/namespace"
	xmlnsURI = "http://www.w3.org/2000/xmlns/"
)

// prefix is a namespace prefix in force; the default one is named "".
type prefix struct {
	name, uri string
	space     space
}

// attr is one attribute. Declarations of prefixes are not among them.
type attr struct {
	full, local, value []byte
	colon              int // length of "prefix:", 0 without
	space              space
}

// scanOpen takes a start tag or an empty element.
func (s *scanner) scanOpen() error {
	i, colon, err := s.name(s.pos + 1)
	if err != nil {
		return err
	}
	name := s.buf[s.pos+1 : i]
	outer := len(s.prefixes)
	empty := false
	s.attrs, s.scratch, s.declares = s.attrs[:0], s.scratch[:0], false
	for {
		gap := i
		for i < s.end && isSpace[s.buf[i]] {
			i++
		}
		if i == s.end || s.buf[i] == '/' && i+1 == s.end {
			return errShort
		}
		if c := s.buf[i]; c == '>' {
			i++
			break
		} else if c == '/' && s.buf[i+1] == '>' {
			i, empty = i+2, true
			break
		}
		if gap == i {
			return s.bad("har en felaktig tagg", "has a malformed tag")
		}
		if i, err = s.attribute(i); err != nil {
			return err
		}
	}
	switch {
	case s.rootClosed:
		return s.bad("har mer än ett rotelement", "has more than one root element")
	case len(s.open) == MaxDepth:
		return refuse(hintHostile, "delen %q har element i fler än %d nivåer", "the part %q has elements over %d deep", s.part, MaxDepth)
	}
	if s.declares {
		if err := s.declare(); err != nil {
			return err
		}
	}
	s.open = append(s.open, element{nameAt: len(s.names), prefixes: outer, colon: colon})
	s.names = append(s.names, name...)
	s.pos, s.pendingClose = i, empty
	return s.resolve(name, colon)
}

// scanBare takes a start tag of nothing but Latin letters, as most are, and
// leaves every other to scanOpen.
func (s *scanner) scanBare() bool {
	i := s.pos + 1
	for i < s.end && (s.buf[i] >= 'a' && s.buf[i] <= 'z' || s.buf[i] >= 'A' && s.buf[i] <= 'Z') {
		i++
	}
	if i == s.end || i == s.pos+1 || s.buf[i] != '>' || s.rootClosed || len(s.open) == MaxDepth {
		return false
	}
	name := s.buf[s.pos+1 : i]
	s.open = append(s.open, element{nameAt: len(s.names), prefixes: len(s.prefixes), space: s.plain})
	s.names = append(s.names, name...)
	s.local, s.space, s.attrs, s.pos = name, s.plain, s.attrs[:0], i+1
	return true
}

// name reads a name at i and where its colon ends; at most one colon.
func (s *scanner) name(i int) (end, colon int, err error) {
	start := i
	for i < s.end && isName[s.buf[i]] {
		c := s.buf[i]
		if c == ':' {
			if colon > 0 || i == start {
				return 0, 0, s.bad("har ett felaktigt namn", "has a malformed name")
			}
			colon = i + 1 - start
		}
		if c < utf8.RuneSelf {
			i++
			continue
		}
		n, err := s.validRune(i)
		if err != nil {
			return 0, 0, err
		}
		if r, _ := utf8.DecodeRune(s.buf[i:s.end]); !unicode.In(r, unicode.L, unicode.N, unicode.M) && r != '·' {
			return 0, 0, s.bad("har ett felaktigt namn", "has a malformed name")
		}
		i += n
	}
	if i == s.end {
		return 0, 0, errShort
	}
	if i == start+colon || !nameStart(s.buf[start]) || !nameStart(s.buf[start+colon]) {
		return 0, 0, s.bad("har ett felaktigt namn", "has a malformed name")
	}
	return i, colon, nil
}

func nameStart(c byte) bool {
	return isName[c] && c != '-' && c != '.' && c != ':' && (c < '0' || c > '9')
}

// attribute reads one attribute at i into attrs, and gives where it ends.
func (s *scanner) attribute(i int) (int, error) {
	if len(s.attrs) == MaxAttributes {
		return 0, s.bad("har en tagg med för många attribut", "has a tag with too many attributes")
	}
	start := i
	i, colon, err := s.name(i)
	if err != nil {
		return 0, err
	}
	s.attrs = append(s.attrs, attr{full: s.buf[start:i], local: s.buf[start+colon : i], colon: colon})
	a := &s.attrs[len(s.attrs)-1]
	s.declares = s.declares || bytes.HasPrefix(a.full, []byte("xmlns"))
	for j := range len(s.attrs) - 1 {
		if bytes.Equal(s.attrs[j].full, a.full) {
			return 0, s.bad("har samma attribut två gånger i en tagg", "has a duplicate attribute")
		}
	}
	for i < s.end && isSpace[s.buf[i]] {
		i++
	}
	if i < s.end && s.buf[i] != '=' {
		return 0, s.bad("har ett attribut utan värde", "has an attribute without a value")
	}
	for i++; i < s.end && isSpace[s.buf[i]]; {
		i++
	}
	if i >= s.end {
		return 0, errShort
	}
	quote := s.buf[i]
	if quote != '"' && quote != '\'' {
		return 0, s.bad("har ett attribut utan citattecken", "has an attribute without quotes")
	}
	return s.value(i+1, quote, a)
}

// value reads an attribute's value up to its quote.
func (s *scanner) value(i int, quote byte, a *attr) (int, error) {
	start, plain, decodedAt := i, i, len(s.scratch)
	for ; i < s.end; i++ {
		c := s.buf[i]
		if c == quote {
			break
		}
		if c == '<' {
			return 0, s.bad("har < i ett attribut", "has < in an attribute")
		}
		if isPlain[c] && c >= ' ' || c == ']' {
			continue
		}
		out, n := []byte(" "), 1
		if c != '\t' && c != '\n' {
			var err error
			if out, n, err = s.special(i, c); err != nil {
				return 0, err
			}
			if c == '\r' {
				out = []byte(" ")
			}
		}
		if out != nil {
			s.scratch = append(append(s.scratch, s.buf[plain:i]...), out...)
			plain = i + n
		}
		i += n - 1
	}
	if i == s.end {
		return 0, errShort
	}
	if a.value = s.buf[start:i]; plain > start {
		s.scratch = append(s.scratch, s.buf[plain:i]...)
		a.value = s.scratch[decodedAt:]
	}
	return i + 1, nil
}

// declare puts the prefixes that a tag declares in force and takes them out of
// its attributes.
func (s *scanner) declare() error {
	kept := s.attrs[:0]
	for _, a := range s.attrs {
		isDefault := string(a.full) == "xmlns"
		if !isDefault && string(a.full[:a.colon]) != "xmlns:" {
			kept = append(kept, a)
			continue
		}
		p := prefix{uri: string(a.value)}
		if !isDefault {
			p.name = string(a.local)
		}
		switch {
		case p.uri == "" && !isDefault, p.name == "xmlns", p.uri == xmlnsURI, (p.name == "xml") != (p.uri == xmlURI):
			return s.bad("har en felaktig namnrymd", "has a malformed namespace")
		case len(s.prefixes) == MaxPrefixes:
			return s.bad("har för många namnrymder", "has too many namespaces")
		}
		if p.uri != "" {
			p.space = spaceElsewhere
			if known, ok := spaceOf[p.uri]; ok {
				p.space = known
			}
		}
		s.prefixes = append(s.prefixes, p)
	}
	s.attrs = kept
	s.setPlain()
	return nil
}

// resolve sets the namespaces of the element just opened and of its attributes.
func (s *scanner) resolve(name []byte, colon int) error {
	s.local, s.space = name[colon:], s.plain
	if colon > 0 {
		bound := s.bound(name[:colon-1])
		if bound == nil {
			return s.bad("har ett odeklarerat prefix", "has an undeclared prefix")
		}
		s.space = bound.space
	}
	s.open[len(s.open)-1].space = s.space
	for i := range s.attrs {
		a := &s.attrs[i]
		if a.colon == 0 {
			continue
		}
		bound := s.bound(a.full[:a.colon-1])
		if bound == nil {
			return s.bad("har ett odeklarerat prefix", "has an undeclared prefix")
		}
		a.space = bound.space
		for _, b := range s.attrs[:i] {
			if b.colon > 0 && bytes.Equal(a.local, b.local) && s.bound(b.full[:b.colon-1]).uri == bound.uri {
				return s.bad("har samma attribut två gånger i en tagg", "has a duplicate attribute")
			}
		}
	}
	return nil
}

var xmlPrefix = &prefix{name: "xml", uri: xmlURI, space: spaceXML}

// bound finds what a prefix stands for, nil when it is not in force.
func (s *scanner) bound(name []byte) *prefix {
	for i := len(s.prefixes) - 1; i >= 0; i-- {
		if p := &s.prefixes[i]; p.name == string(name) {
			return p
		}
	}
	if string(name) == "xml" {
		return xmlPrefix
	}
	return nil
}

// setPlain finds the namespace of names without a prefix, when prefixes change.
func (s *scanner) setPlain() {
	s.plain = spaceNone
	if p := s.bound(nil); p != nil {
		s.plain = p.space
	}
}

// scanClose takes an end tag, which must be that of the innermost element.
func (s *scanner) scanClose() error {
	if len(s.open) == 0 {
		return s.bad("har en sluttagg för mycket", "has an end tag too many")
	}
	want := s.names[s.open[len(s.open)-1].nameAt:]
	i := s.pos + 2
	rest := s.buf[i:s.end]
	if len(rest) <= len(want) {
		if s.atEOF || bytes.HasPrefix(want, rest) {
			return errShort
		}
	}
	if !bytes.HasPrefix(rest, want) {
		return s.bad("har en sluttagg som inte passar", "has a mismatched end tag")
	}
	for i += len(want); i < s.end && isSpace[s.buf[i]]; {
		i++
	}
	if i == s.end {
		return errShort
	}
	if s.buf[i] != '>' {
		return s.bad("har en sluttagg som inte passar", "has a mismatched end tag")
	}
	s.pos = i + 1
	s.closed()
	return nil
}

// attr gives the value of an attribute without prefix, nil when there is none.
func (s *scanner) attr(local string) []byte {
	for i := range s.attrs {
		if a := &s.attrs[i]; a.colon == 0 && string(a.local) == local {
			return a.value
		}
	}
	return nil
}

// attrIn gives the value of an attribute in a namespace, nil when there is none.
func (s *scanner) attrIn(in space, local string) []byte {
	for i := range s.attrs {
		if a := &s.attrs[i]; a.colon > 0 && a.space == in && string(a.local) == local {
			return a.value
		}
	}
	return nil
}

// is reports whether the current element is one of SpreadsheetML by this name.
func (s *scanner) is(local string) bool { return s.space == spaceMain && string(s.local) == local }
