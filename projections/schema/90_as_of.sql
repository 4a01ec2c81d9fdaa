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
