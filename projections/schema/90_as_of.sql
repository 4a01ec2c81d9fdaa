-- Each fact table as it stood at a position: name_at(n).

create macro owners_at(n) as table
	select * from owners where position <= n and (superseded_at is null or superseded_at > n);
create macro organisations_at(n) as table
	select * from organisations where position <= n and (superseded_at is null or superseded_at > n);
create macro organisation_facts_at(n) as table
	select * from organisation_facts where position <= n and (superseded_at is null or superseded_at > n);
create macro organisation_merges_at(n) as table
	select * from organisation_merges where position <= n and (superseded_at is null or superseded_at > n);
create macro memberships_at(n) as table
	select * from memberships where position <= n and (superseded_at is null or superseded_at > n);
create macro plan_at(n) as table
	select * from plan where position <= n and (superseded_at is null or superseded_at > n);
create macro denominators_at(n) as table
	select * from denominators where position <= n and (superseded_at is null or superseded_at > n);
create macro activities_at(n) as table
	select * from activities where position <= n and (superseded_at is null or superseded_at > n);
create macro activity_merges_at(n) as table
	select * from activity_merges where position <= n and (superseded_at is null or superseded_at > n);
create macro sessions_at(n) as table
	select * from sessions where position <= n and (superseded_at is null or superseded_at > n);
create macro persons_at(n) as table
	select * from persons where position <= n and (superseded_at is null or superseded_at > n);
create macro person_merges_at(n) as table
	select * from person_merges where position <= n and (superseded_at is null or superseded_at > n);
create macro person_states_at(n) as table
	select * from person_states where position <= n and (superseded_at is null or superseded_at > n);
create macro attendance_at(n) as table
	select * from attendance where position <= n and (superseded_at is null or superseded_at > n);
create macro headcounts_at(n) as table
	select * from headcounts where position <= n and (superseded_at is null or superseded_at > n);
create macro evidence_at(n) as table
	select * from evidence where position <= n and (superseded_at is null or superseded_at > n);
create macro projects_at(n) as table
	select * from projects where position <= n and (superseded_at is null or superseded_at > n);
create macro surveys_at(n) as table
	select * from surveys where position <= n and (superseded_at is null or superseded_at > n);
create macro survey_items_at(n) as table
	select * from survey_items where position <= n and (superseded_at is null or superseded_at > n);
create macro responses_at(n) as table
	select * from responses where position <= n and (superseded_at is null or superseded_at > n);
create macro answers_at(n) as table
	select * from answers where position <= n and (superseded_at is null or superseded_at > n);
create macro invitations_at(n) as table
	select * from invitations where position <= n and (superseded_at is null or superseded_at > n);
create macro texts_released_at(n) as table
	select * from texts_released where position <= n and (superseded_at is null or superseded_at > n);
create macro participations_at(n) as table
	select * from participations where position <= n and (superseded_at is null or superseded_at > n);
create macro results_at(n) as table
	select * from results where position <= n and (superseded_at is null or superseded_at > n);
create macro aid_at(n) as table
	select * from aid where position <= n and (superseded_at is null or superseded_at > n);
create macro frozen_at(n) as table
	select * from frozen where position <= n and (superseded_at is null or superseded_at > n);
create macro project_entities_at(n) as table
	select * from project_entities where position <= n and (superseded_at is null or superseded_at > n);
create macro scb_made_at(n) as table
	from scb_made where position <= n and (superseded_at is null or superseded_at > n);
create macro scb_submitted_at(n) as table
	from scb_submitted where position <= n and (superseded_at is null or superseded_at > n);
create macro staff_time_at(n) as table
	select * from staff_time where position <= n and (superseded_at is null or superseded_at > n);
create macro vouchers_at(n) as table
	select * from vouchers where position <= n and (superseded_at is null or superseded_at > n);
create macro costs_at(n) as table
	select * from costs where position <= n and (superseded_at is null or superseded_at > n);
create macro account_lines_at(n) as table
	select * from account_lines where position <= n and (superseded_at is null or superseded_at > n);
create macro exchange_rates_at(n) as table
	select * from exchange_rates where position <= n and (superseded_at is null or superseded_at > n);
create macro contributions_at(n) as table
	select * from contributions where position <= n and (superseded_at is null or superseded_at > n);
create macro organisation_links_at(n) as table
	select * from organisation_links where position <= n and (superseded_at is null or superseded_at > n);
create macro claims_drafted_at(n) as table
	select * from claims_drafted where position <= n and (superseded_at is null or superseded_at > n);
create macro claims_submitted_at(n) as table
	select * from claims_submitted where position <= n and (superseded_at is null or superseded_at > n);
create macro claim_lines_at(n) as table
	select * from claim_lines where position <= n and (superseded_at is null or superseded_at > n);
create macro claims_decided_at(n) as table
	select * from claims_decided where position <= n and (superseded_at is null or superseded_at > n);
create macro claims_paid_at(n) as table
	select * from claims_paid where position <= n and (superseded_at is null or superseded_at > n);
create macro advances_at(n) as table
	select * from advances where position <= n and (superseded_at is null or superseded_at > n);
