package main

import (
	"cmp"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"

	"utfall/domain"
	"utfall/intake"
	"utfall/intake/lss"
	"utfall/reports"
)

// TemplateCmd writes an empty file with the right headers, or the definition of a
// survey that was made in LimeSurvey.
type TemplateCmd struct {
	Kind   string `arg:"" name:"KIND" help:"members, attendance, invited and so on; survey-definition with --from."`
	From   string `help:"Of survey-definition: the survey's structure from LimeSurvey." placeholder:"FILE.lss"`
	Output string `short:"o" required:"" help:"The file to write." placeholder:"FILE.xlsx|.csv|.toml"`
}

// Run writes it, and never over a file that is there.
func (c *TemplateCmd) Run(a *App) error {
	if (c.Kind == "survey-definition") != (c.From != "") {
		return domain.Refuse(domain.Usage, domain.T("en enkäts definition görs av LimeSurveys struktur, och inget annat görs av den", "a survey's definition is made of LimeSurvey's structure, and nothing else is"),
			domain.T("utfall template survey-definition --from FIL.lss -o enkat.toml; utfall help survey visar en att skriva själv", "utfall template survey-definition --from FILE.lss -o survey.toml; utfall help survey shows one to write by hand"))
	}
	if _, err := os.Stat(c.Output); err == nil {
		return domain.Refuse(domain.Refused, domain.Tf("%s finns redan", "%s is there already", c.Output), domain.T("välj ett annat namn, eller ta bort den", "choose another name, or remove it"))
	}
	if c.From != "" {
		return c.definition(a)
	}
	headers, example, err := intake.Template(c.Kind)
	if err != nil {
		return err
	}
	format := strings.TrimPrefix(strings.ToLower(filepath.Ext(c.Output)), ".")
	if err := writeFile(c.Output, func(w io.Writer) error { return reports.Template(w, format, headers, example) }); err != nil {
		return err
	}
	a.ui.say(domain.Tf("%s är skriven: byt exempelraden mot era egna rader", "%s is written: put your own rows in place of the example", c.Output))
	return nil
}

// definition writes the definition of a survey from its structure.
func (c *TemplateCmd) definition(a *App) error {
	data, err := os.ReadFile(c.From)
	if err != nil {
		return &domain.Error{Code: domain.NotFound, Err: err, What: domain.T("filen kan inte läsas", "the file cannot be read"), Hint: domain.T("kontrollera sökvägen", "check the path")}
	}
	s, err := lss.Read(data)
	var refused *lss.Error
	if errors.As(err, &refused) {
		p := domain.Problem{File: filepath.Base(c.From), Line: refused.Line, What: refused.What}
		return domain.Refuse(domain.Refused, domain.T(p.In("sv"), p.In("en")), refused.Hint)
	}
	if err != nil {
		return err
	}
	if err := writeFile(c.Output, func(w io.Writer) error {
		_, err := io.WriteString(w, s.Definition(cmp.Or(a.ui.lang, "sv")))
		return err
	}); err != nil {
		return err
	}
	a.ui.say(domain.Tf("%s är skriven, med %d frågor: gå igenom det som är markerat TODO, och läs in den", "%s is written, with %d items: go through what is marked TODO, and import it", c.Output, len(s.Items)))
	return nil
}
