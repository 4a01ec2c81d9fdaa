package intake

import (
	"slices"
	"strings"

	"utfall/domain"
)

var itemKinds = []domain.ItemKind{domain.Scale, domain.NPS, domain.Single, domain.Multiple, domain.FreeText, domain.Number}

// itemCheck makes an item of a definition, and refuses one that could not be
// answered or told apart.
type itemCheck struct {
	r     *reading
	file  itemFile
	waves []string
	line  int
}

func (c *itemCheck) bad(what, hint domain.Text) {
	c.r.problem("", c.line, "item "+c.file.ID, what, hint)
}

func (c *itemCheck) item(before []domain.SurveyItem) domain.SurveyItem {
	f := c.file
	i := domain.SurveyItem{ID: f.ID, Kind: domain.ItemKind(f.Kind), Min: f.Min, Max: f.Max, Reversed: f.Reversed, Level: domain.Level(f.Level),
		Text: domain.Text(f.Text), Header: f.Header, Headers: f.Headers, Labels: f.Labels, LabelsEN: f.LabelsEN, Codes: f.Codes, NoOpinion: f.NoOpinion}
	if i.ID == "" {
		c.bad(domain.T("frågan saknar id", "the item has no id"), domain.T("ge den ett, till exempel q1", "give it one, for example q1"))
	}
	if slices.ContainsFunc(before, func(b domain.SurveyItem) bool { return b.ID == i.ID }) {
		c.bad(domain.T("två frågor har samma id", "two items have the same id"), domain.T("ge den ena ett annat", "give one of them another"))
	}
	if !slices.Contains(itemKinds, i.Kind) {
		c.bad(domain.T("okänt slag av fråga", "unknown kind of item"), domain.T("välj scale, nps, single, multiple, text eller number", "choose scale, nps, single, multiple, text or number"))
	}
	if i.Level != "" && !slices.Contains(domain.Levels, i.Level) {
		c.bad(domain.T("okänd nivå (level)", "unknown level"), domain.T("välj reaction, learning, behaviour eller result", "choose reaction, learning, behaviour or result"))
	}
	for wave := range f.Headers {
		if !slices.Contains(c.waves, wave) {
			c.bad(domain.Tf("headers nämner omgången %q, som enkäten inte har", "headers names the wave %q, which the survey has not", wave), domain.Tf("välj bland %s", "choose among %s", strings.Join(c.waves, ", ")))
		}
	}
	if i.Kind == domain.NPS {
		i.Min, i.Max = 0, 10
	}
	c.options(i)
	c.version(&i)
	i.Achieved = c.outcome(i)
	return i
}

// options checks the scale, the labels and what stands beside each label.
func (c *itemCheck) options(i domain.SurveyItem) {
	if i.Kind == domain.Scale && i.Max <= i.Min {
		c.bad(domain.T("skalans max är inte större än dess min", "the scale's max is not above its min"), domain.T("ange min = 1 och max = 5", "give min = 1 and max = 5"))
	}
	if (i.Kind == domain.Scale || i.Kind == domain.NPS) && len(i.Labels) > 0 && len(i.Labels) != i.Max-i.Min+1 {
		c.bad(domain.T("antalet etiketter stämmer inte med skalan", "the number of labels does not match the scale"), domain.T("en etikett för varje steg, lägst först", "one label for each step, lowest first"))
	}
	for key, list := range map[string][]string{"labels_en": i.LabelsEN, "codes": i.Codes} {
		if len(list) > 0 && len(list) != len(i.Labels) {
			c.bad(domain.Tf("%s har %d värden och labels %d", "%s has %d values and labels %d", key, len(list), len(i.Labels)), domain.T("en för varje etikett, i samma ordning", "one for each label, in the same order"))
		}
	}
	for key, list := range map[string][]string{"labels": i.Labels, "labels_en": i.LabelsEN, "codes": i.Codes, "no_opinion": i.NoOpinion} {
		seen := map[string]bool{}
		for _, text := range list {
			if h := header(text); h == "" || seen[h] {
				c.bad(domain.Tf("%s har ett värde som är tomt eller finns två gånger", "%s has a value that is blank or there twice", key), domain.T("ge varje svar ett eget", "give each answer one of its own"))
			}
			seen[header(text)] = true
		}
	}
	if i.Kind == domain.FreeText && len(i.Labels)+len(i.NoOpinion) > 0 || i.Kind == domain.Number && len(i.Labels) > 0 {
		c.bad(domain.Tf("en fråga av slaget %s har inga svarsalternativ", "an item of kind %s has no options", i.Kind), domain.T("ta bort labels, eller ändra kind", "remove labels, or change kind"))
	}
	for _, n := range i.NoOpinion {
		// A label may be one that is no opinion, but not a step of a scale.
		if (i.Kind == domain.Scale || i.Kind == domain.NPS) && slices.ContainsFunc(i.Labels, func(l string) bool { return header(l) == header(n) }) {
			c.bad(domain.T("ett svar står både i labels och i no_opinion", "an answer is both in labels and in no_opinion"), domain.T("labels är skalans steg; ta bort det därifrån", "labels are the scale's steps; remove it there"))
		}
	}
}

