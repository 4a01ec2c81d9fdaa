package domain

import (
	"errors"
	"strings"
)

// OrgNumber is a Swedish organisation number that passes its check digit.
// A sole trader's is a person number; Sole tells, and then the digits are
// personal data.
type OrgNumber struct{ digits string }

// Errors of ParseOrgNumber. None of them repeats the number.
var (
	ErrOrgNumber      = errors.New("not an organisation number: want ten digits, NNNNNN-NNNN")
	ErrOrgNumberCheck = errors.New("the check digit of the organisation number is wrong")
)

// ParseOrgNumber reads NNNNNN-NNNN, ten digits, twelve digits with the prefix
// 16 (or a century, for a sole trader) and the VAT form SE…01.
func ParseOrgNumber(s string) (OrgNumber, error) {
	s = strings.ToUpper(strings.Map(dropSpaces, s))
	if strings.HasPrefix(s, "SE") && len(s) == 14 {
		s = s[2:12]
	}
	s = strings.Replace(s, "-", "", 1)
	if len(s) == 12 && (s[:2] == "16" || s[:2] == "19" || s[:2] == "20") {
		s = s[2:]
	}
	s = strings.Replace(s, "+", "", 1)
	if len(s) != 10 || strings.Trim(s, "0123456789") != "" {
		return OrgNumber{}, ErrOrgNumber
	}
	if !luhn(s) {
		return OrgNumber{}, ErrOrgNumberCheck
	}
	if n := (OrgNumber{s}); !n.Sole() || plausibleBirth(s) {
		return n, nil
	}
	return OrgNumber{}, ErrOrgNumber
}

// plausibleBirth reports whether YYMMDD…, with 60 taken from the day of a
// samordningsnummer, can be a birthday in some century.
func plausibleBirth(s string) bool {
	month, day := int(s[2]-'0')*10+int(s[3]-'0'), int(s[4]-'0')*10+int(s[5]-'0')
	if day > 60 {
		day -= 60
	}
	return month >= 1 && month <= 12 && day >= 1 && day <= 31
}

func dropSpaces(r rune) rune {
	if r == ' ' || r == '\u00a0' || r == '\u202f' || r == '\t' {
		return -1
	}
	return r
}

// Sole reports whether the number is a person's: its third digit is below 2.
func (n OrgNumber) Sole() bool { return n.digits != "" && n.digits[2] < '2' }

// IsZero reports whether there is no number.
func (n OrgNumber) IsZero() bool { return n.digits == "" }

// Digits is the ten digits without hyphen.
func (n OrgNumber) Digits() string { return n.digits }

// String is NNNNNN-NNNN, and a mask for a sole trader.
func (n OrgNumber) String() string {
	switch {
	case n.digits == "":
		return ""
	case n.Sole():
		return "******-****"
	}
	return n.digits[:6] + "-" + n.digits[6:]
}

// MarshalText writes what String gives, so a sole trader's number cannot
// reach the log by mistake.
func (n OrgNumber) MarshalText() ([]byte, error) { return []byte(n.String()), nil }

// UnmarshalText reads what ParseOrgNumber reads.
func (n *OrgNumber) UnmarshalText(b []byte) (err error) {
	*n, err = ParseOrgNumber(string(b))
	return err
}
