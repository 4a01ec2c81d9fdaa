package reports

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/google/uuid"

	"utfall/domain"
	"utfall/rules"
)

// maxDeclarations is how many declarations one workbook has.
const maxDeclarations = 50

// declarationLead is wide enough for what the paper's items are called.
const declarationLead = 24

// otherAidRows are left on a declaration for aid that is not recorded here.
const otherAidRows = 3

// declarations are the papers on which companies declare their de minimis aid: one
// for each organisation of the project that is asked for, else of each undertaking
// that is near the ceiling or over it. left is how many there was no room for.
func (b *builder) declarations(book *AidBook) (sheets []Sheet, left int) {
	for _, u := range book.Undertakings {
		for _, id := range u.Members {
			o := book.Organisations[id]
			wanted := u.State(book.Rules.Near) != AidOK
			if b.p.Project != "" {
				wanted = o.OfProject
			}
			if !wanted || o.Hidden {
				continue
			}
			if len(sheets) == maxDeclarations {
				left++
				continue
			}
			sheets = append(sheets, b.declaration(book, &u, o, len(sheets)+1))
		}
	}
	return sheets, left
}

func (b *builder) declaration(book *AidBook, u *Undertaking, o AidOrganisation, n int) Sheet {
	about := b.aboutForm()
	about.Columns[0].Width = declarationLead
	name := words(o.Name)
	if o.Sole {
		name = identity(PersonName, o.ID)
	}
	about.add(b.say("Företag", "Company"), name)
	about.add(b.say("Organisationsnummer", "Organisation number"), b.organisation(o))
	for _, id := range u.Members {
		if id != o.ID {
			other := book.Organisations[id]
			about.add(b.say("Ett enda företag med", "One undertaking with"), words(strings.TrimSpace(other.Name+" "+other.Number)))
		}
	}
	about.add(b.say("Dag", "Day"), words(book.On.String()))
	other := Table{Title: b.say("Annat stöd av mindre betydelse under samma tid", "Other de minimis aid of the same time"), Adds: Apart, Form: true, Columns: []Column{{Header: b.say("Beslutsdatum", "Date of grant"), Width: declarationLead},
		{Header: b.say("Beviljat av", "Granted by"), Width: formValue}, {Header: b.say("Förordning", "Regulation"), Width: 24}, {Header: b.say("Belopp, EUR", "Amount, EUR"), Width: 14}}}
	for range otherAidRows {
		other.Rows = append(other.Rows, Row{Cells: []Cell{{}, {}, {}, {}}})
	}
	return Sheet{Name: fmt.Sprintf("%s %d", b.say("Intyg", "Declaration"), n), Title: b.say("Intyg om stöd av mindre betydelse", "Declaration of de minimis aid"), Single: true,
		Intro: []string{
			fmt.Sprintf("Vi intygar att vårt företag, med alla företag som det är ett enda företag tillsammans med, inte har beviljats annat stöd av mindre betydelse under de senaste tre åren än det som står nedan (%s). Vi vet att stöd över taket kan krävas tillbaka.", declaredUnder(u, "sv")),
			fmt.Sprintf("We declare that our company, with all companies it is a single undertaking with, has not been granted other de minimis aid during the last three years than what stands below (%s). We know that aid over the ceiling can be recovered.", declaredUnder(u, "en"))},
		Tables: []Table{about.Table, b.declared(book, u), other, b.signatures(b.say("Firmatecknare", "Authorised signatory"))}}
}

// declaredUnder is the regulation and its ceiling.
func declaredUnder(u *Undertaking, lang string) string {
	if u.Regime.ID == "" {
		return domain.T("de minimis", "de minimis").In(lang)
	}
	whole, _, _ := strings.Cut(u.Regime.Ceiling, ".")
	euro, _ := strconv.ParseFloat(whole, 64)
	return fmt.Sprintf("%s, %s EUR", u.Regime.Name.In(lang), Format(euro, 0, lang))
}

// declared is the aid to the undertaking that counts on the day of the book.
func (b *builder) declared(book *AidBook, u *Undertaking) Table {
	t := Table{Title: b.say("Registrerat stöd av mindre betydelse som räknas", "Recorded de minimis aid that counts"), Adds: Apart, Columns: []Column{{Header: b.say("Beslutsdatum", "Date of grant"), Width: declarationLead},
		{Header: b.say("Källa, projekt", "Source, project"), Width: formValue}, {Header: b.say("Förordning", "Regulation"), Width: 24}, {Header: b.say("Belopp, EUR", "Amount, EUR"), Width: 14}}}
	of := map[uuid.UUID]bool{}
	for _, id := range u.Members {
		of[id] = true
	}
	for i := range book.Grants {
		g := &book.Grants[i]
		if !of[g.Organisation] || g.Kind != rules.DeMinimis || u.Regime.ID != "" && g.On.Before(u.Regime.Since(book.On)) || g.On.After(book.On) {
			continue
		}
		amount := Cell{Kind: NoValue}
		if g.Cents != nil {
			amount = euros(*g.Cents)
		}
		t.Rows = append(t.Rows, Row{Cells: []Cell{dateCell(g.On), words(strings.Join(strings.Fields(g.Source+" "+g.Project), " ")), words(g.Regime.ID), amount}})
	}
	if len(t.Rows) == 0 {
		t.Note = b.say("Inget.", "None.")
		return t
	}
	t.Rows = append(t.Rows, Row{Total: true, Cells: []Cell{words(b.say("Summa", "Total")), {}, {}, b.sum(t, 3)}})
	return t
}

