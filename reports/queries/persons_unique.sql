-- one row: one person present at a session; a person counts once
select *, 1 as measure from att where present
