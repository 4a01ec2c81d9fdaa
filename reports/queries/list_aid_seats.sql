-- one row: the reported minutes of one organisation's participants in a project, what
-- rounding takes of a person's month with them, and how many persons they are. Without
-- an organisation: of those nothing says where they come from
select t.project, t.organisation, cast(sum(t.minutes) as bigint), count(distinct t.subject)
from (
	select project, organisation, subject, minutes from reported
	union all by name
	select r.project, a.organisation, r.subject, r.minutes from rounding r join reported a on a.event_id = r.event_id
) t
group by t.project, t.organisation having sum(t.minutes) <> 0
order by t.project, sum(t.minutes) desc, t.organisation is null, t.organisation
