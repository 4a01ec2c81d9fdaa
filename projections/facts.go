package projections

import (
	"encoding/json"
	"fmt"
	"strings"

	"github.com/duckdb/duckdb-go/v2"

	"utfall/domain"
)

// project turns one event into its rows.
func (w *writes) project(e *domain.Event, idx int) error {
	switch f := e.Data.(type) {
	case domain.AttendanceRecorded:
		return w.attendance(e, idx, f)
	case domain.SessionRecorded, domain.ActivityRegistered, domain.ActivityRenamed, domain.ActivityMerged,
		domain.HeadsCounted, domain.EvidenceRecorded, domain.PersonRecorded, domain.ProjectRecorded:
		return w.activities(e, idx)
	case domain.PersonMerged, domain.PersonRestricted, domain.PersonErased, domain.PersonProtected:
		return w.people(e, idx)
	case domain.ParticipationRecorded, domain.ResultRecorded, domain.AidRecorded, domain.SpecialFrozen:
		return w.participation(e, idx)
	case domain.ScbMade:
		w.supersede(e, "scb_made")
		return w.add("scb_made", e, idx, f.Project, f.Month, int32(f.Issue), f.Content, f.Digest, int32(f.Participants), int32(f.Minutes), f.Template, f.Lang, f.Filled, int32(f.WithoutNumber))
	case domain.ScbSubmitted:
		w.supersede(e, "scb_submitted")
		return w.add("scb_submitted", e, idx, f.Project, f.Month, int32(f.Issue))
	case domain.StaffTimeRecorded, domain.VoucherRecorded, domain.AccountMapped, domain.ExchangeRateRecorded, domain.ContributionRecorded, domain.OrganisationLinked:
		return w.funding(e, idx)
	case domain.ClaimDrafted, domain.ClaimSubmitted, domain.ClaimDecided, domain.ClaimPaid, domain.AdvancePaid:
		return w.claims(e, idx)
	case domain.SurveyDefined, domain.AnswerRecorded, domain.SurveyInvited, domain.TextReleased:
		return w.surveys(e, idx)
	case domain.FactWithdrawn:
		return w.withdraw(e, f)
	}
	return w.members(e, idx)
}

// tablesOf is which tables the rows of a type of fact stand in.
var tablesOf = map[string][]string{
	"owner.recorded":          {"owners"},
	"organisation.registered": {"organisations"},
	"organisation.described":  {"organisation_facts"},
	"organisation.merged":     {"organisation_merges"},
	"membership.recorded":     {"memberships"},
	"plan.recorded":           {"plan"},
	"denominator.recorded":    {"denominators"},
	"activity.registered":     {"activities"},
	"activity.renamed":        {"activities"},
	"activity.merged":         {"activity_merges"},
	"session.recorded":        {"sessions"},
	"person.recorded":         {"persons"},
	"person.merged":           {"person_merges"},
	"person.restricted":       {"person_states"},
	"person.erased":           {"person_states"},
	"person.protected":        {"person_states"},
	"attendance.recorded":     {"attendance"},
	"headcount.recorded":      {"headcounts"},
	"evidence.recorded":       {"evidence"},
	"project.recorded":        {"projects", "project_entities"},
	"participation.recorded":  {"participations"},
	"result.recorded":         {"results"},
	"aid.recorded":            {"aid"},
	"special.frozen":          {"frozen"},
	"scb.made":                {"scb_made"},
	"scb.submitted":           {"scb_submitted"},
	"staff_time.recorded":     {"staff_time"},
	"voucher.recorded":        {"vouchers", "costs"},
	"account.mapped":          {"account_lines"},
	"exchange_rate.recorded":  {"exchange_rates"},
	"contribution.recorded":   {"contributions"},
	"organisation.linked":     {"organisation_links"},
	"claim.drafted":           {"claims_drafted"},
	"claim.submitted":         {"claims_submitted", "claim_lines"},
	"claim.decided":           {"claims_decided"},
	"claim.paid":              {"claims_paid"},
	"advance.paid":            {"advances"},
	"survey.defined":          {"surveys", "survey_items"},
	"answer.recorded":         {"responses", "answers"},
	"survey.invited":          {"invitations"},
	"text.released":           {"texts_released"},
}

func (w *writes) withdraw(e *domain.Event, f domain.FactWithdrawn) error {
	tables, ok := tablesOf[name(f.Of)]
	if !ok {
		return fmt.Errorf("withdrawal of an unknown type %s", f.Of)
	}
	w.supersede(e, tables...)
	return nil
}

// name is a type of fact without its version.
func name(fact string) string {
	n, _, _ := strings.Cut(fact, "/")
	return n
}

func (w *writes) attendance(e *domain.Event, idx int, f domain.AttendanceRecorded) error {
	w.supersede(e, "attendance")
	return w.add("attendance", e, idx, duckdb.UUID(e.Subject), id(e.Organisation), duckdb.UUID(f.Session), string(f.Role),
		f.Present, minutes(f.Hours), f.Certified, code(string(f.CertifiedBy)), whole(f.Age))
}

