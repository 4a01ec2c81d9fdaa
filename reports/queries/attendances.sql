-- one row: one person present at a session, or one head count
select *, 1 as measure from att where present
union all by name
select *, heads as measure from head
