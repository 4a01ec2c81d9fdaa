package main

import (
	"encoding/json"
	"fmt"

	"utfall/domain"
	"utfall/rules"
)

// RulesCmd shows the rule sets.
type RulesCmd struct {
	List RulesListCmd `cmd:"" help:"List the rule sets."`
	Show RulesShowCmd `cmd:"" help:"Show one, as its file is written."`
	Diff RulesDiffCmd `cmd:"" help:"Show in what two differ."`
}

type (
	// RulesListCmd is rules list.
	RulesListCmd struct {
		JSON bool `name:"json" help:"One JSON object a rule set."`
	}
	// RulesShowCmd is rules show.
	RulesShowCmd struct {
		ID string `arg:"" name:"ID" help:"The rule set: a project's programme."`
	}
	// RulesDiffCmd is rules diff.
	RulesDiffCmd struct {
		A    string `arg:"" name:"A" help:"A rule set."`
		B    string `arg:"" name:"B" help:"Another one."`
		JSON bool   `name:"json" help:"One JSON object a difference."`
	}
)

// Run lists them.
func (c *RulesListCmd) Run(a *App) error {
	all, aid := rules.Sets(), rules.Aid()
	from, to := aid.Valid()
	for _, s := range append(all, rules.Set{ID: aid.ID, Version: aid.Version, Source: aid.Source, ValidFrom: from, ValidTo: to}) {
		if !c.JSON {
			fmt.Fprintf(a.ui.out, "%-16s version %d  %s – %s  %s\n", s.ID, s.Version, s.ValidFrom, s.ValidTo, s.Source)
			continue
		}
		err := json.NewEncoder(a.ui.out).Encode(struct {
			ID         string      `json:"id"`
			Version    int         `json:"version"`
			From       domain.Date `json:"valid_from"`
			To         domain.Date `json:"valid_to"`
			Source     string      `json:"source"`
			Indicators int         `json:"indicators"`
		}{s.ID, s.Version, s.ValidFrom, s.ValidTo, s.Source, len(s.Indicators)})
		if err != nil {
			return err
		}
	}
	return nil
}

// Run prints it.
func (c *RulesShowCmd) Run(a *App) error {
	if aid := rules.Aid(); c.ID == aid.ID {
		_, err := fmt.Fprint(a.ui.out, aid.Text())
		return err
	}
	s, err := ruleSet(c.ID)
	if err != nil {
		return err
	}
	_, err = fmt.Fprint(a.ui.out, s.Text())
	return err
}

// Run prints the differences.
func (c *RulesDiffCmd) Run(a *App) error {
	left, err := ruleSet(c.A)
	if err != nil {
		return err
	}
	right, err := ruleSet(c.B)
	if err != nil {
		return err
	}
	for _, d := range rules.Diff(left, right) {
		if c.JSON {
			if err := json.NewEncoder(a.ui.out).Encode(struct {
				Key string `json:"key"`
				A   string `json:"a"`
				B   string `json:"b"`
			}{d.Key, d.A, d.B}); err != nil {
				return err
			}
			continue
		}
		for _, side := range []struct{ mark, value string }{{"-", d.A}, {"+", d.B}} {
			if side.value != "" {
				fmt.Fprintf(a.ui.out, "%s %s = %s\n", side.mark, d.Key, side.value)
			}
		}
	}
	return nil
}

func ruleSet(id string) (rules.Set, error) {
	s := rules.Of(id)
	if s.ID != id {
		return s, domain.Refuse(domain.NotFound, domain.Tf("det finns inget regelverk %q", "there is no rule set %q", id), domain.T("utfall rules list visar dem", "utfall rules list shows them"))
	}
	return s, nil
}
