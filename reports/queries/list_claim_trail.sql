-- one row: an entry behind the lines of the months, with the event, the file and the
-- row it came from
, months as (select unnest(string_split(?, ',')) as month)
select key, strftime(date, '%Y-%m-%d'), cast(event_id as varchar), c.position, coalesce(b.batch_id, ''), coalesce(b.file_sealed, ''), coalesce(b.sha256, ''), source_line, coalesce(minutes, 0)::bigint, ore
from charge c left join batches b on b.position = c.position
where month in (select month from months)
order by case c.kind when 'staff' then 1 when 'flat-rate' then 2 when 'participants' then 3 when 'in-kind' then 4 else 5 end, month, key, date, c.position, idx, ore