// version reads which version of the wording an item is; what earlier answers it
// can be compared with is settled against what is recorded.
func (c *itemCheck) version(i *domain.SurveyItem) {
	f := c.file
	switch {
	case f.Version < 0:
		c.bad(domain.T("version är mindre än 1", "version is below 1"), domain.T("den första lydelsen är version 1", "the first wording is version 1"))
	case f.Version > 1 && f.Comparable == nil:
		c.bad(domain.Tf("version %d säger inte om svaren kan jämföras med dem på den förra lydelsen", "version %d does not say whether its answers can be compared with those to the wording before", f.Version), sayComparable)
	case f.Version < 2 && f.Comparable != nil:
		c.bad(domain.T("comparable hör till en ny version av frågan", "comparable belongs to a new version of the item"), domain.T("skriv version = 2 också, eller ta bort comparable", "write version = 2 as well, or remove comparable"))
	}
	if f.Version > 1 {
		i.Wording = f.Version
		if f.Comparable != nil && !*f.Comparable {
			i.Comparable = f.Version
		}
	}
}

var sayComparable = domain.T("skriv comparable = true om de kan det, annars comparable = false", "write comparable = true if they can, else comparable = false")

// outcome reads which answers say that something was achieved.
func (c *itemCheck) outcome(i domain.SurveyItem) *domain.Achieved {
	o := c.file.Outcome
	if o == nil {
		return nil
	}
	if o.Name.SV == "" && o.Name.EN == "" {
		c.bad(domain.T("outcome saknar namn", "outcome has no name"), domain.T("skriv name = { sv = \"…\", en = \"…\" }", "write name = { sv = \"…\", en = \"…\" }"))
	}
	out := &domain.Achieved{Name: domain.Text(o.Name), Labels: o.Labels}
	switch i.Kind {
	case domain.Scale, domain.NPS:
		if o.From == nil || len(o.Labels) > 0 {
			c.bad(domain.T("utfallet av en skala är från ett steg och uppåt", "the outcome of a scale is from a step upwards"), domain.T("skriv from = 4, utan labels", "write from = 4, without labels"))
			break
		}
		if out.From = *o.From; *o.From < i.Min || *o.From > i.Max {
			c.bad(domain.Tf("from ligger utanför skalan %d–%d", "from lies outside the scale %d–%d", i.Min, i.Max), domain.T("välj ett av skalans steg", "choose one of the scale's steps"))
		}
	case domain.Single, domain.Multiple:
		if o.From != nil || len(o.Labels) == 0 {
			c.bad(domain.T("utfallet av en fråga med alternativ är några av dem", "the outcome of an item with options is some of them"), domain.T("skriv labels = [\"Ja\"], utan from", "write labels = [\"Ja\"], without from"))
		}
		for n, l := range o.Labels {
			at := slices.IndexFunc(i.Labels, func(known string) bool { return header(known) == header(l) })
			if len(i.Labels) > 0 && at < 0 {
				c.bad(domain.T("outcome nämner ett svar som inte finns i labels", "outcome names an answer that is not in labels"), domain.Tf("välj bland %s", "choose among %s", strings.Join(i.Labels, ", ")))
			} else if at >= 0 {
				out.Labels[n] = i.Labels[at]
			}
		}
	default:
		c.bad(domain.Tf("en fråga av slaget %s har inget utfall", "an item of kind %s has no outcome", i.Kind), domain.T("ta bort outcome", "remove outcome"))
	}
	return out
}
