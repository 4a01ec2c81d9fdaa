-- one row: two organisations that are one single undertaking from a day on
select a.canonical, b.canonical, coalesce(strftime(l.date, '%Y-%m-%d'), '0001-01-01')
from organisation_links_at({as_of}) l
join org a on a.organisation = l.organisation join org b on b.organisation = l.with_organisation
where a.canonical <> b.canonical
order by 3, l.position, l.idx
