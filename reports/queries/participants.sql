-- one row: one participant of a project, at entry
select *, 1 as measure from entered
