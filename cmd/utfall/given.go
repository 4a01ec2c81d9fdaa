package main

import (
	"crypto/sha256"
	"encoding/json"
	"strconv"

	"utfall/privacy/access"
	"utfall/reports"
)

// givenTo is what somebody was given before a release of figures, and what makes it that
// release and no other.
type givenTo struct {
	parameters [sha256.Size]byte
	history    *access.History
}

// given finds it for a recipient. The language and the kind of file are no part of what
// is asked for, for they show the same; the position and the program are.
func (a *App) given(recipient string, position uint64, asked ...string) (*givenTo, error) {
	gate, err := a.gate()
	if err != nil {
		return nil, err
	}
	text, err := json.Marshal(append(asked, strconv.FormatUint(position, 10), Version))
	if err != nil {
		return nil, err
	}
	g := &givenTo{parameters: sha256.Sum256(text)}
	g.history, err = gate.DB.History(a.ctx, recipient, g.parameters)
	if err != nil {
		err = unrecorded(err) // what cannot be compared is not given
	}
	return g, err
}

// guard is what the figures are compared with: what came before they were released first.
func (g *givenTo) guard() *reports.Guard {
	out := reports.NewGuard(g.history.Members)
	for _, c := range g.history.Crowds {
		out.Before(c.Bits, c.Least)
	}
	return out
}

// release is what the access record keeps of the figures that are shown.
func (g *givenTo) release(figures int, given []reports.Given) *access.Release {
	out := &access.Release{Parameters: g.parameters, Figures: figures, Last: g.history.Last}
	for _, s := range given {
		out.Crowds = append(out.Crowds, access.Crowd{Members: s.Members(), Least: s.Least})
	}
	return out
}

// givenBefore is what somebody was given before a report; its parameters are those that
// decide what it shows.
func (a *App) givenBefore(recipient, report string, position uint64, p reports.Parameters) (*givenTo, error) {
	return a.given(recipient, position, "report", report, p.Project, p.Range.From.String(), p.Range.To.String(), p.Release.Coarse.String())
}
