package main

import (
	"fmt"
	"time"
)

// surveyFiles writes the answers as four tools export them.
func (w *world) surveyFiles() ([]*file, error) {
	d := newDice("surveys")
	waves := w.digitalAnswers(d)
	reactions := w.competenceAnswers(d)
	for _, list := range append(waves, reactions) {
		w.answers = append(w.answers, list...)
	}
	forms, err := formsBook(waves[0])
	if err != nil {
		return nil, err
	}
	stampText := "2006-01-02 15:04:05"
	out := []*file{
		{name: "enkat-digital-pre.xlsx", data: forms},
		{name: "enkat-digital-post.csv", data: delimited(table(waves[1], 1, "Tidstämpel", stampText, true), utf8Comma)},
		{name: "enkat-digital-followup.csv", data: delimited(table(waves[2], 2, "Datum", "2006-01-02", true), windows1252)},
		{name: "enkat-kompetens-after.csv", data: delimited(table(reactions, 0, "Timestamp", stampText, false), utf8Comma)},
	}
	for i, list := range append(waves, reactions) {
		out[i].kind, out[i].survey, out[i].wave = "survey", list[0].survey, list[0].wave
		out[i].rows, out[i].fresh = len(list), len(list)
	}
	return append([]*file{w.invitedFile()}, out...), nil
}

// invitedFile lists to whom the codes of DigiCreate's survey were sent, and when. Whoever
// gave no address got the code on paper.
func (w *world) invitedFile() *file {
	rows := [][]cell{{text("Undersökning"), text("Omgång"), text("E-post"), text("Kod"), text("Datum")}}
	for _, plan := range digitalWaves {
		for _, r := range w.invited {
			rows = append(rows, []cell{text("digital"), text(plan.name), text(r.person.email), text(r.code), text(iso(r.entry.AddDate(0, 0, plan.from-2)))})
		}
	}
	return &file{name: "inbjudna-digital.csv", kind: "invited", data: delimited(rows, utf8Comma), rows: len(rows) - 1, fresh: len(rows) - 1}
}

// formsBook writes Microsoft Forms' workbook with Swedish headings.
func formsBook(answers []*answer) ([]byte, error) {
	header := []cell{text("ID"), text("Starttid"), text("Slutförandetid"), text("E-post"), text("Namn"), text("Kod")}
	for _, it := range digitalItems {
		header = append(header, text(it.header(0)))
	}
	rows := [][]cell{header}
	for i, a := range answers {
		begun := a.at.Add(-time.Duration(240+7*(i%40)) * time.Second)
		row := []cell{amount(float64(i+1), ""), stamped(begun, ""), stamped(a.at, ""), text("anonymous"), {}, text(a.code)}
		for j, it := range a.items {
			c := a.cell(j)
			if it.kind == "multiple" && c.text != "" {
				c.text += ";" // Forms ends every choice with one
			}
			row = append(row, c)
		}
		rows = append(rows, row)
	}
	return book{sheet: "Sheet1", rows: rows}.bytes()
}

// table writes a wave with a moment, perhaps the code, and the questions.
func table(answers []*answer, wave int, moment, layout string, coded bool) [][]cell {
	header := []cell{text(moment)}
	if coded {
		header = append(header, text("Kod"))
	}
	for _, it := range answers[0].items {
		header = append(header, text(it.header(wave)))
	}
	rows := [][]cell{header}
	for _, a := range answers {
		row := []cell{text(a.at.Format(layout))}
		if coded {
			row = append(row, text(a.code))
		}
		for j := range a.items {
			row = append(row, a.cell(j))
		}
		rows = append(rows, row)
	}
	return rows
}

// cell writes one answer: a number, a label or words.
func (a *answer) cell(i int) cell {
	it := a.items[i]
	switch {
	case a.scores[i] < 0:
		return text(a.said[i])
	case it.labels != nil:
		return text(it.labels[a.scores[i]-1])
	}
	return amount(float64(a.scores[i]), fmt.Sprint(a.scores[i]))
}
