-- one row: somebody expected at a session (den), and again when present (num)
select *, 1 as measure, 'den' as part from att
union all by name
select *, 1 as measure, 'num' as part from att where present
