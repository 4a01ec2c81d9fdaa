package lss

import (
	"cmp"
	"html"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"utfall/domain"
)

// Survey is what a definition can hold of a survey's structure.
type Survey struct {
	ID        string // LimeSurvey's number
	Title     domain.Text
	Anonymous bool
	Items     []Item
	Left      []Left // questions that become no item
}

// Item is a question, or one row of one.
type Item struct {
	Header    string // the code its column has in an export
	Kind      domain.ItemKind
	Min, Max  int
	Text      domain.Text
	Options   []Option
	NoOpinion []string // codes and texts that are no opinion, as far as they can be told
}

// Option is an answer there is to choose.
type Option struct {
	Code string
	Text domain.Text
}

// Left is a question that is not read, and why.
type Left struct {
	Code string
	Why  domain.Text
}

// Read reads the structure of a survey. The error is an *Error.
func Read(data []byte) (*Survey, error) {
	t, err := read(data)
	if err != nil {
		return nil, err
	}
	b := &building{tables: t, texts: map[string]domain.Text{}, answers: map[string][]Option{}, parts: map[string][]question{}}
	b.languages()
	b.survey()
	b.options()
	b.questions()
	return &b.out, nil
}

// question is a question, or a part of one.
type question struct {
	id, code, kind string
	text           domain.Text
	order          int
	scale          string
	other          bool
}

type building struct {
	tables  tables
	main    string                 // the survey's language
	texts   map[string]domain.Text // of questions, by id
	answers map[string][]Option    // by question
	parts   map[string][]question  // by question
	out     Survey
}

// put puts a text in its language: Swedish and English have a place each, and a survey
// in another language stands in both of neither.
func (b *building) put(to *domain.Text, lang, text string) {
	text = plain(text)
	switch {
	case strings.HasPrefix(lang, "sv"):
		to.SV = text
	case strings.HasPrefix(lang, "en"):
		to.EN = text
	case lang == b.main && to.SV == "":
		to.SV = text
	}
}

func (b *building) languages() {
	for _, s := range b.tables["surveys"] {
		b.main = s["language"]
		b.out.ID, b.out.Anonymous = s["sid"], s["anonymized"] == "Y"
	}
}

func (b *building) survey() {
	for _, r := range b.tables["surveys_languagesettings"] {
		b.put(&b.out.Title, cmp.Or(r["surveyls_language"], b.main), r["surveyls_title"])
	}
}

// options gathers the answers there are to choose, and the texts of questions, which
// stand beside them in older files and in tables of their own in newer.
func (b *building) options() {
	type answer struct {
		Option
		question, scale string
		order           int
	}
	all, at := []*answer{}, map[string]*answer{}
	for _, r := range b.tables["answers"] {
		key := cmp.Or(r["aid"], r["qid"]+"\x00"+r["code"]+"\x00"+r["scale_id"])
		if at[key] == nil {
			order, _ := strconv.Atoi(r["sortorder"])
			at[key] = &answer{Option: Option{Code: r["code"]}, question: r["qid"], scale: r["scale_id"], order: order}
			all = append(all, at[key])
		}
		if text, ok := r["answer"]; ok {
			b.put(&at[key].Text, cmp.Or(r["language"], b.main), text)
		}
	}
	for _, r := range b.tables["answer_l10ns"] {
		if a := at[r["aid"]]; a != nil {
			b.put(&a.Text, r["language"], r["answer"])
		}
	}
	slices.SortStableFunc(all, func(x, y *answer) int { return cmp.Compare(x.order, y.order) })
	for _, a := range all {
		if a.scale == "" || a.scale == "0" {
			b.answers[a.question] = append(b.answers[a.question], a.Option)
		}
	}
	for _, table := range []string{"questions", "subquestions"} {
		for _, r := range b.tables[table] {
			if text, ok := r["question"]; ok {
				t := b.texts[r["qid"]]
				b.put(&t, cmp.Or(r["language"], b.main), text)
				b.texts[r["qid"]] = t
			}
		}
	}
	for _, r := range b.tables["question_l10ns"] {
		t := b.texts[r["qid"]]
		b.put(&t, r["language"], r["question"])
		b.texts[r["qid"]] = t
	}
}

// questions makes the items, group by group.
func (b *building) questions() {
	groups := map[string]int{}
	for _, r := range b.tables["groups"] {
		groups[r["gid"]], _ = strconv.Atoi(r["group_order"])
	}
	var all []question
	seen := map[string]bool{}
	for _, table := range []string{"questions", "subquestions"} {
		for _, r := range b.tables[table] {
			if seen[r["qid"]] || r["qid"] == "" {
				continue // another language of the same
			}
			seen[r["qid"]] = true
			order, _ := strconv.Atoi(r["question_order"])
			q := question{id: r["qid"], code: r["title"], kind: r["type"], text: b.texts[r["qid"]], order: order, scale: r["scale_id"], other: r["other"] == "Y"}
			if parent := r["parent_qid"]; parent != "" && parent != "0" {
				b.parts[parent] = append(b.parts[parent], q)
				continue
			}
			q.order += 10_000 * groups[r["gid"]]
			all = append(all, q)
		}
	}
	byOrder := func(x, y question) int { return cmp.Compare(x.order, y.order) }
	slices.SortStableFunc(all, byOrder)
	for _, parts := range b.parts {
		slices.SortStableFunc(parts, byOrder)
	}
	for _, q := range all {
		b.item(q)
	}
}

var tag = regexp.MustCompile(`(?s)<!--.*?-->|<(script|style)\b.*?</(script|style)>|<[^<>]*>`)

// plain is a text of HTML as people read it, on one line.
func plain(s string) string {
	s = html.UnescapeString(tag.ReplaceAllString(strings.ReplaceAll(s, "<br", " <br"), ""))
	return strings.Join(strings.Fields(s), " ")
}
