-- one row: what an entry adds to the support, or what a month takes from it, in öre
select *, ore as measure from support
