-- one row: one person present for an organisation; an organisation counts once
select *, 1 as measure from att where present and organisation is not null
