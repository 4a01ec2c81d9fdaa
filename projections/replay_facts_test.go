package projections

import (
	"strings"

	"utfall/domain"
)

// facts is every type of fact, with all it can say and with as little as it may.
func facts() (full, sparse []domain.Fact) {
	whole := func(n int) *int { return &n }
	double := func(f float64) *float64 { return &f }
	hours, _ := domain.Minutes(90)
	rest, _ := domain.Minutes(15)
	six, _ := domain.NewClock(18, 0)
	nine, _ := domain.NewClock(21, 30)
	borås, _ := domain.ParseMunicipality("1490")
	sni, _ := domain.ParseSNI("74.102")
	number, _ := domain.ParseOrgNumber("556036-0793")
	turnover, none := domain.Ore(123405), domain.Ore(-5)
	start, end := domain.MustDate("2018-05-01"), domain.MustDate("2020-12-31")
	yes, no := true, false
	a, b := known("a", 1), known("b", 1)
	items := []domain.SurveyItem{{ID: "q1", Kind: domain.Scale, Min: 1, Max: 5, Reversed: true, Level: domain.LevelLearning, Wording: 3, Comparable: 2}, {ID: "q2", Kind: domain.Multiple},
		{ID: "q3", Kind: domain.FreeText}, {ID: "q0", Kind: domain.NPS, Max: 10}}
	answers := []domain.Answer{{Item: "q1", Value: double(0.1)}, {Item: "q2", Choices: []string{"b", "a", "a", ""}},
		{Item: "q3", Words: "c2VhbGVk"}, {Item: "q0", Value: double(1e21)}, {Item: "q4", Value: double(-2)}, {Item: "q5"},
		{Item: "q6", State: domain.NoOpinion, Wording: 2}, {Item: "q7", State: domain.NotShown}}
	pairs := [][2]domain.Fact{
		{domain.OwnerRecorded{Name: "Å AB", Number: number}, domain.OwnerRecorded{}},
		{domain.OrganisationRegistered{Number: number}, domain.OrganisationRegistered{Sole: true}},
		{domain.OrganisationDescribed{Name: "Å", Municipality: borås, SNI: sni, Employees: whole(0), Turnover: &turnover}, domain.OrganisationDescribed{Turnover: &none}},
		{domain.OrganisationMerged{Into: a}, domain.OrganisationMerged{Into: b}},
		{domain.MembershipRecorded{From: start, To: end}, domain.MembershipRecorded{From: start}},
		{domain.PlanRecorded{Kind: "kurs", Term: "VT2019", Count: 2}, domain.PlanRecorded{Kind: "kurs", Term: "HT"}},
		{domain.DenominatorRecorded{Municipality: borås, Count: 100, Source: "SCB"}, domain.DenominatorRecorded{Municipality: borås}},
		{domain.ActivityRegistered{Activity: a, Name: "Foto"}, domain.ActivityRegistered{Activity: b, Name: "Film"}},
		{domain.ActivityRenamed{Activity: a, Name: "Bild"}, domain.ActivityRenamed{Activity: b, Name: "Ljud"}},
		{domain.ActivityMerged{Activity: a, Into: b}, domain.ActivityMerged{Activity: b, Into: a}},
		{domain.SessionRecorded{Session: a, Activity: b, Kind: "kurs", Start: six, End: nine, Break: rest, Planned: hours, Municipality: borås,
			Project: "p", Place: "c2VhbGVk"}, domain.SessionRecorded{Session: b, Activity: a}},
		{domain.PersonRecorded{Sex: domain.Woman}, domain.PersonRecorded{Sex: domain.SexUnknown}},
		{domain.PersonMerged{Into: a, Reason: "c2VhbGVk"}, domain.PersonMerged{Into: b}},
		{domain.PersonRestricted{Reason: "c2VhbGVk"}, domain.PersonRestricted{}},
		{domain.PersonErased{Effective: end}, domain.PersonErased{Effective: start}},
		{domain.PersonProtected{Protected: true}, domain.PersonProtected{}},
		{domain.AttendanceRecorded{Session: a, Role: domain.Participant, Present: true, Hours: hours, Certified: true, CertifiedBy: domain.ByTrainer, Age: whole(34)},
			domain.AttendanceRecorded{Session: b, Role: domain.Speaker}},
		{domain.HeadsCounted{Session: a, Heads: 7}, domain.HeadsCounted{Session: b}},
		{domain.EvidenceRecorded{Project: "p", Session: a, SHA256: strings.Repeat("0a", 32)}, domain.EvidenceRecorded{Project: "q", Voucher: "2019-01-01 A 7", SHA256: strings.Repeat("b1", 32)}},
		{domain.ProjectRecorded{Project: "p", Name: "Å", Programme: "ESF", Start: start, End: end, SmallCellK: 5,
			Budget: []domain.BudgetLine{{Line: "staff", Amount: turnover}}, Entities: []domain.EntityCount{{Indicator: "CO20", Value: 1}, {Indicator: "EECO18", Value: 4}}},
			domain.ProjectRecorded{Project: "q", Name: "Ä", Programme: "other", Start: start, End: start, Entities: []domain.EntityCount{{Indicator: "CO21"}}}},
		{domain.ParticipationRecorded{Project: "p", Start: start, End: end, Age: whole(34), Status: domain.SelfEmployed, UnemployedSince: start, Education: whole(0),
			Citizenship: domain.Third, Homeless: &no, Rural: &yes, Qualified: &yes, Improved: &no, Special: "c2VhbGVk"}, domain.ParticipationRecorded{Project: "q"}},
		{domain.ResultRecorded{Project: "p", Code: "CR03", Achieved: true}, domain.ResultRecorded{Project: "q", Code: "EECR04"}},
		{domain.AidRecorded{Project: "p", EUR: turnover, Rule: "de-minimis", Source: "beslut"}, domain.AidRecorded{Rule: "gber-31"}},
		{domain.AidRecorded{Project: "p", SEK: turnover, EligibleCost: domain.Ore(1), Disadvantaged: true, Rule: "gber-31"}, domain.AidRecorded{SEK: domain.Ore(1), Rule: "de-minimis"}},
		{domain.SpecialFrozen{Project: "p", Contributions: "c2VhbGVk"}, domain.SpecialFrozen{Project: "q"}},
		{domain.ScbMade{Project: "p", Month: "2019-03", Issue: 2, Content: 1, Digest: "aa", Participants: 3, Minutes: 60, Template: "t", Lang: "sv", Filled: "ff", WithoutNumber: 1}, domain.ScbMade{Project: "q", Month: "2019-04", Issue: 1}},
		{domain.ScbSubmitted{Project: "p", Month: "2019-03", Issue: 2}, domain.ScbSubmitted{Project: "q", Month: "2019-04", Issue: 1}},
		{domain.SurveyDefined{Survey: "s", Project: "p", Title: domain.T("så", "so"), Waves: []string{"pre", "post"}, Items: items},
			domain.SurveyDefined{Survey: "t", Items: items[:1]}},
		{domain.AnswerRecorded{Survey: "s", Wave: "pre", Key: "k", Matched: true, Complete: true, About: a, Answers: answers}, domain.AnswerRecorded{Survey: "t", Answers: answers[5:]}},
		{domain.SurveyInvited{Survey: "s", Wave: "pre", Respondent: a, Status: domain.InviteBounced}, domain.SurveyInvited{Survey: "t", Wave: "post", Respondent: b}},
		{domain.TextReleased{Survey: "s", Wave: "pre", Item: "q3", Answer: a, Words: "c2VhbGVk"}, domain.TextReleased{Survey: "t", Item: "q9", Answer: b, Words: "eA"}},
	}
	for _, p := range append(pairs, fundingPairs(a, b)...) {
		full, sparse = append(full, p[0]), append(sparse, p[1])
	}
	return full, sparse
}
