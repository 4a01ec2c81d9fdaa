-- one row: a participant's record as it is on entry, in the order they came; those
-- who are not to be named are left out
select r.subject, strftime(r.date, '%Y-%m-%d'), coalesce(strftime(r.left_on, '%Y-%m-%d'), ''), r.sex, coalesce(r.age, -1), coalesce(r.status, ''),
	coalesce(r.education, -1), coalesce(r.organisation_key, ''), r.complete
from record r left join hidden on hidden.subject = r.subject
where hidden.subject is null
order by r.date, r.position, r.idx
