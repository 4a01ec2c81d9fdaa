package domain

import (
	"fmt"
	"strings"
	"unicode"
)

// Sex is as statistics count it.
type Sex string

// The sexes; NonBinary comes from a person's own answer only.
const (
	Woman      Sex = "woman"
	Man        Sex = "man"
	NonBinary  Sex = "nonbinary"
	SexUnknown Sex = "unknown"
)

// Role is what somebody was at a session. Only participants count as such.
type Role string

// The roles of formats.md 2.
const (
	Participant Role = "participant"
	Staff       Role = "staff"
	Speaker     Role = "speaker"
	Visitor     Role = "visitor"
)

var roleNames = map[string]Role{
	"": Participant, "participant": Participant, "deltagare": Participant,
	"staff": Staff, "personal": Staff, "speaker": Speaker, "föreläsare": Speaker,
	"talare": Speaker, "visitor": Visitor, "besökare": Visitor, "gäst": Visitor,
}

// ParseRole reads a role in Swedish or English; blank is participant.
func ParseRole(s string) (Role, error) {
	if r, ok := roleNames[Fold(s)]; ok {
		return r, nil
	}
	return "", fmt.Errorf("not a role: want participant, staff, speaker or visitor")
}

// Certificate is how somebody's time was certified.
type Certificate string

// The ways; a list that was signed may be attached as evidence as well.
const (
	BySignedList  Certificate = "signed-list"
	ByCheckIn     Certificate = "check-in"
	ByTrainer     Certificate = "trainer"
	ByParticipant Certificate = "participant"
)

var certificateNames = map[string]Certificate{
	"signed-list": BySignedList, "signed list": BySignedList, "lista": BySignedList, "signerad lista": BySignedList, "underskriven lista": BySignedList,
	"check-in": ByCheckIn, "check in": ByCheckIn, "checkin": ByCheckIn, "incheckning": ByCheckIn,
	"trainer": ByTrainer, "lärare": ByTrainer, "kursledare": ByTrainer, "handledare": ByTrainer,
	"participant": ByParticipant, "own": ByParticipant, "deltagare": ByParticipant, "själv": ByParticipant, "egen": ByParticipant,
}

// ParseCertificate reads a way of certifying in Swedish or English.
func ParseCertificate(s string) (Certificate, error) {
	if c, ok := certificateNames[Fold(s)]; ok {
		return c, nil
	}
	return "", fmt.Errorf("not a way of certifying: want signed list, check-in, trainer or participant")
}

// Fold is the form in which names are compared: lower case, single spaces,
// none at the ends.
func Fold(s string) string {
	if foldedASCII(s) {
		return s
	}
	return strings.Join(strings.FieldsFunc(strings.ToLower(s), unicode.IsSpace), " ")
}

// foldedASCII spares the common case its allocations.
func foldedASCII(s string) bool {
	space := true
	for i := range len(s) {
		c := s[i]
		if c >= 0x80 || c >= 'A' && c <= 'Z' || c < ' ' || c == ' ' && space {
			return false
		}
		space = c == ' '
	}
	return s == "" || !space
}

var slugLetters = strings.NewReplacer("å", "a", "ä", "a", "ö", "o", "é", "e", "ü", "u")

// Slug is a name as a stable key: a–z, 0–9 and hyphens. "KickStart Friday" is
// kickstart-friday.
func Slug(s string) string {
	var b strings.Builder
	gap := false
	for _, r := range slugLetters.Replace(Fold(s)) {
		if r >= 'a' && r <= 'z' || r >= '0' && r <= '9' {
			if gap && b.Len() > 0 {
				b.WriteByte('-')
			}
			gap = false
			b.WriteRune(r)
		} else {
			gap = true
		}
	}
	return b.String()
}
