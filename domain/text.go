package domain

import "fmt"

// Text is one sentence in the two languages everything printed for people
// comes in. Keeping both beside each other is what keeps them saying the same.
type Text struct {
	SV string `json:"sv,omitempty"`
	EN string `json:"en,omitempty"`
}

// T makes a Text.
func T(sv, en string) Text { return Text{SV: sv, EN: en} }

// Tf makes a Text from two formats that take the same arguments in the same order.
func Tf(sv, en string, args ...any) Text {
	return Text{SV: fmt.Sprintf(sv, args...), EN: fmt.Sprintf(en, args...)}
}

// In gives the text in a language: "sv" or "en"; anything else is Swedish.
func (t Text) In(lang string) string {
	if lang == "en" {
		return t.EN
	}
	return t.SV
}

// Zero reports whether nothing was said.
func (t Text) Zero() bool { return t.SV == "" && t.EN == "" }
