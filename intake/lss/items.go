package lss

import (
	"fmt"

	"utfall/domain"
)

// fixed are the answers of questions whose answers LimeSurvey itself words.
var fixed = map[string][]Option{
	"Y": {{"Y", domain.T("Ja", "Yes")}, {"N", domain.T("Nej", "No")}},
	"C": {{"Y", domain.T("Ja", "Yes")}, {"N", domain.T("Nej", "No")}, {"U", domain.T("Osäker", "Uncertain")}},
	"E": {{"I", domain.T("Öka", "Increase")}, {"S", domain.T("Samma", "Same")}, {"D", domain.T("Minska", "Decrease")}},
	"G": {{"F", domain.T("Kvinna", "Female")}, {"M", domain.T("Man", "Male")}},
}

// notRead are the kinds of questions a definition cannot hold.
var notRead = map[string]domain.Text{
	"1": domain.T("matris med två skalor", "an array of two scales"), "R": domain.T("rangordning", "a ranking"), ":": domain.T("matris med tal", "an array of numbers"),
	";": domain.T("matris med texter", "an array of texts"), "D": domain.T("datum", "a date"), "|": domain.T("uppladdad fil", "an uploaded file"),
	"*": domain.T("uträknat värde", "an equation"), "X": domain.T("text som visas", "a text that is shown"), "I": domain.T("val av språk", "a choice of language"),
}

// item makes the items of a question.
func (b *building) item(q question) {
	switch q.kind {
	case "5":
		b.add(Item{Header: q.code, Kind: domain.Scale, Min: 1, Max: 5, Text: q.text})
	case "A", "B":
		b.rows(q, Item{Kind: domain.Scale, Min: 1, Max: map[string]int{"A": 5, "B": 10}[q.kind]})
	case "F", "H":
		b.rows(q, scale(b.answers[q.id]))
	case "C", "E":
		b.rows(q, Item{Kind: domain.Single, Options: fixed[q.kind]})
	case "L", "!", "O":
		b.add(Item{Header: q.code, Kind: domain.Single, Text: q.text, Options: b.answers[q.id]})
	case "Y", "G":
		b.add(Item{Header: q.code, Kind: domain.Single, Text: q.text, Options: fixed[q.kind]})
	case "M", "P":
		i := Item{Header: q.code, Kind: domain.Multiple, Text: q.text}
		for _, p := range b.parts[q.id] {
			i.Options = append(i.Options, Option{p.code, p.text})
		}
		b.add(i)
	case "N":
		b.add(Item{Header: q.code, Kind: domain.Number, Text: q.text})
	case "K":
		b.rows(q, Item{Kind: domain.Number})
	case "S", "T", "U":
		b.add(Item{Header: q.code, Kind: domain.FreeText, Text: q.text})
	case "Q":
		b.rows(q, Item{Kind: domain.FreeText})
	default:
		why, ok := notRead[q.kind]
		if !ok {
			why = domain.Tf("okänt slag (%s)", "unknown kind (%s)", q.kind)
		}
		b.out.Left = append(b.out.Left, Left{q.code, why})
	}
}

// rows makes an item of each row of a question.
func (b *building) rows(q question, like Item) {
	for _, p := range b.parts[q.id] {
		if p.scale != "" && p.scale != "0" {
			continue
		}
		i := like
		i.Header = fmt.Sprintf("%s[%s]", q.code, p.code)
		i.Text = domain.T(joined(q.text.SV, p.text.SV), joined(q.text.EN, p.text.EN))
		b.add(i)
	}
}

// joined is a question and its row as an export with texts heads its column.
func joined(question, row string) string {
	if question == "" || row == "" {
		return question + row
	}
	return question + " [" + row + "]"
}

// add adds an item; two of the same code would be one column twice.
func (b *building) add(i Item) {
	for _, before := range b.out.Items {
		if before.Header == i.Header {
			b.out.Left = append(b.out.Left, Left{i.Header, domain.T("koden finns två gånger", "the code is there twice")})
			return
		}
	}
	b.out.Items = append(b.out.Items, i)
}

// noOpinion are answers that are no step of a scale, as far as their words tell.
var noOpinion = []string{"vet ej", "vet inte", "ej aktuellt", "ingen åsikt", "ingen uppfattning", "kan inte svara", "ej relevant", "don't know", "not applicable", "no opinion", "no answer", "inget svar"}

// scale is an item whose answers are steps; those that are none stand apart.
func scale(options []Option) Item {
	i := Item{Kind: domain.Scale, Min: 1}
	for _, o := range options {
		if isNoOpinion(o) {
			i.NoOpinion = append(i.NoOpinion, o.Code)
			for _, text := range []string{o.Text.SV, o.Text.EN} {
				if text != "" && domain.Fold(text) != domain.Fold(o.Code) {
					i.NoOpinion = append(i.NoOpinion, text)
				}
			}
			continue
		}
		i.Options = append(i.Options, o)
	}
	if i.Max = len(i.Options); i.Max < 2 {
		return Item{Kind: domain.Single, Options: options}
	}
	return i
}

func isNoOpinion(o Option) bool {
	for _, known := range noOpinion {
		if domain.Fold(o.Text.SV) == known || domain.Fold(o.Text.EN) == known {
			return true
		}
	}
	return false
}
