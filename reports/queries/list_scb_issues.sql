-- one row: an issue of a month's participant file, with when and by whom it was
-- made and submitted
select m.month, m.issue, m.content, m.digest, m.participants, m.minutes, m.template, m.lang, m.filled, m.without_number, strftime(m.date, '%Y-%m-%d'), b.actor,
	coalesce(strftime(s.date, '%Y-%m-%d'), ''), coalesce(sb.actor, ''), coalesce(s.position, 0), coalesce(s.idx, 0)
from scb_made_at({as_of}) m
join batches b on b.position = m.position
left join (select * from scb_submitted_at({as_of}) qualify row_number() over (partition by project, month, issue order by position, idx) = 1) s
	on s.project = m.project and s.month = m.month and s.issue = m.issue
left join batches sb on sb.position = s.position
where m.project = ?
order by m.month, m.issue
