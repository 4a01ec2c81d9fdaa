package lss

import (
	"fmt"
	"slices"
	"strings"

	"utfall/domain"
)

// Definition writes the survey as a definition in TOML, with comments at what is left
// for people to say.
func (s *Survey) Definition(lang string) string {
	w := &writer{lang: lang}
	w.comment("Ur LimeSurveys struktur. Gå igenom det som är markerat med TODO, och läs in med utfall import.", "From LimeSurvey's structure. Go through what is marked TODO, and take it in with utfall import.")
	w.line("id = %s", quote(w.id(s)))
	w.comment("TODO project = \"DC\": projektet enkäten hör till", "TODO project = \"DC\": the project the survey belongs to")
	w.line("title = %s", pair(s.Title))
	w.comment("TODO: omgångarna, i ordning", "TODO: the waves, in order")
	w.line("waves = [\"pre\", \"post\"]")
	if s.Anonymous {
		w.comment("Svaren är anonyma i LimeSurvey: ingen kolumn säger vem som svarat", "Answers are anonymous in LimeSurvey: no column says who answered")
		w.line("# match = \"token\"")
	} else {
		w.line("match = \"token\"")
	}
	taken := map[string]bool{}
	for _, i := range s.Items {
		w.item(i, taken)
	}
	for _, l := range s.Left {
		w.line("")
		w.comment(fmt.Sprintf("%s läses inte: %s", comment(l.Code), l.Why.SV), fmt.Sprintf("%s is not read: %s", comment(l.Code), l.Why.EN))
	}
	return w.String()
}

type writer struct {
	strings.Builder
	lang string
}

func (w *writer) line(format string, args ...any) { fmt.Fprintf(w, format+"\n", args...) }

func (w *writer) comment(sv, en string) { w.line("# %s", domain.T(sv, en).In(w.lang)) }

func (w *writer) id(s *Survey) string {
	if slug := domain.Slug(s.Title.SV + s.Title.EN); slug != "" && s.Title.EN == "" {
		return slug
	}
	if slug := domain.Slug(s.Title.SV); slug != "" {
		return slug
	}
	return "survey-" + s.ID
}

func (w *writer) item(i Item, taken map[string]bool) {
	id := strings.ReplaceAll(domain.Slug(i.Header), "-", "_")
	for n := 2; id == "" || taken[id]; n++ {
		id = fmt.Sprintf("%s_%d", strings.TrimRight(id, "_0123456789"), n)
	}
	taken[id] = true
	w.line("\n[[item]]\nid = %s\nkind = %s", quote(id), quote(string(i.Kind)))
	if i.Kind == domain.Scale {
		w.line("min = %d\nmax = %d", i.Min, i.Max)
		w.comment("TODO reversed = true: om ett högt svar är dåligt", "TODO reversed = true: if a high answer is bad")
	}
	w.comment("TODO level = \"reaction\": reaction, learning, behaviour eller result", "TODO level = \"reaction\": reaction, learning, behaviour or result")
	w.line("text = %s\nheader = %s", pair(i.Text), quote(i.Header))
	var labels, english, codes []string
	for _, o := range i.Options {
		label := o.Text.SV
		if label == "" {
			label = o.Text.EN
		}
		if label == "" {
			label = o.Code
		}
		labels, english, codes = append(labels, label), append(english, o.Text.EN), append(codes, o.Code)
	}
	if len(labels) > 0 {
		if i.Kind == domain.Scale {
			w.comment("TODO: lägst först", "TODO: lowest first")
		}
		w.line("labels = %s", list(labels))
		if !slices.Contains(english, "") {
			w.line("labels_en = %s", list(english))
		}
		w.line("codes = %s", list(codes))
	}
	if len(i.NoOpinion) > 0 {
		w.line("no_opinion = %s", list(i.NoOpinion))
	}
}

// pair writes a text in both languages.
func pair(t domain.Text) string {
	if t.EN == "" {
		return "{ sv = " + quote(t.SV) + " }"
	}
	return "{ sv = " + quote(t.SV) + ", en = " + quote(t.EN) + " }"
}

func list(texts []string) string {
	out := make([]string, len(texts))
	for i, t := range texts {
		out[i] = quote(t)
	}
	return "[" + strings.Join(out, ", ") + "]"
}

// quote writes a text as TOML has it, which is not as Go has it.
func quote(s string) string {
	var b strings.Builder
	b.WriteByte('"')
	for _, r := range s {
		switch {
		case r == '"' || r == '\\':
			b.WriteByte('\\')
			b.WriteRune(r)
		case r < ' ' || r == 0x7f:
			fmt.Fprintf(&b, "\\u%04X", r)
		default:
			b.WriteRune(r)
		}
	}
	b.WriteByte('"')
	return b.String()
}

// comment keeps a text of the file on the comment's line.
func comment(s string) string { return strings.Join(strings.Fields(s), " ") }