func (w *writes) activities(e *domain.Event, idx int) error {
	w.supersede(e, tablesOf[name(e.Data.Type())]...)
	switch f := e.Data.(type) {
	case domain.ActivityRegistered:
		return w.add("activities", e, idx, duckdb.UUID(f.Activity), f.Name)
	case domain.ActivityRenamed:
		return w.add("activities", e, idx, duckdb.UUID(f.Activity), f.Name)
	case domain.ActivityMerged:
		return w.add("activity_merges", e, idx, duckdb.UUID(f.Activity), duckdb.UUID(f.Into))
	case domain.SessionRecorded:
		return w.add("sessions", e, idx, duckdb.UUID(f.Session), duckdb.UUID(f.Activity), f.Kind, clock(f.Start), clock(f.End),
			minutes(f.Break), minutes(f.Planned), code(f.Municipality.Code()), f.Project, string(f.Place))
	case domain.HeadsCounted:
		return w.add("headcounts", e, idx, duckdb.UUID(f.Session), int32(f.Heads))
	case domain.EvidenceRecorded:
		return w.add("evidence", e, idx, f.Project, id(f.Session), f.SHA256, code(f.Voucher))
	case domain.PersonRecorded:
		return w.add("persons", e, idx, duckdb.UUID(e.Subject), string(f.Sex))
	case domain.ProjectRecorded:
		body, err := json.Marshal(f)
		if err != nil {
			return err
		}
		err = w.add("projects", e, idx, f.Project, f.Name, f.Programme, day(f.Start), day(f.End), int32(f.SmallCellK), string(body))
		for _, c := range f.Entities {
			if err == nil {
				err = w.add("project_entities", e, idx, f.Project, c.Indicator, int32(c.Value))
			}
		}
		return err
	}
	return unknown(e)
}

// participation is who takes part in a project, with what results, and the firms
// it supports.
func (w *writes) participation(e *domain.Event, idx int) error {
	w.supersede(e, tablesOf[name(e.Data.Type())]...)
	switch f := e.Data.(type) {
	case domain.ParticipationRecorded:
		return w.add("participations", e, idx, duckdb.UUID(e.Subject), id(e.Organisation), f.Project, day(f.Start), day(f.End), whole(f.Age), code(string(f.Status)),
			day(f.UnemployedSince), whole(f.Education), code(string(f.Citizenship)), truth(f.Homeless), truth(f.Rural), truth(f.Qualified), truth(f.Improved), code(string(f.Special)))
	case domain.ResultRecorded:
		return w.add("results", e, idx, duckdb.UUID(e.Subject), f.Project, f.Code, f.Achieved)
	case domain.AidRecorded:
		eur, sek := money(f.EUR), given(f.SEK)
		if sek != nil {
			eur = nil
		}
		return w.add("aid", e, idx, duckdb.UUID(e.Organisation), f.Project, eur, f.Rule, f.Source, sek, given(f.EligibleCost), f.Disadvantaged)
	case domain.SpecialFrozen:
		return w.add("frozen", e, idx, f.Project, string(f.Contributions))
	}
	return unknown(e)
}

// people is what is said of a person apart from attending. The reasons stay in
// the log: no report shows them.
func (w *writes) people(e *domain.Event, idx int) error {
	w.supersede(e, tablesOf[name(e.Data.Type())]...)
	state := ""
	switch f := e.Data.(type) {
	case domain.PersonMerged:
		return w.add("person_merges", e, idx, duckdb.UUID(e.Subject), duckdb.UUID(f.Into))
	case domain.PersonRestricted:
		state = "restricted"
	case domain.PersonErased:
		state = "erased"
	case domain.PersonProtected:
		if state = "unprotected"; f.Protected {
			state = "protected"
		}
	}
	return w.add("person_states", e, idx, duckdb.UUID(e.Subject), state)
}

func (w *writes) members(e *domain.Event, idx int) error {
	w.supersede(e, tablesOf[name(e.Data.Type())]...)
	switch f := e.Data.(type) {
	case domain.OwnerRecorded:
		return w.add("owners", e, idx, f.Name, f.Number.String())
	case domain.OrganisationRegistered:
		return w.add("organisations", e, idx, duckdb.UUID(e.Organisation), code(f.Number.String()), f.Sole)
	case domain.OrganisationDescribed:
		var turnover any
		if f.Turnover != nil {
			turnover = money(*f.Turnover)
		}
		return w.add("organisation_facts", e, idx, duckdb.UUID(e.Organisation), code(f.Name), code(f.Municipality.Code()),
			code(f.SNI.Code()), whole(f.Employees), turnover)
	case domain.OrganisationMerged:
		return w.add("organisation_merges", e, idx, duckdb.UUID(e.Organisation), duckdb.UUID(f.Into))
	case domain.MembershipRecorded:
		return w.add("memberships", e, idx, duckdb.UUID(e.Organisation), day(f.From), day(f.To))
	case domain.PlanRecorded:
		return w.add("plan", e, idx, f.Kind, f.Term, int32(f.Count))
	case domain.DenominatorRecorded:
		return w.add("denominators", e, idx, f.Municipality.Code(), int32(f.Count), f.Source)
	}
	return unknown(e)
}

func unknown(e *domain.Event) error { return fmt.Errorf("no projection of %s", e.Data.Type()) }
