package domain

import (
	"errors"
	"strings"
)

// Municipality is a Swedish municipality by its four-digit code.
type Municipality struct{ code string }

// ErrMunicipality is returned for what is neither a code nor a name known here.
var ErrMunicipality = errors.New("not a municipality: want its four-digit code, or the name of one in Sjuhärad")

// Sjuharad is the eight municipalities of Sjuhärad in the order people list
// them (reference domain.md 5.4). Any other is given by code.
var Sjuharad = []struct{ Code, Name string }{
	{"1490", "Borås"}, {"1463", "Mark"}, {"1465", "Svenljunga"}, {"1452", "Tranemo"},
	{"1491", "Ulricehamn"}, {"1442", "Vårgårda"}, {"1466", "Herrljunga"}, {"1443", "Bollebygd"},
}

// ParseMunicipality reads a code ("1490"), a code and a name ("1490 Borås") or
// a name of one in Sjuhärad in the forms people write: Borås, Borås Stad,
// Marks kommun.
func ParseMunicipality(s string) (Municipality, error) {
	s = Fold(s)
	if len(s) >= 4 && strings.Trim(s[:4], "0123456789") == "" && (len(s) == 4 || s[4] == ' ') {
		if s[:2] < "01" || s[:2] > "25" {
			return Municipality{}, ErrMunicipality
		}
		return Municipality{s[:4]}, nil
	}
	s = strings.TrimSuffix(strings.TrimSuffix(s, " kommun"), " stad")
	for _, m := range Sjuharad {
		if name := Fold(m.Name); s == name || s == name+"s" {
			return Municipality{m.Code}, nil
		}
	}
	return Municipality{}, ErrMunicipality
}

// Code is the four digits, empty when not known.
func (m Municipality) Code() string { return m.code }

// IsZero reports whether no municipality is given.
func (m Municipality) IsZero() bool { return m.code == "" }

// Name is the name of one in Sjuhärad, else the code.
func (m Municipality) Name() string { return MunicipalityName(m.code) }

// MunicipalityName is the name behind a code of Sjuhärad, else the code itself.
func MunicipalityName(code string) string {
	for _, s := range Sjuharad {
		if s.Code == code {
			return s.Name
		}
	}
	return code
}

// MarshalText writes the code.
func (m Municipality) MarshalText() ([]byte, error) { return []byte(m.code), nil }

// UnmarshalText reads the code.
func (m *Municipality) UnmarshalText(b []byte) (err error) {
	if len(b) == 0 {
		*m = Municipality{}
		return nil
	}
	*m, err = ParseMunicipality(string(b))
	return err
}

// SNI is a code of Swedish industry classification, five digits; the edition
// stands beside it, for SNI 2025 replaces SNI 2007.
type SNI struct{ code, edition string }

// ErrSNI is returned for a text that is no SNI code.
var ErrSNI = errors.New("not an SNI code: want five digits, 74.102 or 74102")

// ParseSNI reads 74.102, 74102 or 74.10 (a class: kept as 74100) as SNI 2007.
// Leading zeros matter and are not made up.
func ParseSNI(s string) (SNI, error) {
	s = strings.Map(dropSpaces, s)
	digits := strings.Replace(s, ".", "", 1)
	if dot := strings.IndexByte(s, '.'); dot >= 0 && dot != 2 {
		return SNI{}, ErrSNI
	}
	if len(digits) == 4 && len(s) == 5 {
		digits += "0"
	}
	if len(digits) != 5 || strings.Trim(digits, "0123456789") != "" {
		return SNI{}, ErrSNI
	}
	return SNI{digits, "2007"}, nil
}

// Code is the five digits, empty when not known.
func (c SNI) Code() string { return c.code }

// IsZero reports whether no code is given.
func (c SNI) IsZero() bool { return c.code == "" }

// String is 74.102.
func (c SNI) String() string {
	if c.code == "" {
		return ""
	}
	return c.code[:2] + "." + c.code[2:]
}

// MarshalText writes the edition and the code: 2007:74102.
func (c SNI) MarshalText() ([]byte, error) {
	if c.code == "" {
		return nil, nil
	}
	return []byte(c.edition + ":" + c.code), nil
}

// UnmarshalText reads what MarshalText writes.
func (c *SNI) UnmarshalText(b []byte) error {
	edition, code, ok := strings.Cut(string(b), ":")
	if !ok {
		*c = SNI{}
		return nil
	}
	v, err := ParseSNI(code)
	*c = SNI{v.code, edition}
	return err
}
