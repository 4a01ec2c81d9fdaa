-- one row: an organisation that is a member some day of the period (den), and
-- again when somebody was present for it in the period (num)
with member as (
	select *, member_from as date from mem
	where member_from <= stop and (member_to is null or member_to >= start)
	qualify row_number() over (partition by span, organisation order by member_from, position, idx) = 1
)
select *, 1 as measure, 'den' as part from member
union all by name
select *, 1 as measure, 'num' as part from member
where exists (select 1 from att where att.present and att.organisation = member.organisation and att.date between member.start and member.stop)
