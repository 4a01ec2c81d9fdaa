-- one row: the size class of an organisation between two days
select organisation, size_class, strftime(valid_from, '%Y-%m-%d'), strftime(valid_until, '%Y-%m-%d') from described
where valid_from < valid_until order by organisation, valid_from