// aidNotes are the rules, and what is not known.
func (b *builder) aidNotes(book *AidBook, forms, left int) Sheet {
	s := Sheet{Name: b.say("Regler", "Rules"), Title: b.say("Reglerna, och vad som inte är känt", "The rules, and what is not known")}
	s.Intro = []string{
		b.say("Stöd som andra har beviljat är inte känt: företaget intygar det.", "Aid that others have granted is not known: the company declares it."),
		b.say("Räkenskapsåret antas vara kalenderåret; andra räkenskapsår är inte kända.", "The fiscal year is taken to be the calendar year; other fiscal years are not known."),
		b.say("Företag är ett enda företag från den dag en länk anges, och för alltid. Allt stöd som något av dem fått innan räknas då med. Länkar som inte är registrerade är inte kända.",
			"Companies are one single undertaking from the day a link is given, for good. All aid that either had before counts then. Links that are not recorded are not known."),
		b.say("Dagen för beslutet avgör vilken förordning som gäller; tidigare stöd av mindre betydelse räknas med vilken förordning det än gavs enligt. Stöd enligt andra förordningar (jordbruk, fiske, allmänt ekonomiskt intresse) räknas inte.",
			"The day of the grant decides which regulation holds; earlier de minimis aid counts whatever regulation it was given under. Aid under others (agriculture, fishery, general economic interest) is not counted."),
		b.say("Om en ansökan kom in före start, om utbildningen krävs enligt lag, och om stöd läggs ihop med annat stöd för samma kostnad, är inte känt.",
			"Whether an application came before the start, whether the training is demanded by law, and whether aid is cumulated with other aid for the same cost, is not known.")}
	switch {
	case left > 0:
		s.Intro = append(s.Intro, b.say(fmt.Sprintf("Arbetsboken har intyg för %d organisationer; %d till får inte plats. Ange --project för ett projekts.", forms, left),
			fmt.Sprintf("The workbook has declarations of %d organisations; there is no room for %d more. Give --project for those of one project.", forms, left)))
	case forms == 0:
		s.Intro = append(s.Intro, b.say("Ingen är nära taket, så inget intyg är med. Med --project finns ett för varje organisation i projektet.", "Nobody is near the ceiling, so that there is no declaration. With --project there is one for each organisation of the project."))
	}
	t := Table{Title: fmt.Sprintf("%s, version %d", book.Rules.ID, book.Rules.Version), Note: book.Rules.Source, Adds: Apart, Columns: []Column{{Header: b.say("Regler", "Rules"), Width: 18}, {Header: b.say("Namn", "Name"), Width: 40}, {Header: b.say("Från", "From"), Width: 12},
		{Header: b.say("Till", "To"), Width: 12}, {Header: b.say("Tak, EUR", "Ceiling, EUR"), Width: 14}, {Header: b.say("Fönster", "Window"), Width: 26}, {Header: b.say("Källa", "Source"), Width: 34}}}
	for _, r := range book.Rules.Regimes {
		ceiling, window := Cell{Kind: NoValue}, b.say(fmt.Sprintf("högst %d–%d %% av kostnaden", r.Intensity.Base, r.Intensity.Most), fmt.Sprintf("at most %d–%d %% of the cost", r.Intensity.Base, r.Intensity.Most))
		if r.Kind == rules.DeMinimis {
			ceiling = euros(r.Limit())
			window = b.say(fmt.Sprintf("%d år bakåt, till dagen", r.Years), fmt.Sprintf("%d years back, to the day", r.Years))
			if r.Window == rules.FiscalYears {
				window = b.say(fmt.Sprintf("%d räkenskapsår", r.Years), fmt.Sprintf("%d fiscal years", r.Years))
			}
		}
		t.Rows = append(t.Rows, Row{Cells: []Cell{words(r.ID), words(r.Name.In(b.p.Lang)), dateCell(r.ValidFrom), dateCell(r.ValidTo), ceiling, words(window), words(r.Source)}})
	}
	s.Tables = []Table{t}
	return s
}
